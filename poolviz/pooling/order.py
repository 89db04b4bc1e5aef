"""The order of the cells in a window, and what a weight for each rank gives.

Rank 1 is the largest cell. Equal cells are ranked in row-major order; NaN ranks above all numbers,
and a window with a NaN gives NaN.
"""

import numpy as np

from poolviz.numbers import number, numbers, products
from poolviz.pooling.cells import blend
from poolviz.pooling.variant import Variant

PAIRS = 16
"""Up to this many cells are ranked by comparing every pair, which is quicker than sorting"""
MANY = 1000
"""from this many windows on."""
LISTED = 64
"""Up to this many cells the weights of all ranks are listed once and looked up."""


class Ranked(Variant):
    """A weighted sum of the ordered cells: ``share`` says what rank r of n weighs."""

    def cost(self, size: int) -> int:
        return 2 if size <= PAIRS else 4 if size <= 1000 else 8  # sorting is what takes the time

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        """Weight of rank 1..n, elementwise; n >= 1 broadcasts against rank."""
        raise TypeError(f"{type(self).__name__} declares no weights")

    def rank_weights(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """The weight of each cell by its rank, ``(..., K)``, 0 where not valid."""
        rank, size = ranks(w, valid), w.shape[-1]
        if valid.all() and size <= LISTED:
            return self.share(np.arange(1, size + 1), np.array([size]))[rank - 1]
        n = valid.sum(-1, keepdims=True)
        if size > LISTED:
            return np.where(valid, self.share(rank, np.maximum(n, 1)), 0)
        order = np.arange(1, size + 1)
        listed = np.where(order <= order[:, None], self.share(order, order[:, None]), 0)
        return np.where(valid, listed.ravel()[np.maximum(n - 1, 0) * size + rank - 1], 0)

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return blend(self.rank_weights(w, valid), w, valid)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return self.rank_weights(w, valid)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        order = np.argsort(ranks(w, valid)[valid])
        cells, weights = w[valid][order], self.rank_weights(w, valid)[valid][order]
        kept, y = weights != 0, number(self.forward(w, valid))
        if kept.sum() > 1 and (weights[kept] == 1 / kept.sum()).all():
            return f"({numbers(cells[kept], ' + ')}) / {kept.sum()} = {y}"
        return f"{products(weights[kept], cells[kept])} = {y}"


def ranks(w: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Rank of every cell ``(..., K)``, 1 for the largest, ties by position; not valid: after n."""
    nan = np.isnan(w) if w.dtype.kind == "f" else np.zeros((), bool)
    if w.shape[-1] > PAIRS or w.size < MANY * w.shape[-1] or nan.any():
        return _sorted_ranks(w, valid)
    whole = bool(valid.all())
    rank = np.zeros((w.shape[-1], *w.shape[:-1]), np.uint8)
    cells, seen = np.moveaxis(w, -1, 0), np.moveaxis(np.broadcast_to(valid, w.shape), -1, 0)
    for j in range(len(cells)):
        rank[j] += j + 1
        for i in range(j):
            later = cells[j] > cells[i]  # the later of two equals comes after
            if not whole:
                later = seen[j] & (later | ~seen[i])
            rank[i] += later
            rank[j] -= later
    return np.moveaxis(rank, 0, -1)


def _sorted_ranks(w: np.ndarray, valid: np.ndarray) -> np.ndarray:
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
