"""Guess an OKS, and what people get wrong about it: numbers 11 and 12 of twelve.

A real person of the shipped annotations, with joints displaced by the seed.
"""

from dataclasses import replace

import numpy as np

from poolviz.exercises.exercise import Exercise, Option, Typed, Unsuited, picked
from poolviz.exercises.material import Material
from poolviz.numbers import number
from poolviz.pose import similarity_radius
from poolviz.readers.pose import pack_numbers
from poolviz.stage.question import Question
from poolviz.text import _, listed
from poolviz.wings.pose.oks.posing import Person, Posing, measures, shipped_people
from poolviz.wings.pose.oks.questions import similarity_at

TOLERANCE = 0.05
FEWEST = 5
"""Labelled joints that a person needs to be asked about."""


def posing(m: Material) -> Posing:
    """A person and a detected pose, both by the seed; joints are off by up to some 15 % of s."""
    people = [p for p in shipped_people() if p.labelled >= FEWEST]
    rng = m.rng(14)
    person: Person = people[0 if m.seed == 0 else int(rng.integers(len(people)))]
    scale = float(np.sqrt(person.area))
    far = rng.uniform(0.02, 0.09) * scale
    pred = np.round(person.points + rng.normal(0, far, person.points.shape), 1)
    return Posing(person, pred, person.visibility, person.sigmas, person.area)


def _link(shown: Posing) -> dict[str, str]:
    return {"person": shown.person.name, "pose": pack_numbers(shown.pred), "mode": "watch"}


def guess(m: Material) -> Exercise:
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
        text, Typed(_("OKS")), check, lambda: check(shown.oks), shown, "oks", _link(shown),
        table=lambda: joints(shown),
    )  # fmt: skip


def joints(shown: Posing) -> dict[str, list[str]]:
    """The numbers of every joint that counts: distance, k s, similarity."""
    at = np.flatnonzero(shown.counts)
    reach = shown.k * shown.scale
    return {
        _("joint"): [shown.names[i] for i in at],
        _("d, px"): [f"{shown.distances[i]:.1f}" for i in at],
        _("k·s, px"): [f"{reach[i]:.1f}" for i in at],
        _("similarity"): [f"{shown.similarities[i]:.3f}" for i in at],
    }


def equal_errors(m: Material) -> Exercise:
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
    pixels = max(1, round(float(similarity_radius(0.135, shown.area, shown.k[strict] / 2))))
    kept = listed(f"{shown.names[i]} {similarity_at(shown, i, pixels):.3f}" for i in chosen)
    rule = _("What is left at {d} px: {kept}. The smaller σ, the less is forgiven.").format(
        d=pixels, kept=kept
    )
    same = _("Each joint has its own σ, and the loss is not the same: {kept}.").format(kept=kept)
    equal = _("everywhere the same")
    options = (
        *(
            Option(shown.names[i], i == strict, rule if i == strict else _left(shown, i, pixels))
            for i in chosen
        ),
        Option(equal, False, same, 11),
    )
    text = _("The same slip of {d} px on one joint (s = {s} px): where does it cost most?").format(
        d=pixels, s=number(round(shown.scale))
    )
    return picked(
        Question(text, options), {equal: 11}, picture=shown, page="oks", link=_link(shown)
    )


def _left(shown: Posing, i: int, pixels: float) -> str:
    return _("The {joint} keeps {ks}.").format(
        joint=shown.names[i], ks=f"{similarity_at(shown, i, pixels):.3f}"
    )


def flags(m: Material) -> Exercise:
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
            (after, right.format(**names), 0),
            (without, wrong.format(**names), 12),
            (half, wrong.format(**names), 12),
        ],
        shown,
    )


def _unlabelled(m: Material, shown: Posing, i: int) -> Exercise:
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
            (moved.oks, right, 0),
            (counted.oks, wrong, 12),
            (moved.oks * n / (n + 1), wrong, 12),
        ],
        moved,
    )


def _becomes(text: str, offers: list[tuple[float, str, int]], shown: Posing) -> Exercise:
    labels = [_three(value) for value, _why, _n in offers]
    kept: dict[str, Option] = {}
    for label, (_value, why, n) in zip(labels, offers, strict=True):
        kept.setdefault(label, Option(label, n == 0, why, n))
    options = tuple(kept[label] for label in sorted(kept))
    behind = {option.label: 12 for option in options if option.misconception}
    if not behind:
        raise Unsuited
    question = Question(text, options)
    return picked(question, behind, picture=shown, page="oks", link=_link(shown))


def _flag(shown: Posing, i: int, v: int) -> tuple[int, ...]:
    return tuple(v if j == i else old for j, old in enumerate(shown.visibility))


def _three(value: float) -> str:
    return f"{value:.3f}"
