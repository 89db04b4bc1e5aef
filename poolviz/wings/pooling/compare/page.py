"""Compare: one input under several variants, and experiments that tell them apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from poolviz.pooling import OPERATORS, Operated, Operator, Pooled, Sliding
from poolviz.stage.cache import NAMING, kept
from poolviz.stage.control import Choice, Control, Several, Values
from poolviz.stage.page import Page
from poolviz.stage.part import Part, Play, Says
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import N_, _, listed
from poolviz.wings.pooling.compare.experiments import CONTROLS, inquiry
from poolviz.wings.pooling.compare.operators import Ran, operated
from poolviz.wings.pooling.compare.scene import DIRECTIONS, compare_scene, largest_question
from poolviz.wings.pooling.compare.telling import behind, codes, outputs
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.filenames import geometry_name, slug
from poolviz.wings.pooling.core.telling import region_parts
from poolviz.wings.pooling.core.window_scene import Region

ADDRESS = "compare"
MOST = 5
"""Variants and operators compared with the chosen one, at most."""
SHAPED = {cls.__name__: cls for cls in OPERATORS}
"""Operators by name: they stand beside the variants, each with a shape of its own."""
WAYS = {"forward": N_("Forward"), "backward": N_("Backward")}
"""Forward: outputs. Backward: what each input cell receives when every output sends 1."""
NAMING[Operated] = lambda run: (run.x, run.operator)


def _title(name: str) -> str:
    return _((shared.BY_NAME.get(name) or SHAPED[name]).title)


OTHERS = Control(
    "with",
    N_("Compared with"),
    Several(
        (*shared.BY_NAME, *SHAPED), _title, N_("None: choose"), MOST, as_chosen=True,
    ),
    ("Max", "Average", "Stochastic", "SoftPool"),
    key="others",
)  # fmt: skip
DIRECTION = Control(
    "direction",
    N_("Direction"),
    Choice(DIRECTIONS, lambda way: _(WAYS[way]), look="segments"),
    DIRECTIONS[0],
)


@dataclass(frozen=True, eq=False)
class Run:
    """All variants over one input and its windows; ``more``: operators over the same input.

    ``impossible``: operators that cannot pool it. ``region`` is the block that is played.
    """

    values: Values
    runs: tuple[Pooled, ...]
    more: tuple[Operated, ...]
    impossible: tuple[type[Operator], ...]
    region: Region

    @property
    def direction(self) -> str:
        """Which way the numbers run."""
        return str(self.values["direction"])

    @property
    def everything(self) -> tuple[Ran, ...]:
        """Variants and operators."""
        return (*self.runs, *self.more)

    @property
    def name(self) -> str:
        """ "compare-max-average-k2-s2", and "-backward" where the numbers run that way."""
        names = "-".join(slug(type(run.variant).__name__) for run in self.runs)
        back = "-backward" if self.direction == "backward" else ""
        return f"{ADDRESS}-{names}-{geometry_name(self.runs[0].geometry)}{back}"


def compute(values: Values) -> Run:
    """The chosen variant with its hyper-parameters, the others with their defaults."""
    x, geometry = shared.matrix_of(values), shared.chosen_geometry(values)
    first = shared.run_of(values)
    names = [name for name in values["others"] if name != values["variant"]]
    others = (shared.BY_NAME[name]() for name in names if name in shared.BY_NAME)
    classes = [SHAPED[name] for name in names if name in SHAPED]
    tried = {cls: _operated(x, cls, geometry) for cls in classes}
    made = Run(
        values,
        (first, *(shared.pooled(x, variant, geometry) for variant in others)),
        tuple(run for run in tried.values() if run is not None),
        tuple(cls for cls, run in tried.items() if run is None),
        Region.within(first, values["region"]),
    )
    # What cannot be shown is refused here, while the last good values can stand.
    _scene(made, 0 if values["mode"] == "predict" else None)
    return made


@kept
def _operated(x: np.ndarray, cls: type[Operator], geometry: Sliding) -> Operated | None:
    return operated(x, cls, geometry)


def view(made: Run) -> tuple[Part, ...]:
    """All of them played, then counted; the code; the experiment."""
    return (
        *region_parts(made.runs[0], made.region, made.name),
        *_left_out(made.impossible),
        Play(partial(_scene, made), name=made.name, height=760),
        *behind(made.runs, made.more, made.region),
        *outputs(made.runs, made.more, made.name),
        codes(made.everything, made.direction),
        Says(f"## {_('Experiments')}"),
        inquiry(made.values),
    )


def _left_out(impossible: Sequence[type[Operator]]) -> tuple[Part, ...]:
    if not impossible:
        return ()
    text = _("Not possible with this input: {names}.")
    names = listed(_(cls.title) for cls in impossible)
    return (Says(plain(text.format(names=names)), "info"),)


def _scene(made: Run, hidden: int | None) -> Scene:
    palette = shared.palette_of(made.values)
    return _kept_scene(
        made.runs, made.more, made.region, made.direction, hidden is not None, palette
    )


@kept
def _kept_scene(
    runs: tuple[Pooled, ...],
    more: tuple[Operated, ...],
    region: Region,
    direction: str,
    hidden: bool,
    palette: str,
) -> Scene:
    scene = compare_scene(runs, direction, region, hidden, palette, more)
    assert scene.wire  # computed here, once
    return scene


def asked(made: Run) -> tuple[Question, ...]:
    """Who writes the largest number into the first cell that is shown."""
    question = asked_at(made, 0)
    return () if question is None else (question,)


def asked_at(made: Run, step: int) -> Question | None:
    """The same about one step; nothing where nothing is compared."""
    if len(made.runs) < 2:
        return None
    cell = made.region.cells[min(step, len(made.region.cells) - 1)]
    return replace(largest_question(made.runs, tuple(int(i) for i in cell)), step=0)


COMPARE = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Compare"),
    icon="compare",
    shows=N_("One input under many variants, side by side; six experiments to predict."),
    intro=N_(
        "The same input, the same windows, several variants at once: see where they agree, where "
        "they part, and what each sends back. Below, six experiments that tell them apart."
    ),
    controls=(
        *shared.INPUT,
        *shared.VARIANT,
        OTHERS,
        DIRECTION,
        *shared.GEOMETRY,
        shared.MODE,
        shared.STEP,
        shared.REGION,
        *CONTROLS,
    ),
    run=compute,
    view=view,
    questions=asked,
    question_at=asked_at,
    fit=shared.fit,
    file_name=lambda made: made.name,
    shares=shared.SHARES,
)
