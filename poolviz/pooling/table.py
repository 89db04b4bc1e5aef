"""The table under everything: which input cells each output cell looks at.

A geometry, bound to the spatial shape of an input, gives ``Windows``: one table of positions that
gather, scatter, locations, unpooling and every picture read.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Protocol

import numpy as np

PADDING = -1
"""A padding cell: inside the padded plane, outside the input."""
OUTSIDE = -2
"""A place outside the padded plane: overrun of ceil mode, or filler of a ragged window."""

SHORT = 64
"""Windows up to this size lie in memory place by place, not window by window: a reduction over
``K`` then adds whole planes instead of a few numbers at a time."""


class Geometry(Protocol):
    """What ``pool`` asks of a geometry."""

    @property
    def ndim(self) -> int:
        """Number of pooled axes."""

    def bind(self, in_shape: tuple[int, ...]) -> "Windows":
        """The windows over a plane of this shape."""


@dataclass(frozen=True, eq=False)
class Windows:
    """A geometry bound to an input: ``index[..., o, k]`` is the position of cell k of window o.

    ``index`` has shape ``(*lead, *out_shape, K)``, intp: flat positions in the spatial plane, -1
    for a padding cell, -2 for a place outside the padded plane. ``lead`` broadcasts against the
    batch axes of x and is usually empty. ``weights`` (same shape) multiply in gather and scatter
    (bilinear samples); None means one.

    >>> from poolviz import Sliding
    >>> windows = Sliding(kernel_size=(2,), padding=(1,)).bind((3,))
    >>> windows.index
    array([[-1,  0],
           [ 1,  2]])
    >>> windows.scatter(np.ones((2, 2)))
    array([1., 1., 1.])
    """

    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    index: np.ndarray
    weights: np.ndarray | None = None

    def __post_init__(self) -> None:
        for name in ("index", "weights"):
            table = getattr(self, name)
            if table is not None:
                table = _by_place(table) if table.shape[-1] <= SHORT else table.view()
                table.setflags(write=False)
                object.__setattr__(self, name, table)

    @cached_property
    def valid(self) -> np.ndarray:
        """True where a place of a window is a cell of the input; shape of ``index``."""
        valid: np.ndarray = self.index >= 0
        valid.setflags(write=False)
        return valid

    @cached_property
    def _full(self) -> bool:
        """Whether every place of every window is a cell."""
        return bool(self.valid.all())

    @property
    def size(self) -> int:
        """K, the number of places in a window."""
        return int(self.index.shape[-1])

    def gather(self, x: np.ndarray, fill: float | int | bool = 0) -> np.ndarray:
        """x ``(*batch, *in_shape)`` -> windows ``(*batch, *out_shape, K)``, ``fill`` outside.

        dtype of x; integers become float64 where there are weights.
        """
        batch = x.shape[: x.ndim - len(self.in_shape)]
        flat = x.reshape(*batch, prod(self.in_shape))
        if flat.shape[-1] == 0:  # no cell to take: every place is padding
            flat = np.zeros((*batch, 1), x.dtype)
        if self.lead:
            place = np.where(self.valid, self.index, 0)
            batch = np.broadcast_shapes(batch, self.lead)
            place = np.broadcast_to(place, (*batch, *place.shape[len(self.lead) :]))
            flat = np.broadcast_to(flat, (*batch, flat.shape[-1]))
            rows = place.reshape(*batch, prod(place.shape[len(batch) :]))
            w = np.take_along_axis(flat, rows, axis=-1).reshape(place.shape)
        elif self.size <= SHORT:
            w = np.moveaxis(
                flat.take(np.moveaxis(self.index, -1, 0), -1, mode="clip"), len(batch), -1
            )
        else:
            w = flat.take(self.index, -1, mode="clip")
        if self.weights is not None:
            w = (w * self.weights).astype(
                w.dtype if w.dtype.kind == "f" else np.float64, copy=False
            )
        if not self._full:
            np.copyto(w, np.asarray(fill, w.dtype), where=~self.valid)
        return w

    def scatter(self, dw: np.ndarray) -> np.ndarray:
        """The adjoint of ``gather``: dw ``(*batch, *out_shape, K)`` -> ``(*batch, *in_shape)``.

        Contributions to one cell add up (float16 in float32); padding and outside places are
        dropped. dtype of dw.
        """
        batch = dw.shape[: dw.ndim - 1 - len(self.out_shape)]
        planes, cells = prod(batch), prod(self.in_shape)
        weighted = dw.dtype if self.weights is None else np.result_type(dw, self.weights)
        out = np.zeros(planes * cells, np.float32 if weighted == np.float16 else weighted)
        self.add(dw, out)
        return out.astype(dw.dtype, copy=False).reshape(*batch, *self.in_shape)

    def add(self, dw: np.ndarray, out: np.ndarray) -> None:
        """Add what ``scatter`` gives to ``out``, the cells of all planes in a row."""
        batch = dw.shape[: dw.ndim - 1 - len(self.out_shape)]
        planes, cells = prod(batch), prod(self.in_shape)
        if self.weights is not None:
            dw = dw * self.weights
        sends = dw != 0  # mostly few do: the cell that was selected
        if not self._full:
            sends &= self.valid
        place = np.broadcast_to(self.index, dw.shape)[sends]
        if planes > 1:
            first = np.arange(planes, dtype=np.intp) * cells
            first = first.reshape(*batch, *(1,) * (dw.ndim - len(batch)))
            place += np.broadcast_to(first, dw.shape)[sends]
        np.add.at(out, place, dw[sends].astype(out.dtype, copy=False))

    @property
    def lead(self) -> tuple[int, ...]:
        """The axes along which planes of a batch have windows of their own; usually none."""
        return self.index.shape[: self.index.ndim - 1 - len(self.out_shape)]


def _by_place(table: np.ndarray) -> np.ndarray:
    """The same table ``(..., K)``, its last axis the slowest in memory."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(table, -1, 0)), 0, -1)
