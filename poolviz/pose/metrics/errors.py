"""What went wrong with a keypoint: good, jitter, inversion, swap or miss, and what each costs.

Ronchi and Perona, "Benchmarking and Error Diagnosis in Multi-Instance Pose Estimation", ICCV 2017.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np

from poolviz.pose.coco.tables import Detections, area_of_points
from poolviz.pose.metrics.curves import CategoryEvaluation
from poolviz.pose.metrics.evaluated import Evaluated
from poolviz.pose.metrics.matching import Progress, match
from poolviz.pose.metrics.oks import TINY_AREA, similarities
from poolviz.pose.metrics.rules import AREA_RANGES
from poolviz.pose.skeletons import COCO17
from poolviz.text import N_

KINDS = (N_("good"), N_("jitter"), N_("inversion"), N_("swap"), N_("miss"))
"""In this order: the codes 0 to 4 of ``KeypointErrors.kinds``."""
MENDABLE = KINDS[1:]
BEYOND = (N_("score"), N_("background"), N_("missed"))
"""Errors that are not of a keypoint: see ``KeypointErrors.gain``."""
MATCHED_FROM = 0.1
"""OKS from which a detection is taken for an attempt at a person."""
NEAR, GOOD = 0.5, 0.85
"""Similarity from which a keypoint is near to a place, and good."""
UNSEEN = -1

E = TypeVar("E", bound=Evaluated)
"""What is evaluated again is of the kind that it was."""


@dataclass(frozen=True, eq=False)
class CategoryErrors:
    """One category. D detections and K keypoints, in the order of the category's detections."""

    person: np.ndarray
    """Row in ``People`` that each detection attempts, -1 none, int64 (D,)."""
    kinds: np.ndarray
    """Code of each keypoint's kind, -1 where it is not labelled or nobody is attempted: (D, K)."""
    oks: np.ndarray
    """With that person, 0 where there is none: (D,)."""


