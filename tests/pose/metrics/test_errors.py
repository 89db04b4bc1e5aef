"""Error kinds of keypoints and what mending them brings, by hand, by loops, and by pycocotools."""

import copy

import numpy as np
import pytest

from poolviz.pose import (
    BEYOND,
    COCO17,
    KINDS,
    MENDABLE,
    evaluate_keypoints,
    keypoint_similarities,
    similarity_radius,
)
from poolviz.pose.metrics import errors
from tests.pose.datasets import by_pycocotools, random_dataset
from tests.pose.metrics.test_coco import micro, shipped

AREA = 40000.0
GOOD, JITTER, INVERSION, SWAP, MISS = range(5)


def two_people():
    truth, results = micro()
    first = truth["annotations"][0] | {"area": AREA}
    points = np.reshape(first["keypoints"], (17, 3)).astype(float)
    points[:, 0] += 400
    second = first | {"id": 2, "keypoints": points.ravel().tolist()}
    truth["annotations"] = [first, second]
    return truth, results, np.reshape(first["keypoints"], (17, 3)).astype(float), points


def kinds_of(truth, results):
    return evaluate_keypoints(truth, results).errors().by_category[0].kinds[0]


def test_one_mistake_of_each_kind():
    truth, results, mine, other = two_people()
    points = mine.copy()
    at = similarity_radius([0.86, 0.84, 0.51, 0.49], AREA, COCO17.sigmas[11])
    points[5, :2] = mine[6, :2]
    points[7, :2] = other[7, :2]
    points[9, :2] = other[10, :2]
    points[11, 1] -= at[1]
    points[13, :2] = 5000
    points[0, :2] = other[0, :2]
    results[0]["keypoints"] = points.ravel().tolist()
    expected = np.full(17, GOOD)
    expected[[5, 7, 9, 11, 13, 0]] = INVERSION, SWAP, SWAP, JITTER, MISS, SWAP
    np.testing.assert_array_equal(kinds_of(truth, results), expected)
    counts = evaluate_keypoints(truth, results).errors().counts
    assert counts == {"good": 11, "jitter": 1, "inversion": 1, "swap": 3, "miss": 1}
    for radius, kind in zip(at, (GOOD, JITTER, JITTER, MISS), strict=True):
        points[11, :2] = mine[11, :2] - [0, radius]
        results[0]["keypoints"] = points.ravel().tolist()
        assert kinds_of(truth, results)[11] == kind


def test_a_similarity_on_the_border_is_on_the_better_side_of_it(monkeypatch):
    truth, results, mine, _other = two_people()
    points = mine.copy()
    points[11, 1] -= similarity_radius(0.7, AREA, COCO17.sigmas[11])
    results[0]["keypoints"] = points.ravel().tolist()
    exactly = keypoint_similarities(
        points[:, :2], mine[:, :2], AREA, COCO17.sigmas, np.full(17, 2)
    )[11]
    monkeypatch.setattr(errors, "NEAR", exactly)
    assert kinds_of(truth, results)[11] == JITTER
    monkeypatch.setattr(errors, "GOOD", exactly)
    assert kinds_of(truth, results)[11] == GOOD


def test_unlabelled_keypoints_and_unmatched_detections_have_no_kind():
    truth, results, mine, _other = two_people()
    mine[3] = 0
    truth["annotations"][0] |= {"keypoints": mine.ravel().tolist(), "num_keypoints": 16}
    assert kinds_of(truth, results)[3] == -1
    results[0]["keypoints"] = np.full(51, 9000.0).tolist()
    np.testing.assert_array_equal(kinds_of(truth, results), np.full(17, -1))


def by_loops(ours, one, d):
    """Kinds of one detection from the definition; None if it attempts nobody who counts."""
    errors, people = ours.errors().by_category[0], one.category.people
    person = errors.person[d]
    if person < 0 or people.ignored[person]:
        return None
    k = one.category.size
    mirror = COCO17.mirror if k == 17 else range(k)
    kinds = []
    for i in range(k):
        if not people.labelled[person, i]:
            kinds.append(-1)
            continue
        best = {}
        for g in np.flatnonzero(people.image == one.detections.image[d]):
            for j in {i, mirror[i]}:
                if people.labelled[g, j]:
                    d2 = ((one.detections.points[d, i] - people.points[g, j]) ** 2).sum()
                    s2 = people.area[g] + np.spacing(1)
                    ks = np.exp(-d2 / (2 * one.category.sigmas[j]) ** 2 / s2 / 2)
                    whose = ("own" if j == i else "mirror") if g == person else "other"
                    best[whose] = max(best.get(whose, 0), ks)
        top = max(best.values())
        if top < 0.5:
            kinds.append(MISS)
        elif best.get("own") == top:
            kinds.append(GOOD if top >= 0.85 else JITTER)
        else:
            kinds.append(INVERSION if best.get("mirror") == top else SWAP)
    return kinds


