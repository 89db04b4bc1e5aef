"""Mix: bars of the values; the largest and the mean as levels, and the mixture between them."""

from typing import Any

import numpy as np

from poolviz.figures.stories import share
from poolviz.text import N_

TITLE = N_("Mix the largest and the mean")
WEIGHS = True


def draw(axes: Any, bench: Any) -> None:
    share.draw(axes, bench)
    if bench.known and np.isfinite(bench.values).any():
        share.mark(axes, bench, float(np.nanmax(bench.values)))
        share.mark(axes, bench, float(np.nanmean(bench.values)))
