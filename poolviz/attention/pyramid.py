"""Blocks of ANN: all cells ask, but only the cells of a pyramid of pooled maps are asked."""

from dataclasses import dataclass, replace
from typing import Any

from poolviz.attention.block import Attention, Choices, Cost
from poolviz.attention.flow import Grid, Parameters, Value, batch_norm, joined, linear, pooled, relu
from poolviz.attention.worked import Pattern, Worked
from poolviz.pooling import Adaptive, Average
from poolviz.pooling.variant import param
from poolviz.text import N_

__all__ = ["AsymmetricPyramid", "AsymmetricFusion"]  # noqa: RUF022  (menu order)

INNER = param(
    None, N_("Width of queries, keys and values; an eighth of the channels if not given."),
    kind="int", low=1, high=4096, title=N_("Inner width"),
)  # fmt: skip


class _Pyramid(Attention):
    """What the two blocks share: keys and values are means of the bins of adaptive pools."""

    sizes: tuple[int, ...]
    inner: int | None
    shared: bool
    concatenate: bool
    zeros = ("o.weight",)

    def width(self, channels: int) -> int:
        """Columns of queries, keys and values."""
        return self.inner or max(channels // 8, 1)

    @property
    def anchors(self) -> int:
        """S: how many keys the pyramid has."""
        return sum(int(n) ** 2 for n in self.sizes)

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        c, d = channels, self.width(channels)
        shapes: dict[str, tuple[int, ...]] = {"q.weight": (d, c)}
        if self.shared:
            shapes |= {"norm.weight": (d,), "norm.bias": (d,)}
        else:
            shapes["k.weight"] = (d, c)
        shapes |= {"v.weight": (d, c), "o.weight": (c, d)}
        return shapes | ({"last.weight": (c, 2 * c)} if self.concatenate else {})

    def asks(self, x: Value, grid: Grid, p: Parameters) -> tuple[Value, Grid]:
        return self._view(x, p, "q"), grid

    def asked(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return self.bins(self._view(x, p, "q" if self.shared else "k"), grid)

    def taken(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return self.bins(linear(x, p["v.weight"]), grid)

    def strength(self, x: Value, source: Value, p: Parameters) -> dict[str, Any]:
        return {"scale": None}

    def done(self, x: Value, y: Value, p: Parameters) -> Value:
        context = linear(y, p["o.weight"])
        if not self.concatenate:
            return context
        return linear(joined([context, x], axis=-1), p["last.weight"])

    def bins(self, x: Value, grid: Grid) -> Value:
        """The cells of all pooled maps, one after the other."""
        return joined([pooled(x, grid, Average(), Adaptive(int(n)))[0] for n in self.sizes])

    def _view(self, x: Value, p: Parameters, name: str) -> Value:
        seen = linear(x, p[f"{name}.weight"])
        if not self.shared:
            return seen
        return relu(batch_norm(seen, p["norm.weight"], p["norm.bias"]))

    def lines(self) -> str:
        low = "low" if self.two_inputs else "x"

        def view(of: str, name: str) -> str:
            made = f'linear(tokens({of}), p["{name}.weight"])'
            if name == "v" or not self.shared:
                return made
            return f'relu(batch_norm({made}, p["norm.weight"], p["norm.bias"]))'

        def bins(view: str) -> tuple[str, str]:
            grids = ", ".join(f"tokens(mean_grid(m, {int(n)}))" for n in self.sizes)
            return f"m = maps({view}, {low})", f"beside({grids}, axis=0)"

        keys, values = view(low, "q" if self.shared else "k"), view(low, "v")
        lines = [f"q = {view('x', 'q')}"]
        for name, made in (("k", keys), ("v", values)):
            first, second = bins(made)
            lines += [first, f"{name} = {second}"]
        lines += ["y = attend(q, k, v)", 'z = maps(linear(y, p["o.weight"]), x)']
        if self.concatenate:
            lines.append('z = maps(linear(beside(tokens(z), tokens(x)), p["last.weight"]), x)')
        return "\n".join(lines)

    def entries(self, channels: int, grid: Grid) -> int:
        return grid[0] * grid[1] * self.anchors

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        n, c, d, s = grid[0] * grid[1], channels, self.width(channels), self.anchors
        lines = (
            Cost("W_q x, W_k x", 2 * n * c * d), Cost("W_v x", n * c * d), Cost("q · k", n * s * d),
            Cost("W v", n * s * d), Cost("W_o y", n * c * d),
        )  # fmt: skip
        return (*lines, Cost("[context, x]", 2 * n * c * c)) if self.concatenate else lines


def _sizes() -> Any:
    return param(
        (1, 3, 6, 8), N_("Rows and columns of each pooled map; 1, 3, 6, 8 make 110 keys."),
        kind="weights", low=1, high=64, title=N_("Pyramid"),
    )  # fmt: skip


SHARED = param(
    False, N_("One convolution with batch norm and ReLU for queries and keys, as in the code."),
    title=N_("Share queries and keys"),
)  # fmt: skip
JOINED = param(
    False, N_("End in a convolution of the context beside x, as the code does."),
    title=N_("Join with x"),
)  # fmt: skip


@dataclass(frozen=True)
class AsymmetricPyramid(_Pyramid):
    """Y = attend(X W_q^T, P X W_k^T, P X W_v^T) W_o^T; P averages the bins of adaptive pools.

    The 110 cells of pools of 1, 3, 6 and 8 rows and columns are asked instead of all N: N 110 pairs
    instead of N^2. P may change places with the value's convolution, which is linear, but not with
    a key's convolution that a ReLU follows. W_o starts at 0.

    Parameters: q, k, v ``(C / 8, C)``, o ``(C, C / 8)``, no biases.

    Source: Zhu et al., ICCV 2019; github.com/MendelXu/ANN, apnb.py.

    >>> AsymmetricPyramid(inner=256).macs(2048, 96, 96)
    19846397952
    """

    sizes: tuple[int, ...] = _sizes()
    inner: int | None = INNER
    shared: bool = SHARED
    concatenate: bool = JOINED

    title = N_("Asymmetric pyramid block (APNB)")
    family = N_("Sparse")
    formula = (
        r"Y = \mathrm{softmax}\!\left(\tfrac{1}{\sqrt{d}}\,Q\,(P K)^\top\right) P V\, W_o^\top"
    )
    gradient = r"dK = P^\top d(PK), \quad dV = P^\top d(PV)"
    reference = "Zhu et al., ICCV 2019"
    year = 2019
    page = "reach"
    choices = Choices(
        N_("each cell"), N_("the cells of a pyramid of pooled maps"),
        N_("softmax of scaled products"), N_("a learned view of each bin"), N_("transformed"),
    )  # fmt: skip
    worked = Worked(
        "X2",
        (-0.027006, 0.052785, -0.027783, 0.428325),
        (-0.019542, -0.069257, -0.024500, -1.068763),
        (
            ("q.weight", Pattern(0, 4)), ("k.weight", Pattern(1, 4)),
            ("v.weight", Pattern(2)), ("o.weight", Pattern(3)),
        ),
        (("inner", 2),),
    )  # fmt: skip


@dataclass(frozen=True)
class AsymmetricFusion(_Pyramid):
    """The same with two maps: the deep one asks, a shallower one is asked and taken from.

    ``block(x, parameters, low=low)``; low has as many channels as x, and any size.

    Source: Zhu et al., ICCV 2019; github.com/MendelXu/ANN, afnb.py.

    >>> import numpy as np
    >>> block, x, low = AsymmetricFusion(), np.ones((8, 2, 3)), np.ones((8, 4, 6))
    >>> block(x, block.init(8), low=low).weights.shape
    (6, 110)
    """

    sizes: tuple[int, ...] = _sizes()
    inner: int | None = INNER
    shared: bool = SHARED
    concatenate: bool = JOINED

    title = N_("Asymmetric fusion block (AFNB)")
    family = N_("Sparse")
    formula = (
        r"Y = \mathrm{softmax}\!\left(\tfrac{1}{\sqrt{d}}\,Q_{high}\,(P K_{low})^\top\right) "
        r"P V_{low}\, W_o^\top"
    )
    gradient = r"dX_{high} = dQ\,W_q, \quad dX_{low} = P^\top d(PK)\,W_k + P^\top d(PV)\,W_v"
    reference = "Zhu et al., ICCV 2019"
    year = 2019
    page = "reach"
    two_inputs = True
    choices = Choices(
        N_("each cell of the deep map"), N_("the cells of a pyramid of a shallower map"),
        N_("softmax of scaled products"), N_("a learned view of each bin"), N_("transformed"),
    )  # fmt: skip
    worked = replace(AsymmetricPyramid.worked, dx=(-0.032246, 0.026239, -0.031685, -0.068763))
