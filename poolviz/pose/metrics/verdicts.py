"""Why a detection counts as it does: true positive, false positive or ignored, in one sentence."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from poolviz.numbers import number
from poolviz.pose.metrics.curves import CategoryEvaluation
from poolviz.pose.metrics.evaluated import Evaluated
from poolviz.pose.metrics.rules import AREA_RANGES, AREAS, THRESHOLDS, area_index, level
from poolviz.text import N_, _

_REASONS = {
    "matched": N_("OKS {oks} with person {person} reaches the threshold {threshold}."),
    "nobody": N_("There is nobody in the image to be matched with."),
    "too far": N_(
        "The highest OKS, {oks} with person {person}, is below the threshold {threshold}."
    ),
    "taken": N_(
        "OKS {oks} with person {person} would do, but result {other}, with a higher or earlier "
        "score, has taken that person."
    ),
    "crowd": N_("It is matched with {person}, a crowd, which excuses any number of detections."),
    "unlabelled": N_(
        "It is matched with person {person}, who has no labelled keypoint: excused, not rewarded."
    ),
    "person outside": N_(
        "It is matched with person {person}, whose area of {size} px² is outside the range "
        "“{area}”."
    ),
    "outside": N_(
        "It is matched with nobody, and its own area of {size} px² is outside the range “{area}”."
    ),
    "beyond": N_("It stands after the {most} highest scores of its image, which alone count."),
}


def readable_oks(oks: float) -> str:
    """An OKS in a sentence: four digits; what is next to nothing says so.

    >>> readable_oks(0.86584), readable_oks(3e-24)
    ('0.8658', '< 0.0001')
    """
    return number(oks) if oks >= 1e-4 or oks == 0 or oks != oks else f"< {number(1e-4)}"


@dataclass(frozen=True)
class Verdict:
    """What one detection counts as at one threshold and area range, and why."""

    record: int
    """Its place in the results, from 0."""
    image_id: Any
    category_id: Any
    score: float
    rank: int
    """Its place among the detections of the image by falling score, from 0."""
    verdict: Literal["TP", "FP", "ignored"]
    reason: str
    """A key: "matched", "nobody", "too far", "taken", "crowd", "unlabelled", "person outside",
    "outside" or "beyond"."""
    threshold: float
    area: str
    oks: float
    """With ``person``; NaN where there is none."""
    person: Any
    """Id of the annotation that it is matched with or comes nearest to; None if there is none."""
    other: int | None = None
    """The result that has taken this person."""
    size: float = 0.0
    """Of the area that is outside the range, pixels²; else that of the detection."""
    most: int = 0

    @property
    def why(self) -> str:
        """The reason with its numbers, in the reader's language."""
        return _(_REASONS[self.reason]).format(
            oks=readable_oks(self.oks),
            person=self.person,
            threshold=number(self.threshold),
            other=self.other,
            size=number(self.size),
            area=_(self.area),
            most=self.most,
        )


@dataclass(frozen=True, eq=False)
class ImageMatching:
    """One image and category: D detections by falling score, G people in file order.

    A area ranges, T thresholds; -1 is nobody.
    """

    image_id: Any
    category_id: Any
    records: np.ndarray
    """Places in the results, int64 (D,)."""
    scores: np.ndarray
    people: tuple
    """Ids of the annotations, G of them."""
    oks: np.ndarray
    """(D, G)."""
    matches: np.ndarray
    """Columns of ``oks``, int64 (A, T, D)."""
    ignored: np.ndarray
    """Detections that do not count, bool (A, T, D)."""
    people_ignored: np.ndarray
    """People that do not count, bool (A, G)."""
    found: np.ndarray
    """People that a detection is matched with, bool (A, T, G)."""
    points: np.ndarray
    """Of the detections, (D, K, 2)."""
    people_points: np.ndarray
    """(G, K, 2)."""
    visibility: np.ndarray
    """0, 1 or 2, int8 (G, K)."""
    areas: np.ndarray
    """Of the people, (G,)."""
    crowd: np.ndarray
    """bool (G,)."""


def image_matching(evaluation: Evaluated, image_id: Any, category_id: Any = None) -> ImageMatching:
    """``KeypointEvaluation.image``: one image's part of everything."""
    one = evaluation.category(category_id)
    image = _known_image(evaluation, image_id)
    pairs, people = one.pairs, one.category.people
    first, last = np.searchsorted(pairs.image, [image, image + 1])
    begin, end = pairs.people_start[image], pairs.people_start[image + 1]
    rows, persons = pairs.order[first:last], pairs.people[begin:end]
    matched = one.matched[first:last]
    columns = np.where(matched >= 0, matched - begin, -1).transpose(1, 2, 0)
    found = (columns[..., None] == np.arange(end - begin)).any(axis=2)
    return ImageMatching(
        image_id=image_id,
        category_id=one.category.id,
        records=one.detections.record[rows],
        scores=one.detections.score[rows],
        people=tuple(people.ids[g] for g in persons),
        oks=evaluation.oks[image_id, one.category.id],
        matches=columns,
        ignored=one.ignored[first:last].transpose(1, 2, 0),
        people_ignored=one.people_ignored[begin:end].T,
        found=found,
        points=one.detections.points[rows],
        people_points=people.points[persons],
        visibility=people.visibility[persons],
        areas=people.area[persons],
        crowd=people.crowd[persons],
    )


