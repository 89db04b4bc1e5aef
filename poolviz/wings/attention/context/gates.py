"""Gates over channels that can be named, with hidden units that can be read in place of learned
ones."""

from dataclasses import dataclass

import numpy as np

from poolviz.attention import CBAM, ChannelAttention, GlobalContext, SqueezeExcitation
from poolviz.attention.block import Block, BlockRun
from poolviz.samples import sample
from poolviz.stage.cache import kept
from poolviz.text import N_
from poolviz.wings.pooling.core.channels import CHANNELS, features

EDGES_AND_SPOTS = ("horizontal", "vertical", "diagonal", "spots")


@dataclass(frozen=True)
class Unit:
    """h = relu(``times`` (sum of the means of ``hears``) - ``less``): a hidden unit in words."""

    title: str
    hears: tuple[str, ...]
    times: float
    less: float


UNITS = (
    Unit(N_("lines and spots"), EDGES_AND_SPOTS, 10.0, 1.0),
    Unit(N_("light"), ("bright",), 4.0, 1.0),
    Unit(N_("shadow"), ("dark",), 4.0, 1.0),
)
"""As many as the bottleneck is wide, from the first."""
OPENS, SHUT = 2.0, 2.0
"""The gate of a channel is sigma(OPENS h - SHUT)."""
MILD = 0.1
"""What is added is so much less, so that the channel is still seen under it."""
KERNEL = 4.0
"""CBAM's 7 x 7 filters: so many times the mean of the middle 3 x 3 minus that of all 49."""


@dataclass(frozen=True)
class Gating:
    """What is chosen: a gate, and its switches."""

    gate: str
    reduction: int
    fusion: str
    order: str
    sign: str
    normalised: bool

    @property
    def block(self) -> Block:
        """The block of the engine."""
        if self.gate == "CBAM":
            return CBAM(reduction=self.reduction, order=self.order)
        if self.gate == "GC":
            return GlobalContext(reduction=self.reduction, fusion=self.fusion, layer_norm=False)
        if self.gate == "CAM":
            return ChannelAttention(sign=self.sign, normalised=self.normalised)
        return SqueezeExcitation(reduction=self.reduction)

    @property
    def hidden(self) -> int:
        """Units of the bottleneck."""
        return len(CHANNELS) // self.reduction

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        """The readable weights of the block."""
        if self.gate == "CAM":
            return {"beta": np.array(1.0)}
        fc = bottleneck(self.hidden)
        if self.gate == "CBAM":
            return fc | {"conv.weight": centre_minus_surround()}
        if self.gate == "GC":
            looks = np.array([20.0 * (channel.name == "spots") for channel in CHANNELS])
            if self.fusion == "add":
                fc |= {name: MILD * fc[name] for name in ("fc2.weight", "fc2.bias")}
            named = {f"{self.fusion}.{name}": array for name, array in fc.items()}
            return {"k.weight": looks, "k.bias": np.zeros(1)} | named
        return fc


def bottleneck(hidden: int) -> dict[str, np.ndarray]:
    """The first ``hidden`` units; each channel is opened by the unit that hears it, if there is
    one, else by the last.

    >>> fc = bottleneck(1)
    >>> fc["fc1.weight"].tolist(), fc["fc1.bias"].tolist(), fc["fc2.weight"].ravel().tolist()
    ([[0.0, 0.0, 10.0, 10.0, 10.0, 10.0]], [-1.0], [2.0, 2.0, 2.0, 2.0, 2.0, 2.0])
    """
    names = [channel.name for channel in CHANNELS]
    first = np.array([[u.times * (n in u.hears) for n in names] for u in UNITS[:hidden]])
    heard = [[OPENS * (n in unit.hears) for unit in UNITS[:hidden]] for n in names]
    second = np.array([row if any(row) else [0.0] * (hidden - 1) + [OPENS] for row in heard])
    return {
        "fc1.weight": first,
        "fc1.bias": np.array([-unit.less for unit in UNITS[:hidden]]),
        "fc2.weight": second,
        "fc2.bias": np.full(len(names), -SHUT),
    }


def centre_minus_surround() -> np.ndarray:
    """``(1, 2, 49)``: what stands out in the mean over channels, and half as much in the maximum.

    >>> centre_minus_surround().sum(-1).round(9).tolist()
    [[0.0, 0.0]]
    """
    kernel = np.full((7, 7), -1 / 49)
    kernel[2:5, 2:5] += 1 / 9
    return KERNEL * np.stack((kernel.ravel(), kernel.ravel() / 2))[None]


@dataclass(frozen=True, eq=False)
class Gated:
    """A run: channels ``(6, H, W)`` of a picture, and what the chosen block makes of them."""

    gating: Gating
    picture: str
    run: BlockRun

    @property
    def channels(self) -> np.ndarray:
        """The named channels."""
        return _channels(self.picture)

    @property
    def output(self) -> np.ndarray:
        """What comes out ``(6, H, W)``."""
        return self.run.output

    def row(self, name: str) -> np.ndarray:
        """A value on the way that is one row, as "context", "hidden", "gate"."""
        return self.run.named(name).reshape(-1)

    @property
    def gate(self) -> np.ndarray:
        """What each channel is multiplied by, or has added ``(6,)``."""
        return self.row("told" if self.added else "gate")

    @property
    def added(self) -> bool:
        """Whether the context is added."""
        return self.gating.gate == "GC" and self.gating.fusion == "add"

    @property
    def map(self) -> np.ndarray | None:
        """A map over cells ``(H, W)``: where GC looks, which cells CBAM lets through."""
        grid = self.channels.shape[1:]
        if self.gating.gate == "GC":
            return np.asarray(self.run.maps[0].weights).reshape(grid)
        return self.run.named("cells").reshape(grid) if self.gating.gate == "CBAM" else None

    @property
    def asked(self) -> np.ndarray:
        """Who listens to whom ``(6, 6)``, of channel attention."""
        return np.asarray(self.run.weights)


@kept
def _channels(picture: str) -> np.ndarray:
    return features(sample(picture))


@kept
def gated(gating: Gating, picture: str) -> Gated:
    """The block over the channels of a picture."""
    return Gated(gating, picture, gating.block(_channels(picture), gating.parameters))
