"""The gradient check: backward against central differences."""

from math import inf

import numpy as np

from poolviz.pooling.array import array
from poolviz.pooling.engine import Pooled, pool
from poolviz.pooling.limits import MAX_WORK, fits
from poolviz.pooling.table import Geometry
from poolviz.pooling.variant import Variant

TOGETHER = 200_000
"""Window cells computed at once: many moved inputs are pooled as one batch."""


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
    fits(2 * x.size * run.work, "x and the geometry", MAX_WORK, "window cells for all moves")
    dy = np.random.default_rng(seed).uniform(0.5, 1.5, run.output.shape)
    analytic, cells = run.backward(dy).ravel(), x.ravel()
    # The draw of a blend may depend on the shape of what is pooled: one input at a time.
    alone = variant.stochastic and run.locations is None
    many = 1 if alone else max(1, TOGETHER // max(run.entries, x.size, 1))
    worst = 0.0
    for start in range(0, x.size, many):
        at = np.arange(start, min(start + many, x.size))
        step = 1e-5 * np.maximum(1.0, np.abs(cells[at]))
        ahead, behind = (_moved(x, at, sign * step) for sign in (1, -1))
        width = ahead.reshape(len(at), -1)[range(len(at)), at]
        width = width - behind.reshape(len(at), -1)[range(len(at)), at]
        above, below = _outputs(run, ahead), _outputs(run, behind)
        with np.errstate(invalid="ignore"):  # a window of padding stays at its infinity
            change = dy * np.where(above == below, 0, above - below)
            numeric = change.reshape(len(at), -1).sum(-1) / width
            scale = np.maximum(1.0, np.maximum(np.abs(analytic[at]), np.abs(numeric)))
            error = np.abs(analytic[at] - numeric) / scale
        worst = max(worst, float(np.where(np.isnan(error), inf, error).max()))
    return worst


def _moved(x: np.ndarray, at: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Copies of x ``(len(at), *x.shape)``, each with one cell moved."""
    copies = np.repeat(x.reshape(1, -1), len(at), axis=0)
    copies[range(len(at)), at] += step
    return copies.reshape(len(at), *x.shape)


def _outputs(run: Pooled, xs: np.ndarray) -> np.ndarray:
    """The outputs of inputs ``(n, *x.shape)``, each as ``run`` has it, ``(n, *output.shape)``."""
    held = run.locations if run.variant.stochastic else None
    if len(xs) == 1 and held is None:
        return pool(xs[0], run.variant, run.geometry).output[None]
    ndim, shape = run.geometry.ndim, run.output.shape
    full = shape[: len(shape) - len(run.windows.out_shape)]
    # A table with a lead may have more batch axes than x.
    ones = (1,) * (len(full) - (run.x.ndim - ndim))
    xs = xs.reshape(len(xs), *ones, *run.x.shape)
    if held is None:
        return pool(xs, run.variant, run.geometry).output
    flat = xs.reshape(*xs.shape[: xs.ndim - ndim], -1)
    flat = np.broadcast_to(flat, (len(xs), *full, flat.shape[-1]))
    held = held.reshape(*full, -1)
    rows = np.broadcast_to(held, (len(xs), *held.shape))
    read = np.take_along_axis(flat, np.maximum(rows, 0), -1)
    return np.where(rows < 0, 0, read).reshape(len(xs), *shape)
