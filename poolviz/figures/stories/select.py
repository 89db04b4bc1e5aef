"""Select: bars of the values; what is not chosen fades."""

from typing import Any

import numpy as np

from poolviz.text import N_

TITLE = N_("One wins")
WEIGHS = False


def draw(axes: Any, bench: Any) -> None:
    bench.values_under(axes)
    if not bench.known:
        return
    unit, above = bench.unit()
    heights = np.clip(bench.values, min(0, bench.low), max(0, bench.high)) * unit
    nothing = np.zeros(len(bench.values))
    faded = (bench.weights if bench.weights is not None else nothing) == 0
    faded &= np.arange(len(faded)) != bench.chosen
    bench.bars(axes, heights, bench.floor - above, faded)
