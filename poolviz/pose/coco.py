"""COCO keypoint evaluation: average precision and recall over OKS thresholds, to the last digit."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from poolviz.pose.matching import Pairs, match, pair
from poolviz.pose.reading import Sigmas, Source, read_ground_truth, read_results
from poolviz.pose.tables import Category, Detections, GroundTruth
from poolviz.text import N_

if TYPE_CHECKING:
    from poolviz.pose.errors import KeypointErrors
    from poolviz.pose.verdicts import ImageMatching, Verdict
    from poolviz.pose.walk import Step

THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALL_POINTS = np.linspace(0, 1, 101)
"""As COCO makes them: ten of these lie one unit in the last place above i/100, and it matters."""
AREAS = (N_("all"), N_("medium"), N_("large"))
AREA_RANGES = np.array([[0.0, 1e10], [32.0**2, 96.0**2], [96.0**2, 1e10]])
"""Pixels², both ends included. COCO has no range for small people."""
STATS = (
    *("AP", "AP50", "AP75", "AP_medium", "AP_large"),
    *("AR", "AR50", "AR75", "AR_medium", "AR_large"),
)
"""The names of the ten numbers in COCO's order."""

for _constant in (THRESHOLDS, RECALL_POINTS, AREA_RANGES):
    _constant.setflags(write=False)


@dataclass(frozen=True, eq=False)
class CategoryEvaluation:
    """One category: who was compared, matched and left out. Areas A, thresholds T."""

    category: Category
    detections: Detections
    pairs: Pairs
    people_ignored: np.ndarray
    """bool (G, A), in the order of ``pairs.people``."""
    matched: np.ndarray
    """Whom each detection is matched with: a place in ``pairs.people`` or -1, int64 (D, A, T)."""
    ignored: np.ndarray
    """bool (D, A, T)."""
    precision: np.ndarray
    """(T, R, A), -1 where no person counts."""
    recall: np.ndarray
    """(T, A), -1 where no person counts."""


@dataclass(frozen=True, eq=False)
class KeypointEvaluation:
    """What COCO's evaluation gives, and everything on the way to it.

    A is the number of area ranges (``AREAS``), T of thresholds, R of recall points, C of
    categories. Nothing here is computed twice: what was not asked for is made when it is.
    """

    stats: np.ndarray
    """The ten numbers in COCO's order (``STATS``), float64 (10,); -1 is undefined."""
    precision_by_category: np.ndarray
    """(T, R, C, A)."""
    recall_by_category: np.ndarray
    """(T, C, A)."""
    truth: GroundTruth
    by_category: tuple[CategoryEvaluation, ...]
    max_dets: int
    notes: tuple[str, ...] = ()
    """Sentences on what is unusual in the files, and was read as pycocotools reads it."""

    @property
    def thresholds(self) -> np.ndarray:
        """(T,), from .50 to .95."""
        return THRESHOLDS

    @property
    def recall_points(self) -> np.ndarray:
        """(R,), from 0 to 1."""
        return RECALL_POINTS

    @cached_property
    def precision(self) -> np.ndarray:
        """Precision at each threshold, recall point and area range, (T, R, A).

        The mean over the categories that have people to count; -1 where none has.
        """
        return _mean_of_defined(self.precision_by_category, axis=2)

    @cached_property
    def recall(self) -> np.ndarray:
        """The highest recall at each threshold and area range, (T, A); mean and -1 as above."""
        return _mean_of_defined(self.recall_by_category, axis=1)

    @property
    def ap_by_threshold(self) -> np.ndarray:
        """AP at each threshold and area range, (T, A); -1 where nobody counts."""
        return self.precision.mean(axis=1)

    @cached_property
    def oks(self) -> "OksMatrices":
        """The OKS matrix of each image: ``oks[image_id]``, or ``oks[image_id, category_id]``.

        Rows are detections by falling score, at most ``max_dets``; columns people in file order.
        """
        return OksMatrices(self)

    def as_dict(self) -> dict[str, float]:
        """The ten numbers by name."""
        return dict(zip(STATS, self.stats.tolist(), strict=True))

    def image(self, image_id: Any, category_id: Any = None) -> "ImageMatching":
        """One image: its detections, people, OKS matrix and matches at every threshold."""
        from poolviz.pose.verdicts import image_matching

        return image_matching(self, image_id, category_id)

    def walk(
        self, image_id: Any, category_id: Any = None, threshold: float = 0.5, area: str = "all"
    ) -> "tuple[Step, ...]":
        """The matching in one image, comparison by comparison, in COCO's order."""
        from poolviz.pose.walk import walk

        return walk(self.image(image_id, category_id), threshold, area)

    def explain(self, threshold: float = 0.5, area: str = "all") -> "tuple[Verdict, ...]":
        """For every detection of the results: true positive, false positive or ignored, and why.

        In the order of the results file. ``threshold`` is one of ``THRESHOLDS``, ``area`` one of
        ``AREAS``.
        """
        from poolviz.pose.verdicts import explain

        return explain(self, threshold, area)

    def errors(self) -> "KeypointErrors":
        """The kind of each keypoint's error, and what mending each kind would bring in AP."""
        from poolviz.pose.errors import keypoint_errors

        return keypoint_errors(self)

    def category(self, category_id: Any = None) -> CategoryEvaluation:
        """The category with this id; without one, the only category that there is."""
        if category_id is None and len(self.by_category) == 1:
            return self.by_category[0]
        for one in self.by_category:
            if one.category.id == category_id:
                return one
        ids = ", ".join(str(one.category.id) for one in self.by_category)
        raise ValueError(f"category_id must be one of {ids}, got {category_id!r}")


