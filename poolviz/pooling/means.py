"""Variants that add the window up, or take one of the other means of Pythagoras."""

from dataclasses import dataclass
from math import tanh

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import kernels
from poolviz.pooling.code import Code, Native
from poolviz.pooling.softmax import softmax
from poolviz.pooling.variant import Names, Variant, Worked, param
from poolviz.text import N_

__all__ = ["Sum", "LeNetSubsampling", "GeometricMean", "HarmonicMean"]  # noqa: RUF022  (menu order)


_LEAST = "least = np.min(a, -1)\nsafe = np.where(a > 0, a, 1)  # no log of 0, nor 1 / 0\n"


@dataclass(frozen=True)
class Sum(Variant):
    """y = sum a: average pooling with ``divisor_override=1``. The gradient is 1 in every cell.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[1, 3], [4, 7]]), pv.Sum(), pv.Sliding(2)).output
    array([[15.]])
    """

    title = N_("Sum")
    family = N_("Averages")
    formula = r"y = \sum_i a_i"
    gradient = r"\frac{\partial y}{\partial a_i} = 1"
    reference = "Riesenhuber & Poggio, Nature Neuroscience 2, 1999 (SUM against MAX)"
    story = "share"
    names = Names(
        "torch.nn.AvgPool2d(k, divisor_override=1)", "AveragePooling2D(k) * k**2", "LpPool (p=1)"
    )
    kernel = kernels.Total
    worked = Worked((15, 9, 24, 16), gradient=(1, 1, 1, 1))

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return np.where(valid, w, 0).sum(-1)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return valid.astype(np.float64)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        return f"{numbers(w[valid], ' + ')} = {number(self.forward(w, valid))}"

    def code(self, size: int) -> Code:
        return Code("y = np.sum(a, -1)", "g = np.ones(a.shape)", neutral=True)

    def native(self) -> Native:
        return Native("average", divisor=1)


