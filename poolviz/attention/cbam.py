"""CBAM: a gate over channels, then a gate over cells. It asks nobody: it is no attend."""

from dataclasses import dataclass

from poolviz.attention.block import Block, Choices, Cost, Made, Names
from poolviz.attention.context import HIDDEN, bottleneck, bottleneck_lines, bottleneck_shapes
from poolviz.attention.flow import (
    Grid,
    Parameters,
    Value,
    batch_norm,
    convolved,
    joined,
    over_channels,
    pooled,
    sigmoid,
)  # fmt: skip
from poolviz.attention.worked import Pattern, Worked
from poolviz.pooling import Average, Boltzmann, Global, Lp, Max, Sliding
from poolviz.pooling.variant import Variant, param
from poolviz.text import N_

__all__ = ["CBAM"]

SQUEEZES: dict[str, Variant] = {"max": Max(), "lp": Lp(2.0), "softmax": Boltzmann(1.0)}
"""What may be squeezed beside the mean; any variant of the pooling engine serves."""


@dataclass(frozen=True)
class CBAM(Block):
    """x' = M_c x, x'' = M_s x'; M_c = sigma(MLP(avg x) + MLP(max x)),
    M_s = sigma(conv([avg, max])).

    One MLP serves both squeezes. The second gate looks at two maps, the mean and the maximum over
    the channels of x', with a 7 x 7 convolution, padding 3. ``order``: [avg, max] as the paper
    says, [max, avg] as the authors' code does, which also has a batch norm behind the convolution.
    The maximum over channels goes to the first of a tie; PyTorch's amax shares it.

    Parameters: fc1 ``(C / r, C)``, fc2 ``(C, C / r)`` with biases or without; conv ``(1, 2, 49)``.

    Source: Woo, Park, Lee & Kweon, ECCV 2018; github.com/Jongchan/attention-module.

    >>> CBAM(biases=False).parameters(64)
    610
    """

    reduction: int = param(
        16, N_("The bottleneck has so many times fewer channels."), low=1, high=256,
        title=N_("Reduction r"),
    )  # fmt: skip
    hidden: int | None = HIDDEN
    order: str = param(
        "avg, max", N_("The order of the two maps: the paper's, or the authors' code's."),
        choices=("avg, max", "max, avg"), title=N_("Order of the maps"),
    )  # fmt: skip
    second: str = param(
        "max", N_("What is squeezed beside the mean."), choices=tuple(SQUEEZES),
        title=N_("Second squeeze"), called=(N_("maximum"), "L2", N_("softmax-weighted mean")),
    )  # fmt: skip
    biases: bool = param(True, N_("Whether the MLP has biases."), title=N_("Biases"))
    batch_norm: bool = param(
        False, N_("A batch norm behind the convolution, as in the authors' code."),
        title=N_("Batch norm"),
    )  # fmt: skip

    title = N_("CBAM")
    family = N_("Gates")
    formula = (
        r"x' = \sigma(\mathrm{MLP}(\bar x) + \mathrm{MLP}(\max x)) \circ x, \quad "
        r"x'' = \sigma(K * [\mathrm{mean}_c\,x', \max_c x']) \circ x'"
    )
    gradient = (
        r"dx' = dx'' \circ M_s + \tfrac{1}{C}\,dK_{mean} + [c = \arg\max]\,dK_{max}, \quad "
        r"dt = \Big(\sum_i dx'_i \circ x_i\Big) \circ M_c (1 - M_c)"
    )
    reference = "Woo, Park, Lee & Kweon, ECCV 2018"
    year = 2018
    page = "context"
    names = Names(elsewhere="timm.layers.CbamModule")
    choices = Choices(
        N_("nobody"), N_("the mean and the maximum of all cells; then of all channels"),
        N_("a learned bottleneck; then a 7 × 7 filter"), N_("the cells themselves"),
        N_("a gate for each channel, then one for each cell"),
    )  # fmt: skip
    worked = Worked(
        "X4",
        (0.148021, 0.077618, 0.171641, 6.415974),
        (0.168998, 0.012249, 0.171361, 2.231974),
        (
            ("fc1.weight", Pattern(0)), ("fc1.bias", Pattern(1)),
            ("fc2.weight", Pattern(1)), ("fc2.bias", Pattern(2)),
            ("conv.weight", Pattern(values=tuple((3 * n % 5 - 2) / 16 for n in range(98)))),
        ),
        (("hidden", 3),),
    )  # fmt: skip

    def width(self, channels: int) -> int:
        """The hidden width."""
        return self.hidden or max(channels // self.reduction, 1)

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        shapes = bottleneck_shapes("", channels, self.width(channels), self.biases)
        shapes["conv.weight"] = (1, 2, 49)
        return shapes | ({"norm.weight": (1,), "norm.bias": (1,)} if self.batch_norm else {})

    def forward(self, x: Value, grid: Grid, p: Parameters, low: object) -> Made:
        mean = self._squeezed(x, grid, Average())
        other = self._squeezed(x, grid, SQUEEZES[self.second])
        (first, h_mean), (second, h_other) = (bottleneck(s, p, "", None) for s in (mean, other))
        gate = sigmoid(first + second)
        refined = x * gate
        seen = [over_channels(refined, how) for how in self.order.split(", ")]
        maps = joined(seen, axis=-1)
        logit = convolved(maps, Sliding(7, stride=1, padding=3).bind(grid), p["conv.weight"])
        if self.batch_norm:
            logit = batch_norm(logit, p["norm.weight"], p["norm.bias"])
        cells = sigmoid(logit)
        named = {
            "context": mean, "other": other, "hidden": h_mean, "hidden_other": h_other,
            "gate": gate, "maps": maps, "cells": cells,
        }  # fmt: skip
        return Made(refined * cells, grid, (), named)

    def _squeezed(self, x: Value, grid: Grid, variant: Variant) -> Value:
        """One row of tokens: each channel pooled over the whole map."""
        return pooled(x, grid, variant, Global())[0]

    def lines(self) -> str:
        squeezed = {
            "max": "largest(x.reshape(len(x), -1), 1)",
            "lp": "total(x.reshape(len(x), -1) ** 2, 1) ** 0.5",
            "softmax": "total(x * softmax(x.reshape(len(x), -1)).reshape(x.shape), (1, 2))",
        }[self.second]
        mlp = bottleneck_lines("", self.biases, None)
        both = {"avg": "mean(x, 0)[None]", "max": "largest(x, 0)[None]"}
        lines = ["c = mean(x, (1, 2))", *mlp, "gate = t", f"c = {squeezed}", *mlp]
        maps = ", ".join(both[name] for name in self.order.split(", "))
        lines += [
            "x = x * sigmoid(gate + t)[:, None, None]",
            f'logit = convolve(beside({maps}, axis=0), p["conv.weight"])',
        ]
        if self.batch_norm:
            lines.append('logit = batch_norm(logit, p["norm.weight"], p["norm.bias"])')
        return "\n".join((*lines, "z = x * sigmoid(logit)"))

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c, hidden = grid[0] * grid[1], channels, self.width(channels)
        return Cost("MLP, twice", 4 * c * hidden), Cost("7 × 7", 98 * n)
