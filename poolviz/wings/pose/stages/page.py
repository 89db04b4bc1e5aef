"""Stages: a trained network in four stages, and a head that is turned."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pose.networks.map_network import LAST, checkpoints, map_network
from poolviz.pose.networks.record import record
from poolviz.pose.procedural import JOINTS
from poolviz.stage.cache import kept
from poolviz.stage.control import Choice, Control, Real, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
from poolviz.stage.part import (
    ALL,
    PICTURE,
    Fold,
    Formula,
    Leads,
    Numbers,
    Part,
    Play,
    Program,
    Says,
    Sets,
    Stack,
    Table,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.pooling.core.telling import noticed
from poolviz.wings.pose.stages.looking import COVERS, Looked, Setting, looked
from poolviz.wings.pose.stages.programs import stage_programs
from poolviz.wings.pose.stages.questions import (
    GROUPS,
    confused_question,
    flip_question,
    mends_question,
)
from poolviz.wings.pose.stages.scene import STAGES, field_of, joint_title, stages_scene

ADDRESS = "stages"
EARLY = "1000"
"""The checkpoint after which the fourth stage still mended much."""
KNEE = JOINTS.index("left_knee")
FORMULA = (
    r"b^1 = g_1(F), \quad b^t = g_t(F, b^{t-1}), \quad "
    r"L = \sum_t \sum_p \| b^t(p) - b^*(p) \|^2"
)
SOURCE = "Wei, Ramakrishna, Kanade & Sheikh, CVPR 2016; Cao, Simon, Wei & Sheikh, CVPR 2017"


@dataclass(frozen=True, eq=False)
class Run:
    """What the stages say of the picture as it was drawn, and with the head turned if it is."""

    shown: tuple[Looked, ...]
    joint: int

    @property
    def setting(self) -> Setting:
        """What is set."""
        return self.shown[-1].setting

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{ADDRESS}-{self.setting.seed}-{self.setting.head:g}-{JOINTS[self.joint]}"


def compute(values: Values) -> Run:
    """The network on the picture, and on the picture with the head turned."""
    setting = Setting(
        values["picture"], values["head"], values["cover"], values["noise"], values["updates"]
    )
    settings = (replace(setting, head=0), setting) if setting.head else (setting,)
    return Run(tuple(map(looked, settings)), JOINTS.index(values["joint"]))


def asked(run: Run) -> tuple[Question, ...]:
    """What stage 2 confuses; when the joint flips; what a fourth stage mends."""
    found = record()
    return (
        confused_question(found),
        flip_question(found, run.joint),
        mends_question(found, record(EARLY)),
    )


def view(run: Run) -> tuple[Part, ...]:
    """The stages; the measures; what the head decides; training; the program."""
    return (
        Play(partial(_scene, run), name=run.name, height=760),
        Formula(FORMULA),
        Says(
            _(
                "F are the features of the picture, bᵗ the maps of stage t; every stage has a loss "
                "of its own (intermediate supervision), so that a deep chain still learns."
            ),
            "caption",
        ),
        Stack(_measures(), tells=1),
        Stack(_sides(), tells=2),
        Stack(_turns(run), tells=2),
        Stack(_notice(), tells=ALL),
        Fold(_("While it was trained"), _training, "trending_up", name="training", tells=ALL),
        Numbers(
            np.stack([each.heat[:, run.joint] for each in run.shown]), _("Maps"),
            name=f"{run.name}-maps", tells=PICTURE,
        ),
        Program(
            _("The same in PyTorch and NumPy"), {"": partial(_programs, run)},
            _("For exactly this state. The NumPy lines need NumPy alone."), name="code",
        ),
        Leads("field", _("How far does a stage see? {page}")),
        Says(_about_network(), "caption"),
        Says(_("Source: {reference}").format(reference=SOURCE), "caption"),
    )  # fmt: skip


def _programs(run: Run) -> tuple[Mapping[str, str], Mapping[str, np.ndarray]]:
    return stage_programs(run.shown[-1], run.joint, JOINTS[run.joint].replace("_", " "))


def _scene(run: Run, hidden: int | None) -> Scene:
    return _kept_scene(run.setting, run.joint, hidden)


@kept
def _kept_scene(setting: Setting, joint: int, hidden: int | None) -> Scene:
    settings = (replace(setting, head=0), setting) if setting.head else (setting,)
    scene = stages_scene(tuple(map(looked, settings)), joint, hidden)
    assert scene.wire  # computed here, once
    return scene


def _rows() -> list[str]:
    return [
        _("stage {n}, ±{half} px").format(n=n, half=field_of(n) // 2) for n in range(1, STAGES + 1)
    ]


def _percents(column: np.ndarray) -> list[str]:
    return [number(round(float(value))) for value in column]


def _measures() -> tuple[Part, ...]:
    """What each stage finds, in percent."""
    found = record()
    columns = {_("found, %"): _rows(), _("all"): _percents(found.all)}
    columns |= {_(group): _percents(found.found[:, i]) for i, group in enumerate(GROUPS)}
    other = {_("on the other side, %"): _rows()}
    other |= {_(group): _percents(found.other[:, i]) for i, group in enumerate(GROUPS) if i}
    return (
        Says(_("What each stage finds"), "heading"),
        Says(_("600 pictures that no training saw. Found: within .1 of the person's height.")),
        Table(columns),
        Table(other),
    )


def _sides() -> tuple[Part, ...]:
    """Who prefers the front's side, as drawn and with the head turned."""
    found = record()
    columns = {_("prefer the front's side, %"): _rows()}
    for i, group in enumerate(GROUPS[1:]):
        both = zip(_percents(found.drawn[:, i]), _percents(found.turned[:, i]), strict=True)
        columns[_(group)] = [f"{drawn} → {turned}" for drawn, turned in both]
    said = _(
        "60 people from the front, as drawn → with nothing but the head turned by 180°. 50 is a "
        "guess; 100 → 0 is a stage that goes by the head. A joint changes sides as soon as the "
        "head lies well inside the field of the stage; at its rim hardly."
    )
    return Says(_("Only the head is turned"), "heading"), Says(said), Table(columns)


