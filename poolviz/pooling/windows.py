"""Geometry: which input cells each output cell looks at.

A geometry is a frozen description (``Sliding``, ``Adaptive``, ``Global``); bound to the spatial
shape of an input it gives ``Windows``, one table of positions that gather, scatter, locations,
unpooling and every picture read.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Protocol

import numpy as np

PADDING = -1
"""A padding cell: inside the padded plane, outside the input."""
OUTSIDE = -2
"""A place outside the padded plane: overrun of ceil mode, or filler of a ragged window."""

MAX_TABLE = 60_000_000
"""Largest number of entries of a table; beyond it the table alone would fill a small server."""
LARGEST = 2**31 - 1
"""Largest number that a geometry takes, so that positions cannot overflow int64."""
REMEMBERED = 600_000
"""Tables up to this size (4.8 MB) are kept for the next call with the same geometry and shape."""

PerAxis = int | tuple[int, ...]
Padding = int | str | tuple[int | tuple[int, int], ...]


class Geometry(Protocol):
    """What ``pool`` asks of a geometry."""

    @property
    def ndim(self) -> int:
        """Number of pooled axes."""

    def bind(self, in_shape: tuple[int, ...]) -> "Windows":
        """The windows over a plane of this shape."""


@dataclass(frozen=True, eq=False)
class Windows:
    """A geometry bound to an input: ``index[..., o, k]`` is the position of cell k of window o.

    ``index`` has shape ``(*lead, *out_shape, K)``, int64: flat positions in the spatial plane, -1
    for a padding cell, -2 for a place outside the padded plane. ``lead`` broadcasts against the
    batch axes of x and is usually empty. ``weights`` (same shape) multiply in gather and scatter
    (bilinear samples); None means one.

    >>> from poolviz import Sliding
    >>> windows = Sliding(kernel_size=(2,), padding=(1,)).bind((3,))
    >>> windows.index
    array([[-1,  0],
           [ 1,  2]])
    >>> windows.scatter(np.ones((2, 2)))
    array([1., 1., 1.])
    """

    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    index: np.ndarray
    weights: np.ndarray | None = None

    def __post_init__(self) -> None:
        for table in (self.index, self.weights):
            if table is not None:
                table.setflags(write=False)

    @cached_property
    def valid(self) -> np.ndarray:
        """True where a place of a window is a cell of the input; shape of ``index``."""
        valid: np.ndarray = self.index >= 0
        valid.setflags(write=False)
        return valid

    @property
    def size(self) -> int:
        """K, the number of places in a window."""
        return int(self.index.shape[-1])

    def gather(self, x: np.ndarray, fill: float | int | bool = 0) -> np.ndarray:
        """x ``(*batch, *in_shape)`` -> windows ``(*batch, *out_shape, K)``, ``fill`` outside.

        dtype of x; integers become float64 where there are weights.
        """
        batch = x.shape[: x.ndim - len(self.in_shape)]
        flat = x.reshape(*batch, prod(self.in_shape))
        place = np.where(self.valid, self.index, 0)
        if self._lead:
            batch = np.broadcast_shapes(batch, self._lead)
            place = np.broadcast_to(place, (*batch, *place.shape[len(self._lead) :]))
            flat = np.broadcast_to(flat, (*batch, flat.shape[-1]))
            rows = place.reshape(*batch, prod(place.shape[len(batch) :]))
            w = np.take_along_axis(flat, rows, axis=-1).reshape(place.shape)
        else:
            w = flat[..., place]
        if self.weights is not None:
            w = (w * self.weights).astype(
                w.dtype if w.dtype.kind == "f" else np.float64, copy=False
            )
        if not self.valid.all():
            w[np.broadcast_to(~self.valid, w.shape)] = fill
        return w

    def scatter(self, dw: np.ndarray) -> np.ndarray:
        """The adjoint of ``gather``: dw ``(*batch, *out_shape, K)`` -> ``(*batch, *in_shape)``.

        Contributions to one cell add up (float16 in float32); padding and outside places are
        dropped. dtype of dw.
        """
        batch = dw.shape[: dw.ndim - 1 - len(self.out_shape)]
        planes, cells = prod(batch), prod(self.in_shape)
        dtype = dw.dtype
        if self.weights is not None:
            dw = dw * self.weights
        out = np.zeros(planes * cells, dtype=np.float32 if dw.dtype == np.float16 else dw.dtype)
        offset = np.arange(planes, dtype=np.int64).reshape(*batch, *(1,) * (dw.ndim - len(batch)))
        where = np.broadcast_to(self.valid, dw.shape)
        place = np.broadcast_to(self.index, dw.shape) + offset * cells
        np.add.at(out, place[where], dw[where].astype(out.dtype, copy=False))
        return out.astype(dtype, copy=False).reshape(*batch, *self.in_shape)

    @property
    def _lead(self) -> tuple[int, ...]:
        return self.index.shape[: self.index.ndim - 1 - len(self.out_shape)]


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
            object.__setattr__(self, name, _tuples(getattr(self, name)))
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
        return _padding(self.padding, tuple(d * (k - 1) + 1 for k, _, d in self._steps))

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
        in_shape = tuple(int(n) for n in in_shape)
        entries = prod(axis.out * axis.kernel for axis in self.axes(in_shape))
        return _bound(self, in_shape, entries, "kernel_size and stride")

    def positions(self, in_shape: tuple[int, ...]) -> list[np.ndarray]:
        """For each axis, ``(out, kernel)`` positions; -1 padding, -2 outside."""
        return [axis.positions for axis in self.axes(in_shape)]


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

    @property
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
        start = np.arange(self.out, dtype=np.int64)[:, None] * self.stride - self.before
        return start + np.arange(self.kernel, dtype=np.int64) * self.dilation

    @property
    def positions(self) -> np.ndarray:
        """``(out, kernel)`` positions; -1 padding, -2 outside."""
        at = self.coordinates
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
        object.__setattr__(self, "output_size", _tuples(size))
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
        i = np.arange(o, dtype=np.int64)
        if self.rule == "torch":
            return np.stack([i * n // o, -(-(i + 1) * n // o)], axis=-1)
        stride = n // o
        return i[:, None] * stride + np.array([0, n - (o - 1) * stride])

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        """The windows over a plane ``in_shape``; cached."""
        in_shape = plane(tuple(int(n) for n in in_shape), self.ndim)
        windows = prod(n if o is None else o for n, o in zip(in_shape, self._sizes, strict=True))
        fits(windows, "output_size")
        entries = windows * prod(int(np.ptp(axis, axis=-1).max()) for axis in self.axes(in_shape))
        return _bound(self, in_shape, entries, "output_size")

    def axes(self, in_shape: tuple[int, ...]) -> list[np.ndarray]:
        """``spans`` of each pooled axis."""
        return [
            self.spans(n, n if o is None else o) for n, o in zip(in_shape, self._sizes, strict=True)
        ]

    def positions(self, in_shape: tuple[int, ...]) -> list[np.ndarray]:
        """For each axis, ``(out, longest)`` positions; -2 fills the shorter windows."""
        positions = []
        for spans in self.axes(in_shape):
            starts, ends = spans.T[:, :, None]
            at = starts + np.arange((ends - starts).max())
            positions.append(np.where(at < ends, at, OUTSIDE))
        return positions


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
        in_shape = plane(tuple(int(n) for n in in_shape), self.ndim)
        return _bound(self, in_shape, prod(in_shape), "ndim")

    def positions(self, in_shape: tuple[int, ...]) -> list[np.ndarray]:
        """For each axis, ``(1, n)``: every position."""
        return [np.arange(n, dtype=np.int64)[None] for n in in_shape]


class _Separable(Protocol):
    """A geometry whose windows are products of positions on each axis."""

    def __hash__(self) -> int: ...

    def positions(self, in_shape: tuple[int, ...]) -> list[np.ndarray]: ...


def fits(entries: int, names: str) -> None:
    """A ``ValueError`` that names the arguments if a table of so many entries is too large."""
    if entries > MAX_TABLE:
        raise ValueError(f"{names} must give at most {MAX_TABLE:,} window cells, got {entries:,}")


def _bound(geometry: _Separable, in_shape: tuple[int, ...], entries: int, names: str) -> Windows:
    fits(entries, names)
    build = _remembered if entries <= REMEMBERED else product
    return build(geometry, in_shape)


@lru_cache(maxsize=16)
def _remembered(geometry: _Separable, in_shape: tuple[int, ...]) -> Windows:
    return product(geometry, in_shape)


def product(geometry: _Separable, in_shape: tuple[int, ...]) -> Windows:
    """Combine the positions ``(out, k)`` of each axis into the table of the plane."""
    positions = geometry.positions(in_shape)
    rank = len(positions)
    out_shape = tuple(p.shape[0] for p in positions)
    index: np.ndarray = np.zeros((1,) * (2 * rank), dtype=np.int64)
    worst: np.ndarray = np.zeros((1,) * (2 * rank), dtype=np.int64)
    for axis, (p, n) in enumerate(zip(positions, in_shape, strict=True)):
        shape = [1] * (2 * rank)
        shape[axis], shape[rank + axis] = p.shape
        index = index * n + p.reshape(shape)
        worst = np.minimum(worst, p.reshape(shape))
    return Windows(in_shape, out_shape, np.where(worst < 0, worst, index).reshape(*out_shape, -1))


def integer(name: str, value: object, least: int) -> int:
    """value as an int, or a ``ValueError`` that names it."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    if value > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST}, got {value}")
    return int(value)


