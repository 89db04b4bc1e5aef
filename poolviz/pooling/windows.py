"""Geometry: how windows lie over a plane.

A geometry is a frozen description (``Sliding``, ``Adaptive``, ``Global``); bound to the spatial
shape of an input it gives the table of ``Windows``.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod

import numpy as np

from poolviz.pooling.arguments import integer, paddings, per_axis, plane, tuples
from poolviz.pooling.layout import Grid, Spans, bound
from poolviz.pooling.limits import MAX_FILLED, fits
from poolviz.pooling.table import OUTSIDE, PADDING, Windows

PerAxis = int | tuple[int, ...]
Padding = int | str | tuple[int | tuple[int, int], ...]


@dataclass(frozen=True)
class Sliding:
    """Windows of ``kernel_size`` that move by ``stride`` (default: the kernel).

    Each argument is an int or one int an axis; a tuple ``kernel_size`` of length 1, 2 or 3 sets the
    number of pooled axes, a bare int means 2. ``padding`` is an int, one int an axis (at most half
    of the effective kernel, as in PyTorch), one ``(before, after)`` pair an axis (ONNX ``pads``:
    less than the effective kernel), or a rule of ONNX ``auto_pad``: ``"valid"``, ``"same_upper"``,
    ``"same_lower"``.

    Output size, with ``eff = dilation * (kernel_size - 1) + 1``:
    ``floor((n + before + after - eff) / stride) + 1``; with ``ceil_mode`` the ceiling, less one if
    the last window would start in the padding after the input. ``same_*``: ``ceil(n / stride)``.

    Errors: ``ValueError`` naming the argument. Source: torch.nn.MaxPool2d, ONNX MaxPool.

    >>> Sliding(kernel_size=3, stride=2, padding=1).bind((5, 5)).out_shape
    (3, 3)
    >>> Sliding(kernel_size=2, ceil_mode=True).bind((5, 5)).out_shape
    (3, 3)
    """

    kernel_size: PerAxis
    stride: PerAxis | None = None
    padding: Padding = 0
    dilation: PerAxis = 1
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        for name in ("kernel_size", "stride", "padding", "dilation"):
            object.__setattr__(self, name, tuples(getattr(self, name)))
        if not isinstance(self.ceil_mode, (bool, np.bool_)):
            raise ValueError(f"ceil_mode must be True or False, got {self.ceil_mode!r}")
        self._steps, self._pads  # noqa: B018  (checked here, kept for bind)

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
        return paddings(self.padding, tuple(d * (k - 1) + 1 for k, _, d in self._steps))

    @property
    def ndim(self) -> int:
        return len(self._kernel)

    def axes(self, in_shape: tuple[int, ...]) -> tuple["Axis", ...]:
        """The geometry of each pooled axis, every default filled in; errors as ``bind``. Cached."""
        return _sliding_axes(self, tuple(in_shape))

    def _axes(self, in_shape: tuple[int, ...]) -> tuple["Axis", ...]:
        in_shape = plane(in_shape, self.ndim)
        axes = []
        for i, n in enumerate(in_shape):
            k, s, d = self._steps[i]
            effective = d * (k - 1) + 1
            if isinstance(self._pads, str):
                before, after = _auto_pad(self._pads, n, effective, s)
            else:
                before, after = self._pads[i]
            same = isinstance(self._pads, str) and self._pads != "valid"
            axes.append(Axis(n, k, s, d, before, after, bool(self.ceil_mode) and not same))
        for i, axis in enumerate(axes):
            if axis.out < 1:
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

    @property
    def effective(self) -> int:
        """dilation * (kernel - 1) + 1, the span of a window."""
        return self.dilation * (self.kernel - 1) + 1

    @cached_property
    def out(self) -> int:
        """Number of windows."""
        room = self.n + self.before + self.after - self.effective
        if not self.ceil_mode:
            return room // self.stride + 1
        out = -(-room // self.stride) + 1
        return out - 1 if (out - 1) * self.stride >= self.n + self.before else out

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
        inside = (at >= 0) & (at < self.n)
        padded = (at >= -self.before) & (at < self.n + self.after)
        return np.where(inside, at, np.where(padded, PADDING, OUTSIDE))


@dataclass(frozen=True)
class Adaptive:
    """Windows chosen so that the output has ``output_size`` cells.

    ``output_size`` is an int (2-D), or one an axis; None keeps the length of its axis.
    ``rule="torch"``: window i covers ``[floor(i n / o), ceil((i + 1) n / o))``; lengths may differ.
    ``rule="equal"``: equal windows, ``stride = floor(n / o)``, ``kernel = n - (o - 1) stride``; for
    o > n the stride is 0 and every window is the whole input.
    Source: torch.nn.AdaptiveAvgPool2d.

    >>> Adaptive((3,)).bind((5,)).valid.sum(-1)
    array([2, 3, 2])
    >>> Adaptive((3,), rule="equal").bind((5,)).valid.sum(-1)
    array([3, 3, 3])
    """

    output_size: int | tuple[int | None, ...] | None
    rule: str = "torch"

    def __post_init__(self) -> None:
        if self.rule not in ("torch", "equal"):
            raise ValueError(f'rule must be "torch" or "equal", got {self.rule!r}')
        size = self.output_size
        object.__setattr__(self, "output_size", tuples(size))
        if not 1 <= len(self._sizes) <= 3:
            raise ValueError(f"output_size must have 1, 2 or 3 axes, got {size!r}")
        for o in self._sizes:
            if o is not None:
                integer("output_size", o, least=1)

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
        if self.rule == "torch":
            return np.stack([i * n // o, -(-(i + 1) * n // o)], axis=-1)
        stride = n // o
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

    >>> Global(ndim=2).bind((3, 4)).out_shape
    (1, 1)
    """

    ndim: int = 2

    def __post_init__(self) -> None:
        if integer("ndim", self.ndim, least=1) > 3:
            raise ValueError(f"ndim must be 1, 2 or 3, got {self.ndim}")

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        """The single window over a plane ``in_shape``; cached."""
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Grid:
        """The single window over a plane ``in_shape``, as yet unwritten."""
        in_shape = plane(in_shape, self.ndim)
        lines = tuple(Spans(np.zeros(1, np.intp), np.array([n], np.intp)) for n in in_shape)
        return Grid(in_shape, lines, "ndim")


def _auto_pad(rule: str, n: int, effective: int, stride: int) -> tuple[int, int]:
    if rule == "valid":
        return 0, 0
    total = max((-(-n // stride) - 1) * stride + effective - n, 0)
    small, large = total // 2, total - total // 2
    return (small, large) if rule == "same_upper" else (large, small)
