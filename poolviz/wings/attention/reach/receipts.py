"""What a block costs: its lines, its weights in memory, and inside ResNet-50."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from poolviz.attention import (
    CBAM,
    AsymmetricPyramid,
    Block,
    CrissCross,
    GlobalContext,
    NonLocal,
    PositionAttention,
    SimplifiedNonLocal,
    SqueezeExcitation,
)
from poolviz.attention.block import Cost
from poolviz.attention.cost import STAGES, added, counted, resnet50
from poolviz.text import N_, _, titled
from poolviz.wings.attention.reach.masks import Grid

MIB = 2**20


@dataclass(frozen=True)
class Ordered:
    """A block of the menu: its title, the switch that is meant, and how it is made of values."""

    title: str
    make: Callable[[Mapping[str, Any]], Block]
    switch: str = ""
    asks: tuple[str, ...] = ()
    """Keys of the controls that it depends on."""


BLOCKS = {
    "nonlocal": Ordered(NonLocal.title, lambda values: NonLocal(), N_("all keys")),
    "nonlocal-after": Ordered(
        NonLocal.title, lambda values: NonLocal(subsample=True, pool_at="after"),
        N_("keys pooled after the convolutions"),
    ),
    "nonlocal-before": Ordered(
        NonLocal.title, lambda values: NonLocal(subsample=True), N_("keys pooled before them")
    ),
    "position": Ordered(PositionAttention.title, lambda values: PositionAttention()),
    "criss-cross": Ordered(
        CrissCross.title,
        lambda values: CrissCross(recurrences=values["loops"], scores=values["scores"]),
        asks=("loops", "scores"),
    ),
    "pyramid": Ordered(
        AsymmetricPyramid.title, lambda values: AsymmetricPyramid(sizes=values["pyramid"])
    ),
    "simplified": Ordered(SimplifiedNonLocal.title, lambda values: SimplifiedNonLocal()),
    "context": Ordered(
        GlobalContext.title, lambda values: GlobalContext(reduction=values["reduction"]),
        asks=("reduction",),
    ),
    "squeeze": Ordered(
        SqueezeExcitation.title, lambda values: SqueezeExcitation(reduction=values["reduction"]),
        asks=("reduction",),
    ),
    "cbam": Ordered(
        CBAM.title, lambda values: CBAM(reduction=values["reduction"], batch_norm=True),
        asks=("reduction",),
    ),
}  # fmt: skip
"""By their names in a link, in the order of the menu."""


def block_title(name: str) -> str:
    """What the menu calls a block."""
    ordered = BLOCKS[name]
    title = _(ordered.title)
    return titled(title, _(ordered.switch)) if ordered.switch else title


@dataclass(frozen=True)
class Receipt:
    """A block on maps of C channels and a size, counted by a convention ("MAC" or "FLOP")."""

    block: Block
    channels: int
    grid: Grid
    convention: str

    @property
    def lines(self) -> tuple[Cost, ...]:
        """What each part costs, by the convention."""
        given = self.block.receipt(self.channels, self.grid)
        return tuple(Cost(each.what, counted(each.macs, self.convention)) for each in given)

    @property
    def total(self) -> int:
        """The sum of the lines."""
        return counted(self.block.macs(self.channels, *self.grid), self.convention)

    @property
    def parameters(self) -> int:
        """Numbers to learn."""
        return self.block.parameters(self.channels)

    @property
    def entries(self) -> int:
        """How many weights all maps of the block have."""
        return self.block.entries(self.channels, self.grid)

    @property
    def memory(self) -> int:
        """Bytes of these in float32."""
        return self.block.memory(self.channels, *self.grid)

    @property
    def doubled(self) -> "Receipt":
        """The same on a map of twice as many rows and columns."""
        return Receipt(
            self.block, self.channels, (2 * self.grid[0], 2 * self.grid[1]), self.convention
        )


def receipt_of(name: str, values: Mapping[str, Any]) -> Receipt:
    """The receipt of a block of the menu."""
    return Receipt(
        BLOCKS[name].make(values), values["channels"], values["sizes"], values["convention"]
    )


@dataclass(frozen=True)
class Inside:
    """ResNet-50 with blocks: what is added, and what it then has."""

    title: str
    parameters: int
    macs: int


def inside_resnet() -> tuple[Inside, ...]:
    """ResNet-50 v1 alone and with blocks at the places of their papers; MACs are all lines of a
    receipt, pooling and gates of SE included."""
    layers = resnet50()
    base = Inside(
        _("ResNet-50, as it is"),
        sum(each.parameters for each in layers),
        sum(each.macs for each in layers),
    )
    last, upper = STAGES[2:3], STAGES[1:]
    one, many = _("{block}, one at C = 1024"), _("{block}, in all 13 blocks of c3 to c5")
    every = _("{block}, in all 16 blocks")
    put: tuple[tuple[str, Block, Callable[[Block], Any]], ...] = (
        (one, NonLocal(batch_norm=True), partial(added, places=last, once=True)),
        (one, SimplifiedNonLocal(), partial(added, places=last, once=True)),
        (one, GlobalContext(reduction=16), partial(added, places=last, once=True)),
        (many, GlobalContext(reduction=16), partial(added, places=upper)),
        (many, GlobalContext(reduction=4), partial(added, places=upper)),
        (every, SqueezeExcitation(reduction=16), partial(added, places=STAGES)),
        (every, CBAM(reduction=16, batch_norm=True), partial(added, places=STAGES)),
    )
    rows = [base]
    for text, block, place in put:
        more = place(block)
        name = _(block.title)
        if hasattr(block, "reduction"):
            name = _("{block}, r = {r}").format(block=name, r=block.reduction)
        title = text.format(block=name)
        rows.append(Inside(title, base.parameters + more.parameters, base.macs + more.macs))
    return tuple(rows)
