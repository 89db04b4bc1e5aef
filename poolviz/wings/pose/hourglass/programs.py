"""The module as a program: forward, shapes, parameters."""

import numpy as np

from poolviz.pose.networks.hourglass import Counts

NUMPY = """\
import numpy as np

c, order, merge = {width}, {order}, "{merge}"
rng = np.random.default_rng(0)
y = 0  # how many numbers the module holds


def conv(x, out, k):
    global y
    a = x.shape[0]
    w, b = rng.normal(0, 0.1, (out, a * k * k)), np.zeros(out)
    y += w.size + b.size
    p = np.pad(x, ((0, 0), (k // 2,) * 2, (k // 2,) * 2))
    h, width = x.shape[1:]
    copies = [p[:, u:u + h, v:v + width] for u in range(k) for v in range(k)]
    return (w @ np.stack(copies, 1).reshape(a * k * k, -1) + b[:, None]).reshape(out, h, width)


def norm_relu(x):  # batch norm at its beginning: scale 1, shift 0
    global y
    y += 2 * len(x)
    return np.maximum(x, 0)


def residual(x):
    z = conv(norm_relu(x), c // 2, 1)
    z = conv(norm_relu(z), c // 2, 3)
    return x + conv(norm_relu(z), c, 1)


def hourglass(x, n):
    up = residual(x)
    low = residual(x.reshape(c, x.shape[1] // 2, 2, -1, 2).max((2, 4)))
    low = hourglass(low, n - 1) if n > 1 else residual(low)
    low = residual(low).repeat(2, 1).repeat(2, 2)
    print("floor", order - n, up.shape)
    return up + low if merge == "add" else conv(np.concatenate([up, low]), c, 1)


out = hourglass(rng.normal(size=(c, {side}, {side})), order)
print(out.shape, y)
"""

TORCH = """\
import torch
from torch import nn
import torch.nn.functional as F

c, order, merge = {width}, {order}, "{merge}"


class Residual(nn.Sequential):
    def __init__(self):
        def block(a, b, k):
            return nn.BatchNorm2d(a), nn.ReLU(), nn.Conv2d(a, b, k, padding=k // 2)
        super().__init__(*block(c, c // 2, 1), *block(c // 2, c // 2, 3), *block(c // 2, c, 1))

    def forward(self, x):
        return x + super().forward(x)


class Hourglass(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.beside, self.down, self.back = Residual(), Residual(), Residual()
        self.inner = Hourglass(n - 1) if n > 1 else Residual()
        self.merge = nn.Conv2d(2 * c, c, 1) if merge == "concat" else None

    def forward(self, x):
        low = self.back(self.inner(self.down(F.max_pool2d(x, 2))))
        low = F.interpolate(low, scale_factor=2, mode="nearest")
        if self.merge is None:
            return self.beside(x) + low
        return self.merge(torch.cat([self.beside(x), low], 1))


net = Hourglass(order)
y = sum(p.numel() for p in net.parameters())
print(net(torch.zeros(2, c, {side}, {side})).shape, y)
"""


def module_programs(counts: Counts) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Programs that leave the number of parameters in ``y``."""
    given = {"width": counts.width, "order": counts.order, "merge": counts.merge}
    texts = {}
    for library, text in (("PyTorch", TORCH), ("NumPy", NUMPY)):
        for name, value in (*given.items(), ("side", counts.side)):
            text = text.replace("{" + name + "}", str(value))
        texts[library] = text
    return texts, {}
