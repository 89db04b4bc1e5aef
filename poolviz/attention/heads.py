"""Blocks of several heads: the Transformer's, and the non-local U-Net's, whose output has as many
cells as there are queries."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.attention.block import Attention, Choices, Cost, Made, Names
from poolviz.attention.flow import (
    Grid,
    Parameters,
    Value,
    convolved,
    heads_apart,
    heads_together,
    linear,
    pooled,
    spread_out,
)  # fmt: skip
from poolviz.attention.worked import Pattern, Worked
from poolviz.pooling import Adaptive, Average, Sliding
from poolviz.pooling.variant import param
from poolviz.text import N_

__all__ = ["GlobalAggregation", "MultiHead"]

HEADS = param(
    1, N_("How many heads ask side by side, each in its own columns."), low=1, high=64,
    title=N_("Heads"),
)  # fmt: skip


class _Heads(Attention):
    """What the two blocks share: views with biases, cut into heads along the channels."""

    heads: int

    def width(self, channels: int) -> int:
        """Columns of queries, keys and values, of all heads together."""
        return channels

    def forward(self, x: Value, grid: Grid, p: Parameters, low: tuple[Value, Grid] | None) -> Made:
        if x.shape[-1] % self.heads:
            raise ValueError(f"heads must divide {x.shape[-1]} channels, got {self.heads}")
        return super().forward(x, grid, p, low)

    def asked(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return self._view(x, p, "k")

    def taken(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return self._view(x, p, "v")

    def strength(self, x: Value, source: Value, p: Parameters) -> dict[str, Any]:
        return {"scale": None}  # 1 / sqrt of a head's width

    def done(self, x: Value, y: Value, p: Parameters) -> Value:
        return linear(heads_together(y), p["o.weight"], p["o.bias"])

    def _view(self, x: Value, p: Parameters, name: str) -> Value:
        return heads_apart(linear(x, p[f"{name}.weight"], p[f"{name}.bias"]), self.heads)


def views(channels: int) -> dict[str, tuple[int, ...]]:
    """q, k, v and o ``(C, C)`` with biases."""
    return {
        f"{name}.{kind}": (channels,) * (2 if kind == "weight" else 1)
        for name in "qkvo"
        for kind in ("weight", "bias")
    }


def head_lines(heads: int, mask: str = "") -> list[str]:
    """The lines from q, k and v to y, head by head."""
    last = 'y = linear(y, p["o.weight"], p["o.bias"])'
    if heads == 1:
        return [f"y = attend(q, k, v{mask})", last]
    return [
        f"d = q.shape[1] // {heads}",
        f"parts = [slice(h * d, (h + 1) * d) for h in range({heads})]",
        f"y = beside(*(attend(q[:, h], k[:, h], v[:, h]{mask}) for h in parts))",
        last,
    ]


@dataclass(frozen=True)
class GlobalAggregation(_Heads):
    """Y = softmax(Q K^T / sqrt(C / h)) V W_o^T: the output has as many cells as there are queries.

    ``queries`` "pooled": the means of a ``size`` x ``size`` grid ask (1 is global pooling, more
    cells than the map has is unpooling); "same": each cell; "down": a 3 x 3 convolution of stride
    2, half the size; "up": a transposed one, twice the size. Nothing is added to it.

    Parameters: q, k, v, o ``(C, C)`` with biases; q ``(C, C, 9)`` where it is 3 x 3.

    Source: Wang, Zou, Shen & Ji, AAAI 2020 (global aggregation block of the non-local U-Net).

    >>> block, x = GlobalAggregation(size=2), np.ones((4, 16, 16))
    >>> block(x, block.init(4)).output.shape
    (4, 2, 2)
    """

    queries: str = param(
        "pooled", N_("Who asks: the cells of a pooled grid, each cell, or those of a strided or "
        "transposed convolution."), choices=("pooled", "same", "down", "up"), title=N_("Queries"),
        called=(N_("pooled grid"), N_("same size"), N_("half the size"), N_("twice the size")),
    )  # fmt: skip
    size: int = param(
        2, N_("Rows and columns of the pooled grid of queries, and of the output."), low=1, high=64,
        title=N_("Query grid"),
    )  # fmt: skip
    heads: int = HEADS

    title = N_("Global aggregation block")
    family = N_("Transformer")
    formula = (
        r"Y = \mathrm{softmax}\!\left(\tfrac{1}{\sqrt{C/h}}\,Q K^\top\right) V\, W_o^\top, "
        r"\quad Q \in \mathbb{R}^{N_q \times C}"
    )
    gradient = r"dQ \text{ goes back through the queries' convolution or means}"
    reference = "Wang, Zou, Shen & Ji, AAAI 2020"
    year = 2020
    page = "reach"
    choices = Choices(
        N_("a grid of any size"), N_("each cell"), N_("softmax of scaled products"),
        N_("a learned view of each cell"), N_("transformed; the output has the queries' size"),
    )  # fmt: skip
    worked = Worked(
        "X2",
        (0.409576, 0.384387, 0.416982, 3.179584),
        (0.381104, 0.051051, 0.418135, 4.449794),
        tuple((f"{name}.weight", Pattern(values=(1, 0, 0, 1))) for name in "qkvo"),
        cells=((0, 0, 0), (0, 1, 0), (1, 1, 1)),
    )

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        shapes = views(channels)
        if self.queries in ("down", "up"):
            shapes["q.weight"] = (channels, channels, 9)
        return shapes

    def asks(self, x: Value, grid: Grid, p: Parameters) -> tuple[Value, Grid]:
        if self.queries == "pooled":
            x, grid = pooled(x, grid, Average(), Adaptive(self.size))
        if self.queries in ("pooled", "same"):
            return self._view(x, p, "q"), grid
        stride = 2
        if self.queries == "up":  # a transposed convolution: zeros between the cells, then stride 1
            x, grid = spread_out(x, grid)
            stride = 1
        windows = Sliding(3, stride=stride, padding=1).bind(grid)
        q = convolved(x, windows, p["q.weight"], p["q.bias"])
        return heads_apart(q, self.heads), (windows.out_shape[0], windows.out_shape[1])

    def lines(self) -> str:
        asking = {
            "pooled": (f"seen = mean_grid(x, {self.size})", None),
            "same": ("seen = x", None),
            "down": ("seen = x", 2),
            "up": ("seen = spread(x)", 1),
        }[self.queries]
        first, stride = asking
        query = ["q = tokens(seen)", 'q = linear(q, p["q.weight"], p["q.bias"])']
        if stride:
            query = [
                f'seen = convolve(seen, p["q.weight"], {stride})',
                'q = tokens(seen) + p["q.bias"]',
            ]
        views = 'k, v = (linear(t, p[f"{n}.weight"], p[f"{n}.bias"]) for n in "kv")'
        return "\n".join(
            ("t = tokens(x)", first, *query, views, *head_lines(self.heads), "z = maps(y, seen)")
        )

    def queries_of(self, grid: Grid) -> int:
        """How many cells ask."""
        each = {"same": grid, "down": (-(-grid[0] // 2), -(-grid[1] // 2))}
        each |= {"up": (2 * grid[0], 2 * grid[1]), "pooled": (self.size, self.size)}
        rows, cols = each[self.queries]
        return rows * cols

    def entries(self, channels: int, grid: Grid) -> int:
        return self.heads * self.queries_of(grid) * grid[0] * grid[1]

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c, asking = grid[0] * grid[1], channels, self.queries_of(grid)
        taps = 9 if self.queries in ("down", "up") else 1
        return (
            Cost("W_q x", taps * asking * c * c), Cost("W_k x, W_v x", 2 * n * c * c),
            Cost("q · k", asking * n * c), Cost("W v", asking * n * c),
            Cost("W_o y", asking * c * c),
        )  # fmt: skip


@dataclass(frozen=True)
class MultiHead(_Heads):
    """Y = [head_1 ... head_h] W_o^T + b_o, head = softmax(Q K^T / sqrt(C / h)) V.

    As many heads as one likes have the same parameters. ``causal``: a cell may look at itself and
    at those before it, row by row. ``residual`` adds x. A bool mask of PyTorch's
    MultiheadAttention says who may *not* look, the opposite of ``attend`` and of SDPA.

    Parameters: q, k, v, o ``(C, C)`` with biases: 4 C^2 + 4 C.

    Source: Vaswani et al., NeurIPS 2017, section 3.2.

    >>> MultiHead(heads=1).parameters(64) == MultiHead(heads=8).parameters(64) == 4 * 64 * 65
    True
    """

    heads: int = HEADS
    causal: bool = param(
        False, N_("Whether a cell may look only at itself and at those before it."),
        title=N_("Causal"),
    )  # fmt: skip
    residual: bool = param(False, N_("Whether x is added."), title=N_("Add x"))

    title = N_("Multi-head self-attention")
    family = N_("Transformer")
    formula = (
        r"Y = [\mathrm{head}_1 \dots \mathrm{head}_h]\,W_o^\top, "
        r"\quad \mathrm{head} = \mathrm{softmax}\!\left(\tfrac{1}{\sqrt{d}}\,Q K^\top\right) V"
    )
    gradient = r"dX = dQ\,W_q + dK\,W_k + dV\,W_v"
    reference = "Vaswani et al., NeurIPS 2017, section 3.2.2"
    year = 2017
    page = "one-function"
    names = Names("torch.nn.MultiheadAttention", "keras.layers.MultiHeadAttention", "Attention")
    choices = Choices(
        N_("each cell, once a head"), N_("each cell, or those before it"),
        N_("softmax of products over √d"), N_("a learned view of each cell"),
        N_("heads side by side, transformed"),
    )  # fmt: skip
    worked = Worked(
        "X2",
        (0.163841, -0.370415, 0.163798, -3.309672),
        (-0.002729, -0.072433, -0.002785, -1.005537),
        tuple(
            (f"{name}.{kind}", Pattern(n))
            for n, name in enumerate("qkvo")
            for kind in ("weight", "bias")
        ),
    )

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        return views(channels)

    def asks(self, x: Value, grid: Grid, p: Parameters) -> tuple[Value, Grid]:
        return self._view(x, p, "q"), grid

    def may_look(self, grid: Grid) -> np.ndarray | None:
        n = grid[0] * grid[1]
        return np.tri(n, dtype=bool) if self.causal else None

    def done(self, x: Value, y: Value, p: Parameters) -> Value:
        out = super().done(x, y, p)
        return out + x if self.residual else out

    def lines(self) -> str:
        views = 'q, k, v = (linear(t, p[f"{n}.weight"], p[f"{n}.bias"]) for n in "qkv")'
        mask = ", lower(len(t))" if self.causal else ""
        last = "z = maps(y, x) + x" if self.residual else "z = maps(y, x)"
        return "\n".join(("t = tokens(x)", views, *head_lines(self.heads, mask), last))

    def entries(self, channels: int, grid: Grid) -> int:
        return self.heads * (grid[0] * grid[1]) ** 2

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c = grid[0] * grid[1], channels
        return (
            Cost("W_q x, W_k x, W_v x", 3 * n * c * c), Cost("q · k", n * n * c),
            Cost("W v", n * n * c), Cost("W_o y", n * c * c),
        )  # fmt: skip
