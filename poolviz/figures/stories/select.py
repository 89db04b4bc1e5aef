"""Select: bars of the values; what is not chosen fades."""

from typing import Any

from poolviz.text import N_

TITLE = N_("One wins")
WEIGHS = False
FADES = QUIET = True


def draw(pen: Any, bench: Any) -> None:
    if bench.known:
        bench.values(pen)
