"""An evaluation, and what can be asked of it: why, step by step, and what each error costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from poolviz.pose.metrics.crowding import SPLITS, crowd_stats
from poolviz.pose.metrics.errors import KeypointErrors, keypoint_errors
from poolviz.pose.metrics.evaluated import Evaluated
from poolviz.pose.metrics.verdicts import ImageMatching, Verdict, explain, image_matching
from poolviz.pose.metrics.walk import Step, walk


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

    def crowd_stats(self, splits: Sequence[float] = SPLITS) -> dict[str, float]:
        """CrowdPose's nine numbers by name: AP and AR, and AP of easy, medium and hard images.

        An image is easy if its ``crowdIndex`` is below ``splits[0]``, hard from ``splits[1]``. The
        paper has .1 and .8; the authors' program, and with it faster-coco-eval, has .2 and .8.
        Evaluate with ``use_area=False``, as CrowdPose does. -1 is undefined.

        Raises:
            ValueError: an image without ``crowdIndex``; splits that do not rise from 0 to 1.

        Source: Li et al., CrowdPose, CVPR 2019, section 5.
        """
        return crowd_stats(self, splits)

    @cached_property
    def _errors(self) -> KeypointErrors[Self]:
        return keypoint_errors(self)
