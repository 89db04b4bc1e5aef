"""Guess an OKS, and what people get wrong about it: numbers 11 and 12 of twelve.

A real person of the shipped annotations, with joints displaced by the seed.
"""

from dataclasses import replace

import numpy as np

from poolviz.exercises import Draw, Exercise, Misconception, Option, Unsuited, draws
from poolviz.exercises.exercise import picked
from poolviz.numbers import number
from poolviz.stage.question import Question
from poolviz.stage.task import Number
from poolviz.text import N_, _
from poolviz.wings.pose.exercises.body import Body
from poolviz.wings.pose.oks.posing import Person, Posing, measures, shipped_people
from poolviz.wings.pose.oks.questions import similarity_at, slip

EQUALLY = Misconception(11, N_("Equal errors in pixels cost equally in OKS"))
FLAGS = Misconception(12, N_("Hidden joints are left out, or the flags of the detection count"))
TOLERANCE = 0.05
TRIES = 36
FEWEST = 5
"""Labelled joints that a person needs to be asked about."""


POSES = draws(TRIES)


def posing(m: Draw) -> Posing:
    """A person and a detected pose, both by the seed; joints are off by up to some 15 % of s."""
    people = [p for p in shipped_people() if p.labelled >= FEWEST]
    rng = m.rng(14)
    person: Person = people[0 if m.seed == 0 else int(rng.integers(len(people)))]
    scale = float(np.sqrt(person.area))
    far = rng.uniform(0.02, 0.09) * scale
    pred = np.round(person.points + rng.normal(0, far, person.points.shape), 1)
    return Posing(person, pred, person.visibility, person.sigmas, person.area)


def guess(m: Draw) -> Exercise:
    """The OKS of the pose in the picture, within .05."""
    shown = posing(m)

    def check(given: float) -> Option:
        if not 0 <= given <= 1:
            raise ValueError(_("An OKS lies between 0 and 1: a number such as 0.7 is needed."))
        label, n = number(given), int(shown.counts.sum())
        best, worst = (
            int(f(np.where(shown.counts, shown.similarities, fill)))
            for f, fill in ((np.argmax, -1.0), (np.argmin, 2.0))
        )
        told = _(
            "OKS is {oks}, the mean of {n} similarities, from {worst} at the {low} to {best} at "
            "the {high}."
        ).format(
            oks=f"{shown.oks:.3f}", n=n, worst=f"{shown.similarities[worst]:.3f}",
            low=shown.names[worst], best=f"{shown.similarities[best]:.3f}", high=shown.names[best],
        )  # fmt: skip
        if abs(given - shown.oks) <= TOLERANCE + 1e-9:
            return Option(label, True, told)
        half, pck = replace(shown, factor=1.0).oks, measures(shown).pck
        if abs(given - half) <= TOLERANCE:
            told = _("Near what k = σ would give, {half}; COCO's k is 2σ. {told}").format(
                half=f"{half:.3f}", told=told
            )
        elif abs(given - pck) <= TOLERANCE:
            told = _(
                "Near PCK, {pck}, which counts each joint that is near enough fully. {told}"
            ).format(pck=f"{pck:.3f}", told=told)
        return Option(label, False, told)

    text = _(
        "A person whose mask has s = √area = {s} px, and a detected pose. What is its OKS? Within "
        ".05 counts as right."
    ).format(s=number(round(shown.scale)))
    return Exercise(
        text, Number(_("OKS")), check, lambda: check(shown.oks), Body(shown, listed=True), "oks"
    )  # fmt: skip


def equal_errors(m: Draw) -> Exercise:
    """11: equal errors in pixels cost equally."""
    shown = posing(m)
    order = m.rng(15).permutation(np.flatnonzero(shown.counts))
    chosen: list[int] = []
    for i in map(int, order):
        if all(shown.k[i] != shown.k[j] for j in chosen):
            chosen.append(i)
    chosen = chosen[:3]
    if len(chosen) < 3:
        raise Unsuited
    strict = min(chosen, key=lambda i: shown.k[i])
    pixels, kept, rule = slip(shown, chosen)
    same = _("Each joint has its own σ, and the loss is not the same: {kept}.").format(kept=kept)
    equal = _("everywhere the same")
    options = (
        *(
            Option(shown.names[i], i == strict, rule if i == strict else _left(shown, i, pixels))
            for i in chosen
        ),
        Option(equal, False, same, EQUALLY),
    )
    text = _("The same slip of {d} px on one joint (s = {s} px): where does it cost most?").format(
        d=pixels, s=number(round(shown.scale))
    )
    return picked(Question(text, options), {equal: EQUALLY}, picture=Body(shown), page="oks")


