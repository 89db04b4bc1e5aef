"""Unpooling: the way back to the input's size, and what it cannot bring back."""

from dataclasses import dataclass
from functools import partial

from poolviz.pooling import Pooled
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import PICTURE, Formula, Moment, Now, Numbers, Part, Play, Says, Stack
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.filenames import run_name, slug
from poolviz.wings.pooling.core.telling import program, region_parts, sources
from poolviz.wings.pooling.core.window_scene import Region
from poolviz.wings.pooling.gradients.page import bound
from poolviz.wings.pooling.unpooling.between import KINDS, Between
from poolviz.wings.pooling.unpooling.controls import WAY_BACK, between, fit, method_of
from poolviz.wings.pooling.unpooling.journey import Journey, journey
from poolviz.wings.pooling.unpooling.questions import unpool_questions
from poolviz.wings.pooling.unpooling.scene import unpool_scene
from poolviz.wings.pooling.unpooling.telling import backward, compared, step_numbers
from poolviz.wings.pooling.unpooling.two_levels import two_levels

ADDRESS = "unpooling"
PLAIN: dict[str, object] = {"between": "nothing", "unpooling": "Locations", "duplicates": "last"}
"""The way back with which a case of the worked example is shown."""


@dataclass(frozen=True, eq=False)
class Run:
    """A run and its way back, None where there is none; the block that is played; a picture."""

    run: Pooled
    done: Journey | None
    method: str
    region: Region
    palette: str
    picture: str
    between: Between

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{run_name(ADDRESS, self.run)}-{slug(self.method)}"


def compute(values: Values) -> Run:
    """The chosen run, what happens in between, and the way back."""
    run = shared.run_of(values)
    method, operation = method_of(values["unpooling"], run), between(values)
    done = _journey(run, operation, method, values["duplicates"]) if method else None
    region = Region.within(run, values["region"])
    palette = shared.palette_of(values)
    return Run(run, done, method, region, palette, values["levels"], operation)


_journey = kept(journey)


def view(made: Run) -> tuple[Part, ...]:
    """The way there and back played, every way compared; code; two levels on a picture."""
    reference = (
        "Zeiler, Taylor & Fergus, ICCV 2011; Zeiler & Fergus, ECCV 2014; "
        "Badrinarayanan, Kendall & Cipolla (SegNet), PAMI 2017"
    )
    return (
        *_way_back(made),
        two_levels(made.picture, made.between),
        Says(_("Source: {reference}").format(reference=reference), "caption"),
        *sources(made.run.variant),
    )


def _way_back(made: Run) -> tuple[Part, ...]:
    run, done = made.run, made.done
    if done is None:
        return (
            Says(_("There is no way back from here: the numbers are not all finite."), "warning"),
        )
    output = done.trip.output
    name = f"{made.name}-unpooled-{'x'.join(str(n) for n in output.shape)}"
    return (
        Play(partial(_scene, made), name=made.name),
        Formula(done.method.formula),
        Now(partial(_step, done, made.region)),
        *region_parts(run, made.region, made.name),
        Numbers(output, _("Unpooled"), name=name, tells=PICTURE),
        Stack((*compared(done), *backward(done)), tells=PICTURE),
        program(run, "unpool", None, done.duplicates, done.way),
    )


def _step(done: Journey, region: Region, moment: Moment) -> tuple[Part, ...]:
    if moment.withholds(moment.step):
        return ()
    return step_numbers(done, region.cell(moment.step))


def _scene(made: Run, hidden: int | None) -> Scene:
    assert made.done is not None
    return _kept_scene(
        made.run, made.between, made.method, made.done.duplicates, made.region, made.palette, hidden
    )


@kept
def _kept_scene(
    run: Pooled, operation: Between, method: str, duplicates: str,
    region: Region, palette: str, hidden: int | None,
) -> Scene:  # fmt: skip
    done = _journey(run, operation, method, duplicates)
    names = _("Pooled"), _("After: {operation}").format(operation=_(KINDS[operation.kind]))
    title = _("Unpooling: {method}").format(method=_(done.method.title))
    scene = unpool_scene(done, title, names, region, hidden, palette)
    assert scene.wire  # computed here, once
    return scene


def asked(made: Run) -> tuple[Question, ...]:
    """Where values come back, what is kept, whether it is max's backward."""
    return () if made.done is None else bound(unpool_questions(made.done), PLAIN)


def asked_at(made: Run, step: int) -> Question:
    """What a class is asked about one value."""
    assert made.done is not None
    return bound(unpool_questions(made.done, made.region.cell(step)), PLAIN)[0]


UNPOOLING = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Unpooling"),
    icon="open_in_full",
    shows=N_("Pool and go back: what remembered places can restore, and what is gone for good."),
    intro=N_("Values go back to remembered places; everything else is zero."),
    controls=(
        *shared.INPUT,
        *shared.VARIANT,
        *WAY_BACK,
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
