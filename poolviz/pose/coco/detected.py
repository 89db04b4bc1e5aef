"""The results of one category into a table, with the area that each detection has."""

from typing import Any, Literal

import numpy as np

from poolviz.pose.coco.columns import Namer, column, plain_table
from poolviz.pose.coco.masks import mask_area
from poolviz.pose.coco.oddities import Oddities
from poolviz.pose.coco.records import (
    RecordError,
    box_numbers,
    check_number,
    check_numbers,
    field,
    miscounted,
)
from poolviz.pose.coco.tables import Category, Detections, area_of_points
from poolviz.text import _

AreaOf = Literal["keypoints", "bbox", "segmentation"]


def area_source(results: list, oddities: Oddities) -> AreaOf:
    """What gives the area of every detection: as in pycocotools, what the first result has."""
    first = results[0] if results and isinstance(results[0], dict) else {}
    if _has_box(first):
        oddities.add(
            "area of detections",
            _(
                "The first result has a bbox: as in pycocotools, the area of every detection is "
                "that of its bbox, and not that of the box around its keypoints."
            ),
        )
        return "bbox"
    if "segmentation" in first:
        oddities.add(
            "area of detections",
            _(
                "The first result has a segmentation: as in pycocotools, the area of every "
                "detection is that of its mask, and not that of the box around its keypoints."
            ),
        )
        return "segmentation"
    if any(isinstance(result, dict) and _has_box(result) for result in results):
        oddities.add(
            "area of detections",
            _(
                "The first result has no bbox: as in pycocotools, the area of every detection is "
                "that of the box around its keypoints, whatever bbox the others have."
            ),
        )
    return "keypoints"


def read_detections(
    category: Category,
    results: list,
    rows: np.ndarray,
    image: np.ndarray,
    area_of: AreaOf,
    name: Namer,
) -> Detections:
    """The results at ``rows``; ``image``: where each result's image stands; ``name`` of a result.

    As in pycocotools, the number of keypoints matters only where a person is compared, and the
    visibility never; the area of a detection is needed always.
    """
    chosen, k = [results[i] for i in rows], category.size

    def named(i: int) -> str:
        return name(int(rows[i]))

    faults: dict[int, RecordError] = {}
    plain = plain_table(chosen, "keypoints", 3 * k)
    if plain is not None:
        points = np.ascontiguousarray(plain.reshape(len(chosen), k, 3)[..., :2])
        area = area_of_points(points)
    else:
        points, area = _one_by_one(chosen, k, named, faults, area_of == "keypoints")
    if area_of == "bbox":
        sides = plain_table(chosen, "bbox", 4)
        if sides is None:
            sides = np.array([box_numbers(one, named(i)) for i, one in enumerate(chosen)])
            sides = sides.reshape(len(chosen), 4)
        area = sides[:, 2] * sides[:, 3]
    elif area_of == "segmentation":
        area = np.array([mask_area(one, named(i)) for i, one in enumerate(chosen)], dtype=float)
    score = column(chosen, "score", named)
    return Detections(rows, image[rows], points, score, area, area_of != "keypoints", faults)


def _one_by_one(
    chosen: list, k: int, name: Namer, faults: dict[int, RecordError], needed: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Points (D, K, 2) and areas (D,); ``needed``: without them a detection has no area."""
    points, area = np.zeros((len(chosen), k, 2)), np.zeros(len(chosen))
    for i, record in enumerate(chosen):
        if needed:
            area[i] = _spanned(field(record, "keypoints", name(i)), k, name(i))
        try:
            numbers = field(record, "keypoints", name(i))
            check_numbers(numbers, 3 * k, "keypoints", name(i))
            points[i] = _places(numbers, k, name(i))
        except RecordError as error:
            faults[i] = error
    return points, area


def _spanned(numbers: Any, k: int, name: str) -> float:
    """The area of the box around all x and y, however many there are."""
    listed = isinstance(numbers, (list, tuple, np.ndarray)) and len(numbers) > 1
    if not listed:
        check_numbers(numbers, 3 * k, "keypoints", name)
        raise miscounted(k, len(numbers), name)
    for i, one in enumerate(numbers):
        if i % 3 < 2:
            check_number(one, f"keypoints[{i}]", name)
    x, y = ([float(one) for one in numbers[start::3]] for start in (0, 1))
    return (max(x) - min(x)) * (max(y) - min(y))


def _places(numbers: Any, k: int, name: str) -> np.ndarray:
    """(K, 2). A single x or y stands for all K, as NumPy broadcasts it in pycocotools."""
    flat = np.array([float(one) for one in numbers])
    sides = flat[0::3], flat[1::3]
    if not all(len(side) in (1, k) for side in sides):
        raise miscounted(k, len(flat), name)
    return np.stack([np.broadcast_to(side, (k,)) for side in sides], axis=1)


def _has_box(result: dict) -> bool:
    box = result.get("bbox")
    return box is not None and not (isinstance(box, (list, tuple, np.ndarray)) and len(box) == 0)
