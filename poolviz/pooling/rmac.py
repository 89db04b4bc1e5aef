"""R-MAC: the maxima of square regions of several sizes, added up."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling.arguments import plane
from poolviz.pooling.layout import Boxes as Bins
from poolviz.pooling.layout import bound
from poolviz.pooling.limits import MAX_BOXES, fits
from poolviz.pooling.operator import Example, Operated, Operator
from poolviz.pooling.operator_table import Table, merged, stage_table
from poolviz.pooling.selecting import Max
from poolviz.pooling.table import Geometry, Windows
from poolviz.pooling.variant import param
from poolviz.text import N_

__all__ = ["RMAC"]


@dataclass(frozen=True)
class RMAC(Operator):
    """The maximum of every region, added up over all regions; ``total=False``: each on its own.

    The regions of scale l are squares of side floor(2 min(H, W) / (l + 1)), l of them along the
    shorter axis; along the longer one m - 1 more, where m of 2 to 7 is the number whose neighbours
    at l = 1 overlap by what is nearest to 40 %. They lie evenly, from border to border. x ``(...,
    H, W)`` -> ``(..., 1)``, or ``(..., R)`` scale by scale, row by row. In the paper the maxima of
    a region, one a channel, are normalised and whitened before they are added, and so is the sum:
    that is between channels, here it is the pooling. ``levels=1`` of a square: its maximum (MAC).

    >>> x = np.array([[1.0, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])
    >>> RMAC(levels=2, total=False)(x).output
    array([8., 7., 2., 6., 8.])
    >>> RMAC(levels=2)(x).output
    array([31.])
    """

    levels: int = param(3, N_("How many sizes of regions."), title=N_("Sizes of regions"), low=1)
    total: bool = param(
        True, N_("Add the regions up; off: one number a region."), title=N_("Add up")
    )

    title = N_("R-MAC")
    family = N_("Regions")
    formula = r"y = \sum_l \sum_{R \in \text{scale } l} \max_{(u,v) \in R} x_{uv}"
    gradient = (
        r"\frac{\partial y}{\partial x_{uv}} = \sum_R [\, (u, v) = \text{first } \arg\max_R \,]"
    )
    reference = "Tolias, Sicre & Jégou, ICLR 2016"
    story = "select"
    worked = Example(
        ((1, 3, 2, 1), (4, 7, 1, 0), (2, 2, 5, 3), (0, 6, 1, 8)), (31,), (("levels", 2),)
    )

    @property
    def selects(self) -> bool:
        return not self.total

    @property
    def variant(self) -> Max:
        return Max()

    @property
    def geometry(self) -> Geometry:
        return _Regions(self.levels)

    def combine(self, run: Operated) -> np.ndarray:
        (stage,) = run.stages
        if not self.total:
            return stage.output
        return stage.output.sum(-1, keepdims=True, dtype=np.float64)

    def table(self, run: Operated) -> Table:
        table = stage_table(run.stages[0])
        if not self.total:
            return table
        index = table.windows.index.reshape(1, -1)
        one = Windows(table.windows.in_shape, (1,), index)
        jacobian, share = (
            t.reshape(*t.shape[:-2], 1, index.size) for t in (table.jacobian, table.contributions)
        )
        return merged(one, jacobian, share)

    def pull(self, run: Operated, dy: np.ndarray) -> np.ndarray:
        (stage,) = run.stages
        return stage.backward(np.broadcast_to(dy, stage.output.shape))

    def arithmetic(self, run: Operated, cell: tuple[int, ...]) -> str:
        if not self.total:
            return super().arithmetic(run, cell)
        return f"{numbers(run.stages[0].output[cell[:-1]], ' + ')} = {number(run.output[cell])}"


@dataclass(frozen=True)
class _Regions:
    """The square regions of every scale."""

    levels: int
    ndim: int = 2

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Bins:
        """The regions of every scale, as yet unwritten."""
        height, width = plane(in_shape, 2)
        side, more = min(height, width), _more(height, width)
        if self.levels > 2 * side - 1:
            raise ValueError(
                f"levels must be at most {2 * side - 1}, where a region is one cell of the shorter "
                f"axis of {side}, got {self.levels}"
            )
        fits(self.levels * (self.levels + more) ** 2, "levels", MAX_BOXES, "regions")
        spans = [
            _squares(
                _starts(height, 2 * side // (scale + 1), scale + (more if height > width else 0)),
                _starts(width, 2 * side // (scale + 1), scale + (more if width > height else 0)),
                2 * side // (scale + 1),
            )
            for scale in range(1, self.levels + 1)
        ]
        every = np.concatenate(spans)
        return Bins(in_shape, (len(every),), every, "levels")


def _more(height: int, width: int) -> int:
    """How many regions more the longer axis has than the shorter one."""
    short, long = min(height, width), max(height, width)
    if short == long:
        return 0

    def off(count: int) -> float:
        """How far the overlap of so many regions, side by side, is from 40 %."""
        return abs(1 - (long - short) / (count - 1) / short - 0.4)

    return min(range(2, 8), key=off) - 1


def _starts(n: int, side: int, count: int) -> np.ndarray:
    """Where so many regions begin, evenly from one end of n cells to the other."""
    return np.arange(count) * (n - side) // max(count - 1, 1)


def _squares(rows: np.ndarray, cols: np.ndarray, side: int) -> np.ndarray:
    """``(len(rows) * len(cols), 2, 2)``: start and end of the rows, and of the columns."""
    corner = np.stack(np.meshgrid(rows, cols, indexing="ij"), -1).reshape(-1, 2)
    return np.stack([corner, corner + side], -1)
