"""Variants that raise cells to a power, add or average, and take the root."""

from dataclasses import dataclass
from math import inf

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import kernels
from poolviz.pooling.cells import count, filled, raised, scaled
from poolviz.pooling.code import Code, Native
from poolviz.pooling.variant import Names, Variant, Worked, param
from poolviz.text import N_

__all__ = ["L2Norm", "Lp", "GeM"]  # noqa: RUF022  (menu order)


@dataclass(frozen=True)
class L2Norm(Variant):
    """y = sqrt(sum a^2), which PyTorch's ``LPPool2d(2, k)`` and ONNX's ``LpPool`` give.

    It is sqrt(n) times the root mean square ``L2``. The gradient at y = 0 is 0. Padding adds
    nothing.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[0.0, 6.0], [3.0, 2.0]]), pv.L2Norm(), pv.Sliding(2)).output
    array([[7.]])
    """

    title = N_("L2 (norm)")
    family = N_("Norms")
    formula = r"y = \sqrt{\sum_i a_i^2}"
    gradient = r"\frac{\partial y}{\partial a_i} = \frac{a_i}{y}, \quad 0 \text{ at } y = 0"
    reference = "torch.nn.LPPool2d, ONNX LpPool; Sermanet, Chintala & LeCun, ICPR 2012 (Lp pooling)"
    story = "power"
    passes = 2
    names = Names("torch.nn.LPPool2d(2, k)", "", "LpPool (p=2)")
    kernel = kernels.Norm
    worked = Worked(
        (71**0.5, 5, 154**0.5, 102**0.5), gradient=tuple(a / 71**0.5 for a in (1, 3, 5, 6))
    )

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return norm(w, valid, 2)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return norm_jacobian(w, valid, 2)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return power_share(w, valid, 2)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        squares = numbers(np.square(w[valid]), " + ")
        return f"√({squares}) = {number(self.forward(w, valid))}"

    def code(self, size: int) -> Code:
        return Code(
            "y = np.sqrt(np.sum(a * a, -1))",
            "g = a / np.where(y > 0, y, 1)[..., None]",
            torch="y = torch.linalg.vector_norm(a, dim=-1)",
            neutral=True,
        )

    def native(self) -> Native:
        return Native("lp", power=2)


