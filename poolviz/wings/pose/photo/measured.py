"""What breaks the network, as it was measured on the astronaut: tools/measure_movenet.py."""

import json
from functools import cache
from typing import NamedTuple

import numpy as np

from poolviz.pose.photo.network import WEIGHTS
from poolviz.wings.pose.photo.picture import Looked, box_in, look, shipped

UPPER = 7
"""Nose, eyes, ears and shoulders: the joints of the astronaut that are in the picture."""
BREAKS: dict[str, tuple[int, ...]] = {
    "box": (50, 75, 90, 110, 150, 200, 300),
    "across": (-20, -10, -5, 5, 10, 20),
    "rotate": (15, 30, 45, 90, 180),
    "noise": (10, 25, 50, 100),
}
"""Control -> values at which it was measured, everything else as at first."""
MEASURED = WEIGHTS / "measured.json"


class Break(NamedTuple):
    """One setting: how far the seven upper joints move on average, in pixels of 512, and their
    mean score."""

    control: str
    value: int
    moved: float
    score: float


def whole(name: str = "astronaut") -> Looked:
    """A shipped picture as the page shows it at first."""
    pixels = shipped(name)
    return look(pixels, box_in(pixels.shape, 100, 0, 0))


def broken(control: str, value: int) -> Break:
    """Measure one setting."""
    pixels = shipped("astronaut")
    box = box_in(
        pixels.shape, value if control == "box" else 100, value if control == "across" else 0, 0
    )
    degrees, noise = (value if control == name else 0 for name in ("rotate", "noise"))
    found, first = look(pixels, box, degrees, noise), whole()
    away = np.linalg.norm(found.places - first.places, axis=1)[:UPPER]
    return Break(
        control, value, round(float(away.mean()), 1),
        round(float(found.found.scores[:UPPER].mean()), 2),
    )  # fmt: skip


@cache
def recorded() -> tuple[Break, ...]:
    """What is written down."""
    return tuple(Break(*row) for row in json.loads(MEASURED.read_text("utf-8")))


def moved_by(control: str, value: int) -> float:
    """Pixels that a recorded setting moves the joints."""
    return next(b.moved for b in recorded() if (b.control, b.value) == (control, value))
