"""COCO keypoint evaluation against pycocotools and faster-coco-eval, one process, same data.

    python bench/coco.py
    python bench/coco.py --images 3000 --detections 20000 --repeat 3 --at-least 3

Each one reads the same parsed JSON and gives the ten numbers; reading it (``loadRes``, validation)
is counted. The best of the repeats is reported, by the clock and of the processor (all threads),
the ratio of the latter, and the largest memory on top of the data, by ``tracemalloc``, in a run of
its own.
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


def measure(
    runs: tuple[Callable, ...], truth: dict, results: list, repeat: int
) -> list[tuple[float, float, np.ndarray]]:
    """Best seconds by the clock, best of the processor, the ten numbers; copies are not timed.

    The runs take turns, so that what else the machine does meets them alike.
    """
    best = [(np.inf, np.inf, np.empty(10))] * len(runs)
    for _ in range(repeat):
        for i, run in enumerate(runs):
            given = copy.deepcopy(truth), copy.deepcopy(results)
            clock, processor = time.perf_counter(), time.process_time()
            stats = run(*given)
            processor, clock = time.process_time() - processor, time.perf_counter() - clock
            best[i] = min(best[i][0], clock), min(best[i][1], processor), stats
    return best


def peak(run: Callable, truth: dict, results: list) -> float:
    """MB that Python and NumPy have allocated at the most, on top of the data."""
    given = copy.deepcopy(truth), copy.deepcopy(results)
    tracemalloc.start()
    run(*given)
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=3000)
    parser.add_argument("--detections", type=int, default=20000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--at-least", type=float, help="fail if not this many times as fast")
    parser.add_argument(
        "--memory-of-all", action="store_true", help="trace the others too, which is slow"
    )
    args = parser.parse_args()
    truth, results = made_up(args.images, args.detections)
    people = len(truth["annotations"])
    print(f"{len(results)} detections, {people} people, {args.images} images")
    runs = (ours, pycocotools, faster_coco_eval)
    times = measure(runs, truth, results, args.repeat)
    print("| evaluation | seconds | processor seconds | ratio | peak MB | largest difference |")
    print("|---|---|---|---|---|---|")
    for run, (clock, processor, stats) in zip(runs, times, strict=True):
        traced = args.memory_of_all or run is ours
        memory = f"{peak(run, truth, results):.0f}" if traced else ""
        off = np.abs(stats - times[0][2]).max()
        ratio = processor / times[0][1]
        print(
            f"| {run.__name__} | {clock:.3f} | {processor:.3f} | {ratio:.2f} | {memory} "
            f"| {off:.1e} |",
            flush=True,
        )
    return int(args.at_least is not None and times[1][1] < args.at_least * times[0][1])


if __name__ == "__main__":
    raise SystemExit(main())
