"""What was evaluated: the ten numbers, the curves, and everything on the way to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from poolviz.pose.coco.tables import Detections, GroundTruth
from poolviz.pose.metrics.curves import CategoryEvaluation, evaluate_category, summarize
from poolviz.pose.metrics.matching import Progress
from poolviz.pose.metrics.rules import RECALL_POINTS, STATS, THRESHOLDS


@dataclass(frozen=True, eq=False)
class Evaluated:
    """The ten numbers, and everything on the way to them.

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

    def category(self, category_id: Any = None) -> CategoryEvaluation:
        """The category with this id; without one, the only category that there is."""
        if category_id is None and len(self.by_category) == 1:
            return self.by_category[0]
        for one in self.by_category:
            if one.category.id == category_id:
                return one
        ids = ", ".join(str(one.category.id) for one in self.by_category)
        raise ValueError(f"category_id must be one of {ids}, got {category_id!r}")

    @classmethod
    def of(
        cls,
        truth: GroundTruth,
        tables: tuple[Detections, ...],
        max_dets: int,
        progress: Progress = lambda share: None,
        notes: tuple[str, ...] = (),
    ) -> Self:
        """What was read, evaluated: one table of detections a category of the truth."""
        done, n = [], len(tables)
        for c, (category, detections) in enumerate(zip(truth.categories, tables, strict=True)):

            def part(share: float, c: int = c) -> None:
                progress((c + share) / n)

            images = len(truth.image_ids)
            done.append(evaluate_category(category, detections, images, max_dets, part))
        precision = np.stack([one.precision for one in done], axis=2)
        recall = np.stack([one.recall for one in done], axis=1)
        stats = summarize(precision, recall)
        for array in (stats, precision, recall):
            array.setflags(write=False)
        progress(1.0)
        return cls(stats, precision, recall, truth, tuple(done), max_dets, notes)

    def with_detections(
        self, tables: tuple[Detections, ...], progress: Progress = lambda share: None
    ) -> Self:
        """The same people, evaluated with other detections."""
        return self.of(self.truth, tables, self.max_dets, progress)


class OksMatrices(Mapping):
    """(image id, category id) -> float64 (D, G); with one category the image id alone will do."""

    def __init__(self, evaluation: Evaluated) -> None:
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


def _mean_of_defined(values: np.ndarray, axis: int) -> np.ndarray:
    defined = values > -1
    count = defined.sum(axis=axis)
    total = np.where(defined, values, 0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), -1.0)
