"""Gradients: what each output hands back to its window, and how it adds up."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from poolviz.pooling import Pooled
from poolviz.stage.cache import kept
from poolviz.stage.control import Control, Values
from poolviz.stage.page import Fitted, Page
from poolviz.stage.part import PICTURE, Formula, Moment, Now, Numbers, Part, Play, Stack
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.telling import program, region_parts, sources
from poolviz.wings.pooling.core.window_scene import Region
from poolviz.wings.pooling.gradients import upstream as sent
from poolviz.wings.pooling.gradients.check import Check, checked
from poolviz.wings.pooling.gradients.questions import Asked, Case, gradient_questions
from poolviz.wings.pooling.gradients.scene import any_tie, balance, gradient_scene
from poolviz.wings.pooling.gradients.telling import chain_rule, difference_check, notice, sums

ADDRESS = "gradients"


@dataclass(frozen=True, eq=False)
class Run:
    """A run, the gradient of its outputs, the block that is played, the colours of its input."""

    run: Pooled
    dy: np.ndarray
    region: Region
    palette: str

    @property
    def name(self) -> str:
        """What its files are called."""
        return run_name(ADDRESS, self.run)


def compute(values: Values) -> Run:
    """The chosen variant over the chosen input, and the upstream gradient."""
    run = shared.run_of(values)
    dy = sent.upstream(values, run.output.shape)
    return Run(run, dy, Region.within(run, values["region"]), shared.palette_of(values))


def view(made: Run) -> tuple[Part, ...]:
    """The scene, the chain rule at the step; sums, check, what to notice; code."""
    run, dy = made.run, made.dy
    dx = run.backward(dy)
    shape = "x".join(str(n) for n in dx.shape)
    after = (
        *sums(run, balance(run, dy)),
        *difference_check(run, _checked(run, made.region)),
        *notice(run, dy, dx, made.region),
    )
    return (
        Play(partial(_scene, run, dy, made.region, made.palette), name=made.name),
        Formula(run.variant.formula, screen=False),
        Formula(run.variant.gradient),
        Now(partial(_explained, made)),
        *region_parts(run, made.region, made.name),
        Numbers(dx, "dL/dx", name=f"{made.name}-dx-{shape}", tells=PICTURE),
        Stack(after, tells=PICTURE),
        program(run, "backward", dy),
        *sources(run.variant),
    )


def _explained(made: Run, moment: Moment) -> tuple[Part, ...]:
    if moment.withholds(moment.step):
        return ()
    return chain_rule(made.run, made.dy, made.region.cell(moment.step))


def _scene(run: Pooled, dy: np.ndarray, region: Region, palette: str, hidden: int | None) -> Scene:
    return _kept_scene(run, dy, region, palette, hidden)


@kept
def _kept_scene(
    run: Pooled, dy: np.ndarray, region: Region, palette: str, hidden: int | None
) -> Scene:
    title = _("Gradient of {variant}").format(variant=_(run.variant.title))
    scene = gradient_scene(run, dy, title, region, hidden, palette)
    assert scene.wire  # computed here, once
    return scene


@kept
def _checked(run: Pooled, region: Region) -> Check | None:
    return checked(run, region)


def asked(made: Run) -> tuple[Question, ...]:
    """Where it goes, what it sums to, how often, with which sign."""
    return bound(gradient_questions(made.run, made.dy), {"upstream": "ones"})


def asked_at(made: Run, step: int) -> Question:
    """What a class is asked about one output."""
    first = gradient_questions(made.run, made.dy, made.region.cell(step))
    return bound(first, {"upstream": "ones"})[0]


def bound(asked: Sequence[Asked], plain: dict[str, object]) -> tuple[Question, ...]:
    """Questions with what they withhold: the first window until it was asked about, then the rest.

    Those about a case of the worked example bring it; ``plain`` are the page's values for that.
    """
    return tuple(
        replace(each.question, step=None, example=example(each.shown_by, plain))
        if each.shown_by is not None
        else replace(each.question, step=min(i, 1), stands=0)
        for i, each in enumerate(asked)
    )


def example(case: Case, plain: dict[str, object]) -> dict[str, object]:
    """The values that show a case of the worked example."""
    return {
        "sample": "worked-example",
        "matrix": None,
        "variant": type(case.variant).__name__,
        **{
            f"{type(case.variant).__name__}.{field.name}": getattr(case.variant, field.name)
            for field in fields(case.variant)  # type: ignore[arg-type]
        },
        "kernel_size": (case.kernel,) * 2,
        "stride": (case.stride,) * 2,
        "padding": (0, 0),
        "dilation": (1, 1),
        "ceil_mode": False,
        "region": None,
        **plain,
    }


def fit(values: Values) -> Fitted:
    """Geometry that fits the input, a gradient that fits the output."""
    values, moved = shared.fit(values)
    values, more = sent.fit(values)
    return values, (*moved, *more)


def _untied(values: Values) -> bool:
    return not any_tie(shared.run_of(values))


def _with_ties(control: Control) -> Control:
    """To whom a tie's gradient goes stands on the page where there is a tie."""
    if not control.key.endswith(".ties"):
        return control
    return replace(
        control,
        label=N_("There are ties"),
        help=N_(
            "Pooling layers of all frameworks send a tie's gradient to one cell; x.amax() in "
            "PyTorch shares it. Both are right: at a tie the slope is not defined."
        ),
        folded=_untied,
    )


GRADIENTS = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Gradients"),
    icon="keyboard_backspace",
    shows=N_("Follow a gradient back: which cells receive it, how much, and how often."),
    intro=N_("Outputs hand their gradients back to the cells of their windows."),
    controls=(
        *shared.INPUT,
        *map(_with_ties, shared.VARIANT),
        *sent.UPSTREAM,
        *shared.GEOMETRY,
        shared.MODE,
        shared.STEP,
        shared.REGION,
    ),
    run=compute,
    view=view,
    questions=asked,
    question_at=asked_at,
    fit=fit,
    file_name=lambda made: made.name,
    shares=shared.SHARES,
)
