"""Field: the receptive field of layers, one's own or a network's."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pose.networks.receptive import DESIGNS, layers_of, receptive_fields
from poolviz.stage.cache import kept
from poolviz.stage.control import Choice, Control, Pair, Silent, Typed, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Fitted, Page
from poolviz.stage.part import (
    ALL,
    PICTURE,
    Formula,
    Leads,
    Numbers,
    Part,
    Play,
    Program,
    Says,
    Stack,
    Table,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.pooling.core.telling import noticed
from poolviz.wings.pose.field.programs import field_programs
from poolviz.wings.pose.field.questions import deep_question, last_question, small_question
from poolviz.wings.pose.field.scene import Seen, field_scene, knee_cell, rows_of

ADDRESS, OWN = "field", "own"
SIDES = {"ours": 64, "cpm": 368, "openpose": 368, OWN: 64}
"""Pixels of the picture of each design, along a side."""
FIRST = "3/2 3 p2 3 3"
MOST_STEPS = 60
FORMULA = r"\mathrm{RF} = 1 + \sum_i (k_i - 1) \prod_{j<i} s_j"
TITLES = {
    "ours": N_("This wing's map network"), "cpm": N_("Convolutional pose machines"),
    "openpose": N_("OpenPose, 2017"), OWN: N_("Your own layers"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Run:
    """Layers over a picture."""

    seen: Seen
    design: str
    stage: int

    @property
    def name(self) -> str:
        """What its files are called."""
        end = f"-stage{self.stage}" if self.design != OWN else f"-{len(self.seen.layers)}-layers"
        return f"{ADDRESS}-{self.design}{end}"


def _layers(values: Values) -> str:
    if values["design"] == OWN:
        return str(values["layers"])
    design = DESIGNS[values["design"]]
    return " ".join(layer.text for layer in design.layers(min(values["at_stage"], design.stages)))


def compute(values: Values) -> Run:
    """The chosen layers over the picture."""
    layers = layers_of(_layers(values))
    seen = Seen(layers, SIDES[values["design"]], _cell(values))
    return Run(seen, values["design"], values["at_stage"])


def _cells(values: Values) -> tuple[int, int]:
    """How far apart the cells of the last map lie, and how many it has a side."""
    step = receptive_fields(layers_of(_layers(values)))[-1].step
    return step, -(-SIDES[values["design"]] // step)


def _cell(values: Values) -> tuple[int, int]:
    """The cell whose field is shown: the knee's, until another is chosen."""
    step, cells = _cells(values)
    row, col = values["at"] or knee_cell(SIDES[values["design"]], step)
    return min(row, cells - 1), min(col, cells - 1)


def fit(values: Values) -> Fitted:
    """A stage that the design has, and a cell that the map has, with a sentence where one moved."""
    moved = []
    design = DESIGNS.get(values["design"])
    if design is not None and values["at_stage"] > design.stages:
        moved.append(
            _("Stage was {old}; this network has {n}.").format(
                old=values["at_stage"], n=design.stages
            )
        )
        values = values.but(at_stage=design.stages)
    if values["at"] is not None:
        cells, at = _cells(values)[1], _cell(values)
        if at != values["at"]:
            moved.append(
                _("The cell was {old}; the map has {n} × {n} cells.").format(
                    old="{}, {}".format(*values["at"]), n=cells
                )
            )
            values = values.but(at=at)
    return values, tuple(moved)


def asked(run: Run) -> tuple[Question, ...]:
    """The field after the last layer; a kernel behind three pools; three small kernels."""
    last = last_question(run.seen)
    return (*((last,) if last else ()), deep_question(), small_question())


