"""The similarity that lays landmarks on others: scale, turn and shift, by least squares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.metrics.oks import finite

FLAT = 1e-9
"""Of the largest extent: what is thinner lies on one line, or in one place."""


@dataclass(frozen=True, eq=False)
class Similarity:
    """x -> s R x + t: ``scale`` s, ``turn`` R (D, D), ``shift`` t (D,)."""

    scale: float
    turn: np.ndarray
    shift: np.ndarray

    @property
    def degrees(self) -> float:
        """The angle of R in the plane, from x towards y: clockwise as seen where y points down."""
        return float(np.degrees(np.arctan2(self.turn[1, 0], self.turn[0, 0])))

    @property
    def matrix(self) -> np.ndarray:
        """[s R | t], (D, D + 1)."""
        return np.column_stack([self.scale * self.turn, self.shift])

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """Points (..., D) where they come to lie."""
        return np.asarray(points, dtype=float) @ (self.scale * self.turn).T + self.shift

    def residuals(self, source: ArrayLike, target: ArrayLike) -> np.ndarray:
        """|s R a_i + t - b_i| of each pair (n,), and so what no similarity can mend."""
        return np.linalg.norm(self(source) - np.asarray(target, dtype=float), axis=-1)


def similarity(source: ArrayLike, target: ArrayLike, mirrors: bool = False) -> Similarity:
    """The s, R and t with the least sum |s R a_i + t - b_i|²: landmarks A laid on landmarks B.

    Means off, C = BᵀA / n, U S Vᵀ = C, D = diag(1, ..., det U · det V), R = U D Vᵀ,
    s = tr(S D) n / Σ|a_i|², t = mean_B - s R mean_A. ``source`` A, ``target`` B (n, D), float64.
    With ``mirrors`` the guard D is left out: a mirrored face then gets a "rotation" of determinant
    -1. Two points in the plane are met exactly. Errors: ``ValueError`` for other shapes, fewer than
    two points, and points that all lie in one place.

    Source: S. Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two Point
    Patterns", TPAMI 1991.

    >>> found = similarity([[0, 0], [2, 0], [0, 2]], [[1, 1], [1, 5], [-3, 1]])
    >>> round(found.scale, 9), round(found.degrees, 9), found.shift.round(9).tolist()
    (2.0, 90.0, [1.0, 1.0])
    """
    a, b = finite("source", source), finite("target", target)
    if a.ndim != 2 or a.shape != b.shape or len(a) < 2 or a.shape[1] < 2:
        raise ValueError(
            "source and target must both be (n, D), two points or more in two dimensions or more, "
            f"got {a.shape} and {b.shape}"
        )
    mean_a, mean_b = a.mean(0), b.mean(0)
    a, b = a - mean_a, b - mean_b
    for name, points, mean in (("source", a, mean_a), ("target", b, mean_b)):
        # what rounding leaves of equal points is not a place of its own
        if np.abs(points).max() <= 1e-12 * max(np.abs(mean).max(), 1e-300):
            raise ValueError(f"{name} must lie in two places or more, got one place")
    u, s, vt = np.linalg.svd(b.T @ a / len(a))
    guard = np.ones(len(s))
    guard[-1] = 1.0 if mirrors else np.sign(np.linalg.det(u) * np.linalg.det(vt))
    turn = (u * guard) @ vt
    scale = float((s * guard).sum() * len(a) / (a**2).sum())
    return Similarity(scale, turn, mean_b - scale * turn @ mean_a)


def degenerate(points: ArrayLike) -> bool:
    """Whether points (n, D) lie on one line or in one place: a mirrored face then fits as well.

    >>> degenerate([[0, 0], [1, 1], [3, 3]]), degenerate([[0, 0], [1, 1], [3, 0]])
    (True, False)
    """
    p = finite("points", points)
    s = np.linalg.svd(p - p.mean(0), compute_uv=False)
    return bool(len(s) < 2 or s[1] <= FLAT * max(s[0], np.abs(p).max()))
