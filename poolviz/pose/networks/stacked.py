"""The small stacked hourglass that was trained on crops of procedural people, in NumPy."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from poolviz.pose.networks.convolution import Conv, convolve, max_pool, relu
from poolviz.pose.networks.hourglass import Module, Residual, build
from poolviz.pose.networks.map_network import WEIGHTS
from poolviz.pose.procedural import People, draw_people

SIDE, ORDER, STACKS = 64, 3, 2
SCENE = 96
"""Side of the pictures that the crops are cut from."""

ROOM = 1.3
"""A crop is a square of so many times the longer side of the joints' box."""


@dataclass(frozen=True, eq=False)
class Stack:
    """A module, what follows it, its maps, and what leads back into the next stack."""

    module: Module
    after: Residual
    seen: Conv
    head: Conv
    again: tuple[Conv, Conv] | None


@dataclass(frozen=True, eq=False)
class StackedHourglass:
    """Stem, then stacks: (B, 64, 64, 3) to 14 heat maps (stacks, B, 14, 16, 16).

    Newell, Yang, Deng, ECCV 2016, figure 4: between stacks x + 1x1(features) + 1x1(maps).
    """

    first: Conv
    residuals: tuple[Residual, Residual]
    stacks: tuple[Stack, ...]
    parameters: int

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """Heat maps of all stacks.

        Raises ``ValueError`` for pictures of another shape.
        """
        if pixels.ndim != 4 or pixels.shape[1:] != (SIDE, SIDE, 3):
            raise ValueError(f"pixels must be (B, {SIDE}, {SIDE}, 3), got {pixels.shape}")
        x = relu(convolve(np.moveaxis(pixels.astype(np.float32), -1, 1), self.first))
        x = self.residuals[1](max_pool(self.residuals[0](x)))
        maps = []
        for stack in self.stacks:
            seen = relu(convolve(stack.after(stack.module(x)), stack.seen))
            maps.append(convolve(seen, stack.head))
            if stack.again is not None:
                x = x + convolve(seen, stack.again[0]) + convolve(maps[-1], stack.again[1])
        return np.stack(maps)


@lru_cache(maxsize=1)
def stacked_hourglass() -> StackedHourglass:
    """The trained network, from its file: arrays in the order of the forward.

    >>> stacked_hourglass()(np.zeros((1, 64, 64, 3))).shape
    (2, 1, 14, 16, 16)
    """
    with np.load(WEIGHTS / "hourglass.npz", allow_pickle=False) as held:
        arrays = [held[name].astype(np.float32) for name in sorted(held.files)]
    left = iter(arrays)
    first = _conv(left, 2)
    stem = _residual(left), _residual(left)
    stacks = tuple(
        Stack(
            build(ORDER, lambda: _residual(left)), _residual(left), _conv(left), _conv(left),
            (_conv(left), _conv(left)) if i < STACKS - 1 else None,
        )
        for i in range(STACKS)
    )  # fmt: skip
    return StackedHourglass(first, stem, stacks, sum(array.size for array in arrays))


def _conv(left: Iterator[np.ndarray], stride: int = 1) -> Conv:
    return Conv(next(left), next(left), stride)


def _residual(left: Iterator[np.ndarray]) -> Residual:
    """Scale, shift, three convolutions; a fourth where the widths differ."""
    scale, shift = next(left), next(left)
    convs = _conv(left), _conv(left), _conv(left)
    a, b = convs[0].weight.shape[1], convs[2].weight.shape[0]
    return Residual(scale, shift, convs, _conv(left) if a != b else None)


@lru_cache(maxsize=1)
def hourglass_record() -> dict[str, Any]:
    """What it reaches: assets/weights/pose/hourglass.json."""
    held: dict[str, Any] = json.loads((WEIGHTS / "hourglass.json").read_text("utf-8"))
    return held


def box_of(joints: np.ndarray, flags: np.ndarray) -> tuple[np.ndarray, float]:
    """Middle (x, y) and side of the square round a person's labelled joints."""
    there = joints[flags > 0]
    low, high = there.min(0), there.max(0)
    return (low + high) / 2, ROOM * float((high - low).max())


def crop(pixels: np.ndarray, middle: np.ndarray, side: float) -> np.ndarray:
    """A square of a picture (H, W, 3) at 64 x 64, bilinear, its edges repeated, float32."""
    size = len(pixels)
    offset = (np.arange(SIDE) + 0.5) / SIDE * side - side / 2
    x = np.clip(middle[0] + offset, 0, size - 1)
    y = np.clip(middle[1] + offset, 0, size - 1)
    left, top = np.minimum(x.astype(int), size - 2), np.minimum(y.astype(int), size - 2)
    dx, dy = (x - left).astype(np.float32)[:, None], (y - top).astype(np.float32)[:, None, None]
    rows = pixels[top] * (1 - dy) + pixels[top + 1] * dy
    return np.asarray(rows[:, left] * (1 - dx) + rows[:, left + 1] * dx, dtype=np.float32)


def placed(joints: np.ndarray, middle: np.ndarray, side: float) -> np.ndarray:
    """Joints of the picture in the crop's pixels."""
    return np.asarray((joints - middle + side / 2) * SIDE / side - 0.5)


def cropped(seed: int, people: int = 0) -> People:
    """The person of a picture of whom most is labelled, alone on a crop of 64 x 64.

    >>> cropped(3).pixels.shape, cropped(3).joints.shape
    ((64, 64, 3), (1, 14, 2))
    """
    drawn = draw_people(seed, people, side=SCENE)
    who = int(np.argmax((drawn.flags > 0).sum(1)))
    middle, side = box_of(drawn.joints[who], drawn.flags[who])
    at, scale = slice(who, who + 1), SIDE / side
    return People(
        crop(drawn.pixels, middle, side), placed(drawn.joints[at], middle, side), drawn.flags[at],
        np.array([SIDE / ROOM]), drawn.areas[at] * scale**2, drawn.bodies[at],
    )  # fmt: skip
