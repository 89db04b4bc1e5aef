"""Tables of operators: what each output is made of through all stages, with its weights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from poolviz.pooling.engine import Pooled
from poolviz.pooling.limits import BLOCK, MAX_WORK, fits
from poolviz.pooling.table import OUTSIDE, Windows

NAMES = "x and its windows"
"""What an operator's table is too large for: its fields and the input decide together."""


@dataclass(frozen=True, eq=False)
class Table:
    """Which cells make an output cell, and how: arrays ``(*batch, *out, K)`` over ``windows``.

    ``jacobian`` is dy/dx of each listed cell, ``contributions`` how much of the output it is.
    Weights of a geometry are counted in, and no cell is listed twice in a window.
    """

    windows: Windows
    jacobian: np.ndarray
    contributions: np.ndarray


def stage_table(stage: Pooled) -> Table:
    """The table of one pooling run; the weights of its geometry counted in, cells listed once."""
    fits(stage.entries, NAMES)
    windows, jacobian, share = stage.windows, stage.jacobian(), stage.contributions()
    if windows.weights is None:
        return Table(windows, jacobian, share)
    fits(stage.entries, NAMES, cost=2)
    bare = Windows(windows.in_shape, windows.out_shape, windows.index)
    return merged(bare, jacobian * windows.weights, share * windows.weights)


def chained(first: Pooled, second: Pooled) -> Table:
    """The table of two runs in a row, over the input of the first."""
    fits(first.entries + second.entries, NAMES, cost=2)
    a, b = stage_table(first), stage_table(second)
    batch = first.output.shape[: first.output.ndim - len(a.windows.out_shape)]
    inner, outer = (t.windows.index.reshape(-1, t.windows.size) for t in (a, b))
    planes, paths = prod(batch), inner.shape[-1] * outer.shape[-1]
    within, beyond = (
        [w.reshape(planes, *rows.shape) for w in (t.jacobian, t.contributions)]
        for t, rows in ((a, inner), (b, outer))
    )
    fits(planes * len(outer) * paths, NAMES, MAX_WORK, "paths of two windows", cost=4)

    def stretch(some: slice) -> _Listed:
        place, valid = np.maximum(outer[some], 0), outer[some, :, None] >= 0
        whole = bool(valid.all())
        index = inner[place] if whole else np.where(valid, inner[place], OUTSIDE)
        shape, weights = (planes, len(place), paths), []
        for near, far in zip(within, beyond, strict=True):
            through = far[:, some, :, None] * near[:, place]
            weights.append((through if whole else np.where(valid, through, 0)).reshape(shape))
        return _listed(a.windows.in_shape, index.reshape(shape[1:]), weights)

    step = max(BLOCK // max(paths * planes, 1), 1)
    stretches = (stretch(slice(at, at + step)) for at in range(0, len(outer), step))
    return _joined(a.windows.in_shape, batch, b.windows.out_shape, stretches)


def merged(windows: Windows, jacobian: np.ndarray, share: np.ndarray) -> Table:
    """A table in which each window lists a cell once: the weights of its repetitions add up."""
    index = windows.index.reshape(-1, windows.size)
    batch = jacobian.shape[: jacobian.ndim - windows.index.ndim]
    both = [w.reshape(prod(batch), *index.shape) for w in (jacobian, share)]
    step = max(BLOCK // max(windows.size * prod(batch), 1), 1)
    stretches = (
        _listed(windows.in_shape, index[at : at + step], [w[:, at : at + step] for w in both])
        for at in range(0, len(index), step)
    )
    return _joined(windows.in_shape, batch, windows.out_shape, stretches)


_Listed = tuple[np.ndarray, np.ndarray, np.ndarray]


def _listed(in_shape: tuple[int, ...], index: np.ndarray, weights: list[np.ndarray]) -> _Listed:
    """Windows ``(n, K)`` and weights ``(planes, n, K)``, each cell once, in order of position.

    The weights are added up in the smallest box that holds any of the windows.
    """
    many, width = len(index), in_shape[-1]
    valid: Any = index >= 0
    if valid.all():
        valid = ...
    else:  # a filler lies on a cell of its window, and is not counted there
        index = np.where(valid, index, index.max(-1, keepdims=True).clip(0))
    row = index // width
    col = index - row * width
    corner = row.min(-1, keepdims=True), col.min(-1, keepdims=True)
    row -= corner[0]
    col -= corner[1]
    rows, cols = int(row.max(initial=0)) + 1, int(col.max(initial=0)) + 1
    row *= cols
    row += col
    row += np.arange(many)[:, None] * (rows * cols)
    key = row[valid].ravel()
    seen = np.zeros(many * rows * cols, bool)
    seen[key] = True
    window, cell = np.nonzero(seen.reshape(many, -1))
    slot = (np.cumsum(seen.reshape(many, -1), -1) - 1)[window, cell]
    listed = np.full((many, int(slot.max(initial=0)) + 1), OUTSIDE, dtype=np.intp)
    down, across = np.divmod(cell, cols)
    at = (down + corner[0][window, 0]) * width + across + corner[1][window, 0]
    listed[window, slot] = at

    def added(weights: np.ndarray) -> np.ndarray:
        out = np.zeros((len(weights), *listed.shape))
        for plane, of_plane in zip(out, weights, strict=True):
            total = np.bincount(key, of_plane[valid].ravel(), len(seen))
            plane[window, slot] = total[seen]
        return out

    return listed, added(weights[0]), added(weights[1])


def _joined(
    in_shape: tuple[int, ...],
    batch: tuple[int, ...],
    out_shape: tuple[int, ...],
    stretches: Iterable[_Listed],
) -> Table:
    """One table of stretches of windows, the shorter windows filled up."""
    parts, size = [], 1
    planes, windows = prod(batch), prod(out_shape)
    for part in stretches:
        parts.append(part)
        size = max(size, part[0].shape[-1])
        fits(max(planes, 1) * windows * size, NAMES, cost=2)

    def filled(which: int, shape: tuple[int, ...], fill: int, dtype: Any) -> np.ndarray:
        whole, at = np.full((*shape, size), fill, dtype), 0
        for part in parts:
            some = part[which]
            whole[..., at : at + some.shape[-2], : some.shape[-1]] = some
            at += some.shape[-2]
        return whole

    index = filled(0, (windows,), OUTSIDE, np.intp).reshape(*out_shape, size)
    jacobian, share = (filled(i, (planes, windows), 0, np.float64) for i in (1, 2))
    shape = (*batch, *out_shape, size)
    return Table(Windows(in_shape, out_shape, index), jacobian.reshape(shape), share.reshape(shape))


def stacked(tables: Sequence[Table], signs: Sequence[int]) -> Table:
    """Tables over the same plane side by side, along a new first axis of the output."""
    first = tables[0].windows
    axis = -1 - len(first.out_shape) - 1
    windows = Windows(
        first.in_shape,
        (len(tables), *first.out_shape),
        np.stack([t.windows.index for t in tables]),
    )
    return Table(
        windows,
        np.stack([s * t.jacobian for t, s in zip(tables, signs, strict=True)], axis),
        np.stack([s * t.contributions for t, s in zip(tables, signs, strict=True)], axis),
    )
