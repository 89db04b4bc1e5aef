"""Variants with a sharpness: from minimum over mean to maximum as it grows."""

from dataclasses import dataclass
from math import log, log1p
from typing import Any

import numpy as np

from poolviz.numbers import number, numbers, products
from poolviz.pooling.cells import filled, mean
from poolviz.pooling.code import Code
from poolviz.pooling.softmax import softmax, through_softmax, weighted
from poolviz.pooling.variant import Names, Variant, Worked, param
from poolviz.text import N_

__all__ = ["Boltzmann", "LogSumExp", "AlphaMEX"]  # noqa: RUF022  (menu order)


@dataclass(frozen=True)
class Boltzmann(Variant):
    """y = sum w_i a_i, with w = softmax(beta a).

    beta = 0: average; 1: SoftPool; to +inf: max; to -inf: min.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.Boltzmann(beta=0.0), pv.Sliding(2)).output
    array([[3.75]])
    """

    beta: float = param(
        3.0,
        N_("Sharpness: 0 averages, large values approach the maximum."),
        title=N_("Sharpness, β"),
    )

    title = N_("Boltzmann (alpha-softmax)")
    family = N_("Softmax")
    formula = r"y = \sum_i w_i a_i, \quad w = \operatorname{softmax}(\beta a)"
    gradient = r"\frac{\partial y}{\partial a_i} = w_i \big(1 + \beta (a_i - y)\big)"
    reference = N_("Asadi & Littman, ICML 2017 (the Boltzmann operator); also named alpha-softmax")
    story = "exp"
    passes = 2
    worked = Worked((5.952226, 3.989767, 7.952204, 8.999998), fields=(("beta", 3.0),))

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return weighted(self.contributions(w, valid), w)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return through_softmax(self.contributions(w, valid), w, dial(self.beta, w.dtype))

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return softmax(sharpened(w, valid, self.beta), valid)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        share, y = self.contributions(w, valid)[valid], number(self.forward(w, valid))
        return f"{products(share, w[valid])} = {y}"

    def code(self, size: int) -> Code:
        return Code(
            f"w = softmax({self.beta!r} * a)\ny = np.sum(w * a, -1)",
            f"g = w * (1 + {self.beta!r} * (a - y[..., None]))",
        )


class _LogMeanExp(Variant):
    """y = (1/r) log mean exp(r a), with r = ``sharpness``."""

    story = "exp"
    passes = 2
    family = N_("Softmax")
    gradient = r"\frac{\partial y}{\partial a_i} = \operatorname{softmax}(r a)_i"

    @property
    def sharpness(self) -> float:
        """r of the formula."""
        raise TypeError(f"{type(self).__name__} declares no sharpness")

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return log_mean_exp(w, valid, self.sharpness)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return softmax(sharpened(w, valid, self.sharpness), valid)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        r, n, y = number(self.sharpness), int(valid.sum()), number(self.forward(w, valid))
        if self.sharpness == 0:
            return f"({numbers(w[valid], ' + ')}) / {n} = {y}"
        cells = numbers(w[valid], f") + e^({r}·")
        return f"log((e^({r}·{cells})) / {n}) / {r} = {y}"

    def code(self, size: int) -> Code:
        r = self.sharpness
        if r == 0:
            return Code("y = np.mean(a, -1)", "g = np.full(a.shape, 1 / a.shape[-1])")
        return Code(
            f"z = {r!r} * a\nmost = np.max(z, -1, keepdims=True)  # so that nothing overflows\n"
            f"y = (most[..., 0] + np.log(np.mean(np.exp(z - most), -1))) / {r!r}",
            "g = np.exp(z - most)\ng = g / np.sum(g, -1, keepdims=True)",
        )


