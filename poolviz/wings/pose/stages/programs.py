"""The network as a program: NumPy alone, and PyTorch, with the shipped weights."""

import numpy as np

from poolviz.pose.networks.map_network import WEIGHTS
from poolviz.wings.pose.stages.looking import Looked

NUMPY = '''\
import numpy as np

x = np.load("{picture}").transpose(2, 0, 1)  # (3, 64, 64), values in 0..1
held = np.load("{weights}")  # one array for all: blocks, layers, shapes in the order of use


def convolve(x, w, b, stride=1):
    """Shifted copies of the map, and one product."""
    k, (c, h, width) = w.shape[-1], x.shape
    padded = np.pad(x, ((0, 0), (k // 2,) * 2, (k // 2,) * 2))
    copies = [padded[:, u:u + h:stride, v:v + width:stride] for u in range(k) for v in range(k)]
    columns = np.stack(copies, 1).reshape(c * k * k, -1)
    y = w.reshape(len(w), -1) @ columns + b[:, None]
    return y.reshape(len(w), -(-h // stride), -(-width // stride))


at = 0
def conv(x, out, k, stride=1):
    global at
    size = out * x.shape[0] * k * k
    w = held[at:at + size].reshape(out, x.shape[0], k, k)
    b = held[at + size:at + size + out]
    at += size + out
    return convolve(x, w, b, stride)


relu = lambda a: np.maximum(a, 0)
x = relu(conv(relu(conv(x, 12, 3, stride=2)), 16, 3))
x = x.reshape(16, 16, 2, 16, 2).max((2, 4))  # max pooling
seen = relu(conv(relu(conv(x, 32, 3)), 32, 3))
maps = [conv(relu(conv(seen, 48, 1)), 41, 1)]
for stage in range(2, 5):
    x = relu(conv(np.concatenate([seen, maps[-1]]), 32, 1))  # the features, and the maps before
    for _ in range(4):
        x = relu(conv(x, 32, 3))
    maps.append(conv(x, 41, 1))
y = np.stack(maps)[:, {joint}]  # (4, 16, 16): the {name} in each stage
for heat in y:
    print(np.unravel_index(heat.argmax(), heat.shape))
'''

TORCH = """\
import numpy as np
import torch
import torch.nn.functional as F

x = torch.from_numpy(np.load("{picture}")).permute(2, 0, 1)[None]
held = torch.from_numpy(np.load("{weights}"))
at = 0


def conv(x, out, k, stride=1):
    global at
    size = out * x.shape[1] * k * k
    w = held[at:at + size].reshape(out, x.shape[1], k, k)
    b = held[at + size:at + size + out]
    at += size + out
    return F.conv2d(x, w, b, stride, k // 2)


x = F.relu(conv(F.relu(conv(x, 12, 3, stride=2)), 16, 3))
x = F.max_pool2d(x, 2)
seen = F.relu(conv(F.relu(conv(x, 32, 3)), 32, 3))
maps = [conv(F.relu(conv(seen, 48, 1)), 41, 1)]
for stage in range(2, 5):
    x = F.relu(conv(torch.cat([seen, maps[-1]], 1), 32, 1))  # the features, and the maps before
    for _ in range(4):
        x = F.relu(conv(x, 32, 3))
    maps.append(conv(x, 41, 1))
y = torch.cat(maps)[:, {joint}]  # (4, 16, 16): the {name} in each stage
for heat in y:
    print(divmod(int(heat.argmax()), 16))
"""


def stage_programs(looked: Looked, joint: int, name: str) -> tuple[dict[str, str], dict]:
    """Programs that leave the joint's maps in ``y`` (4, 16, 16), and the arrays that they load."""
    setting = looked.setting
    picture = f"poolviz-stages-picture-{setting.seed}.npy"
    weights = f"poolviz-stages-weights-{setting.updates}.npy"
    texts = {
        library: text.replace("{picture}", picture)
        .replace("{weights}", weights)
        .replace("{joint}", str(joint))
        .replace("{name}", name)
        for library, text in (("PyTorch", TORCH), ("NumPy", NUMPY))
    }
    return texts, {picture: looked.pixels, weights: _flat(setting.updates)}


def _flat(checkpoint: str) -> np.ndarray:
    """Every number of the network in the order in which it is used, float32."""
    with np.load(WEIGHTS / f"maps-{checkpoint}.npz", allow_pickle=False) as held:
        return np.concatenate([held[name].ravel() for name in held.files]).astype(np.float32)
