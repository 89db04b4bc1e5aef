"""A transposed convolution as unpooling: every value spreads one set of weights over its window."""

import numpy as np

from poolviz.pooling.array import array
from poolviz.pooling.limits import MAX_TAPS, fits
from poolviz.pooling.table import Windows


def transposed(values: np.ndarray, weights: np.ndarray, windows: Windows) -> np.ndarray:
    """x_c = sum of values_w weights_k over the windows w that hold c at place k.

    values ``(*out)``, weights ``(K,)``, of windows bound to ``(*spatial)`` -> ``(*spatial)``,
    float64. It is the adjoint of a convolution with these weights. Errors: ``ValueError``.
    Source: torch.nn.ConvTranspose2d; Zeiler et al., CVPR 2010.

    >>> from poolviz import Sliding
    >>> transposed(np.array([[2.0]]), np.array([1, 0.5, 0.5, 0.25]), Sliding(2).bind((2, 2)))
    array([[2. , 1. ],
           [1. , 0.5]])
    """
    values, weights = array("values", values), array("weights", weights)
    if values.shape != windows.out_shape:
        raise ValueError(
            f"values must have the windows' shape {windows.out_shape}, got {values.shape}"
        )
    if weights.shape != (windows.size,):
        raise ValueError(f"weights must have shape ({windows.size},), got {weights.shape}")
    spread = np.where(windows.index >= 0, values[..., None] * weights.astype(np.float64), 0)
    return windows.scatter(spread)


def fitted_weights(values: np.ndarray, x: np.ndarray, windows: Windows) -> np.ndarray:
    """The weights ``(K,)`` with which ``transposed`` comes closest to x, by least squares.

    What training a transposed convolution on this one pair would find. Of equally good weights the
    smallest; a place that is in no window's reach gets 0. Errors: ``ValueError``.

    >>> from poolviz import Sliding
    >>> x = np.array([[2.0, 1, 4, 2], [1, 0.5, 2, 1]])
    >>> fitted_weights(x[::2, ::2], x, Sliding(2).bind((2, 4))).round(6)
    array([1.  , 0.5 , 0.5 , 0.25])
    """
    values, x = array("values", values), array("x", x)
    if x.shape != windows.in_shape:
        raise ValueError(f"x must have the windows' shape {windows.in_shape}, got {x.shape}")
    if values.shape != windows.out_shape:
        raise ValueError(
            f"values must have the windows' shape {windows.out_shape}, got {values.shape}"
        )
    fits(x.size * windows.size, "windows", what="cells that weights reach", cost=4)
    fits(x.size * windows.size**2, "windows", MAX_TAPS, "steps of least squares")
    # reach[c, k]: what cell c gets from a weight of 1 at place k.
    inside = windows.index >= 0
    place = windows.index * windows.size + np.arange(windows.size)
    given = np.broadcast_to(values[..., None], windows.index.shape)[inside]
    reach = np.bincount(place[inside], given, x.size * windows.size).reshape(x.size, windows.size)
    weights: np.ndarray = np.linalg.lstsq(reach, x.ravel().astype(np.float64))[0]
    return weights
