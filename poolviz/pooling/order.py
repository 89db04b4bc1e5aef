"""The order of the cells in a window: rank 1 is the largest, and what a weight for each rank gives.

Equal cells are ranked in row-major order; NaN ranks above all numbers, and a window with a NaN
gives NaN.
"""

from typing import Any

import numpy as np

from poolviz.numbers import number, products
from poolviz.pooling.variant import Variant


class Ranked(Variant):
    """A weighted sum of the ordered cells: ``share`` says what rank r of n weighs."""

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        """Weight of rank 1..n, elementwise; n broadcasts against rank."""
        raise TypeError(f"{type(self).__name__} declares no weights")

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return blend(self.jacobian(w, valid), w, valid)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return np.where(valid, self.share(ranks(w, valid), valid.sum(-1, keepdims=True)), 0)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        order = np.argsort(ranks(w, valid)[valid])
        cells, weights = w[valid][order], self.jacobian(w, valid)[valid][order]
        kept = weights != 0
        return f"{products(weights[kept], cells[kept])} = {number(self.forward(w, valid))}"


def ranks(w: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Rank of every cell ``(..., K)``, 1 for the largest, ties by position; not valid: after n."""
    size = w.shape[-1]
    backwards = np.argsort(w[..., ::-1], axis=-1, kind="stable")[..., ::-1]
    order = size - 1 - backwards  # falling, ties in order of position, NaN first
    if not valid.all():
        shown = np.take_along_axis(np.broadcast_to(valid, w.shape), order, -1)
        order = np.take_along_axis(order, np.argsort(~shown, axis=-1, kind="stable"), -1)
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(1, size + 1), order.shape), -1)
    return rank


def top(rank: np.ndarray, n: np.ndarray, t: int) -> np.ndarray:
    """1/t for ranks up to t; where there are only n < t cells, 1/n."""
    t = np.clip(n, 1, t)
    return np.where(rank <= t, 1 / t, 0)


def geometric(rank: np.ndarray, alpha: float) -> np.ndarray:
    """alpha (1 - alpha)^(rank - 1), with 0^0 = 1."""
    return alpha * np.power(1 - alpha, rank - 1.0)


def blend(share: np.ndarray, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """sum share_i a_i over cells with a share; NaN where a valid cell is NaN."""
    y = np.where(share == 0, 0, share * w).sum(-1)
    return np.where(missing(w, valid), np.nan, y)


def missing(w: np.ndarray, valid: np.ndarray) -> Any:
    """Whether a valid cell of the window is NaN."""
    return (valid & np.isnan(w)).any(-1) if w.dtype.kind == "f" else np.zeros(w.shape[:-1], bool)
