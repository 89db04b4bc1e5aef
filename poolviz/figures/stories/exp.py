"""Exp: bars of the exponential weights, normalised."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Weigh by exponential")
WEIGHS = True


def draw(pen: Any, bench: Any) -> None:
    bench.shares(pen)
