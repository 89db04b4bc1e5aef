"""Filter: bars of the weights that the places have, whatever lies there."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Weigh by place")
WEIGHS = True


def draw(pen: Any, bench: Any) -> None:
    bench.shares(pen)
