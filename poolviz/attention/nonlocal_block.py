"""Non-local blocks: every cell asks every cell of the map."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.attention.block import Attention, Choices, Cost, Names
from poolviz.attention.flow import (
    Grid,
    Parameters,
    Value,
    batch_norm,
    linear,
    ones_beside,
    pooled,
)  # fmt: skip
from poolviz.attention.worked import Pattern, Worked
from poolviz.pooling import Max, Sliding
from poolviz.pooling.variant import param
from poolviz.text import N_

__all__ = ["NonLocal"]

FORMS = ("gaussian", "embedded", "dot", "concatenation")


@dataclass(frozen=True)
class NonLocal(Attention):
    """z = x + W_z y, y_i = sum_j W_ij g(x_j): every cell is told what the cells like it hold.

    ``form`` says how two cells are compared: "gaussian" x_i . x_j, "embedded" theta_i . phi_j,
    both under softmax; "dot" the same divided by the number of keys; "concatenation"
    relu(w_theta . theta_i + w_phi . phi_j), divided likewise. ``subsample``: keys and values from a
    map pooled 2 x 2, before phi and g (the authors' code) or after them (the paper's text);
    queries keep their number. The paper's softmax has no scale, the code one of 1 / sqrt(C_i).
    W_z starts at 0, or the batch norm behind it, so that a fresh block changes nothing.

    Parameters: theta, phi ``(C_i, C)``, g ``(C_i, C)``, z ``(C, C_i)`` with biases; ``inner`` is
    C_i, half of C by default.

    Source: Wang, Girshick, Gupta & He, CVPR 2018; github.com/facebookresearch/video-nonlocal-net.

    >>> block = NonLocal()
    >>> x = np.arange(8.0).reshape(2, 2, 2)
    >>> bool((block(x, block.init(2)).output == x).all()), block.parameters(1024)
    (True, 2099712)
    """

    form: str = param(
        "embedded", N_("How two cells are compared."), choices=FORMS, title=N_("Form"),
        called=(N_("Gaussian"), N_("Embedded Gaussian"), N_("Dot product"), N_("Concatenation")),
    )  # fmt: skip
    subsample: bool = param(
        False, N_("Whether only a map pooled 2 x 2 is asked: a quarter of the keys."),
        title=N_("Pool the keys"),
    )  # fmt: skip
    pool_at: str = param(
        "before", N_("Pool before the convolutions, as the code, or after, as the paper says."),
        choices=("before", "after"), title=N_("Pool"), called=(N_("before"), N_("after")),
    )  # fmt: skip
    scale: bool = param(
        False, N_("Divide the scores by the square root of the width, as the code can."),
        title=N_("Scale by 1/√d"),
    )  # fmt: skip
    inner: int | None = param(
        None, N_("Width of queries, keys and values; half the channels if not given."),
        kind="int", low=1, high=4096, title=N_("Inner width"),
    )  # fmt: skip
    batch_norm: bool = param(
        False, N_("A batch norm behind the last convolution, which starts at 0 in its place."),
        title=N_("Batch norm"),
    )  # fmt: skip

    title = N_("Non-local block")
    family = N_("Non-local")
    formula = r"z_i = x_i + W_z \sum_j W_{ij}\, g(x_j), \quad W_{ij} = \mathrm{norm}_j f(x_i, x_j)"
    gradient = (
        r"dS = W \circ (dY\,V^\top - \delta), \quad dX = dZ + dQ\,W_\theta + dK\,W_\phi + dV\,W_g"
    )
    reference = "Wang, Girshick, Gupta & He, CVPR 2018"
    year = 2018
    page = "attend"
    names = Names(elsewhere="mmcv.cnn.NonLocal2d")
    choices = Choices(
        N_("each cell"), N_("each cell, or each of the pooled map"),
        N_("softmax of products; or products, divided by the number of keys"),
        N_("a learned view of each cell"), N_("transformed and added"),
    )  # fmt: skip
    worked = Worked(
        "X2",
        (1.038335, -0.120498, 1.163274, 8.179397),
        (0.996021, -0.076940, 0.995885, 14.992204),
        tuple(
            (f"{name}.{kind}", Pattern(n))
            for n, name in enumerate(("theta", "phi", "g", "z"))
            for kind in ("weight", "bias")
        ),
        (("inner", 2),),
    )

    @property
    def zeros(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("norm.weight",) if self.batch_norm else ("z.weight",)

    @property
    def learns_scores(self) -> bool:
        """Whether queries and keys are learned views of the cells."""
        return self.form != "gaussian"

    def width(self, channels: int) -> int:
        """C_i."""
        return self.inner or max(channels // 2, 1)

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        c, inner = channels, self.width(channels)
        shapes: dict[str, tuple[int, ...]] = {}
        for name in (*(("theta", "phi") if self.learns_scores else ()), "g"):
            shapes |= {f"{name}.weight": (inner, c), f"{name}.bias": (inner,)}
        if self.form == "concatenation":
            shapes["f.weight"] = (2 * inner,)
        shapes |= {"z.weight": (c, inner), "z.bias": (c,)}
        return shapes | ({"norm.weight": (c,), "norm.bias": (c,)} if self.batch_norm else {})

    def asks(self, x: Value, grid: Grid, p: Parameters) -> tuple[Value, Grid]:
        if not self.learns_scores:
            return x, grid
        theta = linear(x, p["theta.weight"], p["theta.bias"])
        if self.form == "concatenation":  # [w_theta . theta_i, 1] . [1, w_phi . phi_j]
            theta = ones_beside(linear(theta, _half(p["f.weight"], 0)), after=True)
        return theta, grid

    def asked(self, x: Value, grid: Grid, p: Parameters) -> Value:
        if not self.learns_scores:
            return self._pooled(x, grid)
        phi = self._viewed(x, grid, p, "phi")
        if self.form == "concatenation":
            phi = ones_beside(linear(phi, _half(p["f.weight"], 1)), after=False)
        return phi

    def taken(self, x: Value, grid: Grid, p: Parameters) -> Value:
        return self._viewed(x, grid, p, "g")

    def strength(self, x: Value, source: Value, p: Parameters) -> dict[str, Any]:
        width = x.shape[-1] if not self.learns_scores else self.width(x.shape[-1])
        norm = {"dot": "count", "concatenation": "relu"}.get(self.form, "softmax")
        return {"scale": width**-0.5 if self.scale else 1.0, "norm": norm}

    def done(self, x: Value, y: Value, p: Parameters) -> Value:
        z = linear(y, p["z.weight"], p["z.bias"])
        return x + (batch_norm(z, p["norm.weight"], p["norm.bias"]) if self.batch_norm else z)

    def _viewed(self, x: Value, grid: Grid, p: Parameters, name: str) -> Value:
        before = self.subsample and self.pool_at == "before"
        seen = self._pooled(x, grid) if before else x
        seen = linear(seen, p[f"{name}.weight"], p[f"{name}.bias"])
        return seen if before else self._pooled(seen, grid)

    def _pooled(self, x: Value, grid: Grid) -> Value:
        return pooled(x, grid, Max(), Sliding(2))[0] if self.subsample else x

    def lines(self) -> str:
        before = self.subsample and self.pool_at == "before"
        after = self.subsample and not before
        lines = ["t = tokens(x)", "seen = tokens(max_pool(x))" if before else "seen = t"]

        def view(name: str) -> str:
            made = f'linear(seen, p["{name}.weight"], p["{name}.bias"])'
            return f"tokens(max_pool(maps({made}, x)))" if after else made

        if not self.learns_scores:
            keys = "tokens(max_pool(x))" if self.subsample else "t"
            lines += [f"q, k = t, {keys}"]
        else:
            lines += ['q = linear(t, p["theta.weight"], p["theta.bias"])', f"k = {view('phi')}"]
        if self.form == "concatenation":
            lines += [
                'first, second = p["f.weight"][: q.shape[1]], p["f.weight"][q.shape[1] :]',
                "q = beside((q @ first)[:, None], ones(len(q), 1))",
                "k = beside(ones(len(k), 1), (k @ second)[:, None])",
            ]
        scale = "1.0"
        if self.scale:
            scale = 'len(p["z.weight"].T) ** -0.5' if self.learns_scores else "len(x) ** -0.5"
        norm = {"dot": "count", "concatenation": "relu"}.get(self.form, "softmax")
        lines += [
            f"v = {view('g')}",
            f'y = attend(q, k, v, scale={scale}, norm="{norm}")',
            'y = linear(y, p["z.weight"], p["z.bias"])',
        ]
        if self.batch_norm:
            lines.append('y = batch_norm(y, p["norm.weight"], p["norm.bias"])')
        return "\n".join((*lines, "z = x + maps(y, x)"))

    def entries(self, channels: int, grid: Grid) -> int:
        return grid[0] * grid[1] * self._keys(grid)

    def _keys(self, grid: Grid) -> int:
        return (grid[0] // 2) * (grid[1] // 2) if self.subsample else grid[0] * grid[1]

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        c, inner, n, m = channels, self.width(channels), grid[0] * grid[1], self._keys(grid)
        seen = m if self.pool_at == "before" else n
        lines = [Cost("W_g x", seen * c * inner)]
        if self.learns_scores:
            lines = [Cost("W_θ x", n * c * inner), Cost("W_φ x", seen * c * inner), *lines]
        if self.form == "concatenation":
            lines.append(Cost("w · [θ, φ]", (n + m) * inner))
        else:
            lines.append(Cost("q · k", n * m * (inner if self.learns_scores else c)))
        return (*lines, Cost("W v", n * m * inner), Cost("W_z y", n * c * inner))


def _half(weight: Value, which: int) -> Value:
    """The part of w_f that belongs to theta or phi, as a matrix of one row."""
    at = slice(which * weight.shape[0] // 2, (which + 1) * weight.shape[0] // 2)

    def back(d: np.ndarray) -> np.ndarray:
        whole = np.zeros(weight.shape, d.dtype)
        whole[at] = d[0]
        return whole

    return Value(weight.array[None, at], (weight, back))
