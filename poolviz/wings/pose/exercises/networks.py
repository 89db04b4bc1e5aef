"""Exercises about networks for poses: fields, hourglasses, and what a further stage mends."""

import numpy as np

from poolviz.exercises import Draw, Exercise, Option, Unsuited, draws
from poolviz.exercises.exercise import pick_number, picked
from poolviz.numbers import number
from poolviz.pose.networks.hourglass import Counts
from poolviz.pose.networks.map_network import checkpoints
from poolviz.pose.networks.receptive import layers_of, receptive_fields
from poolviz.pose.networks.record import record
from poolviz.stage.question import Question
from poolviz.text import _
from poolviz.wings.pose.field.scene import layer_name
from poolviz.wings.pose.stages.questions import GROUPS, percent
from poolviz.wings.pose.stages.scene import STAGES

TRIES = 24
NETWORKS = draws(TRIES)
CLEAR = 6
"""Points by which the group that gains most must lead, to be asked about."""


def field(m: Draw) -> Exercise:
    """How many pixels does a layer add to the field, behind poolings?"""
    rng = m.rng(81)
    pools = 3 if m.seed == 0 else int(rng.integers(1, 4))
    kernel = 9 if m.seed == 0 else int(rng.choice([3, 5, 7, 9, 11]))
    before = 9 if m.seed == 0 else int(rng.choice([3, 5, 7, 9]))
    text = " ".join([f"{before} p2"] * pools + [f"{kernel}"])
    fields = receptive_fields(layers_of(text))
    last, earlier = fields[-1], fields[-2]
    told = _(
        "({k} − 1) · {step} = {added}: the field grows from {before} to {after} pixels."
    ).format(k=kernel, step=earlier.step, added=last.added, before=earlier.side, after=last.side)
    names = " → ".join(layer_name(each.layer) for each in fields)
    traps = [
        (float(kernel), _("Its cells lie {step} pixels apart.").format(step=earlier.step), None),
        (float(kernel - 1), _("So it is on the picture itself, where the step is 1."), None),
        (
            float(kernel * earlier.step),
            _("The middle cell was seen already: {k} − 1 cells are new.").format(k=kernel), None,
        ),
    ]  # fmt: skip
    asks = _("{layers}: by how many pixels does the last layer widen the field?")
    return pick_number(
        asks.format(layers=names), (float(last.added), told), traps, page="field",
        state={"design": "own", "layers": text, "mode": "watch"},
    )  # fmt: skip


def hourglass(m: Draw) -> Exercise:
    """How many residual modules, or merges, does an hourglass hold?"""
    order = 4 if m.seed == 0 else int(m.rng(82).integers(2, 6))
    counts = Counts(order)
    merges = m.seed % 2 == 1
    right = counts.skips if merges else counts.residuals
    told = (
        _("One a floor: what was kept beside meets what comes up from below.")
        if merges
        else _(
            "On each of {n} floors one beside, one down, one up; one in the middle: 3 · {n} + 1."
        )
    ).format(n=order)
    text = (
        _(
            "An hourglass of order {n}: how often is something from the way down joined on the "
            "way up?"
        )
        if merges
        else _("An hourglass of order {n}: how many residual modules does it hold?")
    ).format(n=order)
    traps = [
        (float(order), _("The order counts floors, and each floor has three residuals."), None),
        (float(2 * order + 1), _("That leaves out the one beside, on each floor."), None),
        (
            float(counts.residuals),
            _("Each residual has an addition inside; these join two floors."), None,
        ),
        (float(2 * order), _("Only on the way up: going down nothing is joined."), None),
    ]  # fmt: skip
    return pick_number(
        text, (float(right), told), traps, page="hourglass",
        state={"order": order, "mode": "watch"},
    )  # fmt: skip


def mended(m: Draw) -> Exercise:
    """Which group of joints does a further stage mend most, by the record of a checkpoint?"""
    rng = m.rng(83)
    names = [name for name in checkpoints() if record(name).all[-1] > 50]
    name = "1000" if m.seed == 0 else names[int(rng.integers(len(names)))]
    stage = STAGES if m.seed == 0 else int(rng.integers(2, STAGES + 1))
    gains = record(name).gains(stage)
    order = np.argsort(-gains)
    if gains[order[0]] - gains[order[1]] < CLEAR:
        raise Unsuited
    others = rng.permutation(order[1:])[:3]

    def said(i: int) -> str:
        found = record(name).found
        return _("{group}: {before} → {after} found.").format(
            group=_(GROUPS[i]),
            before=percent(found[stage - 2, i]),
            after=percent(found[stage - 1, i]),
        )

    offered = sorted(map(int, (order[0], *others)))
    options = tuple(Option(_(GROUPS[i]), i == int(order[0]), said(i)) for i in offered)
    updates = (
        _("at the end of its training")
        if name == checkpoints()[-1]
        else _("after {n} updates").format(n=number(int(name)))
    )
    text = _(
        "The map network {updates}: which joints does stage {n} find most more often than stage "
        "{before}?"
    ).format(updates=updates, n=stage, before=stage - 1)
    return picked(
        Question(text, options), {}, page="stages", state={"updates": name, "mode": "watch"}
    )
