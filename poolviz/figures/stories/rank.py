"""Rank: the cells line up by value, the weights stand over the ranks."""

from typing import Any

import numpy as np

from poolviz.text import N_

TITLE = N_("Line up by value")
WEIGHS = True


def draw(axes: Any, bench: Any) -> None:
    known = np.where(np.isnan(bench.values), -np.inf, bench.values)
    bench.shares(axes, np.argsort(-known, kind="stable") if bench.known else None)
