"""An evaluation, and what can be asked of it: why, step by step, and what each error costs."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from poolviz.pose.errors import KeypointErrors, keypoint_errors
from poolviz.pose.evaluated import Evaluated
from poolviz.pose.verdicts import ImageMatching, Verdict, explain, image_matching
from poolviz.pose.walk import Step, walk


@dataclass(frozen=True, eq=False)
class KeypointEvaluation(Evaluated):
    """What COCO's evaluation gives, and the answers to whatever is asked of it."""

    def image(self, image_id: Any, category_id: Any = None) -> ImageMatching:
        """One image: its detections, people, OKS matrix and matches at every threshold."""
        return image_matching(self, image_id, category_id)

    def walk(
        self, image_id: Any, category_id: Any = None, threshold: float = 0.5, area: str = "all"
    ) -> tuple[Step, ...]:
        """The matching in one image, comparison by comparison, in COCO's order."""
        return walk(self.image(image_id, category_id), threshold, area)

    def explain(self, threshold: float = 0.5, area: str = "all") -> tuple[Verdict, ...]:
        """For every detection of the results: true positive, false positive or ignored, and why.

        In the order of the results file. ``threshold`` is one of ``THRESHOLDS``, ``area`` one of
        ``AREAS``.
        """
        return explain(self, threshold, area)

    def errors(self) -> KeypointErrors[Self]:
        """The kind of each keypoint's error, and what mending each kind would bring in AP."""
        return self._errors

    @cached_property
    def _errors(self) -> KeypointErrors[Self]:
        return keypoint_errors(self)
