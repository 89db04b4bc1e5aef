"""Record what TensorFlow.js says of a few pictures: writes movenet.json. Needs node and npm.

    python tests/golden/record_movenet.py

The reference runtime is @tensorflow/tfjs 4.22.0 on its CPU backend, and the network the one that
tools/fetch_movenet.py takes, from the same package. The pictures are those of ``pictures``.
"""

import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
IMAGES = HERE.parents[1] / "assets" / "images"
FILES = {"astronaut": "photos/astronaut", "cat": "cat"}
TFJS = [f"@tensorflow/tfjs-{part}@4.22.0" for part in ("core", "converter", "backend-cpu")]


def pictures() -> dict[str, np.ndarray]:
    """What is recorded, uint8 (192, 192, 3): a person, a cat, noise, and nothing at all."""
    made = {}
    for name, file in FILES.items():
        whole = Image.open(IMAGES / f"{file}.png").convert("RGB")
        made[name] = np.asarray(whole.resize((192, 192), Image.BILINEAR))
    made["noise"] = np.random.default_rng(0).integers(0, 256, (192, 192, 3), np.uint8)
    made["black"] = np.zeros((192, 192, 3), np.uint8)
    return made


def main() -> None:
    """Install the runtime in a folder that goes away, run it, keep what it said."""
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *words: subprocess.run(words, cwd=folder, check=True)  # noqa: E731
        run("npm", "install", "--silent", *TFJS)
        run("npm", "pack", "--silent", "@vladmandic/human@3.3.6")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
        made = pictures()
        (Path(folder) / "pictures").write_bytes(b"".join(p.tobytes() for p in made.values()))
        (Path(folder) / "run.mjs").write_bytes((HERE / "record_movenet.mjs").read_bytes())
        run("node", "run.mjs", "package/models", "pictures", "said.json")
        said = json.loads((Path(folder) / "said.json").read_text())
    said["said"] = dict(zip(made, said["said"], strict=True))
    (HERE / "movenet.json").write_text(json.dumps(said) + "\n", "utf-8")


if __name__ == "__main__":
    main()
