"""Rows of weights: what scores become, and how a score's change comes back.

A row belongs to one query. Its weights are non-negative and sum to 1 under ``softmax``; ``count``
divides scores by the number of allowed keys, ``relu`` drops the negative ones before.
"""

from dataclasses import dataclass

import numpy as np

from poolviz.text import _

NORMS = ("softmax", "count", "relu")
"""How scores become weights."""
HARMLESS = 20.0
"""Scores of at most this size are raised as they are: exp(20) times a number still is one."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of scores ``(..., n, M)`` on the way to weights.

    ``weights`` are not yet divided: row i times ``share[i]`` is what the row weighs. ``positive``:
    where relu let a score through.
    """

    weights: np.ndarray
    share: np.ndarray
    norm: str
    positive: np.ndarray | None = None

    def divided(self) -> np.ndarray:
        """The weights W."""
        return self.weights * self.share

    def score_gradient(self, dw: np.ndarray) -> np.ndarray:
        """dL/dS from ``dw``, which is overwritten: share (dL/dW - sum_j W_ij dL/dW_ij) for softmax,
        else share dL/dW.

        softmax: W (dL/dW - sum); count: dL/dW / n; relu: dL/dW / n where the score is positive.
        """
        if self.norm == "softmax":
            dw *= self.weights
        elif self.positive is not None:
            dw *= self.positive
        return dw


def rows_of(scores: np.ndarray, norm: str, allowed: np.ndarray | None, small: bool = False) -> Rows:
    """Scores ``(..., n, M)``, overwritten, as rows of this norm. ``small``: none is so large that
    its exponential must be made smaller first.

    ``allowed`` (bool, broadcastable; None: all) marks the keys that a query may look at. A row
    without an allowed key weighs nothing. Scores of +inf share the row's weight alone.

    >>> rows = rows_of(np.log([[1.0, 2.0, 3.0]]), "softmax", None)
    >>> (6 * rows.divided()).round(9).tolist()
    [[1.0, 2.0, 3.0]]
    """
    if norm == "softmax":
        return _softmax(scores, allowed, small)
    count: np.ndarray | float = float(scores.shape[-1])
    if allowed is not None:
        np.copyto(scores, 0, where=~allowed)
        count = np.broadcast_to(allowed, scores.shape).sum(-1, keepdims=True)
    share = np.asarray(1 / np.maximum(count, 1), scores.dtype)
    if norm == "count":
        return Rows(scores, share, norm)
    positive = scores > 0
    np.maximum(scores, 0, out=scores)
    return Rows(scores, share, norm, positive=positive)


def _softmax(scores: np.ndarray, allowed: np.ndarray | None, small: bool) -> Rows:
    if allowed is not None:
        np.copyto(scores, -np.inf, where=~allowed)
    if not small:
        _take_off_the_largest(scores)
    np.exp(scores, out=scores)
    total = np.matmul(scores, np.ones(scores.shape[-1], scores.dtype))[..., None]
    share = np.divide(1, total, out=np.zeros_like(total), where=total != 0)
    return Rows(scores, share, "softmax")


def _take_off_the_largest(scores: np.ndarray) -> None:
    top = scores.max(-1, keepdims=True, initial=-np.inf)
    if not np.isfinite(top).all():
        endless = top == np.inf
        if endless.any():
            np.copyto(scores, np.where(scores == np.inf, 0, -np.inf), where=endless)
        top = np.where(np.isinf(top), 0, top).astype(scores.dtype, copy=False)
    scores -= top


def effective_keys(weights: np.ndarray) -> np.ndarray:
    """exp of the entropy of each row ``(..., M)`` -> ``(...)``: how many keys it really uses.

    Signed weights count by their size; a row that weighs nothing uses 0 keys.

    >>> effective_keys(np.array([[1, 1, 0.0], [1 / 6, 1 / 3, 1 / 2], [0, 0, 0]])).round(6).tolist()
    [2.0, 2.749459, 0.0]
    """
    share = np.abs(np.asarray(weights))
    total = share.sum(-1, keepdims=True)
    share = np.divide(share, total, out=np.zeros_like(share), where=total != 0)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    entropy = -(share * logs).sum(-1)
    return np.where(total[..., 0] == 0, 0, np.exp(entropy)).astype(share.dtype, copy=False)


def check_norm(norm: str) -> None:
    """``ValueError`` for a norm that is none."""
    if norm not in NORMS:
        raise ValueError(
            _("norm must be one of {names}, got {norm}").format(
                names=", ".join(NORMS), norm=repr(norm)
            )
        )
