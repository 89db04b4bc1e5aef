"""Variants that weigh cells by an exponential of their value: smooth ways from mean to max."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.pooling.code import Code
from poolviz.pooling.variant import Names, Variant, Worked, param
from poolviz.text import N_

__all__ = ["SoftPool"]


@dataclass(frozen=True)
class SoftPool(Variant):
    """y = sum w_i a_i, with w = softmax(a).

    The gradient counts both ways in which a cell acts, as a value and through the weights:
    w_i (1 + a_i - y), which may be negative. The published code passes w_i alone
    (``full_gradient=False``); its kernel also keeps the running sum from falling below 0 after each
    cell, so that there the order of the cells counts: -3, 5, 0, 0 give 4.931884, here 4.930891.
    A cell at -inf has weight 0. Padding is left out.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[1.0, 3.0], [4.0, 7.0]]), pv.SoftPool(), pv.Sliding(2)).output.round(2)
    array([[6.78]])
    """

    full_gradient: bool = param(
        True,
        N_("The true gradient; off: the weights alone, as in the published code."),
        title=N_("True gradient"),
    )

    title = N_("SoftPool")
    family = N_("Softmax")
    formula = r"y = \sum_i w_i a_i, \quad w_i = \frac{e^{a_i}}{\sum_k e^{a_k}}"
    gradient = r"\frac{\partial y}{\partial a_i} = w_i (1 + a_i - y)"
    reference = "Stergiou, Poppe & Kalliatakis, ICCV 2021, eq. 1 and 2"
    story = "exp"
    basic = True
    names = Names()
    worked = Worked(
        (5.613221, 3.476922, 7.588781, 8.957582),
        gradient=(-0.017092, -0.056387, 0.099893, 0.973585),
    )

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return weighted(softmax(w, valid), w)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        share = softmax(w, valid)
        return through_softmax(share, w, 1) if self.full_gradient else share

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return softmax(w, valid)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        cells, shares = w[valid], softmax(w, valid)[valid]
        terms = " + ".join(f"{number(s)}·{number(a)}" for s, a in zip(shares, cells, strict=True))
        return f"{terms} = {number(self.forward(w, valid))}"

    def code(self, size: int) -> Code:
        value = "w = softmax(a)\ny = np.sum(w * a, -1)"
        if self.full_gradient:
            return Code(value, "g = w * (1 + a - y[..., None])")
        return Code(
            value,
            "g = w  # as in the published code: the weights count as constants",
            torch="w = softmax(a).detach()\ny = torch.sum(w * a, -1)",
            keras="w = ops.stop_gradient(softmax(a))\ny = ops.sum(w * a, -1)",
        )


def softmax(a: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """exp(a_i) / sum exp(a_k) over the valid cells, computed from a - max a; 0 where not valid.

    An infinite maximum shares the weight evenly among the cells that reach it (the limit).
    """
    shown = a if valid.all() else np.where(valid, a, -np.inf)
    top = shown.max(-1, keepdims=True)
    if np.isfinite(top).all():
        e = np.exp(shown - top)
        return e / e.sum(-1, keepdims=True)
    limit = (shown == top) & valid
    e = np.where(np.isinf(top), limit, np.exp(shown - np.where(np.isinf(top), 0, top)))
    e = np.where(valid, e, 0).astype(a.dtype)
    total = e.sum(-1, keepdims=True)
    return e / np.where(total == 0, 1, total)


def weighted(share: np.ndarray, a: np.ndarray) -> np.ndarray:
    """sum share_i a_i over the cells with a share, so that 0 times infinity does not occur."""
    y = (share * a).sum(-1)
    return y if np.isfinite(y).all() else np.where(share == 0, 0, share * a).sum(-1)


def through_softmax(share: np.ndarray, a: np.ndarray, slope: Any) -> np.ndarray:
    """d(sum w a)/da_i = w_i (1 + slope_i (a_i - y)), w = softmax of a function of this slope."""
    y = weighted(share, a)[..., None]
    pull = np.where((share > 0) & np.isfinite(y), share * slope, 0)
    away = a - y
    if np.isfinite(away).all():
        return share + pull * away
    # Cells so far apart that their distance overflows: twice the pull of half of it.
    return share + np.where(pull == 0, 0, 2 * pull * (a / 2 - y / 2))
