"""Operators that keep two numbers of each window, in a new axis before the spatial ones."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling.averages import Average
from poolviz.pooling.engine import Pooled, pool
from poolviz.pooling.limits import fits
from poolviz.pooling.operator import (
    NAMES,
    Example,
    Operated,
    Operator,
    Table,
    stacked,
    stage_table,
    written,
)
from poolviz.pooling.selecting import Max, Min
from poolviz.pooling.table import Geometry
from poolviz.pooling.variant import Names, Variant, param
from poolviz.pooling.windows import Global, Sliding
from poolviz.text import N_

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
    """y = sqrt(mean (a - m)^2), gradient (a_i - m) / (n y), 0 at y = 0."""

    passes = 2

    title = N_("Standard deviation")

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        _, y, unit = self._parts(w, valid)
        return (y * unit)[..., 0]

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        e, y, _ = self._parts(w, valid)
        n = np.maximum(valid.sum(-1, keepdims=True), 1)
        return np.where(y == 0, 0, e / (n * np.where(y == 0, 1, y)))

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        e, _, _ = self._parts(w, valid)
        total = np.square(e).sum(-1, keepdims=True)
        return np.square(e) / np.where(total == 0, 1, total)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        e, _, unit = self._parts(w, valid)
        squares = numbers(np.square(e * unit)[valid], " + ")
        return f"√(({squares}) / {int(valid.sum())}) = {number(self.forward(w, valid))}"

    @staticmethod
    def _parts(w: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Deviations and their root mean square, in units of the largest cell."""
        a = np.where(valid, w, 0).astype(np.float64)
        unit = np.abs(a).max(-1, keepdims=True, initial=0)
        unit = np.where((unit > 0) & np.isfinite(unit), unit, 1)
        n = np.maximum(valid.sum(-1, keepdims=True), 1)
        a = a / unit
        e = np.where(valid, a - a.sum(-1, keepdims=True) / n, 0)
        return e, np.sqrt(np.square(e).sum(-1, keepdims=True) / n), unit


@dataclass(frozen=True)
class Statistics(_Pair):
    """Mean and standard deviation, one after the other: sqrt(mean (a - m)^2), divided by n.

    Over all of the last axis by default (statistics pooling of speaker embeddings): x ``(..., T)``
    -> ``(..., 2, 1)``; with ``kernel_size`` over sliding windows of the last ``rank`` axes. The
    gradient of a deviation of 0 is 0.

    >>> Statistics()(np.array([1.0, 3.0, 5.0, 6.0])).output.round(3)
    array([[3.75],
           [1.92]])
    """

    kernel_size: int | None = param(
        None, N_("Side of a window; empty: the whole axis."), kind="int", low=1
    )
    rank: int = param(1, N_("How many of the last axes are pooled."), low=1, high=3)

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

    @property
    def variant(self) -> Average:
        return Average(count_include_pad=False)

    @property
    def geometry(self) -> Geometry:
        size = self.kernel_size
        return Global(self.rank) if size is None else Sliding((size,) * self.rank)

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        geometry = self.geometry
        return pool(x, self.variant, geometry), pool(x, _Deviation(), geometry)


@dataclass(frozen=True)
class MaxMin(_Pair):
    """max a and max(-a) = -min a of each window, so that strong negative answers survive as well.

    x ``(..., H, W)`` -> ``(..., 2, H', W')``, where a network would have twice as many channels.
    Integers become int64.

    >>> MaxMin()(np.array([[1, 3], [4, 7]])).output
    array([[[ 7]],
           [[-1]]])
    """

    kernel_size: int = param(2, N_("Side of a window."), low=1)
    stride: int | None = param(None, N_("Step of the window; empty: its side."), kind="int", low=1)

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
        x = x if x.dtype.kind == "f" else x.astype(np.int64)
        return pool(x, Max(), self.geometry), pool(x, Min(), self.geometry)
