"""What is asked: whether queries need maps of their own, and what gates are."""

import numpy as np

from poolviz.attention import SqueezeExcitation
from poolviz.attention.tiny import Measured
from poolviz.numbers import number
from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _

ALIKE = 0.01
"""Rows at less than this distance are called alike."""
ROUNDING = 1e-12
EVERYWHERE = 0.5
"""So many of the keys are used by who looks everywhere."""


def three(value: float) -> str:
    """A number as it is said, to three digits; what rounding leaves is 0."""
    return number(value if abs(value) > ROUNDING else 0, 3)


def alike_question(task: str, found: Measured, cells: int = 64) -> Question:
    """Do the queries of a net look alike? Read from D of its dots and the effective keys."""
    if task == "partner":
        text = _(
            "GCNet found that all queries look at the same cells. Six cells ask: do those of the "
            "“partner” net?"
        )
        each = _("No, each looks for its partner")
    else:
        text = _("And the six of “classify”, which gives one answer for the whole map?")
        each = _("No, each looks elsewhere")
    offers = {
        "apart": each,
        "few": _("Yes, at the same few"),
        "all": _("Yes, all look everywhere"),
    }
    reasons = {
        "apart": _("What a cell has to find decides that, and here they do not differ in it."),
        "few": _("That was found in networks that recognise pictures; it is no law."),
        "all": _("So it is before training, when the weights are small."),
    }
    right = "apart"
    if found.at_dots < ALIKE:
        right = "all" if found.effective > EVERYWHERE * cells else "few"
    told = _(
        "D of the dots is {distance}, they use {effective} of {cells} keys. One map for all takes "
        "the loss from {loss} to {one}."
    ).format(
        distance=three(found.at_dots), effective=three(found.effective), cells=cells,
        loss=three(found.loss), one=three(found.loss_of_one),
    )  # fmt: skip
    return Question(
        text,
        tuple(
            Choice(label, name == right, told if name == right else reasons[name])
            for name, label in offers.items()
        ),
        step=1,
    )


def swap_question(found: Measured, one: Measured) -> Question:
    """The swap hurts a net: does its task need a map for each query? ``one``: what one context
    reaches."""
    text = _(
        "One map for all takes the loss of “reference” from {loss} to {one}. Does its task need a "
        "map for each query?"
    ).format(loss=three(found.loss), one=three(found.loss_of_one))
    learned = one.loss < 10 * found.loss
    told = _("Trained with one context it reaches {loss}.").format(loss=three(one.loss))
    enough = _("A net with one map from the beginning reaches {loss}.").format(loss=three(one.loss))
    no = _("The swap tests this net, which has learned to rely on small differences, not the task.")
    return Question(
        text,
        (
            Choice(_("No: one context can learn it"), learned, f"{told} {no}" if learned else told),
            Choice(_("Yes: the swap shows it"), not learned, enough),
        ),
    )


def worked_gates() -> np.ndarray:
    """The four gates of squeeze-and-excitation in its worked case."""
    worked = SqueezeExcitation.worked
    block = SqueezeExcitation(hidden=3)
    run = block(worked.x, worked.values(block.shapes(4)))
    return np.asarray(run.named("gate")).reshape(-1)


def sum_question() -> Question:
    """What do four gates sum to?"""
    gates = worked_gates()
    terms = " + ".join(map(three, gates))
    offers = [
        (
            _("anything from 0 to 4"),
            _("Each gate is a σ of its own: {terms} = {sum} in the worked case.").format(
                terms=terms, sum=three(gates.sum())
            ),
        ),
        ("1", _("Shares of a softmax sum to 1; gates do not compete.")),
        (str(len(gates)), _("Only if every channel passes whole.")),
    ]
    return Question(_("Squeeze-and-excitation gates four channels. The gates sum to …"),
                    choices(offers))  # fmt: skip


def zero_question() -> Question:
    """What do weights of zero make of x? Computed: the block on ones."""
    block = SqueezeExcitation(reduction=2)
    zeros = {name: np.zeros(shape) for name, shape in block.shapes(4).items()}
    kept = float(block(np.ones((4, 2, 2)), zeros).output.mean())
    offers = (
        (0.5, _("x is halved"), _("σ(0) = 1/2: each channel times a half.")),
        (1.0, _("x stays as it is"), _("So it is where a block adds, as the non-local one.")),
        (0.0, _("x becomes 0"), _("That would be a gate of 0, and σ(0) is 1/2.")),
    )
    return Question(
        _("All its weights and biases are 0. What comes out?"),
        tuple(Choice(label, value == kept, why) for value, label, why in offers),
    )
