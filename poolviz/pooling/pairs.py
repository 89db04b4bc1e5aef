"""Operators that keep two numbers of each window, in a new axis before the spatial ones."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers, products
from poolviz.pooling.averages import Average
from poolviz.pooling.cells import blend, filled
from poolviz.pooling.engine import Pooled, pool
from poolviz.pooling.limits import fits
from poolviz.pooling.mixtures import stretched
from poolviz.pooling.operator import Example, Operated, Operator, written
from poolviz.pooling.operator_table import NAMES, Table, stacked, stage_table
from poolviz.pooling.selecting import Max, Min
from poolviz.pooling.table import Geometry
from poolviz.pooling.variant import Names, Variant, param
from poolviz.pooling.windows import Global, Sliding
from poolviz.text import N_, _

__all__ = ["Statistics", "MaxMin"]  # noqa: RUF022  (menu order)


class _Pair(Operator):
    """Two runs over the same windows, the second with a sign."""

    sign = 1

    def combine(self, run: Operated) -> np.ndarray:
        first, second = (stage.output for stage in run.stages)
        return np.stack([first, self.sign * second], axis=self._axis)

    def locations(self, run: Operated) -> np.ndarray | None:
        if not self.selects:
            return None
        return np.stack([stage.locations for stage in run.stages], axis=self._axis)  # type: ignore[misc]

    def table(self, run: Operated) -> Table:
        fits(sum(stage.entries for stage in run.stages), NAMES, cost=2)
        return stacked([stage_table(stage) for stage in run.stages], (1, self.sign))

    def pull(self, run: Operated, dy: np.ndarray) -> np.ndarray:
        first, second = np.moveaxis(dy, self._axis, 0)
        return run.stages[0].backward(first) + run.stages[1].backward(self.sign * second)

    def arithmetic(self, run: Operated, cell: tuple[int, ...]) -> str:
        at = len(cell) + self._axis
        place = cell[:at] + cell[at + 1 :]
        if self.sign < 0 and cell[at]:
            sentence = written(run.stages[1], place).partition(" = ")[0]
            return f"−{sentence} = {number(run.output[cell])}"
        return written(run.stages[cell[at]], place)

    @property
    def _axis(self) -> int:
        return -1 - self.ndim


@dataclass(frozen=True)
class _Deviation(Variant):
    """y = sqrt(sum v (a - m)^2 / c), c as ``_divisor``; gradient v_i (a_i - m) / (c y), 0 at 0."""

    weights: tuple[float, ...] | None = param(None, "v", kind="weights", low=0)
    unbiased: bool = param(False, "n - 1")

    passes = 2

    title = N_("Standard deviation")

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        _, y, unit = self._parts(w, valid)
        return (y * unit)[..., 0]

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        e, y, _ = self._parts(w, valid)
        v = shares(self.weights, valid)
        slope = v * e / _divisor(v, self.unbiased) / np.where(y == 0, 1, y)
        return np.where(y == 0, 0, slope)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        e, _, _ = self._parts(w, valid)
        squares = shares(self.weights, valid) * np.square(e)
        total = squares.sum(-1, keepdims=True)
        return squares / np.where(total == 0, 1, total)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        e, _, unit = self._parts(w, valid)
        v = shares(self.weights, valid)
        terms = numbers((v * np.square(e * unit))[valid], " + ")
        c = number(float(_divisor(v, self.unbiased)[0]))
        return f"√(({terms}) / {c}) = {number(self.forward(w, valid))}"

    def _parts(self, w: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Deviations from the mean and their root mean square, in units of the largest cell."""
        a = np.where(valid, w, 0).astype(np.float64)
        unit = np.abs(a).max(-1, keepdims=True, initial=0)
        unit = np.where((unit > 0) & np.isfinite(unit), unit, 1)
        v, a = shares(self.weights, valid), a / unit
        e = np.where(valid, a - (v * a).sum(-1, keepdims=True) / _divisor(v, False), 0)
        squares = (v * np.square(e)).sum(-1, keepdims=True)
        return e, np.sqrt(squares / _divisor(v, self.unbiased)), unit


def shares(weights: tuple[float, ...] | None, valid: np.ndarray) -> np.ndarray:
    """The weight of each cell ``(..., K)`` over the largest, 0 where it is not valid."""
    v = stretched(weights or (1.0,), valid.shape[-1])
    return np.where(valid, v / max(v.max(initial=0), np.finfo(np.float64).tiny), 0)


def _divisor(v: np.ndarray, unbiased: bool) -> np.ndarray:
    """sum v, or without bias sum v - sum v^2 / sum v ``(..., 1)``; 1 where that is 0."""
    total = v.sum(-1, keepdims=True)
    total = np.where(total == 0, 1, total)
    c = total - np.square(v).sum(-1, keepdims=True) / total if unbiased else total
    return np.where(c <= 1e-12 * total, 1, c)  # of one cell alone: its deviation of 0 stays 0


@dataclass(frozen=True)
class _WeightedMean(Variant):
    """y = sum v a / sum v."""

    weights: tuple[float, ...] | None = param(None, "v", kind="weights", low=0)

    passes = 2

    title = N_("Weighted mean")

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return blend(self.jacobian(w, valid), filled(w, valid, 0), valid)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        v = shares(self.weights, valid)
        return v / _divisor(v, False)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        share = self.jacobian(w, valid)[valid]
        return f"{products(share, w[valid])} = {number(self.forward(w, valid))}"


