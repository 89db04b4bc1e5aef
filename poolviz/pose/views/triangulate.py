"""From the places of one point in several pictures to its place in the room."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from poolviz.pose.views.cameras import depths, project

WITHIN = 4.0
"""Pixels between a detection and the point projected back, for the view to count as agreeing."""
FLAT = 1e-9
"""A smaller ratio of singular values than this does not say how far away the point is."""


@dataclass(frozen=True)
class Agreed:
    """A point that most views agree on."""

    point: np.ndarray
    """float64 (3,), from the views that agree."""
    inliers: np.ndarray
    """bool (V,)"""
    pair: tuple[int, int]
    """The two views whose point the most views agreed with."""


def triangulate(cameras: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The right singular vector of the rows x P3 - P1, y P3 - P2 with the least value; (3,).

    ``cameras`` (V, 3, 4), ``seen`` (V, 2) in pixels; each row is scaled to length 1, all float64.
    Raises ``ValueError`` for fewer than two views, places that are not finite, and views that do
    not say how far away the point is: cameras at one place, or rays that are parallel.

    Source: R. Hartley and A. Zisserman, Multiple View Geometry, 2nd ed.

    >>> from poolviz.pose.views.cameras import ring
    >>> triangulate(ring(6), project(ring(6), (0.1, 1.2, -0.05))).round(6).tolist()
    [0.1, 1.2, -0.05]
    """
    _check(cameras, seen)
    rows = (seen[:, :, None] * cameras[:, 2:3] - cameras[:, :2]).reshape(-1, 4)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    _u, values, vectors = np.linalg.svd(rows)
    x = vectors[-1]
    if values[2] < FLAT * values[0] or abs(x[3]) < FLAT:
        raise ValueError("cameras must see the point from different places, got one direction")
    return np.asarray(x[:3] / x[3])


def residuals(cameras: np.ndarray, seen: np.ndarray, point: np.ndarray) -> np.ndarray:
    """|seen - projected| of each view in pixels, (V,); infinite where the camera looks away."""
    away = depths(cameras, point) <= 0
    return np.where(away, np.inf, np.linalg.norm(seen - project(cameras, point), axis=1))


def agreed(cameras: np.ndarray, seen: np.ndarray, within: float = WITHIN) -> Agreed:
    """RANSAC over *every* pair of views: the point most views agree with, refitted on those.

    A view agrees if its residual is at most ``within`` pixels. Among pairs with equally many views
    the one with the smaller sum of their residuals wins, then the earlier. With V views there are
    V (V - 1) / 2 pairs, few enough to try them all, so nothing is random here; ``trials`` says how
    many draws would do. Raises ``ValueError`` like ``triangulate``, for a ``within`` not above 0,
    and where no pair agrees with itself.

    Source: M. Fischler and R. Bolles, Random Sample Consensus, CACM 24 (1981).
    """
    _check(cameras, seen)
    if not within > 0:
        raise ValueError(f"within must be above 0, got {within!r}")
    best: tuple[int, float] = (1, 0.0)
    pair, inliers = None, np.zeros(len(cameras), bool)
    for a, b in combinations(range(len(cameras)), 2):
        try:
            point = triangulate(cameras[[a, b]], seen[[a, b]])
        except ValueError:
            continue
        off = residuals(cameras, seen, point)
        near = off <= within
        rank = (int(near.sum()), -float(off[near].sum()))
        if near[a] and near[b] and rank > best:
            best, pair, inliers = rank, (a, b), near
    if pair is None:
        raise ValueError(f"seen must agree within {within} px in two views, got none that do")
    return Agreed(triangulate(cameras[inliers], seen[inliers]), inliers, pair)


def expected_error(cameras: np.ndarray, point: np.ndarray, noise: float = 1.0) -> float:
    """noise sqrt(tr (J^T J)^-1): the rms error of a point seen with that many pixels of noise.

    J (2 V, 3) holds the derivatives of the projections; to first order, so too large by a few per
    cent where the rays are nearly parallel. Raises ``ValueError`` where they are parallel.

    Source: R. Hartley and A. Zisserman, Multiple View Geometry, 2nd ed.
    """
    seen, depth = project(cameras, point), depths(cameras, point)
    _check(cameras, seen)
    rows = cameras[:, :2, :3] - seen[:, :, None] * cameras[:, 2:3, :3]
    j = (rows / depth[:, None, None]).reshape(-1, 3)
    if np.linalg.matrix_rank(j, tol=FLAT * np.linalg.norm(j)) < 3:
        raise ValueError("cameras must see the point from different places, got one direction")
    return float(noise * np.sqrt(np.trace(np.linalg.inv(j.T @ j))))


def _check(cameras: np.ndarray, seen: np.ndarray) -> None:
    if cameras.ndim != 3 or cameras.shape[1:] != (3, 4) or len(cameras) < 2:
        raise ValueError(f"cameras must be two or more of (3, 4), got shape {cameras.shape}")
    if seen.shape != (len(cameras), 2) or not np.isfinite(seen).all():
        raise ValueError(f"seen must be {len(cameras)} finite places (x, y), got {seen.tolist()}")
