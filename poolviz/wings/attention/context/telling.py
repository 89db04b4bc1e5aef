"""What is told beside the pictures: the measures of the nets, and what to know of a gate."""

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
from poolviz.stage.part import Formula, Part, Says, Table
from poolviz.text import _
from poolviz.wings.attention.context.gate_scene import names
from poolviz.wings.attention.context.gates import Gated
from poolviz.wings.attention.context.nets import Shown
from poolviz.wings.attention.context.questions import three


def measures(nets: tuple[Shown, ...], found: tuple[Measured, ...]) -> tuple[Part, ...]:
    """D, effective keys and the swap of each net, and how to read them."""
    columns: dict[str, list[object]] = {
        _("net"): [_(task.title) for task in TASKS.values()],
        _("loss"): [three(m.loss) for m in found],
        _("one map for all"): [three(m.loss_of_one) for m in found],
        _("D, 64 cells"): [three(m.distance) for m in found],
        _("D, dots"): [three(m.at_dots) for m in found],
        _("effective keys"): [three(m.effective) for m in found],
    }
    notes = [
        _(
            "D is how far the maps of two queries differ on average, from 0 to ½. Near 0 it has "
            "two meanings: all look everywhere (64 keys), or all at the same few."
        ),
        _("One map for all: every query is given the mean of the 64 maps. What does that cost?"),
    ]
    if nets[0].net.block == "SNL":
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
        *_formula(nets),
    )


def _formula(nets: tuple[Shown, ...]) -> tuple[Part, ...]:
    """D with the numbers of the six queries of the partner net."""
    rows = nets[list(TASKS).index("partner")].rows
    unit = rows / np.sqrt((rows**2).sum(-1, keepdims=True))
    length = float((unit.mean(0) ** 2).sum())
    distance = float(distance_of_rows(rows))
    general = r"D = \tfrac12\left(1 - \Big\|\tfrac1n \sum_i W_i / \|W_i\|\Big\|^2\right)"
    here = rf"\text{{partner}}:\; \tfrac12\,(1 - {length:.3g}) = {distance:.3g}"
    return (Formula(rf"{general}, \qquad {here}"),)


def about_gate(made: Gated) -> tuple[Part, ...]:
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


def sources() -> Part:
    blocks = (NonLocal, GlobalContext, SqueezeExcitation, CBAM, ChannelAttention)
    references = " · ".join(f"{_(block.title)}: {block.reference}" for block in blocks)
    shipped = _(
        "The nets were trained by tools/train_tiny.py, seed 0; assets/weights/attention says what "
        "they reach."
    )
    return Says(f"{references}\n\n{shipped}", "caption")
