"""Fast 2-D paths: ``Sliding`` windows over float32 or float64, the same results from NumPy alone.

The definition is the general path, which writes every window out and reduces the last axis::

    w = run.windows.gather(x, identity)       # (..., *out, K)
    y, position = w.max(-1), w.argmax(-1)     # Max;  w.sum(-1) for the sums

The fast form walks over the taps of the kernel instead, each a strided slice of the whole plane,
one axis after the other: 2k steps for a k x k window, and no window is ever written out::

    rows = maximum(x[:, 0::s], x[:, 1::s], ...)
    y = maximum(rows[..., 0::s], rows[..., 1::s], ...)

A variant names its kernel in the class attribute ``kernel``. Where the fast form cannot know what
the definition says (NaN, zeros of both signs, windows without a cell, squares out of range), those
windows, mostly none, are handed to the variant's own rules: ``Kernel.define``.

Memory beyond x, output and gradient: some two blocks of planes (``BYTES`` bytes each, or one plane
if that is more), of which a thread keeps up to 2 MiB for its next call; where the variant selects,
1 byte an output cell, 8 more for locations, and 8 more for ``backward`` over several planes.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from math import prod
from typing import Any, ClassVar

import numpy as np

from poolviz.pooling.contest import Contest
from poolviz.pooling.limits import BLOCK, MAX_FILLED, MAX_TAPS, MAX_WORK, fits
from poolviz.pooling.table import Geometry
from poolviz.pooling.taps import counts, fold, read, spread
from poolviz.pooling.variant import Variant, identity
from poolviz.pooling.windows import Axis, Sliding

WORTH = 4096
"""Below so many cells the general path is as quick."""
BYTES = 512 * 1024
"""Bytes of input worked on at once, so that each pass finds it in the processor's cache."""


def fast(x: np.ndarray, variant: Variant, geometry: Geometry, locations: bool) -> "Kernel | None":
    """The variant's kernel, run over x; None where the general path is to be taken."""
    if variant.kernel is None or x.size < max(WORTH, 1) or x.dtype not in (np.float32, np.float64):
        return None
    if not isinstance(geometry, Sliding) or geometry.ndim != 2:
        return None
    axes = geometry.axes(x.shape[-2:])
    if any(axis.base > 1 or axis.out == 0 for axis in axes):
        return None
    planes = x.size // max(prod(x.shape[-2:]), 1)
    fits(planes * prod(axis.out for axis in axes), "padding and stride", MAX_FILLED, "windows")
    fits(_work(planes, axes), "kernel_size and stride", MAX_TAPS, "cells to be read")
    return variant.kernel(x, variant, axes, locations)


def _work(planes: int, axes: tuple[Axis, ...]) -> int:
    """Cells that the two folds of some planes read, about."""
    return planes * (read(axes[0]) * axes[1].n + read(axes[1]) * axes[0].out)


