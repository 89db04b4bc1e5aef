"""What is asked about the stages: what stage 2 confuses, when a joint flips, what stage 4 mends."""

from collections.abc import Sequence

import numpy as np

from poolviz.numbers import number
from poolviz.pose.networks.record import Record
from poolviz.pose.procedural import LEFT_FIRST
from poolviz.stage.question import Choice, Question
from poolviz.text import N_, _
from poolviz.wings.pose.stages.scene import STAGES, field_of, name_of

GROUPS = (
    N_("head and neck"), N_("shoulders"), N_("elbows"), N_("wrists"), N_("hips"), N_("knees"),
    N_("ankles"),
)  # fmt: skip
KNEES = 4
"""The pair that is asked about where the chosen joint has no side."""


def pair_of(joint: int) -> int:
    """Which of the six pairs a joint belongs to; the knees' for head and neck."""
    return next((i for i, pair in enumerate(LEFT_FIRST) if joint in pair), KNEES)


def percent(value: float) -> str:
    """A share of the record, as it is said."""
    return _("{n} %").format(n=number(round(float(value))))


def confused_question(found: Record, stage: int = 2) -> Question:
    """Which joints does this stage most often put on the other side?"""
    shares = found.other[stage - 1]
    order = np.argsort(-shares)
    offered = sorted({int(order[0]), 1, 4, int(order[1])} | {2})[:5]
    half = field_of(stage) // 2
    reasons = {
        i: _("{share} of {group} lie on the other side at stage {n}.").format(
            share=percent(shares[i]), group=_(GROUPS[i]), n=stage
        )
        for i in offered
    }
    right = _(
        "{said} Only the head tells left from right, and it lies farther away than the ±{half} "
        "pixels that this stage sees."
    ).format(said=reasons[int(order[0])], half=half)
    return Question(
        _(
            "Left and right limbs look alike. Stage {n} sees ±{half} pixels: which joints does it "
            "most often put on the other side?"
        ).format(n=stage, half=half),
        tuple(
            Choice(_(GROUPS[i]), i == int(order[0]), right if i == order[0] else reasons[i])
            for i in offered
        ),
        step=stage - 1,
        stands=0,
    )


def flip_question(found: Record, joint: int) -> Question:
    """Only the head is turned: from which stage on does the joint's map change sides?"""
    pair = pair_of(joint)
    left = LEFT_FIRST[pair][0]
    flips = found.flips_at(pair)

    def says(stage: int) -> str:
        return _(
            "Stage {n}: {drawn} of these channels prefer the front's side as drawn, {turned} with "
            "the head turned."
        ).format(
            n=stage, drawn=percent(found.drawn[stage - 1, pair]),
            turned=percent(found.turned[stage - 1, pair]),
        )  # fmt: skip

    never = _("From none: their own pixels stay as they are")
    options = [
        Choice(_("From stage {n} on").format(n=n), n == flips, says(n))
        for n in range(1, STAGES + 1)
    ]
    why = says(STAGES)
    if flips:
        why = _("{said} What is seen far away decides.").format(said=says(flips))
    options.append(Choice(never, flips == 0, why))
    text = _(
        "Nothing but the head is turned by 180°. From which stage on do the maps of the {group}, "
        "{joint} and its counterpart, change sides?"
    ).format(group=_(GROUPS[pair + 1]), joint=name_of(left))
    return Question(text, tuple(options), example={"head": 180.0})


def mends_question(found: Record, stage: int = STAGES) -> Question:
    """What does one more stage mend?"""
    gains = found.gains(stage)
    best = int(np.argmax(gains))
    rest = np.delete(gains, best)
    said = _("{group}: {before} → {after} found; no other by more than {most} points.").format(
        group=_(GROUPS[best]), before=percent(found.found[stage - 2, best]),
        after=percent(found.found[stage - 1, best]), most=number(round(float(rest.max()), 1)),
    )  # fmt: skip
    offers: Sequence[tuple[str, bool, str]] = (
        (_("Mostly one group: {group}").format(group=_(GROUPS[best])), True, said),
        (_("A little of everything"), False, said),
        (
            _("Nothing: {n} stages see enough").format(n=stage - 1), False,
            _("Stage {n} sees ±{half} pixels. {said}").format(
                n=stage - 1, half=field_of(stage - 1) // 2, said=said
            ),
        ),
    )  # fmt: skip
    text = _(
        "Stage {n} is trained behind {before} stages that stay as they are. What does it mend?"
    )
    return Question(
        text.format(n=stage, before=stage - 1),
        tuple(Choice(label, right, why) for label, right, why in offers),
    )
