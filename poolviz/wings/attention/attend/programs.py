"""Programs for exactly the state on the screen, in PyTorch and NumPy: y, and what runs back."""

from collections.abc import Mapping

import numpy as np

from poolviz.wings.attention.attend.asking import Made
from poolviz.wings.attention.attend.controls import learned, subsampled
from poolviz.wings.attention.core.programs import numpy_program, torch_program

WRITTEN = 64
"""Cells of an input that are written into the program; larger ones are a file."""
FILE = "x.npy"

MASKS = {
    "window": "(r // 2 == r[:, None] // 2) & (c // 2 == c[:, None] // 2)",
    "neighbourhood": "(abs(r - r[:, None]) <= 1) & (abs(c - c[:, None]) <= 1)",
    "cross": "(r == r[:, None]) | (c == c[:, None])",
    "causal": "np.tri(len(q), dtype=bool)",
}


def programs(made: Made) -> tuple[Mapping[str, str], Mapping[str, np.ndarray]]:
    """Language -> program, and the arrays that they load."""
    files = {FILE: made.map} if made.map.size > WRITTEN else {}
    return {"PyTorch": torch_text(made), "NumPy": numpy_text(made)}, files


def _given(made: Made) -> list[str]:
    """x, and what of it asks, is asked, and is taken: the same lines in both languages."""
    rows = ",\n    ".join(str(row) for row in made.map.tolist())
    x = f'np.load("{FILE}")' if made.map.size > WRITTEN else f"np.array([\n    {rows},\n])"
    if made.tokens:
        return [f"x = {x}", "q, k, v = x[:, :1], x[:, 1:2], x[:, 2:3]"]
    return [f"x = {x}", "q = k = v = x.reshape(-1, 1)  # a token a cell"]


def _views(made: Made) -> list[str]:
    """The weights and biases of queries, keys and values, and where keys are pooled."""
    values = made.values
    theta, phi = (values["theta"], values["phi"]) if learned(values) else (1.0, 1.0)
    views = {
        "q": (theta, values["query_bias"]), "k": (phi, values["bias"]),
        "v": (values["g"], values["value_bias"]),
    }  # fmt: skip
    seen = [f"{name} = {_view(name, *view)}" for name, view in views.items() if view != (1.0, 0.0)]
    if not subsampled(values):
        return seen
    rows, cols = made.keys
    pool = (
        f"def pooled(t):  # 2 x 2 max over the map\n"
        f"    t = t.reshape{made.size}[:{2 * rows}, :{2 * cols}]\n"
        f"    return {{max}}"
    )
    both = "k, v = pooled(k), pooled(v)"
    if values["pool_at"] == "before":
        asks = [line for line in seen if line.startswith("q")]
        return [pool, both, *asks, *(line for line in seen if not line.startswith("q"))]
    return [pool, *seen, both]


def _view(name: str, weight: float, bias: float) -> str:
    text = name if weight == 1 else f"{weight!r} * {name}"
    return text if bias == 0 else f"{text} + {bias!r}"


def _call(made: Made, target: str, ones: str, mask: str, by_hand: str) -> list[str]:
    """The lines that call ``attend``."""
    lines, arguments = [], [f"scale={made.scale!r}"]
    if made.wide:
        lines.append(f"q, k = {ones}  # q . k is their sum")
    if made.run.mask is not None:
        name = made.values["mask"]
        if name != "causal":
            lines.append(f"r, c = np.divmod(np.arange(len(q)), {made.size[1]})")
        lines.append(f"mask = {mask.format(MASKS[name])}  # True: may look")
        arguments.append("mask=mask")
    if made.norm in ("count", "relu"):
        arguments.append(f'norm="{made.norm}"')
    if made.values["form"] == "similar":
        lines.append(f"bias = {-made.scale / 2!r} * k[:, 0] ** 2  # bright keys are penalised")
        arguments.append("bias=bias")
    if made.norm == "queries":
        return [*lines, by_hand]
    return [*lines, f"{target} = attend(q, k, v, {', '.join(arguments)})"]


