"""The box in place of the area, and CrowdPose's levels, against others and by subsets of images."""

import json

import numpy as np
import pytest

from poolviz.pose import CROWD_STATS, evaluate_keypoints
from tests.pose.datasets import by_faster_coco_eval, by_pycocotools, random_dataset

INDICES = (0, 0.0999, 0.1, 0.15, 0.2, 0.5, 0.7999, 0.8, 1)


def crowded(seed: int) -> tuple[dict, list, np.ndarray | None]:
    """A random data set whose images say how crowded they are, the edges of the levels included."""
    truth, results, sigmas = random_dataset(seed)
    rng = np.random.default_rng(seed)
    for image in truth["images"]:
        image["crowdIndex"] = float(rng.choice(INDICES))
    return truth, results, sigmas


def boxed(truth: dict) -> dict:
    """The same people, each with the area that stands in for theirs: pycocotools knows no other."""
    people = [a | {"area": 0.53 * a["bbox"][2] * a["bbox"][3]} for a in truth["annotations"]]
    return truth | {"annotations": people}


def test_the_box_in_place_of_the_area_as_in_faster_coco_eval():
    for seed in range(60):
        truth, results, sigmas = random_dataset(seed)
        ours = evaluate_keypoints(truth, results, sigmas, use_area=False)
        theirs = by_faster_coco_eval(truth, results, sigmas, use_area=False)
        expected = list(theirs.stats_as_dict.values())[:10]
        np.testing.assert_allclose(ours.stats, expected, rtol=0, atol=1e-12, err_msg=str(seed))


def test_people_without_an_area_are_evaluated_by_their_box():
    for seed in range(20):
        truth, results, sigmas = random_dataset(seed)
        expected = by_pycocotools(boxed(truth), results, sigmas).stats
        for annotation in truth["annotations"]:
            del annotation["area"]
        ours = evaluate_keypoints(truth, results, sigmas, use_area=False)
        np.testing.assert_allclose(ours.stats, expected, rtol=0, atol=1e-12, err_msg=str(seed))


def counts(person: dict) -> bool:
    return bool(person["num_keypoints"]) and not person["iscrowd"] and person["area"] <= 1e10


@pytest.mark.parametrize("splits", [(0.1, 0.8), (0.2, 0.8)])
def test_levels_are_evaluations_of_their_images_alone(splits):
    """pycocotools on the images of a level, and on the people and results that are in them."""
    first, second = splits
    for seed in range(40):
        truth, results, sigmas = crowded(seed)
        ours = evaluate_keypoints(truth, results, sigmas).crowd_stats(splits)
        of = {image["id"]: image["crowdIndex"] for image in truth["images"]}
        ranges = {"easy": (0, first), "medium": (first, second), "hard": (second, 2)}
        for level, (low, high) in ranges.items():
            inside = [image_id for image_id, index in of.items() if low <= index < high]
            found = [r for r in results if r["image_id"] in inside]
            people = [a for a in truth["annotations"] if a["image_id"] in inside]
            part = truth | {"images": [{"id": i} for i in inside], "annotations": people}
            expected = by_pycocotools(part, found, sigmas).stats[0] if found else 0
            if not any(counts(person) for person in people):
                expected = -1
            assert abs(ours[f"AP_{level}"] - expected) <= 1e-12, (seed, level)


def test_nine_numbers_of_faster_coco_eval(tmp_path):
    """It splits at .2, as CrowdPose's authors' program does, and rounds the levels."""
    compared = 0
    for seed in range(120):
        truth, results, sigmas = crowded(seed)
        of = {image["id"]: image["crowdIndex"] for image in truth["images"]}
        levels = {
            (of[a["image_id"]] >= 0.2) + (of[a["image_id"]] >= 0.8)
            for a in truth["annotations"]
            if counts(a)
        }
        if len(levels) < 3 or len(truth["categories"]) > 1:
            continue  # it would average a -1 into the level
        path = tmp_path / f"{seed}.json"
        path.write_text(json.dumps(truth))
        theirs = by_faster_coco_eval(path, results, sigmas, use_area=False, kind="keypoints_crowd")
        ours = evaluate_keypoints(path, results, sigmas, use_area=False).crowd_stats((0.2, 0.8))
        np.testing.assert_allclose(
            list(ours.values()), list(theirs.stats_as_dict.values()), rtol=0, atol=5.1e-5
        )
        compared += 1
    assert compared >= 3


def test_nine_numbers_in_crowdpose_s_order():
    truth, results, sigmas = crowded(5)
    ours = evaluate_keypoints(truth, results, sigmas)
    assert tuple(ours.crowd_stats()) == CROWD_STATS
    assert [ours.crowd_stats()[name] for name in CROWD_STATS[:6]] == [
        ours.as_dict()[name] for name in CROWD_STATS[:6]
    ]


def test_an_image_without_a_crowd_index_is_named():
    truth, results, sigmas = crowded(5)
    del truth["images"][0]["crowdIndex"]
    ours = evaluate_keypoints(truth, results, sigmas)
    with pytest.raises(
        ValueError, match=rf"images \(id {truth['images'][0]['id']}\): has no crowd"
    ):
        ours.crowd_stats()


@pytest.mark.parametrize("splits", [(0.8, 0.1), (-0.1, 0.8), (0.1, np.nan)])
def test_splits_that_do_not_rise(splits):
    with pytest.raises(ValueError, match="splits must be two rising numbers"):
        evaluate_keypoints(*crowded(5)).crowd_stats(splits)
