"""Operators whose windows are drawn: where they stand, not what they take, is left to chance."""

from dataclasses import dataclass

import numpy as np

from poolviz.pooling.arguments import plane
from poolviz.pooling.averages import Average
from poolviz.pooling.engine import Pooled, pool
from poolviz.pooling.layout import Grid, Line, Spans, bound
from poolviz.pooling.operator import Example, Operated, Operator, PerAxis, written
from poolviz.pooling.operator_table import Table, chained, stage_table
from poolviz.pooling.selecting import Max
from poolviz.pooling.table import Geometry, Windows
from poolviz.pooling.variant import Names, param
from poolviz.pooling.windows import Sliding
from poolviz.text import N_, _

__all__ = ["FractionalMax", "S3Pool"]


@dataclass(frozen=True)
class FractionalMax(Operator):
    """Max over windows that start at fractional steps: start_i = int((i + u) alpha) - int(u alpha).

    alpha = (n - k) / (o - 1), u in [0, 1) drawn for each axis, the last window ends at the border.
    x ``(..., H, W)`` -> ``(..., o, p)``; ``output_size``, or else ``output_ratio`` of the input.
    ``rank=3`` pools ``(..., D, H, W)``. All planes share one draw (PyTorch draws for each);
    ``samples`` gives u itself, rows first, where the ``_random_samples`` of PyTorch's
    ``FractionalMaxPool2d`` hold the width first (those of ``FractionalMaxPool3d``: D, H, W).
    Source: PyTorch's rule for Graham's overlapping pseudo-random regions.

    >>> x = np.arange(25.0).reshape(5, 5)
    >>> FractionalMax(output_size=3, samples=(0.3, 0.7))(x).output
    array([[ 6.,  7.,  9.],
           [11., 12., 14.],
           [21., 22., 24.]])
    """

    kernel_size: int | tuple[int, ...] = param(
        2,
        N_("Side of a window."),
        title=N_("Side of a window"),
        of=PerAxis,
        low=1,
        length=lambda fractional: fractional.rank,
    )
    output_size: int | tuple[int, ...] | None = param(
        None,
        N_("Size of the output; empty: from the ratio."),
        title=N_("Output size"),
        of=PerAxis,
        kind="int",
        low=1,
        length=lambda fractional: fractional.rank,
    )
    output_ratio: float = param(
        0.7,
        N_("Size of the output over that of the input."),
        title=N_("Output over input"),
        low=0,
        high=1,
        open_low=True,
    )
    samples: tuple[float, ...] | None = param(
        None,
        N_("The draws u, one an axis, rows first; empty: from the seed."),
        title=N_("Draws, u"),
        kind="weights",
        low=0,
        high=1,
        open_high=True,
        length=lambda fractional: fractional.rank,
    )
    seed: int = param(
        0,
        N_("Fixes the draw, so that it can be repeated."),
        title=N_("Seed"),
        low=0,
        high=2**32 - 1,
    )
    rank: int = param(
        2, N_("How many of the last axes are pooled."), title=N_("Pooled axes"), low=1, high=3
    )

    title = N_("Fractional max")
    family = N_("Random windows")
    formula = (
        r"y_i = \max_{0 \le j < k} x_{s_i + j}, \quad "
        r"s_i = \lfloor (i + u) \alpha \rfloor - \lfloor u \alpha \rfloor, \quad "
        r"\alpha = \frac{n - k}{o - 1}"
    )
    gradient = r"\frac{\partial y}{\partial x_i} = [\, i = \text{first } \arg\max \,]"
    reference = "Graham, arXiv 1412.6071, 2014; torch.nn.FractionalMaxPool2d"
    story = "select"
    names = Names("torch.nn.FractionalMaxPool2d")
    worked = Example(
        tuple(tuple(5.0 * r + c for c in range(5)) for r in range(5)),
        ((6, 7, 9), (11, 12, 14), (21, 22, 24)),
        (("output_size", 3), ("samples", (0.3, 0.7))),
    )

    @property
    def stochastic(self) -> bool:
        return self.samples is None

    @property
    def variant(self) -> Max:
        return Max()

    @property
    def geometry(self) -> Geometry:
        u = self.samples or tuple(np.random.default_rng(self.seed).random(self.rank))
        kernel, size = self.kernel_size, self.output_size
        return _Fractional(
            kernel if isinstance(kernel, tuple) else (kernel,) * self.rank,
            size if isinstance(size, tuple) else (size,) * self.rank,
            self.output_ratio,
            u,
        )


