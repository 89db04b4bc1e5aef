"""Fold the trained map network into plain convolutions, write it as float16, and measure it.

    python tools/export_map_network.py FOLDER_OF_CHECKPOINTS [--note "what the training cost"]

Writes assets/weights/pose/: maps-last.npz and maps-<updates>.npz, and maps.json, what each reaches
on pictures that no training saw. tests/golden/map_network.npz is torch's own answer to one picture.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from train_map_network import KEPT, MapNetwork

from poolviz.pose.networks import map_network as numpy_network
from poolviz.pose.networks.convolution import fold
from poolviz.pose.networks.map_network import LAST, WEIGHTS
from poolviz.pose.networks.measures import intervention, reached
from poolviz.pose.procedural import draw_people

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden" / "map_network.npz"
SINGLE, FRONT = range(600), range(60)
"""Seeds of the pictures of one person, and of those from the front, on which it is measured."""


def folded(net: MapNetwork) -> dict[str, np.ndarray]:
    """Weights and biases by block and place: "features.00.weight", "stage1.00.weight"."""
    blocks = {"features": net.features, **{f"stage{i}": s for i, s in enumerate(net.stages, 1)}}
    arrays = {}
    for block, layers in blocks.items():
        assert isinstance(layers, nn.Sequential)
        n = 0
        for layer in layers:
            if isinstance(layer, nn.MaxPool2d):
                continue
            if isinstance(layer, nn.Sequential):
                convolution, norm = layer[0], layer[1]
                w, b = fold(
                    *(
                        t.detach().double().numpy()
                        for t in (
                            convolution.weight, norm.weight, norm.bias, norm.running_mean,
                            norm.running_var,
                        )
                    ),
                    norm.eps,
                )  # fmt: skip
            else:
                w, b = layer.weight.detach().numpy(), layer.bias.detach().numpy()
            arrays[f"{block}.{n:02}.weight"] = w.astype(np.float16)
            arrays[f"{block}.{n:02}.bias"] = b.astype(np.float16)
            n += 1
    return arrays


def percent(shares: np.ndarray) -> list:
    return np.round(100 * shares, 1).tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--note", default="")
    given = parser.parse_args()
    torch.set_num_threads(1)
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    tables = {}
    for name in (*map(str, KEPT), LAST):
        net = MapNetwork()
        net.load_state_dict(torch.load(given.folder / f"{name}.pt"))
        net.eval()
        np.savez_compressed(WEIGHTS / f"maps-{name}.npz", **folded(net))  # type: ignore[arg-type]
        if name == LAST:
            pixels = draw_people(0, 1).pixels
            with torch.no_grad():
                maps = net(torch.from_numpy(pixels[None]).permute(0, 3, 1, 2))
            recorded = np.stack([m.numpy()[0] for m in maps])
            np.savez_compressed(GOLDEN, maps=recorded.astype(np.float32))
    numpy_network.cache_clear()
    from poolviz.pose.networks.map_network import checkpoints

    checkpoints.cache_clear()
    for name in checkpoints():
        network = numpy_network(name)
        found, sides = reached(network, SINGLE), intervention(network, FRONT)
        tables[name] = {
            "all": percent(found.all),
            "found": percent(found.found),
            "other side": percent(found.other),
            "prefers the front's side": percent(sides[0]),
            "with the head turned": percent(sides[1]),
        }
        print(name, json.dumps(tables[name], indent=1), flush=True)
    record = {
        "made by": "tools: procedural_pictures.py, train_map_network.py, export_map_network.py",
        "licence": "MIT, as the project",
        "training": given.note,
        "measured on": f"{len(SINGLE)} pictures of one person, seeds 0 to {len(SINGLE) - 1}; "
        f"{len(FRONT)} from the front for the turned head",
        "rows": "stages",
        "columns": "found, other side: head and neck, shoulder, elbow, wrist, hip, knee, ankle; "
        "sides: shoulder, elbow, wrist, hip, knee, ankle",
        "reached, percent": tables,
    }
    (WEIGHTS / "maps.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
