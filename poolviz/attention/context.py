"""Blocks of one context: the whole map is summed up once, and every cell is told the same."""

from dataclasses import dataclass

import numpy as np

from poolviz.attention.block import Block, Choices, Cost, Made, Names
from poolviz.attention.flow import (
    Grid,
    Parameters,
    Value,
    attended,
    hard_sigmoid,
    layer_norm,
    linear,
    relu,
    sigmoid,
)  # fmt: skip
from poolviz.attention.worked import Pattern, Worked
from poolviz.pooling.variant import param
from poolviz.text import N_

__all__ = ["SimplifiedNonLocal", "GlobalContext", "SqueezeExcitation"]  # noqa: RUF022  (menu order)


def one_query(x: Value, weight: Value | None, bias: Value | None = None) -> tuple[Value, Made]:
    """The context ``(..., 1, C)`` that one query for all cells takes: keys x w_k + b_k, scale 1;
    without a weight every key is alike, and it is the mean."""
    n = x.shape[-2]
    if weight is None:
        keys = Value(np.zeros((n, 1), x.array.dtype))
    else:
        row = Value(weight.array[None], (weight, lambda d: d[0]))
        keys = linear(x, row, bias)
    query = Value(np.ones((1, 1), x.array.dtype))
    context, run = attended(query, keys, x, scale=1.0)
    return context, Made(context, (1, 1), (run,))


def bottleneck(context: Value, p: Parameters, name: str, eps: float | None) -> tuple[Value, Value]:
    """W_2 relu(norm(W_1 c + b_1)) + b_2, and the hidden layer; ``eps``: a layer norm's, or None."""
    u = linear(context, p[f"{name}fc1.weight"], p.get(f"{name}fc1.bias"))
    if eps is not None:
        u = layer_norm(u, p[f"{name}norm.weight"], p[f"{name}norm.bias"], eps)
    hidden = relu(u)
    return linear(hidden, p[f"{name}fc2.weight"], p.get(f"{name}fc2.bias")), hidden


def bottleneck_lines(name: str, biases: bool, eps: float | None) -> list[str]:
    """The lines of ``bottleneck``: a context c -> t."""

    def layer(which: str, of: str) -> str:
        bias = f', p["{name}{which}.bias"]' if biases else ""
        return f'linear({of}, p["{name}{which}.weight"]{bias})'

    lines = [f"u = {layer('fc1', 'c')}"]
    if eps is not None:
        lines.append(f'u = layer_norm(u, p["{name}norm.weight"], p["{name}norm.bias"], {eps!r})')
    return [*lines, f"t = {layer('fc2', 'relu(u)')}"]


def bottleneck_shapes(
    name: str, channels: int, hidden: int, biases: bool = True, norm: bool = False
) -> dict[str, tuple[int, ...]]:
    """The parameters of ``bottleneck``."""
    shapes: dict[str, tuple[int, ...]] = {f"{name}fc1.weight": (hidden, channels)}
    if biases:
        shapes[f"{name}fc1.bias"] = (hidden,)
    if norm:
        shapes |= {f"{name}norm.weight": (hidden,), f"{name}norm.bias": (hidden,)}
    shapes[f"{name}fc2.weight"] = (channels, hidden)
    return shapes | ({f"{name}fc2.bias": (channels,)} if biases else {})


ONE = Choices(
    N_("one query for all cells"), N_("each cell"), N_("softmax of one learned score a cell"),
    N_("the cells themselves"), N_("transformed and added to every cell"),
)  # fmt: skip
BOTTLENECK = tuple(
    (f"{name}.{kind}", Pattern(n))
    for name, kind, n in (
        ("fc1", "weight", 0), ("fc1", "bias", 1), ("fc2", "weight", 1), ("fc2", "bias", 2),
    )
)  # fmt: skip
HIDDEN = param(
    None, N_("Width of the bottleneck; channels / reduction if not given."), kind="int", low=1,
    high=4096, title=N_("Hidden width"),
)  # fmt: skip


