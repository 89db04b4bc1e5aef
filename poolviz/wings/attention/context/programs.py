"""The lines that a person would write for one of the nets, and for a gate, in this state."""

from collections.abc import Mapping

import numpy as np

from poolviz.attention.tiny import Net
from poolviz.text import _
from poolviz.wings.attention.context.gates import Gated
from poolviz.wings.attention.context.nets import Shown
from poolviz.wings.attention.core.programs import numpy_program, torch_program

Written = tuple[Mapping[str, str], Mapping[str, np.ndarray]]
UNPACK = """\
x = np.load("{map}")  # (64 cells, 6 numbers): 4 kinds, value, flag
flat = np.load("{weights}")  # all weights in a row
shapes = {shapes}
parts = np.split(flat, np.cumsum([int(np.prod(s)) for s in shapes.values()])[:-1])
p = {{name: part.reshape(shapes[name]) for name, part in zip(shapes, parts)}}
"""
NL = """\
q = h @ p["block.theta.weight"].T + p["block.theta.bias"]
k = h @ p["block.phi.weight"].T + p["block.phi.bias"]
v = h @ p["block.g.weight"].T + p["block.g.bias"]
{told} = attend(q, k, v, scale=0.5)
z = h + told @ p["block.z.weight"].T + p["block.z.bias"]
"""
SNL = """\
q, k = {one}, (h @ p["block.k.weight"] + p["block.k.bias"])[:, None]
{told} = attend(q, k, h, scale=1.0)  # one query: the same for all cells
z = h + told @ p["block.v.weight"].T + p["block.v.bias"]
"""
RELU = {"numpy": "np.maximum({}, 0)", "torch": "F.relu({})"}
DISTANCE = """
unit = w / np.linalg.norm(w, axis=1, keepdims=True)
D = (1 - (unit.mean(axis=0) ** 2).sum()) / 2  # how far the maps of the queries differ
print(D)
"""


def net_programs(shown: Shown) -> Written:
    """``y`` (64, outputs); in NumPy the rows ``w`` and their distance ``D``, too."""
    net = shown.net
    files = {
        f"poolviz-{net.task.name}-map.npy": shown.maps.x[0],
        f"poolviz-{net.task.name}-{net.block}-weights.npy": np.concatenate(
            [w.ravel() for w in net.weights.values()]
        ),
    }
    unpack = UNPACK.format(
        map=next(iter(files)), weights=list(files)[1],
        shapes={name: tuple(w.shape) for name, w in net.weights.items()},
    )  # fmt: skip
    numpy = unpack + _net_lines(net, "numpy") + DISTANCE
    to_torch = "x, p = torch.from_numpy(x), {name: torch.from_numpy(w) for name, w in p.items()}\n"
    torch = unpack + to_torch + _net_lines(net, "torch")
    return {"PyTorch": torch_program(torch), "NumPy": numpy_program(numpy)}, files


def _net_lines(net: Net, library: str) -> str:
    relu, numpy = RELU[library], library == "numpy"
    first = 'x @ p["in.weight"].T + p["in.bias"]'
    middle = (NL if net.block == "NL" else SNL).format(
        told="told, w" if numpy else "told",
        one="np.ones((1, 1))" if numpy else "torch.ones(1, 1, dtype=x.dtype)",
    )
    last = f'y = {relu.format("z")} @ p["out.weight"].T + p["out.bias"]\n'
    return f"h = {relu.format(first)}\n{middle}{last}"


SIGMOID = "def sigma(t):\n    return 1 / (1 + np.exp(-t))\n\n\n"
CONVOLVED = """\
padded = np.pad(maps, ((0, 0), (3, 3), (3, 3)))
rows, cols = f.shape[1:]
logit = np.zeros((rows, cols))
for r in range(7):
    for c in range(7):
        logit += np.tensordot(kernel[:, r, c], padded[:, r : r + rows, c : c + cols], axes=1)
"""


def gate_programs(made: Gated) -> Written:
    """``y`` (6, rows, columns): what the gate makes of the channels."""
    name = "poolviz-features-{}x{}x{}.npy".format(*made.channels.shape)
    load = f'f = np.load("{name}")  # (channels, rows, columns)\n'
    lines = _numpy_gate(made)
    numpy = f"import numpy as np\n\n\n{SIGMOID}{load}{_weights(made)}{lines}"
    torch = (
        "import numpy as np\nimport torch\nimport torch.nn.functional as F\n\n"
        f"{load}{_weights(made)}{_torch_gate(made)}"
    )
    return {"PyTorch": torch, "NumPy": numpy}, {name: made.channels}


