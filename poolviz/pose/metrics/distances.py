"""How far keypoints are off, as a mean distance: EPE, NME and MPJPE, in the plane or in space."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.metrics.oks import finite

Joint = int | Sequence[int]
"""A keypoint, or several whose mean is meant: both hips, the corners of an eye."""


def epe(pred: ArrayLike, gt: ArrayLike, visibility: ArrayLike | None = None) -> np.ndarray:
    """EPE = mean of |p_i - g_i| over the labelled keypoints: the end-point error.

    ``pred``, ``gt`` (..., K, D), in any unit and dimension D; ``visibility`` (..., K), above 0 is
    labelled; None: all are. All broadcast over people; float64 (...), NaN without labels.

    >>> epe([[3, 4], [0, 1]], [[0, 0], [0, 0]]), epe([[3, 4], [0, 1]], [[0, 0], [0, 0]], [0, 2])
    (np.float64(3.0), np.float64(1.0))
    """
    p, g, seen = _poses(pred, gt, visibility)
    return _mean(np.linalg.norm(p - g, axis=-1), seen)


def nme(
    pred: ArrayLike,
    gt: ArrayLike,
    visibility: ArrayLike | None = None,
    *,
    eyes: tuple[Joint, Joint] | None = None,
    bbox: ArrayLike | None = None,
    area: ArrayLike | None = None,
) -> np.ndarray:
    """NME = EPE / normaliser, by exactly one: what it is has to be said with every NME.

    ``eyes``: the distance between two true keypoints, each an index, or several indices whose mean
    is taken. The outer corners of the eyes are (36, 45) of a face of 68 keypoints: inter-ocular, as
    in 300-W; the means of both eyes are inter-pupil. ``bbox`` (..., 4): the diagonal of the true
    box x, y, width, height. ``area`` (...): its square root. Other arguments as for ``epe``;
    float64 (...), NaN without labels and where an eye is not labelled.

    Raises:
        ValueError: none or several normalisers, or one that is not above 0.

    Source: Sagonas et al., "300 Faces in-the-Wild Challenge", ICCVW 2013 (inter-ocular); Zafeiriou
    et al., "The Menpo Facial Landmark Localisation Challenge", CVPRW 2017 (diagonal of the box).

    >>> face, found = [[0, 0], [4, 0], [2, 5]], [[0, 1], [4, 1], [2, 6]]
    >>> nme(found, face, eyes=(0, 1)), nme(found, face, bbox=[0, 0, 3, 4]), nme(found, face, area=4)
    (np.float64(0.25), np.float64(0.2), np.float64(0.5))
    """
    p, g, seen = _poses(pred, gt, visibility)
    if sum(one is not None for one in (eyes, bbox, area)) != 1:
        raise ValueError("exactly one of eyes, bbox and area must be given: what NME is divided by")
    if area is not None:
        name, size = "area", np.sqrt(np.maximum(finite("area", area), 0))
    elif eyes is not None:
        first, second = (_place("eyes", g, seen, one) for one in eyes)
        name, size = "eyes", np.linalg.norm(first - second, axis=-1)
    else:
        sides = finite("bbox", [] if bbox is None else bbox)
        if sides.ndim < 1 or sides.shape[-1] != 4:
            raise ValueError(f"bbox must be (..., 4), x, y, width, height, got {sides.shape}")
        name, size = "bbox", np.hypot(sides[..., 2], sides[..., 3])
    if np.any(size <= 0):
        raise ValueError(f"{name} must give a length above 0 to divide by, got 0")
    return (_mean(np.linalg.norm(p - g, axis=-1), seen) / size)[()]


def mpjpe(
    pred: ArrayLike,
    gt: ArrayLike,
    visibility: ArrayLike | None = None,
    root: Joint | None = None,
) -> np.ndarray:
    """MPJPE = mean of |(p_i - p_root) - (g_i - g_root)| over the labelled joints and the root.

    Without a ``root`` nothing is aligned, and this is ``epe``. ``root``: a joint, or several whose
    mean is the root (both hips). ``pred``, ``gt`` (..., K, D): millimetres in space, as a rule, but
    any unit and dimension will do. Other arguments as for ``epe``; float64 (...), NaN without
    labels and where a root is not labelled.

    Source: Ionescu et al., "Human3.6M", TPAMI 2014, equation 8; the root's own error of 0 is
    averaged in, as is usual there.

    >>> mpjpe([[1, 1, 1], [1, 5, 4]], [[0, 0, 0], [0, 0, 0]], root=0)
    np.float64(2.5)
    """
    p, g, seen = _poses(pred, gt, visibility)
    if root is not None:
        p = p - _place("root", p, seen, root)[..., None, :]
        g = g - _place("root", g, seen, root)[..., None, :]
    return _mean(np.linalg.norm(p - g, axis=-1), seen)


def _poses(
    pred: ArrayLike, gt: ArrayLike, visibility: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both as float64 (..., K, D), and which are labelled: bool (..., K)."""
    p, g = finite("pred", pred), finite("gt", gt)
    if p.ndim < 2 or p.shape[-1] == 0 or p.shape[-2] == 0:
        raise ValueError(f"pred must be (..., K, D), keypoints and coordinates, got {p.shape}")
    if g.ndim < 2 or g.shape[-2:] != p.shape[-2:]:
        raise ValueError(f"gt must be (..., {p.shape[-2]}, {p.shape[-1]}) as pred, got {g.shape}")
    v = np.ones(p.shape[-2]) if visibility is None else finite("visibility", visibility)
    if v.ndim < 1 or v.shape[-1] != p.shape[-2]:
        raise ValueError(f"visibility must be (..., {p.shape[-2]}) as pred, got {v.shape}")
    try:
        lead = np.broadcast_shapes(p.shape[:-2], g.shape[:-2], v.shape[:-1])
    except ValueError:
        raise ValueError(
            "pred, gt and visibility must broadcast over people, "
            f"got {p.shape}, {g.shape} and {v.shape}"
        ) from None
    inner = p.shape[-2:]
    return (
        np.broadcast_to(p, (*lead, *inner)),
        np.broadcast_to(g, (*lead, *inner)),
        np.broadcast_to(v > 0, (*lead, inner[0])),
    )


def _place(name: str, points: np.ndarray, seen: np.ndarray, joint: Joint) -> np.ndarray:
    """Where a joint is, or the mean of several: (..., D), NaN unless all of them are labelled."""
    chosen = np.atleast_1d(np.asarray(joint))
    k = points.shape[-2]
    if chosen.dtype.kind not in "iu" or chosen.size == 0 or ((chosen < 0) | (chosen >= k)).any():
        raise ValueError(f"{name} must be keypoints from 0 to {k - 1}, got {joint!r}")
    mean = points[..., chosen, :].mean(axis=-2)
    known = np.all(seen[..., chosen], axis=-1, keepdims=True)
    return np.where(known, mean, np.nan)


def _mean(distance: np.ndarray, seen: np.ndarray) -> np.ndarray:
    n = np.count_nonzero(seen, axis=-1)
    total = np.where(seen, distance, 0).sum(axis=-1)
    return np.divide(total, n, out=np.full(np.shape(n), np.nan), where=n > 0)[()]