@dataclass(frozen=True)
class Lp(Variant):
    """y = (sum |a|^p)^(1/p). The gradient at y = 0 is 0. Padding adds nothing.

    ONNX's ``LpPool`` takes |a|. PyTorch's ``LPPool2d`` does not (``magnitude=False``): with p = 1
    it is the signed sum, and where the sum of a^p is negative, or a negative cell is raised to a
    power that is not whole, y is NaN. In ceil mode PyTorch also scales up a window that overruns
    the plane: three ones, k = 2, p = 1 give [2, 2] there and [2, 1] here. p = 1: the sum of
    magnitudes; p = 2: ``L2Norm``; p to infinity: the largest magnitude. The papers weigh the cells
    by a Gaussian (Sermanet) or learn p (Gulcehre); the formula is that of the libraries.

    >>> import poolviz as pv
    >>> x = np.array([[-1.0, -1.0], [-1.0, -1.0]])
    >>> pv.pool(x, pv.Lp(p=1.0), pv.Sliding(2)).output
    array([[4.]])
    >>> pv.pool(x, pv.Lp(p=1.0, magnitude=False), pv.Sliding(2)).output
    array([[-4.]])
    """

    p: float = param(
        3.0,
        N_("The power: 1 adds up, large values approach the maximum."),
        title=N_("Power, p"),
        low=1,
        high=inf,
        open_high=True,
    )
    magnitude: bool = param(
        True,
        N_("Take magnitudes first, as ONNX does; off: the signed powers of PyTorch."),
        title=N_("Take magnitudes"),
    )

    title = N_("Lp")
    family = N_("Norms")
    formula = r"y = \Big(\sum_i |a_i|^p\Big)^{1/p}"
    gradient = (
        r"\frac{\partial y}{\partial a_i} = \operatorname{sign}(a_i) "
        r"\Big(\frac{|a_i|}{y}\Big)^{p-1}, \quad 0 \text{ at } y = 0"
    )
    reference = "Sermanet, Chintala & LeCun, ICPR 2012; Gulcehre, Cho, Pascanu & Bengio, ECML 2014"
    story = "power"
    passes = 2
    names = Names("torch.nn.LPPool2d(p, k)", "", "LpPool (p)")
    worked = Worked(
        tuple(s ** (1 / 3) for s in (369, 81, 1044, 802)),
        fields=(("p", 3.0),),
        gradient=tuple((a / 369 ** (1 / 3)) ** 2 for a in (1, 3, 5, 6)),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.magnitude:  # signed powers are made for a >= 0
            object.__setattr__(self, "domain", "nonnegative")

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return norm(w, valid, self.p, self.magnitude)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return norm_jacobian(w, valid, self.p, self.magnitude)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return power_share(w, valid, self.p)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        p, y = number(self.p), number(self.forward(w, valid))
        cells = numbers(np.abs(w[valid]) if self.magnitude else w[valid], f"^{p} + ")
        return f"({cells}^{p})^(1/{p}) = {y}"

    def code(self, size: int) -> Code:
        cells, p = ("np.abs(a)" if self.magnitude else "a"), self.p
        sign = "np.sign(a) * " if self.magnitude else ""
        guard = "top = np.where(y == 0, 1, y)[..., None]\n"
        by_norm = f"y = torch.linalg.vector_norm(a, ord={p!r}, dim=-1)"
        return Code(
            f"y = np.sum({cells} ** {p!r}, -1) ** (1 / {p!r})",
            guard + f"g = {sign}({cells} / top) ** {p - 1!r} * (y != 0)[..., None]",
            torch=by_norm if self.magnitude else "",
            neutral=True,
        )

    def native(self) -> Native:
        return Native("lp", power=self.p, magnitude=self.magnitude)


@dataclass(frozen=True)
class GeM(Variant):
    """y = (mean max(a, eps)^p)^(1/p), the generalised mean.

    Cells below ``eps`` count as eps and receive no gradient. p is learned, from 3. p = 1 on
    positive cells is the average, p to infinity the maximum. A window without a cell gives 0. The
    clamp is that of the authors' code.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.GeM(p=3.0), pv.Sliding(2)).output.round(3)
    array([[4.773]])
    """

    p: float = param(
        3.0,
        N_("The power: 1 averages, large values approach the maximum."),
        title=N_("Power, p"),
        low=0,
        open_low=True,
        high=inf,
        open_high=True,
    )
    eps: float = param(
        1e-6, N_("Smaller cells count as this."), title=N_("Smallest cell, ε"), low=0, open_low=True
    )

    title = N_("Generalised mean (GeM)")
    family = N_("Norms")
    formula = r"y = \Big(\frac{1}{n} \sum_i \max(a_i, \varepsilon)^p\Big)^{1/p}"
    gradient = (
        r"\frac{\partial y}{\partial a_i} = \frac{1}{n} \Big(\frac{a_i}{y}\Big)^{p-1} "
        r"[\, a_i \ge \varepsilon \,]"
    )
    reference = "Radenović, Tolias & Chum, IEEE TPAMI 41 (7), 2019 (arXiv 2017)"
    domain = "positive"
    story = "power"
    passes = 2
    worked = Worked(
        tuple((s / 4) ** (1 / 3) for s in (369, 81, 1044, 802)),
        fields=(("p", 3.0),),
        gradient=tuple(a**2 * (369 / 4) ** (-2 / 3) / 4 for a in (1, 3, 5, 6)),
    )

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        n = count(valid)[..., 0]
        return norm(self._clamped(w), valid, self.p, n=n)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        n = count(valid)
        a = self._clamped(w)
        return np.where(w < self.eps, 0, norm_jacobian(a, valid, self.p, n=n))

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return power_share(self._clamped(w), valid, self.p)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        p, y = number(self.p), number(self.forward(w, valid))
        cells = numbers(self._clamped(w)[valid], f"^{p} + ")
        return f"(({cells}^{p}) / {int(valid.sum())})^(1/{p}) = {y}"

    def _clamped(self, w: np.ndarray) -> np.ndarray:
        return np.maximum(w, self.eps)

    def code(self, size: int) -> Code:
        p = self.p
        least = f"b = np.maximum(a, {self.eps!r})\n"
        if p < 0.5:  # the root of a number near 1 loses its digits
            return Code(
                least + "m = np.max(b, -1, keepdims=True)\n"
                f"rise = np.mean(np.expm1({p!r} * np.log(b / m)), -1)\n"
                f"y = m[..., 0] * np.exp(np.log1p(rise) / {p!r})",
                f"g = (a >= {self.eps!r}) * (b / y[..., None]) ** {p - 1!r} / a.shape[-1]",
            )
        return Code(
            least + f"y = np.mean(b ** {p!r}, -1) ** (1 / {p!r})",
            f"g = (a >= {self.eps!r}) * (b / y[..., None]) ** {p - 1!r} / a.shape[-1]",
        )


def norm(
    w: np.ndarray,
    valid: np.ndarray,
    p: float,
    magnitude: bool = True,
    n: np.ndarray | int = 1,
) -> np.ndarray:
    """(sum |a|^p / n)^(1/p), from cells over the largest magnitude: no power can overflow."""
    ratio, top = _ratios(w, valid, magnitude)
    if _far(p, magnitude):
        y = np.exp(_log_norm(_logs(w, valid), valid, p, np.asarray(n)[..., None]))
        y = np.where(valid.any(-1), y[..., 0], 0).astype(ratio.dtype) * top[..., 0]
    else:
        y = np.power(raised(ratio, p).sum(-1) / n, 1 / p) * top[..., 0]
    if not magnitude or np.isfinite(y).all():
        return y
    return np.where(np.isinf(ratio).any(-1), np.inf, y)


def norm_jacobian(
    w: np.ndarray,
    valid: np.ndarray,
    p: float,
    magnitude: bool = True,
    n: np.ndarray | int = 1,
) -> np.ndarray:
    """sign(a) (|a| / y)^(p - 1) / n with y = ``norm``; 0 at y = 0 and where a = 0 < y."""
    if _far(p, magnitude):
        logs = _logs(w, valid)
        slope = np.exp((p - 1) * (logs - _log_norm(logs, valid, p, n))) / n
        return np.where(valid & (w != 0), slope * np.sign(w), 0)
    ratio, _ = _ratios(w, valid, magnitude)
    y = np.power(raised(ratio, p).sum(-1, keepdims=True) / n, 1 / p)
    slope = raised(ratio / np.where(y == 0, 1, y), p - 1) / n
    signed = slope * np.sign(w) if magnitude else slope
    flat = (y == 0) | ((w == 0) & (p != 1 or magnitude))
    return np.where(valid & ~flat, signed, 0)


def power_share(w: np.ndarray, valid: np.ndarray, p: float) -> np.ndarray:
    """|a|^p / sum |a|^p: how much of the sum each cell is; infinite cells share it all."""
    ratio, _ = _ratios(w, valid, True)
    infinite = np.isinf(ratio)
    power = np.exp(p * _logs(w, valid)) if _far(p, True) else raised(ratio, p)
    power = np.where(infinite.any(-1, keepdims=True), infinite, np.where(valid, power, 0))
    total = power.sum(-1, keepdims=True)
    return np.where(total == 0, 0, power / np.where(total == 0, 1, total))


def _ratios(w: np.ndarray, valid: np.ndarray, magnitude: bool) -> tuple[np.ndarray, np.ndarray]:
    """Cells (or magnitudes) over the largest finite magnitude, and that magnitude."""
    ratio, unit = scaled(w, valid)
    return np.abs(ratio) if magnitude else ratio, unit


def _far(p: float, magnitude: bool) -> bool:
    """Whether powers lose digits that logarithms keep: a root of 1 + tiny, a ratio near 1."""
    return magnitude and not 0.5 <= p <= 16


def _logs(w: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """log of |a| over the largest finite magnitude, float64; exact to a few ulps near it too."""
    a, unit = np.abs(filled(w, valid, 0)).astype(np.float64), scaled(w, valid)[1]
    unit = unit.astype(np.float64)
    return np.where(a < unit / 2, np.log(a / unit), np.log1p((a - unit) / unit))


def _log_norm(logs: np.ndarray, valid: np.ndarray, p: float, n: np.ndarray | int) -> np.ndarray:
    """(1/p) log(sum e^(p log) / n) ``(..., 1)``; towards p = 0 the mean of the logarithms."""
    cells = count(valid)
    if p < 1e-30:
        return np.where(valid, logs, 0).sum(-1, keepdims=True) / cells
    rise = np.where(valid, np.expm1(p * logs), 0).sum(-1, keepdims=True) / cells
    return (np.log1p(rise) + np.log(cells / n)) / p
