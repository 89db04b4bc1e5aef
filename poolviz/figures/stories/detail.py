"""Detail: bars of the values, the mean as a level, and how far each cell stands out from it."""

from typing import Any

from poolviz.text import N_

TITLE = N_("What stands out counts more")
WEIGHS = True


def draw(pen: Any, bench: Any) -> None:
    values = bench.numbers
    if bench.known and values:
        bench.values(pen)
        mean = bench.at(sum(values) / len(values))
        bench.rule(pen, mean)
        for slot in bench.slots:
            if slot.value is not None:
                x = slot.x + bench.pitch / 2
                pen.lines([(x, mean), (x, bench.at(slot.value))], 3, bench.ring)
        bench.level(pen)
