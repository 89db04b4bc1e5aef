"""What stands behind the comparison: formulas, numbers, what to notice, files and code."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Operated, Pooled
from poolviz.stage.cache import kept
from poolviz.stage.part import (
    PICTURE,
    Fold,
    Formula,
    Moment,
    Now,
    Numbers,
    Part,
    Program,
    Says,
    Stack,
    Table,
)
from poolviz.stage.words import plain
from poolviz.text import _, listed, titled
from poolviz.wings.pooling.compare.operators import Ran, in_step, shape_note, title_of
from poolviz.wings.pooling.compare.scene import Statistics, differences, statistics
from poolviz.wings.pooling.core.filenames import slug
from poolviz.wings.pooling.core.operators import laid_out
from poolviz.wings.pooling.core.telling import Made, programs, texts_and_files
from poolviz.wings.pooling.core.window_scene import LONGEST, Region, narration
from poolviz.wings.pooling.programs.operators import operator_code
from poolviz.wings.pooling.programs.plan import file_name

Runs = tuple[Pooled, ...]
More = tuple[Operated, ...]


@kept
def counted(runs: tuple[Ran, ...]) -> tuple[Statistics, ...]:
    """Every run in numbers."""
    return tuple(map(statistics, runs))


def behind(runs: Runs, more: More, region: Region) -> tuple[Part, ...]:
    """Formulas, the table, what to notice: once the picture withholds nothing."""
    title = _("The formulas with the numbers of this window")
    make = partial(_formulas, runs, more, region)
    formulas = Fold(title, lambda: (Now(make),), name="formulas")
    after = Now(lambda moment: (*_table(runs, more), *_notice(runs, more)))
    return (
        *(Formula(run.variant.formula, screen=False) for run in runs),
        Stack((formulas, after), tells=PICTURE),
    )


def _formulas(runs: Runs, more: More, region: Region, moment: Moment) -> tuple[Part, ...]:
    at = region.cells[min(moment.step, len(region.cells) - 1)]
    cell = tuple(int(i) for i in at)
    return (
        *(part for run in runs for part in _formula(run, narration(run, cell))),
        *(part for run in more for part in _formula(run, operator_line(run, runs[0], cell))),
    )


def _formula(run: Ran, line: str) -> tuple[Part, ...]:
    rule = run.variant.formula if isinstance(run, Pooled) else run.operator.formula
    text = titled(f"**{plain(title_of(run))}**", plain(line))
    return Formula(rule, sheet=False), Says(text)


def operator_line(run: Operated, first: Pooled, cell: tuple[int, ...]) -> str:
    """The operator's formula with the numbers of a cell, where few cells take part; or its shape.

    A table of windows over the engine's limit has more than a few.
    """
    try:
        short = in_step(run, first) and run.windows.size <= LONGEST
    except ValueError:
        short = False
    return run.arithmetic(cell) if short else shape_note(run, first)


def _table(runs: Runs, more: More) -> tuple[Part, ...]:
    names: dict[str, Callable[[Statistics], float]] = {
        _("mean"): lambda s: s.mean,
        _("spread"): lambda s: s.spread,
        _("least"): lambda s: s.least,
        _("most"): lambda s: s.most,
        _("spread kept, %"): lambda s: s.detail,
        _("sent back"): lambda s: s.sent,
        _("received"): lambda s: s.received,
        _("cells reached"): lambda s: s.reached,
        _("largest"): lambda s: s.largest,
    }
    columns: dict[str, Sequence[object]] = {_("variant"): list(names)}
    for each in counted((*runs, *more)):
        columns[each.title] = [number(round(get(each), 4)) for get in names.values()]
    about = _(
        "Spread is the standard deviation of the outputs; kept, its share of the input's. Sent "
        "back: every output sends a gradient of 1; received: what arrives at the input in all."
    )
    return Says(_("In numbers"), "heading"), Table(columns), Says(about, "caption")


def _notice(runs: Runs, more: More) -> tuple[Part, ...]:
    lines = [*differences(counted((*runs, *more))), *(shape_note(run, runs[0]) for run in more)]
    text = "\n".join(f"- {plain(line)}" for line in lines)
    return Says(_("What to notice"), "heading"), Says(text)


def outputs(runs: Runs, more: More, name: str) -> tuple[Part, ...]:
    """The outputs to take away: those of the variants below one another, each operator's alone."""
    stacked = np.concatenate([run.output for run in runs])
    order = _("The outputs below one another, in this order: {names}.").format(
        names=listed(_(run.variant.title) for run in runs)
    )
    return (
        Numbers(stacked, _("Output"), name=f"{name}-outputs", tells=PICTURE),
        Says(order, "caption", tells=PICTURE),
        *(
            Numbers(
                laid_out(run.output),
                title_of(run),
                name=f"{name}-{slug(type(run.operator).__name__)}",
                tells=PICTURE,
            )
            for run in more
        ),
    )


def codes(runs: Sequence[Ran], direction: str) -> Program:
    """The code of everything on the screen; backward every output sends 1.

    Operators are written forward.
    """
    return programs({title_of(run): partial(_code, run, direction) for run in runs})


def _code(run: Ran, direction: str) -> Made:
    if isinstance(run, Pooled):
        dy = np.ones(run.output.shape) if direction == "backward" else None
        return texts_and_files(run, direction, dy, "last", None)
    code, name = operator_code(run), file_name(run.x)
    files = {name: run.x.astype(np.float64)} if f'"{name}"' in code.numpy else {}
    return {"PyTorch": code.pytorch, "Keras": code.keras, "NumPy": code.numpy}, files
