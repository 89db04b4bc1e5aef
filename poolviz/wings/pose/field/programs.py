"""The receptive field as a program: by its formula, and by a gradient."""

from collections.abc import Mapping

import numpy as np

from poolviz.wings.pose.field.scene import Seen

PYTHON = """\
layers = {layers}  # (kernel, stride)

side, step = 1, 1
for kernel, stride in layers:
    side += (kernel - 1) * step
    step *= stride
    print(kernel, stride, side, step)
y = side
"""
TORCH = """\
import torch
from torch import nn

layers = {layers}  # (kernel, stride)

side, step = 1, 1
for kernel, stride in layers:
    side += (kernel - 1) * step
    step *= stride

net = nn.Sequential(*(nn.Conv1d(1, 1, k, s, bias=False) for k, s in layers)).double()
for conv in net:
    nn.init.ones_(conv.weight)
x = torch.zeros(1, 1, side, dtype=torch.float64, requires_grad=True)
net(x).sum().backward()
y = int((x.grad != 0).sum())  # pixels of a line that one output depends on
print(y, step)
"""


def field_programs(seen: Seen) -> tuple[Mapping[str, str], Mapping[str, np.ndarray]]:
    """Programs that leave the side of the field in ``y``."""
    layers = str([(layer.kernel, layer.stride) for layer in seen.layers])
    texts = {"PyTorch": TORCH, "Python": PYTHON}
    return {name: text.replace("{layers}", layers) for name, text in texts.items()}, {}
