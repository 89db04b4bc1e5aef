"""Your own f: Y = f(P), a weighted sum of the sorted cells, with a slider for each weight."""

from collections.abc import Callable
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Ordinal, Pooled
from poolviz.stage.control import Control, Sliders, Values
from poolviz.stage.part import Fold, Formula, Part, Place, Says, Sets
from poolviz.text import N_, _

MOST_SLIDERS = 9
"""Most cells of a window that get a slider each."""
MOST_WEIGHTS = 64
"""Most weights that a link can hold."""
WEIGHTS = f"{Ordinal.__name__}.weights"
PRESETS: dict[str, Callable[[int], tuple[float, ...]]] = {
    N_("max"): lambda k: (1.0, *[0.0] * (k - 1)),
    N_("min"): lambda k: (*[0.0] * (k - 1), 1.0),
    N_("mean"): lambda k: (1.0,) * k,
    N_("median"): lambda k: tuple(float(r in ((k - 1) // 2, k // 2)) for r in range(k)),
}
"""Name -> the weights of k ranks, the largest cell first."""


def own_f(run: Pooled, mine: bool) -> Fold:
    """Y = f(P): a weight for each rank of the sorted cells. Moving one chooses the variant."""
    make, moves = partial(_own_f, run, mine), ("variant", "weights")
    return Fold(_("Your own f"), make, "tune", mine, moves, name="own_f")


def _own_f(run: Pooled, mine: bool) -> tuple[Part, ...]:
    k = run.windows.size
    intro = Says(
        _(
            "Pooling is Y = f(P): sort the cells of a window and weigh each rank. Max, min, "
            "mean and median are four settings of the same sliders."
        )
    )
    if k > MOST_WEIGHTS:
        text = _("Choose a window of at most {most} cells.").format(most=MOST_WEIGHTS)
        return intro, Says(text, "info")
    presets = Sets(
        tuple((_(name), weighing(weights(k))) for name, weights in PRESETS.items()), name="own_f"
    )
    many = _("Sliders come with windows of at most {most} cells.").format(most=MOST_SLIDERS)
    ranks = Place(("own_f",)) if k <= MOST_SLIDERS else Says(many, "caption")
    if not mine:
        told = _("Move a slider or choose a preset, and the page plays your f.")
        return intro, presets, ranks, Says(told, "caption")
    assert isinstance(run.variant, Ordinal)
    weights = np.asarray(current(run.variant.weights, k))
    return intro, presets, ranks, Formula(f_of(weights / weights.sum()), sheet=False)


def f_of(shares: np.ndarray) -> str:
    """The weighted ranks that count, in LaTeX; a long sum is shortened."""
    terms = [
        ("" if share == 1 else f"{number(share)}\\, ") + f"a_{{({rank + 1})}}"
        for rank, share in enumerate(shares)
        if share
    ]
    shown = terms if len(terms) <= MOST_SLIDERS else [*terms[:4], r"\dots", terms[-1]]
    return f"y = {' + '.join(shown)}" + r", \quad a_{(1)} \ge a_{(2)} \ge \dots"


def weighing(weights: tuple[float, ...]) -> dict[str, object]:
    """The values that play these weights; ``ValueError`` where none is above 0."""
    if sum(weights) <= 0:
        raise ValueError(_("One weight must stay above 0: the last good weights stand."))
    return {"variant": Ordinal.__name__, WEIGHTS: weights}


def current(weights: tuple[float, ...] | None, k: int) -> tuple[float, ...]:
    """The weights of k ranks, the largest at 1 where they were not made for k."""
    if weights is not None and len(weights) == k:
        return tuple(map(float, weights))
    shares = Ordinal(weights).share(np.arange(1, k + 1), np.asarray(k))
    return tuple(np.round(shares / shares.max(), 2).tolist())


def own_f_control(run_of: Callable[[Values], Pooled]) -> Control:
    """The sliders of a page whose run in a state is ``run_of(values)``."""

    def labels(values: Values) -> tuple[str, ...]:
        k = run_of(values).windows.size
        between = (_("rank {rank}").format(rank=rank) for rank in range(2, k))
        return (_("largest"), *between, _("smallest"))[:k]

    def now(values: Values) -> tuple[float, ...]:
        return current(values[WEIGHTS], run_of(values).windows.size)

    return Control(
        "", N_("Your own f"), Sliders(labels, now, weighing), key="own_f", with_="weights",
        passing=True, placed=True,
    )  # fmt: skip
