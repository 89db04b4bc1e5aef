"""One category: detections matched with people, and precision and recall over falling scores."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poolviz.pose.coco.tables import Category, Detections
from poolviz.pose.metrics.matching import Pairs, match, pair
from poolviz.pose.metrics.rules import AREA_RANGES, AREAS, RECALL_POINTS, THRESHOLDS


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


def evaluate_category(
    category: Category,
    detections: Detections,
    images: int,
    max_dets: int,
    progress: Callable[[float], None],
) -> CategoryEvaluation:
    """Compare, match and accumulate the detections of one category."""
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
