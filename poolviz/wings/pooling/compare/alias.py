"""Experiment: pooling against a convolution of stride 2, and stripes that are too fine for either.

After halving, stripes with a period under 4 cells cannot be shown: what is left of them is an
alias, stripes with a period of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Average, BlurPool, Max, Sliding, pool
from poolviz.stage.question import Choice, Question
from poolviz.text import N_, _

LENGTH = 120
LIMIT = 0.25
"""Stripes a cell above which every halving aliases: half of the new sampling rate."""
SHOWN = 24


def _strided(kernel: tuple[float, ...]) -> Callable[[np.ndarray], np.ndarray]:
    """A convolution over the columns of x (..., H, W), of stride 2, as its middle row moves."""
    weights = np.array(kernel)

    def run(x: np.ndarray) -> np.ndarray:
        views = np.lib.stride_tricks.sliding_window_view(x, len(weights), axis=-1)
        return views[..., ::2, ::2, :] @ weights

    return run


POOLS: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "every": (N_("Every second cell"), lambda x: pool(x, Max(), Sliding(1, 2)).output),
    "edges": (N_("Convolution (−1, 0, 1)/2, stride 2"), _strided((-0.5, 0.0, 0.5))),
    "average": (N_("Average"), lambda x: pool(x, Average(), Sliding(2)).output),
    "max": (N_("Max"), lambda x: pool(x, Max(), Sliding(2)).output),
    "blur": (N_("BlurPool"), lambda x: BlurPool()(x).output),
}
"""Each halves the columns: its title, and x (..., H, W) -> (..., H', W')."""


@dataclass(frozen=True, eq=False)
class Alias:
    """``kept[name]`` (frequencies,): how strong the stripes come out, 1 for as strong as they went
    in; above ``LIMIT`` all of it is alias.
    """

    frequencies: np.ndarray
    kept: dict[str, np.ndarray]


def stripes(frequencies: np.ndarray, length: int = LENGTH) -> np.ndarray:
    """Upright stripes cos(2 pi f t) of each frequency, in stripes a cell: (F, 4, length)."""
    t = np.arange(length)
    lines = np.cos(2 * np.pi * np.asarray(frequencies)[:, None] * t + 0.4)
    return np.broadcast_to(lines[:, None, :], (len(lines), 4, length))


def alias_experiment() -> Alias:
    """Every pool meets stripes of every frequency up to the finest, 0.5."""
    frequencies = np.round(np.arange(0.02, 0.5, 0.02), 2)
    x = stripes(frequencies)
    kept = {name: np.sqrt(2) * run(x)[:, 1, 4:-4].std(-1) for name, (_title, run) in POOLS.items()}
    return Alias(frequencies, kept)


@dataclass(frozen=True, eq=False)
class Halved:
    """Stripes of one frequency: ``x`` (SHOWN,), and each pool's output at cells ``at``."""

    frequency: float
    x: np.ndarray
    outputs: dict[str, np.ndarray]
    at: np.ndarray


def halved(frequency: float) -> Halved:
    """A stretch of stripes before and after."""
    x = stripes(np.array([frequency]), SHOWN + 8)
    outputs = {name: run(x)[0, 1, : SHOWN // 2] for name, (_title, run) in POOLS.items()}
    return Halved(frequency, x[0, 0, :SHOWN], outputs, np.arange(0, SHOWN, 2))


def alias_of(frequency: float) -> float:
    """What stripes of this frequency look like after halving, in stripes an input cell.

    >>> round(alias_of(0.4), 3), round(alias_of(0.1), 3)
    (0.1, 0.1)
    """
    return abs(frequency - 0.5 * round(2 * frequency))


def alias_question(frequency: float) -> Question:
    """Fine stripes, every second cell kept: what is seen?"""
    period, out = 1 / frequency, alias_of(frequency)
    seen = number(round(1 / out, 2)) if out > 1e-9 else "∞"
    names = {"p": number(round(period, 2)), "q": seen}
    right = _(
        "Two samples a stripe are needed; after halving the finest stripes have a period of 4 "
        "cells. |{f} − {n}/2| = {a} stripes a cell, a period of {q} cells."
    ).format(f=number(frequency), n=round(2 * frequency), a=number(round(out, 4)), q=seen)
    unchanged = abs(out - frequency) < 1e-9
    options = [
        (
            _("stripes with a period of {q} cells").format(**names),
            True,
            right,
        ),
        (
            _("the same stripes, period {p}").format(**names),
            unchanged,
            _("For that one needs two samples a stripe, and only one cell in two is left."),
        ),
        (_("an even grey"), False, _("Every second cell is kept as it is: nothing is averaged.")),
        (
            _("stripes with a period of {half} cells").format(half=number(round(period / 2, 2))),
            False,
            _("Halving does not make stripes finer on the picture."),
        ),
    ]
    text = _("Stripes with a period of {p} cells; every second cell is kept. What is seen?")
    kept: dict[str, Choice] = {}
    for label, ok, why in options:
        if not (unchanged and ok and label == options[0][0]):
            kept.setdefault(label, Choice(label, ok, right if ok else why))
    return Question(text.format(**names), tuple(kept.values()))


@dataclass(frozen=True)
class Halving:
    """A way to halve C maps: what it learns, and its multiplications an output number."""

    title: str
    weights: int
    multiplications: int
    sees: str


def halvings(channels: int = 64) -> tuple[Halving, ...]:
    """Pooling and strided convolution in counts, for C maps to C maps."""
    c = channels
    return (
        Halving(_("Max, 2 × 2, stride 2"), 0, 0, _("each map alone")),
        Halving(_("Average, 2 × 2, stride 2"), 0, 1, _("each map alone")),
        Halving(_("BlurPool, 2 × 2 and 3 × 3"), 0, 9, _("each map alone")),
        Halving(_("Convolution, 3 × 3, stride 2"), 9 * c * c, 9 * c, _("all maps at once")),
    )
