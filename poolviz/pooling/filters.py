"""Operators that see more than a window: a blur, a spectrum, whole rows and columns."""

from dataclasses import dataclass
from math import comb, prod
from typing import Any

import numpy as np

from poolviz.pooling.engine import Pooled, pool
from poolviz.pooling.layout import Grid, bound
from poolviz.pooling.limits import fits
from poolviz.pooling.means import Sum
from poolviz.pooling.operator import Example, Operated, Operator, PerAxis, pair, weighed
from poolviz.pooling.operator_table import Table, chained
from poolviz.pooling.selecting import Max
from poolviz.pooling.table import OUTSIDE, PADDING, Geometry, Windows
from poolviz.pooling.variant import Names, param
from poolviz.pooling.windows import Sliding
from poolviz.text import N_

__all__ = ["BlurPool", "Spectral", "Strip"]


@dataclass(frozen=True)
class BlurPool(Operator):
    """Max of stride 1, then a binomial blur, then every ``stride``-th cell: max without aliasing.

    The blur of ``filter_size`` m is the outer product of row m of Pascal's triangle over 2^(m - 1);
    the ``border`` is reflected, or another of the published code. x ``(..., H, W)`` -> ``(...,
    ceil((H - k + 1) / stride), ...)``. ``kernel_size=1`` blurs the input itself. The order of steps
    is that of the paper and its code.

    >>> x = np.arange(25.0).reshape(5, 5)
    >>> BlurPool()(x).output
    array([[ 9. , 10.5],
           [16.5, 18. ]])
    """

    kernel_size: int = param(
        2, N_("Side of a window of the max."), title=N_("Side of a window"), low=1
    )
    stride: int = param(2, N_("One cell in so many is kept."), title=N_("Stride"), low=1)
    filter_size: int = param(
        3, N_("Side of the blur; 1 does not blur."), title=N_("Side of the blur"), low=1, high=9
    )
    border: str = param(
        "reflect",
        N_("What lies around the plane for the blur: its mirror image, its last cells, or zeros."),
        title=N_("Border"),
        called=(N_("Mirror image"), N_("Last cells"), N_("Zeros")),
        choices=("reflect", "replicate", "zero"),
    )

    title = N_("Blur pool (anti-aliased)")
    family = N_("Filters")
    formula = (
        r"y = \operatorname{subsample}_s \big(b * \operatorname{maxpool}_{k, 1}(x)\big), \quad "
        r"b = \tfrac{1}{16} (1, 2, 1)^\top (1, 2, 1)"
    )
    gradient = r"\frac{\partial y}{\partial x} = b^\top \text{ spread to the maxima of stage 1}"
    reference = "Zhang, ICML 2019"
    story = "filter"
    worked = Example(
        ((0, 0, 0, 0, 0), (0, 16, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)),
        ((16, 4), (4, 1)),
    )

    @property
    def selects(self) -> bool:
        return False

    @property
    def variant(self) -> Max:
        return Max()

    @property
    def geometry(self) -> Geometry:
        return Sliding(self.kernel_size, 1)

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        first = pool(x, self.variant, self.geometry)
        return first, pool(first.output, Sum(), _Blur(self.filter_size, self.stride, self.border))

    def table(self, run: Operated) -> Table:
        return chained(*run.stages)

    def pull(self, run: Operated, dy: np.ndarray) -> np.ndarray:
        return run.stages[0].backward(run.stages[1].backward(dy))

    def arithmetic(self, run: Operated, cell: tuple[int, ...]) -> str:
        return weighed(run, cell)


@dataclass(frozen=True)
class _Blur:
    """Windows of a binomial filter over the plane and its border, with its weights."""

    size: int
    stride: int
    border: str
    ndim: int = 2

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Grid:
        """The windows over a plane, as yet unwritten."""
        row = np.array([comb(self.size - 1, i) for i in range(self.size)]) / 2 ** (self.size - 1)
        lines = tuple(_Bordered(n, self.size, self.stride, self.border) for n in in_shape)
        return Grid(in_shape, lines, "filter_size and stride", np.outer(row, row).ravel())


