"""A block as a program, in NumPy and in PyTorch: its own lines between the few functions they call.

A block's ``lines`` are the same in both, for they use ``@``, ``.T`` and the functions named here
alone; each of those is written once in either.
"""

import re
from dataclasses import dataclass

import numpy as np

from poolviz.attention import Block
from poolviz.wings.attention.core.programs import NUMPY, TORCH


@dataclass(frozen=True)
class Helper:
    """A function of the programs, in NumPy and in PyTorch."""

    numpy: str
    torch: str


BOTH = {
    "tokens": '''\
def tokens(x):
    """Maps (C, H, W) as one row a cell."""
    return x.reshape(len(x), -1).T
''',
    "maps": '''\
def maps(t, like):
    """Tokens as maps of the size of others."""
    return t.T.reshape(-1, *like.shape[1:])
''',
    "linear": '''\
def linear(t, weight, bias=None):
    """A 1 x 1 convolution."""
    return t @ weight.T if bias is None else t @ weight.T + bias
''',
}
HELPERS = {
    "attend": Helper(NUMPY, TORCH),
    "relu": Helper(
        "def relu(x):\n    return np.maximum(x, 0)\n", "def relu(x):\n    return x.relu()\n"
    ),
    "sigmoid": Helper(
        "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n",
        "def sigmoid(x):\n    return x.sigmoid()\n",
    ),
    "softmax": Helper(
        "def softmax(x):\n    e = np.exp(x - x.max(-1, keepdims=True))\n"
        "    return e / e.sum(-1, keepdims=True)\n",
        "def softmax(x):\n    return x.softmax(-1)\n",
    ),
    "ones": Helper(
        "def ones(*shape):\n    return np.ones(shape)\n",
        "def ones(*shape):\n    return torch.ones(shape, dtype=torch.float64)\n",
    ),
    "beside": Helper(
        "def beside(*parts, axis=-1):\n    return np.concatenate(parts, axis)\n",
        "def beside(*parts, axis=-1):\n    return torch.cat(parts, axis)\n",
    ),
    "mean": Helper(
        "def mean(x, axis):\n    return x.mean(axis)\n",
        "def mean(x, axis):\n    return x.mean(axis)\n",
    ),
    "largest": Helper(
        "def largest(x, axis):\n    return x.max(axis)\n",
        "def largest(x, axis):\n    return x.max(axis).values\n",
    ),
    "total": Helper(
        "def total(x, axis):\n    return x.sum(axis)\n",
        "def total(x, axis):\n    return x.sum(axis)\n",
    ),
    "layer_norm": Helper(
        "def layer_norm(x, weight, bias, eps):\n"
        "    x = x - x.mean(-1, keepdims=True)\n"
        "    return weight * x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) + bias\n",
        "def layer_norm(x, weight, bias, eps):\n"
        "    return F.layer_norm(x, x.shape[-1:], weight, bias, eps)\n",
    ),
    "batch_norm": Helper(
        "def batch_norm(t, weight, bias):\n"
        '    """As at inference, with fresh statistics: mean 0, variance 1."""\n'
        "    return weight * t / np.sqrt(1 + 1e-5) + bias\n",
        "def batch_norm(t, weight, bias):\n"
        '    """As at inference, with fresh statistics: mean 0, variance 1."""\n'
        "    return weight * t / (1 + 1e-5) ** 0.5 + bias\n",
    ),
    "max_pool": Helper(
        "def max_pool(x):\n"
        "    c, h, w = x.shape\n"
        "    h, w = h // 2, w // 2\n"
        "    return x[:, : 2 * h, : 2 * w].reshape(c, h, 2, w, 2).max((2, 4))\n",
        "def max_pool(x):\n    return F.max_pool2d(x[None], 2)[0]\n",
    ),
    "mean_grid": Helper(
        "def mean_grid(x, n):\n"
        '    """Adaptive average pooling to n x n."""\n'
        "    def spans(size):\n"
        "        return [slice(i * size // n, -(-(i + 1) * size // n)) for i in range(n)]\n"
        "    return np.stack([np.stack([x[:, r, c].mean((1, 2)) for c in spans(x.shape[2])], -1)\n"
        "                     for r in spans(x.shape[1])], -2)\n",
        "def mean_grid(x, n):\n    return F.adaptive_avg_pool2d(x[None], n)[0]\n",
    ),
    "convolve": Helper(
        "def convolve(x, weight, stride=1):\n"
        '    """x (in, H, W), weight (out, in, k * k), zeros around."""\n'
        "    k = int(weight.shape[-1] ** 0.5)\n"
        "    x = np.pad(x, ((0, 0), (k // 2,) * 2, (k // 2,) * 2))\n"
        "    cells = np.lib.stride_tricks.sliding_window_view(x, (k, k), (1, 2))\n"
        "    cells = cells[:, ::stride, ::stride]\n"
        '    return np.einsum("ihwab,oiab->ohw", cells, weight.reshape(*weight.shape[:2], k, k))\n',
        "def convolve(x, weight, stride=1):\n"
        '    """x (in, H, W), weight (out, in, k * k), zeros around."""\n'
        "    k = int(weight.shape[-1] ** 0.5)\n"
        "    weight = weight.reshape(*weight.shape[:2], k, k)\n"
        "    return F.conv2d(x[None], weight, stride=stride, padding=k // 2)[0]\n",
    ),
    "spread": Helper(
        "def spread(x):\n"
        '    """Zeros between the cells: a transposed convolution of stride 2 begins so."""\n'
        "    y = np.zeros((len(x), 2 * x.shape[1], 2 * x.shape[2]))\n"
        "    y[:, ::2, ::2] = x\n"
        "    return y\n",
        "def spread(x):\n"
        '    """Zeros between the cells: a transposed convolution of stride 2 begins so."""\n'
        "    y = x.new_zeros(len(x), 2 * x.shape[1], 2 * x.shape[2])\n"
        "    y[:, ::2, ::2] = x\n"
        "    return y\n",
    ),
    "places": Helper(
        "def places(h, w):\n"
        '    """Row and column of every cell, flat."""\n'
        "    return np.arange(h * w) // w, np.arange(h * w) % w\n",
        "def places(h, w):\n"
        '    """Row and column of every cell, flat."""\n'
        "    return torch.arange(h * w) // w, torch.arange(h * w) % w\n",
    ),
    "patches": Helper(
        "def patches(x, s):\n"
        '    """The s x s cells around each cell, (N, C s s); borders mirror."""\n'
        '    x = np.pad(x, ((0, 0), (s // 2,) * 2, (s // 2,) * 2), mode="reflect")\n'
        "    cells = np.lib.stride_tricks.sliding_window_view(x, (s, s), (1, 2))\n"
        "    return cells.transpose(1, 2, 0, 3, 4).reshape(-1, len(x) * s * s)\n",
        "def patches(x, s):\n"
        '    """The s x s cells around each cell, (N, C s s); borders mirror."""\n'
        '    x = F.pad(x[None], (s // 2,) * 4, mode="reflect") if s > 1 else x[None]\n'
        "    return F.unfold(x, s)[0].T\n",
    ),
    "clipped": Helper(
        "def clipped(x, low, high):\n    return np.clip(x, low, high)\n",
        "def clipped(x, low, high):\n    return x.clamp(low, high)\n",
    ),
    "lower": Helper(
        "def lower(n):\n    return np.tri(n, dtype=bool)\n",
        "def lower(n):\n    return torch.ones(n, n).tril().bool()\n",
    ),
}


