"""Context: three small nets show when queries need maps of their own; then gates, step by step."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from poolviz.attention import (
    CBAM,
    ChannelAttention,
    GlobalContext,
    NonLocal,
    SqueezeExcitation,
    distance_of_rows,
)
from poolviz.attention.tiny import TASKS, Measured
from poolviz.attention.training import STEPS
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import (
    Chart,
    Fold,
    Formula,
    Inquiry,
    Metrics,
    Numbers,
    Part,
    Place,
    Play,
    Program,
    Says,
    Stack,
    Table,
    Trains,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.attention.context import controls
from poolviz.wings.attention.context.gate_scene import gate_scene, names
from poolviz.wings.attention.context.gates import Gated, Gating, gated
from poolviz.wings.attention.context.nets import (
    CHUNK,
    Shown,
    looked_at,
    measured,
    shown,
    trained,
)
from poolviz.wings.attention.context.programs import gate_programs, net_programs, titles
from poolviz.wings.attention.context.questions import (
    alike_question,
    sum_question,
    swap_question,
    three,
    zero_question,
)
from poolviz.wings.attention.context.scene import queries_scene, training_scene

ADDRESS = "context"
ASKED = 2
"""The first two questions are about the picture: what would answer them comes after them."""
SUM = 1
"""The first question about gates is what they sum to."""


@dataclass(frozen=True, eq=False)
class Run:
    """The three nets before a map each, what they do on fresh maps; the gate that is chosen."""

    values: Values
    nets: tuple[Shown, ...]
    found: tuple[Measured, ...]
    gated: Gated

    @property
    def block(self) -> str:
        """ "NL" or "SNL"."""
        return str(self.values["block"])

    @property
    def whole(self) -> bool:
        """Whether every query is as it was trained, with a map of its own."""
        return self.block == "NL" and self.values["unary"] == 1

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{ADDRESS}-{self.block.lower()}-seed{self.values['seed']}"


def compute(values: Values) -> Run:
    """The shipped nets in this state; the gate over the channels of the picture."""
    block, unary = values["block"], values.get("unary", 1.0)
    return Run(
        values,
        tuple(shown(task, block, unary, values["seed"]) for task in TASKS),
        tuple(measured(task, block, unary) for task in TASKS),
        gated(
            Gating(
                values[controls.GATES],
                int(values.get("reduction", 6)),
                values.get("fusion", "add"),
                values.get("order", "avg, max"),
                values.get("cam_sign", "paper"),
                bool(values.get("normalised", True)),
            ),
            values["sample"],
        ),
    )


def asked(run: Run) -> tuple[Question, ...]:
    """Partner, classify, and what the swap says of reference where it hurts."""
    by_task = dict(zip(TASKS, run.found, strict=True))
    both = tuple(alike_question(task, by_task[task]) for task in ("partner", "classify"))
    if not run.whole:
        return both
    return (*both, swap_question(by_task["reference"], measured("reference", "SNL", 1.0)))


def view(run: Run) -> tuple[Part, ...]:
    """Six queries of each net, the measures; a training; the gates; the sources."""
    return (
        Play(partial(_scene, run), name=run.name, height=620),
        Table(
            {
                _("net"): [_(task.title) for task in TASKS.values()],
                _("what it has to do"): [_(task.says) for task in TASKS.values()],
            }
        ),
        Stack(_measures(run), tells=ASKED),
        *_rows(run),
        Program(titles()[0], {"": partial(net_programs, _net(run))}, name="net"),
        Says(_("Train it"), "heading"),
        Place(("task",)),
        _training(run),
        Fold(_("The loss, step by step"), partial(_curve, run), icon="show_chart", name="loss"),
        Says(f"## {_('Gates: nobody asks')}"),
        _gates(run),
        _sources(),
    )


def _scene(run: Run, hidden: int | None) -> Scene:
    return _kept_scene(run.block, run.values.get("unary", 1.0), run.values["seed"], hidden)


@kept
def _kept_scene(block: str, unary: float, seed: int, hidden: int | None) -> Scene:
    scene = queries_scene([shown(task, block, unary, seed) for task in TASKS], hidden)
    assert scene.wire  # computed here, once
    return scene


def _net(run: Run) -> Shown:
    return run.nets[list(TASKS).index(run.values["task"])]


def _measures(run: Run) -> tuple[Part, ...]:
    """D, effective keys and the swap of each net, and how to read them."""
    columns: dict[str, list[object]] = {
        _("net"): [_(task.title) for task in TASKS.values()],
        _("loss"): [three(m.loss) for m in run.found],
        _("one map for all"): [three(m.loss_of_one) for m in run.found],
        _("D, 64 cells"): [three(m.distance) for m in run.found],
        _("D, dots"): [three(m.at_dots) for m in run.found],
        _("effective keys"): [three(m.effective) for m in run.found],
    }
    notes = [
        _(
            "D is how far the maps of two queries differ on average, from 0 to ½. Near 0 it has "
            "two meanings: all look everywhere (64 keys), or all at the same few."
        ),
        _("One map for all: every query is given the mean of the 64 maps. What does that cost?"),
    ]
    if run.block == "SNL":
        notes.append(
            _(
                "One context did not learn “partner” in 1200 steps. The mean of the four values "
                "would allow {bound}; it has begun to carry a table, a number a kind."
            ).format(bound=three(0.75 / 12))
        )
    return (
        Says(_("Which net needs to ask?"), "heading"),
        Table(columns),
        Says("\n".join(f"- {note}" for note in notes)),
        *_formula(run),
    )


def _formula(run: Run) -> tuple[Part, ...]:
    """D with the numbers of the six queries of the partner net."""
    rows = run.nets[list(TASKS).index("partner")].rows
    unit = rows / np.sqrt((rows**2).sum(-1, keepdims=True))
    length = float((unit.mean(0) ** 2).sum())
    distance = float(distance_of_rows(rows))
    general = r"D = \tfrac12\left(1 - \Big\|\tfrac1n \sum_i W_i / \|W_i\|\Big\|^2\right)"
    here = rf"\text{{partner}}:\; \tfrac12\,(1 - {length:.3g}) = {distance:.3g}"
    return (Formula(rf"{general}, \qquad {here}"),)


def _rows(run: Run) -> tuple[Part, ...]:
    """The six maps of each net, to take away."""
    return tuple(
        Numbers(net.rows, _("Weights"), name=f"{run.name}-{net.net.task.name}-rows", tells=ASKED)
        for net in run.nets
    )


def _training(run: Run) -> Part:
    """A net that learns in front of the class."""
    return Trains(
        _("Train"), _("{done} of {most} steps"), "trained", int(run.values["trained"]), STEPS,
        CHUNK, partial(_learning, run.values["task"], run.block, run.values["seed"]),
        name="training",
    )  # fmt: skip


def _learning(task: str, block: str, seed: int, done: int) -> tuple[Part, ...]:
    """The six maps after so many steps, and the measures."""
    trained(task, block, seed, done)
    _now, loss, found = looked_at(task, block, seed, done)
    items = (
        (_("loss"), three(loss)),
        (_("one map for all"), three(found.loss_of_one)),
        (_("D, dots"), three(found.at_dots)),
        (_("effective keys"), three(found.effective)),
    )
    scene = partial(_training_scene, task, block, seed, done)
    play = Play(scene, key="training", name="context-training", height=320, follows=True)
    return Metrics(items), play


def _training_scene(task: str, block: str, seed: int, done: int, hidden: int | None) -> Scene:
    return training_scene(task, block, seed, done, STEPS)


def _curve(run: Run) -> tuple[Part, ...]:
    """The loss of every step that is done."""
    task, block, seed = run.values["task"], run.block, run.values["seed"]
    training = trained(task, block, seed, int(run.values["trained"]))
    if not training.losses:
        return (Says(_("Nothing is trained yet."), "caption"),)
    alt = _("Loss of {task} against the step: from {first} to {last}").format(
        task=_(TASKS[task].title), first=three(training.losses[0]), last=three(training.losses[-1])
    )
    figure = partial(_loss_figure, np.array(training.losses))
    return (Chart(figure, alt, _("Loss"), name="context-loss"),)


@kept
def _loss_figure(losses: np.ndarray) -> Any:
    from poolviz.figures.training import loss_chart

    return loss_chart(losses)


def _gates(run: Run) -> Inquiry:
    """What gates sum to and start from, then the chosen one, step by step."""
    before = (
        Place((controls.GATES, "sample"), across=True),
        Place(("reduction", "fusion", "order", "cam_sign", "normalised"), across=True),
    )
    made = run.gated
    scene = partial(_gate_scene, made.gating, made.picture)
    after = (
        Play(scene, key="gates", name=f"context-{made.gating.gate.lower()}", height=620),
        Stack(_about_gate(made), tells=SUM),
        Program(titles()[1], {"": partial(gate_programs, made)}, name="gate"),
    )
    return Inquiry(
        (sum_question(), zero_question()), "gates", before, after,
        _("What the gates sum to is told after the question."), name=controls.GATES,
    )  # fmt: skip


@kept
def _kept_gate_scene(gating: Gating, picture: str) -> Scene:
    scene = gate_scene(gated(gating, picture))
    assert scene.wire
    return scene


def _gate_scene(gating: Gating, picture: str, hidden: int | None) -> Scene:
    return _kept_gate_scene(gating, picture)


def _about_gate(made: Gated) -> tuple[Part, ...]:
    """The formula, the sum of the gates, and what to know of this block."""
    block = made.gating.block
    parts: list[Part] = [Formula(block.formula, sheet=False)]
    if made.gating.gate == "CAM":
        columns: dict[str, list[object]] = {_("asks"): list(names())}
        for k, title in enumerate(names()):
            columns[title] = [three(w) for w in made.asked[:, k]]
        note = _(
            "The paper adds what is alike, the authors' code takes the opposite sign: there the "
            "least similar channel weighs most. No scale is in the definition: of rows that are "
            "not of length 1 the products grow with the picture."
        )
        return (*parts, Table(columns), Says(note))
    if made.added:
        text = _("What is added to the six channels: {terms}. Every cell is given the same.")
        parts.append(Says(text.format(terms=", ".join(map(three, made.gate)))))
    else:
        text = _("The six gates sum to {sum}: {terms}. They are no shares of one whole.")
        terms = " + ".join(map(three, made.gate))
        parts.append(Says(text.format(sum=three(float(made.gate.sum())), terms=terms)))
    told = {
        "SE": _("Every cell counts alike: nobody asks."),
        "CBAM": _(
            "One bottleneck serves the means and the maxima. The filter is made for [avg, max]: "
            "read in the code's order, the same weights give other gates of cells."
        ),
        "GC": _(
            "One query looks where there are spots. The layer norm of the paper is left out here: "
            "under it one hidden unit would always be its shift, and two always −1 and 1."
        ),
    }[made.gating.gate]
    return (*parts, Says(told))


def _sources() -> Part:
    blocks = (NonLocal, GlobalContext, SqueezeExcitation, CBAM, ChannelAttention)
    references = " · ".join(f"{_(block.title)}: {block.reference}" for block in blocks)
    shipped = _(
        "The nets were trained by tools/train_tiny.py, seed 0; assets/weights/attention says what "
        "they reach."
    )
    return Says(f"{references}\n\n{shipped}", "caption")


CONTEXT = Page(
    address=ADDRESS,
    wing=N_("Attention"),
    title=N_("Context"),
    icon="hub",
    shows=N_("One map for all, or one a query? Train three small nets and see; then gates."),
    intro=N_("Three small nets, trained here. Filled dots are flagged; the ringed cell asks."),
    controls=(
        *controls.NETS, *controls.TRAINING, *controls.GATING, controls.MODE, controls.STEP,
    ),
    run=compute,
    view=view,
    questions=asked,
    about=("block", "unary", "seed"),
    file_name=lambda run: run.name,
)  # fmt: skip
