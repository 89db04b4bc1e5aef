"""Predict first: how far off the largest cell is, where soft-argmax lands, what noise changes."""

from poolviz.numbers import number
from poolviz.pose.topdown.decode import DECODERS
from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _

_STEP = {decoder.name: i for i, decoder in enumerate(DECODERS, 1)}


def argmax_question(away: float, stride: int) -> Question:
    """The joint is not where the maximum is."""
    pixels = round(away * stride, 2)
    why = _(
        "{cells} cells to the middle of that cell, times the stride {stride}: {pixels} px. "
        "Anywhere "
        "in a cell it is .38 cells on average."
    ).format(cells=number(round(away, 3)), stride=stride, pixels=number(pixels))
    never = _("Only a joint in the very middle of a cell is met.")
    half = _("Half the diagonal of a cell is the most: {most} px.").format(
        most=number(round(stride * 0.5**0.5, 2))
    )
    return Question(
        _(
            "The largest cell is taken as the joint. How many pixels is it off, at stride {s}?"
        ).format(
            s=stride
        ),
        choices(
            [(pixels, why), (0.0 if pixels else float(stride), never if pixels else half),
             (2.0 * stride, half), (float(stride), half)]
        ),
        step=_STEP["argmax"],
    )  # fmt: skip


def soft_question(away: float, argmax: float, beta: float) -> Question:
    """Soft-argmax is no smooth argmax."""
    why = _(
        "At β = {beta} it is {cells} cells off: every cell of the background weighs exp(0) = 1, "
        "and "
        "there are 2300 of them."
    ).format(beta=number(beta), cells=number(round(away, 2)))
    drawn = away > 1
    return Question(
        _("Soft-argmax, the mean of all places weighed by exp(βh), β = {beta}. Where does it land?")
        .format(beta=number(beta)),
        (
            Choice(_("nearer than a cell to the joint"), not drawn, why),
            Choice(_("drawn away, to the middle of the map"), drawn, why),
        ),
        step=_STEP["soft"],
    )  # fmt: skip


def noise_question() -> Question:
    """Which decoder noise ruins: the one that listens to every cell."""
    why = _(
        "It listens to all 2304 cells, and noise there has the longest lever. DARK asks nine cells "
        "around the top, and the mean over many maps stays the best."
    )
    return Question(
        _("Clean, DARK and the centre of mass are both exact. Noise of .05 comes: which suffers?"),
        (
            Choice(_("DARK"), False, why),
            Choice(_("the centre of mass"), True, why),
            Choice(_("both alike"), False, why),
        ),
        example={"noise": 0.05},
    )
