"""Peaks of joint maps: cells above a threshold and above their four neighbours."""

import numpy as np
from numpy.typing import ArrayLike

PEAKS = ("ties", "loose", "strict")


def find_peaks(
    maps: ArrayLike,
    threshold: float = 0.1,
    peaks: str = "ties",
    blur: float = 0.0,
    apart: float = 0.0,
) -> tuple[np.ndarray, ...]:
    """For each map float64 (N, 3): x, y, height, in reading order. ``maps`` (J, H, W).

    "ties": c > left, c >= right, c > up, c >= down, so that a plateau of two cells is one peak;
    "loose": >= on all sides, a plateau gives several; "strict": > on all sides, it gives none.
    ``blur``: std of a Gaussian before looking; heights are read from the map as given.
    ``apart``: of two peaks nearer than that, the lower one goes.

    >>> find_peaks([[[0.0, 0.9, 0.9, 0.0]]])[0].tolist()
    [[1.0, 0.0, 0.9]]
    >>> [len(find_peaks([[[0.0, 0.9, 0.9, 0.0]]], peaks=p)[0]) for p in PEAKS]
    [1, 2, 0]
    """
    if peaks not in PEAKS:
        raise ValueError(f"peaks must be one of {PEAKS}, got {peaks!r}")
    given = np.asarray(maps, dtype=np.float64)
    seen = _blurred(given, blur) if blur > 0 else given
    padded = np.pad(seen, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    left, right = padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]
    up, down = padded[:, :-2, 1:-1], padded[:, 2:, 1:-1]
    before = np.greater_equal if peaks == "loose" else np.greater
    after = np.greater if peaks == "strict" else np.greater_equal
    high = (seen > threshold) & before(seen, left) & before(seen, up)
    high &= after(seen, right) & after(seen, down)
    joint, row, col = np.nonzero(high)
    found = np.column_stack([col, row, given[joint, row, col]]).astype(np.float64)
    each = np.split(found, np.searchsorted(joint, np.arange(1, len(given))))
    return tuple(_thinned(one, apart) if apart > 0 else one for one in each)


def _thinned(found: np.ndarray, apart: float) -> np.ndarray:
    kept: list[int] = []
    for i in np.argsort(-found[:, 2], kind="stable").tolist():
        if all(np.hypot(*(found[i, :2] - found[j, :2])) >= apart for j in kept):
            kept.append(i)
    return found[sorted(kept)]


def _blurred(maps: np.ndarray, blur: float) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(maps, (0, blur, blur)))
