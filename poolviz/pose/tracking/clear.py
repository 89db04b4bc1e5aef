"""CLEAR-MOT: misses, false alarms and switched names, counted frame by frame."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from poolviz.pose.parser.matching import match_links
from poolviz.pose.tracking.compared import Compared


@dataclass(frozen=True)
class Frame:
    """What one frame counts. ``partners``: true name -> the name given to it, ``away``: how far.

    ``kept``: true names whose partner of before still held; ``switched``: those that have another
    one than the last they had. ``missed``: true names without a partner, ``surplus``: given names
    without one.
    """

    partners: dict[Hashable, Hashable]
    away: dict[Hashable, float]
    kept: tuple[Hashable, ...]
    switched: tuple[Hashable, ...]
    missed: tuple[Hashable, ...]
    surplus: tuple[Hashable, ...]


@dataclass(frozen=True)
class Clear:
    """The counts of all frames: MOTA = 1 - (FN + FP + IDSW) / GT, MOTP = mean distance matched."""

    frames: tuple[Frame, ...]

    @property
    def matches(self) -> int:
        """True people with a partner, over all frames, switched or not."""
        return sum(len(frame.partners) for frame in self.frames)

    @property
    def misses(self) -> int:
        """FN: true people whom nobody was found near."""
        return sum(len(frame.missed) for frame in self.frames)

    @property
    def false(self) -> int:
        """FP: found people who are nobody."""
        return sum(len(frame.surplus) for frame in self.frames)

    @property
    def switches(self) -> int:
        """IDSW: true people who have another name than the last they had."""
        return sum(len(frame.switched) for frame in self.frames)

    @property
    def true(self) -> int:
        """GT: true people over all frames."""
        return self.matches + self.misses

    @property
    def mota(self) -> float:
        """1 - (FN + FP + IDSW) / GT: at most 1, may be negative; NaN where nobody is there."""
        wrong = self.misses + self.false + self.switches
        return 1 - wrong / self.true if self.true else float("nan")

    @property
    def motp(self) -> float:
        """The mean distance of the matches, in the unit of the places; NaN without any."""
        away = [far for frame in self.frames for far in frame.away.values()]
        return float(np.mean(away)) if away else float("nan")


def clear_mot(frames: Sequence[Compared], within: float) -> Clear:
    """Match true and found people of each frame within a gate, and count what goes wrong.

    A true person keeps the last partner as long as that is there and at most ``within`` away, even
    where somebody else is nearer; only the rest is matched anew, as many pairs as possible, then
    with the least sum of distances. So a switch is counted not when two people cross but when the
    old partner leaves the gate. Who is unseen for some frames is still compared with the partner
    of before. Errors: ``ValueError`` for a ``within`` that is negative or not finite.

    Source: Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR
    MOT Metrics", EURASIP Journal on Image and Video Processing 2008; equal to motmetrics 1.4.0.

    >>> from poolviz.pose.tracking.compared import compared
    >>> true, found = [{1: [0.0]}, {1: [4.0]}], [{"a": [0.5]}, {"b": [4.0]}]
    >>> result = clear_mot(compared(true, found), 2)
    >>> result.switches, result.mota, result.motp
    (1, 0.5, 0.25)
    """
    if not 0 <= within < np.inf:
        raise ValueError(f"within must be finite and not negative, got {within!r}")
    last: dict[Hashable, Hashable] = {}
    return Clear(tuple(_frame(frame, within, last) for frame in frames))


def _frame(frame: Compared, within: float, last: dict[Hashable, Hashable]) -> Frame:
    """One frame; ``last`` (true name -> the last partner) goes on to the next."""
    rows: dict[int, int] = {}
    for i, true in enumerate(frame.true):
        j = frame.given.index(last[true]) if last.get(true) in frame.given else -1
        if j >= 0 and j not in rows.values() and frame.away[i, j] <= within:
            rows[i] = j
    kept = tuple(frame.true[i] for i in rows)
    free = frame.away.copy()
    free[list(rows)] = free[:, list(rows.values())] = np.inf
    # so much for a pair that no sum of distances outweighs one pair more
    worth = 1 + 2 * within * max(min(free.shape), 1)
    allowed = free <= within
    rows |= dict(match_links(np.where(allowed, worth - free, 0.0), allowed, "optimal"))
    partners = {frame.true[i]: frame.given[j] for i, j in sorted(rows.items())}
    switched = tuple(true for true in partners if last.get(true, partners[true]) != partners[true])
    last |= partners
    return Frame(
        partners,
        {frame.true[i]: float(frame.away[i, j]) for i, j in sorted(rows.items())},
        kept,
        switched,
        tuple(true for true in frame.true if true not in partners),
        tuple(given for given in frame.given if given not in partners.values()),
    )
