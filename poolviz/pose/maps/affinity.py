"""Part affinity fields: along each limb, the direction from its first joint to its second."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

Clip = Literal["along", "box"]
Overlap = Literal["mean", "last"]
CLIPS: tuple[str, ...] = get_args(Clip)
OVERLAPS: tuple[str, ...] = get_args(Overlap)


def affinity_fields(
    points: ArrayLike,
    labelled: ArrayLike,
    limbs: Sequence[tuple[int, int]],
    shape: tuple[int, int],
    width: float,
    clip: Clip = "box",
    overlap: Overlap = "mean",
) -> np.ndarray:
    """u = (x_b - x_a)/|x_b - x_a| where the limb covers the cell, else 0; two channels a limb.

    ``points`` (P, J, 2) and ``width`` in cells, ``labelled`` (P, J); float64 (L, 2, H, W), x before
    y. Where several people's limbs cover a cell: the "mean" over them, or the "last" person's.
    A limb with an unlabelled end, or of length 0, is no limb: it gives zeros, never NaN.
    ValueError: width below 0, an unknown clip or overlap.
    Cao et al., CVPR 2017, equations 8 and 9.

    >>> arms = [[[2.0, 2.0], [10.0, 10.0]], [[10.0, 2.0], [2.0, 10.0]]]
    >>> field = affinity_fields(arms, np.ones((2, 2)), [(0, 1)], (13, 13), 1.0)
    >>> field[0, :, 6, 6].round(6).tolist()
    [0.0, 0.707107]
    """
    if overlap not in OVERLAPS:
        raise ValueError(f"overlap must be one of {OVERLAPS}, got {overlap!r}")
    x, seen = _people(points, labelled)
    field, count = np.zeros((len(limbs), 2, *shape)), np.zeros((len(limbs), *shape))
    for person, has in zip(x, seen, strict=True):
        for limb, (a, b) in enumerate(limbs):
            if not (has[a] and has[b]):
                continue
            window, covered, unit = _limb(person[a], person[b], shape, width, clip)
            part = field[limb, :, *window]
            if overlap == "last":
                part[:, covered] = unit[:, None]
            else:
                part += unit[:, None, None] * covered
                count[limb, *window] += covered
    return field if overlap == "last" else field / np.maximum(count, 1)[:, None]


def limb_masks(
    points: ArrayLike,
    labelled: ArrayLike,
    limbs: Sequence[tuple[int, int]],
    shape: tuple[int, int],
    width: float,
    clip: Clip = "box",
) -> tuple[np.ndarray, np.ndarray]:
    """Where |(p - x_a) × u| <= w, cut at the limb's ends; and u. bool (P, L, H, W), (P, L, 2).

    "along" cuts at 0 <= (p - x_a)·u <= L, as the paper does; "box" at the box of both joints grown
    by w, as the trainers do: it reaches past both ends, so that samples at the ends are covered.

    >>> limb_masks([[[1.0, 1.0], [1.0, 1.0]]], np.ones((1, 2)), [(0, 1)], (3, 3), 1.0)[0].any()
    np.False_
    """
    x, seen = _people(points, labelled)
    masks = np.zeros((len(x), len(limbs), *shape), dtype=bool)
    units = np.zeros((len(x), len(limbs), 2))
    for k, (person, has) in enumerate(zip(x, seen, strict=True)):
        for limb, (a, b) in enumerate(limbs):
            if has[a] and has[b]:
                window, covered, units[k, limb] = _limb(person[a], person[b], shape, width, clip)
                masks[k, limb, *window] = covered
    return masks, units


def _people(points: ArrayLike, labelled: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(points, dtype=np.float64), np.asarray(labelled, dtype=bool)


def _limb(
    a: np.ndarray, b: np.ndarray, shape: tuple[int, int], width: float, clip: str
) -> tuple[tuple[slice, slice], np.ndarray, np.ndarray]:
    """The window of the map that holds one limb, which of its cells it covers, and u."""
    if not width >= 0:
        raise ValueError(f"width must be at least 0, got {width}")
    if clip not in CLIPS:
        raise ValueError(f"clip must be one of {CLIPS}, got {clip!r}")
    length = float(np.hypot(*(b - a)))
    if length == 0:
        return (slice(0), slice(0)), np.zeros((0, 0), dtype=bool), np.zeros(2)
    # The slack keeps cells whose distance is w but for the rounding of u.
    reach, unit = width + 1e-9, (b - a) / length
    low = np.maximum(np.ceil(np.minimum(a, b) - reach), 0).astype(int)
    high = np.minimum(np.floor(np.maximum(a, b) + reach) + 1, shape[::-1])
    high = np.maximum(high, low).astype(int)
    window = slice(low[1], high[1]), slice(low[0], high[0])
    dy, dx = np.arange(low[1], high[1])[:, None] - a[1], np.arange(low[0], high[0]) - a[0]
    covered = np.abs(dx * unit[1] - dy * unit[0]) <= reach
    if clip == "along":
        ahead = dx * unit[0] + dy * unit[1]
        covered &= (ahead >= -1e-9) & (ahead <= length + 1e-9)
    return window, covered, unit