@dataclass(frozen=True)
class LogSumExp(_LogMeanExp):
    """y = (1/r) log mean exp(r a): LSE, LogAvgExp. r = 0: average; to +inf: max; to -inf: min.

    The mean inside makes it a mean: max - log(n)/r <= y <= max for r > 0. It is computed from a -
    max a, and as log1p of a mean of expm1, so that neither large values nor a small r lose digits.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.LogSumExp(r=2.0), pv.Sliding(2)).output.round(3)
    array([[6.308]])
    """

    r: float = param(
        2.0,
        N_("Sharpness: 0 averages, large values approach the maximum."),
        title=N_("Sharpness, r"),
    )

    title = N_("Log-sum-exp (LSE)")
    formula = r"y = \frac{1}{r} \log \frac{1}{n} \sum_i e^{r a_i}"
    reference = "Pinheiro & Collobert, CVPR 2015; Lowe, Trappenberg & Oore, LogAvgExp, 2021"
    names = Names("torch.logsumexp over r * x.unfold(...)", "", "")
    worked = Worked((5.371427, 3.326035, 7.371555, 8.306876), fields=(("r", 2.0),))

    @property
    def sharpness(self) -> float:
        return self.r


@dataclass(frozen=True)
class AlphaMEX(_LogMeanExp):
    """y = (1/r) log mean exp(r a), r = log(alpha / (1 - alpha)): LSE with a bounded dial.

    alpha = 1/2: average; to 1: max; to 0: min. In a network alpha is learned.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.AlphaMEX(alpha=0.5), pv.Sliding(2)).output
    array([[3.75]])
    """

    alpha: float = param(
        0.9,
        N_("0.5 averages; towards 1 it is the maximum, towards 0 the minimum."),
        title=N_("Towards the maximum, α"),
        low=0,
        high=1,
        open_low=True,
        open_high=True,
    )

    title = N_("AlphaMEX")
    formula = (
        r"y = \frac{1}{r} \log \frac{1}{n} \sum_i e^{r a_i}, "
        r"\quad r = \log \frac{\alpha}{1 - \alpha}"
    )
    reference = "Zhang, Zhao, Feng & Lyu, Neurocomputing, 2018 (doi 10.1016/j.neucom.2018.07.079)"
    worked = Worked((5.41759, 3.38078, 7.417646, 8.369078), fields=(("alpha", 0.9),))

    @property
    def sharpness(self) -> float:
        return log(self.alpha) - log1p(-self.alpha)


def sharpened(w: np.ndarray, valid: np.ndarray, r: float) -> np.ndarray:
    """r a, less its largest value: logits for ``softmax`` that cannot overflow."""
    r = dial(r, w.dtype)
    if r == 0:
        return np.where(np.isnan(w), np.nan, 0.0)
    top = _nearest_to_limit(w, valid, r)
    return r * (w - np.where(np.isinf(top), 0, top))


def log_mean_exp(w: np.ndarray, valid: np.ndarray, r: float) -> np.ndarray:
    """(1/r) log mean exp(r a); the mean at r = 0; 0 for an empty window."""
    r = dial(r, w.dtype)
    if r == 0:
        return mean(w, valid)[..., 0]
    top = _nearest_to_limit(w, valid, r)
    infinite = np.isinf(top)
    e = np.expm1(r * (w - np.where(infinite, 0, top)))
    y = np.where(infinite, top, top + np.log1p(mean(e, valid)) / r)[..., 0]
    return y if valid.all() else np.where(valid.any(-1), y, 0)


def dial(r: float, dtype: np.dtype[Any]) -> float:
    """r as far as cells of this dtype can tell: 0 if it vanishes among them, else finite."""
    limits = np.finfo(dtype if dtype.kind == "f" else np.float64)
    if abs(r) < limits.tiny:
        return 0.0
    return float(np.clip(r, limits.min, limits.max))


def _nearest_to_limit(w: np.ndarray, valid: np.ndarray, r: float) -> np.ndarray:
    """The largest valid cell for r > 0, the smallest for r < 0, ``(..., 1)``."""
    sign = 1 if r > 0 else -1
    top = filled(w, valid, -sign * np.inf)
    return top.max(-1, keepdims=True) if r > 0 else top.min(-1, keepdims=True)