@dataclass(frozen=True)
class Statistics(_Pair):
    """Mean and standard deviation, one after the other: sqrt(mean (a - m)^2), divided by n.

    Over all of the last axis by default (statistics pooling of speaker embeddings): x ``(..., T)``
    -> ``(..., 2, 1)``; with ``kernel_size`` over sliding windows of the last ``rank`` axes. The
    gradient of a deviation of 0 is 0.

    ``unbiased`` divides by n - 1, as ``torch.std`` does by itself (of one cell: 0, not NaN).
    ``weights`` v >= 0, one a cell, make both weighted: m = sum v a / sum v, sum v (a - m)^2 /
    sum v; unbiased over sum v - sum v^2 / sum v, which is n - 1 for equal weights. For another
    number of cells they are interpolated; zeros leave cells out, as a mask does.

    >>> Statistics()(np.array([1.0, 3.0, 5.0, 6.0])).output.round(3)
    array([[3.75],
           [1.92]])
    >>> Statistics(weights=(1, 1, 1, 0), unbiased=True)(np.array([1.0, 3.0, 5.0, 6.0])).output
    array([[3.],
           [2.]])
    """

    kernel_size: int | None = param(
        None,
        N_("Side of a window; empty: the whole axis."),
        title=N_("Side of a window"),
        kind="int",
        low=1,
    )
    rank: int = param(
        1, N_("How many of the last axes are pooled."), title=N_("Pooled axes"), low=1, high=3
    )
    weights: tuple[float, ...] | None = param(
        None,
        N_("The weight of each cell of a window; empty: all equal."),
        title=N_("Weights"),
        kind="weights",
        low=0,
    )
    unbiased: bool = param(False, N_("Divide by n - 1 and not by n."), title=N_("Divide by n − 1"))

    title = N_("Statistics (mean and deviation)")
    family = N_("Two of a window")
    formula = (
        r"y = (m, \sigma), \quad m = \bar a, \quad \sigma = \sqrt{\tfrac1n \sum_i (a_i - m)^2}"
    )
    gradient = (
        r"\frac{\partial m}{\partial a_i} = \frac1n, \quad "
        r"\frac{\partial \sigma}{\partial a_i} = \frac{a_i - m}{n\, \sigma}"
    )
    reference = "Snyder, Garcia-Romero, Povey & Khudanpur, Interspeech 2017"
    story = "share"
    worked = Example(
        ((1, 3, 2, 4), (5, 6, 1, 2), (7, 8, 9, 4), (4, 5, 2, 1)),
        (((3.75, 2.25), (6, 4)), ((1.920286, 1.089725), (1.581139, 3.082207))),
        (("kernel_size", 2), ("rank", 2)),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.weights is not None and not sum(self.weights) > 0:
            raise ValueError(
                _("weights must have a positive sum or be None, got {value}").format(
                    value=repr(self.weights)
                )
            )

    @property
    def variant(self) -> Variant:
        if self.weights is not None:
            return _WeightedMean(self.weights)
        return Average(count_include_pad=False)

    @property
    def geometry(self) -> Geometry:
        size = self.kernel_size
        return Global(self.rank) if size is None else Sliding((size,) * self.rank)

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        geometry = self.geometry
        deviation = _Deviation(self.weights, self.unbiased)
        return pool(x, self.variant, geometry), pool(x, deviation, geometry)


@dataclass(frozen=True)
class MaxMin(_Pair):
    """max a and max(-a) = -min a of each window, so that strong negative answers survive as well.

    x ``(..., H, W)`` -> ``(..., 2, H', W')``, where a network would have twice as many channels.
    Integers become int64, uint64 float64, which is what NumPy makes of the two together.

    >>> MaxMin()(np.array([[1, 3], [4, 7]])).output
    array([[[ 7]],
           [[-1]]])
    """

    kernel_size: int = param(2, N_("Side of a window."), title=N_("Side of a window"), low=1)
    stride: int | None = param(
        None, N_("Step of the window; empty: its side."), title=N_("Stride"), kind="int", low=1
    )

    title = N_("Max-min")
    family = N_("Two of a window")
    formula = r"y = \Big(\max_i a_i,\ \max_i (-a_i)\Big)"
    gradient = (
        r"\frac{\partial y}{\partial a_i} = \big([\, i = \arg\max \,],\ -[\, i = \arg\min \,]\big)"
    )
    reference = "Blot, Cord & Thome, ICIP 2016"
    story = "select"
    names = Names("torch.cat([max_pool2d(x, k), max_pool2d(-x, k)], 1)")
    worked = Example(
        ((1, 3, 2, 4), (5, 6, 1, 2), (7, 8, 9, 4), (4, 5, 2, 1)),
        (((6, 4), (8, 9)), ((-1, -1), (-4, -1))),
    )
    sign = -1

    @property
    def variant(self) -> Max:
        return Max()

    @property
    def geometry(self) -> Geometry:
        return Sliding(self.kernel_size, self.stride)

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        return pool(x, Max(), self.geometry), pool(x, Min(), self.geometry)

    def combine(self, run: Operated) -> np.ndarray:
        first, second = (stage.output for stage in run.stages)
        if run.x.dtype.kind != "f":
            signed = np.float64 if run.x.dtype == np.uint64 else np.int64
            first, second = first.astype(signed), second.astype(signed)
            if (second == np.iinfo(np.int64).min).any() and signed is np.int64:
                raise ValueError(f"x must be greater than {-(2**63)}, whose negative is no int64")
        return np.stack([first, -second], axis=self._axis)
