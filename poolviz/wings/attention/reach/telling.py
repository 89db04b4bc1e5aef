"""What stands under the walk: its numbers at a step, the masks compared, the cross, the code."""

from functools import partial
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.stage.cache import kept
from poolviz.stage.part import Chart, Formula, Moment, Part, Program, Says, Table
from poolviz.text import N_, _
from poolviz.wings.attention.reach.masks import (
    MASKS,
    OWN,
    Grid,
    mask_of,
    on_cross,
    recurrences_needed,
    title_of,
)
from poolviz.wings.attention.reach.programs import reach_code
from poolviz.wings.attention.reach.questions import percent
from poolviz.wings.attention.reach.scene import MOST_BRIDGES, place
from poolviz.wings.attention.reach.walk import Walk

SIDES = (4, 6, 14, 28, 56, 97)
"""Sides of maps on which the share of the cross is told."""
REFERENCE = N_(
    "Huang, Wang, Huang, Huang, Wei & Liu, ICCV 2019 (criss-cross, CCNet); Fu, Liu, Tian, Li, Bao, "
    "Fang & Lu, CVPR 2019 (position attention); Zhu, Xu, Bai, Huang & Bai, ICCV 2019 (pyramid, "
    "ANN); He, Zhang, Ren & Sun, CVPR 2016 (ResNet)"
)


def step_numbers(walk: Walk, moment: Moment) -> tuple[Part, ...]:
    """The weight of v as a sum over the bridges, and what full attention gives."""
    step = min(moment.step, walk.recurrences - 1)
    if moment.withholds(step):
        return ()
    hops = walk.hops(step)
    columns = walk.grid[1]
    u, v = place(walk.u, columns), place(walk.v, columns)
    left = rf"({product(step)})_{{u v}}"
    terms = [rf"{number(hop.last, 3)} \cdot {number(hop.before, 3)}" for hop in hops[:MOST_BRIDGES]]
    if len(hops) > MOST_BRIDGES:
        terms.append(r"\dots")
    total = number(walk.rows[step, walk.v], 3)
    rule = rf"{left} = \sum_b ({weight(step)})_{{u b}} \, ({product(step - 1)})_{{b v}}"
    if step == 0:
        rule, terms = left, []
    numbers = f"{' + '.join(terms)} = {total}" if terms else total
    everywhere = _(
        "Could {u} look everywhere at once, it would take {full} of {v}. Under this mask it takes "
        "{weight}: reached is not weighed alike."
    )
    if not hops:
        everywhere = _("Could {u} look everywhere at once, it would take {full} of {v}.")
    told = everywhere.format(u=u, v=v, full=number(walk.full[walk.v], 3), weight=total)
    return Formula(f"{rule} = {numbers}".replace("−", "-")), Says(told)


def weight(step: int) -> str:
    """W of a recurrence, in LaTeX.

    >>> weight(1), product(2)
    ('W_2', 'W_3 W_2 W_1')
    """
    return f"W_{step + 1}"


def product(step: int) -> str:
    """W_R ... W_1."""
    return " ".join(weight(s) for s in range(step, -1, -1))


def masks_table(walk: Walk) -> tuple[Part, ...]:
    """Every mask on a map of this size: how many are asked, and when all is reached."""
    heading = _("Until all {n} cells are reached").format(n=walk.cells)
    told = masks_told(walk.grid)
    if walk.mask == OWN:
        mine = float(recurrences_needed(walk.allowed)), int(walk.allowed.sum())
        told = {**told, OWN: mine}
    columns = {
        _("each cell looks at"): [title_of(name) for name in told],
        _("recurrences"): [
            _("never") if np.isinf(needed) else f"{needed:.0f}" for needed, _pairs in told.values()
        ],
        _("pairs a recurrence"): [f"{pairs:,}" for _needed, pairs in told.values()],
    }
    every = _(
        "Every cell asking every cell takes {pairs} pairs, once. Along rows and columns of d axes, "
        "d recurrences reach all."
    ).format(pairs=f"{walk.cells**2:,}")
    return Says(heading, "heading"), Table(columns), Says(every)


@kept
def masks_told(grid: Grid) -> dict[str, tuple[float, int]]:
    """Recurrences until all is reached, and pairs of one recurrence, by mask."""
    masks = {name: mask_of(grid, name) for name in MASKS}
    return {name: (recurrences_needed(mask), int(mask.sum())) for name, mask in masks.items()}


def cross_parts() -> tuple[Part, ...]:
    """How much stays on the cross, against the side of the map."""
    told = ", ".join(f"{n} × {n}: {percent(on_cross(n))}" for n in SIDES)
    alt = _("Weight on the cross after two even criss-crosses: {told}").format(told=told)
    columns = {
        _("map"): [f"{n} × {n}" for n in SIDES],
        _("the cross, of the cells"): [percent((2 * n - 1) / n**2) for n in SIDES],
        _("weight on the cross"): [percent(on_cross(n)) for n in SIDES],
    }
    why = _(
        "Paths of two steps: 2n − 1 to the cell itself, n to each other cell of its cross, 2 to "
        "every other cell, (2n − 1)² in all. Its maps show axes rather than objects."
    )
    return (
        Says(_("What stays on the cross"), "heading"),
        Says(why),
        Chart(_cross_chart, alt, name="reach-cross"),
        Table(columns),
    )


@kept
def _cross_chart() -> Any:
    from poolviz.figures.experiments import Line, line_chart  # Plotly, only where it is shown

    sides = list(range(2, max(SIDES) + 1))
    lines = (
        Line(_("weight on the cross"), sides, [on_cross(n) for n in sides], marks=False),
        Line(_("its part of the cells"), sides, [(2 * n - 1) / n**2 for n in sides], marks=False),
    )
    return line_chart(lines, _("rows and columns of the map"), _("share"))


def about_numbers() -> Part:
    """Where the weights come from."""
    text = _(
        "The weights are those of a run of the block with small fixed parameters and γ = 0.5. Each "
        "cell has two numbers, its own from 0 to 1 and that of the cell with row and column "
        "exchanged. Weights tell how much of a cell's values comes through, before γ and W_v."
    )
    return Says(text, "caption")


def program(walk: Walk) -> Program:
    """NumPy and PyTorch for this state."""
    return Program(
        _("The same in PyTorch and NumPy"), {"": partial(reach_code, walk)},
        _("For exactly this state. The NumPy lines need NumPy alone."), name="code",
    )  # fmt: skip
