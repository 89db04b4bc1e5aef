"""Two levels on a picture, as SegNet has them."""

from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.samples import sample
from poolviz.stage.cache import kept
from poolviz.stage.part import Fold, Part, Pictures, Place, Program, Says, Shot
from poolviz.text import _
from poolviz.wings.pooling.core.telling import programs, written
from poolviz.wings.pooling.programs.levels import levels_code
from poolviz.wings.pooling.programs.plan import file_name
from poolviz.wings.pooling.unpooling.between import Between
from poolviz.wings.pooling.unpooling.levels import Levels, levels

SIDE = 160
"""Pixels of a picture's side: two beside each other on a phone."""


@kept
def levels_of(picture: str, between: Between) -> Levels:
    """The way of a picture through both levels and back."""
    return levels(sample(picture), between)


def two_levels(picture: str, between: Between) -> Fold:
    """Pool, pool, unpool, unpool on a picture, as SegNet does."""
    title = _("Two levels on a picture, as in SegNet")
    return Fold(title, partial(_opened, title, picture, between), "stacks", name="levels")


def _opened(title: str, picture: str, between: Between) -> tuple[Part, ...]:
    text = _(
        "Max pooling 2 × 2, twice; each level remembers its own locations, and on the way "
        "back each level uses them. Edges come back where they were. The holes are filled by "
        "convolutions, which a network learns; here it is a 3 × 3 mean of what is there."
    )
    way = levels_of(picture, between)
    planes = (way.x, *way.pooled, *way.unpooled, way.filled, way.nearest)
    shots = tuple(
        Shot(partial(_pixels, plane), label, label, partial(_grey, plane))
        for plane, label in zip(planes, _labels(way), strict=True)
    )
    return (
        Says(text),
        Place(("levels",)),
        Pictures(shots, SIDE, title, name=f"unpooling-two-levels-{picture}"),
        _program(way, between),
    )


def _program(way: Levels, between: Between) -> Program:
    files = {file_name(way.x): way.x.astype(np.float64)}
    return programs({"": lambda: written(levels_code(way.x, between), files)}, "levels-code")


def _grey(plane: np.ndarray) -> np.ndarray:
    from poolviz.figures.images import grey

    return grey(plane, 0, 255)


def _pixels(plane: np.ndarray) -> np.ndarray:
    from poolviz.figures.images import fitted

    return fitted(_grey(plane), SIDE)


def _labels(way: Levels) -> list[str]:
    named = [
        (_("Input"), way.x, None),
        (_("Pooled once"), way.pooled[0], None),
        (_("Pooled twice"), way.pooled[1], None),
        (_("Unpooled once"), way.unpooled[0], None),
        (_("Unpooled twice"), way.unpooled[1], way.error(way.unpooled[1])),
        (_("With convolutions"), way.filled, way.error(way.filled)),
        (_("Nearest, twice"), way.nearest, way.error(way.nearest)),
    ]
    labels = []
    for title, plane, error in named:
        label = _("{title} {rows} × {columns}").format(
            title=title, rows=plane.shape[0], columns=plane.shape[1]
        )
        if error is not None:
            label = _("{title}: error {error}").format(
                title=label, error=number(float(f"{error:.2g}"))
            )
        labels.append(label)
    return labels
