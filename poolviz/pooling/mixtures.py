"""Variants that mix max and average, by a share or a gate."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, products
from poolviz.pooling.cells import count, filled, mean
from poolviz.pooling.code import Code, array
from poolviz.pooling.selecting import extreme
from poolviz.pooling.variant import Variant, Worked, one_hot, param
from poolviz.text import N_

__all__ = ["MixedMaxAverage", "Gated"]  # noqa: RUF022  (menu order)


@dataclass(frozen=True)
class MixedMaxAverage(Variant):
    """y = alpha max a + (1 - alpha) mean a.

    ``mixing="fixed"`` (Lee et al.) takes alpha as it is; in a network it is learned. ``"drawn"``
    (Yu et al., training) takes max for the whole layer with probability alpha, else the average:
    one draw a call, from ``seed``. ``"majority"`` (Yu et al., testing) takes what was drawn more
    often: max where alpha >= 1/2. alpha = 0: average; 1: max. Padding is left out of both.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.MixedMaxAverage(alpha=0.5), pv.Sliding(2)).output
    array([[5.375]])
    """

    alpha: float = param(
        0.5,
        N_("Share, or odds, of the maximum."),
        title=N_("Share of the maximum, α"),
        low=0,
        high=1,
    )
    mixing: str = param(
        "fixed",
        N_("A fixed share; or one drawn for the whole layer, as in training; or the likelier."),
        title=N_("Share of the maximum is"),
        called=(N_("Fixed"), N_("Drawn"), N_("The likelier one")),
        choices=("fixed", "drawn", "majority"),
    )
    seed: int = param(
        0,
        N_("Fixes the draw, so that it can be repeated."),
        title=N_("Seed"),
        low=0,
        high=2**32 - 1,
    )

    title = N_("Mixed max-average")
    family = N_("Mixtures")
    formula = r"y = \alpha \max_i a_i + (1 - \alpha) \frac{1}{n} \sum_i a_i"
    gradient = (
        r"\frac{\partial y}{\partial a_i} = \alpha [\, i = \arg\max a \,] + \frac{1 - \alpha}{n}"
    )
    reference = "Yu, Wang, Chen & Wei, RSKT 2014 (drawn); Lee, Gallagher & Tu, AISTATS 2016 (fixed)"
    story = "mix"
    worked = Worked(
        (4.425, 2.775, 6.6, 5.5), fields=(("alpha", 0.3),), gradient=(0.175, 0.175, 0.175, 0.475)
    )

    @property
    def stochastic(self) -> bool:
        return self.mixing == "drawn"

    @property
    def share(self) -> float:
        """The share of the maximum in this call: alpha, or 0 or 1."""
        if self.mixing == "drawn":
            return float(np.random.default_rng(self.seed).random() < self.alpha)
        return float(self.alpha >= 0.5) if self.mixing == "majority" else self.alpha

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return mixed(self.share, *max_and_mean(w, valid))

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        hot, even = max_and_mean_weights(w, valid)
        return self.share * hot + (1 - self.share) * even

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        both = np.array(max_and_mean(w, valid))
        terms = products(np.array([self.share, 1 - self.share]), both)
        return f"{terms} = {number(self.forward(w, valid))}"

    def code(self, size: int) -> Code:
        s, note = self.share, "" if self.mixing == "fixed" else "  # max or mean, for the layer"
        return Code(
            f"y = {s!r} * np.max(a, -1) + {1 - s!r} * np.mean(a, -1){note}",
            "hot = np.arange(a.shape[-1]) == np.argmax(a, -1)[..., None]\n"
            f"g = {s!r} * hot + {1 - s!r} / a.shape[-1]",
        )


@dataclass(frozen=True)
class Gated(Variant):
    """y = t max a + (1 - t) mean a, with a gate t = sigmoid(v . a) that looks at the window.

    The gate weights v are learned, for a layer, a channel or a region. None: v rises evenly from
    -1/2 at the first cell to 1/2 at the last. Weights for another number of cells are interpolated.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.Gated(weights=(0.0,)), pv.Sliding(2)).output
    array([[5.375]])
    """

    weights: tuple[float, ...] | None = param(
        None,
        N_("The gate's weight of each cell, in row order; empty: rising."),
        title=N_("Weights of the gate"),
        kind="weights",
    )

    title = N_("Gated max-average")
    family = N_("Mixtures")
    formula = r"y = t \max_i a_i + (1 - t) \frac{1}{n} \sum_i a_i, \quad t = \sigma(v \cdot a)"
    gradient = (
        r"\frac{\partial y}{\partial a_i} = t [\, i = \arg\max a \,] + \frac{1 - t}{n} "
        r"+ (\max a - \bar a)\, t (1 - t)\, v_i"
    )
    reference = "Lee, Gallagher & Tu, AISTATS 2016"
    story = "mix"
    passes = 2
    ordered = True
    worked = Worked(
        (5.875014, 2.910696, 6.317738, 4.064769), fields=(("weights", (-0.5, -1 / 6, 1 / 6, 0.5)),)
    )

    def gate(self, w: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """t ``(..., 1)`` and the gate's weights ``(K,)``."""
        v = stretched(self.weights or (-0.5, 0.5), w.shape[-1])
        kept = v != 0
        a = filled(w, valid, 0)
        lit = v * a if kept.all() else np.where(kept, v * a, 0)
        return sigmoid(lit.sum(-1, keepdims=True)), v

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return mixed(self.gate(w, valid)[0][..., 0], *max_and_mean(w, valid))

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        t, v = self.gate(w, valid)
        highest, middle = max_and_mean(w, valid)
        contrast, slope = (highest - middle)[..., None], t * (1 - t)
        through = np.where(slope == 0, 0, contrast * slope * v)
        return np.where(valid, self.contributions(w, valid) + through, 0)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        t, _ = self.gate(w, valid)
        hot, even = max_and_mean_weights(w, valid)
        return t * hot + (1 - t) * even

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        t = float(self.gate(w, valid)[0][0])
        terms = products(np.array([t, 1 - t]), np.array(max_and_mean(w, valid)))
        return f"t = {number(t)}: {terms} = {number(self.forward(w, valid))}"

    def code(self, size: int) -> Code:
        v = stretched(self.weights or (-0.5, 0.5), size)
        return Code(
            "t = sigmoid(np.sum(v * a, -1))\n"
            "highest, mean = np.max(a, -1), np.mean(a, -1)\n"
            "y = t * highest + (1 - t) * mean",
            "hot = np.arange(a.shape[-1]) == np.argmax(a, -1)[..., None]\n"
            "through = ((highest - mean) * t * (1 - t))[..., None] * v\n"
            "g = t[..., None] * hot + (1 - t)[..., None] / a.shape[-1] + through",
            setup=f"v = {array(v)}" if self.weights else f"v = np.linspace(-0.5, 0.5, {size})",
            constants=("v",),
        )


