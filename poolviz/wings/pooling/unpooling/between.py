"""What may happen to the pooled values before they are unpooled."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poolviz.text import N_

KINDS = {
    "nothing": N_("Nothing"),
    "relu": N_("ReLU"),
    "gain": N_("Gain"),
    "noise": N_("Noise"),
    "convolution": N_("3 × 3 convolution"),
}
"""The operations by name, with their titles."""

FILTERS = {
    "blur": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]) * 1.0,
    "edges": np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) * 1.0,
}
FILTER_TITLES = {"blur": N_("Blur"), "sharpen": N_("Sharpen"), "edges": N_("Edges")}


@dataclass(frozen=True)
class Between:
    """An operation on pooled values (H, W) that keeps their shape.

    >>> Between("gain", gain=2.0)(np.array([[1.0, -3.0]]))
    array([[ 2., -6.]])
    >>> Between("relu")(np.array([[1.0, -3.0]]))
    array([[1., 0.]])
    """

    kind: str = "nothing"
    gain: float = 2.0
    noise: float = 1.0
    seed: int = 0
    filter: str = "blur"

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """The values after the operation, float64."""
        operations: dict[str, Callable[[np.ndarray], np.ndarray]] = {
            "nothing": lambda v: v,
            "relu": lambda v: np.where(np.isnan(v), v, np.maximum(v, 0)),
            "gain": lambda v: v * self.gain,
            "noise": lambda v: (
                v + self.noise * np.random.default_rng(self.seed).standard_normal(v.shape)
            ),
            "convolution": lambda v: convolve(v, FILTERS[self.filter]),
        }
        with np.errstate(all="ignore"):
            done: np.ndarray = operations[self.kind](values.astype(np.float64))
        return done


def convolve(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """y[r, c] = sum of weights[i, j] x[r + i - 1, c + j - 1], zeros around: (H, W) -> (H, W).

    >>> convolve(np.array([[0.0, 0, 0], [0, 16, 0], [0, 0, 0]]), FILTERS["blur"])
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    rows, cols = values.shape
    around = np.pad(values, 1)
    taps = [
        weights[i, j] * around[i : i + rows, j : j + cols]
        for i in range(3)
        for j in range(3)
        if weights[i, j]
    ]
    return np.sum(taps, axis=0)
