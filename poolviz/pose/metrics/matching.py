"""Greedy matching by COCO's rules, all images, thresholds and area ranges at once.

pycocotools walks image by image, threshold by threshold, detection by detection, person by person.
Here the first detections of all images are matched together, then all second ones, and so on: one
detection an image, so that none of them compete. Only pairs whose OKS reaches the lowest threshold
can ever match, and a detection has few of these.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poolviz.pose.coco.tables import Detections, People
from poolviz.pose.metrics.oks import TINY_AREA, from_truth, mean_of_counted, similarities

CHUNK = 4096
"""Pairs compared at a time: their terms stay in the processor's cache."""

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every detection that counts against every person of its image.

    Detections stand image by image, by falling score, at most ``max_dets`` an image; people image
    by image in file order. ``oks`` is flat: ``oks[start[d] : start[d + 1]]`` is the row of d.
    """

    order: np.ndarray
    """Rows of the ``Detections`` table, in this order: int64 (D,)."""
    rank: np.ndarray
    """Place of each detection in its image, from 0: int64 (D,)."""
    image: np.ndarray
    """int64 (D,)."""
    people: np.ndarray
    """Rows of the ``People`` table, in this order: int64 (G,)."""
    people_start: np.ndarray
    """Where each image's people begin among ``people``: int64 (images + 1,)."""
    start: np.ndarray
    detection_of: np.ndarray
    """For each pair its detection, int64 (P,)."""
    person_of: np.ndarray
    """For each pair its person's place in ``people``, int64 (P,)."""
    oks: np.ndarray


def pair(
    people: People,
    detections: Detections,
    sigmas: np.ndarray,
    images: int,
    max_dets: int,
    progress: Progress = lambda share: None,
) -> Pairs:
    """Sort, cut at ``max_dets``, and compare. Ties of the score keep their order in the file."""
    order = np.lexsort((-detections.score, detections.image))
    rank = _places(detections.image[order])
    order, rank = order[rank < max_dets], rank[rank < max_dets]
    image = detections.image[order]
    standing = np.argsort(people.image, kind="stable")
    begin = np.searchsorted(people.image[standing], np.arange(images + 1))
    width = begin[image + 1] - begin[image]
    start = np.concatenate(([0], np.cumsum(width)))
    detection_of = np.repeat(np.arange(len(order)), width)
    person_of = np.arange(start[-1]) - np.repeat(start[:-1] - begin[image], width)
    similar = _compare(
        people, detections, sigmas, order[detection_of], standing[person_of], progress
    )
    return Pairs(order, rank, image, standing, begin, start, detection_of, person_of, similar)


def _compare(
    people: People,
    detections: Detections,
    sigmas: np.ndarray,
    rows: np.ndarray,
    persons: np.ndarray,
    progress: Progress,
) -> np.ndarray:
    """OKS of detection ``rows[p]`` with person ``persons[p]``, float64 (P,), chunk by chunk."""
    k2, s2 = (2 * sigmas) ** 2, (people.scale + TINY_AREA)[:, None]
    bare = np.asarray(~people.labelled.any(axis=-1))
    counts = people.labelled | bare[:, None]
    result = np.empty(len(rows))
    for at in range(0, len(rows), CHUNK):
        part = slice(at, at + CHUNK)
        d, g = rows[part], persons[part]
        boxes = people.bbox[g] if bare.any() else None
        away = from_truth(detections.points[d], people.points[g], boxes, bare[g])
        result[part] = mean_of_counted(similarities(away, k2, s2[g]), counts[g])
        progress(min(1.0, (at + CHUNK) / len(rows)))
    return result


def match(
    pairs: Pairs,
    crowd: np.ndarray,
    ignored: np.ndarray,
    thresholds: np.ndarray,
    max_dets: int,
    progress: Progress = lambda share: None,
) -> np.ndarray:
    """Whom each detection is matched with: int64 (D, A, T), places in ``pairs.people``, -1 none.

    By falling score, each detection takes the person with the highest OKS at or over the threshold
    among those still free; a person that counts goes before an ignored one, the later of two equal
    ones is taken, and a crowd stays free.

    Args:
        crowd: bool (G,), ignored: bool (G, A), both in the order of ``pairs.people``.
        thresholds: (T,).
    """
    least = np.minimum(thresholds, 1 - 1e-10)
    near = np.flatnonzero(pairs.oks >= least.min())
    d, g, s = pairs.detection_of[near], pairs.person_of[near], pairs.oks[near]
    best_first = np.lexsort((-g, -s, d))
    g, s = g[best_first], s[best_first]
    count = np.bincount(d, minlength=len(pairs.order))
    start = np.cumsum(count) - count
    areas, levels = ignored.shape[1], len(thresholds)
    matched = np.full((len(pairs.order), areas, levels), -1, dtype=np.int64)
    area, level = np.arange(areas)[:, None], np.arange(levels)
    nobody = 1  # the last row stands for -1, so that all choices are noted without asking
    taken = np.zeros((len(crowd) + nobody, areas, levels), dtype=bool)
    by_rank = np.lexsort((-count, pairs.rank))
    by_rank = by_rank[count[by_rank] > 0]
    most = min(max_dets, int(pairs.rank.max(initial=-1)) + 1)  # nobody counts in later rounds
    rounds = np.searchsorted(pairs.rank[by_rank], np.arange(most + 1))
    for r in range(most):
        rows = by_rank[rounds[r] : rounds[r + 1]]
        if len(rows) == 0:
            continue
        choice = np.full((len(rows), areas, levels), -1, dtype=np.int64)
        settled = np.zeros(choice.shape, dtype=bool)
        for c in range(count[rows[0]]):
            m = int(np.searchsorted(-count[rows], -c, side="left"))
            at = start[rows[:m]] + c
            person, counting = g[at], ~ignored[g[at]][:, :, None]
            take = ~taken[person] | crowd[person][:, None, None]
            take &= (s[at][:, None] >= least)[:, None, :]
            take &= (choice[:m] < 0) | (~settled[:m] & counting)
            np.copyto(choice[:m], person[:, None, None], where=take)
            settled[:m] |= take & counting
        matched[rows] = choice
        taken[choice, area, level] = True
        progress((r + 1) / most)
    return matched


def _places(groups: np.ndarray) -> np.ndarray:
    """The place of each entry within its run of equal values: [4, 4, 7] -> [0, 1, 0]."""
    n = np.arange(len(groups))
    first = np.ones(len(groups), dtype=bool)
    first[1:] = groups[1:] != groups[:-1]
    return n - np.maximum.accumulate(np.where(first, n, 0)) if len(groups) else n