@dataclass(frozen=True)
class _Fractional:
    kernel: tuple[int, ...]
    output: tuple[int | None, ...]
    ratio: float
    u: tuple[float, ...]

    @property
    def ndim(self) -> int:
        return len(self.kernel)

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Grid:
        """The windows over a plane, as yet unwritten."""
        lines = zip(plane(in_shape, self.ndim), self.kernel, self.output, self.u, strict=True)
        drawn = (
            self._line(n, k, max(int(n * self.ratio), 1) if o is None else o, u)
            for n, k, o, u in lines
        )
        return Grid(in_shape, tuple(drawn), "kernel_size and output_size")

    @staticmethod
    def _line(n: int, k: int, o: int, u: float) -> Spans:
        if o + k - 1 > n:
            raise ValueError(
                f"kernel_size must leave room for {o} distinct windows among {n} cells, "
                f"that is at most {n - o + 1}, got {k}"
            )
        alpha = (n - k) / (o - 1) if o > 1 else 0.0
        start = np.floor((np.arange(o) + u) * alpha).astype(np.intp) - int(u * alpha)
        start[-1] = n - k
        return Spans(start, start + k)


@dataclass(frozen=True)
class S3Pool(Operator):
    """Max of stride 1, then of every strip of ``grid`` rows and columns keep grid/stride at random.

    Train: the kept rows and columns, drawn from ``seed`` for the whole layer, in order; test: the
    average of ``stride`` x ``stride`` cells of the stage-1 map. The map keeps the input's size
    (-inf is padded behind); a shorter last strip keeps its share, rounded up. x ``(..., H, W)`` ->
    ``(..., ceil(H / stride), ceil(W / stride))``. The two stages are the paper's.
    ``border="cut"`` follows the authors' Lasagne code: nothing is padded in stage 1, so that the
    map is kernel_size - 1 cells shorter; the last strip takes what is left; and the average pads
    stride // 2 cells on all sides, which do not count. A PyTorch port (emedinac/S3Pool) tests by
    the average too; it pads 0, and pads again before averaging.

    >>> x = np.array([[1.0, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])
    >>> S3Pool(phase="test")(x).output
    array([[7.  , 2.75],
           [6.  , 8.  ]])
    >>> S3Pool(phase="test", border="cut")(x).output
    array([[7. , 4.5],
           [6.5, 6.5]])
    """

    kernel_size: int = param(
        2, N_("Side of a window of the first stage."), title=N_("Side of a window"), low=1
    )
    stride: int = param(2, N_("One row in so many is kept."), title=N_("Stride"), low=1)
    grid: int = param(
        4,
        N_("Rows and columns in a strip; a multiple of the stride."),
        title=N_("Rows in a strip"),
        low=1,
    )
    seed: int = param(
        0,
        N_("Fixes the draw, so that it can be repeated."),
        title=N_("Seed"),
        low=0,
        high=2**32 - 1,
    )
    phase: str = param(
        "train",
        N_("Training draws rows and columns; testing averages."),
        title=N_("Phase"),
        called=(N_("Training"), N_("Testing")),
        choices=("train", "test"),
    )
    border: str = param(
        "padded",
        N_(
            "The map of stage 1 is padded to the input's size, or cut short as in the paper's code."
        ),
        title=N_("Border"),
        called=(N_("Padded"), N_("Cut short")),
        choices=("padded", "cut"),
    )

    title = N_("S3Pool")
    family = N_("Random windows")
    formula = (
        r"z = \operatorname{maxpool}_{k, 1}(x), \quad \text{train: } y_{ij} = z_{r_i c_j}; \quad "
        r"\text{test: } y = \operatorname{avgpool}_{s, s}(z)"
    )
    gradient = (
        r"\frac{\partial y_{ij}}{\partial x} = \frac{\partial z_{r_i c_j}}{\partial x}, \quad "
        r"\text{test: the mean of them}"
    )
    reference = "Zhai, Wu, Kumar, Cheng, Lu, Zhang & Feris, CVPR 2017"
    story = "select"
    worked = Example(
        ((1, 3, 2, 1), (4, 7, 1, 0), (2, 2, 5, 3), (0, 6, 1, 8)),
        ((7, 2.75), (6, 8)),
        (("phase", "test"),),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.grid % self.stride:
            raise ValueError(
                _("grid must be a multiple of the stride {stride}, got {grid}").format(
                    stride=self.stride, grid=self.grid
                )
            )

    @property
    def selects(self) -> bool:
        return self.phase == "train"

    @property
    def stochastic(self) -> bool:
        return self.phase == "train"

    @property
    def variant(self) -> Max:
        return Max()

    @property
    def geometry(self) -> Geometry:
        behind = 0 if self.border == "cut" else self.kernel_size - 1
        first = Sliding(self.kernel_size, 1, ((0, behind),) * 2)
        if not self.selects:
            return first
        return _Kept(first, self.stride, self.grid, self.seed, self.border == "cut")

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        first = pool(x, self.variant, self.geometry)
        if self.selects:
            return (first,)
        mean = Average(count_include_pad=False)
        around = Sliding(self.stride, padding=self.stride // 2)
        means = around if self.border == "cut" else Sliding(self.stride, ceil_mode=True)
        return first, pool(first.output, mean, means)

    def table(self, run: Operated) -> Table:
        return stage_table(run.stages[0]) if self.selects else chained(*run.stages)

    def pull(self, run: Operated, dy: np.ndarray) -> np.ndarray:
        for stage in reversed(run.stages):
            dy = stage.backward(dy)
        return dy

    def arithmetic(self, run: Operated, cell: tuple[int, ...]) -> str:
        return written(run.stages[-1], cell)


@dataclass(frozen=True)
class _Kept:
    """The windows of ``first`` at the kept rows and columns."""

    first: Sliding
    stride: int
    grid: int
    seed: int
    whole: bool
    ndim: int = 2

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Grid:
        """The windows over a plane, as yet unwritten."""
        rng = np.random.default_rng(self.seed)
        axes = self.first.axes(plane(in_shape, 2))
        lines = tuple(_Some(axis, self.kept(axis.n, axis.out, rng)) for axis in axes)
        return Grid(in_shape, lines, "kernel_size and stride")

    def kept(self, n: int, lines: int, rng: np.random.Generator) -> np.ndarray:
        """Of each strip the lines with the smallest draws; ``whole``: there are n // grid."""
        draws, kept = rng.random(lines), []
        ends = [*range(self.grid, lines, self.grid), lines]
        if self.whole:
            if n < self.grid:
                raise ValueError(f"grid must be at most the {n} cells of an axis, got {self.grid}")
            ends = [*range(self.grid, n - n % self.grid, self.grid), lines]
        for start, end in zip([0, *ends], ends, strict=False):
            strip = draws[start:end]
            count = self.grid // self.stride if self.whole else -(-len(strip) // self.stride)
            kept.append(start + np.sort(np.argsort(strip)[:count]))
        return np.concatenate(kept)


@dataclass(frozen=True, eq=False)
class _Some:
    """Some windows of a line."""

    line: Line
    kept: np.ndarray

    @property
    def out(self) -> int:
        return len(self.kept)

    @property
    def kernel(self) -> int:
        return self.line.kernel

    def at(self, window: np.ndarray) -> np.ndarray:
        return self.line.at(self.kept[window])
