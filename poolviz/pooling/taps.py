"""A kernel's taps along one axis: tap i is one strided slice of the input, for all windows at once.

The definition of ``fold`` is ``ufunc.reduce(w, axis=-1)`` over the windows written out, that of
``spread`` its adjoint; here each tap is taken where it meets the input, and padding never exists.
"""

from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np

from poolviz.pooling.windows import Axis


def fold(
    ufunc: np.ufunc, x: np.ndarray, axis: int, line: Axis, empty: float, y: np.ndarray
) -> None:
    """Fold the windows of x along one axis into y; a window without a cell becomes ``empty``."""
    before = (slice(None),) * axis
    if doubles(line):
        start = -line.before
        padded = _moved(
            x, axis, start, start + (line.out - 1) * line.stride + line.effective, empty
        )
        y[...] = _doubled(ufunc, padded, axis, line)[(*before, slice(None, None, line.stride))]
        return
    whole, rest = _complete(line)
    if len(whole) > 1:
        ufunc(x[(*before, whole[0])], x[(*before, whole[1])], out=y)
    else:
        y[...] = x[(*before, whole[0])] if whole else empty
    for of in whole[2:]:
        ufunc(y, x[(*before, of)], out=y)
    for to, of in rest:
        part = y[(*before, to)]
        ufunc(part, x[(*before, of)], out=part)


def spread(dy: np.ndarray, axis: int, line: Axis, dx: np.ndarray) -> None:
    """The adjoint of ``fold`` with ``add``: dy to every cell of its window. dx holds zeros."""
    before = (slice(None),) * axis
    if doubles(line):  # a cell adds up dy of the windows that reach it, which is a fold again
        windows = (line.out - 1) * line.stride + 1
        apart = np.zeros((*dy.shape[:axis], windows, *dy.shape[axis + 1 :]), dy.dtype)
        apart[(*before, slice(None, None, line.stride))] = dy
        start = line.before - line.effective + 1
        dx += _doubled(np.add, _moved(apart, axis, start, line.before + line.n, 0), axis, line)
        return
    for to, of, fresh in reaches(line):
        cells = dx[(*before, of)]
        if fresh:
            cells[...] = dy[(*before, to)]
        else:
            cells += dy[(*before, to)]


@lru_cache(maxsize=64)
def reaches(line: Axis) -> tuple[tuple[slice, slice, bool], ...]:
    """Of each tap that meets the input: its windows, its cells, and whether no tap met them before.

    >>> for windows, cells, fresh in reaches(Axis(5, 3, 2, 1, 1, 1, False)):
    ...     print(windows, cells, fresh)
    slice(1, 3, None) slice(1, 4, 2) True
    slice(0, 3, None) slice(0, 5, 2) True
    slice(0, 2, None) slice(1, 4, 2) False
    """
    found: list[tuple[slice, slice, bool]] = []
    met = set()
    for i in _meeting(line):
        shift = i * line.dilation - line.before
        low = max(0, -(shift // line.stride))
        high = min(line.out, (line.n - 1 - shift) // line.stride + 1)
        if low < high:
            start, stop = (at * line.stride + shift for at in (low, high - 1))
            phase = start % line.stride
            cells = slice(start, stop + 1, line.stride)
            found.append((slice(low, high), cells, phase not in met))
            met.add(phase)
    return tuple(found)


@lru_cache(maxsize=64)
def _complete(line: Axis) -> tuple[tuple[slice, ...], tuple[tuple[slice, slice], ...]]:
    """The cells of the taps that meet the input in every window; windows and cells of the rest."""
    every = slice(0, line.out)
    whole = tuple(of for to, of, _ in reaches(line) if to == every)
    return whole, tuple((to, of) for to, of, _ in reaches(line) if to != every)


@lru_cache(maxsize=64)
def counts(axes: tuple[Axis, ...], padding: bool) -> np.ndarray:
    """``(*out)``: the number of cells of each window, padding cells counted or not."""
    rows, cols = (_counted(axis, padding) for axis in axes)
    count: np.ndarray = rows[:, None] * cols
    count.setflags(write=False)
    return count


def _counted(line: Axis, padding: bool) -> np.ndarray:
    """``(out,)``: how many places of each window lie in the plane, or in the padded one."""
    low, high = (-line.before, line.n + line.after) if padding else (0, line.n)
    start = np.arange(line.out) * line.stride - line.before
    first = np.maximum(-((start - low) // line.dilation), 0)
    last = np.minimum((high - 1 - start) // line.dilation, line.kernel - 1)
    return np.maximum(last - first + 1, 0)


def _meeting(line: Axis) -> range:
    """The taps that meet the input in some window."""
    first = max(0, ceil((line.before - (line.out - 1) * line.stride) / line.dilation))
    return range(first, min(line.kernel, (line.n - 1 + line.before) // line.dilation + 1))


def doubles(line: Axis) -> bool:
    """Whether windows are so long, and so close, that sums of 1, 2, 4, ... cells pay."""
    far = max((line.out - 1) * line.stride, line.n) + line.effective
    return line.kernel > 4 * line.stride * line.kernel.bit_length() and far <= 4 * line.n


def read(line: Axis) -> int:
    """Cells that ``fold`` reads along the axis, about, for each line of cells across it."""
    if doubles(line):
        return 3 * (line.n + line.effective) * line.kernel.bit_length()
    return len(_meeting(line)) * line.out


def _moved(x: np.ndarray, axis: int, start: int, stop: int, empty: Any) -> np.ndarray:
    """x along one axis from start to before stop, ``empty`` where it has no cell."""
    n = x.shape[axis]
    y = np.full((*x.shape[:axis], stop - start, *x.shape[axis + 1 :]), empty, x.dtype)
    low, high = max(start, 0), min(stop, n)
    if low < high:
        before = (slice(None),) * axis
        y[(*before, slice(low - start, high - start))] = x[(*before, slice(low, high))]
    return y


def _doubled(ufunc: np.ufunc, x: np.ndarray, axis: int, line: Axis) -> np.ndarray:
    """The kernel's taps folded from every cell on: runs of 1, 2, 4, ... taps, put together."""
    room = x.shape[axis] - line.effective + 1
    before = (slice(None),) * axis
    run, taps, folded, done = x, 1, None, 0
    while True:
        if line.kernel & taps:
            start = done * line.dilation
            piece = run[(*before, slice(start, start + room))]
            folded = piece if folded is None else ufunc(folded, piece)
            done += taps
        if 2 * taps > line.kernel:
            return folded if folded is not None else x
        shift = taps * line.dilation
        run = ufunc(run[(*before, slice(None, -shift))], run[(*before, slice(shift, None))])
        taps *= 2