def person_data(seed):
    """A random data set of 17 keypoints of a person in one category."""
    truth, results, sigmas = random_dataset(seed)
    if sigmas is not None or len(truth["categories"]) > 1:
        return None
    truth["categories"][0]["keypoints"] = list(COCO17.names)
    return truth, results


def test_kinds_on_random_data_sets_are_those_of_the_definition():
    compared, met = 0, set()
    for seed in range(120):
        data = person_data(seed)
        if data is None:
            continue
        ours = evaluate_keypoints(*data)
        one = ours.by_category[0]
        for d, kinds in enumerate(ours.errors().by_category[0].kinds):
            expected = by_loops(ours, one, d)
            if expected is None:
                assert (kinds == -1).all()
            else:
                np.testing.assert_array_equal(kinds, expected)
                compared += 1
                met |= set(expected)
    assert compared > 100
    assert met == {-1, 0, 1, 2, 3, 4}


@pytest.mark.parametrize("kind", MENDABLE)
def test_a_gain_is_what_pycocotools_gives_for_the_mended_results(kind):
    for seed in range(30):
        data = person_data(seed)
        if data is None:
            continue
        truth, results = data
        ours = evaluate_keypoints(truth, results)
        errors, people = ours.errors(), ours.by_category[0].category.people
        mended = copy.deepcopy(results)
        for d, result in enumerate(mended):
            for i in np.flatnonzero(errors.by_category[0].kinds[d] == KINDS.index(kind)):
                true = people.points[errors.by_category[0].person[d], i]
                result["keypoints"][3 * i : 3 * i + 2] = true.tolist()
        theirs = by_pycocotools(truth, mended).stats
        np.testing.assert_allclose(errors.mended(kind).stats, theirs, rtol=0, atol=1e-12)
        defined = ours.stats > -1
        rise = errors.gains[kind]
        np.testing.assert_allclose(rise[defined], (theirs - ours.stats)[defined], atol=1e-12)
        assert (rise[~defined] == 0).all()


def test_mending_everything_makes_the_shipped_annotations_perfect():
    rng = np.random.default_rng(0)
    truth, results = shipped(0)
    for result in results:
        points = np.reshape(result["keypoints"], (17, 3))
        points[:, :2] += rng.normal(0, 12, (17, 2))
        result["keypoints"] = points.ravel().tolist()
        result["score"] = float(rng.random())
    lost = results.pop()
    nobody = copy.deepcopy(lost) | {"score": 1.0, "keypoints": np.full(51, -900.0).tolist()}
    results.append(nobody)
    ours = evaluate_keypoints(truth, results)
    assert ours.stats[0] < 0.6
    errors = ours.errors()
    perfect = errors.mended(*MENDABLE, *BEYOND)
    np.testing.assert_allclose(perfect.stats, np.ones(10), atol=1e-12)
    assert errors.gains["background"][0] > 0
    assert errors.gains["missed"][5] > 0
    assert set(errors.gains) == {*MENDABLE, *BEYOND}


def test_scoring_by_oks_ranks_the_better_pose_first():
    truth, results = micro((3, -4))
    results = [results[0] | {"score": 0.1}, micro((300, 0))[1][0] | {"score": 0.9}]
    ours = evaluate_keypoints(truth, results)
    np.testing.assert_allclose(ours.stats[0], 0.4, atol=1e-12)
    np.testing.assert_allclose(ours.errors().gains["score"][0], 0.4, atol=1e-12)


def test_counts_by_keypoint():
    truth, results, mine, _other = two_people()
    mine[13, :2] = 5000
    results[0]["keypoints"] = mine.ravel().tolist()
    table = evaluate_keypoints(truth, results).errors().counts_by_keypoint()
    assert table.shape == (17, 5)
    np.testing.assert_array_equal(table[13], [0, 0, 0, 0, 1])
    assert table[:, GOOD].sum() == 16


def test_no_results_have_no_errors():
    truth, _results = micro()
    errors = evaluate_keypoints(truth, []).errors()
    assert set(errors.counts.values()) == {0}
    np.testing.assert_allclose(errors.gains["missed"][0], 1, atol=1e-12)
    assert errors.gains["swap"][0] == 0


def test_kinds_that_are_none_cannot_be_mended():
    with pytest.raises(ValueError, match="kind must be one of jitter, inversion, swap, miss"):
        evaluate_keypoints(*micro()).errors().mended("good")