def _weights(made: Gated) -> str:
    """The block's parameters, written out."""
    if made.gating.gate == "CAM":
        return ""
    short = {"fc1.weight": "W1", "fc1.bias": "b1", "fc2.weight": "W2", "fc2.bias": "b2"}
    lines = []
    for name, array in made.gating.parameters.items():
        called = short.get(name.removeprefix(f"{made.gating.fusion}."))
        if called:
            lines.append(f"{called} = np.array({np.round(array, 12).tolist()})\n")
    if made.gating.gate == "GC":
        lines.append(f"w_k = np.array({made.gating.parameters['k.weight'].tolist()})\n")
    if made.gating.gate == "CBAM":
        lines.append(
            "kernel = np.full((7, 7), -1 / 49)\nkernel[2:5, 2:5] += 1 / 9\n"
            "kernel = 4.0 * np.stack((kernel, kernel / 2))  # over two maps\n"
        )
    return "".join(lines)


def _numpy_gate(made: Gated) -> str:
    gate = made.gating.gate
    if gate == "SE":
        return (
            "s = f.mean(axis=(1, 2))\n"
            "e = sigma(W2 @ np.maximum(W1 @ s + b1, 0) + b2)\ny = f * e[:, None, None]\n"
        )
    if gate == "GC":
        end = {
            "add": "y = f + t[:, None, None]\n",
            "mul": "y = f * sigma(t)[:, None, None]\n",
        }[made.gating.fusion]
        return (
            "l = np.tensordot(w_k, f, axes=1)\nalpha = np.exp(l - l.max())\nalpha /= alpha.sum()\n"
            "c = (f * alpha).sum(axis=(1, 2))  # one query for all cells\n"
            f"t = W2 @ np.maximum(W1 @ c + b1, 0) + b2\n{end}"
        )
    if gate == "CBAM":
        two = ", ".join(f"x.{'mean' if o == 'avg' else 'max'}(axis=0)" for o in _order(made))
        return (
            "def mlp(s):\n    return W2 @ np.maximum(W1 @ s + b1, 0) + b2\n\n\n"
            "gate = sigma(mlp(f.mean(axis=(1, 2))) + mlp(f.max(axis=(1, 2))))\n"
            f"x = f * gate[:, None, None]\nmaps = np.stack(({two}))\n{CONVOLVED}"
            "y = x * sigma(logit)\n"
        )
    sign = "" if made.gating.sign == "paper" else "-"
    return (
        "X = f.reshape(6, -1)\n"
        + ("U = X / np.linalg.norm(X, axis=1, keepdims=True)\n" if made.gating.normalised else "")
        + ("E = U @ U.T\n" if made.gating.normalised else "E = X @ X.T\n")
        + f"w = np.exp({sign}E - ({sign}E).max(axis=1, keepdims=True))\n"
        + "w /= w.sum(axis=1, keepdims=True)\ny = (w @ X + X).reshape(f.shape)\n"
    )


def _torch_gate(made: Gated) -> str:
    gate = made.gating.gate
    names = {"SE": "f, W1, b1, W2, b2", "CBAM": "f, W1, b1, W2, b2, kernel",
             "GC": "f, W1, b1, W2, b2, w_k", "CAM": "f"}[gate]  # fmt: skip
    to_torch = (
        f"{names} = (torch.from_numpy(a) for a in ({names}{',' if gate == 'CAM' else ''}))\n"
        if gate != "CAM"
        else "f = torch.from_numpy(f)\n"
    )
    if gate == "SE":
        lines = (
            "s = F.adaptive_avg_pool2d(f, 1).flatten()\n"
            "e = torch.sigmoid(W2 @ F.relu(W1 @ s + b1) + b2)\ny = f * e[:, None, None]\n"
        )
    elif gate == "GC":
        end = {
            "add": "y = f + t[:, None, None]\n",
            "mul": "y = f * torch.sigmoid(t)[:, None, None]\n",
        }[made.gating.fusion]
        lines = (
            "alpha = torch.softmax(w_k @ f.flatten(1), 0)\nc = f.flatten(1) @ alpha\n"
            f"t = W2 @ F.relu(W1 @ c + b1) + b2\n{end}"
        )
    elif gate == "CBAM":
        two = ", ".join(f"x.{'mean' if o == 'avg' else 'amax'}(0)" for o in _order(made))
        lines = (
            "def mlp(s):\n    return W2 @ F.relu(W1 @ s + b1) + b2\n\n\n"
            "gate = torch.sigmoid(mlp(f.mean((1, 2))) + mlp(f.amax((1, 2))))\n"
            f"x = f * gate[:, None, None]\nmaps = torch.stack(({two}))[None]\n"
            "y = x * torch.sigmoid(F.conv2d(maps, kernel[None], padding=3)[0])\n"
        )
    else:
        sign = "" if made.gating.sign == "paper" else "-"
        unit = "F.normalize(X, dim=1)" if made.gating.normalised else "X"
        lines = (
            f"X = f.flatten(1)\nU = {unit}\nw = torch.softmax({sign}U @ U.T, 1)\n"
            "y = (w @ X + X).reshape(f.shape)\n"
        )
    return to_torch + lines


def _order(made: Gated) -> list[str]:
    return made.gating.order.split(", ")


def titles() -> tuple[str, str]:
    """Of the two programs."""
    return _("Code for this net"), _("Code for this gate")
