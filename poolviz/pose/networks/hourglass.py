"""The stacked hourglass: its module in NumPy, and what it counts at any order and width.

Newell, Yang, Deng, Stacked Hourglass Networks for Human Pose Estimation, ECCV 2016. A residual is
written as pre-activation: x + conv1x1(relu(bn(conv3x3(relu(bn(conv1x1(relu(bn(x)))))))))
with half the width inside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from poolviz.pose.networks.convolution import Conv, convolve, max_pool, relu, upsample

MERGES = ("add", "concat")
ORDERS = range(1, 6)


class Residual(NamedTuple):
    """Scale and shift of the first batch norm, the three convolutions with the other two folded in,
    and a 1x1 for the shortcut where the widths differ."""

    scale: np.ndarray
    shift: np.ndarray
    convs: tuple[Conv, Conv, Conv]
    skip: Conv | None = None

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(B, C, H, W) to (B, C', H, W)."""
        y = relu(x * self.scale[:, None, None] + self.shift[:, None, None])
        for conv in self.convs[:2]:
            y = relu(convolve(y, conv))
        return convolve(y, self.convs[2]) + (x if self.skip is None else convolve(x, self.skip))


class Module(NamedTuple):
    """up = R(x); low = R(inner(R(pool(x)))); up + upsample(low).

    ``inner`` is a module of order n - 1, or a residual at order 1.
    """

    up: Residual
    down: Residual
    inner: "Module | Residual"
    back: Residual

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(B, C, H, W) to the same; H and W divisible by 2^order."""
        low = self.back(self.inner(self.down(max_pool(x))))
        return self.up(x) + upsample(low)


def build(order: int, residual: Callable[[], Residual]) -> Module:
    """A module of an order whose residuals come from a function, in the order of the forward.

    Raises ``ValueError`` for an order below 1.
    """
    if order < 1:
        raise ValueError(f"order must be at least 1, got {order}")
    up, down = residual(), residual()
    inner = build(order - 1, residual) if order > 1 else residual()
    return Module(up, down, inner, residual())


def residual_parameters(inside: int, outside: int | None = None) -> int:
    """Numbers of a residual with biases and batch norms: 3.25 c^2 + 6 c for one width c.

    >>> residual_parameters(256), residual_parameters(32)
    (214528, 3520)
    """
    out = outside or inside
    half = out // 2
    norms = 2 * inside + 2 * half + 2 * half
    convs = inside * half + half + 9 * half * half + half + half * out + out
    return norms + convs + (0 if inside == out else inside * out + out)


@dataclass(frozen=True)
class Stop:
    """A place on the way through a module: how deep, its side, and what happens there.

    ``does``: "input", "skip" (a residual that keeps this side), "pool", "middle", "up", "merge".
    """

    depth: int
    side: int
    does: str


@dataclass(frozen=True)
class Counts:
    """What a module of this order, width and way of merging has."""

    order: int
    width: int = 256
    merge: str = "add"
    side: int = 64

    def __post_init__(self) -> None:
        if self.order < 1:
            raise ValueError(f"order must be at least 1, got {self.order}")
        if self.merge not in MERGES:
            raise ValueError(f"merge must be add or concat, got {self.merge!r}")
        if self.side % 2**self.order:
            raise ValueError(f"side must be divisible by {2**self.order}, got {self.side}")

    @property
    def sides(self) -> tuple[int, ...]:
        """Sides of the maps, down and up again.

        >>> Counts(4).sides
        (64, 32, 16, 8, 4, 8, 16, 32, 64)
        """
        down = [self.side >> depth for depth in range(self.order + 1)]
        return (*down, *down[-2::-1])

    @property
    def residuals(self) -> int:
        """3 n + 1: on each floor one beside, one down, one up; and one in the middle."""
        return 3 * self.order + 1

    @property
    def skips(self) -> int:
        """Merges of two ways: one a floor."""
        return self.order

    @property
    def parameters(self) -> int:
        """Numbers of one module; a merge by concatenation adds a 1x1 from 2c to c channels.

        >>> [Counts(n).parameters for n in (1, 4)], Counts(4, merge="concat").parameters
        ([858112, 2788864], 3314176)
        """
        merging = 2 * self.width**2 + self.width if self.merge == "concat" else 0
        return self.residuals * residual_parameters(self.width) + self.skips * merging

    @property
    def macs(self) -> int:
        """Multiply-adds of the convolutions of one module."""
        c, half = self.width, self.width // 2
        one = c * half + 9 * half * half + half * c
        cells = [(self.side >> depth) ** 2 for depth in range(self.order + 1)]
        beside = sum(cells[:-1]) * one
        below = sum(2 * n for n in cells[1:]) * one + cells[-1] * one
        merging = sum(cells[:-1]) * 2 * c * c if self.merge == "concat" else 0
        return beside + below + merging

    @property
    def way(self) -> tuple[Stop, ...]:
        """All stops in the order of the forward: down with skips, the middle, up with merges."""
        stops = [Stop(0, self.side, "input")]
        for depth in range(self.order):
            stops += [
                Stop(depth, self.side >> depth, "skip"),
                Stop(depth + 1, self.side >> depth + 1, "pool"),
            ]
        stops.append(Stop(self.order, self.side >> self.order, "middle"))
        for depth in reversed(range(self.order)):
            stops += [
                Stop(depth + 1, self.side >> depth + 1, "up"),
                Stop(depth, self.side >> depth, "merge"),
            ]
        return tuple(stops)


@dataclass(frozen=True)
class NetworkCounts:
    """The whole network on a picture of 256 x 256: stem, ``stacks`` modules, ``joints`` maps."""

    stacks: int
    order: int = 4
    width: int = 256
    joints: int = 16
    merge: str = "add"

    @property
    def module(self) -> Counts:
        """What one module of it has."""
        return Counts(self.order, self.width, self.merge)

    @property
    def parameters(self) -> int:
        """Numbers that are used (the public code also allocates skips that it never uses).

        >>> [NetworkCounts(n).parameters for n in (1, 2, 8)]
        [3426448, 6570400, 25434112]
        """
        c, k = self.width, self.joints
        stem = (49 * 3 * 64 + 64 + 2 * 64) + residual_parameters(64, 128)
        stem += residual_parameters(128) + residual_parameters(128, c)
        one = self.module.parameters + residual_parameters(c) + (c * c + c + 2 * c) + (c * k + k)
        between = (c * c + c) + (k * c + c)
        return stem + self.stacks * one + (self.stacks - 1) * between

    @property
    def macs(self) -> int:
        """Multiply-adds of all convolutions.

        >>> [round(NetworkCounts(n).macs / 1e9, 3) for n in (1, 2, 4, 8)]
        [5.15, 8.335, 14.703, 27.44]
        """
        c, k = self.width, self.joints
        stem = 128**2 * (49 * 3 * 64 + (64 * 64 + 9 * 64 * 64 + 64 * 128 + 64 * 128))
        stem += 64**2 * (128 * 64 + 9 * 64 * 64 + 64 * 128)
        half = c // 2
        stem += 64**2 * (128 * half + 9 * half * half + half * c + (128 * c if c != 128 else 0))
        one = c * half + 9 * half * half + half * c
        stack = self.module.macs + 64**2 * (one + c * c + c * k)
        return stem + self.stacks * stack + (self.stacks - 1) * 64**2 * (c * c + k * c)


def concat_as_add(width: int) -> np.ndarray:
    """[I I]: with it, a 1x1 over two maps side by side is their sum, (c, 2c).

    conv1x1_W([a, b]) = W_a a + W_b b: adding is concatenating with W frozen to the identity.
    """
    return np.concatenate([np.eye(width)] * 2, axis=1)
