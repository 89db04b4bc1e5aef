"""What is predicted: how far two recurrences reach, what stays on the cross, what keys replace."""

import numpy as np

from poolviz.numbers import number
from poolviz.stage.question import Question, choices
from poolviz.text import _
from poolviz.wings.attention.reach.anchors import PICTURES, Anchored
from poolviz.wings.attention.reach.masks import Grid, mask_of, on_cross, paths
from poolviz.wings.attention.reach.walk import CROSS, Walk

FIELD = 97
"""Rows and columns of the map in the paper on criss-cross attention."""


def twice_question(walk: Walk) -> Question:
    """Of how many cells has u heard after two recurrences?"""
    here = walk.recurrences > 1
    first, second = (int(n) for n in _reached(walk.allowed, walk.u))
    if walk.mask == CROSS and second == walk.cells > first:
        right = _(
            "Every cell: where the row of the one meets the column of the other stands a cell that "
            "both look at. There are two such bridges."
        )
    else:
        right = _("So many cells can be reached in two steps of this mask.")
    offers = [
        (second, right),
        (first, _("The same cells are asked again, but by now they have heard of others.")),
        (2 * first, _("Not twice as many: each cell that is asked has asked several others.")),
        (walk.cells, _("That would be every cell; two steps of this mask do not reach them all.")),
        (
            2 * first - 1,
            _("Twice as many, with u counted once. Each cell asked has asked several others."),
        ),
    ]
    text = _(
        "In one recurrence every cell takes from those that it looks at; u looks at {first} "
        "cells. After a second one, of how many has u heard?"
    ).format(first=first)
    offers = [offer for offer in offers if offer[0] <= walk.cells]
    step = {"step": 1, "stands": 0} if here else {"example": {"recurrences": 2}}
    return Question(text, choices(offers), **step)


def _reached(mask: np.ndarray, u: int) -> np.ndarray:
    return np.asarray((paths(mask, u, 2) > 0).sum(1))


def once_question(grid: Grid = (4, 4)) -> Question:
    """How many cells does a cell look at in one criss-cross?"""
    rows, cols = grid
    first, second = (int(n) for n in _reached(mask_of(grid, CROSS), 0))
    offers = [
        (
            first,
            _("{cols} in its row and {rows} in its column; it stands in both itself.").format(
                rows=rows, cols=cols
            ),
        ),
        (
            rows + cols,
            _("That counts the cell twice, as the authors' code does before it sets one to −∞."),
        ),
        (second, _("That takes two recurrences.")),
        (2 * first, _("That is twice as many as one recurrence reaches.")),
    ]
    text = _("A map of {rows} × {cols}: how many cells does each look at in one criss-cross?")
    return Question(text.format(rows=rows, cols=cols), choices(offers))


def percent(share: float) -> str:
    """A share as text, "50.5 %".

    >>> percent(0.50517), percent(0.02), percent(1)
    ('50.5 %', '2 %', '100 %')
    """
    return _("{number} %").format(number=number(100 * share, 3))


def cross_question(side: int = FIELD) -> Question:
    """How much of the weight stays on the cross after two even criss-crosses?"""
    cells = round((2 * side - 1) / side**2, 2)
    right = _(
        "A cell of the cross is reached on {n} paths, any other on 2: {keys}² paths in all. So "
        "its maps show axes, not objects."
    ).format(n=side, keys=2 * side - 1)
    offers = [
        (on_cross(side), right),
        (cells, _("That is its part of the cells: it would need all cells to weigh alike.")),
        (1.0, _("That is after one; the second brings in the cells off the cross.")),
        (2 * cells, _("The second adds other cells; it does not double the cross.")),
    ]
    text = _(
        "A map of {n} × {n}, two criss-crosses, all weights even. The cross is {cells} of the "
        "cells. How much of the weight is on it?"
    ).format(n=side, cells=percent(cells))
    return Question(text, choices(offers, written=percent))


def anchors_question(seen: Anchored, asked: Anchored) -> Question:
    """How far off is another picture with the same anchors? The trap is to expect the same."""
    right = _(
        "Almost as far off as one mean for all. A key is the mean of a bin, and a mean of stones "
        "is neither stone: on the board, pooled keys mean nothing."
    )
    offers = [
        (asked.error, right),
        (seen.error, _("That is the photograph, which is smooth at the size of a bin.")),
        (0.0, _("Nothing is lost only if each bin holds equal cells.")),
        (0.5, _("Half would be a lot already, and it is more.")),
    ]
    text = _(
        "{keys} means of bins are asked instead of all cells. {seen}: the output is {error} off. "
        "{asked}: how far off is it?"
    ).format(
        keys=asked.keys, seen=_(PICTURES[seen.picture]), error=percent(seen.error),
        asked=_(PICTURES[asked.picture]),
    )  # fmt: skip
    return Question(text, choices(offers, written=percent))


def queries_question(side: int = 16, queries: int = 2) -> Question:
    """The other way round: fewer queries. How large is the output?"""
    halved = side // queries
    offers = [
        (
            f"{queries} × {queries}",
            _("As many outputs as queries: fewer keys keep the size, fewer queries do not."),
        ),
        (f"{side} × {side}", _("So many are asked. What comes out is one for each that asks.")),
        (f"{halved} × {halved}", _("That would be pooling by {n}.").format(n=queries)),
    ]
    text = _(
        "The other way round: {q} × {q} queries ask all {n} × {n} cells, as in global aggregation. "
        "How large is the output?"
    ).format(q=queries, n=side)
    return Question(text, choices(offers))


def doubled_question(side: Grid, before: int, after: int) -> Question:
    """Both sides of the map twice as long: how many times as much memory do all weights take?"""
    times = round(after / before)
    offers = [
        (times, _("4 times as many cells ask 4 times as many.")),
        (4, _("So many times more ask; each of them has more to ask, too.")),
        (2, _("That is one side.")),
        (8, _("Almost so for criss-cross: 4 times as many ask twice as many.")),
    ]
    text = _(
        "Every cell of {rows} × {cols} looks at every other. Both sides are doubled. How many "
        "times as large is W?"
    ).format(rows=side[0], cols=side[1])
    return Question(text, choices(offers))
