"""Share: bars of the values, and the level to which they even out."""

from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.text import N_

TITLE = N_("Share evenly")
WEIGHS = True


def draw(pen: Any, bench: Any) -> None:
    if not bench.known:
        return
    unit, zero = bench.values(pen)
    if not np.isnan(bench.result):
        y = float(np.clip(zero - bench.result * unit, bench.base - bench.room, bench.base))
        bench.level(pen, y, number(bench.result))
