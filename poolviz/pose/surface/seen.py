"""What a camera far away sees of a body: I, U, V of each pixel in closed form, and textures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poolviz.pose.surface.body import BODY, Part

TALL = 1.84
"""Metres that a picture shows, from the ground up."""


@dataclass(frozen=True, eq=False)
class _Hit:
    z: np.ndarray
    chart: np.ndarray
    u: np.ndarray
    v: np.ndarray


def turned(points: np.ndarray, yaw: float) -> np.ndarray:
    """Points (..., 3) turned by ``yaw`` degrees around the upright axis; 90: the front is at +x."""
    c, s = np.cos(np.deg2rad(yaw)), np.sin(np.deg2rad(yaw))
    return np.asarray(points @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]]))


def pixels_of(points: np.ndarray, yaw: float, size: int) -> np.ndarray:
    """(x, y) in pixels of points of the body (..., 3), seen from the front without perspective.

    Pixel centres are at whole numbers; the picture of ``size`` x ``size`` shows ``TALL`` metres.
    """
    at, scale = turned(points, yaw), size / TALL
    x = at[..., 0] * scale + (size - 1) / 2
    return np.stack([x, size - 0.5 - at[..., 1] * scale], axis=-1)


def seen(yaw: float, size: int, body: Sequence[Part] = BODY) -> tuple[np.ndarray, np.ndarray]:
    """I, int (size, size), 0 = background, and U, V of each pixel, float64 (size, size, 2).

    Each pixel's ray leaves a tube where its distance from the axis is the radius there: a root of a
    quadratic equation. Through open ends nothing is seen; U, V mean nothing in the background and
    are 0 there. Raises ``ValueError`` for a size below 1.

    >>> chart, uv = seen(0, 64)
    >>> int(chart[24, 32]), int(seen(180, 64)[0][24, 32])
    (2, 1)
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    cells = np.arange(size)
    x = (cells - (size - 1) / 2) * TALL / size
    y = (size - 0.5 - cells) * TALL / size
    rays = np.stack([*np.meshgrid(x, y), np.zeros((size, size))], axis=-1)
    # The body stays and the rays turn the other way, so that the axes of its parts stay, too.
    origins, sight = turned(rays, -yaw), turned(np.array([0.0, 0.0, 1.0]), -yaw)
    nearest = np.full((size, size), -np.inf)
    chart, uv = np.zeros((size, size), int), np.zeros((size, size, 2))
    for part in body:
        hit = _meets(part, origins, sight)
        closer = hit.z > nearest
        nearest = np.where(closer, hit.z, nearest)
        chart = np.where(closer, hit.chart, chart)
        uv = np.where(closer[..., None], np.stack([hit.u, hit.v], axis=-1), uv)
    return chart, uv


def _meets(part: Part, origins: np.ndarray, sight: np.ndarray) -> _Hit:
    """Where the rays origin + z sight leave a part towards the viewer, z = -inf where they miss."""
    q, d = (origins - np.asarray(part.start)) @ part.axes.T, part.axes @ sight
    grow = (part.radii[1] - part.radii[0]) / part.length
    r = part.radii[0] + grow * q[..., 2]
    a = d[0] ** 2 + d[1] ** 2 - (grow * d[2]) ** 2
    b = q[..., 0] * d[0] + q[..., 1] * d[1] - grow * d[2] * r
    c = q[..., 0] ** 2 + q[..., 1] ** 2 - r**2
    with np.errstate(divide="ignore", invalid="ignore"):  # NaN: the ray passes beside the tube
        # Of the two roots this is where the ray leaves: the other is the inner wall, which could
        # only be seen through an open end.
        z = (np.sqrt(b**2 - a * c) - b) / a
        at = q + z[..., None] * d
        v = at[..., 2] / part.length
        met = (v >= 0) & (v <= 1)
        chart, u = part.chart_and_u(np.arctan2(at[..., 1], at[..., 0]))
    return _Hit(np.where(met, z, -np.inf), chart, u, v)


def textured(chart: np.ndarray, uv: np.ndarray, atlas: np.ndarray) -> np.ndarray:
    """atlas[I - 1, V, U] of each pixel, nearest: a picture thrown on the body, 0 in the background.

    ``atlas`` (24, rows, columns, ...): rows are V, columns U. Its dtype is kept. Raises
    ``ValueError`` where a chart is not in the atlas.
    """
    if chart.min(initial=0) < 0 or chart.max(initial=0) > len(atlas):
        raise ValueError(f"chart must be in [0, {len(atlas)}], got {int(chart.max(initial=0))}")
    rows, cols = atlas.shape[1:3]
    row = np.minimum((uv[..., 1] * rows).astype(int), rows - 1)
    col = np.minimum((uv[..., 0] * cols).astype(int), cols - 1)
    found = atlas[np.maximum(chart, 1) - 1, row, col]
    shown = (chart > 0).reshape(chart.shape + (1,) * (found.ndim - chart.ndim))
    return np.where(shown, found, np.zeros((), atlas.dtype))