def block_program(block: Block, framework: str, start: str = "") -> str:
    """A program of ``framework`` ("numpy" or "torch") for a block with its switches.

    It takes x (C, H, W) and the parameters p by name (and low, where the block has a second map),
    which ``start`` may make, and leaves the output in ``z``.
    """
    lines = block.lines()
    used = _used(lines)
    texts = [BOTH.get(name) or getattr(HELPERS[name], framework) for name in used]
    imports = "import numpy as np\n"
    if framework == "torch":
        imports += "import torch\nimport torch.nn.functional as F\n"
    texts = [text.replace("return w @ v, w", "return w @ v") for text in texts]
    return "\n\n".join((imports, *texts, f"{start}{lines}"))


def _used(lines: str) -> list[str]:
    """The functions that lines call, those that these call too."""
    names = [*BOTH, *HELPERS]
    return [name for name in names if re.search(rf"\b{name}\(", lines)]


def given(arrays: dict[str, np.ndarray], framework: str) -> str:
    """Lines that write small arrays out, x and the parameters ``p[...]`` of them."""
    call = "np.array({})" if framework == "numpy" else "torch.tensor({}, dtype=torch.float64)"
    lines = []
    for name, array in arrays.items():
        text = call.format(np.asarray(array).tolist())
        lines.append(f"{name} = {text}" if name in ("x", "low") else f'p["{name}"] = {text}')
    return "\n".join(("p = {}", *lines)) + "\n"
