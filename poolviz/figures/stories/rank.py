"""Rank: the cells line up by value, the weights stand over the ranks."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Line up by value")
WEIGHS = True
SORTS = True


def draw(pen: Any, bench: Any) -> None:
    bench.shares(pen)
