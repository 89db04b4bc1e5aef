"""Exp: bars of the exponential weights, normalised."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Weigh by exponential")
WEIGHS = True


def draw(axes: Any, bench: Any) -> None:
    bench.shares(axes)
