"""Object keypoint similarity: how near a predicted pose comes to a true one, from 0 to 1.

Everything broadcasts over people: ``pred[:, None]`` against ``gt[None]`` gives a matrix. Area and
visibility belong to the truth; the prediction brings positions alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

TINY_AREA = float(np.spacing(1))
"""What COCO adds to an area: an area of 0 asks for equality and does not divide by 0."""


def oks(
    pred: ArrayLike,
    gt: ArrayLike,
    area: ArrayLike,
    sigmas: ArrayLike,
    visibility: ArrayLike,
    bbox: ArrayLike | None = None,
) -> np.ndarray:
    """OKS = sum_i exp(-d_i² / (2 s² k_i²)) [v_i > 0] / sum_i [v_i > 0], k_i = 2 sigma_i, s² = area.

    d_i is the distance in pixels between predicted and true keypoint i.

    Args:
        pred, gt: predicted and true positions, (..., K, 2), pixels.
        area: area of the true person's mask, (...), pixels², not negative.
        sigmas: (K,), positive; ``COCO17.sigmas`` for COCO's person.
        visibility: flags of the truth, (..., K); above 0 is labelled, and 1 and 2 count the same.
        bbox: (..., 4), x, y, width, height. Needed where nothing is labelled: there COCO measures
            d_i to the box enlarged three times, and averages over all K.

    Returns:
        float64 (...), all leading shapes broadcast together.

    Raises:
        ValueError: shapes that do not fit, numbers that are not finite, negative areas, sigmas not
            above 0, a person without labels and without box.

    Source: cocodataset.org/#keypoints-eval; pycocotools 2.0.11, ``COCOeval.computeOks``.

    >>> gt = np.array([[100.0, 200], [110, 205]])
    >>> oks(gt + [3, -4], gt, area=10000, sigmas=[0.026, 0.107], visibility=[2, 2]).round(4)
    np.float64(0.8015)
    """
    return _compare(pred, gt, area, sigmas, visibility, bbox).mean()[()]


def keypoint_similarities(
    pred: ArrayLike,
    gt: ArrayLike,
    area: ArrayLike,
    sigmas: ArrayLike,
    visibility: ArrayLike,
    bbox: ArrayLike | None = None,
) -> np.ndarray:
    """ks_i = exp(-d_i² / (2 s² k_i²)), the terms that ``oks`` averages.

    Arguments, errors and source as for ``oks``. float64 (..., K); NaN at a keypoint that is not
    labelled, which counts for nothing. Of a person without any label all K terms count.

    >>> keypoint_similarities([[3, 4], [0, 9]], [[0, 0], [0, 0]], 100, [0.25, 0.25], [2, 0])
    array([0.60653066,        nan])
    """
    return _compare(pred, gt, area, sigmas, visibility, bbox).terms()


def oks_gradient(
    pred: ArrayLike,
    gt: ArrayLike,
    area: ArrayLike,
    sigmas: ArrayLike,
    visibility: ArrayLike,
    bbox: ArrayLike | None = None,
) -> np.ndarray:
    """∂OKS/∂p_i = -(p_i - g_i) ks_i / (n s² k_i²), n the number of terms: the way that helps most.

    Its length is greatest at d_i = k_i s, a keypoint further off hardly pulls. Arguments, errors
    and source as for ``oks``. float64 (..., K, 2), 0 at keypoints that do not count.

    >>> oks_gradient([[3, 4], [0, 9]], [[0, 0], [0, 0]], 100, [0.25, 0.25], [2, 0])
    array([[-0.07278368, -0.09704491],
           [ 0.        ,  0.        ]])
    """
    return _compare(pred, gt, area, sigmas, visibility, bbox).gradient()


def similarity_radius(similarity: ArrayLike, area: ArrayLike, sigmas: ArrayLike) -> np.ndarray:
    """r = k s sqrt(2 ln(1/t)), k = 2 sigma: where a keypoint's similarity is t. Pixels.

    ``similarity`` in (0, 1], ``area`` and ``sigmas`` broadcast together; float64.

    >>> similarity_radius([0.5, 0.85], area=10000, sigmas=0.026)
    array([6.12253212, 2.96462876])
    """
    t, s2, sigma = (np.asarray(a, dtype=float) for a in (similarity, area, sigmas))
    _require("similarity", bool(np.all((t > 0) & (t <= 1))), similarity, "in (0, 1]")
    _require("area", bool(np.all((s2 >= 0) & np.isfinite(s2))), area, "finite and not negative")
    _require("sigmas", bool(np.all((sigma > 0) & np.isfinite(sigma))), sigmas, "finite and above 0")
    return (2 * sigma * np.sqrt(s2) * np.sqrt(2 * np.log(1 / t)))[()]


def estimate_sigmas(
    annotations: ArrayLike,
    area: ArrayLike,
    visibility: ArrayLike | None = None,
    reference: ArrayLike | None = None,
) -> np.ndarray:
    """sigma_i² = E[d_i² / s²], from R annotations of the same people: annotators' disagreement.

    d is measured to the mean of a point's annotations, which lies nearer to them than the truth,
    so the sum of squares is divided by R - 1; with a ``reference`` d is measured to that, and the
    sum is divided by R. A radial measure: noise of τ·s along each axis gives τ·sqrt(2).

    Args:
        annotations: (P, R, K, 2), pixels: P people, R annotators.
        area: (P,), above 0.
        visibility: (P, R, K); an annotation with 0 is left out. None: all are labelled.
        reference: true positions (P, K, 2), if known.

    Returns:
        float64 (K,).

    Raises:
        ValueError: wrong shapes or numbers; a keypoint that nobody has annotated often enough.

    Source: Ronchi and Perona, "Benchmarking and Error Diagnosis in Multi-Instance Pose
    Estimation", ICCV 2017, section 2; COCO used 5000 images annotated more than once.

    >>> estimate_sigmas([[[[0, 0]], [[6, 8]]]], area=[5000])
    array([0.1])
    """
    points = finite("annotations", annotations)
    if points.ndim != 4 or points.shape[-1] != 2:
        raise ValueError(f"annotations must be (people, annotators, K, 2), got {points.shape}")
    people, _annotators, count, _two = points.shape
    s2 = finite("area", area)
    if s2.shape != (people,) or np.any(s2 <= 0):
        raise ValueError(f"area must be {people} numbers above 0, one a person")
    seen = np.ones(points.shape[:3], bool) if visibility is None else np.asarray(visibility) > 0
    if seen.shape != points.shape[:3]:
        raise ValueError(f"visibility must be {points.shape[:3]}, got {seen.shape}")
    r = seen.sum(axis=1)
    if reference is None:
        total = np.where(seen[..., None], points, 0).sum(axis=1)
        centre, freedom = total / np.maximum(r, 1)[..., None], np.maximum(r - 1, 0)
    else:
        centre, freedom = finite("reference", reference), r
        if centre.shape != (people, count, 2):
            raise ValueError(f"reference must be {(people, count, 2)}, got {centre.shape}")
    d2 = np.where(seen, ((points - centre[:, None]) ** 2).sum(axis=-1), 0)
    times = freedom.sum(axis=0)
    if np.any(times == 0):
        raise ValueError(
            f"keypoint {int(np.argmin(times))} is nowhere annotated "
            f"{'twice on one person' if reference is None else 'at all'}: its sigma is unknown"
        )
    return np.sqrt((d2 / s2[:, None, None]).sum(axis=(0, 1)) / times)


@dataclass(frozen=True, eq=False)
class _Comparison:
    """A prediction held against a truth: all shapes broadcast, nothing summed yet."""

    away: np.ndarray
    """From the truth (or the enlarged box) to the prediction, (..., K, 2)."""
    k2: np.ndarray
    """k² = (2 sigma)², (K,)."""
    s2: np.ndarray
    """The area, (..., 1)."""
    counts: np.ndarray
    """Which terms are averaged, bool (..., K)."""

    def similarities(self) -> np.ndarray:
        return similarities(self.away, self.k2, self.s2)

    def terms(self) -> np.ndarray:
        return np.where(self.counts, self.similarities(), np.nan)

    def mean(self) -> np.ndarray:
        shape, k = self.away.shape[:-2], self.away.shape[-2]
        terms, counts = self.similarities().reshape(-1, k), self.counts.reshape(-1, k)
        return mean_of_counted(terms, counts).reshape(shape)

    def gradient(self) -> np.ndarray:
        n = self.counts.sum(axis=-1, keepdims=True)
        slope = np.where(self.counts, self.similarities() / n / self.k2 / self.s2, 0)[..., None]
        return np.multiply(-self.away, slope, where=slope > 0, out=np.zeros(self.away.shape))


def similarities(away: np.ndarray, k2: np.ndarray, s2: np.ndarray) -> np.ndarray:
    """exp(-d² / k² / s² / 2), divided in COCO's order: (..., K, 2), (K,), (..., 1) -> (..., K)."""
    with np.errstate(over="ignore"):
        e = np.square(away[..., 0])
        e += np.square(away[..., 1])
        for divisor in (k2, s2, 2):
            e /= divisor
        return np.exp(np.negative(e, out=e), out=e)


