"""The five steps in a row, with everything in between kept for who wants to look."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.parser.assembly import Person, assemble
from poolviz.pose.parser.links import Links, link_scores
from poolviz.pose.parser.matching import match_links
from poolviz.pose.parser.peaks import find_peaks
from poolviz.pose.parser.rules import EXACT, Rules


@dataclass(frozen=True)
class Parsed:
    """``peaks`` a joint, ``links`` and ``matched`` a limb, all people, and whom the rules keep."""

    peaks: tuple[np.ndarray, ...]
    links: tuple[Links, ...]
    matched: tuple[tuple[tuple[int, int], ...], ...]
    assembled: tuple[Person, ...]
    people: tuple[Person, ...]

    @property
    def points(self) -> np.ndarray:
        """(P, J, 3): x, y, height of each person's joints in cells; NaN, NaN, 0 for none."""
        out = np.full((len(self.people), len(self.peaks), 3), np.nan)
        out[..., 2] = 0.0
        for i, person in enumerate(self.people):
            for joint, peak in person.peaks.items():
                out[i, joint] = self.peaks[joint][peak]
        return out

    @property
    def scores(self) -> np.ndarray:
        """(P,): each person's mean."""
        return np.array([person.mean for person in self.people])


def parse(
    maps: ArrayLike,
    fields: ArrayLike,
    limbs: Sequence[tuple[int, int]],
    rules: Rules = EXACT,
) -> Parsed:
    """People from joint maps (J, H, W) and fields (L, 2, H, W), one field a limb.

    ValueError: as many fields as limbs are needed.

    >>> import poolviz.pose.maps as maps
    >>> x, seen = np.array([[[2.0, 2.0], [8.0, 2.0]]]), np.ones((1, 2))
    >>> heat = maps.heat_maps(x, seen, (5, 11), 1.0)
    >>> field = maps.affinity_fields(x, seen, [(0, 1)], (5, 11), 1.0)
    >>> from dataclasses import replace
    >>> parse(heat, field, [(0, 1)], replace(EXACT, parts=2)).points[..., :2].tolist()
    [[[2.0, 2.0], [8.0, 2.0]]]
    """
    vectors = np.asarray(fields, dtype=np.float64)
    if len(vectors) != len(limbs):
        raise ValueError(f"fields must be {len(limbs)}, one a limb, got {len(vectors)}")
    peaks = find_peaks(maps, rules.threshold, rules.peaks, rules.blur, rules.apart)
    links = tuple(
        link_scores(field, peaks[a][:, :2], peaks[b][:, :2], rules)
        for field, (a, b) in zip(vectors, limbs, strict=True)
    )
    matched = tuple(tuple(match_links(one.score, one.accepted, rules.match)) for one in links)
    assembled = assemble(
        limbs,
        [
            [(a, b, float(one.score[a, b])) for a, b in pairs]
            for one, pairs in zip(links, matched, strict=True)
        ],
        [found[:, 2].tolist() for found in peaks],
        rules.merges,
    )
    kept = [p for p in assembled if len(p.peaks) >= rules.parts and p.mean >= rules.mean]
    return Parsed(peaks, links, matched, tuple(assembled), tuple(kept))
