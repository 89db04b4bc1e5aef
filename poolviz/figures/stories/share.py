"""Share: bars of the values, and the level to which they even out."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Share evenly")
WEIGHS = True


def draw(pen: Any, bench: Any) -> None:
    if bench.known:
        bench.values(pen)
        bench.level(pen)
