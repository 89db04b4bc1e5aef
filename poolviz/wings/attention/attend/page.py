"""Attend: one query asks, keys answer, and the output is a mean of values."""

from functools import partial

from poolviz.stage.page import Page
from poolviz.stage.part import PICTURE, Formula, Now, Numbers, Part, Play, Program, Says
from poolviz.stage.scene import Scene
from poolviz.stage.words import slug
from poolviz.text import N_, _
from poolviz.wings.attention.attend.asking import Made, compute
from poolviz.wings.attention.attend.back import backward_scene
from poolviz.wings.attention.attend.controls import ASKED_ABOUT, CONTROLS, fit
from poolviz.wings.attention.attend.pins import pins, scale_curve
from poolviz.wings.attention.attend.programs import programs
from poolviz.wings.attention.attend.questions import asked, asked_at
from poolviz.wings.attention.attend.scene import forward_scene
from poolviz.wings.attention.attend.telling import (
    formula,
    gradient,
    noted,
    received,
    samples,
    step_parts,
    whose,
)

ADDRESS = "attend"


def name_of(made: Made) -> str:
    """What its files are called."""
    parts = [ADDRESS, made.values["form"], made.values["mask"] if made.run.mask is not None else ""]
    return "-".join(slug(part) for part in [*parts, "back" if made.backward else ""] if part)


def view(made: Made) -> tuple[Part, ...]:
    """The scene, the step's numbers, the pinned queries; the scale, code, sources."""
    name = name_of(made)
    shape = "x".join(map(str, made.size))
    reference = (
        "Wang, Girshick, Gupta & He, CVPR 2018; Buades, Coll & Morel, CVPR 2005; "
        "Vaswani et al., NeurIPS 2017; github.com/facebookresearch/video-nonlocal-net"
    )
    back = (
        Numbers(made.received, "dL/dx", name=f"{name}-dx", tells=PICTURE),
    ) if made.backward else ()  # fmt: skip
    return (
        Play(partial(_scene, made), name=name),
        *(Says(each, "caption") for each in made.said),
        Formula(gradient(made) if made.backward else formula(made)),
        Now(partial(step_parts, made)),
        *received(made),
        pins(made, name),
        *scale_curve(made, name),
        *noted(made),
        Numbers(made.output.reshape(made.size), _("Output"), name=f"{name}-output-{shape}",
                tells=PICTURE),
        *back,
        samples(),
        whose(made),
        Program(
            _("The same in PyTorch and NumPy"), {"": partial(programs, made)},
            _("For exactly this state. The NumPy lines need NumPy alone."), name="code",
        ),
        Says(_("Source: {reference}").format(reference=reference), "caption"),
    )  # fmt: skip


def _scene(made: Made, hidden: int | None) -> Scene:
    play = backward_scene if made.backward else forward_scene
    return play(made, hidden is not None)


ATTEND = Page(
    address=ADDRESS,
    wing=N_("Attention"),
    title=N_("Attend"),
    icon="visibility",
    shows=N_("Ask with any cell: where it looks, what it takes, and which way gradients return."),
    intro=N_("Every cell asks all others; its output is a mean of what they hold."),
    controls=CONTROLS,
    run=compute,
    view=view,
    questions=asked,
    question_at=asked_at,
    fit=fit,
    about=ASKED_ABOUT,
    file_name=name_of,
)
