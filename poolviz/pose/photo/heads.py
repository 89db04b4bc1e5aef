"""From MoveNet's four maps to seventeen joints: what each head is for, step by step.

1. center: where somebody's middle may be; the nearer to the middle of the picture, the better.
2. regress: from that cell, a first and rough place of each joint.
3. heat: where each kind of joint is seen; what is far from the rough place counts less.
4. offset: from the joint's cell to its place between cells.

Cells are (row, column) of 48 x 48. The keypoints are COCO's 17, in COCO's order.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.pose.photo.network import Graph, forward, movenet

CELLS = 48
"""Rows and columns of every map."""
CUSTOMARY = 0.3
"""The score below which a joint is customarily not shown (the model card's advice)."""


@dataclass(frozen=True, eq=False)
class Found:
    """What the heads say of one picture, and all that is computed on the way.

    ``center`` and ``heat`` are behind their sigmoid; the joint comes first where there is one.
    """

    center: np.ndarray
    """(48, 48): how much this cell looks like somebody's middle."""
    preferred: np.ndarray
    """(48, 48): the same by the distance to the middle of the picture."""
    person: tuple[int, int]
    """The cell where ``preferred`` is largest."""
    rough: np.ndarray
    """(17, 2): (row, column) in cells, from that cell and ``regress`` there."""
    heat: np.ndarray
    """(17, 48, 48)."""
    near: np.ndarray
    """(17, 48, 48): ``heat`` by (the distance to ``rough`` + 1.8)."""
    cells: np.ndarray
    """(17, 2), whole: where ``near`` is largest."""
    offsets: np.ndarray
    """(17, 2): from there on, read in ``offset`` at that cell."""
    scores: np.ndarray
    """(17,): ``heat`` at that cell."""
    cell: np.ndarray
    """(2,): height and width of a cell as shares of the picture; 1/48 in float16."""

    @cached_property
    def places(self) -> np.ndarray:
        """(17, 2): (y, x) as shares of the picture."""
        return (self.cells + self.offsets) * self.cell

    @property
    def output(self) -> np.ndarray:
        """(17, 3): y, x, score, as the network itself gives them."""
        return np.column_stack([self.places, self.scores])


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x).

    >>> sigmoid(np.array([0.0, -100.0])).round(3).tolist()
    [0.5, 0.0]
    """
    return np.exp(-np.logaddexp(0, -x))


def read(maps: dict[str, np.ndarray], graph: Graph | None = None) -> Found:
    """The joints, from the four heads' maps as ``network.forward`` gives them."""
    constants = (graph or movenet()).constants
    center = sigmoid(maps["center"][:, :, 0])
    preferred = center * constants["prior"][:, :, 0]
    row, column = (int(i) for i in np.unravel_index(np.argmax(preferred), preferred.shape))
    rough = maps["regress"][row, column].reshape(-1, 2) + np.array([row, column])
    heat = np.moveaxis(sigmoid(maps["heat"]), -1, 0)
    rows, columns = np.mgrid[:CELLS, :CELLS]
    away = np.sqrt((rows - rough[:, :1, None]) ** 2 + (columns - rough[:, 1:, None]) ** 2)
    near = heat / (away + constants["floor"])
    cells = np.array(np.unravel_index(near.reshape(len(near), -1).argmax(1), heat.shape[1:])).T
    joints = np.arange(len(heat))
    offsets = maps["offset"].reshape(CELLS, CELLS, -1, 2)[cells[:, 0], cells[:, 1], joints]
    scores = heat[joints, cells[:, 0], cells[:, 1]]
    return Found(
        center, preferred, (row, column), rough, heat, near, cells, offsets, scores,
        constants["cell"].reshape(2),
    )  # fmt: skip


def find(picture: np.ndarray) -> Found:
    """The seventeen joints in a picture of ``(192, 192, 3)``, whole numbers 0 to 255.

    An answer comes for every picture, with or without a person in it; ``scores`` are no proof.
    """
    return read(forward(picture))
