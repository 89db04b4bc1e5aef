"""Geometry: how windows lie over a plane.

A geometry is a frozen description (``Sliding``, ``Adaptive``, ``Global``); bound to the spatial
shape of an input it gives the table of ``Windows``.
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np

from poolviz.pooling.arguments import MOST_AXES, axes, integer, paddings, per_axis, plane, tuples
from poolviz.pooling.layout import Grid, Spans, bound
from poolviz.pooling.limits import MAX_FILLED, fits
from poolviz.pooling.table import OUTSIDE, PADDING, Windows

PerAxis = int | tuple[int, ...]
Padding = int | str | tuple[int | tuple[int, int], ...]
Mask = np.ndarray | tuple[Any, ...]


@dataclass(frozen=True)
class Sliding:
    """Windows of ``kernel_size`` that move by ``stride`` (default: the kernel).

    Each argument is an int or one int an axis; the length of a tuple ``kernel_size`` is the number
    of pooled axes, a bare int means 2. ``padding`` is an int, one int an axis (at most half of the
    effective kernel; PyTorch 2.13 counts the kernel without its dilation there, and refuses k = 3,
    p = 2, dilation = 2), one ``(before, after)`` pair an axis (ONNX ``pads``: less than the
    effective kernel), or a rule of ONNX ``auto_pad``: ``"valid"``, ``"same_upper"``,
    ``"same_lower"``.

    Output size, with ``eff = dilation * (kernel_size - 1) + 1``:
    ``floor((n + before + after - eff) / stride) + 1``; with ``ceil_mode`` the ceiling, less one if
    the last window would start in the padding after the input. ``same_*``: ``ceil(n / stride)``.

    What other frameworks allow, each to be asked for:
    ``wide_padding``: padding of any size (JAX, OpenVINO). ``ceil_padding``: with ``ceil_mode``, a
    last window that starts in the padding stays (OpenVINO's ``ceil``, ONNX before opset 19).
    ``allow_empty``: a kernel that does not fit gives an output without cells (JAX), and an axis of
    no cells is taken. ``base_dilation``: the input's cells lie so many apart, with padding between
    them (JAX's ``reduce_window``), so that ``n`` above is ``base_dilation * (n - 1) + 1``.

    Errors: ``ValueError`` naming the argument. Source: torch.nn.MaxPool2d, ONNX MaxPool.

    >>> Sliding(kernel_size=3, stride=2, padding=1).bind((5, 5)).out_shape
    (3, 3)
    >>> Sliding(kernel_size=2, ceil_mode=True).bind((5, 5)).out_shape
    (3, 3)
    >>> Sliding((2,), 1, 1, base_dilation=2).bind((3,)).index.tolist()
    [[-1, 0], [0, -1], [-1, 1], [1, -1], [-1, 2], [2, -1]]
    """

    kernel_size: PerAxis
    stride: PerAxis | None = None
    padding: Padding = 0
    dilation: PerAxis = 1
    ceil_mode: bool = False
    wide_padding: bool = False
    ceil_padding: bool = False
    allow_empty: bool = False
    base_dilation: PerAxis = 1

    def __post_init__(self) -> None:
        for name in ("kernel_size", "stride", "padding", "dilation", "base_dilation"):
            object.__setattr__(self, name, tuples(getattr(self, name)))
        for name in ("ceil_mode", "wide_padding", "ceil_padding", "allow_empty"):
            if not isinstance(getattr(self, name), (bool, np.bool_)):
                raise ValueError(f"{name} must be True or False, got {getattr(self, name)!r}")
        self._steps, self._pads, self._bases  # noqa: B018  (checked here, kept for bind)

    @cached_property
    def _kernel(self) -> tuple[int, ...]:
        return per_axis("kernel_size", self.kernel_size, None, least=1)

    @cached_property
    def _steps(self) -> tuple[tuple[int, int, int], ...]:
        """(kernel, stride, dilation) of each axis."""
        kernel = self._kernel
        stride = kernel if self.stride is None else per_axis("stride", self.stride, len(kernel), 1)
        dilation = per_axis("dilation", self.dilation, len(kernel), least=1)
        return tuple(zip(kernel, stride, dilation, strict=True))

    @cached_property
    def _pads(self) -> str | tuple[tuple[int, int], ...]:
        spans = tuple(d * (k - 1) + 1 for k, _, d in self._steps)
        return paddings(self.padding, spans, bool(self.wide_padding))

    @cached_property
    def _bases(self) -> tuple[int, ...]:
        return per_axis("base_dilation", self.base_dilation, len(self._kernel), least=1)

    @property
    def ndim(self) -> int:
        return len(self._kernel)

    def axes(self, in_shape: tuple[int, ...]) -> tuple["Axis", ...]:
        """The geometry of each pooled axis, every default filled in; errors as ``bind``. Cached."""
        return _sliding_axes(self, tuple(in_shape))

    def _axes(self, in_shape: tuple[int, ...]) -> tuple["Axis", ...]:
        in_shape = plane(in_shape, self.ndim, least=0 if self.allow_empty else 1)
        same = isinstance(self._pads, str) and self._pads != "valid"
        ceil = bool(self.ceil_mode) and not same
        axes = []
        for i, n in enumerate(in_shape):
            axis = Axis(n, *self._steps[i], 0, 0, ceil, bool(self.ceil_padding), self._bases[i])
            if isinstance(self._pads, str):
                before, after = _auto_pad(self._pads, axis.length, axis.effective, axis.stride)
            else:
                before, after = self._pads[i]
            axes.append(replace(axis, before=before, after=after))
        for i, axis in enumerate(axes):
            if axis.out < 1 and not self.allow_empty:
                raise ValueError(
                    f"kernel_size must fit the padded input: axis {i} has {axis.n} cells and "
                    f"padding {axis.before} + {axis.after}, got an effective kernel of "
                    f"{axis.effective}"
                )
        return tuple(axes)

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        """The windows over a plane ``in_shape``; cached."""
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Grid:
        """The windows over a plane ``in_shape``, as yet unwritten."""
        return Grid(in_shape, self.axes(in_shape), "kernel_size and stride")


@lru_cache(maxsize=64)
def _sliding_axes(geometry: Sliding, in_shape: tuple[int, ...]) -> tuple["Axis", ...]:
    return geometry._axes(in_shape)


@dataclass(frozen=True)
class Axis:
    """One axis of a ``Sliding`` geometry over n cells, with every default filled in."""

    n: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    ceil_mode: bool
    ceil_padding: bool = False
    base: int = 1

    @property
    def length(self) -> int:
        """The cells and what lies between them: base * (n - 1) + 1."""
        return self.base * (self.n - 1) + 1 if self.n else 0

    @property
    def effective(self) -> int:
        """dilation * (kernel - 1) + 1, the span of a window."""
        return self.dilation * (self.kernel - 1) + 1

    @cached_property
    def out(self) -> int:
        """Number of windows."""
        room = self.length + self.before + self.after - self.effective
        out = room // self.stride + 1
        if self.ceil_mode and room % self.stride:  # one more, which overruns
            late = out * self.stride >= self.length + self.before
            out += self.ceil_padding or not late
        return max(out, 0)

    @property
    def coordinates(self) -> np.ndarray:
        """``(out, kernel)``: where each place of each window lies, in the plane or around it."""
        return self.coordinates_of(np.arange(self.out))

    def coordinates_of(self, window: np.ndarray) -> np.ndarray:
        """``(len(window), kernel)``: where the places of some windows lie, or would lie."""
        start = window.astype(np.intp, copy=False)[:, None] * self.stride - self.before
        return start + np.arange(self.kernel, dtype=np.intp) * self.dilation

    @property
    def positions(self) -> np.ndarray:
        """``(out, kernel)`` positions; -1 padding, -2 outside."""
        return self.at(np.arange(self.out))

    def at(self, window: np.ndarray) -> np.ndarray:
        """``(len(window), kernel)`` positions of some windows; -1 padding, -2 outside."""
        at = self.coordinates_of(window)
        padded = (at >= -self.before) & (at < self.length + self.after)
        inside = (at >= 0) & (at < self.length)
        if self.base > 1:
            inside &= at % self.base == 0
            at //= self.base
        return np.where(inside, at, np.where(padded, PADDING, OUTSIDE))


@dataclass(frozen=True)
class Adaptive:
    """Windows chosen so that the output has ``output_size`` cells.

    ``output_size`` is an int (2-D), or one an axis; None keeps the length of its axis, 0 gives an
    output without cells.
    ``rule="torch"``: window i covers ``[floor(i n / o), ceil((i + 1) n / o))``; lengths may differ.
    ``rule="equal"``: equal windows, ``stride = floor(n / o)``, ``kernel = n - (o - 1) stride``; for
    o > n the stride is 0 and every window is the whole input. ``rule="split"``: windows that do not
    overlap, as ``numpy.array_split`` cuts: the first n mod o are one cell longer (Equinox).
    Source: torch.nn.AdaptiveAvgPool2d.

    >>> Adaptive((3,)).bind((5,)).valid.sum(-1)
    array([2, 3, 2])
    >>> Adaptive((3,), rule="equal").bind((5,)).valid.sum(-1)
    array([3, 3, 3])
    """

    output_size: int | tuple[int | None, ...] | None
    rule: str = "torch"

    def __post_init__(self) -> None:
        if self.rule not in ("torch", "equal", "split"):
            raise ValueError(f'rule must be "torch", "equal" or "split", got {self.rule!r}')
        size = self.output_size
        object.__setattr__(self, "output_size", tuples(size))
        axes("output_size", self._sizes)
        for o in self._sizes:
            if o is not None:
                integer("output_size", o, least=0)

    @cached_property
    def _sizes(self) -> tuple[int | None, ...]:
        size = self.output_size
        return size if isinstance(size, tuple) else (size, size)

    @property
    def ndim(self) -> int:
        return len(self._sizes)

    def spans(self, n: int, o: int) -> np.ndarray:
        """``(o, 2)``: start and end of each of the o windows over n cells of one axis."""
        i = np.arange(o, dtype=np.intp)
        if self.rule == "torch" or o == 0:
            return np.stack([i * n // max(o, 1), -(-(i + 1) * n // max(o, 1))], axis=-1)
        stride = n // o
        if self.rule == "split":
            if o > n:
                raise ValueError(
                    f'output_size must be at most the {n} cells of an axis with rule="split", '
                    f"got {o}"
                )
            ends = (i + 1) * stride + np.minimum(i + 1, n % o)
            return np.stack([np.append(0, ends[:-1]), ends], axis=-1)
        return i[:, None] * stride + np.array([0, n - (o - 1) * stride])

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        """The windows over a plane ``in_shape``; cached."""
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Grid:
        """The windows over a plane ``in_shape``, as yet unwritten."""
        in_shape = plane(in_shape, self.ndim)
        windows = prod(n if o is None else o for n, o in zip(in_shape, self._sizes, strict=True))
        fits(windows, "output_size", MAX_FILLED, "windows")
        lines = tuple(Spans(*spans.T) for spans in self.axes(in_shape))
        return Grid(in_shape, lines, "output_size")

    def axes(self, in_shape: tuple[int, ...]) -> list[np.ndarray]:
        """``spans`` of each pooled axis."""
        return [
            self.spans(n, n if o is None else o) for n, o in zip(in_shape, self._sizes, strict=True)
        ]


@dataclass(frozen=True)
class Global:
    """One window: all cells of the last ``ndim`` axes, which stay as axes of length 1.

    ``mask`` leaves cells out: booleans of the pooled axes, such as the steps of a sequence that are
    not filler, or one such plane for each entry of a batch, ``(*batch, *spatial)``, where a batch
    axis of 1 serves them all. A window that is masked out altogether is one without a cell.

    >>> Global(ndim=2).bind((3, 4)).out_shape
    (1, 1)
    >>> from poolviz import Average, pool
    >>> lengths = Global(ndim=1, mask=((True, True, True), (True, False, False)))
    >>> pool(np.array([[1.0, 2.0, 6.0], [4.0, 7.0, 7.0]]), Average(), lengths).output
    array([[3.],
           [4.]])
    """

    ndim: int = 2
    mask: Mask | None = None

    def __post_init__(self) -> None:
        if integer("ndim", self.ndim, least=1) > MOST_AXES:
            raise ValueError(f"ndim must be at most {MOST_AXES}, got {self.ndim}")
        if self.mask is None:
            return
        mask = np.asarray(self.mask)
        if mask.ndim < self.ndim or mask.dtype != bool:
            raise ValueError(
                f"mask must be booleans with at least {self.ndim} axes, got dtype {mask.dtype} and "
                f"shape {mask.shape}"
            )
        object.__setattr__(self, "mask", _nested(mask))

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        """The single window over a plane ``in_shape``; cached if it is small and has no mask."""
        if self.mask is None:
            return bound(_Everything(self.ndim), in_shape)
        mask = np.asarray(self.mask)
        if mask.shape[-self.ndim :] != plane(in_shape, self.ndim):
            raise ValueError(
                f"mask must have the pooled axes' shape {in_shape} last, got {mask.shape}"
            )
        fits(mask.size, "mask")
        flat = mask.reshape(*mask.shape[: -self.ndim], *(1,) * self.ndim, -1)
        index = np.where(flat, np.arange(flat.shape[-1], dtype=np.intp), OUTSIDE)
        return Windows(in_shape, (1,) * self.ndim, index)

    def layout(self, in_shape: tuple[int, ...]) -> Grid | None:
        """The single window over a plane ``in_shape``, as yet unwritten; None if it is masked."""
        return _Everything(self.ndim).layout(in_shape) if self.mask is None else None


@dataclass(frozen=True)
class _Everything:
    """The window of a ``Global`` without a mask."""

    ndim: int

    def layout(self, in_shape: tuple[int, ...]) -> Grid:
        in_shape = plane(in_shape, self.ndim)
        lines = tuple(Spans(np.zeros(1, np.intp), np.array([n], np.intp)) for n in in_shape)
        return Grid(in_shape, lines, "ndim")


def _nested(a: np.ndarray) -> tuple[Any, ...]:
    """An array as tuples of tuples, which can be compared and hashed."""
    return tuple(a.tolist()) if a.ndim == 1 else tuple(_nested(part) for part in a)


def _auto_pad(rule: str, n: int, effective: int, stride: int) -> tuple[int, int]:
    if rule == "valid":
        return 0, 0
    total = max((-(-n // stride) - 1) * stride + effective - n, 0)
    small, large = total // 2, total - total // 2
    return (small, large) if rule == "same_upper" else (large, small)
