"""Position and channel attention of DANet: cells ask cells, channels ask channels."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.attention.block import Attention, Block, Choices, Cost, Made, Names
from poolviz.attention.cross import Cross, criss_cross
from poolviz.attention.flow import Grid, Parameters, Value, linear
from poolviz.attention.worked import Pattern, Worked
from poolviz.pooling.variant import param
from poolviz.text import N_

__all__ = ["PositionAttention", "ChannelAttention", "CrissCross"]  # noqa: RUF022  (menu order)

QKV = (
    ("q.weight", Pattern(0, 4)), ("q.bias", Pattern(0)),
    ("k.weight", Pattern(1, 4)), ("k.bias", Pattern(1)),
    ("v.weight", Pattern(2)), ("v.bias", Pattern(2)),
    ("gamma", Pattern(values=(0.5,))),
)  # fmt: skip
"""The worked case of position attention and of criss-cross."""
INNER = param(
    None, N_("Width of queries and keys; an eighth of the channels if not given."), kind="int",
    low=1, high=4096, title=N_("Inner width"),
)  # fmt: skip


def views(channels: int, inner: int | None) -> dict[str, tuple[int, ...]]:
    """Queries and keys of C / 8 columns, values of C, with biases, and the gate gamma."""
    c, d = channels, inner or max(channels // 8, 1)
    return {
        "q.weight": (d, c), "q.bias": (d,), "k.weight": (d, c), "k.bias": (d,),
        "v.weight": (c, c), "v.bias": (c,), "gamma": (),
    }  # fmt: skip


def seen(x: Value, p: Parameters, name: str) -> Value:
    """A learned view of tokens."""
    return linear(x, p[f"{name}.weight"], p[f"{name}.bias"])


VIEWS = 'q, k, v = (linear(t, p[f"{name}.weight"], p[f"{name}.bias"]) for name in "qkv")'
"""The line that makes queries, keys and values of tokens t."""


@dataclass(frozen=True)
class PositionAttention(Attention):
    """out = gamma Y + x, Y = softmax(Q K^T) V: every cell asks every cell; gamma starts at 0.

    Parameters: q, k ``(C / 8, C)``, v ``(C, C)`` with biases, gamma. At the start the output is x
    and gamma alone has a gradient. The same block is SAGAN's.

    Source: Fu et al., CVPR 2019, eq. 1 and 2; Zhang et al., ICML 2019.

    >>> PositionAttention().parameters(512), PositionAttention().macs(512, 97, 97)
    (328321, 54076006976)
    """

    inner: int | None = INNER

    title = N_("Position attention")
    family = N_("Non-local")
    formula = r"out = \gamma\,\mathrm{softmax}(Q K^\top)\,V + X"
    gradient = (
        r"d\gamma = \langle dout, Y \rangle, \quad dY = \gamma\,dout, \quad "
        r"dX = dout + dQ\,W_q + dK\,W_k + dV\,W_v"
    )
    reference = "Fu et al., CVPR 2019, eq. 1; Zhang, Goodfellow, Metaxas & Odena, ICML 2019"
    year = 2019
    page = "attend"
    names = Names(elsewhere="DANet PAM_Module, SAGAN Self_Attn")
    zeros = ("gamma",)
    choices = Choices(
        N_("each cell"), N_("each cell"), N_("softmax of products, no scale"),
        N_("a learned view of each cell"), N_("times γ and added"),
    )  # fmt: skip
    worked = Worked(
        "X2",
        (0.869915, 0.319284, 0.995340, 12.407159),
        (1.331964, -0.291103, 1.551115, 15.945493),
        QKV,
    )

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        return views(channels, self.inner)

    def asks(self, x: Value, grid: Grid, p: Parameters) -> tuple[Value, Grid]:
        return seen(x, p, "q"), grid

    def asked(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return seen(x, p, "k")

    def taken(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return seen(x, p, "v")

    def done(self, x: Value, y: Value, p: Parameters) -> Value:
        return y * p["gamma"] + x

    def lines(self) -> str:
        asked = "y = attend(q, k, v, scale=1.0)"
        return "\n".join(("t = tokens(x)", VIEWS, asked, 'z = p["gamma"] * maps(y, x) + x'))

    def entries(self, channels: int, grid: Grid) -> int:
        return (grid[0] * grid[1]) ** 2

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c = grid[0] * grid[1], channels
        d = self.inner or max(c // 8, 1)
        return (
            Cost("W_q x, W_k x", 2 * n * c * d), Cost("W_v x", n * c * c),
            Cost("q · k", n * n * d), Cost("W v", n * n * c),
        )  # fmt: skip


@dataclass(frozen=True)
class ChannelAttention(Attention):
    """out = beta W X^T + X^T, W = softmax(sign E), E = X^T X: every channel asks every channel.

    Nothing is learned but beta, which starts at 0. The paper's sign is +1; the authors' code takes
    softmax(max E - E) = softmax(-E): the least similar channel weighs most. E has no scale and
    grows with the map, so rows soon are one-hot; ``normalised`` compares channels of length 1.

    Source: Fu et al., CVPR 2019, eq. 3 and 4; github.com/junfu1115/DANet, da_att.py.

    >>> ChannelAttention().parameters(512)
    1
    """

    sign: str = param(
        "paper", N_("+ as the paper says, − as the authors' code does."),
        choices=("paper", "code"), title=N_("Sign"), called=(N_("+ (paper)"), N_("− (code)")),
    )  # fmt: skip
    normalised: bool = param(
        False, N_("Compare channels of length 1; then no row is one-hot by size alone."),
        title=N_("Channels of length 1"),
    )  # fmt: skip

    title = N_("Channel attention")
    family = N_("Channels")
    formula = r"out = \beta\,\mathrm{softmax}(\pm X^\top X)\,X^\top + X^\top"
    gradient = r"d\beta = \langle dout, Y \rangle, \quad dX^\top = dout + dQ + dK + dV"
    reference = "Fu et al., CVPR 2019, eq. 3"
    year = 2019
    page = "context"
    names = Names(elsewhere="DANet CAM_Module")
    zeros = ("beta",)
    choices = Choices(
        N_("each channel"), N_("each channel"), N_("softmax of products, or of their negatives"),
        N_("the channels themselves"), N_("times β and added"),
    )  # fmt: skip
    worked = Worked(
        "X4",
        (1.253676, 0.424793, 1.435253, 39.341047),
        (1.008272, 0.099220, 0.908757, 25.773318),
        (("beta", Pattern(values=(0.5,))),),
    )

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        return {"beta": ()}

    def asks(self, x: Value, grid: Grid, p: Parameters) -> tuple[Value, Grid]:
        return self._compared(x), grid

    def asked(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return self._compared(x)

    def taken(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return x.T

    def strength(self, x: Value, source: Value, p: Parameters) -> dict[str, Any]:
        return {"scale": 1.0 if self.sign == "paper" else -1.0}

    def done(self, x: Value, y: Value, p: Parameters) -> Value:
        return y.T * p["beta"] + x

    def _compared(self, x: Value) -> Value:
        channels = x.T
        if not self.normalised:
            return channels
        length = np.sqrt((channels.array**2).sum(-1, keepdims=True)).clip(1e-12)
        unit = channels.array / length

        def back(d: np.ndarray) -> np.ndarray:
            return np.asarray((d - unit * (d * unit).sum(-1, keepdims=True)) / length)

        return Value(unit, (channels, back))

    def lines(self) -> str:
        length = "clipped(total(c * c, 1) ** 0.5, 1e-12, 1e300)"
        unit = f"c / {length}[:, None]" if self.normalised else "c"
        scale = "1.0" if self.sign == "paper" else "-1.0"
        return "\n".join(
            (
                "c = x.reshape(len(x), -1)",
                f"q = k = {unit}",
                f"y = attend(q, k, c, scale={scale})",
                'z = p["beta"] * y.reshape(x.shape) + x',
            )
        )

    def entries(self, channels: int, grid: Grid) -> int:
        return channels**2

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c = grid[0] * grid[1], channels
        return Cost("X^T X", n * c * c), Cost("W X^T", n * c * c)


@dataclass(frozen=True)
class CrissCross(Block):
    """out = gamma Y + x, Y = attention along the cell's own row and column, R times.

    H + W - 1 keys instead of H W. Two recurrences reach every cell: from v by way of the cells
    where the rows and columns of u and v meet. Recurrences share their parameters, which are those
    of position attention. ``scores``: the authors' PyTorch code forms H + W scores and rules
    one of the two copies of the cell out, their CUDA code H + W - 1; the values are the same.

    Source: Huang et al., ICCV 2019; github.com/speedinghzl/CCNet.

    >>> CrissCross().parameters(512), CrissCross(recurrences=1).macs(512, 97, 97)
    (328321, 4134540416)
    """

    recurrences: int = param(
        2, N_("How often it is done, with the same parameters."), low=1, high=8,
        title=N_("Recurrences R"),
    )  # fmt: skip
    scores: str = param(
        "H+W", N_("Scores a cell forms: the PyTorch code's, or the CUDA code's."),
        choices=("H+W", "H+W-1"), title=N_("Scores a cell"),
    )  # fmt: skip
    inner: int | None = INNER

    title = N_("Criss-cross attention")
    family = N_("Sparse")
    formula = (
        r"out = \gamma \sum_{j \in \mathrm{row} \cup \mathrm{column}} "
        r"\mathrm{softmax}_j(q_i^\top k_j)\, v_j + x_i"
    )
    gradient = (
        r"dS = W \circ (dY\,V^\top - \delta) \text{ on the cross}, "
        r"\text{for each recurrence, from the last}"
    )
    reference = "Huang et al., ICCV 2019"
    year = 2019
    page = "reach"
    names = Names(elsewhere="CCNet CrissCrossAttention")
    zeros = ("gamma",)
    choices = Choices(
        N_("each cell"), N_("the cells of its row and column"),
        N_("softmax of products, no scale"), N_("a learned view of each cell"),
        N_("times γ and added, R times"),
    )  # fmt: skip
    worked = Worked(
        "X2",
        (0.840795, 0.476744, 0.975744, 13.732922),
        (1.754844, -0.563107, 2.106546, 16.234572),
        QKV,
    )

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        return views(channels, self.inner)

    def forward(self, x: Value, grid: Grid, p: Parameters, low: object) -> Made:
        maps: list[Cross] = []
        for _each in range(self.recurrences):
            y, cross = criss_cross(seen(x, p, "q"), seen(x, p, "k"), seen(x, p, "v"), grid)
            x = y * p["gamma"] + x
            maps.append(cross)
        return Made(x, grid, tuple(maps))

    def lines(self) -> str:
        views = VIEWS.replace("linear(t", "linear(tokens(x)")
        return "\n".join(
            (
                "row, col = places(*x.shape[1:])",
                "mask = (row[:, None] == row) | (col[:, None] == col)",
                f"for _ in range({self.recurrences}):",
                f"    {views}",
                '    x = p["gamma"] * maps(attend(q, k, v, mask, scale=1.0), x) + x',
                "z = x",
            )
        )

    def entries(self, channels: int, grid: Grid) -> int:
        return self.recurrences * grid[0] * grid[1] * (grid[0] + grid[1] - 1)

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c, r = grid[0] * grid[1], channels, self.recurrences
        d = self.inner or max(c // 8, 1)
        keys = grid[0] + grid[1] - (self.scores == "H+W-1")
        return (
            Cost("W_q x, W_k x", r * 2 * n * c * d), Cost("W_v x", r * n * c * c),
            Cost("q · k", r * n * keys * d), Cost("W v", r * n * keys * c),
        )  # fmt: skip
