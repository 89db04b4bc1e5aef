"""Hourglass: one module, floor by floor, and what order, width and merge cost."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pose.networks.hourglass import MERGES, ORDERS, Counts, NetworkCounts
from poolviz.pose.procedural import JOINTS
from poolviz.stage.cache import kept
from poolviz.stage.control import Choice, Control, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
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
from poolviz.wings.pose.hourglass.programs import module_programs
from poolviz.wings.pose.hourglass.questions import (
    concat_question,
    merges_question,
    residuals_question,
)
from poolviz.wings.pose.hourglass.scene import hourglass_scene, terms
from poolviz.wings.pose.hourglass.trained import trained_parts
from poolviz.wings.pose.stages.scene import joint_title

ADDRESS = "hourglass"
FORMULA = (
    r"H_n(x) = R(x) + \mathrm{up}_2\, R\left(H_{n-1}\left(R(\mathrm{pool}_2\, x)\right)\right), "
    r"\quad H_0 = R"
)
MERGED = {"add": N_("add"), "concat": N_("concatenate")}
WIDTHS = ("16", "32", "64", "128", "256")
STACKS = ("1", "2", "4", "8")


@dataclass(frozen=True)
class Run:
    """A module, and the network that it stands in."""

    counts: Counts
    network: NetworkCounts
    seed: int
    joint: int

    @property
    def name(self) -> str:
        """What its files are called."""
        c = self.counts
        return f"{ADDRESS}-order{c.order}-width{c.width}-{c.merge}"


def compute(values: Values) -> Run:
    """The counts of the chosen module."""
    order, width, merge = values["order"], int(values["width"]), values["merge"]
    return Run(
        Counts(order, width, merge),
        NetworkCounts(int(values["stacks"]), order, width, merge=merge),
        values["picture"],
        JOINTS.index(values["joint"]),
    )


def asked(run: Run) -> tuple[Question, ...]:
    """Residuals, merges, and what concatenation costs."""
    counts = run.counts
    return residuals_question(counts), merges_question(counts), concat_question(counts)


def view(run: Run) -> tuple[Part, ...]:
    """The module; its counts; orders and stacks compared; add and concatenate; the program."""
    counts = run.counts
    return (
        Play(partial(_scene, counts), name=run.name, height=460),
        Formula(FORMULA),
        Stack(_counted(run), tells=ALL),
        Stack(_merging(counts), tells=ALL),
        trained_parts(run.seed, run.joint),
        Stack(_notice(), tells=ALL),
        Numbers(np.array(counts.sides), _("Sides"), name=f"{run.name}-sides", tells=PICTURE),
        Program(
            _("The same in PyTorch and NumPy"), {"": partial(module_programs, counts)},
            _("For exactly this state. The NumPy lines need NumPy alone."), name="code",
        ),
        Leads("unpooling", _("Upsampling that remembers where: {page}"), {"sample": "A"}),
        Says(
            _("Source: {reference}").format(
                reference="Newell, Yang & Deng, ECCV 2016; Ronneberger, Fischer & Brox, MICCAI 2015"
            ),
            "caption",
        ),
    )  # fmt: skip


def _scene(counts: Counts, hidden: int | None) -> Scene:
    return _kept_scene(counts.order, counts.width, counts.merge, hidden)


@kept
def _kept_scene(order: int, width: int, merge: str, hidden: int | None) -> Scene:
    scene = hourglass_scene(Counts(order, width, merge), hidden)
    assert scene.wire  # computed here, once
    return scene


def _counted(run: Run) -> tuple[Part, ...]:
    """The parameters with the numbers in; every order; the whole network."""
    counts, network = run.counts, run.network
    said = _("Residuals times the numbers of one: {terms}.").format(terms=terms(counts))
    orders = [replace(counts, order=n) for n in ORDERS]
    by_order = {
        _("order"): [number(each.order) for each in orders],
        _("sides"): [" ".join(map(str, each.sides)) for each in orders],
        _("residuals"): [number(each.residuals) for each in orders],
        _("merges"): [number(each.skips) for each in orders],
        _("parameters"): [f"{each.parameters:,}" for each in orders],
        _("multiply-adds"): [_giga(each.macs) for each in orders],
    }
    stacks = [replace(network, stacks=int(n)) for n in STACKS]
    by_stack = {
        _("stacks"): [number(each.stacks) for each in stacks],
        _("parameters"): [f"{each.parameters:,}" for each in stacks],
        _("multiply-adds"): [_giga(each.macs) for each in stacks],
    }
    whole_network = _(
        "The whole network on 256 × 256 pixels, with stem, {k} maps a stack, and what leads from "
        "stack to stack. {n} stacked here: {parameters} parameters."
    ).format(k=network.joints, n=network.stacks, parameters=f"{network.parameters:,}")
    return (
        Says(_("What it holds"), "heading"), Says(said), Table(by_order), Says(whole_network),
        Table(by_stack),
    )  # fmt: skip


def _giga(macs: int) -> str:
    return _("{n} G").format(n=f"{macs / 1e9:.3f}")


def _merging(counts: Counts) -> tuple[Part, ...]:
    said = _(
        "A 1 × 1 convolution over a and b side by side is Wₐ a + W_b b. With Wₐ = W_b = I that is "
        "a + b: adding is a concatenation whose weights are frozen. An hourglass is a U-Net of "
        "constant width with that merge."
    )
    both = [replace(counts, merge=merge) for merge in MERGES]
    columns = {
        _("merge"): [_(MERGED[each.merge]) for each in both],
        _("parameters"): [f"{each.parameters:,}" for each in both],
        _("multiply-adds"): [_giga(each.macs) for each in both],
    }
    return Says(_("Add or concatenate?"), "heading"), Says(said), Table(columns)


def _notice() -> tuple[Part, ...]:
    return noticed(
        (
            _("The order counts floors; residuals grow three times as fast."),
            _("Every floor has the same width: deep floors are cheap in work, not in parameters."),
            _("What is kept beside brings back the places that pooling forgot."),
            _("Nearest upsampling is unpooling without memory: each value fills 2 × 2 cells."),
        )
    )


CONTROLS = (
    Control(
        "order", N_("Order"), Whole(ORDERS[0], ORDERS[-1], look="slider"), 4,
        N_("How many times the map is halved."),
    ),
    Control("merge", N_("Merge"), Choice(MERGES, lambda m: _(MERGED[m]), look="named"), "add"),
    Control("width", N_("Channels"), Choice(WIDTHS), "256"),
    Control(
        "stacks", N_("Stacks"), Choice(STACKS, look="named"), "2",
        N_("Hourglasses one after the other, each with a loss of its own."), folded=True,
    ),
    Control(
        "picture", N_("Picture"), Whole(0, 9999, look="seed"), 3, N_("Another person."),
        placed=True,
    ),
    Control("joint", N_("Joint"), Choice(JOINTS, joint_title), "left_knee", placed=True),
    MODE,
    Control("step", N_("Step"), Silent(whole(0, 99), tries=(1,)), 0, passing=True),
)  # fmt: skip

HOURGLASS = Page(
    address=ADDRESS,
    wing=N_("Pose"),
    group=N_("Pose: joints first"),
    title=N_("Hourglass"),
    icon="hourglass",
    shows=N_("Down to 4 × 4 and up again: what is kept, what is added, and what that costs."),
    intro=N_("Maps are halved and doubled again; on every floor something waits beside."),
    controls=CONTROLS,
    run=compute,
    view=view,
    questions=asked,
    about=("order", "merge", "width"),
    file_name=lambda run: run.name,
)
