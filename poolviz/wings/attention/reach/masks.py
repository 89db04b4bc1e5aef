"""Who may look where, and how far that carries: masks over a map, paths along them."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from poolviz.text import N_, _

Grid = tuple[int, int]
OWN = "own"
SIDE = 5
"""Rows and columns of the offsets that a person draws: two steps to each side."""


@dataclass(frozen=True)
class Mask:
    """A rule of offsets: whether a cell may look so many rows down and columns to the right."""

    title: str
    allows: Callable[[np.ndarray, np.ndarray], np.ndarray]


def _window(reach: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    return lambda r, c: np.maximum(abs(r), abs(c)) <= reach


MASKS = {
    "row-or-column": Mask(N_("Row or column (criss-cross)"), lambda r, c: (r == 0) | (c == 0)),
    "row": Mask(N_("Row only"), lambda r, c: r == 0),
    "column": Mask(N_("Column only"), lambda r, c: c == 0),
    "bishop": Mask(N_("Bishop: both diagonals"), lambda r, c: abs(r) == abs(c)),
    "queen": Mask(
        N_("Queen: row, column, diagonals"), lambda r, c: (r == 0) | (c == 0) | (abs(r) == abs(c))
    ),
    "king": Mask(N_("King: 3 × 3 window"), _window(1)),
    "window": Mask(N_("5 × 5 window"), _window(2)),
    "knight": Mask(
        N_("Knight, and itself"), lambda r, c: (abs(r) + abs(c) == 0) | (abs(r * c) == 2)
    ),
}
"""In the order of the menu; a person's own comes behind them. Every cell may look at itself."""


def title_of(name: str) -> str:
    """What a mask is called."""
    return _("Drawn by hand") if name == OWN else _(MASKS[name].title)


def drawn(name: str, offsets: np.ndarray | None = None) -> np.ndarray:
    """The mask as far as two steps to each side: bool (5, 5), with the cell in the middle.

    >>> drawn("king")[0].any(), drawn("king")[1].tolist()
    (np.False_, [False, True, True, True, False])
    """
    if name != OWN:
        r, c = np.indices((SIDE, SIDE)) - SIDE // 2
        return np.asarray(MASKS[name].allows(r, c))
    some = np.zeros((SIDE, SIDE), bool)
    if offsets is not None:
        rows, cols = np.minimum(offsets.shape, SIDE)
        some[:rows, :cols] = np.nan_to_num(offsets[:rows, :cols]) != 0
    some[SIDE // 2, SIDE // 2] = True
    return some


def mask_of(grid: Grid, name: str, offsets: np.ndarray | None = None) -> np.ndarray:
    """Which cells each cell may look at: bool (N, N), row u of the one that looks.

    >>> int(mask_of((6, 6), "row-or-column")[0].sum())
    11
    """
    (rows, cols), half = grid, SIDE // 2
    down, right = np.ogrid[1 - rows : rows, 1 - cols : cols]
    if name != OWN:
        rule = MASKS[name].allows(down, right)
    else:
        near, some = _window(half)(down, right), drawn(name, offsets)
        at = (np.clip(each + half, 0, SIDE - 1) for each in (down, right))
        rule = near & some[tuple(at)]
    table = np.broadcast_to(rule, (2 * rows - 1, 2 * cols - 1))
    # Cell (r, c) sees the part of the table that begins at its own place, counted from the end.
    seen = np.lib.stride_tricks.sliding_window_view(table, grid)[::-1, ::-1]
    return seen.reshape(rows * cols, rows * cols)


def paths(mask: np.ndarray, u: int, recurrences: int) -> np.ndarray:
    """How many paths of 1, 2, ... steps lead from u to each cell: int64 (R, N).

    >>> paths(mask_of((4, 4), "row-or-column"), 0, 2).max(1).tolist()
    [1, 7]
    """
    count, step = [], mask.astype(np.int64)
    now = np.zeros(len(mask), np.int64)
    now[u] = 1
    for _each in range(recurrences):
        now = now @ step
        count.append(now)
    return np.array(count)


def recurrences_needed(mask: np.ndarray) -> float:
    """After how many recurrences every cell has heard of every other; infinity: never.

    >>> [recurrences_needed(mask_of((6, 6), name)) for name in ("row-or-column", "king", "row")]
    [2, 5, inf]
    """
    cells, most = len(mask), int(mask.sum(1).max())
    first = np.argsort(~mask, axis=1, kind="stable")[:, :most]
    near = np.where(np.take_along_axis(mask, first, 1), first, cells)
    heard, every = _bits(mask), _bits(np.ones((1, cells), bool))
    done = 1
    while (heard != every).any():
        silent = np.vstack((heard, np.zeros_like(every)))  # its last row: nobody is asked
        further = np.bitwise_or.reduce(silent[near], axis=1)
        if np.array_equal(further, heard):
            return inf
        heard, done = further, done + 1
    return done


def _bits(mask: np.ndarray) -> np.ndarray:
    """Rows of a mask with 64 cells in a number: 32 times less to read than float32."""
    packed = np.packbits(mask, axis=1)
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)


def on_cross(side: int) -> float:
    """How much of two criss-crosses with even weights stays on the cell's own row and column.

    Paths of length 2: to itself 2n - 1, to each other cell of the cross n, to all others 2; in all
    (2n - 1)^2.

    >>> [round(on_cross(n), 3) for n in (4, 14, 97)]
    [0.633, 0.536, 0.505]
    """
    keys = 2 * side - 1
    return (keys + (keys - 1) * side) / keys**2