def max_and_mean(w: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maximum and mean ``(...)``; 0 of no cell."""
    highest = filled(w, valid, -np.inf).max(-1)
    if not valid.all():
        highest = np.where(valid.any(-1), highest, 0)
    return highest, mean(w, valid)[..., 0]


def max_and_mean_weights(w: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each cell weighs ``(..., K)`` in the maximum (the first of equals) and in the mean."""
    return one_hot(extreme(w, valid, np.maximum), w), valid / count(valid)


def mixed(share: np.ndarray | float, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """share a + (1 - share) b; what has no share does not count, be it infinite."""
    y = share * a + (1 - share) * b
    if np.isfinite(y).all():
        return y
    left, right = (np.where(s == 0, 0, s * v) for s, v in ((share, a), (1 - np.asarray(share), b)))
    return np.where(np.isnan(a) | np.isnan(b), np.nan, left + right)


def stretched(weights: np.ndarray | tuple[float, ...], size: int) -> np.ndarray:
    """Weights interpolated linearly to ``size`` cells, end to end; unchanged at their length."""
    weights = np.asarray(weights, dtype=np.float64)
    if weights.size == size:
        return weights
    return np.interp(np.linspace(0, 1, size), np.linspace(0, 1, weights.size), weights)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)), without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1) / (1 + e)
