"""COCO keypoint evaluation against pycocotools and faster-coco-eval, one process, same data.

    python bench/coco.py
    python bench/coco.py --images 3000 --detections 20000 --repeat 3 --at-least 3

Each one reads the same parsed JSON and gives the ten numbers; reading it (``loadRes``, validation)
is counted. The best of the repeats is reported, and the largest memory that was allocated on top of
the data, by ``tracemalloc``, in a run of its own.
"""

import argparse
import contextlib
import copy
import io
import time
import tracemalloc
import warnings
from collections.abc import Callable

import numpy as np

from poolviz.pose import COCO17, evaluate_keypoints


def made_up(images: int, detections: int, seed: int = 0) -> tuple[dict, list]:
    """People and detections as crowded as COCO's: most near a person, some of them nobody."""
    rng = np.random.default_rng(seed)
    sigmas = np.array(COCO17.sigmas)
    annotations, results, at = [], [], 1
    for image in range(1, images + 1):
        people = []
        for _ in range(rng.poisson(3.5)):
            centre, side = rng.uniform(0, 600, 2), np.exp(rng.uniform(np.log(20), np.log(400)))
            points = centre + rng.uniform(-0.5, 0.5, (17, 2)) * side
            v = rng.choice([0, 1, 2], 17, p=[0.3, 0.1, 0.6]) * (rng.random() > 0.1)
            area = 0.5 * side**2
            people.append((points, area))
            triples = np.concatenate([points.round(1), v[:, None]], axis=1)
            annotations.append(
                {
                    "id": at,
                    "image_id": image,
                    "category_id": 1,
                    "area": float(area),
                    "bbox": [*(centre - side / 2).tolist(), float(side), float(side)],
                    "iscrowd": int(rng.random() < 0.02),
                    "num_keypoints": int((v > 0).sum()),
                    "keypoints": triples.ravel().tolist(),
                }
            )
            at += 1
        for _ in range(round(detections * image / images) - len(results)):
            if people and rng.random() < 0.8:
                points, area = people[rng.integers(len(people))]
                spread = sigmas[:, None] * np.sqrt(area) * rng.uniform(0.3, 3)
                points = points + rng.normal(0, 1, (17, 2)) * spread
            else:
                points = rng.uniform(0, 640, (17, 2))
            results.append(
                {
                    "image_id": image,
                    "category_id": 1,
                    "keypoints": np.insert(points.round(2), 2, 1, axis=1).ravel().tolist(),
                    "score": round(float(rng.random()), 3),
                }
            )
    truth = {
        "images": [{"id": i} for i in range(1, images + 1)],
        "categories": [{"id": 1, "name": "person", "keypoints": list(COCO17.names)}],
        "annotations": annotations,
    }
    return truth, results


def ours(truth: dict, results: list) -> np.ndarray:
    return evaluate_keypoints(truth, results).stats


def pycocotools(truth: dict, results: list) -> np.ndarray:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        gt = COCO()
        gt.dataset = truth
        gt.createIndex()
        run = COCOeval(gt, gt.loadRes(results), "keypoints")
        run.evaluate()
        run.accumulate()
        run.summarize()
    return np.array(run.stats)


def faster_coco_eval(truth: dict, results: list) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from faster_coco_eval import COCO, COCOeval_faster

        with contextlib.redirect_stdout(io.StringIO()):
            gt = COCO(truth)
            run = COCOeval_faster(gt, gt.loadRes(results), "keypoints")
            run.evaluate()
            run.accumulate()
            run.summarize()
    return np.array(list(run.stats_as_dict.values()))[:10]


def measure(run: Callable, truth: dict, results: list, repeat: int) -> tuple[float, float, list]:
    """(best seconds, MB at the peak, the ten numbers); the copies that are needed are not timed."""
    best = np.inf
    for _ in range(repeat):
        given = copy.deepcopy(truth), copy.deepcopy(results)
        began = time.perf_counter()
        stats = run(*given)
        best = min(best, time.perf_counter() - began)
    given = copy.deepcopy(truth), copy.deepcopy(results)
    tracemalloc.start()
    run(*given)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return best, peak, stats


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=3000)
    parser.add_argument("--detections", type=int, default=20000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--at-least", type=float, help="fail if not this many times as fast")
    args = parser.parse_args()
    truth, results = made_up(args.images, args.detections)
    people = len(truth["annotations"])
    print(f"{len(results)} detections, {people} people, {args.images} images")
    seconds, peak, stats = measure(ours, truth, results, args.repeat)
    print("| evaluation | seconds | times as long as poolviz | peak MB | largest difference |")
    print("|---|---|---|---|---|")
    print(f"| poolviz | {seconds:.3f} | 1 | {peak:.0f} | |")
    ratios = []
    for run in (pycocotools, faster_coco_eval):
        other, other_peak, theirs = measure(run, truth, results, max(1, args.repeat - 1))
        ratios.append(other / seconds)
        off = float(np.abs(theirs - stats).max())
        print(
            f"| {run.__name__} | {other:.3f} | {ratios[-1]:.2f} | {other_peak:.0f} | {off:.1e} |",
            flush=True,
        )
    return int(args.at_least is not None and ratios[0] < args.at_least)


if __name__ == "__main__":
    raise SystemExit(main())
