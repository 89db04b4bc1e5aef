"""IDF1: one partner for a whole track, and how many frames it is right in."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from poolviz.pose.parser.matching import match_links
from poolviz.pose.tracking.compared import Compared


@dataclass(frozen=True, eq=False)
class Identity:
    """``overlaps`` (true, given): in how many frames both are within the gate of each other.

    ``partners``: true name -> the one given name that stands for it over all frames. ``total`` and
    ``given_total``: true and found people, over all frames.
    """

    true: tuple[Hashable, ...]
    given: tuple[Hashable, ...]
    overlaps: np.ndarray
    partners: dict[Hashable, Hashable]
    total: int
    given_total: int

    @property
    def idtp(self) -> int:
        """Frames in which people have the name that stands for them."""
        at = [(self.true.index(t), self.given.index(g)) for t, g in self.partners.items()]
        return int(sum(self.overlaps[pair] for pair in at))

    @property
    def idf1(self) -> float:
        """2 IDTP / (GT + found): NaN where nobody is there and nobody was found."""
        both = self.total + self.given_total
        return 2 * self.idtp / both if both else float("nan")


def identity(frames: Sequence[Compared], within: float) -> Identity:
    """IDF1 = 2 IDTP / (GT + found), IDTP from one optimal matching of whole tracks.

    Unlike CLEAR-MOT, which counts the frame of an exchange, every frame behind it counts. Errors:
    ``ValueError`` for a ``within`` that is negative or not finite.

    Source: Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera
    Tracking", ECCV Workshops 2016; equal to motmetrics 1.4.0.

    >>> from poolviz.pose.tracking.compared import compared
    >>> true = [{1: [0.0]}, {1: [4.0]}, {1: [8.0]}]
    >>> found = [{"a": [0.0]}, {"b": [4.0]}, {"b": [8.0]}]
    >>> result = identity(compared(true, found), 2)
    >>> result.partners, result.idtp, round(result.idf1, 4)
    ({1: 'b'}, 2, 0.6667)
    """
    if not 0 <= within < np.inf:
        raise ValueError(f"within must be finite and not negative, got {within!r}")
    true = tuple(dict.fromkeys(name for frame in frames for name in frame.true))
    given = tuple(dict.fromkeys(name for frame in frames for name in frame.given))
    overlaps = np.zeros((len(true), len(given)), int)
    for frame in frames:
        for i, j in np.argwhere(frame.away <= within):
            overlaps[true.index(frame.true[i]), given.index(frame.given[j])] += 1
    pairs = match_links(overlaps, match="optimal")
    return Identity(
        true, given, overlaps,
        {true[i]: given[j] for i, j in pairs},
        sum(len(frame.true) for frame in frames),
        sum(len(frame.given) for frame in frames),
    )  # fmt: skip
