"""What blocks cost inside a network: the arithmetic of ResNet-50, layer by layer.

Counted are multiply-adds of convolutions and of the last linear layer; biases, batch norm, pooling
and ReLU are not. A FLOP count is twice as much where multiply and add count one each.
"""

from collections.abc import Iterable
from typing import NamedTuple

from poolviz.attention.block import Block
from poolviz.text import _

__all__ = ["CONVENTIONS", "STAGES", "Convolution", "Residual", "added", "counted", "resnet50"]

CONVENTIONS = {"MAC": 1, "FLOP": 2}
"""What one multiply-add counts."""


class Residual(NamedTuple):
    """A stage of residual blocks: its output's channels and side, and how many there are."""

    name: str
    channels: int
    blocks: int
    side: int


STAGES = (
    Residual("c2", 256, 3, 56), Residual("c3", 512, 4, 28), Residual("c4", 1024, 6, 14),
    Residual("c5", 2048, 3, 7),
)  # fmt: skip
"""ResNet-50 on 224 x 224 pixels: where a block can be put."""


class Convolution(NamedTuple):
    """k x k weights from ``inputs`` to ``outputs`` channels, at side x side places.

    >>> stem = Convolution(7, 3, 64, 112)
    >>> stem.macs, stem.parameters
    (118013952, 9536)
    """

    kernel: int
    inputs: int
    outputs: int
    side: int
    norm: bool = True
    """Whether a batch norm follows, with two numbers a channel; else a bias, with one."""

    @property
    def macs(self) -> int:
        """k k inputs outputs side side."""
        return self.kernel**2 * self.inputs * self.outputs * self.side**2

    @property
    def parameters(self) -> int:
        """Its weights, and what its batch norm or its bias learns."""
        return self.kernel**2 * self.inputs * self.outputs + (1 + self.norm) * self.outputs


def resnet50(version: str = "v1") -> tuple[Convolution, ...]:
    """The layers of ResNet-50 for 224 x 224 pixels and 1000 classes; the linear layer is the last.

    A stage's first block halves the side in its first 1 x 1 convolution ("v1", He et al., CVPR
    2016), or in its 3 x 3 one ("v1.5", as in torchvision).

    >>> layers = resnet50()
    >>> sum(each.macs for each in layers), sum(each.parameters for each in layers)
    (3857973248, 25557032)
    """
    if version not in ("v1", "v1.5"):
        raise ValueError(
            _("version must be v1 or v1.5, got {version}").format(version=repr(version))
        )
    layers, channels, before = [Convolution(7, 3, 64, 112)], 64, 56
    for stage in STAGES:
        inner = stage.channels // 4
        for i in range(stage.blocks):
            first = before if i == 0 and version == "v1.5" else stage.side
            layers += [
                Convolution(1, channels, inner, first),
                Convolution(3, inner, inner, stage.side),
                Convolution(1, inner, stage.channels, stage.side),
            ]
            if i == 0:
                layers.append(Convolution(1, channels, stage.channels, stage.side))
            channels = stage.channels
        before = stage.side
    return (*layers, Convolution(1, channels, 1000, 1, norm=False))


class Added(NamedTuple):
    """What blocks bring along: numbers to learn, and multiply-adds."""

    parameters: int
    macs: int


def added(block: Block, places: Iterable[Residual], once: bool = False) -> Added:
    """A block behind every residual block of these stages; ``once``: a single one in each.

    >>> from poolviz.attention.context import SqueezeExcitation
    >>> added(SqueezeExcitation(reduction=16), STAGES).parameters
    2530992
    """
    parameters = macs = 0
    for stage in places:
        count = 1 if once else stage.blocks
        parameters += count * block.parameters(stage.channels)
        macs += count * block.macs(stage.channels, stage.side, stage.side)
    return Added(parameters, macs)


def counted(macs: int, convention: str) -> int:
    """Multiply-adds as the convention counts them.

    >>> counted(532_480, "MAC"), counted(532_480, "FLOP")
    (532480, 1064960)
    """
    if convention not in CONVENTIONS:
        names = ", ".join(CONVENTIONS)
        raise ValueError(
            _("convention must be one of {names}, got {got}").format(
                names=names, got=repr(convention)
            )
        )
    return macs * CONVENTIONS[convention]