class OksMatrices(Mapping):
    """(image id, category id) -> float64 (D, G); with one category the image id alone will do."""

    def __init__(self, evaluation: KeypointEvaluation) -> None:
        self._evaluation = evaluation

    def __getitem__(self, key: Any) -> np.ndarray:
        image_id, category_id = key if isinstance(key, tuple) else (key, None)
        one = self._evaluation.category(category_id)
        image = self._evaluation.truth.image_of[image_id]
        pairs = one.pairs
        first, last = np.searchsorted(pairs.image, [image, image + 1])
        people = pairs.people_start[image + 1] - pairs.people_start[image]
        block = pairs.oks[pairs.start[first] : pairs.start[last]]
        return block.reshape(int(last - first), int(people))

    def __iter__(self) -> Iterator[tuple]:
        for image_id in self._evaluation.truth.image_ids:
            for one in self._evaluation.by_category:
                yield image_id, one.category.id

    def __len__(self) -> int:
        return len(self._evaluation.truth.image_ids) * len(self._evaluation.by_category)


def evaluate_keypoints(
    ground_truth: Source,
    results: Source,
    sigmas: Sigmas = None,
    max_dets: int = 20,
    progress: Callable[[float], None] | None = None,
) -> KeypointEvaluation:
    """AP = mean over t = .50:.05:.95 of the mean precision at 101 recall points; AR likewise.

    pycocotools' ``COCOeval(..., "keypoints")``, number for number, for any number of categories
    and keypoints; except that a person with id 0 counts like any other, that no results give 0
    instead of an error, and that ``stats`` follows ``max_dets``.

    Args:
        ground_truth: a COCO annotation file: a dict, a path, or an open file.
        results: a COCO results file: a list of dicts, a path, or an open file.
        sigmas: K numbers, or a dict from category id to K numbers. None: COCO's, for 17 keypoints.
        max_dets: how many detections of an image and category count, highest scores first.
        progress: called with the share of the work that is done, rising to 1.

    Raises:
        RecordError: (a ``ValueError``) names the record that cannot be read, and what is allowed.
        OSError: a path that cannot be opened.

    Source: pycocotools 2.0.11, ``cocoeval.py``; Lin et al., Microsoft COCO, 2014.

    >>> person = {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "num_keypoints": 2}
    >>> person |= {"keypoints": [5, 5, 2, 9, 5, 2], "area": 10000, "bbox": [0, 0, 9, 9]}
    >>> truth = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": [person]}
    >>> found = [{"image_id": 1, "category_id": 1, "keypoints": [8, 1, 1, 12, 1, 1], "score": 0.9}]
    >>> evaluation = evaluate_keypoints(truth, found, sigmas=[0.026, 0.107])
    >>> round(evaluation.as_dict()["AP"], 12), evaluation.oks[1].round(4)
    (0.7, array([[0.8015]]))
    """
    if isinstance(max_dets, bool) or not isinstance(max_dets, (int, np.integer)) or max_dets < 1:
        raise ValueError(f"max_dets must be a whole number from 1, got {max_dets!r}")
    report = progress or (lambda share: None)
    truth = read_ground_truth(ground_truth, sigmas)
    report(0.1)
    tables, notes = read_results(results, truth)
    report(0.2)
    return evaluate_tables(
        truth, tables, int(max_dets), lambda share: report(0.2 + 0.8 * share), tuple(notes)
    )


def evaluate_tables(
    truth: GroundTruth,
    tables: tuple[Detections, ...],
    max_dets: int,
    progress: Callable[[float], None] = lambda share: None,
    notes: tuple[str, ...] = (),
) -> KeypointEvaluation:
    """``evaluate_keypoints`` of what was read."""
    done, n = [], len(tables)
    for c, (category, detections) in enumerate(zip(truth.categories, tables, strict=True)):

        def part(share: float, c: int = c) -> None:
            progress((c + share) / n)

        done.append(_evaluate(category, detections, len(truth.image_ids), max_dets, part))
    precision = np.stack([one.precision for one in done], axis=2)
    recall = np.stack([one.recall for one in done], axis=1)
    progress(1.0)
    return KeypointEvaluation(
        summarize(precision, recall),
        precision,
        recall,
        truth,
        tuple(done),
        max_dets,
        (*truth.notes, *notes),
    )


