"""Values that remember what they were made of, so that a gradient finds its way back.

Each operation is a pair of rules that stand together: what it gives, and what an upstream gradient
gives each of its arguments. A block is a composition of them; the chain rule is ``backward``.
Everything is tokens ``(..., N, C)``: one row a cell, one column a channel.
"""

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

import numpy as np

import poolviz.pooling as pooling
from poolviz.attention.attend import attend
from poolviz.attention.attended import Attended, summed_to
from poolviz.pooling.table import Geometry, Windows
from poolviz.pooling.variant import Variant

Rule = Callable[[np.ndarray], np.ndarray]
"""What an upstream gradient gives an argument."""
Grid = tuple[int, int]
"""Rows and columns of the map that tokens are the cells of."""


class Value:
    """An array, what it was made of, and (after ``backward``) the gradient that reached it."""

    __slots__ = ("array", "gradient", "sources")

    def __init__(self, array: np.ndarray, *sources: tuple["Value", Rule]) -> None:
        """``sources``: each argument with its rule."""
        self.array = array
        self.sources = sources
        self.gradient: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """That of its array."""
        return self.array.shape

    def __add__(self, other: "Value") -> "Value":
        return Value(
            self.array + other.array,
            (self, lambda d: summed_to(d, self.shape)),
            (other, lambda d: summed_to(d, other.shape)),
        )

    def __mul__(self, other: "Value") -> "Value":
        return Value(
            self.array * other.array,
            (self, lambda d: summed_to(d * other.array, self.shape)),
            (other, lambda d: summed_to(d * self.array, other.shape)),
        )

    @property
    def T(self) -> "Value":
        """Rows and columns changed: channels become tokens."""
        return Value(np.swapaxes(self.array, -1, -2), (self, lambda d: np.swapaxes(d, -1, -2)))

    def backward(self, upstream: np.ndarray) -> None:
        """Give everything that this was made of its gradient; those of an earlier call are gone."""
        order: list[Value] = []
        seen: set[int] = set()
        stack = [(self, False)]
        while stack:
            value, done = stack.pop()
            if done:
                order.append(value)
            elif id(value) not in seen:
                seen.add(id(value))
                value.gradient = None
                stack.append((value, True))
                stack.extend((source, False) for source, _rule in value.sources)
        self.gradient = upstream
        for value in reversed(order):
            for source, rule in value.sources:
                assert value.gradient is not None
                part = rule(value.gradient)
                source.gradient = part if source.gradient is None else source.gradient + part


def scaled(x: Value, by: float) -> Value:
    """by x."""
    return Value(by * x.array, (x, lambda d: by * d))


def linear(x: Value, weight: Value, bias: Value | None = None) -> Value:
    """y = x W^T + b: a 1 x 1 convolution, W ``(out, in)``.

    dx = dy W; dW = dy^T x; db = sum dy.
    """
    y = x.array @ weight.array.T

    def to_weight(d: np.ndarray) -> np.ndarray:
        return _flat(d).T @ _flat(x.array)

    sources = [(x, lambda d: d @ weight.array), (weight, to_weight)]
    if bias is not None:
        y += bias.array
        sources.append((bias, lambda d: summed_to(d, bias.shape)))
    return Value(y, *sources)


def _flat(rows: np.ndarray) -> np.ndarray:
    return rows.reshape(-1, rows.shape[-1])


def relu(x: Value) -> Value:
    """max(x, 0); gradient 0 at 0."""
    return Value(np.maximum(x.array, 0), (x, lambda d: d * (x.array > 0)))


def sigmoid(x: Value) -> Value:
    """1 / (1 + exp(-x)); dx = dy y (1 - y)."""
    t = np.exp(-np.abs(x.array))
    y = np.where(x.array >= 0, 1, t) / (1 + t)
    return Value(y, (x, lambda d: d * y * (1 - y)))


