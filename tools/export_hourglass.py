"""Fold the trained stacked hourglass, write it as float16, and measure it.

    python tools/export_hourglass.py FOLDER_OF_STATE [--note "what the training cost"]

Writes assets/weights/pose/hourglass.npz, arrays in the order of the forward, and hourglass.json;
tests/golden/hourglass.npz is torch's own answer to one crop. A residual's first batch norm stays a
scale and a shift, the two inner ones go into the convolutions before them.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from train_hourglass import FRESH, HOW_MANY, Hourglasses, Module, Residual, measured

from poolviz.pose.networks.convolution import fold
from poolviz.pose.networks.map_network import WEIGHTS
from poolviz.pose.networks.stacked import cropped

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden" / "hourglass.npz"


def numbers(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().double().numpy()


def gain(norm: nn.BatchNorm2d) -> tuple[np.ndarray, ...]:
    return tuple(map(numbers, (norm.weight, norm.bias, norm.running_mean, norm.running_var)))


def conv(layer: nn.Conv2d, norm: nn.BatchNorm2d | None = None) -> list[np.ndarray]:
    bias = numbers(layer.bias) if layer.bias is not None else np.zeros(layer.out_channels)
    if norm is None:
        return [numbers(layer.weight), bias]
    return list(fold(numbers(layer.weight), *gain(norm), norm.eps, bias))


def residual(r: Residual) -> list[np.ndarray]:
    scale, shift, mean, variance = gain(r.norms[0])
    g = scale / np.sqrt(variance + r.norms[0].eps)
    first = [g, shift - mean * g]
    convs = [*conv(r.convs[0], r.norms[1]), *conv(r.convs[1], r.norms[2]), *conv(r.convs[2])]
    skip = conv(r.skip) if isinstance(r.skip, nn.Conv2d) else []
    return [*first, *convs, *skip]


def module(m: Module) -> list[np.ndarray]:
    inner = module(m.inner) if isinstance(m.inner, Module) else residual(m.inner)
    return [*residual(m.up), *residual(m.down), *inner, *residual(m.back)]


def folded(net: Hourglasses) -> list[np.ndarray]:
    arrays = conv(net.stem[0], net.stem[1]) + residual(net.stem[3]) + residual(net.stem[5])
    for i, each in enumerate(net.modules_):
        after = net.after[i]
        arrays += module(each) + residual(after[0]) + conv(after[1], after[2])
        arrays += conv(net.heads[i])
        if i < len(net.again):
            arrays += conv(net.again[i]) + conv(net.told[i])
    return arrays


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--note", default="")
    given = parser.parse_args()
    torch.set_num_threads(1)
    net = Hourglasses()
    net.load_state_dict(torch.load(given.folder / "state.pt")["net"])
    net.eval()
    arrays = folded(net)
    named = {f"{i:03}": array.astype(np.float16) for i, array in enumerate(arrays)}
    np.savez_compressed(WEIGHTS / "hourglass.npz", **named)  # type: ignore[arg-type]
    with torch.no_grad():
        maps = net(torch.from_numpy(cropped(3).pixels[None]).permute(0, 3, 1, 2))
    np.savez_compressed(GOLDEN, maps=np.stack([m.numpy()[0] for m in maps]))
    record = {
        "made by": "tools: procedural_pictures.py, train_hourglass.py, export_hourglass.py",
        "licence": "MIT, as the project",
        "training": given.note,
        "measured on": f"{HOW_MANY} crops of pictures of any number of people, seeds {FRESH} to "
        f"{FRESH + HOW_MANY - 1}",
        "numbers": sum(array.size for array in arrays),
        "reached, percent, a number a stack": measured(net),
    }
    (WEIGHTS / "hourglass.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print(record)


if __name__ == "__main__":
    main()