def _left(shown: Posing, i: int, pixels: float) -> str:
    return _("The {joint} keeps {ks}.").format(
        joint=shown.names[i], ks=f"{similarity_at(shown, i, pixels):.3f}"
    )


def flags(m: Draw) -> Exercise:
    """12: hidden joints are left out, or the flags of the detection count."""
    shown = posing(m)
    free = [i for i, v in enumerate(shown.visibility) if v == 0]
    which = m.seed % 3 if free else m.seed % 2
    if which == 2:
        return _unlabelled(m, shown, free[int(m.rng(16).integers(len(free)))])
    seen = [i for i, v in enumerate(shown.visibility) if v == 2]
    if not seen:
        raise Unsuited
    i = seen[int(m.rng(17).integers(len(seen)))]
    with_flag = [replace(shown, visibility=_flag(shown, i, v)) for v in (1, 0)]
    hidden, without, now = with_flag[0].oks, with_flag[1].oks, shown.oks
    after = hidden if which == 0 else now  # the detection's flags are no argument of OKS at all
    half = (now * shown.counts.sum() - shown.similarities[i] / 2) / (shown.counts.sum() - 0.5)
    n, ks = int(shown.counts.sum()), f"{shown.similarities[i]:.3f}"
    joint = shown.names[i]
    if which == 0:
        text = _(
            "In the annotation, the {joint} (similarity {ks}) turns from visible, v = 2, to "
            "hidden, v = 1. What does the OKS, {now}, become?"
        )
        right = _("v = 1 and v = 2 count alike: {n} joints have v > 0, before and after.")
        wrong = _("Only v = 0 takes a joint out. {n} joints still count, this one with {ks}.")
    else:
        text = _(
            "The detector marks its {joint} (similarity {ks}) as hidden. What does the OKS, {now}, "
            "become?"
        )
        right = _("The third number of a detected joint is never read: {n} joints count as before.")
        wrong = _(
            "The flags of the truth decide, and there the {joint} is labelled: it counts with "
            "{ks}, among {n} joints."
        )
    names = {"joint": joint, "ks": ks, "now": _three(now), "n": n}
    return _becomes(
        text.format(**names),
        [
            (after, right.format(**names), None),
            (without, wrong.format(**names), FLAGS),
            (half, wrong.format(**names), FLAGS),
        ],
        shown,
    )


def _unlabelled(m: Draw, shown: Posing, i: int) -> Exercise:
    pred = shown.pred.copy()
    pred[i] += round(0.2 * shown.scale)
    moved = shown.with_pose(pred)
    counted = replace(moved, visibility=_flag(shown, i, 2))
    n = int(shown.counts.sum())
    text = _(
        "Nobody has labelled the {joint} (v = 0). The detector puts it somewhere far off and marks "
        "it as visible. What does the OKS, {now}, become?"
    ).format(joint=shown.names[i], now=_three(shown.oks))
    right = _(
        "Only the {n} joints that are labelled in the truth count; a prediction for another is "
        "free."
    ).format(n=n)
    wrong = _(
        "That counts the {joint} as joint {more} because the detection marks it; the truth has {n}."
    ).format(joint=shown.names[i], more=n + 1, n=n)
    return _becomes(
        text,
        [
            (moved.oks, right, None),
            (counted.oks, wrong, FLAGS),
            (moved.oks * n / (n + 1), wrong, FLAGS),
        ],
        moved,
    )


def _becomes(
    text: str, offers: list[tuple[float, str, Misconception | None]], shown: Posing
) -> Exercise:
    kept: dict[str, Option] = {}
    for value, why, wrong in offers:
        label = _three(value)
        kept.setdefault(label, Option(label, wrong is None, why, wrong))
    options = tuple(kept[label] for label in sorted(kept))
    behind = {option.label: FLAGS for option in options if option.misconception}
    if not behind:
        raise Unsuited
    return picked(Question(text, options), behind, picture=Body(shown), page="oks")


def _flag(shown: Posing, i: int, v: int) -> tuple[int, ...]:
    return tuple(v if j == i else old for j, old in enumerate(shown.visibility))


def _three(value: float) -> str:
    return f"{value:.3f}"
