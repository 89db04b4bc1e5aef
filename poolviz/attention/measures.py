"""Does every query need a map of its own? How far rows of weights differ, and what one map for all
would cost."""

from typing import Any

import numpy as np

__all__ = ["distance_of_rows", "one_for_all", "swap"]


def distance_of_rows(weights: Any) -> np.ndarray:
    """D = mean over all pairs of rows of (1 - cos) / 2 = (1 - |mean of the unit rows|^2) / 2.

    ``weights (..., N, M)`` gives ``(...)``. 0: all rows point the same way, whether everybody looks
    everywhere or everybody at the same few: say the effective keys beside it. Rows without a
    negative weight stay under 1/2. A row of zeros counts as a direction of length 0.

    Source: Cao, Xu, Lin, Wei & Hu, ICCV Workshops 2019, section 3.2 (cosine distance).

    >>> [distance_of_rows(rows).round(9).item() for rows in ([[1, 0], [0, 1]], [[1, 3], [2, 6]])]
    [0.25, 0.0]
    """
    rows = np.asarray(weights, dtype=np.float64)
    length = np.sqrt(np.einsum("...ij,...ij->...i", rows, rows)).clip(1e-12)
    mean = ((1 / length)[..., None, :] @ rows)[..., 0, :] / rows.shape[-2]
    return np.maximum((1 - (mean**2).sum(-1)) / 2, 0)


def one_for_all(weights: Any, values: Any) -> np.ndarray:
    """What every query would get from the mean of all rows: weights ``(..., N, M)``, values
    ``(..., M, e)`` -> ``(..., 1, e)``.

    >>> one_for_all([[1, 0], [0, 1]], [[2], [6]]).tolist()
    [[4.0]]
    """
    return np.asarray(weights).mean(-2, keepdims=True) @ np.asarray(values)


def swap(weights: Any, values: Any) -> float:
    """|W V - w V| / |W V| with w the mean row: what the output changes if every query is given the
    same map, as a share of its length; 0 where the output is 0.

    >>> round(swap([[1, 0], [0, 1]], [[2], [6]]), 6)
    0.447214
    """
    own = np.asarray(weights) @ np.asarray(values)
    length = float(np.linalg.norm(own))
    return float(np.linalg.norm(own - one_for_all(weights, values))) / length if length else 0.0