@dataclass(frozen=True)
class SimplifiedNonLocal(Block):
    """z_i = x_i + W_v c, c = sum_j softmax_j(w_k . x_j) x_j: one query serves every cell.

    W_v may leave the sum, for it is the same in every term: N C^2 becomes C^2 multiply-adds. It
    starts at 0 here, so that a fresh block changes nothing. Parameters: k ``(C,)``, v ``(C, C)``,
    with biases; the bias of k has no effect.

    Source: Cao, Xu, Lin, Wei & Hu, ICCV Workshops 2019, eq. 3.

    >>> SimplifiedNonLocal().parameters(1024)
    1050625
    """

    title = N_("Simplified non-local block")
    family = N_("One context")
    formula = r"z_i = x_i + W_v \sum_j \mathrm{softmax}_j(w_k^\top x_j)\, x_j"
    gradient = (
        r"dl = \alpha \circ (X\,dc - c^\top dc), \quad dX = dZ + \alpha\,dc^\top + dl\,w_k^\top"
    )
    reference = "Cao, Xu, Lin, Wei & Hu, ICCV Workshops 2019, eq. 3"
    year = 2019
    page = "context"
    zeros = ("v.weight",)
    choices = ONE
    worked = Worked(
        "X4",
        (0.934431, -0.171199, 1.059431, 21.446469),
        (0.543252, 0.050596, 0.077045, 12.0),
        (("k.weight", Pattern(values=(1, -0.5, 0.5, 0.25))), ("v.weight", Pattern(2))),
    )

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        c = channels
        return {"k.weight": (c,), "k.bias": (1,), "v.weight": (c, c), "v.bias": (c,)}

    def forward(self, x: Value, grid: Grid, p: Parameters, low: object) -> Made:
        context, made = one_query(x, p["k.weight"], p["k.bias"])
        told = linear(context, p["v.weight"], p["v.bias"])
        return Made(x + told, grid, made.maps, {"context": context, "told": told})

    def lines(self) -> str:
        return "\n".join(
            (
                "t = tokens(x)",
                'alpha = softmax(t @ p["k.weight"] + p["k.bias"])',
                'told = linear(alpha @ t, p["v.weight"], p["v.bias"])',
                "z = x + told[:, None, None]",
            )
        )

    def entries(self, channels: int, grid: Grid) -> int:
        return grid[0] * grid[1]

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c = grid[0] * grid[1], channels
        return Cost("w_k · x", n * c), Cost("α x", n * c), Cost("W_v c", c * c)


