"""One function: average pooling becomes a Transformer head, one argument at a time."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from poolviz.attention import distance_of_rows
from poolviz.numbers import number
from poolviz.stage.cache import kept
from poolviz.stage.control import Control, Pair, Real, Silent, Values
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
from poolviz.stage.part import (
    PICTURE,
    Fold,
    Formula,
    Moment,
    Now,
    Numbers,
    Part,
    Play,
    Program,
    Says,
    Table,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.attention.one_function.programs import line, programs
from poolviz.wings.attention.one_function.questions import asked as questions_of
from poolviz.wings.attention.one_function.questions import stage_question
from poolviz.wings.attention.one_function.scene import Cell, flat, stages_scene, three
from poolviz.wings.attention.one_function.stages import (
    SIDE,
    STAGES,
    TIMES,
    Done,
    Stage,
    all_stages,
    shrunk,
)
from poolviz.wings.pooling.core.telling import noticed
from poolviz.wings.pooling.core.tex import tex

ADDRESS = "one-function"
LAST = len(STAGES) - 1
CROSS = 7
HEIGHT = 430
"""Pixels of the picture at most: the code above it and what it says below stand in one view."""
FORMULA = r"y_i = \sum_j \mathrm{softmax}_j\left(c\, q_i \cdot k_j + b_j\right) v_j"


@dataclass(frozen=True, eq=False)
class Run:
    """Every stage with the scale times ``factor``, and the two pinned queries."""

    done: tuple[Done, ...]
    first: Cell
    second: Cell
    factor: float

    @property
    def name(self) -> str:
        """What its files are called."""
        cells = "-".join(f"{row}{col}" for row, col in (self.first, self.second))
        return f"{ADDRESS}-{cells}" + (f"-scale{self.factor:g}" if self.factor != 1 else "")


def compute(values: Values) -> Run:
    """The nine stages."""
    factor = values["scale"]
    return Run(all_stages(factor), values["query"], values["query2"], factor)


def asked(run: Run) -> tuple[Question, ...]:
    """A question a stage; heads and masks."""
    return questions_of(run.done, run.first, run.second)


def asked_at(run: Run, step: int) -> Question:
    """What a class is asked about the next stage."""
    return stage_question(run.done, min(step + 1, LAST), run.first, run.second)


def view(run: Run) -> tuple[Part, ...]:
    """The stages; the code line of the step; numbers; all stages in a table; code."""
    return (
        Now(partial(_code, run)),
        Play(partial(_scene, run), height=HEIGHT, name=run.name),
        Formula(FORMULA),
        Now(partial(_numbers, run)),
        Now(lambda moment: _all(run), tells=LAST),
        _one_map(),
        Numbers(
            np.array([each.output.ravel() for each in run.done]), _("Output"),
            name=f"{run.name}-outputs", tells=PICTURE,
        ),
        _program(run),
        Says(
            _("Source: {reference}").format(
                reference="Buades, Coll & Morel, CVPR 2005; Vaswani, Shazeer, Parmar, Uszkoreit, "
                "Jones, Gomez, Kaiser & Polosukhin, NeurIPS 2017; Wang, Girshick, Gupta & He, CVPR "
                "2018; Cao, Xu, Lin, Wei & Hu, ICCV Workshops 2019; Huang, Wang, Huang, Huang, Wei "
                "& Liu, ICCV 2019"
            ),
            "caption",
        ),
    )  # fmt: skip


def _scene(run: Run, hidden: int | None) -> Scene:
    return _kept_scene(run.factor, run.first, run.second, hidden)


@kept
def _kept_scene(factor: float, first: Cell, second: Cell, hidden: int | None) -> Scene:
    scene = stages_scene(all_stages(factor), first, second, hidden)
    assert scene.wire  # computed here, once
    return scene


def _code(run: Run, moment: Moment) -> tuple[Part, ...]:
    """The call of this stage, and of the next while it is asked about."""
    step = min(moment.step, LAST)
    shown = [(step, _("Stage {n}: {title}"))]
    if step < LAST and moment.withholds(step + 1):
        shown.append((step + 1, _("Next, {n}: {title}")))
    texts = []
    for at, heading in shown:
        stage = run.done[at].stage
        title = heading.format(n=at, title=_(stage.title))
        lines = (f"**{title}**", *(line(stage, run.factor, torch) for torch in (True, False)))
        texts.append("  \n".join(lines))
    return (Says("\n\n".join(texts)),)


def _numbers(run: Run, moment: Moment) -> tuple[Part, ...]:
    """The sum of the first query with its heaviest weights in it."""
    step = min(moment.step, LAST)
    if moment.withholds(step):
        return ()
    done = run.done[step]
    weights, values = done.maps[0][flat(run.first)], np.asarray(done.run.v)
    values = (values[0] if done.stage.heads > 1 else values)[:, 0]
    order = np.argsort(-weights, kind="stable")[:4]
    terms = " + ".join(rf"{tex(float(weights[j]))} \cdot {tex(float(values[j]))}" for j in order)
    more = r" + \dots" if (weights > 0).sum() > 4 else ""
    total = tex(float(done.output[run.first]))
    latex = rf"y_{{{run.first[0]},{run.first[1]}}} = {terms}{more} = {total}"
    return (Formula(latex, sheet=False),)


def _all(run: Run) -> tuple[Part, ...]:
    done = run.done
    first, second = (f"y({row},{col})" for row, col in (run.first, run.second))
    columns: dict[str, list[str]] = {
        _("stage"): [f"{i}. {_(each.stage.title)}" for i, each in enumerate(done)],
        _("changed"): [", ".join(each.stage.changed) or "–" for each in done],
        first: [three(each.output[run.first]) for each in done],
    }
    if run.second != run.first:
        columns[second] = [three(each.output[run.second]) for each in done]
    columns[_("keys that count")] = [
        "; ".join(three(n) for n in each.effective[:, flat(run.first)]) for each in done
    ]
    columns[_("rows differ")] = [
        "; ".join(three(round(float(d), 9)) for d in distance_of_rows(each.maps)) for each in done
    ]
    causal = Done(replace(STAGES[CROSS], mask="causal"), run.factor)
    lines = (
        _("One function, nine names: what changes is who asks, who is asked, and how strongly."),
        _("Rows differ: 0 where all queries look alike. Stages 1 and 2 have one row for all."),
        _("A causal mask instead of the cross: {a} at {row},{col}.").format(
            a=three(causal.output[run.first]), row=run.first[0], col=run.first[1]
        ),
        _("With two heads x is added after: {y} + {x} = {z}.").format(
            y=three(done[LAST].output[run.first]), x=number(done[0].run.v[flat(run.first), 0]),
            z=three(done[LAST].output[run.first] + done[0].run.v[flat(run.first), 0]),
        ),
    )  # fmt: skip
    return Says(_("All stages"), "heading"), Table(columns), *noticed(lines)


def _one_map() -> Fold:
    title = _("From the non-local block to one map for all")
    return Fold(title, _shrinking, "compress", name="one-map")


def _shrinking() -> tuple[Part, ...]:
    found = [shrunk(t) for t in TIMES]
    said = _(
        "q = t · own part + (1, 0.5), the rest as stage 6. As t shrinks, every query looks alike; "
        "at t = 0 one map serves all (the simplified non-local block), with output {a}, {b}."
    ).format(a=three(found[-1].context[0]), b=three(found[-1].context[1]))
    columns = {
        "t": [number(each.t) for each in found],
        _("rows differ"): [three(round(each.differ, 9)) for each in found],
        _("error of the map of t = 0 for all"): [three(each.error) for each in found],
    }
    return Says(said), Table(columns)


def _program(run: Run) -> Program:
    make = {
        f"{i}. {_(each.stage.title)}": partial(_texts, each.stage, run.factor)
        for i, each in enumerate(run.done)
    }
    note = _("Each stage as a whole program; `y` is the first channel of its output.")
    return Program(_("The same in PyTorch and NumPy"), make, note, name="code")


def _texts(stage: Stage, factor: float) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    return programs(stage, factor), {}


def _query(name: str, label: str, default: Cell) -> Control:
    return Control(
        name, label, Pair(0, SIDE - 1, lambda values, axis: SIDE - 1, both=True), default,
        N_("Row and column, from 0."),
    )  # fmt: skip


STAGE = Control(
    "stage", "", Silent(whole(0, LAST), tries=(1,)), 0, key="step", passing=True
)  # fmt: skip
ONE_FUNCTION = Page(
    address=ADDRESS,
    wing=N_("Attention"),
    title=N_("One function"),
    icon="function",
    shows=N_("Turn average pooling into a Transformer head, one argument at a time."),
    intro=N_("Nine stages of one function; each changes what is marked in the code."),
    controls=(
        _query("query", N_("A query"), (1, 1)),
        _query("query2", N_("Another query"), (1, 3)),
        Control(
            "scale", N_("Scale, times"), Real(0.25, 8, 0.25), 1.0,
            N_("Multiplies the scale of every stage: large, and the best key takes all."),
        ),
        MODE,
        STAGE,
    ),
    run=compute,
    view=view,
    questions=asked,
    question_at=asked_at,
    file_name=lambda run: run.name,
)  # fmt: skip
