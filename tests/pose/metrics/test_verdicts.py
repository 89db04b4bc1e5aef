"""Why each detection counts as it does, and that the reasons add up to the numbers."""

import numpy as np
import pytest

from poolviz.pose import evaluate_keypoints, missed
from tests.pose.datasets import by_pycocotools, random_dataset

K = 4
SIGMAS = [0.1] * K
SPOT = np.array([[0.0, 0], [40, 0], [40, 40], [0, 40]])


def person(at, x, area=10000.0, v=2, **change):
    points = np.column_stack([SPOT + np.array([x, 0]), np.full(K, v)])
    return {
        "id": at,
        "image_id": 1,
        "category_id": 1,
        "area": area,
        "bbox": [x, 0, 40, 40],
        "iscrowd": 0,
        "num_keypoints": K if v else 0,
        "keypoints": points.ravel().tolist(),
    } | change


def found(x, score, image_id=1):
    points = np.column_stack([SPOT + np.array([x, 0]), np.ones(K)])
    return {
        "image_id": image_id,
        "category_id": 1,
        "score": score,
        "keypoints": points.ravel().tolist(),
    }


def evaluate(people, results, **given):
    truth = {
        "images": [{"id": 1}, {"id": 2}],
        "categories": [{"id": 1}],
        "annotations": people,
    }
    return evaluate_keypoints(truth, results, SIGMAS, **given)


PEOPLE = [
    person(7, 0),
    person(8, 1000, iscrowd=1),
    person(9, 2000, v=0),
    person(10, 3000, area=500.0),
]
RESULTS = [
    found(0, 0.9),
    found(5, 0.8),
    found(200, 0.7),
    found(1000, 0.6),
    found(1001, 0.5),
    found(2000, 0.4),
    found(3000, 0.3),
    found(3000, 0.2, image_id=2),
]
EXPECTED_ALL = [
    ("TP", "matched", 7, "OKS 1 with person 7 reaches the threshold 0.5."),
    (
        "FP",
        "taken",
        7,
        "OKS 0.9692 with person 7 would do, but result 0, with a higher or earlier score, has "
        "taken that person.",
    ),
    (
        "FP",
        "too far",
        7,
        "The highest OKS, < 0.0001 with person 7, is below the threshold 0.5.",
    ),
    (
        "ignored",
        "crowd",
        8,
        "It is matched with 8, a crowd, which excuses any number of detections.",
    ),
    (
        "ignored",
        "crowd",
        8,
        "It is matched with 8, a crowd, which excuses any number of detections.",
    ),
    (
        "ignored",
        "unlabelled",
        9,
        "It is matched with person 9, who has no labelled keypoint: excused, not rewarded.",
    ),
    ("TP", "matched", 10, "OKS 1 with person 10 reaches the threshold 0.5."),
    ("FP", "nobody", None, "There is nobody in the image to be matched with."),
]


@pytest.mark.parametrize("i", range(len(RESULTS)))
def test_each_reason_in_a_sentence(i):
    verdict = evaluate(PEOPLE, RESULTS).explain()[i]
    assert (verdict.record, verdict.verdict, verdict.reason, verdict.person) == (
        i,
        *EXPECTED_ALL[i][:3],
    )
    assert verdict.why.replace("-", "−") == EXPECTED_ALL[i][3].replace("-", "−")


def test_reasons_that_come_from_the_area_range():
    large = evaluate(PEOPLE, RESULTS).explain(0.5, "large")
    assert (large[0].verdict, large[0].reason) == ("TP", "matched")
    assert (large[6].verdict, large[6].reason) == ("ignored", "person outside")
    assert large[6].why == (
        "It is matched with person 10, whose area of 500 px² is outside the range “large”."
    )
    assert (large[2].verdict, large[2].reason) == ("ignored", "outside")
    assert large[2].why == (
        "It is matched with nobody, and its own area of 1600 px² is outside the range “large”."
    )


def test_detections_after_the_highest_scores_are_told_so():
    verdicts = evaluate(PEOPLE, RESULTS, max_dets=3).explain()
    assert [v.reason for v in verdicts[3:7]] == ["beyond"] * 4
    assert [v.rank for v in verdicts] == [0, 1, 2, 3, 4, 5, 6, 0]
    assert verdicts[3].why == (
        "It stands after the 3 highest scores of its image, which alone count."
    )


def test_people_whom_nobody_found():
    lost = evaluate([*PEOPLE, person(11, 5000)], RESULTS)
    assert missed(lost) == ((1, 1, 11),)
    assert missed(lost, area="medium") == ()


@pytest.mark.parametrize(("threshold", "area"), [(0.5, "all"), (0.75, "medium"), (0.95, "large")])
def test_verdicts_on_random_data_sets_are_those_of_pycocotools(threshold, area):
    t, a = round((threshold - 0.5) / 0.05), ("all", "medium", "large").index(area)
    for seed in range(60):
        truth, results, sigmas = random_dataset(seed)
        ours = evaluate_keypoints(truth, results, sigmas)
        verdicts = ours.explain(threshold, area)
        assert [v.record for v in verdicts] == list(range(len(results)))
        theirs = by_pycocotools(truth, results, sigmas)
        images, size = len(truth["images"]), len(truth["categories"])
        judged = {}
        for c in range(size):
            for view in theirs.evalImgs[(3 * c + a) * images : (3 * c + a + 1) * images]:
                for d, at in enumerate(view["dtIds"] if view else ()):
                    matched, out = view["dtMatches"][t, d], view["dtIgnore"][t, d]
                    judged[at - 1] = "ignored" if out else "TP" if matched else "FP"
                    if matched:
                        assert verdicts[at - 1].person == matched
        for verdict in verdicts:
            assert verdict.verdict == judged.get(verdict.record, "ignored")
            assert (verdict.reason == "beyond") == (verdict.record not in judged)
            assert verdict.why.endswith(".")
            assert "{" not in verdict.why
        people = sum((~one.people_ignored[:, a]).sum() for one in ours.by_category)
        hits = sum(v.verdict == "TP" for v in verdicts)
        assert len(missed(ours, threshold, area)) == people - hits