def view(run: Run) -> tuple[Part, ...]:
    """The field, the layers in a table, networks compared, the program."""
    return (
        Play(partial(_scene, run), name=run.name, height=520),
        Formula(FORMULA),
        Says(
            _(
                "k is a layer's kernel, s a stride: each layer adds k − 1 times the step between "
                "neighbours, and every stride before makes that step longer. Colour: how many ways "
                "lead from a pixel to the output, the more the stronger its say if weights are "
                "alike."
            ),
            "caption",
        ),
        Stack((Table(rows_of(run.seen)),), tells=PICTURE),
        Stack(_networks(), tells=ALL),
        Stack(_notice(), tells=ALL),
        Numbers(
            np.array([[f.side, f.step, f.added] for f in run.seen.fields]), _("Field"),
            name=f"{run.name}-fields", tells=PICTURE,
        ),
        Program(
            _("The same in Python and PyTorch"), {"": partial(field_programs, run.seen)},
            _("For exactly these layers. PyTorch finds the field by its gradient."), name="code",
        ),
        Leads("stages", _("What a stage knows beyond its field: {page}")),
        Says(_("Source: {reference}").format(reference=_SOURCE), "caption"),
    )  # fmt: skip


_SOURCE = (
    "Wei, Ramakrishna, Kanade & Sheikh, CVPR 2016; Cao, Simon, Wei & Sheikh, CVPR 2017; Luo, Li, "
    "Urtasun & Zemel, NeurIPS 2016"
)


def _scene(run: Run, hidden: int | None) -> Scene:
    return _kept_scene(
        " ".join(x.text for x in run.seen.layers), run.seen.side, run.seen.at, hidden
    )


@kept
def _kept_scene(layers: str, side: int, at: tuple[int, int], hidden: int | None) -> Scene:
    scene = field_scene(Seen(layers_of(layers), side, at), hidden)
    assert scene.wire  # computed here, once
    return scene


def _networks() -> tuple[Part, ...]:
    most = max(design.stages for design in DESIGNS.values())
    columns: dict[str, list[str]] = {
        _("network"): [_(TITLES[name]) for name in DESIGNS],
        _("picture, px"): [number(SIDES[name]) for name in DESIGNS],
    }
    for stage in range(1, most + 1):
        columns[_("stage {n}").format(n=stage)] = [
            number(d.field(stage).side) if stage <= d.stages else "–" for d in DESIGNS.values()
        ]
    return Says(_("Fields of networks in stages"), "heading"), Table(columns)


def _notice() -> tuple[Part, ...]:
    return noticed(
        (
            _("Depth alone adds a little; depth behind a stride adds much."),
            _("The field is a bound: few ways lead from its rim, and the rim hardly counts."),
            _("A later stage sees through all stages before it: that is how a knee sees the head."),
        )
    )


def read_layers(text: str) -> str:
    """The layers as they are written, if they can be read."""
    return " ".join(layer.text for layer in layers_of(text))


CONTROLS = (
    Control(
        "design", N_("Network"), Choice((*DESIGNS, OWN), lambda name: _(TITLES[name]), look="wide"),
        "ours",
    ),
    Control(
        "at_stage", N_("Stage"), Whole(1, 6), 1, N_("Its maps are the output."),
        when=lambda values: values["design"] != OWN,
    ),
    Control(
        "layers", N_("Layers"),
        Typed(
            read_layers, N_("kernels such as 9, with a stride 3/2, pools p2, repeated 3x4"),
            ("3", FIRST, "9 p2 9 p2 9 p2 5 9"),
        ),
        FIRST, N_("From the picture on, with spaces between."),
        when=lambda values: values["design"] == OWN,
    ),
    Control(
        "at", N_("Output cell"), Pair(0, 367, both=True, stands_in=_cell), None,
        N_("Row and column, from 0; the left knee at first."), folded=True,
    ),
    MODE,
    Control("step", N_("Step"), Silent(whole(0, MOST_STEPS - 1), tries=(1,)), 0, passing=True),
)  # fmt: skip

FIELD = Page(
    address=ADDRESS,
    wing=N_("Pose"),
    group=N_("Pose: joints first"),
    title=N_("Field"),
    icon="center_focus_weak",
    shows=N_("How far a cell of a deep map sees, layer by layer; networks beside your own."),
    intro=N_("Every layer lets a cell see a little farther, and behind a stride much farther."),
    controls=CONTROLS,
    run=compute,
    view=view,
    questions=asked,
    fit=fit,
    file_name=lambda run: run.name,
)
