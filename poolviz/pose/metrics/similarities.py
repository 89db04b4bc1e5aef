"""Other measures on the same poses, to compare with OKS: PCK, PCKh, and the IoU of boxes."""

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.metrics.oks import finite


def correct_keypoints(
    pred: ArrayLike, gt: ArrayLike, limit: ArrayLike, visibility: ArrayLike
) -> np.ndarray:
    """|p_i - g_i| < limit, for each labelled keypoint: 1 correct, 0 not, NaN not labelled.

    ``pred``, ``gt`` (..., K, 2), pixels; ``limit`` (...), pixels, one a person; ``visibility``
    (..., K). All broadcast over people; float64 (..., K). A point on the limit is not correct.

    >>> correct_keypoints([[3, 4], [0, 1]], [[0, 0], [0, 0]], 5, [2, 2])
    array([0., 1.])
    """
    p, g, most, v = _poses(pred, gt, limit, visibility)
    near = np.hypot(*np.moveaxis(p - g, -1, 0)) < most[..., None]
    return np.where(v > 0, near.astype(float), np.nan)


def pck(
    pred: ArrayLike,
    gt: ArrayLike,
    bbox: ArrayLike,
    visibility: ArrayLike,
    alpha: float = 0.2,
) -> np.ndarray:
    """PCK@alpha = share of labelled keypoints with |p_i - g_i| < alpha max(width, height).

    The width and height of the true person's ``bbox`` (..., 4), x, y, width, height. Other
    arguments as for ``correct_keypoints``. float64 (...), one share a person; NaN without labels.

    Source: Yang and Ramanan, "Articulated Human Detection with Flexible Mixtures of Parts", TPAMI
    2013; the strict < as in mmpose.

    >>> pck([[3, 4], [0, 1]], [[0, 0], [0, 0]], [0, 0, 10, 25], [2, 2])
    np.float64(0.5)
    """
    box = _boxes("bbox", bbox)
    return _share(
        correct_keypoints(pred, gt, _factor("alpha", alpha) * box[..., 2:].max(axis=-1), visibility)
    )


def pckh(
    pred: ArrayLike,
    gt: ArrayLike,
    head: ArrayLike,
    visibility: ArrayLike,
    alpha: float = 0.5,
) -> np.ndarray:
    """PCKh@alpha = share of labelled keypoints with |p_i - g_i| < 0.6 alpha · diagonal of the head.

    ``head``: the box of the true head, (..., 4), x, y, width, height. Other arguments and the
    result as for ``pck``.

    Source: Andriluka et al., "2D Human Pose Estimation: New Benchmark and State of the Art
    Analysis", CVPR 2014 (MPII).

    >>> pckh([[2.9, 0], [3.1, 0]], [[0, 0], [0, 0]], [0, 0, 6, 8], [2, 2])
    np.float64(0.5)
    """
    box = _boxes("head", head)
    size = 0.6 * np.hypot(box[..., 2], box[..., 3])
    return _share(correct_keypoints(pred, gt, _factor("alpha", alpha) * size, visibility))


def head_box(gt: ArrayLike, visibility: ArrayLike, head: ArrayLike) -> np.ndarray:
    """The box around the labelled keypoints of the head, for PCKh where no head box is annotated.

    ``head``: indices of the keypoints of the head (COCO: 0 to 4). float64 (..., 4), x, y, width,
    height; NaN where fewer than two are labelled.

    >>> head_box([[1, 2], [4, 6], [9, 9]], [2, 2, 2], [0, 1])
    array([1., 2., 3., 4.])
    """
    points, v = finite("gt", gt), finite("visibility", visibility)
    chosen = np.asarray(head, dtype=int)
    seen = v[..., chosen] > 0
    enough = (seen.sum(axis=-1) >= 2)[..., None]
    some = points[..., chosen, :]
    low = np.where(seen[..., None], some, np.inf).min(axis=-2)
    high = np.where(seen[..., None], some, -np.inf).max(axis=-2)
    low, high = np.where(enough, low, np.nan), np.where(enough, high, np.nan)
    return np.concatenate([low, high - low], axis=-1)


def box_iou(first: ArrayLike, second: ArrayLike, crowd: ArrayLike = False) -> np.ndarray:
    """IoU = area of the intersection / area of the union of two boxes x, y, width, height.

    ``first``, ``second`` (..., 4), broadcast together; float64 (...). Where ``crowd`` (of the
    second) holds, the area of the first takes the place of the union, as in COCO. 0 where nothing
    has an area.

    >>> box_iou([0, 0, 4, 4], [2, 0, 4, 4])
    np.float64(0.3333333333333333)
    """
    a, b = _boxes("first", first), _boxes("second", second)
    low = np.maximum(a[..., :2], b[..., :2])
    high = np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:])
    shared = np.maximum(high - low, 0).prod(axis=-1)
    own, other = a[..., 2:].prod(axis=-1), b[..., 2:].prod(axis=-1)
    whole = np.where(np.asarray(crowd, dtype=bool), own, own + other - shared)
    return np.divide(shared, whole, out=np.zeros(whole.shape), where=whole > 0)[()]


def box_of_points(points: ArrayLike, visibility: ArrayLike | None = None) -> np.ndarray:
    """The box x, y, width, height around the points (..., K, 2): float64 (..., 4).

    With ``visibility`` (..., K), around the labelled ones; NaN where there is none.

    >>> box_of_points([[1, 2], [4, 6]])
    array([1., 2., 3., 4.])
    """
    p = finite("points", points)
    v = np.ones(p.shape[:-1]) if visibility is None else finite("visibility", visibility)
    seen = (v > 0)[..., None]
    low, high = np.where(seen, p, np.inf).min(axis=-2), np.where(seen, p, -np.inf).max(axis=-2)
    some = seen.any(axis=-2)
    low, high = np.where(some, low, np.nan), np.where(some, high, np.nan)
    return np.concatenate([low, high - low], axis=-1)


def _share(correct: np.ndarray) -> np.ndarray:
    n = np.count_nonzero(~np.isnan(correct), axis=-1)
    total = np.nansum(correct, axis=-1)
    return np.divide(total, n, out=np.full(np.shape(n), np.nan), where=n > 0)[()]


def _poses(
    pred: ArrayLike, gt: ArrayLike, limit: ArrayLike, visibility: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    p, g, v = finite("pred", pred), finite("gt", gt), finite("visibility", visibility)
    for name, points in (("pred", p), ("gt", g)):
        if points.ndim < 2 or points.shape[-1] != 2 or points.shape[-2] != v.shape[-1]:
            raise ValueError(
                f"{name} must be (..., K, 2) with K = {v.shape[-1] if v.ndim else 0}, as many as "
                f"visibility has, got {points.shape}"
            )
    return p, g, finite("limit", limit), v


def _boxes(name: str, value: ArrayLike) -> np.ndarray:
    box = finite(name, value)
    if box.ndim < 1 or box.shape[-1] != 4 or np.any(box[..., 2:] < 0):
        raise ValueError(
            f"{name} must be (..., 4), x, y, width, height, neither width nor height negative"
        )
    return box


def _factor(name: str, value: float) -> float:
    if not 0 < value < np.inf:
        raise ValueError(f"{name} must be finite and above 0, got {value!r}")
    return float(value)
