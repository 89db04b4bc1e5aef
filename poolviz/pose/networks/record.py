"""What the map network reaches, as it was measured once: assets/weights/pose/maps.json."""

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from poolviz.pose.networks.map_network import LAST, WEIGHTS

FLIPS = 80
"""A stage tells a joint's sides by the head where so many points fewer of its channels prefer the
front's side once the head is turned."""


@dataclass(frozen=True, eq=False)
class Record:
    """Percents, a row a stage. ``found`` and ``other`` (S, 7): head and neck, shoulder, elbow,
    wrist, hip, knee, ankle; ``drawn`` and ``turned`` (S, 6): how many left and right channels
    prefer the side of a person seen from the front, as drawn and with the head turned by 180."""

    all: np.ndarray
    found: np.ndarray
    other: np.ndarray
    drawn: np.ndarray
    turned: np.ndarray

    def flips_at(self, pair: int) -> int:
        """The first stage, from 1, whose channels of a pair follow the head; 0: none does."""
        falls = self.drawn[:, pair] - self.turned[:, pair] >= FLIPS
        return int(np.argmax(falls)) + 1 if falls.any() else 0

    def gains(self, stage: int) -> np.ndarray:
        """By how many points a stage, 2 the first, finds more of each of the seven groups."""
        return self.found[stage - 1] - self.found[stage - 2]


@lru_cache(maxsize=8)
def record(checkpoint: str = LAST) -> Record:
    """The measures of a checkpoint.

    >>> record().found.shape, record().drawn.shape
    ((4, 7), (4, 6))
    """
    held = json.loads((WEIGHTS / "maps.json").read_text("utf-8"))["reached, percent"][checkpoint]
    names = ("all", "found", "other side", "prefers the front's side", "with the head turned")
    return Record(*(np.array(held[name]) for name in names))
