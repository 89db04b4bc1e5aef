"""What is asked about the hourglass."""

from dataclasses import replace

from poolviz.numbers import number
from poolviz.pose.networks.hourglass import Counts
from poolviz.stage.question import Question, choices
from poolviz.text import _


def residuals_question(counts: Counts) -> Question:
    """Misconception 9: order n is n residuals."""
    n = counts.order
    right = _("On each of {n} floors one beside, one down, one up; one in the middle: 3 · {n} + 1.")
    offers = (
        (counts.residuals, right.format(n=n)),
        (n, _("The order counts floors, and each floor has three residuals.")),
        (2 * n + 1, _("That leaves out the one beside, on each floor.")),
        (4 * n, _("The middle has one, and no floor has four.")),
    )
    return Question(
        _("An hourglass of order {n}: how many residual modules does it hold?").format(n=n),
        choices(offers),
        step=1,
        stands=0,
    )


def merges_question(counts: Counts) -> Question:
    """How many merges of two ways does the module have?"""
    n = counts.order
    right = _("One a floor: what was kept beside meets what comes up from below.")
    offers = (
        (n, right),
        (counts.residuals, _("Each residual has an addition inside; these join two floors.")),
        (2 * n, _("Only on the way up: going down nothing is joined.")),
        (1, _("Every floor has one, not the top alone.")),
    )
    return Question(
        _("And how often is something from the way down joined on the way up?"), choices(offers)
    )


def concat_question(counts: Counts) -> Question:
    """What does concatenation cost?"""
    add, concat = replace(counts, merge="add"), replace(counts, merge="concat")
    share = 100 * (concat.parameters / add.parameters - 1)
    more = _("{n} more 1 × 1 convolutions from {twice} to {c} channels: {before} → {after}.")
    right = more.format(
        n=counts.skips, twice=2 * counts.width, c=counts.width, before=f"{add.parameters:,}",
        after=f"{concat.parameters:,}",
    )  # fmt: skip
    offers = (
        (round(share, 1), right),
        (0, _("A sum has no weights; a concatenation needs a convolution to come back to c.")),
        (100, _("Only the merges grow; residuals stay as they are.")),
    )
    return Question(
        _(
            "A U-Net puts both maps side by side instead of adding them. By how many percent do "
            "the parameters grow?"
        ),
        choices(offers, written=lambda value: _("{n} %").format(n=number(value))),
        example={"merge": "concat"},
    )
