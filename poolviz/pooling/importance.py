"""Variants whose weights measure importance: likeness to the mean, a logit, detail."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.numbers import number, products
from poolviz.pooling.cells import count, filled, mean, scaled
from poolviz.pooling.code import Code
from poolviz.pooling.mixtures import sigmoid
from poolviz.pooling.softmax import softmax, through_softmax, weighted
from poolviz.pooling.variant import Param, Variant, Worked, param
from poolviz.text import N_

__all__ = ["AdaPool", "LIP", "DetailPreserving"]  # noqa: RUF022  (menu order)


class _Importance(Variant):
    """A weighted mean whose weights ``contributions`` depend on the window."""

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return weighted(self.contributions(w, valid), w)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        share, y = self.contributions(w, valid)[valid], number(self.forward(w, valid))
        return f"{products(share, w[valid])} = {y}"


@dataclass(frozen=True)
class AdaPool(_Importance):
    """y = beta sum v_i a_i + (1 - beta) SoftPool(a), v = softmax of the likeness to the mean m.

    Likeness is Dice's 2 |a m| / (a^2 + m^2), 0 where both are 0; beta is a learned map in the
    paper. The gradient counts every path, the mean included. The authors' CUDA code does the same
    channel by channel, but keeps its running sums, and so y, from falling below 0, and lets no
    negative gradient through. beta = 0: SoftPool.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [5.0, 6.0]])
    >>> pv.pool(x, pv.AdaPool(beta=0.4), pv.Sliding(2)).output.round(3)
    array([[4.965]])
    """

    beta: float = param(
        0.5,
        N_("Share of the likeness to the mean; the rest is SoftPool."),
        title=N_("Likeness to the mean, β"),
        low=0,
        high=1,
    )

    title = N_("AdaPool")
    family = N_("Softmax")
    formula = (
        r"y = \beta \sum_i v_i a_i + (1 - \beta) \sum_i w_i a_i, \quad "
        r"v = \operatorname{softmax}\Big(\frac{2 |a_i m|}{a_i^2 + m^2}\Big),\ "
        r"w = \operatorname{softmax}(a),\ m = \bar a"
    )
    gradient = (
        r"\frac{\partial y}{\partial a_i} = (1 - \beta)\, w_i (1 + a_i - y_w) + \beta \Big(v_i "
        r"+ v_i (a_i - y_v) \frac{\partial d_i}{\partial a_i} "
        r"+ \frac1n \sum_j v_j (a_j - y_v) \frac{\partial d_j}{\partial m}\Big)"
    )
    reference = "Stergiou & Poppe, IEEE Trans. Image Processing 32, 2023 (arXiv 2021)"
    story = "exp"
    passes = 4
    worked = Worked((4.965228, 2.99174, 6.960962, 7.032364), fields=(("beta", 0.4),))

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        soft = through_softmax(softmax(w, valid), w, 1)
        a, _ = scaled(w, valid)
        m = mean(a, valid)
        like = softmax(dice(a, m), valid)
        y = weighted(like, a)[..., None]
        pull = np.where(like > 0, like * (a - y), 0)
        u, v, size = _over_larger(a, m)
        square = u * u + v * v
        slope = 2 * np.sign(u * v) * (v * v - u * u) / np.where(square == 0, 1, square * square)
        pull = pull * slope / size  # over v, by d dice / da
        by_mean = -(pull * u).sum(-1, keepdims=True) / count(valid)
        near = np.where(valid, like + pull * v + by_mean, 0)
        return (1 - self.beta) * soft + self.beta * near

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        a, _ = scaled(w, valid)
        like = self.beta * softmax(dice(a, mean(a, valid)), valid) if self.beta else 0
        return like + (1 - self.beta) * softmax(w, valid)

    def code(self, size: int) -> Code:
        beta, rest = self.beta, 1 - self.beta
        return Code(
            "m = np.mean(a, -1, keepdims=True)\n"
            "square = a * a + m * m\nsquare = np.where(square > 0, square, 1)\n"
            "v = softmax(2 * np.abs(a * m) / square)  # likeness to the mean\n"
            "w = softmax(a)\n"
            f"y = {beta!r} * np.sum(v * a, -1) + {rest!r} * np.sum(w * a, -1)",
            "near = np.sum(v * a, -1, keepdims=True)\nsoft = np.sum(w * a, -1, keepdims=True)\n"
            "bend = 2 * np.sign(a * m) * (m * m - a * a) / (square * square)\n"
            "pull = v * (a - near) * bend\n"
            "by_mean = -np.mean(pull * a, -1, keepdims=True)\n"
            f"g = {beta!r} * (v + pull * m + by_mean) + {rest!r} * w * (1 + a - soft)",
        )


@dataclass(frozen=True)
class Logit:
    """G of local importance: a function of one cell and its slope, both elementwise."""

    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]
    code: tuple[str, str] = ("logit(a)", "logit_slope(a)")  # both, as NumPy writes them


LOGITS = {
    "sigmoid": Logit(
        lambda a: 12 * sigmoid(a),
        lambda a: 12 * sigmoid(a) * sigmoid(-a),
        ("12 * sigmoid(a)", "12 * sigmoid(a) * sigmoid(-a)"),
    ),
    "linear": Logit(lambda a: a, np.ones_like, ("a", "1")),
    "magnitude": Logit(np.abs, np.sign, ("np.abs(a)", "np.sign(a)")),
    "constant": Logit(np.zeros_like, np.zeros_like, ("0 * a", "0")),
}
"""The logit functions that LIP knows by name."""


class _LogitParam(Param):
    """A named logit, or a ``Logit`` of one's own."""

    def admits(self, value: Any) -> bool:
        return isinstance(value, Logit) or super().admits(value)


