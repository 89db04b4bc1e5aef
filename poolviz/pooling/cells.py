"""What the rules of many variants ask of windows ``(..., K)``, in few passes over the cells."""

from typing import Any

import numpy as np


def filled(w: np.ndarray, valid: np.ndarray, fill: float) -> np.ndarray:
    """w as floats, with ``fill`` where it is not valid; w itself where all of it is."""
    w = w if w.dtype.kind == "f" else w.astype(np.float64)
    return w if valid.all() else np.where(valid, w, w.dtype.type(fill))


def count(valid: np.ndarray) -> np.ndarray:
    """Number of valid cells, at least 1: ``(..., 1)``, or ``(1,)`` where all windows are whole."""
    if valid.all():
        return np.array([max(valid.shape[-1], 1)])
    return np.maximum(valid.sum(-1, keepdims=True), 1)


def mean(w: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Mean of the valid cells ``(..., 1)``, 0 of none; a sum that overflows, of quotients."""
    a = filled(w, valid, 0)
    n = count(valid).astype(a.dtype)
    y = a.sum(-1, keepdims=True) / n
    return (
        y if np.isfinite(y).all() else np.where(np.isfinite(y), y, (a / n).sum(-1, keepdims=True))
    )


def scaled(w: np.ndarray, valid: np.ndarray, least: float = 0) -> tuple[np.ndarray, np.ndarray]:
    """Cells over the largest finite magnitude of their window, 0 where not valid, and that unit.

    The unit is at least ``least``, and float64 if the dtype of w does not hold that.
    """
    a = filled(w, valid, 0)
    unit = np.maximum(a.max(-1, keepdims=True, initial=0), -a.min(-1, keepdims=True, initial=0))
    unit = np.where((unit > 0) & np.isfinite(unit), unit, 1).astype(a.dtype)
    if least > unit.min(initial=np.inf):
        unit = np.maximum(unit, np.float64(least))
        return (a / unit).astype(a.dtype, copy=False), unit
    return a / unit, unit


def blend(share: np.ndarray, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """sum share_i a_i over the cells with a share; NaN where a valid cell is NaN."""
    y = (share * w).sum(-1)
    if np.isfinite(y).all():
        return y
    y = np.where(share == 0, 0, share * w).sum(-1)
    return np.where(missing(w, valid), np.nan, y)


def missing(w: np.ndarray, valid: np.ndarray) -> Any:
    """Whether a valid cell of the window is NaN."""
    if w.dtype.kind != "f" or not np.isnan(w).any():
        return np.zeros(w.shape[:-1], bool)
    return (valid & np.isnan(w)).any(-1)


def raised(a: np.ndarray, p: float) -> np.ndarray:
    """a^p; small whole powers are multiplied out."""
    if p not in (1, 2, 3, 4):
        return np.power(a, p)
    square = a * a if p > 1 else a
    return {1: a, 2: square, 3: square * a, 4: square * square}[int(p)]
