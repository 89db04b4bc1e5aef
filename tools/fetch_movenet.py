"""Fetch MoveNet Lightning's weights again: ``python tools/fetch_movenet.py``; needs npm.

Takes two files of the npm package ``@vladmandic/human`` 3.3.6, which carries the network as
TensorFlow Hub's ``movenet/singlepose/lightning/4`` gave it, turned to float16. Each file's SHA-256
must be the one written here. Writes assets/weights/movenet: weights.bin, the numbers as they are;
graph.json, the layers up to the four heads, the constants behind them, and where in weights.bin
each array stands. What follows the heads is poolviz/pose/photo/heads.py.
"""

import base64
import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy as np

PACKAGE = "@vladmandic/human@3.3.6"
FILES = {
    "package/models/movenet-lightning.bin":
        "bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
    "package/models/movenet-lightning.json":
        "df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9",
}  # fmt: skip
WEIGHTS = Path(__file__).resolve().parents[1] / "assets" / "weights" / "movenet"

KINDS = {
    "_FusedConv2D": "convolve", "FusedDepthwiseConv2dNative": "depthwise",
    "DepthwiseConv2dNative": "depthwise", "ResizeBilinear": "double", "AddV2": "add",
}  # fmt: skip
"""TensorFlow's operations before the heads, and what they are called here."""
HEADS = {
    "center": "center_0/conv2d_4", "regress": "kpt_regress_0/conv2d_6",
    "heat": "kpt_heatmap_0/conv2d_5", "offset": "kpt_offset_0/conv2d_7",
}  # fmt: skip
PREFIX = "StatefulPartitionedCall/"
CONSTANTS = {
    "scale": "truediv", "less": "sub_1/y", "prior": "ConstantFolding/StatefulPartitionedCall/"
    "truediv_2_recip", "floor": "add_5/y", "cell": "Reshape_13",
}  # fmt: skip
"""x·scale - less is what the network sees; the rest belongs to the heads."""


def fetched() -> list[bytes]:
    """The two files, checked."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        packed = next(Path(folder).glob("*.tgz")).read_bytes()
    files = []
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for name, wanted in FILES.items():
            found = archive.extractfile(name).read()  # type: ignore[union-attr]
            if hashlib.sha256(found).hexdigest() != wanted:
                raise SystemExit(f"{name} of {PACKAGE} is not the file that was read")
            files.append(found)
    return files


def placed(manifest: list[dict]) -> dict[str, dict]:
    """Where each array stands in the file: offset in bytes, shape, dtype."""
    arrays, offset = {}, 0
    for each in (each for group in manifest for each in group["weights"]):
        dtype = each.get("quantization", each)["dtype"]
        arrays[each["name"]] = {"offset": offset, "shape": each["shape"], "dtype": dtype}
        offset += int(np.prod(each["shape"])) * np.dtype(dtype).itemsize
    return arrays


def layers(nodes: list[dict], arrays: dict[str, dict]) -> list[dict]:
    """The layers up to the heads; an input is a layer's number, -1 the picture."""
    made: list[dict] = []
    at = {PREFIX + "sub_1": -1}
    for node in nodes:
        ins = node.get("input", [])
        if node["op"] not in KINDS or not ins or ins[0] not in at:
            continue
        known = [at[name] for name in ins if name in at]
        weights = [arrays[name] for name in ins if name in arrays]
        kind = KINDS[node["op"]]
        layer = {"kind": kind, "inputs": known}
        if kind in ("convolve", "depthwise"):
            attributes = node["attr"]
            fused = attributes.get("fused_ops", {}).get("list", {}).get("s", [])
            names = [base64.b64decode(name).decode() for name in fused]
            layer |= {
                "stride": int(attributes["strides"]["list"]["i"][1]),
                "then": next((n.lower() for n in names if n.startswith("Relu")), ""),
                "weights": weights[0],
                "bias": weights[1] if len(weights) > 1 else None,
            }
        at[node["name"]] = len(made)
        made.append({"name": node["name"].removeprefix(PREFIX).split("/model_1/")[-1], **layer})
    return made


def main() -> None:
    """Fetch, check, trim, write."""
    numbers, text = fetched()
    graph = json.loads(text)
    arrays = placed(graph["weightsManifest"])
    made = layers(graph["modelTopology"]["node"], arrays)
    heads = {
        head: next(i for i, each in enumerate(made) if each["name"].startswith(begins))
        for head, begins in HEADS.items()
    }
    constants = {
        name: next(w for n, w in arrays.items() if n in (PREFIX + of, of))
        for name, of in CONSTANTS.items()
    }
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    (WEIGHTS / "weights.bin").write_bytes(numbers)
    trimmed = {
        "source": graph["generatedBy"], "package": PACKAGE, "sha256": FILES, "heads": heads,
        "constants": constants, "layers": made,
    }  # fmt: skip
    rows = ",\n  ".join(json.dumps(each) for each in made)
    rest = json.dumps({k: v for k, v in trimmed.items() if k != "layers"}, indent=1)
    lines = rest.removesuffix("\n}") + f',\n "layers": [\n  {rows}\n ]\n}}'
    (WEIGHTS / "graph.json").write_text(lines + "\n", "utf-8")
    print(f"{len(numbers)} bytes of weights, {len(made)} layers, {len(lines)} bytes of graph")


if __name__ == "__main__":
    main()