def mean_of_counted(terms: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The mean over the counted terms of each row: (N, K), bool (N, K) -> (N,).

    Rows with the same number of counted terms are packed and summed together, which adds them in
    the order in which pycocotools adds them: equal to the last bit, and a threshold met exactly by
    one is met by the other.
    """
    n = np.count_nonzero(counts, axis=-1)
    mean = np.empty(len(terms))
    for size in np.unique(n):
        rows = n == size
        packed = terms[rows][counts[rows]].reshape(-1, size)
        mean[rows] = packed.sum(axis=-1) / size
    return mean


def from_truth(
    pred: np.ndarray, gt: np.ndarray, bbox: np.ndarray | None, bare: np.ndarray
) -> np.ndarray:
    """From what a prediction is measured to, to the prediction: (..., K, 2).

    The true keypoint; for the people marked ``bare`` (...), who have no label, the nearest place in
    the box enlarged by its own size on every side, which is 0 within it.
    """
    away = pred - gt
    if bbox is not None and bare.any():
        low = (bbox[..., :2] - bbox[..., 2:])[..., None, :]
        high = (bbox[..., :2] + bbox[..., 2:] * 2)[..., None, :]
        short, over = np.maximum(low - pred, 0), np.maximum(pred - high, 0)
        # a box with a negative side is inside out: COCO adds both ways, which then do not cancel
        beyond = over + np.where(high < low, short, -short)
        away = np.where(bare[..., None, None], beyond, away)
    return away


def _compare(
    pred: ArrayLike,
    gt: ArrayLike,
    area: ArrayLike,
    sigmas: ArrayLike,
    visibility: ArrayLike,
    bbox: ArrayLike | None,
) -> _Comparison:
    k2 = (2 * check_sigmas(sigmas)) ** 2
    p, g, s2 = finite("pred", pred), finite("gt", gt), finite("area", area)
    v = finite("visibility", visibility)
    for name, points in (("pred", p), ("gt", g)):
        if points.ndim < 2 or points.shape[-2:] != (len(k2), 2):
            raise ValueError(
                f"{name} must be (..., {len(k2)}, 2), as there are {len(k2)} sigmas, "
                f"got {points.shape}"
            )
    if v.ndim < 1 or v.shape[-1] != len(k2):
        raise ValueError(
            f"visibility must be (..., {len(k2)}), as there are {len(k2)} sigmas, got {v.shape}"
        )
    _require("area", bool(np.all(s2 >= 0)), area, "not negative")
    box = None if bbox is None else finite("bbox", bbox)
    if box is not None and (box.ndim < 1 or box.shape[-1] != 4 or np.any(box[..., 2:] < 0)):
        raise ValueError(
            "bbox must be (..., 4), x, y, width, height, neither width nor height negative, "
            f"got {bbox!r}"
        )
    labelled = v > 0
    bare = np.asarray(~labelled.any(axis=-1))
    if box is None and bare.any():
        raise ValueError(
            "bbox is needed: a person without labelled keypoints is compared with the box"
        )
    leads = [p.shape[:-2], g.shape[:-2], s2.shape, v.shape[:-1]]
    leads += [] if box is None else [box.shape[:-1]]
    try:
        lead = np.broadcast_shapes(*leads)
    except ValueError:
        raise ValueError(
            f"pred, gt, area, visibility and bbox must broadcast over people, got {leads}"
        ) from None
    away = from_truth(p, g, box, bare)
    return _Comparison(
        away=np.broadcast_to(away, (*lead, len(k2), 2)),
        k2=k2,
        s2=np.broadcast_to(s2, lead)[..., None] + TINY_AREA,
        counts=np.broadcast_to(labelled | bare[..., None], (*lead, len(k2))),
    )


def check_sigmas(sigmas: ArrayLike) -> np.ndarray:
    """The sigmas as float64 (K,), or a ``ValueError``."""
    values = finite("sigmas", sigmas)
    if values.ndim != 1 or len(values) == 0 or np.any(values <= 0):
        raise ValueError(
            f"sigmas must be one number above 0 a keypoint, got {np.asarray(sigmas).tolist()!r}"
        )
    return values


def finite(name: str, value: ArrayLike) -> np.ndarray:
    """The value as a float64 array, or a ``ValueError`` that names it."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError, RuntimeError):  # the last from a tensor with a gradient
        raise ValueError(f"{name} must be an array of numbers, got {value!r:.80}") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got a NaN or an infinity in it")
    return array


def _require(name: str, holds: bool, value: ArrayLike, allowed: str) -> None:
    if not holds:
        raise ValueError(f"{name} must be {allowed}, got {value!r:.80}")
