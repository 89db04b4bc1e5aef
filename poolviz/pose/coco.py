"""COCO keypoint evaluation: average precision and recall over OKS thresholds, to the last digit."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from poolviz.pose.evaluation import (
    AREA_RANGES,
    AREAS,
    RECALL_POINTS,
    THRESHOLDS,
    CategoryEvaluation,
    KeypointEvaluation,
)
from poolviz.pose.matching import match, pair
from poolviz.pose.reading import Sigmas, read_ground_truth, read_results
from poolviz.pose.sources import Source
from poolviz.pose.tables import Category, Detections, GroundTruth


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
    stats = summarize(precision, recall)
    for array in (stats, precision, recall):
        array.setflags(write=False)
    progress(1.0)
    return KeypointEvaluation(
        stats,
        precision,
        recall,
        truth,
        tuple(done),
        max_dets,
        (*truth.notes, *notes),
    )


def with_sigmas(
    evaluation: KeypointEvaluation,
    sigmas: Sigmas,
    progress: Callable[[float], None] = lambda share: None,
) -> KeypointEvaluation:
    """The same files under other sigmas, without reading them again.

    ``sigmas``: K numbers, or a dict from category id to K numbers. ``progress`` as above.
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
    return evaluate_tables(truth, tables, evaluation.max_dets, progress, evaluation.notes)


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
