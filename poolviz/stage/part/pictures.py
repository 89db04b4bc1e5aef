"""Parts that are pictures: scenes, poses, charts, pixels, planes of numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.stage.part.base import Part
from poolviz.stage.posing import Ground, Poses
from poolviz.stage.scene import Scene


@dataclass(frozen=True, eq=False)
class Play(Part):
    """A scene that is played. ``scene(hidden)``: from step ``hidden`` on its answers are withheld,
    None: nothing is. Its current step is the control "step" of the page, where it has one.

    ``marks``: a marked step of the picture would answer the questions, so a sheet has none.
    """

    scene: Callable[[int | None], Scene]
    marks: bool = False
    height: int = 0
    """The most pixels that the picture may take; 0: as it needs."""
    key: str = ""
    """Tells it from other scenes that the page shows at other times; those have no common step."""
    on: bool = True
    """Whether it is on the page; else it is to be taken away alone."""
    follows: bool = False
    """With a ``key``: each time that it has grown, its newest step is shown."""


@dataclass(frozen=True, eq=False)
class Posed(Part):
    """Two poses of one body; while an answer of the picture is withheld, so are its numbers.

    ``id`` names the truth that is shown: with another one the pose in a person's hand is forgotten.
    ``moves``: the key of the control, a ``Joints``, that takes what a person moves; "": nothing is
    taken. ``joint`` is selected, ``arrows`` say how each could gain most, ``by_truth``: the true
    joints are moved instead of the detected ones, ``ground`` lies under them.
    """

    poses: Poses
    alt: str
    id: str = ""
    moves: str = ""
    joint: int = 0
    arrows: bool = False
    by_truth: bool = False
    ground: Ground | None = None


@dataclass(frozen=True, eq=False)
class Still(Part):
    """A scene without steps: its panels are seen as matrices, and make one picture to take away."""

    scene: Callable[[], Scene]


@dataclass(frozen=True, eq=False)
class Chart(Part):
    """A Plotly figure of ``poolviz.figures``; ``alt`` says what it shows, ``title`` what it is."""

    figure: Callable[[], Any]
    alt: str
    title: str = ""


@dataclass(frozen=True, eq=False)
class Picture(Part):
    """Pixels, uint8 ``(H, W, 3)`` or ``(H, W)``, with a caption under them.

    ``draw``: the same as a Matplotlib figure, for files, or ``file(kind)``: the file itself;
    without either the picture has no file.
    """

    pixels: Callable[[], np.ndarray]
    alt: str
    caption: str = ""
    draw: Callable[[], Any] | None = None
    width: int = 0
    """Pixels on the screen; 0: as wide as there is room."""
    file: Callable[[str], bytes] | None = None


@dataclass(frozen=True)
class Shot:
    """One of several pictures: pixels as ``Picture`` has them, its caption and alternative text;
    ``large``: the pixels for a file, where they are others."""

    pixels: Callable[[], np.ndarray]
    caption: str
    alt: str
    large: Callable[[], np.ndarray] | None = None


@dataclass(frozen=True, eq=False)
class Pictures(Part):
    """Several small pictures side by side, so many pixels wide each; ``title`` is that of their
    file, ``below`` a sentence under them there. ``screen``: they are on the page, too."""

    shots: tuple[Shot, ...]
    width: int
    title: str
    below: str = ""
    screen: bool = True


@dataclass(frozen=True)
class Plane:
    """A small plane of numbers: ringed where ``solid``, with dashes where ``dashed``, else pale."""

    title: str
    values: np.ndarray
    solid: np.ndarray
    dashed: np.ndarray
    caption: str
    alt: str


@dataclass(frozen=True, eq=False)
class Planes(Part):
    """Small planes of numbers side by side."""

    planes: tuple[Plane, ...]