def per_axis(name: str, value: object, ndim: int | None, least: int) -> tuple[int, ...]:
    """value as one int an axis; ``ndim=None`` takes the rank from value (a bare int means 2-D)."""
    if not isinstance(value, (tuple, list)):
        return (integer(name, value, least),) * (2 if ndim is None else ndim)
    if ndim is None and not 1 <= len(value) <= 3:
        raise ValueError(f"{name} must have 1, 2 or 3 axes, got {value!r}")
    if ndim is not None and len(value) != ndim:
        raise ValueError(f"{name} must be an int or {ndim} ints, one an axis, got {value!r}")
    return tuple(integer(name, v, least) for v in value)


def plane(in_shape: tuple[int, ...], ndim: int) -> tuple[int, ...]:
    """in_shape checked: one length of at least 1 for each pooled axis."""
    if len(in_shape) != ndim:
        raise ValueError(f"in_shape must have {ndim} axes, got {in_shape!r}")
    if min(in_shape) < 1:
        raise ValueError(f"x must have at least 1 cell on each pooled axis, got shape {in_shape!r}")
    return in_shape


def _tuples(value: object) -> object:
    """Lists as tuples, so that a geometry can be hashed."""
    return tuple(_tuples(v) for v in value) if isinstance(value, (list, tuple)) else value