@dataclass(frozen=True)
class LIP(_Importance):
    """y = sum e^G(a_i) a_i / sum e^G(a_k): local importance, with a logit function G.

    In the paper G is a small learned network over the feature map; here it is a function of the
    cell: "sigmoid" is 12 sigmoid(a), the bound of the authors' code; "linear" (G(a) = a) is
    SoftPool, "constant" the average; ``pv.Logit(value, slope)`` is a function of your own.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> square = pv.Logit(np.square, lambda a: 2 * a)
    >>> pv.pool(x, pv.LIP(logit=square), pv.Sliding(2)).output.round(3)
    array([[7.]])
    """

    logit: str | Logit = param(  # noqa: RUF009  (it makes a field)
        "sigmoid",
        N_("The importance of a cell."),
        title=N_("Importance of a cell"),
        called=(
            N_("Sigmoid of the cell"),
            N_("The cell itself"),
            N_("Its magnitude"),
            N_("The same for all"),
        ),
        of=_LogitParam,
        choices=tuple(LOGITS),
    )

    title = N_("Local importance (LIP)")
    family = N_("Softmax")
    formula = r"y = \sum_i w_i a_i, \quad w_i = \frac{e^{G(a_i)}}{\sum_k e^{G(a_k)}}"
    gradient = r"\frac{\partial y}{\partial a_i} = w_i \big(1 + G'(a_i) (a_i - y)\big)"
    reference = "Gao, Wang & Wu, ICCV 2019"
    story = "exp"
    passes = 2
    worked = Worked(
        (5.613221, 3.476922, 7.588781, 8.957582),
        fields=(("logit", "linear"),),
        gradient=(-0.017092, -0.056387, 0.099893, 0.973585),
    )

    @property
    def function(self) -> Logit:
        """G itself."""
        return LOGITS[self.logit] if isinstance(self.logit, str) else self.logit

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        slope = self.function.slope(w)
        return through_softmax(self.contributions(w, valid), w, slope)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return softmax(self.function.value(w), valid)

    def code(self, size: int) -> Code:
        value, slope = self.function.code
        return Code(
            f"w = softmax({value})\ny = np.sum(w * a, -1)",
            f"g = w * (1 + {slope} * (a - y[..., None]))",
        )


