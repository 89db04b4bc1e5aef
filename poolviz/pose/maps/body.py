"""The body of the parsers: COCO's seventeen keypoints, and a neck between the shoulders."""

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.skeletons import COCO17

FROM17 = (0, -1, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3)
"""For each of the eighteen its place among COCO's seventeen; -1, the neck, has none."""
BODY18 = tuple("neck" if i < 0 else COCO17.names[i] for i in FROM17)
LIMBS18 = (
    *((1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11)),
    *((11, 12), (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17), (2, 16), (5, 17)),
)
"""Nineteen limbs: a tree of seventeen, and the two from shoulder to ear."""


def body18(points: ArrayLike, labelled: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """neck = (left shoulder + right shoulder)/2, labelled only if both are.

    ``points`` (P, 17, 2), ``labelled`` (P, 17) -> float64 (P, 18, 2), bool (P, 18), in the order of
    :data:`BODY18`. ValueError: other than seventeen keypoints.

    >>> points, labelled = body18(np.arange(34.0).reshape(1, 17, 2), np.ones((1, 17)))
    >>> points[0, 1].tolist(), bool(labelled[0, 1])
    ([11.0, 12.0], True)
    """
    x, seen = np.asarray(points, dtype=np.float64), np.asarray(labelled, dtype=bool)
    if x.shape[1:] != (17, 2) or seen.shape != x.shape[:2]:
        raise ValueError(f"points must be (P, 17, 2) with labels (P, 17), got {x.shape}")
    out, has = x[:, FROM17], seen[:, FROM17]
    out[:, 1], has[:, 1] = (x[:, 5] + x[:, 6]) / 2, seen[:, 5] & seen[:, 6]
    return out, has
