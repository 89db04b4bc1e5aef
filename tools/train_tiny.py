"""Train the tiny nets of the attention wing: ``python tools/train_tiny.py``, about half a minute.

Writes assets/weights/attention/: the weights of seed 0 of each task and block, float32, and
reached.json, what they reach on maps that no training saw. ``--seeds 0 1 2`` prints what other
seeds reach, too, and writes nothing of theirs.
"""

import argparse
import json
from dataclasses import asdict
from time import process_time

import numpy as np

from poolviz.attention.tiny import BLOCKS, TASKS, WEIGHTS, Net, measure
from poolviz.attention.training import BATCH, STEPS, Training

FRESH, HOW_MANY = 99, 200
"""Seed and number of the maps on which a net is measured."""


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    seeds = parser.parse_args().seeds
    reached = {}
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    for task in TASKS:
        for block in BLOCKS:
            for seed in seeds:
                begun = process_time()
                training = Training.fresh(task, block, seed)
                training.advance(STEPS)
                single = {k: w.astype(np.float32) for k, w in training.net.weights.items()}
                net = Net(TASKS[task], block, {k: w.astype(float) for k, w in single.items()})
                fresh = TASKS[task].draw(np.random.default_rng(FRESH), HOW_MANY)
                found = {k: v for k, v in asdict(measure(net, fresh)).items() if v is not None}
                rounded = {name: float(f"{value:.3g}") for name, value in found.items()}
                print(task, block, seed, f"{process_time() - begun:.1f} s", rounded)
                if seed == 0:
                    np.savez_compressed(WEIGHTS / f"{task}-{block}.npz", **single)  # type: ignore[arg-type]
                    reached[f"{task}-{block}"] = rounded
    if reached:
        record = {
            "made by": "tools/train_tiny.py", "licence": "MIT, as the project",
            "training": f"seed 0, {STEPS} steps of Adam, {BATCH} fresh maps each",
            "measured on": f"{HOW_MANY} maps of seed {FRESH}", "reached": reached,
        }  # fmt: skip
        (WEIGHTS / "reached.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