@dataclass(frozen=True)
class DetailPreserving(_Importance):
    """y = sum w a / sum w, w = alpha + rho(a - m): cells that differ from the mean m count more.

    rho(e) = sqrt(e^2 + eps^2)^lam; not ``symmetric``: e = max(0, e), only brighter cells stand out.
    It is the "lite" form, where m is the window's mean instead of a learned smoothing. lam = 0, or
    alpha to infinity: average. alpha and lam are learned; the formula is that of the paper's text.
    The authors' code (TU Darmstadt) takes the squared difference + 1e-3 over its mean in the window
    instead of its root, to a learned power.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [5.0, 6.0]])
    >>> pv.pool(x, pv.DetailPreserving(lam=0.6, alpha=0.2), pv.Sliding(2)).output.round(3)
    array([[3.656]])
    """

    lam: float = param(
        0.6,
        N_("The power of the detail: 0 averages, more favours what differs."),
        title=N_("Power of the detail, λ"),
        low=0,
        high=16,
    )
    alpha: float = param(
        0.2, N_("What every cell weighs at least."), title=N_("Least weight, α"), low=0
    )
    symmetric: bool = param(
        True,
        N_("Darker cells stand out too, not only brighter ones."),
        title=N_("Darker cells too"),
    )
    eps: float = param(
        1e-3, N_("Rounds off the corner at no difference."), title=N_("Rounding, ε"), low=1e-12
    )

    title = N_("Detail-preserving (DPP)")
    family = N_("Softmax")
    formula = (
        r"y = \frac{\sum_i w_i a_i}{\sum_i w_i}, \quad w_i = \alpha + \rho(a_i - m), \quad "
        r"\rho(e) = \sqrt{e^2 + \varepsilon^2}^{\,\lambda}"
    )
    gradient = (
        r"\frac{\partial y}{\partial a_i} = \frac{1}{S} \Big(w_i + (a_i - y)\, \rho'_i "
        r"- \frac1n \sum_j (a_j - y)\, \rho'_j\Big), \quad S = \sum_k w_k"
    )
    reference = "Saeedan, Weber, Goesele & Roth, CVPR 2018"
    story = "detail"
    passes = 4
    worked = Worked((3.655903, 2.440267, 6, 4.624218), fields=(("lam", 0.6), ("alpha", 0.2)))

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        share, detail, e, size, a = self._weights(w, valid)
        bend = np.where(valid & (e != 0), self.lam * detail * (e / size) / size, 0)
        pull = np.where(bend == 0, 0, (a - weighted(share, a)[..., None]) * bend)
        return np.where(valid, share + pull - pull.sum(-1, keepdims=True) / count(valid), 0)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return self._weights(w, valid)[0]

    def _weights(self, w: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, ...]:
        """w / sum w, rho / sum w, e, its rounded size, a: in units of the largest cell or eps."""
        a, unit = scaled(w, valid, least=self.eps)
        e = a - mean(a, valid)
        e = e if self.symmetric else np.maximum(e, 0)
        size = np.hypot(e, (self.eps / unit).astype(a.dtype))
        top = filled(size, valid, 0).max(-1, keepdims=True, initial=0)
        top = np.where(top == 0, 1, top)
        rho = np.power(size / top, self.lam)  # over the largest, so that no power overflows
        most = np.power(top.astype(np.float64) * unit, self.lam)
        heavier = most >= self.alpha  # whichever of the two is larger is the unit of weight
        rho = rho * np.where(heavier, 1, most / self.alpha if self.alpha else 1).astype(a.dtype)
        least = np.where(heavier, self.alpha / most, 1).astype(a.dtype)
        weight = filled(rho + least, valid, 0)
        total = weight.sum(-1, keepdims=True)
        total = np.where(total == 0, 1, total)
        return weight / total, rho / total, e, size, a

    def code(self, size: int) -> Code:
        m = "np.mean(a, -1, keepdims=True)"
        e = f"a - {m}" if self.symmetric else f"np.maximum(a - {m}, 0)"
        square = f"(e * e + {self.eps!r} ** 2)"
        return Code(
            f"e = {e}\nw = {self.alpha!r} + {square} ** {self.lam / 2!r}\n"
            "total = np.sum(w, -1)\ny = np.sum(w * a, -1) / total",
            f"bend = {self.lam!r} * e * {square} ** {self.lam / 2 - 1!r}\n"
            "pull = (a - y[..., None]) * bend\n"
            "g = (w + pull - np.mean(pull, -1, keepdims=True)) / total[..., None]",
        )


def dice(a: np.ndarray, m: np.ndarray) -> np.ndarray:
    """2 |a m| / (a^2 + m^2): 1 where a = +-m, 0 where one is 0; 0 where both are."""
    u, v, _ = _over_larger(a, m)
    square = u * u + v * v
    return 2 * np.abs(u * v) / np.where(square == 0, 1, square)


def _over_larger(a: np.ndarray, m: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """a and m over the larger of their sizes, whose squares cannot vanish, and that size."""
    size = np.maximum(np.abs(a), np.abs(m))
    size = np.where(size == 0, 1, size)
    return a / size, m / size, size
