"""Fewer keys: the pyramid over a picture, what comes of it, and the pairs that are saved."""

from functools import partial
from typing import Any

import numpy as np

from poolviz.pooling import Adaptive, Average, pool
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.part import (
    Chart,
    Inquiry,
    Metrics,
    Now,
    Part,
    Pictures,
    Place,
    Says,
    Sets,
    Shot,
    Table,
)
from poolviz.text import _
from poolviz.wings.attention.reach.anchors import (
    MAP,
    PICTURES,
    PYRAMIDS,
    Anchored,
    anchored,
    errors,
    of_picture,
    picture_of,
)
from poolviz.wings.attention.reach.controls import ANCHORS, map_of
from poolviz.wings.attention.reach.questions import anchors_question, percent, queries_question
from poolviz.wings.pooling.core.channels import scaled

WIDE = 132
"""Pixels of a picture."""
USUAL = (1, 3, 6, 8)


def fewer_keys(values: Values) -> Inquiry:
    """The pyramid's keys in place of all cells: a picture, a question, what is off."""
    name, sizes = values["shown"], values["pyramid"]
    x = map_of(values) if name == MAP else None
    anchors = sum(n * n for n in sizes)
    intro = _(
        "Another way to ask less: all cells ask, but only {keys} means are asked, those of the "
        "bins of a pyramid."
    ).format(keys=anchors)
    seen, asked = (of_picture(each, USUAL) for each in ("photograph", "go-board"))
    return Inquiry(
        (anchors_question(seen, asked), queries_question()),
        ANCHORS,
        (
            Says(intro),
            Place(("shown",)),
            Place(("pyramid",)),
            Sets(
                tuple((f"S = {sum(n * n for n in each)}", {"pyramid": each}) for each in PYRAMIDS),
                ("pyramid",),
                name="pyramids",
            ),
            Now(lambda moment: (grids(name, x, sizes),)),
        ),
        (Now(lambda moment: result(_anchored(name, x, sizes), sizes), tells=1),),
        _("What comes of it is shown when the question is answered."),
        name=ANCHORS,
    )


def _anchored(name: str, x: np.ndarray | None, sizes: tuple[int, ...]) -> Anchored:
    return of_picture(name, sizes) if x is None else _of_map(x, sizes)


@kept
def _of_map(x: np.ndarray, sizes: tuple[int, ...]) -> Anchored:
    return anchored(MAP, scaled(x), sizes)


def _called(name: str) -> str:
    return _("The map above") if name == MAP else _(PICTURES[name])


def grids(name: str, x: np.ndarray | None, sizes: tuple[int, ...]) -> Part:
    """The picture as each pooled map has it: a bin is a key."""
    picture = picture_of(name) if x is None else scaled(x)
    rows, cols = picture.shape
    shots = [
        Shot(
            partial(pixels, picture, 0), f"{rows} × {cols}",
            _("{name}, {rows} by {columns} cells").format(
                name=_called(name), rows=rows, columns=cols
            ),
        )
    ]  # fmt: skip
    for n in sizes:
        caption = _("{n} × {n} keys").format(n=n)
        alt = _("{name}, the means of {n} by {n} bins").format(name=_called(name), n=n)
        shots.append(Shot(partial(pixels, picture, n), caption, alt))
    levels = "-".join(map(str, sizes))
    return Pictures(tuple(shots), WIDE, _("The pyramid"), name=f"reach-pyramid-{name}-{levels}")


@kept
def pixels(picture: np.ndarray, n: int) -> np.ndarray:
    """A picture in [0, 1] as grey pixels; ``n``: as the means of n x n bins, with their borders."""
    x = pool(picture, Average(), Adaptive(n)).output if n else picture
    at = [np.arange(WIDE) * side // WIDE for side in x.shape]
    grey = np.round(255 * np.clip(x[np.ix_(*at)], 0, 1)).astype(np.uint8)
    rgb = np.repeat(grey[..., None], 3, -1)
    if n > 1:
        for axis, lines in enumerate(at):
            edge = np.flatnonzero(np.diff(lines)) + 1
            np.moveaxis(rgb, axis, 0)[edge] = (224, 123, 26)
    return rgb


def result(run: Anchored, sizes: tuple[int, ...]) -> tuple[Part, ...]:
    """How far off y is, seen and counted; every picture and pyramid; the pairs."""
    levels = "-".join(map(str, sizes))
    cells = run.x.size
    off = np.abs(run.y - run.full)
    names = _("Full attention"), _("With {n} keys").format(n=run.keys), _("Difference")
    shots = tuple(
        Shot(partial(pixels, each, 0), name, f"{_called(run.picture)}: {name}")
        for each, name in zip((run.full, run.y, off), names, strict=True)
    )
    told = _(
        "Error {error} of what full attention makes of it; its mean alone, one key, is about 100 % "
        "off."
    ).format(error=percent(run.error))
    fewer = _("N × S instead of N × N: {few} weights instead of {all}").format(
        few=f"{cells * run.keys:,}", all=f"{cells**2:,}"
    )
    return (
        Metrics(
            (
                (_("error of y"), percent(run.error)),
                (_("keys S, cells N"), f"{run.keys:,} / {cells:,}"),
                (_("weights, of N × N"), percent(run.keys / cells)),
            )
        ),
        Says(told),
        Pictures(shots, WIDE, _("What comes of it"), name=f"reach-anchored-{run.picture}-{levels}"),
        Chart(partial(_ribbon, cells, run.keys), fewer, name=f"reach-pairs-{cells}-{run.keys}"),
        *_table(),
    )  # fmt: skip


@kept
def _ribbon(cells: int, keys: int) -> Any:
    from poolviz.figures.reach import ribbon_chart

    return ribbon_chart(cells, keys)


def _table() -> tuple[Part, ...]:
    found = errors()
    heads = [_("S = {keys}").format(keys=sum(n * n for n in sizes)) for sizes in PYRAMIDS] + [
        _("every second row and column")
    ]
    columns: dict[str, list[str]] = {_("picture"): [_(PICTURES[name]) for name in found]}
    for i, head in enumerate(heads):
        columns[head] = [f"{row[i]:.3f}" for row in found.values()]
    why = _(
        "Relative error of y. Compared are patches of 5 × 5 cells, less the picture's mean, by "
        "softmax of twice their products. Anchors stand in for keys where a picture is smooth at "
        "the size of a bin; on the Go board a mean of stones means nothing."
    )
    return Table(columns), Says(why, "caption")
