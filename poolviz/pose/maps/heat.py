"""Heat maps: one channel a joint type, for all people together."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

Heat = Literal["max", "sum"]
HEATS: tuple[str, ...] = get_args(Heat)


def heat_maps(
    points: ArrayLike,
    labelled: ArrayLike,
    shape: tuple[int, int],
    sigma: float,
    heat: Heat = "max",
) -> np.ndarray:
    """h_j(p) = max_k exp(-|p - x_jk|²/(2σ²)), over the people k whose joint j is labelled.

    ``points`` (P, J, 2) as (x, y) and ``sigma`` in cells, ``labelled`` (P, J); float64 (J, H, W).
    The exponent has 2σ². With "sum" the people's Gaussians add up and are clipped to 1: a plateau
    without a peak where two stand close. A joint that nobody has labelled gives zeros.
    ValueError: sigma not above 0, an unknown heat.
    Cao et al., Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields, CVPR 2017.

    >>> two = heat_maps([[[4.0, 0.0]], [[8.0, 0.0]]], [[True], [True]], (1, 13), 2.0)
    >>> two[0, 0, 4:9].round(6).tolist()
    [1.0, 0.882497, 0.606531, 0.882497, 1.0]
    """
    if not sigma > 0:
        raise ValueError(f"sigma must be above 0, got {sigma}")
    if heat not in HEATS:
        raise ValueError(f"heat must be one of {HEATS}, got {heat!r}")
    x = np.asarray(points, dtype=np.float64)
    seen = np.asarray(labelled, dtype=bool)
    maps = np.zeros((x.shape[1], *shape))
    rows, cols = np.arange(shape[0]), np.arange(shape[1])
    for person, has in zip(x, seen, strict=True):
        at = person[has]
        down = np.exp(-((rows - at[:, 1:]) ** 2) / (2 * sigma**2))
        across = np.exp(-((cols - at[:, :1]) ** 2) / (2 * sigma**2))
        one = down[:, :, None] * across[:, None, :]
        maps[has] = np.maximum(maps[has], one) if heat == "max" else maps[has] + one
    return np.minimum(maps, 1.0)


def background(maps: np.ndarray) -> np.ndarray:
    """1 - max_j h_j: the extra channel that is trained, and that no parser reads; (H, W).

    >>> background(np.array([[[0.25, 1.0]], [[0.5, 0.0]]]))
    array([[0.5, 0. ]])
    """
    return 1.0 - maps.max(axis=0)
