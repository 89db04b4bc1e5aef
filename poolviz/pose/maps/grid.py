"""Between the pixels of a picture and the cells of a map of stride s."""

import numpy as np
from numpy.typing import ArrayLike


def to_cells(points: ArrayLike, stride: int) -> np.ndarray:
    """cell = (x + .5)/s - .5: pixel centres and cell centres are at whole numbers.

    ``points`` (..., 2) in pixels -> float64 (..., 2). ValueError: stride below 1.

    >>> to_cells([[1.5, 5.5]], 4)
    array([[0., 1.]])
    """
    return (np.asarray(points, dtype=np.float64) + 0.5) / _checked(stride) - 0.5


def to_pixels(cells: ArrayLike, stride: int) -> np.ndarray:
    """x = s·cell + (s - 1)/2, the way back of :func:`to_cells`; float64 (..., 2).

    >>> to_pixels([[0, 1]], 4)
    array([[1.5, 5.5]])
    """
    return np.asarray(cells, dtype=np.float64) * _checked(stride) + (stride - 1) / 2


def _checked(stride: int) -> int:
    if stride < 1:
        raise ValueError(f"stride must be at least 1, got {stride}")
    return stride
