"""Mix: bars of the values; the largest and the mean as levels, and where between them it comes."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Mix the largest and the mean")
WEIGHS = True
QUIET = True


def draw(pen: Any, bench: Any) -> None:
    values = bench.numbers
    if bench.known and values:
        bench.values(pen)
        for value in (max(values), sum(values) / len(values)):
            bench.rule(pen, bench.at(value))
        bench.level(pen)
