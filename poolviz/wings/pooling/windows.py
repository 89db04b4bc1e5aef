"""Windows: one input, one variant, and the window that moves over it."""

from dataclasses import dataclass, replace
from functools import partial

from poolviz.pooling import Ordinal, Pooled
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import Formula, Part, Play
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.own_f import own_f, own_f_control
from poolviz.wings.pooling.core.predict import questions, window_question
from poolviz.wings.pooling.core.telling import (
    around,
    frameworks,
    notice,
    output_numbers,
    program,
    region_parts,
    scene_of,
    shapes,
    sources,
)
from poolviz.wings.pooling.core.window_scene import Region

ADDRESS = "windows"


@dataclass(frozen=True, eq=False)
class Run:
    """A run, the block of it that is played, and the colours of its input; ``mine``: the weights
    of the ranks are one's own."""

    run: Pooled
    region: Region
    palette: str
    mine: bool

    @property
    def name(self) -> str:
        """What its files are called."""
        return run_name(ADDRESS, self.run)


def compute(values: Values) -> Run:
    """The chosen variant over the chosen input."""
    run = shared.run_of(values)
    region = Region.within(run, values["region"])
    mine = values["variant"] == Ordinal.__name__
    return Run(run, region, shared.palette_of(values), mine)


def view(made: Run) -> tuple[Part, ...]:
    """The scene, the formula, what to notice; then shapes, one's own f, code."""
    run, region = made.run, made.region
    return (
        Play(partial(_scene, made), name=made.name),
        *around(run, region),
        Formula(run.variant.formula),
        *region_parts(run, region, made.name),
        output_numbers(run, made.name),
        notice(run, region),
        *shapes(run),
        own_f(run, made.mine),
        frameworks(run),
        program(run),
        *sources(run.variant),
    )


def _scene(made: Run, hidden: int | None) -> Scene:
    return scene_of(made.run, made.region, made.palette, hidden)


def asked(made: Run) -> tuple[Question, ...]:
    """The first two windows, then a changed cell, then another stride."""
    windows = min(2, len(made.region.cells))
    return tuple(
        replace(question, step=i if i < windows else None)
        for i, question in enumerate(questions(made.run, made.palette == "grey"))
    )


def asked_at(made: Run, step: int) -> Question:
    """What a class is asked about one window."""
    return window_question(made.run, made.region.cell(step))


WINDOWS = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Windows"),
    icon="select_window",
    shows=N_("Move a window over your own matrix or picture; see what each variant makes of it."),
    intro=N_("A window moves over the input; what lies in it becomes one number."),
    controls=(
        *shared.INPUT,
        *shared.VARIANT,
        *shared.GEOMETRY,
        shared.MODE,
        shared.STEP,
        shared.REGION,
        own_f_control(shared.run_of),
    ),
    run=compute,
    view=view,
    questions=asked,
    question_at=asked_at,
    fit=shared.fit,
    file_name=lambda made: made.name,
    shares=shared.SHARES,
)
