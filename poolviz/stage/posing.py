"""Two poses of one body, the true and the detected one, and what each joint is worth: pure data."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np

Point = tuple[float, float]
FARTHEST = 1e6
"""Pixels: a joint can be moved so far."""


@dataclass(frozen=True, eq=False)
class Poses:
    """``truth`` and ``found`` float64 (K, 2), pixels; ``visibility`` (K,), the flags of the truth.

    ``names`` as a person reads them, ``edges`` pairs of joints. ``sigmas`` (K,): k = 2 sigma;
    ``area`` is s². ``bbox``: x, y, width, height. ``similarities`` (K,), NaN where a joint does
    not count, and their mean ``oks``. ``rings``: similarity -> the radius (K,) at which each joint
    has it; none where they say nothing.
    """

    names: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    truth: np.ndarray
    found: np.ndarray
    visibility: tuple[int, ...]
    sigmas: np.ndarray
    area: float
    bbox: tuple[float, ...]
    similarities: np.ndarray
    oks: float
    rings: tuple[tuple[float, np.ndarray], ...] = ()

    @property
    def labelled(self) -> np.ndarray:
        """Which joints are labelled, bool (K,)."""
        return np.array(self.visibility) > 0

    @property
    def bare(self) -> bool:
        """Whether nothing is labelled: then the enlarged box takes the place of the joints."""
        return not self.labelled.any()

    @property
    def counts(self) -> np.ndarray:
        """Which joints count, bool (K,); all, if none is labelled."""
        return self.labelled | self.bare

    @property
    def distances(self) -> np.ndarray:
        """d (K,), pixels, to the true joints."""
        return np.hypot(*(self.found - self.truth).T)

    @property
    def k(self) -> np.ndarray:
        """The fall-off constants, (K,)."""
        return 2 * self.sigmas

    @property
    def scale(self) -> float:
        """s = sqrt(area), pixels."""
        return float(np.sqrt(self.area))


@dataclass(frozen=True)
class Ground:
    """A picture under the poses: ``href`` a data URL, its size in the poses' pixels."""

    href: str
    width: float
    height: float

    @cached_property
    def name(self) -> str:
        """What the browser keeps it by: the same picture has the same name."""
        return sha256(self.href.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Moved:
    """What a person has moved: both poses, the flags of the truth, the selected joint."""

    found: tuple[Point, ...]
    truth: tuple[Point, ...]
    visibility: tuple[int, ...]
    joint: int
