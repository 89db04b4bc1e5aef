"""Central differences beside a gradient, on a block small enough to do at once; and kinks, where
the slope from the left is not the slope from the right, so that no number can be right.
"""

from dataclasses import dataclass

import numpy as np

from poolviz.pooling import Pooled, Sliding, check_gradient, pool
from poolviz.wings.pooling.core.window_scene import Region

SIDE = 8
"""Rows and columns of the block that is checked."""
LARGEST = 12
"""Windows that reach further than this are not checked."""
FINE = 1e-5
"""Errors below this are rounding."""


@dataclass(frozen=True)
class Kink:
    """A cell whose two slopes differ: of the sum of all outputs, downwards and upwards."""

    row: int
    column: int
    value: float
    left: float
    right: float
    given: float


@dataclass(frozen=True)
class Check:
    """``error``: the largest relative error over the ``rows`` x ``columns`` cells from ``row``,
    ``column`` on. ``kinks`` are looked for only where the error is not ``fine``.
    """

    error: float
    row: int
    column: int
    rows: int
    columns: int
    kinks: tuple[Kink, ...] = ()

    @property
    def fine(self) -> bool:
        """Whether the gradient is what central differences give."""
        return bool(self.error < FINE)


def checked(run: Pooled, region: Region) -> Check | None:
    """The check on a block of the input at the region's first window; None where none fits.

    A block whose numbers are not all finite is not checked either.
    """
    assert isinstance(run.geometry, Sliding)
    axes = run.geometry.axes(run.windows.in_shape)
    spans = []
    for axis, first in zip(axes, (region.row, region.col), strict=True):
        size = min(axis.n, max(SIDE, axis.effective))
        if axis.effective > LARGEST:
            return None
        spans.append((min(max(first * axis.stride, 0), axis.n - size), size))
    (row, rows), (column, columns) = spans
    block = run.x[row : row + rows, column : column + columns]
    if not np.isfinite(block).all():
        return None
    error = check_gradient(run.variant, run.geometry, block)
    kinks = () if error < FINE or run.variant.stochastic else _kinks(run, block, row, column)
    return Check(error, row, column, rows, columns, kinks)


def _kinks(run: Pooled, x: np.ndarray, row: int, column: int) -> tuple[Kink, ...]:
    given = pool(x, run.variant, run.geometry)
    gradient = given.backward(np.ones(given.output.shape)).ravel()
    steps = 1e-5 * np.maximum(1.0, np.abs(x).ravel())
    moved = np.diag(steps).reshape(-1, *x.shape)  # one cell of each plane
    below, above = (pool(x + by, run.variant, run.geometry).output for by in (-moved, moved))
    with np.errstate(all="ignore"):
        left = (given.output - below).sum((-2, -1)) / steps
        right = (above - given.output).sum((-2, -1)) / steps
        apart = abs(right - left) / np.maximum(1.0, np.maximum(abs(left), abs(right)))
    return tuple(
        Kink(
            row + at // x.shape[1], column + at % x.shape[1], float(x.flat[at]),
            float(left[at]), float(right[at]), float(gradient[at]),
        )
        for at in np.flatnonzero(~(apart < 1e-3)).tolist()
    )  # fmt: skip
