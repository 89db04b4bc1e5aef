"""Predict first: what costs most, the OKS itself, and what the visibility flag does."""

from dataclasses import replace

import numpy as np

from poolviz.numbers import number
from poolviz.pose import similarity_radius
from poolviz.stage.question import Choice, Question
from poolviz.text import _, counted, listed, together
from poolviz.wings.pose.oks.posing import Posing


def pose_questions(posing: Posing) -> tuple[Question, ...]:
    """Questions about this pose, answered by the engine; what cannot be asked here is left out."""
    asked = (cost_question(posing), guess_question(posing), flag_question(posing),
             unlabel_question(posing), free_question(posing))  # fmt: skip
    return tuple(question for question in asked if question is not None)


def similarity_at(posing: Posing, i: int, pixels: float) -> float:
    """The similarity of joint i when it is ``pixels`` off."""
    return float(np.exp(-(pixels**2) / (2 * posing.area * posing.k[i] ** 2)))


def slip(posing: Posing, joints: list[int]) -> tuple[int, str, str]:
    """As many pixels as make the strictest joint lose most of its similarity; what each keeps."""
    strict = min(posing.k[i] for i in joints)
    pixels = max(1, round(float(similarity_radius(0.135, posing.area, strict / 2))))
    kept = listed(f"{posing.names[i]} {similarity_at(posing, i, pixels):.3f}" for i in joints)
    rule = _("What is left at {d} px: {kept}. The smaller σ, the less is forgiven.").format(
        d=pixels, kept=kept
    )
    return pixels, kept, rule


def cost_question(posing: Posing) -> Question | None:
    """Equal pixel errors do not cost equally: the joint with the smallest sigma pays most."""
    order = [int(i) for i in np.argsort(posing.k, kind="stable") if posing.counts[i]]
    k = posing.k
    if posing.bare or len(order) < 3 or k[order[0]] == k[order[-1]]:
        return None
    different = [order[0], order[len(order) // 2], order[-1]]
    if len({float(k[i]) for i in different}) < 3:
        return None
    pixels, _kept, rule = slip(posing, different)
    same = _("Equal errors in pixels do not cost equally: each joint has its own σ.")
    choices = [Choice(posing.names[i], i == order[0], rule) for i in sorted(different)]
    return Question(
        _("The same slip of {d} px on one joint: where does it cost most?").format(d=pixels),
        (*choices, Choice(_("everywhere the same"), False, same)),
    )


def guess_question(posing: Posing) -> Question:
    """The OKS of the pose in the picture."""
    d = posing.distances[posing.counts]
    if posing.bare:
        text = _("Nobody has labelled this person's joints. What is the OKS of this detection?")
    elif np.ptp(d) < 0.3:
        text = _(
            "Every joint is about {d} px off, and s = {s} px. The rings show where the selected "
            "joint would have .85, .75 and .5. What is the OKS?"
        ).format(d=number(round(float(d.mean()))), s=number(round(posing.scale)))
    else:
        text = _("What is the OKS of the pose in the picture?")
    right = round(posing.oks, 2)
    why = counted(
        int(posing.counts.sum()),
        _("The similarity of the one joint that counts, exp(−d² / 2s²k²): {oks}."),
        _("The mean of {n} similarities, each exp(−d² / 2s²k²): {oks}."),
    ).format(oks=f"{posing.oks:.4f}")
    traps = [
        (
            _halved(posing),
            _("That takes k = σ. In COCO's formula k is 2σ: twice as far for the same loss."),
        ),
        (
            posing.measured.pck,
            _("That is PCK: every joint near enough counts fully. OKS is graded."),
        ),
        (
            float(np.nanmin(posing.similarities)),
            _("That is the worst joint alone. OKS is the mean over all that count."),
        ),
        (
            float(np.nanmax(posing.similarities)),
            _("That is the best joint alone. OKS is the mean over all that count."),
        ),
        (right / 2, _("Too low: look how many joints lie within their rings.")),
        (1.0, _("Only a pose that is equal to the truth has 1.")),
        (0.0, _("Only joints far beyond their rings have 0.")),
    ]
    choices = {f"{right:.2f}": Choice(f"{right:.2f}", True, why)}
    for value, reason in traps:
        if len(choices) < 4 and not np.isnan(value) and abs(value - right) >= 0.04:
            label = f"{value:.2f}"
            choices.setdefault(label, Choice(label, False, reason))
    return Question(text, tuple(choices[label] for label in sorted(choices)))


def _halved(posing: Posing) -> float:
    return (
        replace(posing, factor=1.0).oks if posing.factor == 2 else replace(posing, factor=2.0).oks
    )


def flag_question(posing: Posing) -> Question | None:
    """v from 2 to 1: nothing."""
    seen = [i for i, v in enumerate(posing.visibility) if v == 2]
    if not seen:
        return None
    i = seen[len(seen) // 2]
    return Question(
        _(
            "In the annotation, the {joint} changes from “visible” (v = 2) to “labelled but "
            "hidden” (v = 1). The OKS …"
        ).format(joint=posing.names[i]),
        (
            Choice(_("falls"), False, _("Hidden joints are not counted less.")),
            Choice(_("stays"), True, _("v = 1 and v = 2 count the same: the rule is v > 0.")),
            Choice(_("rises"), False, _("Hidden joints are not left out: only v = 0 is.")),
        ),
    )


def unlabel_question(posing: Posing) -> Question | None:
    """v to 0: the joint leaves both sums."""
    if posing.counts.sum() < 2 or posing.bare:
        return None
    i = int(np.nanargmin(posing.similarities))
    flags = tuple(0 if n == i else v for n, v in enumerate(posing.visibility))
    after = replace(posing, visibility=flags).oks
    if after - posing.oks < 5e-5:
        return None
    why = _(
        "It leaves both sums, and it was the worst ({ks}): the mean of the others is {after}, "
        "before it was {before}."
    ).format(ks=f"{posing.similarities[i]:.3f}", after=f"{after:.4f}", before=f"{posing.oks:.4f}")
    return Question(
        _("The worst joint, {joint}, loses its label (v = 0). The OKS …").format(
            joint=posing.names[i]
        ),
        (
            Choice(_("falls"), False, _("Its place in the denominator goes too.")),
            Choice(_("stays"), False, _("It counted before, and now it does not.")),
            Choice(_("rises"), True, why),
        ),
    )


def free_question(posing: Posing) -> Question | None:
    """A detected joint that nobody has labelled may be anywhere."""
    if posing.bare:
        return None
    free = next((i for i, counts in enumerate(posing.counts) if not counts), None)
    if free is None:
        text = _(
            "Of a person with an unlabelled ear (v = 0), the detector puts the ear 500 px off."
        )
    else:
        text = _("The {joint} is not labelled (v = 0). The detector puts it 500 px off.").format(
            joint=posing.names[free]
        )
    why = _("Only joints that are labelled in the truth count: this one is free.")
    return Question(
        together((text, _("The OKS …"))),
        (
            Choice(_("falls"), False, _("There is no true place to be far from.")),
            Choice(_("stays"), True, why),
            Choice(
                _("stays if the detector marks it as hidden"),
                False,
                _("The flags of the detection are never read; those of the truth decide."),
            ),
        ),
    )
