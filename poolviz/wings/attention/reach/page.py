"""Reach: who a cell hears of when it may look at few, and what asking fewer saves."""

from dataclasses import dataclass, replace
from functools import partial

from poolviz.attention import CrissCross
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import ALL, PICTURE, Formula, Now, Numbers, Part, Play, Says, Stack
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.attention.reach.bill import bill
from poolviz.wings.attention.reach.controls import (
    CONTROLS,
    fit,
    map_of,
    offsets_of,
    was_shrunk,
)
from poolviz.wings.attention.reach.fewer import fewer_keys
from poolviz.wings.attention.reach.questions import cross_question, once_question, twice_question
from poolviz.wings.attention.reach.scene import reach_scene
from poolviz.wings.attention.reach.telling import (
    REFERENCE,
    about_numbers,
    cross_parts,
    masks_table,
    program,
    step_numbers,
)
from poolviz.wings.attention.reach.walk import Walk
from poolviz.wings.pooling.core import controls as shared

ADDRESS = "reach"
TWICE, ONCE, CROSS = 1, 2, 3
"""So many questions are answered once this one is."""


@dataclass(frozen=True, eq=False)
class Run:
    """The walk over the chosen map; all values, for what stands below it."""

    values: Values
    walk: Walk
    palette: str
    shrunk: bool

    @property
    def name(self) -> str:
        """What its files are called."""
        rows, cols = self.walk.grid
        return f"{ADDRESS}-{self.walk.mask}-{rows}x{cols}-r{self.walk.recurrences}"


def compute(values: Values) -> Run:
    """Who u hears of on the chosen map."""
    x = map_of(values)
    cells = [_cell(values[key], x.shape) for key in ("from", "to")]
    walk = Walk(x, values["mask"], offsets_of(values), values["recurrences"], *cells)
    return Run(values, walk, shared.palette_of(values), was_shrunk(values))


def _cell(place: tuple[int, int], shape: tuple[int, ...]) -> int:
    if not all(0 <= at < n for at, n in zip(place, shape, strict=True)):
        raise ValueError(
            _("the cell must be in {rows} × {columns}, got {place}").format(
                rows=shape[0], columns=shape[1], place=place
            )
        )
    return place[0] * shape[1] + place[1]


def view(run: Run) -> tuple[Part, ...]:
    """The walk played and counted; masks compared; the cross; fewer keys; the bill."""
    walk = run.walk
    return (
        *_shrunk(run),
        Play(partial(_scene, run), name=run.name),
        Now(partial(step_numbers, walk)),
        Numbers(
            walk.rows[-1].reshape(walk.grid), _("Weights"), name=f"{run.name}-weights",
            tells=PICTURE,
        ),
        Formula(CrissCross.formula, screen=False),
        Stack(masks_table(walk), tells=TWICE),
        Stack(cross_parts(), tells=CROSS),
        _notice(),
        about_numbers(),
        program(walk),
        Says(f"## {_('Fewer keys')}"),
        fewer_keys(run.values),
        Says(f"## {_('What it costs')}"),
        bill(run.values),
        Says(_("Source: {reference}").format(reference=_(REFERENCE)), "caption"),
    )  # fmt: skip


def _shrunk(run: Run) -> tuple[Part, ...]:
    if not run.shrunk:
        return ()
    rows, cols = run.walk.grid
    text = _(
        "A map of up to 28 × 28 cells can be walked; this one is shrunk to {rows} × {columns}, "
        "each cell the mean of a block."
    ).format(rows=rows, columns=cols)
    return (Says(text, "info"),)


def _notice() -> Stack:
    lines = (
        _("A mask saves pairs in each recurrence; recurrences bring back what it cut off."),
        _("Reached is not weighed: two criss-crosses are not full attention."),
        _("Row or column alone never leaves its line, a bishop never its colour."),
        _("With γ = 0, where training starts, nothing flows at all: the block gives back x."),
    )
    listed = "\n".join(f"- {line}" for line in lines)
    return Stack((Says(_("What to notice"), "heading"), Says(listed)), tells=ALL)


def _scene(run: Run, hidden: int | None) -> Scene:
    return _kept_scene(run.walk, run.palette, hidden, "map" if run.shrunk else "input")


@kept
def _kept_scene(walk: Walk, palette: str, hidden: int | None, name: str) -> Scene:
    scene = reach_scene(walk, palette, hidden, name)
    assert scene.wire  # computed here, once
    return scene


def asked(run: Run) -> tuple[Question, ...]:
    """Two recurrences; then, while the picture shows them, one on a smaller map; the cross."""
    stands = 1 if run.walk.recurrences > 1 else None
    once, cross = once_question(), cross_question()
    return twice_question(run.walk), replace(once, stands=stands), replace(cross, stands=stands)


REACH = Page(
    address=ADDRESS,
    wing=N_("Attention"),
    title=N_("Reach"),
    icon="hub",
    shows=N_("Ask only a row and a column, twice, and hear of every cell; what fewer keys cost."),
    intro=N_("Who does a cell hear of, if it may look at few?"),
    controls=CONTROLS,
    run=compute,
    view=view,
    questions=asked,
    fit=fit,
    file_name=lambda run: run.name,
    about=(
        "sample", "matrix", "seed", "rows", "cols", "large", "mask", "offsets", "recurrences",
        "from",
    ),
)  # fmt: skip
