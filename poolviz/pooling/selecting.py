"""Variants that give one cell of the window: the others are ignored, and receive no gradient."""

from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import kernels
from poolviz.pooling.code import Code, Native
from poolviz.pooling.variant import (
    Names,
    Selecting,
    Worked,
    one_hot,
    param,
    take,
    uniform,
)
from poolviz.text import N_

__all__ = ["Max", "Min", "Stochastic"]


@dataclass(frozen=True)
class _Extreme(Selecting):
    """The best cell of the window, by the ufunc ``best``."""

    ties: str = param(
        "first",
        N_("Of equal cells: the first receives the whole gradient, or all share it evenly."),
        title=N_("Ties"),
        called=(N_("The first cell takes all"), N_("Equal cells share")),
        choices=("first", "shared"),
    )

    best: ClassVar[np.ufunc]

    @property
    def sends_to_one(self) -> bool:
        return self.ties == "first"

    def select(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return extreme(w, valid, self.best)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if self.ties == "first":
            return super().jacobian(w, valid)
        y = self.forward(w, valid)[..., None]
        equal = valid & ((w == y) | ((w != w) & (y != y)))
        return equal / np.maximum(equal.sum(-1, keepdims=True), 1)

    def code(self, size: int) -> Code:
        name = "max" if self.best is np.maximum else "min"
        if self.ties == "first":
            return Code(f"y = np.{name}(a, -1)", place=f"np.arg{name}(a, -1)", neutral=True)
        return Code(
            f"y = np.{name}(a, -1)",
            "equal = a == y[..., None]\ng = equal / np.sum(equal, -1, keepdims=True)",
            torch=f"y = torch.a{name}(a, -1)  # shares the gradient among equal cells",
            neutral=True,
        )

    def native(self) -> Native | None:
        sign = 1 if self.best is np.maximum else -1
        return Native("max", sign) if self.ties == "first" else None


@dataclass(frozen=True)
class Max(_Extreme):
    """y = max a. Ties: the first cell in row-major order. NaN: the last NaN wins. Padding is -inf.

    The location of a tie is its first cell, and pooling layers send the gradient there; with
    ``ties="shared"`` the equal cells share it evenly, as reductions do: ``x.amax`` in PyTorch,
    ``jnp.max`` in JAX, and Keras' ``GlobalMaxPooling2D``, which is such a reduction.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[1, 3], [4, 7]]), pv.Max(), pv.Sliding(2)).output
    array([[7]])
    """

    title = N_("Max")
    family = N_("Selecting")
    formula = r"y = \max_i a_i"
    gradient = r"\frac{\partial y}{\partial a_i} = [\, i = \text{first } \arg\max a \,]"
    reference = (
        "Ranzato, Huang, Boureau & LeCun, CVPR 2007; Scherer, Müller & Behnke, ICANN 2010, eq. 3"
    )
    identity = -inf
    story = "select"
    basic = True
    names = Names("torch.nn.MaxPool2d", "keras.layers.MaxPooling2D", "MaxPool")
    kernel = kernels.Largest
    worked = Worked((6, 4, 8, 9), gradient=(0, 0, 0, 1))

    best = np.maximum

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        return f"max({numbers(w[valid])}) = {number(self.forward(w, valid))}"


@dataclass(frozen=True)
class Min(_Extreme):
    """y = min a = -max(-a). Ties: the first cell. NaN: the last NaN wins. Padding is +inf.

    ``ties`` as for ``Max``.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[1, 3], [4, 7]]), pv.Min(), pv.Sliding(2)).output
    array([[1]])
    """

    title = N_("Min")
    family = N_("Selecting")
    formula = r"y = \min_i a_i = -\max_i (-a_i)"
    gradient = r"\frac{\partial y}{\partial a_i} = [\, i = \text{first } \arg\min a \,]"
    reference = N_("The mirror of max pooling; grey-scale erosion: Serra, Image Analysis, 1982")
    identity = inf
    story = "select"
    basic = True
    names = Names("-torch.nn.functional.max_pool2d(-x, ...)", "-MaxPooling2D(...)(-x)", "")
    kernel = kernels.Smallest
    worked = Worked((1, 1, 4, 1), gradient=(1, 0, 0, 0))

    best = np.minimum

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        return f"min({numbers(w[valid])}) = {number(self.forward(w, valid))}"


@dataclass(frozen=True)
class Stochastic(Selecting):
    """Train: y = a_l, with l drawn with p_i = a_i / sum a. Test: y = sum p_i a_i = sum a^2 / sum a.

    Made for activations a >= 0; a negative cell counts as 0 and has p = 0. A window without a
    positive cell draws each cell equally likely in training; in testing it gives 0 and gradient 0.
    Cells at infinity share the odds; the last NaN is certain. The gradient of training is 1 at the
    drawn cell (p held constant). Padding is never drawn.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.Stochastic(phase="test"), pv.Sliding(2)).output
    array([[5.]])
    """

    seed: int = param(
        0,
        N_("Fixes the draw, so that it can be repeated."),
        title=N_("Seed"),
        low=0,
        high=2**32 - 1,
    )
    phase: str = param(
        "train",
        N_("Training draws one cell; testing takes the expectation."),
        title=N_("Phase"),
        called=(N_("Training"), N_("Testing")),
        choices=("train", "test"),
    )

    title = N_("Stochastic")
    family = N_("Selecting")
    formula = (
        r"p_i = \frac{a_i}{\sum_k a_k}, \quad \text{train: } y = a_l,\ l \sim p; "
        r"\quad \text{test: } y = \sum_i p_i a_i"
    )
    gradient = (
        r"\text{train: } [\, i = l \,]; \quad "
        r"\text{test: } \frac{\partial y}{\partial a_i} = \frac{2 a_i - y}{\sum_k a_k}"
    )
    reference = "Zeiler & Fergus, ICLR 2013, section 3"
    domain = "nonnegative"
    story = "draw"
    passes = 2
    basic = True
    names = Names()
    worked = Worked(
        (71 / 15, 25 / 9, 154 / 24, 102 / 16),
        fields=(("phase", "test"),),
        gradient=((2 - 71 / 15) / 15, (6 - 71 / 15) / 15, (10 - 71 / 15) / 15, (12 - 71 / 15) / 15),
    )

    @property
    def selects(self) -> bool:
        return self.phase == "train"

    @property
    def stochastic(self) -> bool:
        return self.phase == "train"

    def odds(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        a = activations(w, valid)
        if not np.isfinite(a).all():
            nan, infinite = np.isnan(a).any(-1, keepdims=True), np.isinf(a)
            a = np.where(infinite.any(-1, keepdims=True), infinite, a)
            a = np.where(nan, one_hot(extreme(w, valid, np.maximum), a), a)
        a = a / _scale(a)
        total = a.sum(-1, keepdims=True)
        dead = total[..., 0] == 0
        p = a / np.where(total > 0, total, 1)
        if dead.any():  # no activation: each cell is equally likely
            even = np.broadcast_to(valid, w.shape)[dead]
            p[dead] = even / np.maximum(even.sum(-1, keepdims=True), 1)
        return p

    def select(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        ladder = np.cumsum(self.odds(w, valid), axis=-1)
        top = ladder[..., -1]
        at = np.minimum(uniform(self.seed, w.shape[:-1]) * top, np.nextafter(top, 0))
        position = (ladder <= at[..., None]).sum(-1)
        return np.where(valid.any(-1), position, -1)

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if self.selects:
            return take(w, self.select(w, valid), self.identity)
        a = activations(w, valid)
        scale = _scale(a)
        b = a / scale
        total = b.sum(-1)
        y = scale[..., 0] * (b * b).sum(-1) / np.where(total > 0, total, 1)
        y = np.where(np.isinf(a).any(-1), np.inf, y)
        return np.where(np.isnan(a).any(-1), np.nan, y).astype(w.dtype)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if self.selects:
            return super().jacobian(w, valid)
        a = activations(w, valid)
        b = a / _scale(a)
        total = b.sum(-1, keepdims=True)
        total = np.where(total > 0, total, 1)
        mean = (b * b).sum(-1, keepdims=True) / total
        seen = valid & (w >= 0) & (a.max(-1, keepdims=True) > 0)
        return np.where(seen, (2 * b - mean) / total, 0).astype(w.dtype)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if self.selects:
            return self.jacobian(w, valid)
        share = np.square(self.odds(w, valid))  # p a is in proportion to p^2
        total = share.sum(-1, keepdims=True)
        positive = (valid & ~(w <= 0)).any(-1, keepdims=True)
        return np.where(positive, share / np.where(positive, total, 1), 0)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        cells, odds = w[valid], self.odds(w, valid)[valid]
        y = number(self.forward(w, valid))
        if self.selects:
            return f"p = ({numbers(odds)}), l ~ p: y = {y}"
        terms = " + ".join(f"{number(p)}·{number(a)}" for p, a in zip(odds, cells, strict=True))
        return f"{terms} = {y}"

    def code(self, size: int) -> Code:
        clip = "b = np.where(a >= 0, a, 0)\n"
        if self.selects:
            return Code(
                clip + "b = np.where(np.sum(b, -1, keepdims=True) > 0, b, 1)\n"
                "ladder = np.cumsum(b, -1)\n"
                "drawn = np.sum(ladder <= u[..., None] * ladder[..., -1:], -1)\n"
                "y = np.take_along_axis(a, drawn[..., None], -1)[..., 0]",
                place="drawn",
                seed=self.seed,
            )
        return Code(
            clip + "total = np.sum(b, -1)\n"
            "total = np.where(total > 0, total, 1)\n"
            "y = np.sum(b * b, -1) / total",
            "g = np.where(a >= 0, (2 * b - y[..., None]) / total[..., None], 0)",
        )


def extreme(w: np.ndarray, valid: np.ndarray, best: np.ufunc) -> np.ndarray:
    """Position of the first best valid cell; the last NaN if there is one; -1 if none is valid."""
    fill = _worst(w.dtype, best)
    shown = np.where(valid, w, fill)
    hit = valid & (shown == best.reduce(shown, axis=-1, keepdims=True))
    position = hit.argmax(-1)
    if w.dtype.kind == "f":
        nan = valid & np.isnan(w)
        last = w.shape[-1] - 1 - nan[..., ::-1].argmax(-1)
        position = np.where(nan.any(-1), last, position)
    return np.where(valid.any(-1), position, -1)


def _worst(dtype: np.dtype, best: np.ufunc) -> Any:
    if dtype.kind == "f":
        return dtype.type(-inf if best is np.maximum else inf)
    if dtype.kind == "b":
        return best is np.minimum
    limits = np.iinfo(dtype)
    return limits.min if best is np.maximum else limits.max


def activations(w: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """The window as activations: float64, 0 for negative cells and where not valid."""
    return np.where(valid, np.maximum(w, 0), 0).astype(np.float64)


def _scale(a: np.ndarray) -> np.ndarray:
    """The largest activation, by which sums are divided so that they cannot overflow; never 0."""
    top = a.max(-1, keepdims=True, initial=0)
    return np.where((top > 0) & np.isfinite(top), top, 1)
