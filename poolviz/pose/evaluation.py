"""What an evaluation holds: the ten numbers, the curves, and everything on the way to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from poolviz.pose.matching import Pairs
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
        return self._errors

    @cached_property
    def _errors(self) -> "KeypointErrors":
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


def _mean_of_defined(values: np.ndarray, axis: int) -> np.ndarray:
    defined = values > -1
    count = defined.sum(axis=axis)
    total = np.where(defined, values, 0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), -1.0)