def _padding(value: object, effective: tuple[int, ...]) -> str | tuple[tuple[int, int], ...]:
    names = ("valid", "same_upper", "same_lower")
    if isinstance(value, str):
        if value not in names:
            raise ValueError(f"padding must be a number or one of {names}, got {value!r}")
        return value
    given = value if isinstance(value, (tuple, list)) else (value,) * len(effective)
    if len(given) != len(effective):
        raise ValueError(
            f"padding must be an int, {len(effective)} ints or {len(effective)} (before, after) "
            f"pairs, one an axis, got {value!r}"
        )
    pads = []
    for p, span in zip(given, effective, strict=True):
        if isinstance(p, (tuple, list)):
            if len(p) != 2:
                raise ValueError(f"padding must give (before, after) for an axis, got {p!r}")
            pair = (integer("padding", p[0], 0), integer("padding", p[1], 0))
            if max(pair) >= span:
                raise ValueError(
                    f"padding must be less than the effective kernel size {span}, got {p!r}"
                )
        else:
            pair = (integer("padding", p, 0),) * 2
            if pair[0] > span // 2:
                raise ValueError(
                    f"padding must be at most half of the effective kernel size {span}, "
                    f"that is {span // 2}, got {p}"
                )
        pads.append(pair)
    return tuple(pads)


def _auto_pad(rule: str, n: int, effective: int, stride: int) -> tuple[int, int]:
    if rule == "valid":
        return 0, 0
    total = max((-(-n // stride) - 1) * stride + effective - n, 0)
    small, large = total // 2, total - total // 2
    return (small, large) if rule == "same_upper" else (large, small)
