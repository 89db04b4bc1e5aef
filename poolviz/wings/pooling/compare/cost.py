"""Experiment: what a pool costs against the kernel size; counted, and measured on this machine."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import NamedTuple

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Average, Max, Sliding, pool
from poolviz.stage.question import Question, choices
from poolviz.text import N_, _

SIDE = 64
KERNELS = (2, 3, 5, 7, 9, 11)
BUDGET = 0.12
"""Seconds after which no further measurement is begun."""
REPEATS = 3


@dataclass(frozen=True)
class Cost:
    """Counts for one plane of n x n, kernel k, stride 1, in float32.

    Operations: comparisons or additions of the rule taken literally (``direct``), of rows first
    and columns then (``separable``), and multiplications of a convolution that also has one map in
    and out. Bytes: the input and output once (``least``), and the copy of every window.
    """

    kernel: int
    direct: int
    separable: int
    convolution: int
    least: int
    windows: int


def cost(kernel: int, n: int = SIDE) -> Cost:
    """The counts.

    >>> cost(3, 5)
    Cost(kernel=3, direct=72, separable=48, convolution=81, least=136, windows=324)
    """
    k, o = kernel, n - kernel + 1
    return Cost(
        k,
        (k * k - 1) * o * o,
        (k - 1) * (n * o + o * o),
        k * k * o * o,
        4 * (n * n + o * o),
        4 * k * k * o * o,
    )


class Timing(NamedTuple):
    """Milliseconds of one way at one kernel: the median and the range of a few runs."""

    kernel: int
    median: float
    least: float
    most: float


WAYS: dict[str, tuple[str, Callable[[np.ndarray, int], object]]] = {
    "windows": (
        N_("Max, a view of every window"),
        lambda x, k: np.lib.stride_tricks.sliding_window_view(x, (k, k)).max((-2, -1)),
    ),
    "max": (
        N_("Max, this engine (values only)"),
        lambda x, k: pool(x, Max(), Sliding(k, 1), locations=False).output,
    ),
    "average": (
        N_("Average, this engine"),
        lambda x, k: pool(x, Average(), Sliding(k, 1), locations=False).output,
    ),
}


def measure(side: int = SIDE, budget: float = BUDGET) -> dict[str, tuple[Timing, ...]]:
    """Each way at each kernel, a few times; what does not fit the budget is left out."""
    x = np.random.default_rng(0).random((side, side), dtype=np.float32)
    begun, found = perf_counter(), {name: list[Timing]() for name in WAYS}
    for kernel in KERNELS:
        for name, (_title, run) in WAYS.items():
            if perf_counter() - begun > budget:
                return {name: tuple(timings) for name, timings in found.items()}
            took = []
            for _repeat in range(REPEATS):
                start = perf_counter()
                run(x, kernel)
                took.append(1000 * (perf_counter() - start))
            found[name].append(Timing(kernel, median(took), min(took), max(took)))
    return {name: tuple(timings) for name, timings in found.items()}


def cost_question(small: int = 3, large: int = 9) -> Question:
    """From kernel 3 to 9: how many times more comparisons, rows first and columns then?"""
    a, b = cost(small, 10**6), cost(large, 10**6)  # so large that the border does not count
    direct, separable = round(b.direct / a.direct, 2), round(b.separable / a.separable, 2)
    right = _(
        "Rows first: k − 1 comparisons a cell, then k − 1 over the rows: 2 · {l} against 2 · {s}. "
        "The rule taken literally needs k² − 1, {direct} times as many."
    ).format(l=large - 1, s=small - 1, direct=number(direct))
    traps = [
        (direct, _("That is k² − 1, every window for itself: the columns repeat.")),
        (large / small, _("Almost: it is k − 1 comparisons, not k.")),
        (1, _("There is such a way (a running maximum), but not this one.")),
    ]
    text = _(
        "Max with stride 1, first along the rows, then along the columns of what that gives. From "
        "kernel {small} to {large}: how many times as many comparisons?"
    ).format(small=small, large=large)
    return Question(text, choices([(separable, right), *traps]))
