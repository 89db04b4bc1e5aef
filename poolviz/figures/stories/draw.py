"""Draw: a strip cut in the proportions of the odds, and where on it the pointer landed."""

from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.text import N_

TITLE = N_("Draw one")
WEIGHS = False


def draw(axes: Any, bench: Any) -> None:
    if bench.odds is None or not bench.odds.sum():
        bench.shares(axes)
        return
    width = bench.right - bench.left
    ends = bench.left + width * np.append(0, np.cumsum(bench.odds)) / bench.odds.sum()
    y, deep = bench.floor - 0.5, 0.5
    for x, end, value, odds in zip(ends, ends[1:], bench.values, bench.odds, strict=False):
        corners = [x, x, end, end], [y, y + deep, y + deep, y]
        axes.fill(*corners, facecolor=bench.fill, edgecolor=bench.ink)
        if end - x > 0.25:
            bench.label(axes, (x + end) / 2, y + deep / 2, number(value))
            bench.label(axes, (x + end) / 2, y + deep + 0.1, number(round(float(odds), 3)), "top")
    if bench.chosen >= 0:
        at = bench.left + width * bench.pointer
        axes.plot([at, at], [y - 0.25, y + deep * 0.3], color=bench.ring, linewidth=2)
        axes.fill([at, at - 0.1, at + 0.1], [y, y - 0.25, y - 0.25], facecolor=bench.ring)
