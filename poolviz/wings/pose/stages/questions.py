"""What is asked about the stages: what stage 2 confuses, when a joint flips, what stage 4 mends."""

import numpy as np

from poolviz.numbers import number
from poolviz.pose.networks.record import Record
from poolviz.pose.procedural import LEFT_FIRST
from poolviz.stage.question import Choice, Question
from poolviz.text import N_, _
from poolviz.wings.pose.stages.scene import STAGES, field_of

GROUPS = (
    N_("head and neck"), N_("shoulders"), N_("elbows"), N_("wrists"), N_("hips"), N_("knees"),
    N_("ankles"),
)  # fmt: skip
LITTLE = 5
"""Points that a stage must find more of a group, or it has hardly mended anything."""
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
        "Nothing but the head is turned by 180°. From which stage on do nearly all maps of the "
        "{group} change sides?"
    ).format(group=_(GROUPS[pair + 1]))
    return Question(text, tuple(options), example={"head": 180})


def mends_question(found: Record, early: Record) -> Question:
    """What does the fourth stage mend, and what did it mend ``early`` in training?"""

    def gained(held: Record) -> tuple[int, str]:
        gains = held.gains(STAGES)
        best = int(np.argmax(gains))
        return best, _("{group} {before} → {after}").format(
            group=_(GROUPS[best]), before=percent(held.found[STAGES - 2, best]),
            after=percent(held.found[STAGES - 1, best]),
        )  # fmt: skip

    (best, now), (first, then) = gained(found), gained(early)
    little = bool(found.gains(STAGES).max() < LITTLE)
    said = _(
        "Most of all {now}, no other group more. After 1,000 updates it was {then}: there stage "
        "{n} did not yet use the rim of its field, and the fourth sees farther."
    ).format(now=now, then=then, n=STAGES - 1)
    offers = (
        (_("Hardly anything"), little, said),
        (
            _("Mostly one group: {group}").format(group=_(GROUPS[best if not little else first])),
            not little, said,
        ),
        (_("Whatever is left, a little of everything"), False, said),
    )  # fmt: skip
    text = _(
        "A fourth stage is trained behind three that stay as they are; it sees ±{half} pixels. "
        "What does it mend once they have learned?"
    ).format(half=field_of(STAGES) // 2)
    return Question(text, tuple(Choice(label, right, why) for label, right, why in offers))
