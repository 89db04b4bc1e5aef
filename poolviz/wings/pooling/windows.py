"""Windows: one input, one variant, and the window that moves over it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Ordinal, Pooled
from poolviz.stage.control import Control, Sliders, Values
from poolviz.stage.page import Page
from poolviz.stage.part import Fold, Formula, Part, Place, Play, Says, Sets
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.predict import questions, window_question
from poolviz.wings.pooling.core.telling import (
    explained,
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
MOST_SLIDERS = 9
"""Most cells of a window that get a slider each."""
MOST_WEIGHTS = 64
"""Most weights that a link can hold."""
WEIGHTS = f"{Ordinal.__name__}.weights"
PRESETS: dict[str, Callable[[int], tuple[float, ...]]] = {
    N_("max"): lambda k: (1.0, *[0.0] * (k - 1)),
    N_("min"): lambda k: (*[0.0] * (k - 1), 1.0),
    N_("mean"): lambda k: (1.0,) * k,
    N_("median"): lambda k: tuple(float(r in ((k - 1) // 2, k // 2)) for r in range(k)),
}
"""Name -> the weights of k ranks, the largest cell first."""


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
    """The scene, the step's arithmetic, what to notice; then shapes, one's own f, code."""
    run, region = made.run, made.region
    return (
        *region_parts(run, region, made.name),
        Play(partial(_scene, made), name=made.name),
        explained(run, region),
        output_numbers(run, made.name),
        notice(run),
        *shapes(run),
        own_f(run, made.mine),
        frameworks(run),
        program(run, made.name),
        *sources(run.variant),
    )


def _scene(made: Run, hidden: int | None) -> Scene:
    return scene_of(made.run, made.region, made.palette, hidden)


def asked(made: Run) -> tuple[Question, ...]:
    """The first two windows, then a changed cell, then another stride."""
    windows = min(2, len(made.region.cells))
    return tuple(
        replace(question, step=i if i < windows else None)
        for i, question in enumerate(questions(made.run))
    )


def asked_at(made: Run, step: int) -> Question:
    """What a class is asked about one window."""
    cell = made.region.cells[min(step, len(made.region.cells) - 1)]
    return window_question(made.run, tuple(int(i) for i in cell))


def own_f(run: Pooled, mine: bool) -> Fold:
    """Y = f(P): a weight for each rank of the sorted cells. Moving one chooses the variant."""
    make, moves = partial(_own_f, run, mine), ("variant", "weights")
    return Fold(_("Your own f"), make, "tune", mine, moves, name="own_f")


def _own_f(run: Pooled, mine: bool) -> tuple[Part, ...]:
    k = run.windows.size
    intro = Says(
        _(
            "Pooling is Y = f(P): sort the cells of a window and weigh each rank. Max, min, "
            "mean and median are four settings of the same sliders."
        )
    )
    if k > MOST_WEIGHTS:
        text = _("Choose a window of at most {most} cells.").format(most=MOST_WEIGHTS)
        return intro, Says(text, "info")
    presets = Sets(
        tuple((_(name), weighing(weights(k))) for name, weights in PRESETS.items()), name="own_f"
    )
    many = _("Sliders come with windows of at most {most} cells.").format(most=MOST_SLIDERS)
    ranks = Place(("own_f",)) if k <= MOST_SLIDERS else Says(many, "caption")
    if not mine:
        told = _("Move a slider or choose a preset, and the page plays your f.")
        return intro, presets, ranks, Says(told, "caption")
    assert isinstance(run.variant, Ordinal)
    weights = np.asarray(current(run.variant.weights, k))
    return intro, presets, ranks, Formula(f_of(weights / weights.sum()), sheet=False)


def f_of(shares: np.ndarray) -> str:
    """The weighted ranks that count, in LaTeX; a long sum is shortened."""
    terms = [
        ("" if share == 1 else f"{number(share)}\\, ") + f"a_{{({rank + 1})}}"
        for rank, share in enumerate(shares)
        if share
    ]
    shown = terms if len(terms) <= MOST_SLIDERS else [*terms[:4], r"\dots", terms[-1]]
    return f"y = {' + '.join(shown)}" + r", \quad a_{(1)} \ge a_{(2)} \ge \dots"


def weighing(weights: tuple[float, ...]) -> dict[str, object]:
    """The values that play these weights; ``ValueError`` where none is above 0."""
    if sum(weights) <= 0:
        raise ValueError(_("One weight must stay above 0: the last good weights stand."))
    return {"variant": Ordinal.__name__, WEIGHTS: weights}


def current(weights: tuple[float, ...] | None, k: int) -> tuple[float, ...]:
    """The weights of k ranks, the largest at 1 where they were not made for k."""
    if weights is not None and len(weights) == k:
        return tuple(map(float, weights))
    shares = Ordinal(weights).share(np.arange(1, k + 1), np.asarray(k))
    return tuple(np.round(shares / shares.max(), 2).tolist())


def _labels(values: Values) -> tuple[str, ...]:
    k = shared.run_of(values).windows.size
    between = (_("rank {rank}").format(rank=rank) for rank in range(2, k))
    return (_("largest"), *between, _("smallest"))[:k]


def _now(values: Values) -> tuple[float, ...]:
    return current(values[WEIGHTS], shared.run_of(values).windows.size)


OWN_F = Control(
    "", N_("Your own f"), Sliders(_labels, _now, weighing), key="own_f", with_="weights",
    passing=True, placed=True,
)  # fmt: skip

WINDOWS = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Windows"),
    icon="select_window",
    shows=N_("Move a window over your own matrix or picture; see what each variant makes of it."),
    intro=N_(
        "A window moves over the input. What lies in it becomes one number of the output: the "
        "variant says how, the kernel, stride and padding say where."
    ),
    controls=(
        *shared.INPUT,
        *shared.VARIANT,
        *shared.GEOMETRY,
        shared.MODE,
        shared.STEP,
        shared.REGION,
        OWN_F,
    ),
    run=compute,
    view=view,
    questions=asked,
    question_at=asked_at,
    fit=shared.fit,
    file_name=lambda made: made.name,
    shares=shared.SHARES,
)
