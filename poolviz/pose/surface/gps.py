"""Geodesic point similarity: how near predicted points of a body are along its surface."""

import numpy as np

KAPPA = 0.255
"""Metres: half is reached at .3002 m."""


def similarity(g: np.ndarray, kappa: float | np.ndarray = KAPPA) -> np.ndarray:
    """exp(-g^2 / (2 kappa^2)) of distances along the surface in metres, any shape, float64.

    ``kappa`` is one number, or one for each distance: that of the ``Part`` it lies on.
    Infinity, a point predicted as background, gives 0. Raises ``ValueError`` for a ``kappa`` not
    above 0 and for distances that are negative or NaN.

    Source: R. A. Güler et al., DensePose, CVPR 2018.

    >>> similarity(np.array([0, 0.1, np.inf])).round(6).tolist()
    [1.0, 0.925988, 0.0]
    """
    g = np.asarray(g, float)
    if not (np.asarray(kappa) > 0).all():
        raise ValueError(f"kappa must be above 0, got {kappa!r}")
    if not (g >= 0).all():
        raise ValueError(f"g must be at least 0, got {g[~(g >= 0)].tolist()}")
    return np.asarray(np.exp(-(g**2) / (2 * np.square(kappa))))


def gps(g: np.ndarray, kappa: float | np.ndarray = KAPPA) -> float:
    """(1 / |P|) sum of the similarities of all points P; raises ``ValueError`` where none is.

    >>> round(gps(np.array([0, 0.1, 0.3, np.inf])), 6)
    0.606635
    """
    g = np.asarray(g, float)
    if not g.size:
        raise ValueError("g must hold at least one distance, got none")
    return float(similarity(g, kappa).mean())


def gps_masked(score: float, iou: float) -> float:
    """sqrt(GPS IoU): a body whose outline is wrong cannot score well by its points alone.

    Raises ``ValueError`` where either is outside [0, 1].

    >>> gps_masked(0.81, 0.25)
    0.45
    """
    for name, value in (("score", score), ("iou", iou)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be in [0, 1], got {value!r}")
    return float(np.sqrt(score * iou))
