"""Detail: bars of the values, the mean as a level; what stands out from it weighs more."""

from typing import Any

import numpy as np

from poolviz.figures.stories import share
from poolviz.numbers import number
from poolviz.text import N_

TITLE = N_("What stands out counts more")
WEIGHS = True


def draw(axes: Any, bench: Any) -> None:
    share.draw(axes, bench)
    if bench.known and np.isfinite(bench.values).any():
        share.mark(axes, bench, float(np.nanmean(bench.values)))
        bench.under(axes, [number(round(float(weight), 3)) for weight in bench.weights], 1)
