"""Draw: a strip cut in the proportions of the odds, and where on it the pointer landed."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Draw one")
WEIGHS = False


def draw(pen: Any, bench: Any) -> None:
    if any(slot.odds for slot in bench.slots):
        bench.strip(pen)
    else:
        bench.shares(pen)
