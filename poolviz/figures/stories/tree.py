"""Tree: filters of the window at its leaves; gates mix them upwards, to the written root."""

from typing import Any

from poolviz.text import N_

TITLE = N_("Filters, mixed in a tree")
WEIGHS = True
QUIET = True


def draw(pen: Any, bench: Any) -> None:
    if bench.known and len(bench.nodes):
        bench.tree(pen)
