"""Two levels on a picture, as SegNet has them: pool, pool, unpool, unpool."""

from dataclasses import dataclass

import numpy as np

from poolviz.pooling import Max, NearestUnpool, Sliding, pool, unpool
from poolviz.wings.pooling.unpooling.between import FILTERS, Between, convolve


@dataclass(frozen=True, eq=False)
class Levels:
    """The planes of the way: ``pooled`` and ``unpooled`` hold one a level, ``unpooled[1]`` the
    last. ``filled`` is unpooled with a convolution after each level, ``nearest`` knows no places.
    """

    x: np.ndarray
    pooled: tuple[np.ndarray, np.ndarray]
    unpooled: tuple[np.ndarray, np.ndarray]
    filled: np.ndarray
    nearest: np.ndarray

    def error(self, plane: np.ndarray) -> float:
        """|x - plane| / |x|."""
        return float(np.linalg.norm(self.x - plane) / (np.linalg.norm(self.x) or 1))


def levels(x: np.ndarray, between: Between | None = None) -> Levels:
    """x (H, W), max pooling 2 x 2 twice, ``between`` at the bottom, and back up.

    >>> way = levels(np.arange(16.0).reshape(4, 4))
    >>> way.pooled[1], way.unpooled[1][3]
    (array([[15.]]), array([ 0.,  0.,  0., 15.]))
    """
    first = pool(x.astype(np.float64), Max(), Sliding(2, ceil_mode=True))
    second = pool(first.output, Max(), Sliding(2, ceil_mode=True))
    carried = (between or Between())(second.output)
    assert first.locations is not None
    assert second.locations is not None
    up = unpool(carried, second.locations, first.output.shape)
    full = unpool(up, first.locations, x.shape)
    filled = _fill(carried, second.locations, first.output.shape)
    filled = _fill(filled, first.locations, x.shape)
    nearest = NearestUnpool(2)(carried, first.output.shape).output
    nearest = NearestUnpool(2)(nearest, x.shape).output
    return Levels(x, (first.output, second.output), (up, full), filled, nearest)


def _fill(values: np.ndarray, locations: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Unpool, then let each cell be the weighted mean of the values within 3 x 3 around it."""
    there = unpool(np.ones(values.shape), locations, size)
    weight = convolve(there, FILTERS["blur"])
    plane = convolve(unpool(values, locations, size), FILTERS["blur"])
    filled: np.ndarray = np.where(weight > 0, plane / np.where(weight > 0, weight, 1), 0)
    return filled
