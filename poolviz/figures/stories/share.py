"""Share: bars of the values, and the level to which they even out."""

from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.text import N_

TITLE = N_("Share evenly")
WEIGHS = True


def draw(axes: Any, bench: Any) -> None:
    bench.values_under(axes)
    if not bench.known:
        return
    unit, above = bench.unit()
    heights = np.clip(bench.values, min(0, bench.low), max(0, bench.high)) * unit
    bench.bars(axes, heights, bench.floor - above, np.zeros(len(heights), bool))
    if np.isfinite(bench.result):
        room = bench.floor - bench.ceiling
        bench.level(
            axes, float(np.clip(bench.result * unit + above, 0, room)), number(bench.result)
        )


def mark(axes: Any, bench: Any, value: float) -> None:
    """A dotted level at this value."""
    unit, above = bench.unit()
    y = bench.floor - min(max(value * unit + above, 0), bench.floor - bench.ceiling)
    axes.plot([bench.left, bench.right], [y, y], color=bench.ink, linewidth=1, linestyle=":")
