"""OKS: a detected pose against the true one, joint by joint."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import PICTURE, Now, Part, Place, Posed, Says
from poolviz.stage.posing import Ground
from poolviz.stage.question import Question
from poolviz.text import N_, _, counted
from poolviz.wings.pose.oks.controls import BESIDE, CONSTANTS, POSE, TRUTH, fit, own
from poolviz.wings.pose.oks.mistakes import Said, mistakes, said_sentence
from poolviz.wings.pose.oks.posing import Posing
from poolviz.wings.pose.oks.questions import guess_question, pose_questions
from poolviz.wings.pose.oks.state import joint_of, posing_of
from poolviz.wings.pose.oks.telling import (
    charts,
    compared,
    explained,
    file_name,
    files,
    notice,
    own_pose,
    program,
    sheet,
    sources,
    waits,
)


@dataclass(frozen=True, eq=False)
class Run:
    """A pose and its selected joint, and how they are looked at and broken.

    ``id`` names the truth: a truth that is set by hand keeps it. ``flagged`` and ``constants``:
    whether flags and sigmas are others than those that came with the truth.
    """

    posing: Posing
    joint: int
    id: str
    mine: bool
    notes: tuple[str, ...]
    arrows: bool
    by_truth: bool
    ground: Ground | None
    where: str
    said: Said | None
    flagged: bool
    constants: bool


def compute(values: Values) -> Run:
    """The pose that the values describe."""
    mine = own(values)
    posing = posing_of(values)
    assert posing.oks >= 0  # computed here, once
    return Run(
        posing, joint_of(values), str(values["chosen"]), mine,
        values["notes"], values["arrows"], values["truth"],
        values["ground"] if mine else None, values["where"], values["said"],
        values["flags"] is not None, values["sigmas"] is not None,
    )  # fmt: skip


def view(run: Run) -> tuple[Part, ...]:
    """The poses, one-click mistakes, the formula with its numbers, charts, other measures."""
    posing, joint = run.posing, run.joint
    said = (said_sentence(run.said, posing),) if run.said else ()
    return (
        Posed(
            posing.poses, _("A detected pose of {joints} beside the true one").format(
                joints=counted(len(posing.names), _("{n} joint"), _("{n} joints"))
            ), id=run.id, moves="pose", joint=joint, arrows=run.arrows, by_truth=run.by_truth,
            ground=run.ground, name=file_name(posing),
        ),
        Place(("sigmas",)),
        Now(waits),
        mistakes(posing, joint, run.where, run.flagged, run.constants),
        *(Says(sentence, "caption", tells=PICTURE) for sentence in said),
        own_pose(run.mine, run.notes),
        *explained(posing, joint),
        charts(posing, joint),
        compared(posing),
        program(posing),
        *files(posing),
        notice(),
        sources(),
    )  # fmt: skip


def asked(run: Run) -> Sequence[Question]:
    """What costs most, the OKS itself, which the picture then tells, and what the flags do."""
    guess = guess_question(run.posing).text
    return tuple(replace(q, step=0) if q.text == guess else q for q in pose_questions(run.posing))


OKS = Page(
    address="oks",
    wing=N_("Pose"),
    group=N_("Pose: measure"),
    title=N_("OKS"),
    icon="accessibility_new",
    shows=N_("Drag the joints of a detected pose and see what each slip costs, joint by joint."),
    intro=N_(
        "Object keypoint similarity says how near a detected pose comes to the true one, from 0 to "
        "1. A slip in pixels counts by the size of the person, s, and by the joint: σ says how far "
        "even careful annotators stray there."
    ),
    controls=(*TRUTH, *CONSTANTS, *POSE, *BESIDE),
    run=compute,
    view=view,
    questions=asked,
    fit=fit,
    file_name=lambda run: file_name(run.posing),
    sheet=lambda run, answers: sheet(run.posing, run.joint, answers),
    about=("chosen",),
)
