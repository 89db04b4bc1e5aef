"""Experiment: two halves of a picture change places. Does a global pool notice?"""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import L2, Average, Global, Max, Sliding, SoftPool, Variant, pool
from poolviz.stage.question import Choice, Question
from poolviz.text import _
from poolviz.wings.pooling.core.channels import scaled

POOLS: tuple[Variant, ...] = (Average(), Max(), L2(), SoftPool())


@dataclass(frozen=True)
class Pair:
    """One global pool, before and after the swap; ``gap`` is their difference."""

    title: str
    before: float
    after: float

    @property
    def gap(self) -> float:
        """How far apart the two are: 0 up to rounding."""
        return abs(self.after - self.before)


@dataclass(frozen=True, eq=False)
class Swap:
    """``x`` and ``swapped`` (H, W) in [0, 1]; the global pools; and how many of the outputs of
    2 x 2 windows, ``moved`` of ``windows``, are another number than before.
    """

    x: np.ndarray
    swapped: np.ndarray
    pairs: tuple[Pair, ...]
    moved: int
    windows: int


def swap_experiment(x: np.ndarray) -> Swap:
    """The left half goes to the right, and every pool is asked again."""
    x = scaled(x)
    middle = x.shape[1] // 2
    swapped = np.concatenate([x[:, middle:], x[:, :middle]], axis=1)
    pairs = tuple(
        Pair(
            _(variant.title),
            float(pool(x, variant, Global()).output.item()),
            float(pool(swapped, variant, Global()).output.item()),
        )
        for variant in POOLS
    )
    windows = Sliding(min(2, *x.shape))
    before, after = (pool(each, Max(), windows).output for each in (x, swapped))
    return Swap(x, swapped, pairs, int((before != after).sum()), before.size)


def swap_question(found: Swap) -> Question:
    """Which global pool can tell the two pictures apart?"""
    most = max(pair.gap for pair in found.pairs)
    right = _(
        "A global pool sees the cells as a bag: moved about, they are the same cells. The largest "
        "difference here is {gap}, rounding."
    )
    if most == 0:
        right = _(
            "A global pool sees the cells as a bag: moved about, they are the same cells. The "
            "largest difference here is {gap}."
        )
    right = right.format(gap=number(most))
    return Question(
        _("The left and the right half change places. Which global pools give another number?"),
        (
            Choice(
                _("average"), False, _("The mean adds up all cells; their order does not matter.")
            ),
            Choice(_("max"), False, _("The largest cell is still there, only elsewhere.")),
            Choice(_("both"), False, _("Neither the mean nor the largest of all cells changed.")),
            Choice(_("none of them"), True, right),
        ),
    )
