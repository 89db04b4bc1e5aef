"""Tree: filters of the window at its leaves; gates mix them upwards, to the root."""

from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.text import N_

TITLE = N_("Filters, mixed in a tree")
WEIGHS = True


def draw(axes: Any, bench: Any) -> None:
    bench.values_under(axes)
    if not bench.known or bench.nodes is None:
        return
    leaves = (len(bench.nodes) + 2) // 3
    level = np.floor(np.log2(np.arange(2 * leaves - 1) + 1))
    place = np.arange(2 * leaves - 1) + 1 - 2**level
    x = bench.left + (bench.right - bench.left) * (place + 0.5) / 2**level
    y = bench.ceiling + (bench.floor - 0.25 - bench.ceiling) * level / np.log2(leaves)
    gates = bench.nodes[2 * leaves - 1 :]
    for i in range(1, 2 * leaves - 1):
        parent = (i - 1) // 2
        gate = gates[parent] if i % 2 else 1 - gates[parent]
        ends = [x[i], x[parent]], [y[i], y[parent]]
        axes.plot(*ends, color=bench.ink, linewidth=0.5 + 3 * float(gate), zorder=0.5)
    for i in range(2 * leaves - 1 if leaves <= 8 else 1):
        corners = (
            x[i] + np.array([-0.3, 0.3, 0.3, -0.3]),
            y[i] + np.array([-0.16, -0.16, 0.16, 0.16]),
        )
        axes.fill(*corners, facecolor="white", edgecolor=bench.ink, linewidth=0.8)
        bench.label(axes, x[i], y[i], number(round(float(bench.nodes[i]), 2)))
