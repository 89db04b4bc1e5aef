"""Windows before they are written out: how many there are, and any few of them as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Protocol

import numpy as np

from poolviz.pooling.limits import fits
from poolviz.pooling.table import OUTSIDE, SHORT, Windows


class Line(Protocol):
    """The windows along one axis."""

    @property
    def out(self) -> int:
        """How many there are."""

    @property
    def kernel(self) -> int:
        """Places of the longest."""

    def at(self, window: np.ndarray) -> np.ndarray:
        """``(len(window), kernel)``: positions, -1 padding, -2 outside."""


class Layout(Protocol):
    """All windows of a geometry over a plane, counted in row-major order."""

    @property
    def in_shape(self) -> tuple[int, ...]:
        """The plane."""

    @property
    def out_shape(self) -> tuple[int, ...]:
        """The windows along each axis."""

    @property
    def names(self) -> str:
        """The arguments that decide how many window cells there are."""

    @property
    def size(self) -> int:
        """K, the places of the largest window."""

    @property
    def places(self) -> int:
        """Places of all windows together."""

    def stretches(self, places: int) -> Iterator[slice]:
        """All windows in turn, some ``places`` at a time, at least one window."""

    def part(self, windows: slice) -> Windows:
        """The table of some windows; ``out_shape`` is their number."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Windows that are the product of windows along each axis.

    ``weights`` ``(K,)`` belong to the places of every window. Errors: ``ValueError`` from ``whole``
    where the table would be too large.
    """

    in_shape: tuple[int, ...]
    lines: tuple[Line, ...]
    names: str
    weights: np.ndarray | None = None

    @cached_property
    def out_shape(self) -> tuple[int, ...]:
        return tuple(line.out for line in self.lines)

    @cached_property
    def size(self) -> int:
        return prod(line.kernel for line in self.lines)

    @cached_property
    def places(self) -> int:
        return prod(self.out_shape) * self.size

    def stretches(self, places: int) -> Iterator[slice]:
        windows, step = prod(self.out_shape), max(places // self.size, 1)
        return (slice(at, min(at + step, windows)) for at in range(0, windows, step))

    def part(self, windows: slice) -> Windows:
        at = np.unravel_index(np.arange(windows.start, windows.stop), self.out_shape)
        kernel = tuple(line.kernel for line in self.lines)
        # Short windows place by place, as ``Windows`` keeps them: then nothing is copied there.
        by_place = self.size <= SHORT
        many = windows.stop - windows.start
        index: np.ndarray = np.zeros((*kernel, many) if by_place else (many, *kernel), np.intp)
        outside = np.zeros(index.shape, np.int8)
        for axis, line in enumerate(self.lines):
            step = prod(self.in_shape[axis + 1 :])
            positions = line.at(at[axis])
            shape = [1] * index.ndim
            shape[axis if by_place else axis + 1] = kernel[axis]
            shape[-1 if by_place else 0] = many
            positions = (positions.T if by_place else positions).reshape(shape)
            index += positions * step
            if positions.min(initial=0) < 0:
                np.minimum(outside, np.minimum(positions, 0).astype(np.int8), out=outside)
        np.copyto(index, outside, where=outside < 0)
        flat = index.reshape(self.size, many).T if by_place else index.reshape(many, self.size)
        weights = None if self.weights is None else np.broadcast_to(self.weights, flat.shape)
        return Windows(self.in_shape, (many,), flat, weights)

    def whole(self) -> Windows:
        """The table of all windows."""
        fits(self.places, self.names)
        every = self.part(slice(0, prod(self.out_shape)))
        tables = (every.index, every.weights)
        index, weights = (
            None if t is None else t.reshape(*self.out_shape, self.size) for t in tables
        )
        assert index is not None
        return Windows(self.in_shape, self.out_shape, index, weights)


@dataclass(frozen=True, eq=False)
class Boxes:
    """Windows that are boxes of a plane, each of a size of its own.

    ``spans`` ``(windows, 2, 2)``: start and end of the rows, and of the columns.
    """

    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    spans: np.ndarray
    names: str

    @cached_property
    def _areas(self) -> np.ndarray:
        """Places of each box, at least 1: an empty box has a filler."""
        areas: np.ndarray = np.maximum(np.diff(self.spans).prod((-2, -1)), 1)
        return areas

    @cached_property
    def size(self) -> int:
        return int(self._areas.max(initial=1))

    @cached_property
    def places(self) -> int:
        return int(self._areas.sum())

    def stretches(self, places: int) -> Iterator[slice]:
        start = 0
        while start < len(self._areas):
            ahead = np.maximum.accumulate(self._areas[start : start + places])
            room = ahead * np.arange(1, len(ahead) + 1)
            stop = start + max(int(np.searchsorted(room, places, side="right")), 1)
            yield slice(start, stop)
            start = stop

    def part(self, windows: slice) -> Windows:
        (top, _), (left, right) = np.moveaxis(self.spans[windows], 0, -1)
        areas = np.diff(self.spans[windows]).prod((-2, -1))
        place = np.arange(max(int(areas.max(initial=1)), 1))
        row, col = np.divmod(place, np.maximum(right - left, 1)[:, None])
        row += top[:, None]
        row *= self.in_shape[-1]
        row += col
        row += left[:, None]
        np.copyto(row, OUTSIDE, where=place >= areas[:, None])
        return Windows(self.in_shape, (len(row),), row)

    def whole(self) -> Windows:
        """The table of all boxes, the smaller ones filled up."""
        fits(len(self.spans) * self.size, self.names)
        index = self.part(slice(0, len(self.spans))).index
        return Windows(self.in_shape, self.out_shape, index.reshape(*self.out_shape, -1))


@dataclass(frozen=True, eq=False)
class Spans:
    """Along one axis: window i covers the cells from ``starts[i]`` to before ``ends[i]``."""

    starts: np.ndarray
    ends: np.ndarray

    @property
    def out(self) -> int:
        return len(self.starts)

    @cached_property
    def kernel(self) -> int:
        return int((self.ends - self.starts).max(initial=1))

    def at(self, window: np.ndarray) -> np.ndarray:
        at = self.starts[window, None] + np.arange(self.kernel)
        return np.where(at < self.ends[window, None], at, OUTSIDE)


class Laid(Protocol):
    """A geometry that can say how its windows lie before they are written out."""

    def __hash__(self) -> int: ...

    def layout(self, in_shape: tuple[int, ...]) -> Grid | Boxes:
        """The windows over a plane of this shape, as yet unwritten."""


REMEMBERED = 600_000
"""Tables up to this size (4.8 MB) are kept for the next call with the same geometry and shape."""


def bound(geometry: Laid, in_shape: tuple[int, ...]) -> Windows:
    """The table of a geometry over a plane; a small one is kept."""
    in_shape = tuple(int(n) for n in in_shape)
    layout = geometry.layout(in_shape)
    return _remembered(geometry, in_shape) if layout.places <= REMEMBERED else layout.whole()


@lru_cache(maxsize=16)
def _remembered(geometry: Laid, in_shape: tuple[int, ...]) -> Windows:
    return geometry.layout(in_shape).whole()
