"""What COCO files hold, in arrays: people, detections, categories, images."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from poolviz.pose.coco.records import RecordError
from poolviz.pose.skeletons import Skeleton


@dataclass(frozen=True, eq=False)
class People:
    """The true people of one category, G of them, in file order."""

    ids: tuple
    image: np.ndarray
    """Position of the image in ``GroundTruth.image_ids``, int64 (G,)."""
    points: np.ndarray
    """(G, K, 2), pixels."""
    visibility: np.ndarray
    """0, 1 or 2, int8 (G, K): any other number above 0 is read as 2, any below as 0."""
    area: np.ndarray
    """Decides the range that a person is in, (G,)."""
    scale: np.ndarray
    """s² of the similarity, (G,): the area, or 0.53 width · height of the box."""
    bbox: np.ndarray
    """x, y, width, height, (G, 4); a side may be negative."""
    crowd: np.ndarray
    ignored: np.ndarray
    """iscrowd, or num_keypoints is 0: bool (G,)."""
    faults: Mapping[int, RecordError] = field(default_factory=dict)
    """Rows that cannot be compared with a detection, and why."""

    @cached_property
    def labelled(self) -> np.ndarray:
        """Visibility above 0, bool (G, K)."""
        return self.visibility > 0


@dataclass(frozen=True, eq=False)
class Detections:
    """The detections of one category, D of them, in file order."""

    record: np.ndarray
    """Position in the results, int64 (D,)."""
    image: np.ndarray
    points: np.ndarray
    score: np.ndarray
    area: np.ndarray
    """Of the box around all K points; of the bbox if ``boxed``: (D,)."""
    boxed: bool = False
    """Whether the results bring a box or a mask, which then gives the area."""
    faults: Mapping[int, RecordError] = field(default_factory=dict)
    """Rows that cannot be compared with a person, and why."""


@dataclass(frozen=True, eq=False)
class Category:
    """One category: its skeleton, sigmas (K,) and people."""

    id: Any
    name: str
    sigmas: np.ndarray
    people: People
    skeleton: Skeleton | None = None

    @property
    def size(self) -> int:
        """K, the number of keypoints."""
        return len(self.sigmas)


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """All images, sorted by id, and all categories, sorted by id."""

    image_ids: tuple
    categories: tuple[Category, ...]
    sizes: tuple[tuple[float, float] | None, ...]
    """Width and height of each image in pixels, where the file has them."""
    notes: tuple[str, ...] = ()
    image_of: dict = field(default_factory=dict, repr=False)
    crowding: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """CrowdPose's ``crowdIndex`` of each image, NaN where it has none: (images,)."""


def area_of_points(points: np.ndarray) -> np.ndarray:
    """(max x - min x)(max y - min y) over the keypoints: (D, K, 2) -> (D,)."""
    if not points.size:
        return np.zeros(len(points))
    sides = points.max(axis=1) - points.min(axis=1)
    return sides[:, 0] * sides[:, 1]