def _mistaken(made: Made, library: str) -> str:
    """Softmax over the wrong axis, by hand."""
    bias = " + bias" if made.values["form"] == "similar" else ""
    s = f"s = {made.scale!r} * q @ k.T{bias}"
    if made.run.mask is not None:
        minus = "-np.inf" if library == "np" else 'float("-inf")'
        s += f"\ns = {library}.where(mask, s, {minus})"
    if library == "np":
        w = "w = np.exp(s - s.max(0))\nw = w / w.sum(0)  # a mistake: over queries"
        return f"{s}\n{w}\ny = w @ v"
    return f"{s}\nw = s.softmax(0)  # a mistake: over queries\ny = w @ v"


def numpy_text(made: Made) -> str:
    """The state in NumPy; backward, the three paths by hand."""
    rows, cols = made.keys
    pooling = f"t.reshape({rows}, 2, {cols}, 2).max((1, 3)).reshape(-1, 1)"
    ones = "np.hstack([q, np.ones_like(q)]), np.hstack([np.ones_like(k), k])"
    lines = [
        *_given(made),
        *(line.replace("{max}", pooling) for line in _views(made)),
        *_call(made, "y, w", ones, "{}", _mistaken(made, "np")),
    ]
    if made.backward:
        lines += _numpy_back(made)
    if made.values["residual"]:
        lines.append(f"y = {_ends(made)} + {made.values['w_z']!r} * y  # z")
    return numpy_program("\n".join([*lines, "print(y.round(6))"]) + "\n")


def _ends(made: Made) -> str:
    return "x[:, 2:3]" if made.tokens else "x.reshape(-1, 1)"


def _numpy_back(made: Made) -> list[str]:
    if made.norm == "softmax":
        ds = "ds = w * (dy @ v.T - (dy * y).sum(1, keepdims=True))"
    else:
        counted = "len(k)" if made.run.mask is None else "mask.sum(1, keepdims=True)"
        let = [] if made.run.mask is None else ["mask"]
        let += ["(w > 0)"] if made.norm == "relu" else []
        ds = f"ds = {' * '.join([*let, f'(dy @ v.T) / {counted}'])}"
    lines = [
        f"dy = np.full(y.shape, {made.upstream!r})",
        ds,
        "dv = w.T @ dy",
        f"dk = {made.scale!r} * ds.T @ q",
        f"dq = {made.scale!r} * ds @ k",
    ]
    if made.values["form"] == "similar":
        lines.append(f"dk = dk - {made.scale!r} * k * ds.sum(0)[:, None]  # by way of the bias")
    return lines


def torch_text(made: Made) -> str:
    """The state in PyTorch; backward, by autograd."""
    pooling = "F.max_pool2d(t[None], 2).reshape(-1, 1)"
    ones = "torch.cat([q, torch.ones_like(q)], 1), torch.cat([torch.ones_like(k), k], 1)"
    given = _given(made)
    to_torch = "q, k, v = (torch.tensor(t) for t in (q, k, v))"
    lines = [
        *given,
        to_torch,
        *(line.replace("{max}", pooling) for line in _views(made)),
    ]
    if made.backward:
        lines.append("q, k, v = (t.clone().requires_grad_() for t in (q, k, v))")
        lines.append("asks, asked, taken = q, k, v")
    lines += [
        *_call(made, "y", ones, "torch.from_numpy({})", _mistaken(made, "torch")),
    ]
    if made.backward:
        lines.append(f"y.backward(torch.full_like(y, {made.upstream!r}))")
        lines.append("dq, dk, dv = asks.grad, asked.grad, taken.grad")
        lines.append("y = y.detach()")
    if made.values["residual"]:
        lines.append(f"y = torch.tensor({_ends(made)}) + {made.values['w_z']!r} * y  # z")
    return torch_program("\n".join([*lines, "print(y)"]) + "\n")