def explain(
    evaluation: Evaluated, threshold: float = 0.5, area: str = "all"
) -> tuple[Verdict, ...]:
    """``KeypointEvaluation.explain``: one verdict a record of the results, in their order."""
    t, a = level(threshold), area_index(area)
    verdicts: list[Verdict] = []
    for one in evaluation.by_category:
        verdicts += _explain_category(evaluation, one, t, a)
    return tuple(sorted(verdicts, key=lambda v: v.record))


def missed(
    evaluation: Evaluated, threshold: float = 0.5, area: str = "all"
) -> tuple[tuple[Any, Any, Any], ...]:
    """(image id, category id, annotation id) of the people who count and whom nobody found."""
    t, a = level(threshold), area_index(area)
    lost = []
    for one in evaluation.by_category:
        people = one.category.people
        free = ~one.people_ignored[:, a]
        matched = one.matched[:, a, t]
        free[matched[matched >= 0]] = False
        for g in one.pairs.people[free]:
            image_id = evaluation.truth.image_ids[people.image[g]]
            lost.append((image_id, one.category.id, people.ids[g]))
    return tuple(lost)


def _known_image(evaluation: Evaluated, image_id: Any) -> int:
    try:
        return evaluation.truth.image_of[image_id]
    except (KeyError, TypeError):
        raise ValueError(
            f"image_id must be the id of an image of the ground truth, got {image_id!r}"
        ) from None


def _explain_category(
    evaluation: Evaluated, one: CategoryEvaluation, t: int, a: int
) -> list[Verdict]:
    pairs, people, detections = one.pairs, one.category.people, one.detections
    matched, ignored = one.matched[:, a, t], one.ignored[:, a, t]
    owner = np.full(len(pairs.people), -1)
    owner[matched[matched >= 0]] = pairs.order[matched >= 0]
    image_ids, low_high = evaluation.truth.image_ids, AREA_RANGES[a]
    least = min(THRESHOLDS[t], 1 - 1e-10)
    verdicts = []
    for d, row in enumerate(pairs.order):
        begin = pairs.people_start[pairs.image[d]]
        similar = pairs.oks[pairs.start[d] : pairs.start[d + 1]]
        g = matched[d] if matched[d] >= 0 else begin + similar.argmax() if len(similar) else -1
        size, other = detections.area[row], None
        if matched[d] >= 0:
            person = pairs.people[g]
            reason = "matched"
            if ignored[d]:
                inside = low_high[0] <= people.area[person] <= low_high[1]
                reason = "person outside"
                if people.crowd[person]:
                    reason = "crowd"
                elif people.ignored[person]:
                    reason = "unlabelled"
                elif not inside:
                    size = people.area[person]
        elif ignored[d]:
            reason = "outside"
        elif len(similar) == 0:
            reason = "nobody"
        elif similar.max() < least:
            reason = "too far"
        else:
            reason, other = "taken", int(detections.record[owner[g]])
        verdicts.append(
            Verdict(
                record=int(detections.record[row]),
                image_id=image_ids[pairs.image[d]],
                category_id=one.category.id,
                score=float(detections.score[row]),
                rank=int(pairs.rank[d]),
                verdict="ignored" if ignored[d] else "TP" if matched[d] >= 0 else "FP",
                reason=reason,
                threshold=float(THRESHOLDS[t]),
                area=AREAS[a],
                oks=float(similar[g - begin]) if g >= 0 else float("nan"),
                person=people.ids[pairs.people[g]] if g >= 0 else None,
                other=other,
                size=float(size),
                most=evaluation.max_dets,
            )
        )
    return verdicts + _beyond(evaluation, one, t, a)


def _beyond(evaluation: Evaluated, one: CategoryEvaluation, t: int, a: int) -> list[Verdict]:
    """The detections that were cut off: they are not in ``pairs.order``."""
    detections = one.detections
    counted = np.zeros(len(detections.record), dtype=bool)
    counted[one.pairs.order] = True
    if counted.all():
        return []
    order = np.lexsort((-detections.score, detections.image))
    first = np.searchsorted(detections.image[order], detections.image[order])
    return [
        Verdict(
            record=int(detections.record[row]),
            image_id=evaluation.truth.image_ids[detections.image[row]],
            category_id=one.category.id,
            score=float(detections.score[row]),
            rank=int(place - first[place]),
            verdict="ignored",
            reason="beyond",
            threshold=float(THRESHOLDS[t]),
            area=AREAS[a],
            oks=float("nan"),
            person=None,
            size=float(detections.area[row]),
            most=evaluation.max_dets,
        )
        for place, row in enumerate(order)
        if not counted[row]
    ]