def hard_sigmoid(x: Value) -> Value:
    """min(max(x + 3, 0), 6) / 6, of MobileNetV3."""
    inside = np.abs(x.array) < 3
    return Value(np.clip(x.array + 3, 0, 6) / 6, (x, lambda d: d * inside / 6))


def layer_norm(x: Value, gain: Value, shift: Value, eps: float) -> Value:
    """gain (x - mean) / sqrt(var + eps) + shift along the last axis; var is biased.

    With n = gain dy: dx = (n - mean n - x^ mean(n x^)) / sqrt(var + eps).
    """
    centred = x.array - x.array.mean(-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(-1, keepdims=True) + eps)
    unit = centred / spread

    def to_x(d: np.ndarray) -> np.ndarray:
        n = d * gain.array
        both = n - n.mean(-1, keepdims=True) - unit * (n * unit).mean(-1, keepdims=True)
        return both / spread

    return Value(
        gain.array * unit + shift.array,
        (x, to_x),
        (gain, lambda d: summed_to(d * unit, gain.shape)),
        (shift, lambda d: summed_to(d, shift.shape)),
    )


def batch_norm(x: Value, gain: Value, shift: Value, eps: float = 1e-5) -> Value:
    """gain x / sqrt(1 + eps) + shift: a batch norm at inference, its statistics still fresh."""
    fresh = sqrt(1 + eps)
    unit = x.array / fresh
    return Value(
        gain.array * unit + shift.array,
        (x, lambda d: d * gain.array / fresh),
        (gain, lambda d: summed_to(d * unit, gain.shape)),
        (shift, lambda d: summed_to(d, shift.shape)),
    )


def ones_beside(x: Value, after: bool) -> Value:
    """A column of ones behind the columns of x, or before them."""
    ones = np.ones_like(x.array[..., :1])
    n = x.shape[-1]
    both = np.concatenate((x.array, ones) if after else (ones, x.array), -1)
    return Value(both, (x, lambda d: d[..., :n] if after else d[..., 1:]))


def pooled(x: Value, grid: Grid, variant: Variant, geometry: Geometry) -> tuple[Value, Grid]:
    """Tokens pooled over the map, and the map's new size; the gradient is the variant's own."""
    planes = np.swapaxes(x.array, -1, -2).reshape(*x.shape[:-2], x.shape[-1], *grid)
    run = pooling.pool(planes, variant, geometry)
    rows, cols = run.output.shape[-2:]

    def tokens(maps: np.ndarray) -> np.ndarray:
        return np.swapaxes(maps.reshape(*maps.shape[:-2], -1), -1, -2)

    def back(d: np.ndarray) -> np.ndarray:
        maps = np.swapaxes(d, -1, -2).reshape(run.output.shape)
        return tokens(run.backward(maps))

    return Value(tokens(run.output), (x, back)), (rows, cols)


def joined(parts: list[Value], axis: int = -2) -> Value:
    """Values one after the other along an axis, tokens by default."""
    ends = np.cumsum([part.shape[axis] for part in parts])

    def rule(i: int) -> Rule:
        return lambda d: np.split(d, ends[:-1], axis)[i]

    y = np.concatenate([part.array for part in parts], axis)
    return Value(y, *((part, rule(i)) for i, part in enumerate(parts)))


def over_channels(x: Value, how: str) -> Value:
    """One number a token ``(..., N, 1)``: the mean of its channels, or the first largest."""
    if how == "avg":
        n = x.shape[-1]
        mean = x.array.mean(-1, keepdims=True)
        return Value(mean, (x, lambda d: np.broadcast_to(d / n, x.shape)))
    first = x.array.argmax(-1)[..., None]
    hot = np.arange(x.shape[-1]) == first
    return Value(np.take_along_axis(x.array, first, -1), (x, lambda d: d * hot))


