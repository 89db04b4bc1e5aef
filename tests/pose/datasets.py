"""Small random COCO data sets full of edge cases, and the two evaluators that judge them."""

import contextlib
import copy
import io
from pathlib import Path

import numpy as np
from faster_coco_eval import COCO as FasterCOCO
from faster_coco_eval import COCOeval_faster
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from poolviz.pose import COCO17

EDGES = (0.0, 1023.9, 1024.0, 1024.1, 9215.9, 9216.0, 9216.1, 1e10, 1.1e10)


def random_dataset(seed: int) -> tuple[dict, list, np.ndarray | None]:
    """Ground truth, results, and sigmas (None: COCO's), different for each seed.

    Crowds, people without keypoints, empty images, areas on the edges of the ranges, tied scores,
    equal detections, images with more than 20 detections, OKS exactly on a threshold, several
    categories, other skeletons, results with a bbox, ids in any order.
    """
    rng = np.random.default_rng(seed)
    k = 17 if seed % 4 else int(rng.integers(1, 8))
    sigmas = None if k == 17 else rng.uniform(0.02, 0.12, k).round(3)
    spread = np.array(COCO17.sigmas) if sigmas is None else sigmas
    categories = [
        int(c) for c in rng.permutation(rng.choice([1, 2, 2, 3]) + np.arange(1 + (seed % 3 == 0)))
    ]
    image_ids = [int(i) for i in rng.permutation(50)[: rng.integers(1, 5)]]
    scores = rng.random(4).round(2) if rng.random() < 0.6 else None
    annotations, results = [], []
    for image in image_ids:
        people = [_person(rng, k, image, categories) for _ in range(rng.integers(0, 5))]
        if people and rng.random() < 0.2:
            people.append(copy.deepcopy(people[0]))
        crowded = rng.random() < 0.12
        annotations += people
        for _ in range(rng.integers(21, 26) if crowded else rng.integers(0, 6)):
            results.append(_detection(rng, k, image, categories, people, spread, scores))
    for at, i in enumerate(rng.permutation(len(annotations)), start=1):
        annotations[i]["id"] = int(at)
    if not results:
        results.append(_detection(rng, k, image_ids[0], categories, [], spread, scores))
    if rng.random() < 0.15:
        for result in results:
            result["bbox"] = [0.0, 0.0, float(rng.choice([20, 32, 96, 200])), 32.0]
    truth = {
        "images": [{"id": i} for i in image_ids],
        "categories": [
            {"id": c, "name": f"c{c}", "keypoints": [f"p{i}" for i in range(k)]} for c in categories
        ],
        "annotations": annotations,
    }
    return truth, [results[i] for i in rng.permutation(len(results))], sigmas


def _person(rng: np.random.Generator, k: int, image: int, categories: list[int]) -> dict:
    area = float(rng.choice(EDGES)) if rng.random() < 0.3 else float(rng.uniform(300, 20000))
    side = np.sqrt(area) if 0 < area < 1e6 else 60.0
    corner = rng.uniform(0, 200, 2).round(1)
    points = (corner + rng.uniform(0, 1, (k, 2)) * side).round(1)
    v = rng.integers(0, 3, k) * (rng.random() > 0.2)
    if rng.random() < 0.3:
        v = np.full(k, 2)
    points = points * (v > 0)[:, None]
    if rng.random() < 0.5:
        points = points.round()
    return {
        "image_id": image,
        "category_id": int(rng.choice(categories)),
        "area": area,
        "bbox": [*corner.tolist(), float(side), float(side)],
        "iscrowd": int(rng.random() < 0.12),
        "num_keypoints": int((v > 0).sum()),
        "keypoints": np.column_stack([points, v]).ravel().tolist(),
    }


def _detection(rng, k, image, categories, people, spread, scores) -> dict:
    category = int(rng.choice(categories))
    points = rng.uniform(0, 250, (k, 2))
    if people and rng.random() < 0.85:
        person = people[rng.integers(len(people))]
        category = person["category_id"] if rng.random() < 0.9 else category
        points = np.reshape(person["keypoints"], (k, 3))[:, :2].copy()
        kind = rng.random()
        if kind < 0.15:  # similarities of exactly 0 and 1: OKS is a fraction, often a threshold
            points[rng.random(k) < rng.choice([0.1, 0.3, 0.5])] += 1e6
        elif kind > 0.3:
            size = min(np.sqrt(person["area"]), 300.0)
            noise = rng.normal(0, 1, (k, 2)) * spread[:, None] * size
            points += noise * rng.uniform(0.1, 2.5)
    return {
        "image_id": image,
        "category_id": category,
        "score": float(rng.choice(scores) if scores is not None else rng.random()),
        "keypoints": np.column_stack([points, np.ones(k)]).ravel().tolist(),
    }


def by_pycocotools(truth: dict, results: list, sigmas: np.ndarray | None = None) -> COCOeval:
    """pycocotools, run on copies: it writes into what it is given, and prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        gt = COCO()
        gt.dataset = copy.deepcopy(truth)
        gt.createIndex()
        run = COCOeval(gt, gt.loadRes(copy.deepcopy(results)), "keypoints")
        if sigmas is not None:
            run.params.kpt_oks_sigmas = np.array(sigmas)
        run.evaluate()
        run.accumulate()
        run.summarize()
    return run


def by_faster_coco_eval(
    truth: dict | Path,
    results: list,
    sigmas: np.ndarray | None = None,
    use_area: bool = True,
    kind: str = "keypoints",
) -> COCOeval_faster:
    """faster-coco-eval (C++), run on copies; ``kind`` may be "keypoints_crowd"."""
    with contextlib.redirect_stdout(io.StringIO()):
        gt = FasterCOCO(truth if isinstance(truth, Path) else copy.deepcopy(truth))
        run = COCOeval_faster(
            gt,
            gt.loadRes(copy.deepcopy(results)),
            kind,
            kpt_oks_sigmas=sigmas,
            use_area=use_area,
        )
        run.evaluate()
        run.accumulate()
        run.summarize()
    return run