def _turns(run: Run) -> tuple[Part, ...]:
    """One click turns the head, or turns it back."""
    angle, label = (0, _("Turn the head back")) if run.setting.head else (
        180, _("Turn the head by 180°")
    )  # fmt: skip
    return (Sets(((label, {"head": angle}),), moves=("head",), name="turn"),)


def _notice() -> tuple[Part, ...]:
    lines = (
        _("Later stages do not sharpen the same answer: they change it."),
        _("The knee's own pixels are the same in both pictures; what changed lies far away."),
        _("Cover the head, and sides become a guess again, at every stage."),
        _("Noise stronger than in training (.06) breaks it, and no later stage repairs that."),
    )
    return noticed(lines)


def _training() -> tuple[Part, ...]:
    """The last stage after fewer updates."""
    names = checkpoints()
    held = [record(name) for name in names]
    columns = {
        _("updates"): [_title(name) for name in names],
        _("found, %"): _percents(np.array([each.all[-1] for each in held])),
    }
    for pair in (0, 1, 4, 5):
        title = _("{group} on the other side, %").format(group=_(GROUPS[pair + 1]))
        columns[title] = _percents(np.array([each.other[-1, pair + 1] for each in held]))
    said = _("Places are learned first, sides late. Choose the updates to see the maps of then.")
    return Says(said), Table(columns)


def _about_network() -> str:
    return _(
        "{n} numbers, trained for this page on drawn people, and measured on others. It has never "
        "seen a photograph, and is not for photographs."
    ).format(n=f"{map_network().parameters:,}")


def _title(name: str) -> str:
    return _("all") if name == LAST else number(int(name))


CONTROLS = (
    Control("picture", N_("Picture"), Whole(0, 9999, look="seed"), 305, N_("Another person.")),
    Control(
        "head", N_("Head turned by"), Whole(0, 180, look="slider", unit="°"), 0,
        N_("Degrees; nothing else in the picture changes."),
    ),
    Control("joint", N_("Joint"), Choice(JOINTS, joint_title), JOINTS[KNEE]),
    Control(
        "cover", N_("Cover"), Choice(tuple(COVERS), lambda name: _(COVERS[name]), look="menu"),
        "nothing",
    ),
    Control(
        "noise", N_("Noise"), Real(0.0, 0.2, 0.02), 0.0,
        N_("Standard deviation, where white is 1; up to .06 in training."), folded=True,
    ),
    Control(
        "updates", N_("After updates"), Choice(checkpoints(), _title, look="named"), LAST,
        N_("The network as it was earlier in its training."), folded=True,
    ),
    MODE,
    Control(
        "stage", "", Silent(whole(0, STAGES - 1), tries=(1,)), 0, key="step", passing=True
    ),
)  # fmt: skip

STAGES_PAGE = Page(
    address=ADDRESS,
    wing=N_("Pose"),
    group=N_("Pose: joints first"),
    title=N_("Stages"),
    icon="filter_4",
    shows=N_("Turn a head, and watch a trained network change its mind about the knees."),
    intro=N_("Each stage looks at the picture and at the maps of the stage before."),
    controls=CONTROLS,
    run=compute,
    view=view,
    questions=asked,
    about=("picture", "joint"),
    file_name=lambda run: run.name,
)