def convolved(x: Value, windows: Windows, weight: Value, bias: Value | None = None) -> Value:
    """A convolution of tokens over the windows of a map; weight ``(out, in, K)``.

    y_i = sum_k W_k x[index[i, k]]; dW_k = sum_i dy_i x[index[i, k]]^T; dx scatters dy W.
    """
    size = x.shape[-2]
    index = windows.index.reshape(-1, windows.index.shape[-1])
    inside = index >= 0
    at = np.where(inside, index, 0)
    cells = np.where(inside[..., None], x.array[..., at, :], 0)  # (..., M, K, in)
    y = np.einsum("...mki,oik->...mo", cells, weight.array)

    def to_x(d: np.ndarray) -> np.ndarray:
        parts = np.einsum("...mo,oik->...mki", d, weight.array)
        dx = np.zeros(x.shape, parts.dtype)
        for k in range(index.shape[-1]):
            there = np.flatnonzero(inside[:, k])
            dx[..., index[there, k], :] += parts[..., there, k, :]  # a tap meets a cell once
        return dx

    def to_weight(d: np.ndarray) -> np.ndarray:
        lead = tuple(range(d.ndim - 2))
        each = np.einsum("...mo,...mki->...oik", d, cells)
        return each.sum(lead) if lead else each

    assert size == np.prod(windows.in_shape)
    sources = [(x, to_x), (weight, to_weight)]
    if bias is not None:
        y = y + bias.array
        sources.append((bias, lambda d: summed_to(d, bias.shape)))
    return Value(y, *sources)


def spread_out(x: Value, grid: Grid) -> tuple[Value, Grid]:
    """Tokens of a map on every second row and column of one of twice the size, 0 between."""
    rows, cols = grid
    at = (2 * np.arange(rows)[:, None] * 2 * cols + 2 * np.arange(cols)).ravel()
    y = np.zeros((*x.shape[:-2], 4 * rows * cols, x.shape[-1]), x.array.dtype)
    y[..., at, :] = x.array
    return Value(y, (x, lambda d: d[..., at, :])), (2 * rows, 2 * cols)


def reshaped(x: Value, make: Rule, back: Rule) -> Value:
    """The same numbers in another order or shape: ``back`` undoes ``make``."""
    return Value(make(x.array), (x, back))


def attended(q: Value, k: Value, v: Value, **how: Any) -> tuple[Value, Attended]:
    """``attend`` of values, and its run. ``bias`` may be a value of its own."""
    bias = how.pop("bias", None)
    run = attend(
        q.array, k.array, v.array, bias=bias.array if isinstance(bias, Value) else bias, **how
    )
    held: dict[int, Any] = {}  # one backward pass serves all arguments

    def part(i: int) -> Rule:
        def rule(d: np.ndarray) -> np.ndarray:
            if held.get(-1) is not d:
                held[-1], held[0] = d, run.backward(d)
            return np.asarray(held[0][i])

        return rule

    sources = [(q, part(0)), (k, part(1)), (v, part(2))]
    if isinstance(bias, Value):
        sources.append((bias, part(3)))
    return Value(run.output, *sources), run


def heads_apart(x: Value, heads: int) -> Value:
    """Tokens ``(..., N, h e)`` as heads ``(..., h, N, e)``."""
    *lead, n, width = x.shape

    def apart(a: np.ndarray) -> np.ndarray:
        return np.swapaxes(a.reshape(*lead, n, heads, width // heads), -2, -3)

    return reshaped(x, apart, lambda d: np.swapaxes(d, -2, -3).reshape(*lead, n, width))


def heads_together(x: Value) -> Value:
    """Heads ``(..., h, N, e)`` as tokens ``(..., N, h e)``."""
    *lead, heads, n, width = x.shape

    def back(d: np.ndarray) -> np.ndarray:
        return np.swapaxes(d.reshape(*lead, n, heads, width), -2, -3)

    return reshaped(x, lambda a: np.swapaxes(a, -2, -3).reshape(*lead, n, heads * width), back)


Parameters = Mapping[str, Value]
"""The parameters of a block by name, as values."""
