"""Weights of a row made from small factors: what a query gives each key, in Python and in JS.

assets/stepper/weighing.js is the same in the browser; tests hold the two to shared numbers.
"""

from dataclasses import dataclass, replace

import numpy as np

NORMS = ("softmax", "count", "relu")


def weigh(scores: np.ndarray, norm: str) -> np.ndarray:
    """Weights of the scores ``(..., K)`` along the last axis; NaN marks a key that is not allowed.

    softmax: exp(s - max s) / sum exp; count: s / n; relu: max(s, 0) / n, with n allowed keys. A key
    that is not allowed gets 0, and so does a row without an allowed key.

    >>> weigh(np.array([0.0, np.log(3.0), np.nan]), "softmax").round(6).tolist()
    [0.25, 0.75, 0.0]
    >>> [weigh(np.array([-1.0, 3.0]), norm).tolist() for norm in ("count", "relu")]
    [[-0.5, 1.5], [0.0, 1.5]]
    """
    scores = np.asarray(scores, dtype=np.float64)
    allowed = ~np.isnan(scores)
    if norm == "softmax":
        top = np.max(scores, axis=-1, keepdims=True, initial=-np.inf, where=allowed)
        top = np.where(np.isfinite(top), top, 0.0)
        raised = np.exp(np.where(allowed, scores - top, -np.inf))
        total = raised.sum(-1, keepdims=True)
        return raised / np.where(total > 0, total, 1.0)
    count = np.maximum(allowed.sum(-1, keepdims=True), 1)
    taken = np.maximum(scores, 0.0) if norm == "relu" else scores
    return np.where(allowed, taken, 0.0) / count


@dataclass(frozen=True, eq=False)
class Weighing:
    """W[s] = norm(scale q[s] · k + bias): a row of weights a step, made where it is drawn.

    ``query`` (S, d): step s asks; ``key`` (M, d): cell m of the panel answers; ``bias`` (M,), what
    every key has in advance; ``norm``: "softmax", "count" or "relu" (``weigh``). Factors are
    float32, as they travel, so that all outlets show the same numbers; who rounds them to float16
    halves the way. Factors that are patches of one picture travel as that picture: ``of_patches``.

    >>> each = Weighing(np.array([[1.0]]), np.array([[0.0], [np.log(3.0)]]))
    >>> each.row(0).round(6).tolist(), each.row(0, np.array([1, -1])).tolist()
    ([0.25, 0.75], [1.0, 0.0])
    """

    query: np.ndarray
    key: np.ndarray
    scale: float = 1.0
    bias: np.ndarray | None = None
    norm: str = "softmax"
    picture: np.ndarray | None = None
    own: np.ndarray | None = None

    @classmethod
    def of_patches(
        cls, picture: np.ndarray, side: int, own: np.ndarray, scale: float
    ) -> "Weighing":
        """W[s] = softmax(-scale/2 |P[own s] - P[m]|²): whose patch looks like that of ``own`` (S,).

        Patch m of ``picture`` (R + side - 1, C + side - 1) are the side² pixels around cell m of a
        panel of R x C cells. -|q - k|²/2 = q · k - |k|²/2 and what all keys have alike.

        >>> each = Weighing.of_patches(np.array([[0.0, 0.0, 1.0]]), 1, np.array([0]), 2 * np.log(3))
        >>> (7 * each.row(0)).round(6).tolist()
        [3.0, 3.0, 1.0]
        """
        patches = np.lib.stride_tricks.sliding_window_view(picture, (side, side))
        flat = patches.reshape(-1, side * side)
        return cls(flat[own], flat, scale, picture=picture, own=np.asarray(own))

    def until(self, steps: int) -> "Weighing":
        """Its first steps."""
        own = None if self.own is None else self.own[:steps]
        return replace(self, query=self.query[:steps], own=own)

    def __post_init__(self) -> None:
        if self.norm not in NORMS:
            raise ValueError(f"norm must be one of {', '.join(NORMS)}, got {self.norm!r}")
        shapes = np.shape(self.query), np.shape(self.key)
        if any(len(shape) != 2 for shape in shapes) or shapes[0][1] != shapes[1][1]:
            raise ValueError(f"query and key must be (S, d) and (M, d), got {shapes}")
        if self.bias is not None and np.shape(self.bias) != (len(self.key),):
            raise ValueError(f"bias must be ({len(self.key)},), got {np.shape(self.bias)}")

    def row(self, s: int, cells: np.ndarray | None = None) -> np.ndarray:
        """Weights of step s, of all keys ``(M,)`` or of those at ``cells`` (-1: not allowed)."""
        if self.picture is None:
            scores = self.scale * (_sent(self.key) @ _sent(self.query[s]))
        else:
            scores = -self.scale / 2 * ((_sent(self.key) - _sent(self.query[s])) ** 2).sum(-1)
        if self.bias is not None:
            scores = scores + _sent(self.bias)
        if cells is not None:
            scores = np.where(cells >= 0, scores[cells], np.nan)
        return weigh(scores, self.norm)


def _sent(factors: np.ndarray) -> np.ndarray:
    """The numbers as they travel, for sums in float64."""
    return np.asarray(factors, dtype=np.float32).astype(np.float64)
