"""Parsed people as a COCO results file."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from poolviz.pose.maps.grid import to_pixels
from poolviz.pose.parser.parse import Parsed


def coco_results(
    parsed: Parsed, joints: Sequence[int], image: int, stride: int = 1
) -> list[dict[str, Any]]:
    """One result a person: x, y in pixels and the peak's height of each joint; 0, 0, 0 for none.

    ``joints``: which of the parser's joints stands at each place of the file, -1 for none;
    ``stride`` in pixels a cell. The score is the person's mean. ValueError: stride below 1.
    https://cocodataset.org/#format-results

    >>> from poolviz.pose.parser.assembly import Person
    >>> one = Person({0: 0}, 0.5)
    >>> parsed = Parsed((np.array([[2.0, 3.0, 0.5]]),), (), (), (one,), (one,))
    >>> coco_results(parsed, [-1, 0], 7, 4)[0]["keypoints"]
    [0.0, 0.0, 0.0, 9.5, 13.5, 0.5]
    """
    points = parsed.points
    points[..., :2] = to_pixels(points[..., :2], stride)
    # A last joint that nobody has stands in for -1.
    padded = np.concatenate([np.nan_to_num(points), np.zeros((len(points), 1, 3))], axis=1)
    return [
        {
            "image_id": image,
            "category_id": 1,
            "keypoints": person[list(joints)].ravel().tolist(),
            "score": float(score),
        }
        for person, score in zip(padded, parsed.scores, strict=True)
    ]
