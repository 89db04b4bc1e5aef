"""Context: three small nets show when queries need maps of their own; then gates, step by step."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from poolviz.attention.tiny import TASKS, Measured
from poolviz.attention.training import STEPS
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import (
    CLASS,
    Chart,
    Fold,
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
from poolviz.wings.attention.context.gate_scene import gate_scene
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
from poolviz.wings.attention.context.telling import about_gate, measures, sources

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
        Stack(measures(run.nets, run.found), tells=ASKED),
        *_rows(run),
        Program(titles()[0], {"": partial(net_programs, _net(run))}, name="net"),
        Says(_("Train it"), "heading", tells=CLASS),
        Place(("task",), tells=CLASS),
        _training(run),
        Fold(
            _("The loss, step by step"),
            partial(_curve, run),
            icon="show_chart",
            name="loss",
            tells=CLASS,
        ),
        Says(f"## {_('Gates: nobody asks')}"),
        _gates(run),
        sources(),
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
        name="training", tells=CLASS,
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
    return _kept_training_scene(task, block, seed, done)


@kept
def _kept_training_scene(task: str, block: str, seed: int, done: int) -> Scene:
    scene = training_scene(task, block, seed, done, STEPS)
    assert scene.wire  # computed here, once
    return scene


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
        Play(scene, key="gates", name=f"context-{made.gating.gate.lower()}", height=760, tells=SUM),
        Stack(about_gate(made), tells=SUM),
        Program(titles()[1], {"": partial(gate_programs, made)}, name="gate"),
    )
    return Inquiry(
        (sum_question(), zero_question()), "gates", before, after,
        _("The gates are shown when the question is answered."), name=controls.GATES,
    )  # fmt: skip


@kept
def _kept_gate_scene(gating: Gating, picture: str) -> Scene:
    scene = gate_scene(gated(gating, picture))
    assert scene.wire
    return scene


def _gate_scene(gating: Gating, picture: str, hidden: int | None) -> Scene:
    return _kept_gate_scene(gating, picture)


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