def with_sigmas(evaluation: KeypointEvaluation, sigmas: Sigmas) -> KeypointEvaluation:
    """The same files under other sigmas, without reading them again.

    ``sigmas``: K numbers, or a dict from category id to K numbers.
    """
    categories = []
    for category in evaluation.truth.categories:
        given = sigmas.get(category.id) if isinstance(sigmas, Mapping) else sigmas
        values = category.sigmas if given is None else np.asarray(given, dtype=float)
        if values.shape != category.sigmas.shape or not np.all((values > 0) & (values < np.inf)):
            raise ValueError(f"sigmas must be {category.size} numbers above 0, got {given!r}")
        categories.append(replace(category, sigmas=values))
    truth = replace(evaluation.truth, categories=tuple(categories))
    tables = tuple(one.detections for one in evaluation.by_category)
    return evaluate_tables(truth, tables, evaluation.max_dets, notes=evaluation.notes)


def _evaluate(
    category: Category,
    detections: Detections,
    images: int,
    max_dets: int,
    progress: Callable[[float], None],
) -> CategoryEvaluation:
    people = category.people
    pairs = pair(
        people, detections, category.sigmas, images, max_dets, lambda share: progress(0.6 * share)
    )
    low, high = AREA_RANGES[:, 0], AREA_RANGES[:, 1]
    area = people.area[pairs.people][:, None]
    ignored = people.ignored[pairs.people][:, None] | (area < low) | (area > high)
    matched = match(
        pairs,
        people.crowd[pairs.people],
        ignored,
        THRESHOLDS,
        max_dets,
        lambda share: progress(0.6 + 0.3 * share),
    )
    own = detections.area[pairs.order][:, None]
    outside = ((own < low) | (own > high))[:, :, None]
    excused = ignored[matched, np.arange(len(AREAS))[:, None]] if len(area) else outside
    dropped = np.where(matched >= 0, excused, outside)
    precision, recall = accumulate(
        detections.score[pairs.order], matched >= 0, dropped, (~ignored).sum(axis=0)
    )
    progress(1.0)
    return CategoryEvaluation(
        category, detections, pairs, ignored, matched, dropped, precision, recall
    )


def accumulate(
    score: np.ndarray, matched: np.ndarray, ignored: np.ndarray, people: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Precision at the recall points, (T, R, A), and highest recall, (T, A).

    Precision is made to fall with recall: at each point the highest that is reached there or
    later, 0 beyond the highest recall.

    Args:
        score: (D,), in image order; equal scores keep it.
        matched, ignored: bool (D, A, T).
        people: how many people count in each area range, (A,).
    """
    _d, areas, levels = matched.shape
    precision = np.full((levels, len(RECALL_POINTS), areas), -1.0)
    recall = np.full((levels, areas), -1.0)
    order = np.argsort(-score, kind="stable")
    for a in np.flatnonzero(people > 0):
        hit, out = matched[order, a].T, ignored[order, a].T
        tp = np.cumsum(hit & ~out, axis=1).astype(float)
        fp = np.cumsum(~hit & ~out, axis=1).astype(float)
        rc = tp / people[a]
        pr = tp / (fp + tp + np.spacing(1))
        pr = np.maximum.accumulate(pr[:, ::-1], axis=1)[:, ::-1]
        padded = np.concatenate([pr, np.zeros((levels, 1))], axis=1)
        for t in range(levels):
            precision[t, :, a] = padded[t, np.searchsorted(rc[t], RECALL_POINTS, side="left")]
            recall[t, a] = rc[t, -1] if len(order) else 0.0
    return precision, recall


def summarize(precision: np.ndarray, recall: np.ndarray) -> np.ndarray:
    """The ten numbers from (T, R, C, A) and (T, C, A): means over what is defined, else -1."""
    half, three_quarters = slice(0, 1), slice(5, 6)
    every = slice(None)
    cells = [(every, 0), (half, 0), (three_quarters, 0), (every, 1), (every, 2)]
    taken = [precision[t, :, :, a] for t, a in cells] + [recall[t, :, a] for t, a in cells]
    return np.array([np.mean(s[s > -1]) if (s > -1).any() else -1.0 for s in taken])


def _mean_of_defined(values: np.ndarray, axis: int) -> np.ndarray:
    defined = values > -1
    count = defined.sum(axis=axis)
    total = np.where(defined, values, 0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), -1.0)
