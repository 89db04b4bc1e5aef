"""A kernel's taps along one axis: tap i is one strided slice of the input, for all windows at once.

The definition of ``fold`` is ``ufunc.reduce(w, axis=-1)`` over the windows written out, that of
``spread`` its adjoint; here each tap is taken where it meets the input, and padding never exists.
"""

from functools import lru_cache

import numpy as np

from poolviz.pooling.windows import Axis


def fold(
    ufunc: np.ufunc, x: np.ndarray, axis: int, line: Axis, empty: float, y: np.ndarray
) -> None:
    """Fold the windows of x along one axis into y; a window without a cell becomes ``empty``."""
    before = (slice(None),) * axis
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
    for i in range(line.kernel):
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
    rows, cols = ((axis.positions >= (-1 if padding else 0)).sum(-1) for axis in axes)
    count: np.ndarray = rows[:, None] * cols
    count.setflags(write=False)
    return count
