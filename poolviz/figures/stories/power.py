"""Power: bars of the weights that the powers give."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Weigh by power")
WEIGHS = True


def draw(pen: Any, bench: Any) -> None:
    bench.shares(pen)
