"""The gradient check: backward against central differences."""

from math import inf, isnan

import numpy as np

from poolviz.pooling.engine import array, pool
from poolviz.pooling.table import Geometry
from poolviz.pooling.variant import Variant


def check_gradient(variant: Variant, geometry: Geometry, x: np.ndarray, seed: int = 0) -> float:
    """Largest relative error of backward against central differences, over all cells of x.

    The loss is <dy, pool(x)> with dy drawn from ``seed``; the error of a cell is
    ``|analytic - numeric| / max(1, |analytic|, |numeric|)``, computed in float64. The draw of a
    random variant is held: the drawn cells stay, as its gradient assumes. At ties and kinks the
    two disagree, as they must. A NaN on either side counts as an infinite error.

    >>> from poolviz import L2, Sliding
    >>> x = np.arange(1.0, 17.0).reshape(4, 4)
    >>> check_gradient(L2(), Sliding(kernel_size=3, stride=1), x) < 1e-8
    True
    """
    x = array("x", x).astype(np.float64)
    run = pool(x, variant, geometry)
    dy = np.random.default_rng(seed).uniform(0.5, 1.5, run.output.shape)
    analytic = run.backward(dy)
    held = run.locations if variant.stochastic else None

    def outputs(x: np.ndarray) -> np.ndarray:
        return pool(x, variant, geometry).output if held is None else _read(x, held, geometry.ndim)

    worst = 0.0
    for cell in np.ndindex(x.shape):
        step = 1e-5 * max(1.0, abs(float(x[cell])))
        ahead, behind = x.copy(), x.copy()
        ahead[cell] += step
        behind[cell] -= step
        above, below = outputs(ahead), outputs(behind)
        with np.errstate(invalid="ignore"):  # a window of padding stays at its infinity
            change = float((dy * np.where(above == below, 0, above - below)).sum())
        numeric = change / float(ahead[cell] - behind[cell])
        scale = max(1.0, abs(float(analytic[cell])), abs(numeric))
        error = abs(float(analytic[cell]) - numeric) / scale
        worst = max(worst, inf if isnan(error) else error)
    return worst


def _read(x: np.ndarray, locations: np.ndarray, ndim: int) -> np.ndarray:
    """x at its locations, 0 where there is none."""
    batch = x.shape[: x.ndim - ndim]
    flat, rows = x.reshape(*batch, -1), locations.reshape(*batch, -1)
    read = np.take_along_axis(flat, np.maximum(rows, 0), -1)
    return np.where(rows < 0, 0, read).reshape(locations.shape)
