"""The two levels on a picture as programs: pool, pool, unpool, unpool, as ``levels`` does."""

import numpy as np

from poolviz.wings.pooling.programs.plan import file_name, literal
from poolviz.wings.pooling.programs.snippets import Snippets
from poolviz.wings.pooling.programs.way import between_lines
from poolviz.wings.pooling.unpooling.between import FILTERS, Between

_NUMPY = """\
def pool(x):  # the largest of 2 x 2 cells, and which of the four it is
    p = np.pad(x, ((0, x.shape[0] % 2), (0, x.shape[1] % 2)), constant_values=-np.inf)
    a = p.reshape(p.shape[0] // 2, 2, p.shape[1] // 2, 2).swapaxes(1, 2)
    a = a.reshape(*a.shape[:2], 4)
    return a.max(-1), np.eye(4)[a.argmax(-1)]

def unpool(y, at, shape):  # each value back to its place, zeros elsewhere
    out = (y[..., None] * at).reshape(*y.shape, 2, 2).swapaxes(1, 2)
    return out.reshape(2 * y.shape[0], 2 * y.shape[1])[: shape[0], : shape[1]]

def convolve(x):
    around = np.pad(x, 1)
    return sum(blur[i, j] * around[i : i + x.shape[0], j : j + x.shape[1]]
               for i in range(3) for j in range(3))

def fill(y, at, shape):  # unpool, then the weighted mean of what is there
    values, there = convolve(unpool(y, at, shape)), convolve(unpool(np.ones(y.shape), at, shape))
    return np.divide(values, there, out=np.zeros(shape), where=there > 0)

def nearest(y, shape):
    return y.repeat(2, 0).repeat(2, 1)[: shape[0], : shape[1]]
"""

_TORCH = """\
def pool(x):  # the largest of 2 x 2 cells, and where it was
    return F.max_pool2d(x, 2, ceil_mode=True, return_indices=True)

def unpool(y, at, shape):  # each value back to its place, zeros elsewhere
    out = torch.zeros(shape)
    out.view(-1)[at.flatten()] = y.flatten()
    return out  # F.max_unpool2d(y, at, 2) where the sides are even

def fill(y, at, shape):  # unpool, then the weighted mean of what is there
    values = F.conv2d(unpool(y, at, shape), blur, padding=1)
    there = F.conv2d(unpool(torch.ones_like(y), at, shape), blur, padding=1)
    return torch.where(there > 0, values / there.clamp(min=1e-9), 0)

def nearest(y, shape):
    return F.interpolate(y, scale_factor=2, mode="nearest")[..., : shape[2], : shape[3]]
"""

_KERAS = """\
def pool(x):  # the largest of 2 x 2 cells, and which of the four it is
    edge = ((0, 0), (0, x.shape[1] % 2), (0, x.shape[2] % 2), (0, 0))
    p = ops.pad(x, edge, constant_values=-1e30)
    a = ops.image.extract_patches(p, (2, 2), strides=(2, 2))
    return ops.max(a, -1, keepdims=True), ops.one_hot(ops.argmax(a, -1), 4)

def unpool(y, at, shape):  # each value back to its place, zeros elsewhere
    rows, cols = y.shape[1:3]
    out = ops.transpose(ops.reshape(y * at, (rows, cols, 2, 2)), (0, 2, 1, 3))
    return ops.reshape(out, (1, 2 * rows, 2 * cols, 1))[:, : shape[1], : shape[2]]

def fill(y, at, shape):  # unpool, then the weighted mean of what is there
    values = ops.conv(unpool(y, at, shape), blur, padding="same")
    there = ops.conv(unpool(ops.ones_like(y), at, shape), blur, padding="same")
    return ops.where(there > 0, values / ops.maximum(there, 1e-9), 0.0)

def nearest(y, shape):
    return keras.layers.UpSampling2D(2)(y)[:, : shape[1], : shape[2]]
"""

_WAY = """\
out = unpool(unpool(y, at, half.shape), at_half, x.shape)
filled = fill(fill(y, at, half.shape), at_half, x.shape)
near = nearest(nearest(y, half.shape), x.shape)
print(out)
"""


def levels_code(x: np.ndarray, between: Between) -> Snippets:
    """The programs for a picture (H, W), loaded from its file: ``out``, ``filled`` and ``near``.

    >>> print(levels_code(np.zeros((28, 28)), Between()).numpy[:59])
    import numpy as np
    <BLANKLINE>
    x = np.load("poolviz-input-28x28.npy")
    """
    bottom = (-(-x.shape[0] // 4), -(-x.shape[1] // 4))
    load, blur = f'np.load("{file_name(x)}")', FILTERS["blur"]
    way = ["half, at_half = pool(x)", "y, at = pool(half)"]

    def program(lib: str, head: list[str], functions: str, wide: bool) -> str:
        middle = between_lines(between, lib, bottom, wide)
        return "\n".join([*head, "", functions, *way, *middle, "", _WAY])

    return Snippets(
        program(
            "torch",
            [
                "import numpy as np",
                "import torch",
                "import torch.nn.functional as F\n",
                "torch.set_default_dtype(torch.float64)",
                f"x = torch.from_numpy({load})[None, None]  # (batch, channel, rows, columns)",
                f"blur = torch.tensor({literal(blur, 'torch')}, dtype=torch.float64)[None, None]",
            ],
            _TORCH,
            True,
        ),
        program(
            "ops",
            [
                "import keras",
                "import numpy as np",
                "from keras import ops\n",
                f'x = ops.convert_to_tensor({load}, dtype="float32")',
                f"x = ops.reshape(x, {(1, *x.shape, 1)})  # (batch, rows, columns, channel)",
                f'blur = ops.convert_to_tensor({literal(blur, "ops")}, dtype="float32")',
                "blur = ops.reshape(blur, (3, 3, 1, 1))",
            ],
            _KERAS,
            True,
        ),
        program(
            "np",
            [
                "import numpy as np\n",
                f"x = {load}",
                f"blur = np.array({literal(blur, 'np')})",
            ],
            _NUMPY,
            False,
        ),
    )