class Kernel:
    """A fast path at work on x ``(*batch, H, W)``: ``output``, ``locations`` and ``backward``."""

    locations: np.ndarray | None = None

    def __init__(self, x: np.ndarray, variant: Variant, axes: tuple[Axis, ...], locations: bool):
        self.variant, self.axes, self.in_shape = variant, axes, x.shape
        self.x = x.reshape(-1, *x.shape[-2:])
        self.out_shape = (*x.shape[:-2], *(axis.out for axis in axes))
        with np.errstate(all="ignore"):
            self.output = self.forward(locations).reshape(self.out_shape)

    @property
    def work(self) -> int:
        """Cells that computing the output reads, about."""
        return _work(len(self.x), self.axes)

    def forward(self, locations: bool) -> np.ndarray:
        """The output, ``(planes, *out)``; ``locations`` says that they will be wanted."""
        raise NotImplementedError

    def backward(self, dy: np.ndarray) -> np.ndarray | None:
        """dy -> dx, shapes of output and x; None where the general path must answer."""
        raise NotImplementedError

    def blocks(self) -> Iterator[slice]:
        """The planes of x in even slices of about ``BYTES`` bytes."""
        planes = len(self.x)
        step = -(-planes // max(1, round(self.x.nbytes / BYTES)))
        return (slice(p, min(p + step, planes)) for p in range(0, planes, step))

    def fold(
        self, ufunc: np.ufunc, empty: float, of: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> np.ndarray:
        """Each window folded by ufunc: rows first, contiguous; then columns, of fewer cells."""
        y = np.empty((len(self.x), *self.out_shape[-2:]), self.x.dtype)
        for block in self.blocks():
            x = self.x[block] if of is None else of(self.x[block])
            rows = np.empty((len(x), self.axes[0].out, x.shape[2]), x.dtype)
            fold(ufunc, x, 1, self.axes[0], empty, rows)
            fold(ufunc, rows, 2, self.axes[1], empty, y[block])
        return y

    def spread(self, dy: np.ndarray) -> np.ndarray:
        """The adjoint of adding up: dy ``(planes, *out)`` to every cell of its window."""
        dx = np.zeros(self.x.shape, dy.dtype)
        for block in self.blocks():
            rows = np.zeros((*dy[block].shape[:2], dx.shape[2]), dy.dtype)
            spread(dy[block], 2, self.axes[1], rows)
            spread(rows, 1, self.axes[0], dx[block])
        return dx

    def define(self, y: np.ndarray, odd: np.ndarray) -> np.ndarray:
        """Put the variant's own answer into the windows of y that are odd.

        y and odd ``(planes, *out)``. Returns their locations, if the variant selects.
        """
        places = np.nonzero(odd)
        cells = self.axes[0].kernel * self.axes[1].kernel
        names = "kernel_size and stride, where windows have no plain answer,"
        fits(len(places[0]) * cells, names, MAX_WORK)
        step, selected = max(BLOCK // cells, 1), []
        for start in range(0, len(places[0]), step):
            selected.append(self._define(y, *(at[start : start + step] for at in places)))
        return np.concatenate(selected) if selected else places[0]

    def _define(
        self, y: np.ndarray, plane: np.ndarray, row: np.ndarray, col: np.ndarray
    ) -> np.ndarray:
        r = self.axes[0].coordinates_of(row)[:, :, None]
        c = self.axes[1].coordinates_of(col)[:, None, :]
        (height, width), cells = self.x.shape[1:], self.axes[0].kernel * self.axes[1].kernel
        valid = ((r >= 0) & (r < height) & (c >= 0) & (c < width)).reshape(len(plane), cells)
        index = np.where(valid, (r * width + c).reshape(valid.shape), -1)
        w = self.x[plane[:, None], *np.divmod(np.maximum(index, 0), width)]
        w[~valid] = identity(self.variant, w.dtype)
        y[plane, row, col] = self.variant.forward(w, valid)
        if not self.variant.selects:
            return plane[:0]
        position = self.variant.select(w, valid)
        place = np.take_along_axis(index, np.maximum(position, 0)[:, None], -1)[:, 0]
        return np.where(position < 0, -1, place)

    def flow_dtype(self, dy: np.ndarray) -> np.dtype[Any]:
        """In which gradients are added up, as in the general path."""
        return np.result_type(self.x.dtype, np.promote_types(dy.dtype, np.float32))


class Largest(Kernel):
    """Max: the first largest cell of a window, the last NaN if there is one."""

    contest: ClassVar[Contest] = Contest(np.maximum, np.greater)

    @cached_property
    def _counts(self) -> bool:
        """Whether the contest can say which tap won, in reasonable time."""
        taps = sum(axis.kernel for axis in self.axes) * self.x.size
        return self.contest.suits(self.axes) and taps <= MAX_TAPS

    def forward(self, locations: bool) -> np.ndarray:
        empty = identity(self.variant, self.x.dtype)
        if locations and self._counts:
            y, self._codes = self._contested()
        else:
            y = self.fold(self.contest.best, empty)
        self._odd = self._undecided(y, empty)
        self._defined = self.define(y, self._odd) if self._odd is not None else None
        return y

    @cached_property
    def _codes(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            return self._contested()[1]

    def _contested(self) -> tuple[np.ndarray, np.ndarray]:
        empty = identity(self.variant, self.x.dtype)
        return self.contest.run(self.x, self.axes, empty, list(self.blocks()))

    def _undecided(self, y: np.ndarray, empty: float) -> np.ndarray | None:
        """Windows that ``best`` alone does not settle: NaN, nothing but ``empty``, signed zeros."""
        low, high = np.minimum.reduce(y, axis=None), np.maximum.reduce(y, axis=None)
        odd = None
        if not (low > -np.inf and high < np.inf):
            odd = np.isnan(y) | (y == empty)
        if not (low > 0 or high < 0):
            zero = y == 0
            if np.count_nonzero(zero) and _has_negative_zero(self.x):
                odd = zero if odd is None else odd | zero
        return odd

    @cached_property
    def locations(self) -> np.ndarray | None:  # type: ignore[override]
        if not self._counts:
            return None  # wide windows: only the definition says where
        place = np.empty(self._codes.shape, np.int64)
        for block in self.blocks():
            self.contest.places(self._codes[block], self.axes, out=place[block])
        if self._odd is not None and self._defined is not None:
            place[self._odd] = self._defined
        return place.reshape(self.out_shape)

    @cached_property
    def _cells(self) -> np.ndarray:
        """``locations``, a row for each plane, counted through all planes of x."""
        assert self.locations is not None
        place = self.locations.reshape(len(self.x), -1).astype(np.intp, copy=False)
        cells = place + np.arange(len(place))[:, None] * self.x[0].size
        return np.where(place < 0, -1, cells) if self._holes else cells

    @cached_property
    def _holes(self) -> bool:
        """Whether some window selects no cell."""
        return self._defined is not None and bool((self._defined < 0).any())

    def backward(self, dy: np.ndarray) -> np.ndarray | None:
        if not self.variant.sends_to_one or not self._counts:
            return None  # equal cells share the gradient: no longer one cell for each window
        dy = dy.astype(self.flow_dtype(dy), copy=False).reshape(self._cells.shape)
        dx = np.empty(self.x.shape, dy.dtype)
        for block in self.blocks():
            dx[block] = 0  # only now, so that the block is in the cache when it is added to
            at, flow = self._cells[block].reshape(-1), dy[block].reshape(-1)
            if self._holes:
                at, flow = at[at >= 0], flow[at >= 0]
            np.add.at(dx.reshape(-1), at, flow)
        return dx.reshape(self.in_shape)


class Smallest(Largest):
    """Min: the first smallest cell, the last NaN."""

    contest = Contest(np.minimum, np.less)


class Total(Kernel):
    """Sum: the cells added up."""

    def forward(self, locations: bool) -> np.ndarray:
        return self.fold(np.add, 0)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        dy = dy.astype(self.flow_dtype(dy), copy=False)
        return self.spread(dy.reshape(-1, *dy.shape[-2:])).reshape(self.in_shape)


class Mean(Total):
    """Average: the sum over the variant's ``divisor``."""

    def forward(self, locations: bool) -> np.ndarray:
        y = super().forward(locations)
        y /= self._divisor.astype(y.dtype)
        whole = np.isfinite(y)
        if not whole.all():  # a sum may overflow where its mean does not
            part = 2.0 ** -int(self.axes[0].kernel * self.axes[1].kernel).bit_length()
            parts = self.fold(np.add, 0, of=lambda x: x * x.dtype.type(part))
            np.copyto(y, parts / self._divisor.astype(y.dtype) / y.dtype.type(part), where=~whole)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        return super().backward(np.divide(dy, self._divisor, dtype=self.flow_dtype(dy)))

    @property
    def _divisor(self) -> np.ndarray:
        count = counts(self.axes, self.variant.sees_padding)
        divisor: np.ndarray = self.variant.divisor(count)  # type: ignore[attr-defined]
        return divisor


class Norm(Kernel):
    """L2Norm: the root of the sum of squares. Gradient: x dy / y, with dy / y spread like a sum."""

    mean: ClassVar[bool] = False

    def forward(self, locations: bool) -> np.ndarray:
        y = self.fold(np.add, 0, of=np.square)
        limits = np.finfo(y.dtype)
        least = limits.tiny / limits.eps**2  # above, squares lost to underflow do not count
        odd = None if y.min() > least and y.max() < np.inf else ~((y > least) & (y < np.inf))
        y /= self._n.astype(y.dtype)
        np.sqrt(y, out=y)
        if odd is not None:  # a window of zeros is 0, and nothing was lost
            odd &= self.fold(np.maximum, 0, of=np.abs) != 0
            if odd.any():
                self.define(y, odd)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray | None:
        y, least = self.output, np.finfo(self.x.dtype).tiny
        with np.errstate(all="ignore"):
            flow = np.divide(dy, self._n, dtype=self.flow_dtype(dy)) / y
            flow[y == 0] = 0
            size = np.abs(flow)
            safe = (size > least) & (size < np.inf) & (y > least / np.finfo(y.dtype).eps)
            if not (safe | (dy == 0) | (y == 0)).all():
                return None
            dx = self.spread(flow.reshape(-1, *flow.shape[-2:]))
            dx *= self.x
            if not (np.isfinite(dx.min()) and np.isfinite(dx.max())):
                return None  # an infinite cell in no window
        return dx.reshape(self.in_shape)

    @property
    def _n(self) -> np.ndarray:
        return np.maximum(counts(self.axes, False), 1) if self.mean else np.ones((), np.intp)


class RootMeanSquare(Norm):
    """L2: the root of the mean of squares."""

    mean = True


def _has_negative_zero(x: np.ndarray) -> bool:
    """-0.0 is the sign bit alone, the least integer."""
    integer = np.int32 if x.dtype == np.float32 else np.int64
    return bool(x.view(integer).min() == np.iinfo(integer).min)
