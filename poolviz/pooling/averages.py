"""Variants that take a mean of the window: of the cells, or of their powers."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import kernels
from poolviz.pooling.code import Code, Native
from poolviz.pooling.variant import Names, Variant, Worked, param
from poolviz.text import N_

__all__ = ["Average", "L2"]  # noqa: RUF022  (menu order)


@dataclass(frozen=True)
class Average(Variant):
    """y = (1/c) sum a, with c the number of cells in the window, or ``divisor_override``.

    With ``count_include_pad`` (PyTorch's default; ONNX's ``count_include_pad`` defaults to 0) c
    counts padding cells, which are 0, but never the overrun of ceil mode; without, real cells only.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[1, 3], [4, 7]]), pv.Average(), pv.Sliding(2)).output
    array([[3.75]])
    """

    count_include_pad: bool = param(
        True, N_("Whether padding cells count in the divisor."), title=N_("Count padding")
    )
    divisor_override: int | None = param(
        None,
        N_("A divisor of your own instead of the number of cells."),
        title=N_("Divisor of your own"),
        kind="int",
        nonzero=True,
    )

    title = N_("Average")
    family = N_("Averages")
    formula = r"y = \frac{1}{c} \sum_i a_i"
    gradient = r"\frac{\partial y}{\partial a_i} = \frac{1}{c}"
    reference = "LeCun et al., Neural Computation 1 (4), 1989"
    story = "share"
    basic = True
    names = Names("torch.nn.AvgPool2d", "keras.layers.AveragePooling2D", "AveragePool")
    kernel = kernels.Mean
    worked = Worked((3.75, 2.25, 6, 4), gradient=(0.25, 0.25, 0.25, 0.25))

    @property
    def sees_padding(self) -> bool:
        return self.count_include_pad

    def divisor(self, count: np.ndarray) -> np.ndarray:
        """c, where the variant sees ``count`` cells; never 0."""
        if self.divisor_override is not None:
            return np.full(count.shape, self.divisor_override)
        return np.maximum(count, 1)

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        a, c = np.where(valid, w, 0), self.divisor(valid.sum(-1))
        y = a.sum(-1) / c
        if not np.isfinite(y).all():  # a sum may overflow where its mean does not
            y = np.where(np.isfinite(y), y, (a / c[..., None]).sum(-1))
        return y.astype(w.dtype, copy=False)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        c = self.divisor(valid.sum(-1, keepdims=True))
        return np.broadcast_to(valid / c, w.shape).astype(w.dtype)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        total, y = numbers(w[valid], " + "), number(self.forward(w, valid))
        return f"({total}) / {self.divisor(valid.sum(-1))} = {y}"

    def code(self, size: int) -> Code:
        c = "a.shape[-1]" if self.divisor_override is None else f"{self.divisor_override}"
        value = "np.mean(a, -1)" if self.divisor_override is None else f"np.sum(a, -1) / {c}"
        return Code(f"y = {value}", f"g = np.full(a.shape, 1 / {c})")

    def native(self) -> Native:
        return Native(
            "average", counts_padding=self.count_include_pad, divisor=self.divisor_override
        )


@dataclass(frozen=True)
class L2(Variant):
    """y = sqrt(sum a^2 / n): the root mean square of the n real cells.

    PyTorch's ``LPPool2d`` and ONNX's ``LpPool`` give the norm sqrt(sum a^2) instead, sqrt(n) times
    as much; TensorFlow Lite's L2 pool is this mean. Gradient at y = 0: 0. Padding is left out.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[0.0, 6.0], [3.0, 2.0]]), pv.L2(), pv.Sliding(2)).output
    array([[3.5]])
    """

    title = N_("L2 (root mean square)")
    family = N_("Norms")
    formula = r"y = \sqrt{\frac{1}{n} \sum_i a_i^2}"
    gradient = r"\frac{\partial y}{\partial a_i} = \frac{a_i}{n\, y}, \quad 0 \text{ at } y = 0"
    reference = "TensorFlow Lite, L2_POOL_2D; Sermanet, Chintala & LeCun, ICPR 2012 (Lp pooling)"
    story = "power"
    passes = 2
    basic = True
    names = Names("torch.nn.LPPool2d(2, k) / sqrt(n)", "", "LpPool (p=2) / sqrt(n)")
    kernel = kernels.RootMeanSquare
    worked = Worked(
        (17.75**0.5, 2.5, 38.5**0.5, 25.5**0.5),
        gradient=tuple(a / 4 / 17.75**0.5 for a in (1, 3, 5, 6)),
    )

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        a, exponent = _balanced(w, valid)
        n = np.maximum(valid.sum(-1), 1)
        return np.ldexp(np.sqrt((a * a).sum(-1) / n), exponent[..., 0]).astype(w.dtype, copy=False)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        a, _ = _balanced(w, valid)
        n = np.maximum(valid.sum(-1, keepdims=True), 1)
        y = np.sqrt((a * a).sum(-1, keepdims=True) / n)
        return np.where(y == 0, 0, a / (n * np.where(y == 0, 1, y))).astype(w.dtype, copy=False)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        a, _ = _balanced(w, valid)
        infinite = np.isinf(a)
        power = np.where(infinite.any(-1, keepdims=True), infinite, a * a)
        total = power.sum(-1, keepdims=True)
        return np.where(total == 0, 0, power / np.where(total == 0, 1, total))

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        squares = numbers(np.square(w[valid]), " + ")
        return f"√(({squares}) / {int(valid.sum())}) = {number(self.forward(w, valid))}"

    def code(self, size: int) -> Code:
        return Code(
            "y = np.sqrt(np.mean(a * a, -1))",
            "g = a / (a.shape[-1] * np.where(y > 0, y, 1)[..., None])",
            torch="y = torch.linalg.vector_norm(a, dim=-1) / a.shape[-1] ** 0.5",
        )

    def native(self) -> Native:
        return Native("lp", power=2, mean=True)


def _balanced(w: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """w / 2^e with the largest magnitude in [1/2, 1), and e: exact, and squares cannot overflow."""
    a = np.where(valid, w, 0)
    top = np.abs(a).max(-1, keepdims=True, initial=0)
    exponent = np.where(np.isfinite(top), np.frexp(top)[1], 0)
    return np.ldexp(a, -exponent), exponent
