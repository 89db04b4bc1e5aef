"""``pool``: a variant applied to the windows of a geometry, and all that can be asked of it."""

from collections.abc import Iterator
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from poolviz.pooling.array import array
from poolviz.pooling.kernels import fast
from poolviz.pooling.layout import Layout
from poolviz.pooling.limits import BLOCK, MAX_WORK, fits
from poolviz.pooling.table import Geometry, Windows
from poolviz.pooling.variant import Variant, identity, take
from poolviz.pooling.ways_back import flow_of, places_of, reduced

WHOLE = 2**20
"""Window cells up to which all windows are written out and kept; beyond, a few at a time."""


class Pooled:
    """The result of ``pool``. The output is there at once; the rest is computed when asked for.

    ``output`` has shape ``(*batch, *out_shape)``. x must not be changed while the result is in use.
    Output, locations and ``backward`` need no table; ``windows``, ``jacobian()`` and all else with
    an axis of K write one out, and raise ``ValueError`` where it would be too large.
    """

    def __init__(self, x: np.ndarray, variant: Variant, geometry: Geometry, locations: bool = True):
        self.x, self.variant, self.geometry = x, variant, geometry
        self._fast = fast(x, variant, geometry, locations)
        if self._fast is not None:
            self.output: np.ndarray = self._fast.output
        elif self._stretched:
            self.output = self._walk_forward(locations)
        elif variant.selects:
            self.output = take(self.cells, self._position, identity(variant, self.cells.dtype))
        else:
            self.output = self._rule("forward", self._dtype)

    @cached_property
    def _layout(self) -> Layout | None:
        """The windows before they are written out; None where a geometry only has a table."""
        layout = getattr(self.geometry, "layout", None)
        return None if layout is None else layout(self._plane)

    @property
    def _plane(self) -> tuple[int, ...]:
        """The spatial shape of x."""
        return self.x.shape[self.x.ndim - self.geometry.ndim :]

    @property
    def _batch(self) -> tuple[int, ...]:
        return self.x.shape[: self.x.ndim - self.geometry.ndim]

    @cached_property
    def _stretched(self) -> bool:
        """Whether the windows are too many to be written out at once; ``ValueError`` beyond limits.

        A draw is for all windows at once, so they have to be.
        """
        layout, planes = self._layout, prod(self._batch)
        if layout is None:
            cost = self.variant.cost(self.windows.size)
            fits(self.entries, "x and its geometry", cost=cost)
            return False
        cost = self.variant.cost(layout.size)
        if self.variant.stochastic:
            fits(self.entries, layout.names, cost=cost)
            return False
        fits(planes * layout.places, layout.names, MAX_WORK, cost=cost)
        fits(layout.size, layout.names, what="cells of one window", cost=cost)
        return self.entries > WHOLE

    @property
    def entries(self) -> int:
        """Cells of a table of all planes, where every window is as long as the longest."""
        if self._layout is not None:
            return prod(self._batch) * prod(self._layout.out_shape) * self._layout.size
        windows = self.windows
        try:
            planes = np.broadcast_shapes(self._batch, windows.lead)
        except ValueError:
            raise ValueError(
                f"x must have batch axes that fit those of its geometry {windows.lead}, "
                f"got {self._batch}"
            ) from None
        return prod(planes) * prod(windows.out_shape) * windows.size

    @cached_property
    def windows(self) -> Windows:
        """The bound geometry: ``.index``, ``.valid``, ``.in_shape``, ``.out_shape``."""
        return self.geometry.bind(self._plane)

    @cached_property
    def seen(self) -> np.ndarray:
        """True for the cells that the variant sees; shape of ``windows.index``."""
        return self.windows.index >= -1 if self.variant.sees_padding else self.windows.valid

    @cached_property
    def cells(self) -> np.ndarray:
        """The windows as the variant sees them: ``(*batch, *out_shape, K)``, working dtype."""
        fits(self.entries, "x and its geometry")
        fill = identity(self.variant, self.x.dtype)
        return self.windows.gather(self.x, fill).astype(self._working, copy=False)

    @property
    def work(self) -> int:
        """What computing the output costs, in window cells of a plain sum."""
        if self._fast is not None:
            return self._fast.work // 8 + self.x.size // 8
        size = self.windows.size if self._layout is None else self._layout.size
        return self.entries * self.variant.cost(size) + self.x.size // 8

    def window(self, cell: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """The cells ``(K,)`` of one window and what is seen of them, without a table of all."""
        if self._layout is None:
            return self.cells[cell], np.broadcast_to(self.seen, self.cells.shape)[cell]
        batch = len(self._batch)
        at = int(np.ravel_multi_index(cell[batch:], self._layout.out_shape))
        part = self._layout.part(slice(at, at + 1))
        fill = identity(self.variant, self.x.dtype)
        cells = part.gather(self.x[cell[:batch]], fill).astype(self._working, copy=False)
        seen = part.index >= -1 if self.variant.sees_padding else part.valid
        return cells[0], seen[0]

    @cached_property
    def _position(self) -> np.ndarray:
        """Of each window, the place that a selecting variant selects; -1 for none."""
        return self._rule("select")

    @cached_property
    def locations(self) -> np.ndarray | None:
        """int64, shape of ``output``: flat index in the spatial plane of the selected cell.

        -1 where a window has none; None if the variant blends.
        """
        if not self.variant.selects:
            return None
        if self._fast is not None and self._fast.locations is not None:
            return self._fast.locations
        if self._stretched:
            return self._walk_locations()
        return places_of(self.windows, self._position)

    def jacobian(self) -> np.ndarray:
        """dy/da ``(*batch, *out_shape, K)``: what each cell receives of its output's gradient."""
        return self._rule("jacobian", self._gradient_dtype)

    def contributions(self) -> np.ndarray:
        """How much of the output each cell is: ``(*batch, *out_shape, K)``; area in pictures."""
        return self._rule("contributions")

    def odds(self) -> np.ndarray | None:
        """Probability that each cell is drawn, ``(*batch, *out_shape, K)``; None without a draw."""
        draws = type(self.variant).odds is not Variant.odds
        return self._rule("odds") if draws else None

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """dL/dy, shape of ``output`` -> dL/dx, shape of x: local jacobian, then scatter-add.

        Windows that overlap accumulate. Errors: ``ValueError`` if the shapes differ.
        """
        dy = array("dy", dy)
        if dy.shape != self.output.shape:
            raise ValueError(f"dy must have the output's shape {self.output.shape}, got {dy.shape}")
        dx = None if self._fast is None else self._fast.backward(dy)
        if dx is not None:
            return dx.astype(self._gradient_dtype, copy=False)
        with np.errstate(all="ignore"):
            if self._stretched:
                dx = self._walk_backward(dy)
            else:
                dx = self.windows.scatter(flow_of(self._rule("jacobian"), dy))
            return reduced(dx, self.x.shape).astype(self._gradient_dtype, copy=False)

    def _walk(self) -> Iterator[tuple[slice, slice, Windows, np.ndarray, np.ndarray]]:
        """All windows, some at a time: which planes and windows, their table, cells, what is seen.

        Cells ``(planes, windows, K)``; the planes of the batch are counted in a row.
        """
        layout = self._layout
        assert layout is not None
        x, fill = self.x.reshape(-1, *self._plane), identity(self.variant, self.x.dtype)
        for windows in layout.stretches(BLOCK):
            part = layout.part(windows)
            seen = part.index >= -1 if self.variant.sees_padding else part.valid
            step = max(BLOCK // part.index.size, 1)
            for start in range(0, len(x), step):
                planes = slice(start, min(start + step, len(x)))
                cells = part.gather(x[planes], fill).astype(self._working, copy=False)
                yield planes, windows, part, cells, np.broadcast_to(seen, cells.shape)

    @property
    def _walk_shape(self) -> tuple[int, int]:
        """Planes of the batch, and windows of a plane."""
        assert self._layout is not None
        return prod(self._batch), prod(self._layout.out_shape)

    def _walk_forward(self, locations: bool) -> np.ndarray:
        """The output; where locations will be wanted, they too, while the cells are at hand."""
        assert self._layout is not None
        output = np.empty(self._walk_shape, self._dtype)
        shape = (*self._batch, *self._layout.out_shape)
        places = None
        if self.variant.selects and locations:
            places = np.empty(self._walk_shape, np.int64)
        with np.errstate(all="ignore"):
            for planes, windows, part, cells, seen in self._walk():
                if not self.variant.selects:
                    output[planes, windows] = self.variant.forward(cells, seen)
                    continue
                position = self.variant.select(cells, seen)
                output[planes, windows] = take(cells, position, identity(self.variant, cells.dtype))
                if places is not None:
                    places[planes, windows] = places_of(part, position)
        if places is not None:
            self.__dict__["locations"] = places.reshape(shape)
        return output.reshape(shape)

    def _walk_locations(self) -> np.ndarray:
        places = np.empty(self._walk_shape, np.int64)
        with np.errstate(all="ignore"):
            for planes, windows, part, cells, seen in self._walk():
                places[planes, windows] = places_of(part, self.variant.select(cells, seen))
        return places.reshape(self.output.shape)

    def _walk_backward(self, dy: np.ndarray) -> np.ndarray:
        if self.variant.sends_to_one and getattr(self._layout, "weights", None) is None:
            return self._sent_to_one(dy)
        dy, dx = dy.reshape(self._walk_shape), np.zeros(0)
        cells_of_plane = prod(self._plane)
        for planes, windows, part, cells, seen in self._walk():
            flow = flow_of(self.variant.jacobian(cells, seen), dy[planes, windows])
            if not dx.size:
                dtype = flow.dtype if part.weights is None else np.float64
                dx = np.zeros(self.x.size, np.promote_types(dtype, np.float32))
            first, last = planes.start * cells_of_plane, planes.stop * cells_of_plane
            part.add(flow, dx[first:last])
        return dx.reshape(self.x.shape)

    def _sent_to_one(self, dy: np.ndarray) -> np.ndarray:
        """dx where each output sends its gradient to its location, and no jacobian is needed."""
        assert self.locations is not None
        planes, cells = prod(self._batch), prod(self._plane)
        dtype = np.result_type(self._gradient_dtype, np.promote_types(dy.dtype, np.float32))
        dx, flow = np.zeros(planes * cells, dtype), dy.reshape(planes, -1).astype(dtype)
        place = self.locations.reshape(planes, -1).astype(np.intp, copy=False)
        sends = (place >= 0) & (flow != 0)
        at = (place + np.arange(planes)[:, None] * cells)[sends]
        np.add.at(dx, at, flow[sends])
        return dx.reshape(self.x.shape)

    def _walk_rule(self, name: str, dtype: np.dtype[Any] | None) -> np.ndarray:
        """A rule that has an answer for each cell of each window: ``(*batch, *out_shape, K)``."""
        layout = self._layout
        assert layout is not None
        fits(prod(self._walk_shape) * layout.size, layout.names)
        result = None
        with np.errstate(all="ignore"):
            for planes, windows, _, cells, seen in self._walk():
                answer = getattr(self.variant, name)(cells, seen)
                if result is None:
                    result = np.zeros((*self._walk_shape, layout.size), dtype or answer.dtype)
                result[planes, windows, : answer.shape[-1]] = answer
        assert result is not None
        return result.reshape(*self._batch, *layout.out_shape, layout.size)

    @property
    def _dtype(self) -> np.dtype[Any]:
        """Of the output: floats stay, integers stay where cells are selected, else float64."""
        floats = self.x.dtype.kind == "f"
        table = self.windows if self._layout is None else self._layout
        if floats or (self.variant.selects and getattr(table, "weights", None) is None):
            return self.x.dtype
        return np.dtype(np.float64)

    @property
    def _gradient_dtype(self) -> np.dtype[Any]:
        return self.x.dtype if self.x.dtype.kind == "f" else np.dtype(np.float64)

    @property
    def _working(self) -> np.dtype[Any]:
        if self._dtype == np.float16 and not self.variant.selects:
            return np.dtype(np.float32)
        return self._dtype

    def _rule(self, name: str, dtype: np.dtype[Any] | None = None) -> np.ndarray:
        """A rule of the variant for all windows; infinities and NaN pass without a warning."""
        if self._stretched:
            return self._walk_rule(name, dtype)
        cells, seen = self.cells, np.broadcast_to(self.seen, self.cells.shape)
        if cells.size == 0:  # an empty batch: no rule needs to know of it
            shape = (
                cells.shape if name in ("jacobian", "contributions", "odds") else cells.shape[:-1]
            )
            empty = np.intp if name == "select" else self._working if dtype is None else dtype
            return np.zeros(shape, dtype=empty)
        with np.errstate(all="ignore"):
            result: np.ndarray = getattr(self.variant, name)(cells, seen)
            return result if dtype is None else result.astype(dtype, copy=False)


def pool(x: np.ndarray, variant: Variant, geometry: Geometry, *, locations: bool = True) -> Pooled:
    """Pool x ``(*batch, *spatial)`` with a variant over the windows of a geometry.

    dtype: floats stay (float16 accumulates in float32); integers stay where the variant selects and
    become float64 where it blends. ``locations=False`` gives the values only; locations come later
    if they are asked for. x is not modified. Errors: ``ValueError`` naming the argument.

    >>> from poolviz import Max, Sliding
    >>> x = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])
    >>> run = pool(x, Max(), Sliding(kernel_size=2))
    >>> run.output
    array([[7, 2],
           [6, 8]])
    >>> run.locations
    array([[ 5,  2],
           [13, 15]])
    >>> run.backward(np.ones((2, 2))).sum()
    np.float64(4.0)
    """
    x = array("x", x)
    if isinstance(variant, type) or not isinstance(variant, Variant):
        raise ValueError(f"variant must be an instance such as Max(), got {variant!r}")
    if isinstance(geometry, type) or not hasattr(geometry, "bind"):
        raise ValueError(f"geometry must be an instance such as Sliding(2), got {geometry!r}")
    if x.ndim < geometry.ndim:
        raise ValueError(
            f"x must have at least {geometry.ndim} axes for {geometry!r}, got shape {x.shape}"
        )
    return Pooled(x, variant, geometry, locations)
