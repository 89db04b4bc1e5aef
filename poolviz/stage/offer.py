"""What a page offers to take away: scenes, drawings, numbers, files, with their names."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poolviz.stage.scene import Scene


@dataclass(frozen=True, eq=False)
class Played:
    """A scene, at the step where it stands."""

    name: str
    scene: Scene
    step: int


@dataclass(frozen=True, eq=False)
class Drawn:
    """A chart or another picture without steps; ``make`` gives the file of a kind."""

    name: str
    make: Callable[[str], bytes]


@dataclass(frozen=True, eq=False)
class Numbers:
    """An array; ``what`` it is, "Output"."""

    name: str
    values: np.ndarray
    what: str = ""


@dataclass(frozen=True, eq=False)
class Made:
    """A finished file; ``kind`` is "questions" or "answers" for a handout, "state" for a saved
    state, else how the file's name ends. ``label``: what a person reads on the way there."""

    name: str
    kind: str
    make: Callable[[], bytes]
    label: str = ""


Offer = Played | Drawn | Numbers | Made