@dataclass(frozen=True, eq=False)
class KeypointErrors(Generic[E]):
    """The kind of each keypoint of each detection that attempts somebody, and what mending brings.

    A detection attempts the person that COCO's greedy matching gives it at OKS .1, if that person
    counts. The similarity of its point i is taken with keypoint i and with its left or right
    counterpart, where labelled, of everybody in the image, by the area of each. The highest decides
    (own keypoint first where equal): own keypoint, .85 or more, good, .5 or more, jitter; own
    counterpart, inversion; another person, swap; below .5, miss.
    """

    evaluation: E
    by_category: tuple[CategoryErrors, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many keypoints there are of each kind."""
        every = [one.kinds[one.kinds >= 0] for one in self.by_category]
        found = np.bincount(np.concatenate(every), minlength=len(KINDS))
        return dict(zip(KINDS, found.tolist(), strict=True))

    def counts_by_keypoint(self, category_id: Any = None) -> np.ndarray:
        """How many of each kind, int64 (K, 5), the kinds in the order of ``KINDS``."""
        place = self.evaluation.by_category.index(self.evaluation.category(category_id))
        kinds = self.by_category[place].kinds
        return np.stack([(kinds == code).sum(axis=0) for code in range(len(KINDS))], axis=1)

    @cached_property
    def gains(self) -> dict[str, np.ndarray]:
        """``gain`` of every kind, MENDABLE and BEYOND."""
        return {kind: self.gain(kind) for kind in (*MENDABLE, *BEYOND)}

    def gain(self, kind: str, progress: Progress = lambda share: None) -> np.ndarray:
        """How much each of the ten numbers rises when this kind of error is mended, float64 (10,).

        "jitter", "inversion", "swap", "miss": these keypoints moved to their true places. "score":
        each detection scored by its OKS with the person it attempts. "background": detections that
        match nobody at .1 taken away. "missed": people nobody attempts found exactly, at the lowest
        score. Each alone; where a number is undefined the rise is 0. Mending one error may cost
        another, so a rise can be negative. ``progress`` is told the share that is done.
        """
        before = self.evaluation.stats
        return np.where(before > -1, self.mended(kind, progress=progress).stats - before, 0.0)

    def mended(self, *kinds: str, progress: Progress = lambda share: None) -> E:
        """The evaluation with these kinds of error mended (see ``gain``)."""
        for kind in kinds:
            if kind not in (*MENDABLE, *BEYOND):
                allowed = ", ".join((*MENDABLE, *BEYOND))
                raise ValueError(f"kind must be one of {allowed}, got {kind!r}")
        tables = tuple(
            _mend(one, errors, kinds)
            for one, errors in zip(self.evaluation.by_category, self.by_category, strict=True)
        )
        return self.evaluation.with_detections(tables, progress)


def keypoint_errors(evaluation: E) -> KeypointErrors[E]:
    """``KeypointEvaluation.errors``."""
    return KeypointErrors(
        evaluation, tuple(_classify(one, evaluation.max_dets) for one in evaluation.by_category)
    )


def _classify(one: CategoryEvaluation, max_dets: int) -> CategoryErrors:
    pairs, people, detections = one.pairs, one.category.people, one.detections
    d, k = len(detections.record), one.category.size
    person, kinds = np.full(d, -1), np.full((d, k), UNSEEN)
    similar = np.zeros(d)
    matched = match(
        pairs,
        people.crowd[pairs.people],
        people.ignored[pairs.people][:, None],
        np.array([MATCHED_FROM]),
        max_dets,
    )[:, 0, 0]
    tries = np.flatnonzero(matched >= 0)
    row, attempted = pairs.order[tries], pairs.people[matched[tries]]
    begin = pairs.people_start[pairs.image[tries]]
    similar[row] = pairs.oks[pairs.start[tries] + matched[tries] - begin]
    person[row] = attempted
    counting = ~people.ignored[attempted]
    kinds[row[counting]] = _kinds(one, tries[counting], matched[tries][counting])
    return CategoryErrors(person, kinds, similar)


def _kinds(one: CategoryEvaluation, tries: np.ndarray, matched: np.ndarray) -> np.ndarray:
    """Codes of kinds for the detections at ``tries``, matched with these people: (N, K)."""
    pairs, people = one.pairs, one.category.people
    k = one.category.size
    skeleton = one.category.skeleton or (COCO17 if k == COCO17.size else None)
    mirror = np.arange(k) if skeleton is None else np.array(skeleton.mirror)
    width = pairs.start[tries + 1] - pairs.start[tries]
    attempt = np.repeat(np.arange(len(tries)), width)
    within = np.arange(len(attempt)) - np.repeat(np.cumsum(width) - width, width)
    everybody = pairs.start[tries][attempt] + within
    place = pairs.person_of[everybody]
    own = place == matched[attempt]
    person = pairs.people[place]
    points = one.detections.points[pairs.order[tries]][attempt]
    k2, s2 = (2 * one.category.sigmas) ** 2, (people.scale[person] + TINY_AREA)[:, None]

    def similar(target: np.ndarray) -> np.ndarray:
        away = points - people.points[person][:, target]
        return np.where(
            people.labelled[person][:, target], similarities(away, k2[target], s2), -1.0
        )

    same, opposite = similar(np.arange(k)), similar(mirror)
    opposite[:, mirror == np.arange(k)] = -1
    best_other = np.full((len(tries), k), -1.0)
    np.maximum.at(best_other, attempt[~own], np.maximum(same, opposite)[~own])
    mine, flipped = same[own], opposite[own]
    best = np.maximum(np.maximum(mine, flipped), best_other)
    kinds = np.select(
        [best < NEAR, (mine == best) & (mine >= GOOD), mine == best, flipped == best],
        [KINDS.index("miss"), KINDS.index("good"), KINDS.index("jitter"), KINDS.index("inversion")],
        KINDS.index("swap"),
    )
    return np.where(people.labelled[person[own]], kinds, UNSEEN)


def _mend(one: CategoryEvaluation, errors: CategoryErrors, kinds: tuple[str, ...]) -> Detections:
    people, detections = one.category.people, one.detections
    wrong = np.isin(errors.kinds, [KINDS.index(kind) for kind in kinds if kind in KINDS])
    if wrong.any():
        true = people.points[errors.person]
        points = np.where(wrong[..., None], true, detections.points)
        area = detections.area if detections.boxed else area_of_points(points)
        detections = replace(detections, points=points, area=area)
    if "score" in kinds:
        detections = replace(detections, score=errors.oks)
    if "background" in kinds:
        keep = np.flatnonzero(errors.person >= 0)
        detections = _rows(detections, keep)
    if "missed" in kinds:
        detections = _with_the_missed(one, errors, detections)
    return detections


def _rows(detections: Detections, rows: np.ndarray) -> Detections:
    return Detections(
        detections.record[rows],
        detections.image[rows],
        detections.points[rows],
        detections.score[rows],
        detections.area[rows],
        detections.boxed,
    )


def _with_the_missed(
    one: CategoryEvaluation, errors: CategoryErrors, detections: Detections
) -> Detections:
    people = one.category.people
    missed = ~people.ignored & (people.area <= AREA_RANGES[0, 1])
    missed[errors.person[errors.person >= 0]] = False
    g = np.flatnonzero(missed)
    lowest = detections.score.min(initial=0.0) - 1
    return Detections(
        np.concatenate([detections.record, np.full(len(g), -1)]),
        np.concatenate([detections.image, people.image[g]]),
        np.concatenate([detections.points, people.points[g]]),
        np.concatenate([detections.score, np.full(len(g), lowest)]),
        np.concatenate([detections.area, area_of_points(people.points[g])]),
        detections.boxed,
    )
