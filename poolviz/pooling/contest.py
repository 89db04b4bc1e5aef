"""Which cell of each window wins, for all windows of a batch of planes at once.

The definition: in row-major order of the window, a tap wins if it is strictly better than all taps
before it. The fast form holds the winner of each window in one byte, ``row * 16 + column`` of its
tap (two bytes, ``row * 256 + column``, for kernels wider than 16). The columns of a window contend
first, then its rows. Taps ascend and must be strictly better, so the largest code ever written is
the winner's: compare, multiply by the code, take the larger code, three passes without a branch or
a mask, and the first of equal cells keeps its place.

Slices with a step cost more than contiguous ones, and short rows more than long ones. So a plane is
first split by phase, the position modulo the stride, along both axes. Then each tap is one phase
from some shift on, and every pass runs over one flat array, across rows, planes and row phases.
What is computed where a shift leaves its row is never read.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np

from poolviz.pooling.windows import Axis

PIECES = 64
"""Most pieces into which a plane is split; with wider strides the general path says where."""
KEPT = 2 * 2**20
"""Bytes of working memory up to which a thread keeps it for its next call."""
WIDEST = 256
"""Widest kernel whose taps two bytes can count."""


@dataclass(frozen=True)
class Contest:
    """How cells contend: ``best`` of two values, and whether the first ``beats`` the second."""

    best: np.ufunc
    beats: np.ufunc

    def suits(self, axes: tuple[Axis, ...]) -> bool:
        """Whether the taps can be counted, and the plane splits into few pieces."""
        pieces = prod(min(axis.stride, axis.kernel) for axis in axes)
        return pieces <= PIECES and max(axis.kernel for axis in axes) <= WIDEST

    def run(
        self, x: np.ndarray, axes: tuple[Axis, ...], empty: float, blocks: Sequence[slice]
    ) -> tuple[np.ndarray, np.ndarray]:
        """x ``(planes, H, W)`` -> values and tap codes, both ``(planes, *out)``.

        Padding is ``empty``. A window with nothing better than that has some code, and so has one
        with NaN, whose value is NaN.
        """
        base, kind = _base(axes)
        out = slice(axes[0].out), slice(axes[1].out)
        y = np.empty((len(x), axes[0].out, axes[1].out), x.dtype)
        codes = np.empty(y.shape, kind)
        room = _room(axes, blocks[0].stop, x.dtype, empty)
        of_window = room.of_window
        if room.grid == y.shape:  # no slots to spare: the last pass may write the result
            of_window = of_window._replace(value=y.reshape(-1), code=codes.reshape(-1))
        for block in blocks:
            room.split(x[block])
            self._fold(room.across, iter([None, *range(1, axes[1].kernel)]), room.of_row)
            marks = (mark + kind(i * base) for i, mark in enumerate(room.marks))
            self._fold(room.down, marks, of_window)
            if of_window is room.of_window:
                kept = (slice(block.stop - block.start), *out)
                y[block] = of_window.value.reshape(room.grid)[kept]
                codes[block] = of_window.code.reshape(room.grid)[kept]
        return y, codes

    def _fold(self, taps: Sequence[np.ndarray], marks: Iterator[Any], winners: "_Winners") -> None:
        """Let the taps contend, each with its mark: ascending, the first may be None for 0."""
        span = len(taps[0])
        value, won, code, mine = (room[:span] for room in winners)
        best, top = taps[0], next(marks)
        for tap, mark in zip(taps[1:], marks, strict=True):
            self.beats(tap, best, out=won)
            if top is None:
                top = np.multiply(won.view(np.uint8), mark, out=code)
            else:
                np.multiply(won.view(np.uint8), mark, out=mine)
                top = np.maximum(top, mine, out=code)
            best = self.best(best, tap, out=value)
        if len(taps) == 1:
            value[...], code[...] = best, 0 if top is None else top

    def places(self, codes: np.ndarray, axes: tuple[Axis, ...], out: np.ndarray) -> None:
        """codes ``(planes, *out)`` -> flat positions in the plane, int64, into ``out``.

        corner + row * down + column * across, with code = row * base + column. Computed modulo the
        smallest power of two that holds a position, so that the passes are short.
        """
        base, _ = _base(axes)
        down, across = axes[0].dilation * axes[1].n, axes[1].dilation
        cells = axes[0].n * axes[1].n
        kind: Any = np.uint16 if cells <= 2**16 else np.uint32 if cells <= 2**32 else np.uint64
        place = (codes // base).astype(kind)
        place *= kind((down - base * across) % (2 ** (8 * np.dtype(kind).itemsize)))
        place += _corners(axes, kind)
        code = codes.astype(kind)
        if across > 1:
            code *= kind(across)
        place += code
        out[...] = place


class _Winners(NamedTuple):
    """Room for one contest, flat: best value so far, who won, code so far, code of this tap."""

    value: np.ndarray
    won: np.ndarray
    code: np.ndarray
    mark: np.ndarray


class _Room:
    """The arrays that a block of planes needs, cut out of one."""

    def __init__(self, axes: tuple[Axis, ...], planes: int, dtype: np.dtype[Any], empty: float):
        self.rows, self.cols = rows, cols = _split(axes[0]), _split(axes[1])
        self.grid = (planes, rows.length, cols.length)
        size = prod(self.grid)
        line, kind = len(rows.phases) * size, _base(axes)[1]
        wanted: list[tuple[int, Any]] = [(len(cols.phases) * line, dtype)]
        wanted += [(n, of) for n in (line, size) for of in (dtype, np.bool_, kind, kind)]
        starts = [0]
        for n, of in wanted:
            starts.append(starts[-1] - (-n * np.dtype(of).itemsize // 64 * 64))
        self.nbytes = starts[-1]
        arena = np.empty(self.nbytes, np.uint8)
        pieces, *flat = (
            np.ndarray(n, of, arena, at) for at, (n, of) in zip(starts, wanted, strict=False)
        )
        self.of_row, self.of_window = _Winners(*flat[:4]), _Winners(*flat[4:])
        self.pieces = pieces.reshape(len(cols.phases), len(rows.phases), *self.grid)
        if rows.padded or cols.padded:
            self.pieces.fill(empty)

        lines, span = pieces.reshape(len(cols.phases), line), line - cols.reach
        self.across = [lines[phase, shift : shift + span] for phase, shift in cols.taps]
        span = size - cols.reach - rows.reach * cols.length
        starts = [phase * size + shift * cols.length for phase, shift in rows.taps]
        self.down = [self.of_row.value[at : at + span] for at in starts]
        self.marks = [self.of_row.code[at : at + span] for at in starts]

    def split(self, x: np.ndarray) -> None:
        """Put the cells of x into their phases; slots of padding keep what they hold."""
        for i, (rows, of_rows) in enumerate(self.rows.phases):
            for j, (cols, of_cols) in enumerate(self.cols.phases):
                self.pieces[j, i, : len(x), rows, cols] = x[:, of_rows, of_cols]


class _Kept(threading.local):
    """The last room of this thread: memory is not asked for, nor padding filled in, each time."""

    key: Any = None
    room: _Room | None = None


_kept = _Kept()


def _room(axes: tuple[Axis, ...], planes: int, dtype: np.dtype[Any], empty: float) -> _Room:
    key = (axes, planes, dtype, empty)
    if _kept.key == key and _kept.room is not None:
        return _kept.room
    room = _Room(axes, planes, dtype, empty)
    if room.nbytes <= KEPT:
        _kept.key, _kept.room = key, room
    return room


@dataclass(frozen=True)
class _Split:
    """One axis split by phase.

    Phase f holds, in slot t, the cell at ``t * stride + residue_f`` of the padded axis: ``phases``
    says which slots take which cells of the input. ``taps[i]`` is the phase of tap i, and the slot
    in which it meets the first window.
    """

    taps: tuple[tuple[int, int], ...]
    phases: tuple[tuple[slice, slice], ...]
    length: int
    reach: int
    padded: bool


@lru_cache(maxsize=64)
def _split(axis: Axis) -> _Split:
    starts = [i * axis.dilation for i in range(axis.kernel)]
    residues = sorted({start % axis.stride for start in starts})
    reach = starts[-1] // axis.stride
    length, phases = axis.out + reach, []
    for residue in residues:
        first = max(0, -((residue - axis.before) // axis.stride))
        cell = first * axis.stride + residue - axis.before
        count = max(0, min(length - first, -((cell - axis.n) // axis.stride)))
        cells = slice(cell, cell + count * axis.stride, axis.stride)
        phases.append((slice(first, first + count), cells))
    taps = tuple((residues.index(at % axis.stride), at // axis.stride) for at in starts)
    padded = any(slots != slice(0, length) for slots, _ in phases)
    return _Split(taps, tuple(phases), length, reach, padded)


def _base(axes: tuple[Axis, ...]) -> tuple[int, Any]:
    """By what a row counts in a code, and the integers that hold one."""
    small = max(axis.kernel for axis in axes) <= 16
    return (16, np.uint8) if small else (256, np.uint16)


@lru_cache(maxsize=16)
def _corners(axes: tuple[Axis, ...], kind: Any) -> np.ndarray:
    """``(*out)``: where the first tap of each window would lie, modulo the range of kind."""
    row, col = (np.arange(axis.out) * axis.stride - axis.before for axis in axes)
    corners: np.ndarray = (row[:, None] * axes[1].n + col).astype(kind)
    corners.setflags(write=False)
    return corners
