"""Every kind of exercise, by the name that a link holds, in menu order."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from poolviz.exercises import conditions, geometries, misconceptions, poses, predictions
from poolviz.exercises.exercise import Exercise, Unsuited
from poolviz.exercises.material import Material, attempts
from poolviz.text import N_, _

PREDICT, BUILD, FIND = N_("Predict"), N_("Build an input"), N_("Find")
WRONG = N_("What people get wrong")


@dataclass(frozen=True)
class Kind:
    """A kind of exercise: its group, its title, and what makes one of material."""

    group: str
    title: str
    ask: Callable[[Material], Exercise]
    misconception: int = 0


KINDS = {
    "value": Kind(PREDICT, N_("A value"), predictions.value),
    "location": Kind(PREDICT, N_("A location"), predictions.location),
    "shape": Kind(PREDICT, N_("An output shape"), predictions.shape),
    "gradient": Kind(PREDICT, N_("A gradient"), predictions.gradient),
    "oks": Kind(PREDICT, N_("An OKS"), poses.guess),
    "max-equals-average": Kind(BUILD, N_("Max equals average"), conditions.max_equals_average),
    "silent-corner": Kind(BUILD, N_("No gradient in the corner"), conditions.silent_corner),
    "expectation-is-mean": Kind(
        BUILD, N_("Stochastic's expectation is the mean"), conditions.expectation_is_mean
    ),
    "unpooling-restores": Kind(
        BUILD, N_("Unpooling gives everything back"), conditions.unpooling_restores
    ),
    "one-takes-all": Kind(BUILD, N_("One cell gets every gradient"), conditions.one_takes_all),
    "find-output": Kind(FIND, N_("A kernel that gives this output"), geometries.for_output),
    "find-shape": Kind(FIND, N_("A kernel that gives this shape"), geometries.for_shape),
} | {
    f"misconception-{n}": Kind(WRONG, what, ask, n)
    for n, (what, ask) in enumerate(
        (
            (N_("Padding"), misconceptions.padding_is_zero),
            (N_("A small shift"), misconceptions.shift_invariant),
            (N_("Many stochastic draws"), misconceptions.stochastic_mean),
            (N_("Max's gradient"), misconceptions.gradient_of_max),
            (N_("Windows that overlap"), misconceptions.gradient_once),
            (N_("SoftPool's gradient"), misconceptions.share_is_gradient),
            (N_("There and back"), misconceptions.unpooling_inverts),
            (N_("Unpooling where windows overlap"), misconceptions.unpooling_is_backward),
            (N_("Adaptive windows"), misconceptions.adaptive_lengths),
            (N_("Global average pooling"), misconceptions.global_average),
            (N_("A slip of a joint"), poses.equal_errors),
            (N_("Flags of a joint"), poses.flags),
        ),
        start=1,
    )
}
"""The titles of the last twelve say what they are about, and not what people get wrong: to name
that would answer the question."""


def exercise(kind: str, given: Material) -> Exercise:
    """An exercise of this kind, from the first material that can be asked about.

    >>> from poolviz.exercises.material import material
    >>> from poolviz.pooling import Max, Sliding
    >>> from poolviz.samples import sample
    >>> given = material(sample("worked-example"), Max(), Sliding(2), seed=0)
    >>> exercise("value", given).check(7.0).why
    'max(1, 3, 4, 7) = 7, from row 1, column 1.'
    """
    for each in attempts(given):
        with suppress(Unsuited):
            return KINDS[kind].ask(each)
    raise LookupError(kind)


def title(kind: str) -> str:
    """The kind in the menu: its group and what it is about.

    >>> title("misconception-7")
    'What people get wrong (7): There and back'
    """
    it = KINDS[kind]
    template = _("{group} ({n}): {what}") if it.misconception else _("{group}: {what}")
    return template.format(group=_(it.group), n=it.misconception, what=_(it.title))