@dataclass(frozen=True)
class _Bordered:
    """Windows of ``kernel`` cells around every ``stride``-th of n cells, and beyond its ends."""

    n: int
    kernel: int
    stride: int
    border: str

    @property
    def out(self) -> int:
        return -(-self.n // self.stride)

    def at(self, window: np.ndarray) -> np.ndarray:
        start = window[:, None] * self.stride - (self.kernel - 1) // 2
        at, period = start + np.arange(self.kernel), max(2 * (self.n - 1), 1)
        if self.border == "zero":
            return np.where((at >= 0) & (at < self.n), at, PADDING)
        if self.border == "replicate":
            return np.clip(at, 0, self.n - 1)
        at = at % period
        return np.minimum(at, period - at) if self.n > 1 else np.zeros_like(at)


@dataclass(frozen=True)
class Spectral(Operator):
    """Keep the low frequencies: crop the centred Fourier transform and transform back.

    Scaled so that the mean is kept. x ``(..., H, W)`` -> ``(..., *output_size)``, by default half
    of each axis, rounded up. An even size keeps one of the two frequencies at its edge, and the
    real part is taken. Every output depends on every input; the gradient pads the spectrum with
    zeros, the adjoint of cropping it.

    >>> x = np.full((4, 4), 3.0)
    >>> Spectral(output_size=2)(x).output.round(12)
    array([[3., 3.],
           [3., 3.]])
    """

    output_size: int | tuple[int, int] | None = param(
        None,
        N_("Size of the output; empty: half of the input."),
        title=N_("Output size"),
        of=PerAxis,
        kind="int",
        low=1,
    )

    title = N_("Spectral")
    family = N_("Filters")
    formula = r"y = \operatorname{Re} F^{-1}\big(\operatorname{crop}(F(x))\big)"
    gradient = (
        r"\frac{\partial L}{\partial x} = "
        r"\operatorname{Re} F^{-1}\big(\operatorname{pad}(F(dy))\big)"
    )
    reference = "Rippel, Snoek & Adams, NeurIPS 2015"
    story = "filter"
    worked = Example(
        ((1, 3, 2, 1), (4, 7, 1, 0), (2, 2, 5, 3), (0, 6, 1, 8)),
        ((2.0, 3.125), (3.5, 2.875)),
        (("output_size", 2),),
    )

    @property
    def ndim(self) -> int:
        return 2

    @property
    def selects(self) -> bool:
        return False

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        return ()

    def size(self, in_shape: tuple[int, ...]) -> tuple[int, int]:
        """The output's size for an input of this shape; ``ValueError`` if it is larger."""
        half = (-(-in_shape[0] // 2), -(-in_shape[1] // 2))
        size = half if self.output_size is None else pair(self.output_size)
        for n, o in zip(in_shape, size, strict=True):
            if o > n:
                raise ValueError(f"output_size must be at most the {n} cells of an axis, got {o}")
        return size

    def combine(self, run: Operated) -> np.ndarray:
        in_shape = run.x.shape[-2:]
        kept = _centre(in_shape, self.size(in_shape))
        spectrum = np.fft.fft2(run.x.astype(np.float64), norm="forward")
        cropped = np.fft.fftshift(spectrum, (-2, -1))[kept]
        return np.fft.ifft2(np.fft.ifftshift(cropped, (-2, -1)), norm="forward").real

    def pull(self, run: Operated, dy: np.ndarray) -> np.ndarray:
        padded = np.zeros(run.x.shape, np.complex128)
        spectrum = np.fft.fft2(dy.astype(np.float64))
        kept = _centre(run.x.shape[-2:], dy.shape[-2:])
        padded[kept] = np.fft.fftshift(spectrum, (-2, -1))
        return np.fft.ifft2(np.fft.ifftshift(padded, (-2, -1))).real

    def lines(self, in_shape: tuple[int, ...]) -> list[np.ndarray]:
        """For each axis the complex matrix ``(out, n)`` that transforms, crops, transforms back."""
        lines = []
        for n, o in zip(in_shape, self.size(in_shape), strict=True):
            kept = np.arange(-(o // 2), -(-o // 2))
            there = np.exp(-2j * np.pi * (kept[:, None] * np.arange(n) % n) / n) / n
            back = np.exp(2j * np.pi * (np.arange(o)[:, None] * kept % o) / o)
            lines.append(back @ there)
        return lines

    def table(self, run: Operated) -> Table:
        in_shape = run.x.shape[-2:]
        fits(prod(in_shape) * prod(self.size(in_shape)), "output_size and x", cost=2)
        rows, cols = (line[axis] for axis, line in zip(_APART, self.lines(in_shape), strict=True))
        weights = rows.real * cols.real
        weights -= rows.imag * cols.imag
        weights[np.abs(weights) < 1e-14] = 0
        weights = weights.reshape(*self.size(in_shape), -1)
        return _fixed(run, np.broadcast_to(np.arange(weights.shape[-1]), weights.shape), weights)

    def arithmetic(self, run: Operated, cell: tuple[int, ...]) -> str:
        return weighed(run, cell)


@dataclass(frozen=True)
class Strip(Operator):
    """The mean of its row plus that of its column, at every cell: context along thin windows.

    x ``(..., H, W)`` -> ``(..., H, W)``; ``direction="rows"`` gives the row means alone, ``(..., H,
    1)``, ``"columns"`` ``(..., 1, W)``. In the paper learned 1-D convolutions stand between the
    means and their sum, and the sum gates the input; here it is the pooling alone.

    >>> Strip()(np.array([[1.0, 3.0], [4.0, 7.0]])).output
    array([[ 4.5,  7. ],
           [ 8. , 10.5]])
    """

    direction: str = param(
        "both",
        N_("Row means, column means, or at each cell the sum of both."),
        title=N_("Direction"),
        called=(N_("Both"), N_("Rows"), N_("Columns")),
        choices=("both", "rows", "columns"),
    )

    title = N_("Strip")
    family = N_("Filters")
    formula = r"y_{ij} = \frac1W \sum_v x_{iv} + \frac1H \sum_u x_{uj}"
    gradient = r"\frac{\partial y_{ij}}{\partial x_{uv}} = \frac{[u = i]}{W} + \frac{[v = j]}{H}"
    reference = "Hou, Zhang, Cheng & Feng, CVPR 2020"
    story = "share"
    names = Names("x.mean(-1, keepdim=True) + x.mean(-2, keepdim=True)")
    worked = Example(((1, 3), (4, 7)), ((4.5, 7), (8, 10.5)))

    @property
    def ndim(self) -> int:
        return 2

    @property
    def selects(self) -> bool:
        return False

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        return ()

    def combine(self, run: Operated) -> np.ndarray:
        return self._means(run.x.astype(np.float64))

    def pull(self, run: Operated, dy: np.ndarray) -> np.ndarray:
        height, width = run.x.shape[-2:]
        dx = np.zeros(run.x.shape)
        if self.direction != "columns":
            dx += dy.sum(-1, keepdims=True) / width
        if self.direction != "rows":
            dx += dy.sum(-2, keepdims=True) / height
        return dx

    def table(self, run: Operated) -> Table:
        height, width = run.x.shape[-2:]
        fits(run.output.size * (height + width), "x")
        u, v = np.arange(height), np.arange(width)
        row = np.broadcast_to(u[:, None, None] * width + v, (height, width, width))
        col = np.broadcast_to(u * width + v[:, None], (height, width, height))
        if self.direction == "rows":
            return _fixed(run, row[:, :1], np.full((height, 1, width), 1 / width))
        if self.direction == "columns":
            return _fixed(run, col[:1], np.full((1, width, height), 1 / height))
        col = np.where(u == u[:, None, None], OUTSIDE, col)  # its own cell is listed in the row
        own = 1 / width + (v == v[:, None]) / height
        weights = np.concatenate(
            [np.broadcast_to(own, row.shape), np.full(col.shape, 1 / height)], axis=-1
        )
        return _fixed(run, np.concatenate([row, col], axis=-1), weights)

    def arithmetic(self, run: Operated, cell: tuple[int, ...]) -> str:
        return weighed(run, cell)

    def _means(self, x: np.ndarray) -> np.ndarray:
        rows, cols = x.mean(-1, keepdims=True), x.mean(-2, keepdims=True)
        return {"both": rows + cols, "rows": rows, "columns": cols}[self.direction]


_APART = (
    (slice(None), None, slice(None), None),
    (None, slice(None), None, slice(None)),
)
"""How the lines of rows and of columns, each ``(out, n)``, meet as ``(o, p, n, m)``."""


def _centre(in_shape: tuple[int, ...], size: tuple[int, ...]) -> tuple[Any, ...]:
    """Where a spectrum of this size lies in the centred one of the input."""
    starts = (n // 2 - o // 2 for n, o in zip(in_shape, size, strict=True))
    return (..., *(slice(a, a + o) for a, o in zip(starts, size, strict=True)))


def _fixed(run: Operated, index: np.ndarray, weights: np.ndarray) -> Table:
    """A table whose weights ``(*out, K)`` are the same for every x."""
    windows = Windows(run.x.shape[-2:], weights.shape[:-1], index)
    weights = np.where(windows.valid, weights, 0)
    full = np.broadcast_to(weights, (*run.output.shape[:-2], *weights.shape))
    return Table(windows, full, full)