@dataclass(frozen=True)
class LeNetSubsampling(Variant):
    """y = tanh(c sum a + b): the sum, times a learned coefficient, plus a learned bias, squashed.

    In a network each map learns its own c and b. A window without a cell gives 0. The formula
    follows the description in the paper; LeNet-5 squashes with 1.7159 tanh(2/3 z), here it is
    tanh(z).

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.LeNetSubsampling(weight=0.1), pv.Sliding(2)).output.round(3)
    array([[0.905]])
    """

    weight: float = param(
        0.25, N_("The coefficient of the sum, learned for each map."), title=N_("Coefficient")
    )
    bias: float = param(0.0, N_("Added before squashing, learned for each map."), title=N_("Bias"))

    title = N_("LeNet subsampling")
    family = N_("Averages")
    formula = r"y = \tanh\Big(c \sum_i a_i + b\Big)"
    gradient = r"\frac{\partial y}{\partial a_i} = c\,(1 - y^2)"
    reference = "LeCun, Bottou, Bengio & Haffner, Proceedings of the IEEE 86 (11), 1998, section II"
    story = "share"
    worked = Worked(
        (tanh(1.7), tanh(1.1), tanh(2.6), tanh(1.8)),
        fields=(("weight", 0.1), ("bias", 0.2)),
        gradient=(0.1 * (1 - tanh(1.7) ** 2),) * 4,
    )

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return np.where(valid.any(-1), np.tanh(self._squashed(w, valid)), 0)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        z = np.minimum(np.abs(self._squashed(w, valid)), 300)  # cosh overflows beyond 710
        return np.where(valid, self.weight / np.square(np.cosh(z))[..., None], 0)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return valid / np.maximum(valid.sum(-1, keepdims=True), 1)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        total, y = numbers(w[valid], " + "), number(self.forward(w, valid))
        return f"tanh({number(self.weight)}·({total}) + {number(self.bias)}) = {y}"

    def _squashed(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        total = np.where(valid, w, 0).astype(np.float64).sum(-1)
        return self.weight * total + self.bias

    def code(self, size: int) -> Code:
        return Code(
            f"y = np.tanh({self.weight!r} * np.sum(a, -1) + {self.bias!r})",
            f"g = np.ones(a.shape) * {self.weight!r} * (1 - y * y)[..., None]",
        )


@dataclass(frozen=True)
class GeometricMean(Variant):
    """y = (product a)^(1/n) = exp(mean log a), for a >= 0.

    A cell of 0 makes y = 0, and the gradient there is set to 0 (it has no finite value). A window
    with a negative cell has no geometric mean: NaN. Padding is left out.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[2.0, 4.0], [4.0, 8.0]]), pv.GeometricMean(), pv.Sliding(2)).output
    array([[4.]])
    """

    title = N_("Geometric mean")
    family = N_("Averages")
    formula = r"y = \Big(\prod_i a_i\Big)^{1/n}"
    gradient = r"\frac{\partial y}{\partial a_i} = \frac{y}{n\, a_i}"
    reference = "Hardy, Littlewood & Pólya, Inequalities, 1934, chapter II"
    domain = "positive"
    story = "power"
    passes = 2
    worked = Worked(
        (90**0.25, 16**0.25, 1120**0.25, 72**0.25),
        gradient=tuple(90**0.25 / 4 / a for a in (1, 3, 5, 6)),
    )

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        n = np.maximum(valid.sum(-1), 1)
        logs = np.log2(np.where(valid, w, 1).astype(np.float64)).sum(-1)
        return np.where(valid.any(-1), np.exp2(logs / n), 0)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return _inverse_power(self.forward(w, valid), w, valid, 1)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return valid / np.maximum(valid.sum(-1, keepdims=True), 1)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        n, y = int(valid.sum()), number(self.forward(w, valid))
        return f"({numbers(w[valid], ' · ')})^(1/{n}) = {y}"

    def code(self, size: int) -> Code:
        mean = "np.exp(np.mean(np.log(safe), -1))"
        return Code(
            _LEAST + f"y = np.where(least > 0, {mean}, np.where(least < 0, np.nan, 0))",
            "g = np.where(a != 0, y[..., None] / safe / a.shape[-1], 0)",
        )


@dataclass(frozen=True)
class HarmonicMean(Variant):
    """y = n / sum(1/a), for a >= 0.

    A cell of 0 makes y = 0, and the gradient there is set to 0. A window with a negative cell gives
    NaN: its reciprocals may cancel. Padding is left out. As a weighted mean, cell i weighs
    (1/a_i) / sum(1/a): the small cells count most.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[2.0, 2.0], [6.0, 6.0]]), pv.HarmonicMean(), pv.Sliding(2)).output
    array([[3.]])
    """

    title = N_("Harmonic mean")
    family = N_("Averages")
    formula = r"y = \frac{n}{\sum_i 1 / a_i}"
    gradient = r"\frac{\partial y}{\partial a_i} = \frac{y^2}{n\, a_i^2}"
    reference = "Hardy, Littlewood & Pólya, Inequalities, 1934, chapter II"
    domain = "positive"
    story = "power"
    passes = 2
    worked = Worked(
        (40 / 17, 16 / 9, 1120 / 201, 288 / 134),
        gradient=(400 / 289, 400 / 2601, 400 / 7225, 400 / 10404),
    )

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        a = np.where(valid, w, np.inf).astype(np.float64)
        least = a.min(-1)
        scale = np.where(np.isfinite(least) & (least > 0), least, 1)
        y = valid.sum(-1) / (scale[..., None] / a).sum(-1) * scale
        y = np.where(least == 0, 0, np.where(np.isposinf(least), least, y))
        y = np.where(least < 0, np.nan, y)
        y = np.where(np.isnan(np.where(valid, a, 0)).any(-1), np.nan, y)
        return np.where(valid.any(-1), y, 0)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return _inverse_power(self.forward(w, valid), w, valid, 2)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return softmax(-np.log(np.where(valid, np.abs(w), 1).astype(np.float64)), valid)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        n, y = int(valid.sum()), number(self.forward(w, valid))
        return f"{n} / (1/{numbers(w[valid], ' + 1/')}) = {y}"

    def code(self, size: int) -> Code:
        mean = "a.shape[-1] / np.sum(1 / safe, -1)"
        return Code(
            _LEAST + f"y = np.where(least > 0, {mean}, np.where(least < 0, np.nan, 0))",
            "g = np.where(a != 0, (y[..., None] / safe) ** 2 / a.shape[-1], 0)",
        )


def _inverse_power(y: np.ndarray, w: np.ndarray, valid: np.ndarray, p: int) -> np.ndarray:
    """(y / a)^p / n, the gradient of the power mean with exponent 1 - p; 0 where a is 0."""
    n = np.maximum(valid.sum(-1, keepdims=True), 1)
    a = np.where(valid & (w != 0), w, 1).astype(np.float64)
    ratio = np.where(np.isinf(a) & np.isinf(y[..., None]), 1, y[..., None] / a)
    return np.where(valid & (w != 0), ratio**p / n, 0)
