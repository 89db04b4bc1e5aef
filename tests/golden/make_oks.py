"""Writes oks.json: test vectors of OKS for the Python and the JavaScript implementation.

    python tests/golden/make_oks.py

Every number comes from pycocotools: OKS as it computes it, and the similarity of one keypoint as
the OKS of a person who has this keypoint alone.
"""

import contextlib
import io
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

TENTHS = (
    *(0.26, 0.25, 0.25, 0.35, 0.35, 0.79, 0.79, 0.72, 0.72),
    *(0.62, 0.62, 1.07, 1.07, 0.87, 0.87, 0.89, 0.89),
)
SIGMAS = np.array(TENTHS) / 10


def similarity(case: dict) -> float:
    """The OKS of one detection with one person, by pycocotools."""
    gt = np.column_stack([case["gt"], case["visibility"]])
    dt = np.column_stack([case["pred"], np.ones(len(gt))])
    person = {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "iscrowd": 0,
        "num_keypoints": int(np.count_nonzero(case["visibility"])),
        "area": case["area"],
        "bbox": case["bbox"],
        "keypoints": gt.ravel().tolist(),
    }
    found = {"image_id": 1, "category_id": 1, "score": 1.0, "keypoints": dt.ravel().tolist()}
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": [person]}
        coco.createIndex()
        run = COCOeval(coco, coco.loadRes([found]), "keypoints")
        run.params.kpt_oks_sigmas = np.array(case["sigmas"])
        run.evaluate()
    return float(run.ious[1, 1][0, 0])


def single(case: dict, i: int) -> float | None:
    """The similarity of keypoint i; None where it counts for nothing."""
    labelled = any(case["visibility"])
    if labelled and not case["visibility"][i]:
        return None
    alone = {key: [case[key][i]] for key in ("pred", "gt", "visibility", "sigmas")}
    return similarity(case | alone)


def cases() -> list[dict]:
    rng = np.random.default_rng(20)
    i = np.arange(17)
    plain = np.stack([100.0 + 10 * i, 200 + 5 * i], axis=1)
    made = [
        ("shift by 3 and -4", plain + np.array([3, -4]), plain, 10000.0, SIGMAS, np.full(17, 2)),
        ("equal", plain, plain, 10000.0, SIGMAS, np.ones(17, int)),
        ("two points at the origin", plain * (i < 15)[:, None], plain, 1e4, SIGMAS, np.full(17, 2)),
        ("nobody labelled, partly in the box", plain, plain * 0, 900.0, SIGMAS, np.zeros(17, int)),
        ("area of zero", plain + 0.001, plain, 0.0, SIGMAS, np.full(17, 2)),
        ("far away", plain + 1e7, plain, 5000.0, SIGMAS, np.full(17, 2)),
        ("one keypoint", [[3.0, 4]], [[0.0, 0]], 100.0, [0.25], [1]),
    ]
    for n in range(20):
        k = 17 if n % 2 else int(rng.integers(1, 22))
        sigmas = SIGMAS if k == 17 else rng.uniform(0.02, 0.12, k).round(3)
        area = round(float(rng.uniform(200, 40000)), 1)
        gt = rng.uniform(0, 400, (k, 2)).round(1)
        v = rng.integers(0, 3, k) if n % 5 else np.zeros(k, int)
        noise = rng.normal(0, 1, (k, 2)) * np.asarray(sigmas)[:, None] * np.sqrt(area)
        made.append((f"random {n}", (gt + 1.5 * noise).round(3), gt, area, sigmas, v))
    return [
        {
            "name": name,
            "pred": np.asarray(pred).tolist(),
            "gt": np.asarray(gt).tolist(),
            "area": area,
            "sigmas": np.asarray(sigmas).tolist(),
            "visibility": np.asarray(v).tolist(),
            "bbox": [110.0, 190.0, 60.0, 40.0],
        }
        for name, pred, gt, area, sigmas, v in made
    ]


if __name__ == "__main__":
    made = [
        case | {"oks": similarity(case), "ks": [single(case, i) for i in range(len(case["gt"]))]}
        for case in cases()
    ]
    content = {"source": f"pycocotools {version('pycocotools')}", "cases": made}
    Path(__file__).with_name("oks.json").write_text(json.dumps(content, indent=1) + "\n")
