"""Receptive fields: RF = 1 + the sum of (k_i - 1) times the product of the strides before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Layer:
    """A convolution or a pooling: kernel and stride. Written "9", "3/2", or "p2" for a pool."""

    kernel: int
    stride: int = 1
    pools: bool = False

    @property
    def text(self) -> str:
        """How it is written."""
        if self.pools:
            return f"p{self.kernel}"
        return f"{self.kernel}" if self.stride == 1 else f"{self.kernel}/{self.stride}"


@dataclass(frozen=True)
class Field:
    """After a layer: the side of the field, and the step between neighbours, in input pixels."""

    layer: Layer
    side: int
    step: int
    added: int
    """By how much this layer widened the field: (kernel - 1) times the step before it."""


def path_weights(layers: Sequence[Layer]) -> np.ndarray:
    """How many ways lead from each pixel of a line to one output, as shares of the most: (side,).

    Each layer spreads every way over its kernel: with all weights alike the effective field is this
    profile, by the law of large numbers near a Gaussian (Luo et al., Understanding the Effective
    Receptive Field, NeurIPS 2016). Pooling counts as its average.

    >>> path_weights(layers_of("3 3")).round(3).tolist()
    [0.333, 0.667, 1.0, 0.667, 0.333]
    """
    ways, step = np.ones(1), 1
    for layer in layers:
        spread = np.zeros((layer.kernel - 1) * step + 1)
        spread[::step] = 1.0
        ways = np.convolve(ways, spread)
        ways /= ways.max()
        step *= layer.stride
    return ways


LONGEST, WIDEST = 60, 15
_LAYER = re.compile(r"(?:p(\d{1,2})|(\d{1,2})(?:/(\d))?)(?:x(\d{1,2}))?")


def layers_of(text: str) -> tuple[Layer, ...]:
    """ "3/2 3 p2 3x2" as layers: kernel, /stride, p for a pool (its stride is its kernel), xTimes.

    >>> [layer.text for layer in layers_of("3/2 3 p2 3x2")]
    ['3/2', '3', 'p2', '3', '3']

    Raises ``ValueError`` for anything else, more than 60 layers, or kernels outside 1 to 15.
    """
    found: list[Layer] = []
    for word in text.replace(",", " ").split():
        match = _LAYER.fullmatch(word)
        if match is None:
            raise ValueError(f'layers must be like "9", "3/2", "p2" or "3x4", got {word!r}')
        pool, kernel, stride, times = match.groups()
        size = int(pool or kernel)
        layer = Layer(size, size if pool else int(stride or 1), bool(pool))
        if not (1 <= size <= WIDEST and 1 <= layer.stride <= 8):
            raise ValueError(f"kernels must be 1 to {WIDEST}, strides 1 to 8, got {word!r}")
        found += [layer] * int(times or 1)
        if len(found) > LONGEST:
            raise ValueError(f"layers must be at most {LONGEST}")
    if not found:
        raise ValueError('layers must be at least one, like "3/2 3 p2"')
    return tuple(found)


def receptive_fields(layers: Sequence[Layer]) -> tuple[Field, ...]:
    """The field after each layer.

    >>> [f.side for f in receptive_fields(layers_of("3/2 3 p2 3 3"))]
    [3, 7, 9, 17, 25]
    """
    side, step, found = 1, 1, []
    for layer in layers:
        added = (layer.kernel - 1) * step
        side, step = side + added, step * layer.stride
        found.append(Field(layer, side, step, added))
    return tuple(found)


@dataclass(frozen=True)
class Design:
    """A network whose stages see the features, then the maps: layers as text, one a block."""

    name: str
    title: str
    features: str
    first: str
    later: str
    stages: int
    source: str

    def layers(self, stage: int) -> tuple[Layer, ...]:
        """From the picture to a stage's maps, the longest way."""
        later = self.later if self.first else ""
        text = " ".join([self.features, self.first, *[later] * (stage - 1)])
        return layers_of(text)

    def field(self, stage: int) -> Field:
        """The field of a stage's maps."""
        return receptive_fields(self.layers(stage))[-1]


DESIGNS: dict[str, Design] = {
    d.name: d
    for d in (
        Design(
            "ours", "This wing's map network", "3/2 3 p2 3 3", "1 1", "1 3x4 1", 4,
            "tools/train_map_network.py",
        ),
        Design(
            "cpm", "Convolutional pose machines, 2016", "9 p2 9 p2 9 p2 5", "9 1 1", "11x3 1 1", 6,
            "Wei et al., Convolutional Pose Machines, CVPR 2016",
        ),
        Design(
            "openpose", "OpenPose, 2017", "3 3 p2 3 3 p2 3x4 p2 3x2 3x2", "3x3 1 1", "7x5 1 1", 6,
            "Cao et al., Realtime Multi-Person 2D Pose Estimation, CVPR 2017",
        ),
    )
}  # fmt: skip
"""Networks to compare, in menu order."""
