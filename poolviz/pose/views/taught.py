"""Bootstrapping: what many cameras agree on becomes the label in those that failed."""

from dataclasses import dataclass

import numpy as np

from poolviz.pose.views.cameras import project
from poolviz.pose.views.triangulate import WITHIN, agreed

LEAST = 3
"""Two detections along one epipolar line agree whatever they show; a third view decides."""


@dataclass(frozen=True)
class Taught:
    """Labels for every camera, from the joints that enough of them agree on."""

    points: np.ndarray
    """float64 (J, 3), NaN for a joint that is not kept."""
    labels: np.ndarray
    """float64 (J, V, 2), the points projected back; NaN also where a camera looks away."""
    inliers: np.ndarray
    """bool (J, V): whose detection agreed."""

    @property
    def kept(self) -> np.ndarray:
        """bool (J,): the joints that at least so many views agree on."""
        return np.isfinite(self.points).all(axis=1)


def taught(
    cameras: np.ndarray, seen: np.ndarray, within: float = WITHIN, least: int = LEAST
) -> Taught:
    """One turn of the loop: triangulate robustly, keep what ``least`` views agree on, project back.

    ``cameras`` (V, 3, 4), ``seen`` (J, V, 2) in pixels, NaN where the detector found nothing. The
    labels are what it is trained on next, so that one that is right in some views learns the rest.
    Raises ``ValueError`` for other shapes, ``least`` below 2, and a ``within`` not above 0.

    Source: T. Simon et al., Hand Keypoint Detection using Multiview Bootstrapping, CVPR 2017.

    >>> from poolviz.pose.views.cameras import ring
    >>> seen = project(ring(4), (0.1, 1.2, -0.05))[None]
    >>> seen[0, 2] = np.nan
    >>> taught(ring(4), seen).labels[0, 2].round(3).tolist()
    [623.908, 291.217]
    """
    if cameras.ndim != 3 or seen.ndim != 3 or seen.shape[1:] != (len(cameras), 2):
        raise ValueError(f"seen must be (joints, {len(cameras)}, 2), got shape {seen.shape}")
    if least < 2:
        raise ValueError(f"least must be at least 2, got {least}")
    if not within > 0:
        raise ValueError(f"within must be above 0, got {within!r}")
    points = np.full((len(seen), 3), np.nan)
    labels = np.full(seen.shape, np.nan)
    inliers = np.zeros(seen.shape[:2], bool)
    for joint, places in enumerate(seen):
        there = np.flatnonzero(np.isfinite(places).all(axis=1))
        if len(there) < least:
            continue
        try:
            found = agreed(cameras[there], places[there], within)
        except ValueError:  # no two views agree: the frame is dropped, as a bad one
            continue
        if found.inliers.sum() < least:
            continue
        points[joint], labels[joint] = found.point, project(cameras, found.point)
        inliers[joint, there] = found.inliers
    return Taught(points, labels, inliers)