@dataclass(frozen=True)
class GlobalContext(Block):
    """c = sum_j softmax_j(w_k . x_j) x_j; t = W_2 relu(LN(W_1 c)); z = x + t, or x sigma(t).

    ``pooling`` "avg" takes the mean instead of the learned context, ``fusion`` says what is done
    with t ("both": x sigma(t') + t with a bottleneck each). W_2 starts at 0: "add" then leaves x as
    it is, "mul" halves it. With mean, "mul" and no layer norm it is squeeze-and-excitation. Under
    a layer norm a hidden width of 1 always gives its shift and one of 2 always -1 and 1: take 3.

    Parameters: k ``(C,)``, fc1 ``(p, C)``, norm ``(p,)``, fc2 ``(C, p)`` with biases, p = C / r.

    Source: Cao, Xu, Lin, Wei & Hu, ICCV Workshops 2019; mmcv ContextBlock.

    >>> GlobalContext(reduction=16).parameters(1024), GlobalContext(reduction=16).macs(1024, 14, 14)
    (133313, 532480)
    """

    pooling: str = param(
        "att", N_("A learned context, or the mean of the map."), choices=("att", "avg"),
        title=N_("Context"), called=(N_("learned"), N_("mean")),
    )  # fmt: skip
    fusion: str = param(
        "add", N_("What is done with the context."), choices=("add", "mul", "both"),
        title=N_("Fusion"), called=(N_("added"), N_("multiplied"), N_("both")),
    )  # fmt: skip
    layer_norm: bool = param(True, N_("A layer norm in the bottleneck."), title=N_("Layer norm"))
    reduction: int = param(
        4, N_("The bottleneck has so many times fewer channels."), low=1, high=256,
        title=N_("Reduction r"),
    )  # fmt: skip
    hidden: int | None = HIDDEN
    eps: float = param(
        1e-5, N_("What is added to the variance: 1e-5 in PyTorch, 1e-6 in timm."), low=0, high=1,
        title="ε",
    )  # fmt: skip

    title = N_("Global context block")
    family = N_("One context")
    formula = r"z_i = x_i + W_2\,\mathrm{ReLU}(\mathrm{LN}(W_1 c)), \quad c = \sum_j \alpha_j x_j"
    gradient = (
        r"dc = W_1^\top du, \quad dl = \alpha \circ (X\,dc - c^\top dc), \quad "
        r"dX = dZ + \alpha\,dc^\top + dl\,w_k^\top"
    )
    reference = "Cao, Xu, Lin, Wei & Hu, ICCV Workshops 2019, eq. 4"
    year = 2019
    page = "context"
    names = Names(elsewhere="mmcv.cnn.ContextBlock, timm.layers.GlobalContext (mul, r = 8)")
    choices = ONE
    worked = Worked(
        "X4",
        (0.178322, 0.500000, 0.303322, 25.534381),
        (1.495479, -0.063522, 1.610680, 17.188648),
        (
            ("k.weight", Pattern(values=(1, -0.5, 0.5, 0.25))),
            *((f"add.{name}", pattern) for name, pattern in BOTTLENECK),
            ("add.norm.weight", Pattern(values=(1, 0.5, 2))),
            ("add.norm.bias", Pattern(values=(0, 0.25, -0.25))),
        ),
        (("hidden", 3),),
    )

    @property
    def zeros(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(f"{name}.fc2.weight" for name in self._fusions)

    @property
    def _fusions(self) -> tuple[str, ...]:
        return ("mul", "add") if self.fusion == "both" else (self.fusion,)

    def width(self, channels: int) -> int:
        """p, of the bottleneck."""
        return self.hidden or max(channels // self.reduction, 1)

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}
        if self.pooling == "att":
            shapes = {"k.weight": (channels,), "k.bias": (1,)}
        for name in self._fusions:
            hidden = self.width(channels)
            shapes |= bottleneck_shapes(f"{name}.", channels, hidden, norm=self.layer_norm)
        return shapes

    def forward(self, x: Value, grid: Grid, p: Parameters, low: object) -> Made:
        context, made = one_query(x, p.get("k.weight"), p.get("k.bias"))
        z, named = x, {"context": context}
        for name in self._fusions:
            t, hidden = bottleneck(context, p, f"{name}.", self.eps if self.layer_norm else None)
            told = sigmoid(t) if name == "mul" else t
            z = z * told if name == "mul" else z + told
            named |= {"hidden": hidden, "gate" if name == "mul" else "told": told}
        return Made(z, grid, made.maps, named)

    def lines(self) -> str:
        lines = ["x_t = tokens(x)", "c = mean(x_t, 0)"]
        if self.pooling == "att":
            lines[1] = 'c = softmax(x_t @ p["k.weight"] + p["k.bias"]) @ x_t'
        lines.append("z = x")
        for name in self._fusions:
            lines += bottleneck_lines(f"{name}.", True, self.eps if self.layer_norm else None)
            told = "z * sigmoid(t)" if name == "mul" else "z + t"
            lines.append(f"z = {told}[:, None, None]")
        return "\n".join(lines)

    def entries(self, channels: int, grid: Grid) -> int:
        return grid[0] * grid[1]

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c = grid[0] * grid[1], channels
        asks = (Cost("w_k · x", n * c),) if self.pooling == "att" else ()
        both = 2 * c * self.width(c) * len(self._fusions)
        return (*asks, Cost("α x", n * c), Cost("W_1 c, W_2", both))


@dataclass(frozen=True)
class SqueezeExcitation(Block):
    """y = x e, e = sigma(W_2 relu(W_1 s + b_1) + b_2), s = the mean of each channel.

    Gates are not shares: they do not compete, and their sum is free. Weights of 0 give x / 2
    exactly. ``gate`` "hard" is min(max(t + 3, 0), 6) / 6 (MobileNetV3); ``multiple`` rounds the
    hidden width to a multiple of so many (timm: 8).

    Parameters: fc1 ``(C / r, C)``, fc2 ``(C, C / r)``, with biases or without.

    Source: Hu, Shen & Sun, CVPR 2018; torchvision.ops.SqueezeExcitation.

    >>> block = SqueezeExcitation(reduction=2)
    >>> zeros = {name: np.zeros(shape) for name, shape in block.shapes(4).items()}
    >>> block(np.ones((4, 2, 2)), zeros).output[0].tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """

    reduction: int = param(
        16, N_("The bottleneck has so many times fewer channels."), low=1, high=256,
        title=N_("Reduction r"),
    )  # fmt: skip
    hidden: int | None = HIDDEN
    biases: bool = param(True, N_("Whether the two layers have biases."), title=N_("Biases"))
    gate: str = param(
        "sigmoid", N_("How the gate is made."), choices=("sigmoid", "hard"), title=N_("Gate"),
        called=("σ", N_("hard σ")),
    )  # fmt: skip
    multiple: int = param(
        1, N_("Hidden widths are rounded to a multiple of this; timm takes 8."), low=1, high=64,
        title=N_("Width in multiples of"),
    )  # fmt: skip

    title = N_("Squeeze-and-excitation block")
    family = N_("Gates")
    formula = r"y_c = x_c\,e_c, \quad e = \sigma(W_2\,\mathrm{ReLU}(W_1 s + b_1) + b_2)"
    gradient = (
        r"dt = \Big(\sum_i dY_i \circ X_i\Big) \circ e(1 - e), \quad "
        r"dx = dY \circ e + \tfrac{1}{N} W_1^\top du"
    )
    reference = "Hu, Shen & Sun, CVPR 2018, eq. 2 to 4"
    year = 2018
    page = "context"
    names = Names("torchvision.ops.SqueezeExcitation", elsewhere="timm.layers.SEModule")
    choices = Choices(
        N_("one query for all cells, 0"), N_("each cell"), N_("alike: the mean"),
        N_("the cells themselves"), N_("a gate for each channel, multiplied"),
    )  # fmt: skip
    worked = Worked(
        "X4",
        (0.393430, 0.140544, 0.449634, 12.907987),
        (0.449634, 0.033350, 0.449634, 6.660556),
        BOTTLENECK,
        (("hidden", 3),),
    )

    def width(self, channels: int) -> int:
        """The hidden width, rounded as timm's make_divisible does: never under nine tenths."""
        exact = channels / self.reduction
        if self.hidden is not None or self.multiple == 1:
            return self.hidden or max(int(exact), 1)
        by = self.multiple
        near = max(by, int(exact + by / 2) // by * by)
        return near + by if near < 0.9 * exact else near

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        return bottleneck_shapes("", channels, self.width(channels), self.biases)

    def forward(self, x: Value, grid: Grid, p: Parameters, low: object) -> Made:
        squeezed, made = one_query(x, None)
        t, hidden = bottleneck(squeezed, p, "", None)
        gate = sigmoid(t) if self.gate == "sigmoid" else hard_sigmoid(t)
        named = {"context": squeezed, "hidden": hidden, "gate": gate}
        return Made(x * gate, grid, made.maps, named)

    def lines(self) -> str:
        gate = "sigmoid(t)" if self.gate == "sigmoid" else "clipped(t + 3, 0, 6) / 6"
        made = bottleneck_lines("", self.biases, None)
        return "\n".join(("c = mean(x, (1, 2))", *made, f"e = {gate}", "z = x * e[:, None, None]"))

    def entries(self, channels: int, grid: Grid) -> int:
        return 0

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c, hidden = grid[0] * grid[1], channels, self.width(channels)
        return Cost("mean", n * c), Cost("W_1 s, W_2", 2 * c * hidden), Cost("x e", n * c)
