"""Tracks and faces as others measure them: run by hand, writes tracks.json beside this file.

python -m venv v && v/bin/pip install motmetrics==1.4.0 scikit-image==0.26.0
v/bin/python tests/golden/record_tracks.py
"""

import json
from pathlib import Path

import motmetrics as mm
import numpy as np
import skimage
from skimage.transform import SimilarityTransform

METRICS = (
    "num_objects", "num_matches", "num_misses", "num_false_positives", "num_switches", "mota",
    "motp", "idtp", "idf1",
)  # fmt: skip


def measured(truth: list[dict], found: list[dict], within: float) -> dict[str, float]:
    """motmetrics' numbers; truth and found: for each frame name -> (x, y)."""
    counted = mm.MOTAccumulator(auto_id=True)
    for true, given in zip(truth, found, strict=True):
        away = np.array(
            [[np.hypot(*np.subtract(p, q)) for q in given.values()] for p in true.values()]
        ).reshape(len(true), len(given))
        counted.update(list(true), list(given), np.where(away <= within, away, np.nan))
    table = mm.metrics.create().compute(counted, metrics=list(METRICS))
    return {name: float(table[name].iloc[0]) for name in METRICS}


def drawn(seed: int) -> dict:
    """People who walk at random, found with gaps, ghosts and exchanged names."""
    rng = np.random.default_rng(seed)
    people, frames = int(rng.integers(1, 5)), int(rng.integers(4, 12))
    places, speeds = rng.uniform(0, 20, (people, 2)), rng.normal(0, 2, (people, 2))
    names = [*range(100, 100 + people)]
    truth, found = [], []
    for _ in range(frames):
        places = places + speeds
        if rng.random() < 0.3:
            names = [names[i] for i in rng.permutation(people)]
        here = rng.random(people) < 0.9
        seen = rng.random(people) < 0.85
        near = places + rng.normal(0, 1, places.shape)
        truth.append({int(i): near[i].round(3).tolist() for i in np.flatnonzero(here)})
        given = {names[i]: places[i].round(3).tolist() for i in np.flatnonzero(seen)}
        if rng.random() < 0.2:
            given[99] = rng.uniform(0, 20, 2).round(3).tolist()
        found.append(given)
    return {"truth": truth, "found": found, "within": 3.0, **measured(truth, found, 3.0)}


def aligned(seed: int) -> dict:
    """scikit-image's similarity between random points."""
    rng = np.random.default_rng(seed)
    a = rng.normal(0, 3, (int(rng.integers(2, 9)), 2)).round(3)
    b = rng.normal(0, 3, a.shape).round(3)
    if seed % 2:
        b = (a * [-1, 1] * 1.5 + b / 10).round(3)  # nearly mirrored
    found = SimilarityTransform.from_estimate(a, b)
    return {"source": a.tolist(), "target": b.tolist(), "matrix": found.params[:2].tolist()}


def main() -> None:
    """Write the file."""
    golden = {
        "versions": {"motmetrics": mm.__version__, "scikit-image": skimage.__version__},
        "tracks": [drawn(seed) for seed in range(24)],
        "faces": [aligned(seed) for seed in range(12)],
    }
    Path(__file__).with_name("tracks.json").write_text(json.dumps(golden, indent=None) + "\n")


if __name__ == "__main__":
    main()
