"""Pinhole cameras that look at a place: where a point of the room falls in each of them."""

from collections.abc import Sequence

import numpy as np

FOCAL, CENTRE = 1000.0, (640.0, 360.0)
"""Pixels: of a picture of 1280 x 720."""


def looking_at(
    place: Sequence[float] | np.ndarray,
    target: Sequence[float] | np.ndarray,
    focal: float = FOCAL,
    centre: tuple[float, float] = CENTRE,
) -> np.ndarray:
    """P = K [R | -R C], float64 (3, 4): the camera at ``place`` (3,) that looks at ``target`` (3,).

    Up is +y in the room, and rows count downwards in the picture: z = (target - C) / |target - C|,
    x = (0, -1, 0) x z, y = z x x. Raises ``ValueError`` where these are no axes: a camera in its
    own target, one straight above or below it, or a focal length that is not above 0.

    Source: R. Hartley and A. Zisserman, Multiple View Geometry, 2nd ed.

    >>> looking_at((3, 1, 0), (0, 1, 0), focal=1, centre=(0, 0)).round(3).tolist()[2]
    [-1.0, 0.0, 0.0, 3.0]
    """
    c, towards = np.asarray(place, float), np.asarray(target, float)
    if not focal > 0:
        raise ValueError(f"focal must be above 0, got {focal!r}")
    z = towards - c
    x = np.cross((0.0, -1.0, 0.0), z)
    if not np.linalg.norm(x) > 1e-9 * max(1.0, float(np.linalg.norm(z))):
        raise ValueError(f"place must not be straight above, below or in target, got {place!r}")
    z /= np.linalg.norm(z)
    x /= np.linalg.norm(x)
    r = np.stack([x, np.cross(z, x), z])
    k = np.array([[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1]])
    return k @ np.column_stack([r, -r @ c])


def ring(
    count: int,
    radius: float = 3.0,
    height: float = 1.5,
    target: Sequence[float] = (0.0, 1.0, 0.0),
    step: float | None = None,
) -> np.ndarray:
    """Cameras at (radius cos a, height, radius sin a), a = 0, step ... degrees.

    float64 (count, 3, 4). Without a ``step`` they stand evenly around the whole turn. Raises
    ``ValueError`` for a count below 1 and for what ``looking_at`` refuses.

    >>> ring(6).shape
    (6, 3, 4)
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    angles = np.deg2rad(np.arange(count) * (360 / count if step is None else step))
    places = np.stack(
        [radius * np.cos(angles), np.full(count, float(height)), radius * np.sin(angles)], axis=1
    )
    return np.stack([looking_at(place, target) for place in places])


def depths(cameras: np.ndarray, point: Sequence[float] | np.ndarray) -> np.ndarray:
    """P3 X: how far in front of each camera (V, 3, 4) the point (3,) is, (V,); <= 0: behind it."""
    return np.asarray(cameras[:, 2] @ np.append(np.asarray(point, float), 1.0))


def project(cameras: np.ndarray, point: Sequence[float] | np.ndarray) -> np.ndarray:
    """(P1 X / P3 X, P2 X / P3 X) of each camera (V, 3, 4), float64 (V, 2).

    NaN where the camera looks away from the point: a pinhole would show it mirrored.

    >>> project(ring(6), (0, 1, 0)).round(6).tolist()[0]
    [640.0, 360.0]
    """
    seen = cameras @ np.append(np.asarray(point, float), 1.0)
    depth = np.where(seen[:, 2] > 0, seen[:, 2], np.nan)
    return np.asarray(seen[:, :2] / depth[:, None])
