"""COCO keypoint evaluation against pycocotools and faster-coco-eval, live, and known numbers."""

import contextlib
import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import poolviz as pv
from poolviz.pose import COCO17, STATS, evaluate_keypoints, with_sigmas
from poolviz.pose.metrics.matching import match
from tests.pose.datasets import by_faster_coco_eval, by_pycocotools, random_dataset

COCO_FILE = Path(__file__).parents[3] / "assets" / "coco" / "test_coco.json"
SEEDS = 520
"""Random data sets that both evaluators judge."""
FIRST = 160
"""As many hold every edge case already; the others are judged with ``-m every``."""
EXACT = 1e-12
"""Sums of the same terms, possibly in another order."""


@pytest.mark.parametrize(
    "first",
    [
        *range(0, FIRST, 20),
        *(pytest.param(n, marks=pytest.mark.every) for n in range(FIRST, SEEDS, 20)),
    ],
)
def test_ten_numbers_curves_and_oks_matrices_on_random_data_sets(first):
    for seed in range(first, first + 20):
        truth, results, sigmas = random_dataset(seed)
        ours = evaluate_keypoints(truth, results, sigmas)
        theirs = by_pycocotools(truth, results, sigmas)
        np.testing.assert_allclose(ours.stats, theirs.stats, rtol=0, atol=EXACT, err_msg=str(seed))
        curves, recall = theirs.eval["precision"][..., 0], theirs.eval["recall"][..., 0]
        np.testing.assert_allclose(ours.precision_by_category, curves, rtol=0, atol=EXACT)
        np.testing.assert_allclose(ours.recall_by_category, recall, rtol=0, atol=EXACT)
        for key, matrix in theirs.ious.items():
            if len(matrix):
                np.testing.assert_allclose(ours.oks[key], matrix, rtol=0, atol=EXACT)
            else:
                assert ours.oks[key].size == 0
        faster = by_faster_coco_eval(truth, results, sigmas)
        np.testing.assert_allclose(
            ours.stats,
            list(faster.stats_as_dict.values())[:10],
            rtol=0,
            atol=EXACT,
            err_msg=str(seed),
        )


def test_random_data_sets_hold_every_edge_case():
    met: Counter = Counter()
    for seed in range(FIRST):
        truth, results, _sigmas = random_dataset(seed)
        people = truth["annotations"]
        an_image = Counter((r["image_id"], r["category_id"]) for r in results)
        scores = Counter(r["score"] for r in results)
        met["crowd"] += any(p["iscrowd"] for p in people)
        met["no keypoints"] += any(p["num_keypoints"] == 0 for p in people)
        filled = {p["image_id"] for p in people} | {r["image_id"] for r in results}
        met["empty image"] += len(filled) < len(truth["images"])
        met["nobody at all"] += not people
        met["area on an edge"] += any(p["area"] in (1024, 9216, 1e10) for p in people)
        met["tied scores"] += max(scores.values()) > 1
        met["more than 20"] += max(an_image.values()) > 20
        met["two categories"] += len(truth["categories"]) > 1
        met["results with bbox"] += "bbox" in results[0]
        met["other skeleton"] += len(results[0]["keypoints"]) != 51
    assert min(met.values()) >= 4, met
    assert len(met) == 10


def shipped(f: float) -> tuple[dict, list]:
    """The real annotations, and each labelled person moved to the right by f times the scale."""
    truth = json.loads(COCO_FILE.read_text())
    results = []
    for i, person in enumerate(truth["annotations"]):
        if person["num_keypoints"]:
            points = np.array(person["keypoints"], float)
            points[0::3] += f * np.sqrt(person["area"])
            results.append(
                {
                    "image_id": person["image_id"],
                    "category_id": person["category_id"],
                    "keypoints": points.tolist(),
                    "score": 1 - 0.01 * i,
                }
            )
    return truth, results


GOLDEN = {
    0: [1] * 10,
    0.05: [
        *(0.8056105610561056, 1, 1, 0.8207920792079207, 0.802970297029703),
        *(0.8166666666666667, 1, 1, 0.82, 0.8142857142857143),
    ],
}


@pytest.mark.parametrize("f", GOLDEN)
def test_golden_numbers_of_the_shipped_annotations(f):
    truth, results = shipped(f)
    ours = evaluate_keypoints(truth, results)
    np.testing.assert_allclose(ours.stats, GOLDEN[f], rtol=0, atol=EXACT)
    np.testing.assert_allclose(ours.stats, by_pycocotools(truth, results).stats, atol=EXACT)
    assert ours.notes == ()


def test_golden_oks_of_the_two_fully_labelled_people():
    truth, results = shipped(0.05)
    ours = evaluate_keypoints(truth, results)
    for person in (442619, 1724673):
        annotation = next(a for a in truth["annotations"] if a["id"] == person)
        view = ours.image(annotation["image_id"])
        column = view.people.index(person)
        assert abs(view.oks[:, column].max() - 0.8711549523382005) <= EXACT


def micro(shift=(0, 0), v=2, zeroed=(), **person) -> tuple[dict, list]:
    """One image, one person, one detection: the micro cases of the published table."""
    i = np.arange(17)
    points = np.column_stack([100.0 + 10 * i, 200 + 5 * i, np.full(17, v)])
    found = points + np.array([*shift, 0])
    found[list(zeroed), :2] = 0
    annotation = {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "area": 10000,
        "bbox": [90, 190, 200, 100],
        "iscrowd": 0,
        "num_keypoints": 17,
        "keypoints": points.ravel().tolist(),
    }
    truth = {
        "images": [{"id": 1, "width": 640, "height": 480}],
        "categories": [{"id": 1, "name": "person", "keypoints": list(COCO17.names)}],
        "annotations": [annotation | person],
    }
    return truth, [
        {"image_id": 1, "category_id": 1, "keypoints": found.ravel().tolist(), "score": 0.9}
    ]


@pytest.mark.parametrize("v", [2, 1])
def test_shift_by_3_and_minus_4_passes_eight_of_ten_thresholds(v):
    ours = evaluate_keypoints(*micro((3, -4), v))
    np.testing.assert_allclose(ours.stats, [0.8, 1, 1, -1, 0.8] * 2, atol=EXACT)
    assert abs(ours.oks[1][0, 0] - 0.8711549523382005) <= EXACT
    view = ours.image(1)
    np.testing.assert_array_equal(view.matches[0, :, 0], [0] * 8 + [-1] * 2)


def test_a_zeroed_point_inflates_the_area_of_the_detection():
    ours = evaluate_keypoints(*micro(zeroed=(15, 16)))
    assert ours.oks[1][0, 0] == 15 / 17
    np.testing.assert_allclose(ours.stats[0], 0.8, atol=EXACT)
    # unmatched at .9 and above: 12800 grows to 64800, both "large"; ignored in "medium" only
    assert ours.by_category[0].detections.area[0] == 240 * 270
    np.testing.assert_array_equal(ours.image(1).ignored[:, -1, 0], [False, True, False])


def test_a_person_with_id_0_counts():
    truth, results = micro((3, -4), id=0)
    np.testing.assert_allclose(evaluate_keypoints(truth, results).stats[0], 0.8, atol=EXACT)
    assert by_pycocotools(truth, results).stats[0] == 0


def test_without_results_everything_defined_is_0():
    truth, _results = shipped(0)
    ours = evaluate_keypoints(truth, [])
    np.testing.assert_array_equal(ours.stats, np.zeros(10))
    faster = by_faster_coco_eval(truth, [])
    np.testing.assert_array_equal(list(faster.stats_as_dict.values())[:10], ours.stats)


@pytest.mark.parametrize("results", [[], None])
def test_without_people_everything_is_undefined(results):
    truth, found = micro()
    truth["annotations"] = []
    ours = evaluate_keypoints(truth, found if results is None else results)
    np.testing.assert_array_equal(ours.stats, np.full(10, -1))
    np.testing.assert_array_equal(ours.precision, np.full((10, 101, 3), -1))


def test_no_image_at_all():
    truth = {"images": [], "annotations": [], "categories": [{"id": 1}]}
    np.testing.assert_array_equal(evaluate_keypoints(truth, []).stats, np.full(10, -1))


@pytest.mark.parametrize("max_dets", [1, 3, 100])
def test_max_dets_cuts_as_the_precision_array_of_pycocotools_says(max_dets):
    for seed in range(30):
        truth, results, sigmas = random_dataset(seed)
        theirs = by_pycocotools(truth, results, sigmas)
        theirs.params.maxDets = [max_dets]
        with contextlib.redirect_stdout(io.StringIO()):
            theirs.evaluate()
            theirs.accumulate()
        ours = evaluate_keypoints(truth, results, sigmas, max_dets=max_dets)
        np.testing.assert_allclose(
            ours.precision_by_category, theirs.eval["precision"][..., 0], rtol=0, atol=EXACT
        )
        cells = theirs.eval["precision"][:, :, :, 0]
        expected = cells[cells > -1].mean() if (cells > -1).any() else -1
        np.testing.assert_allclose(ours.stats[0], expected, atol=EXACT)


def test_sigmas_for_each_category():
    truth, results = micro((3, -4))
    second = json.loads(json.dumps(truth["annotations"][0]))
    second |= {"id": 2, "category_id": 2, "keypoints": second["keypoints"][:6], "num_keypoints": 2}
    truth["annotations"].append(second)
    truth["categories"].append({"id": 2, "name": "stick", "keypoints": ["a", "b"]})
    results.append({**results[0], "category_id": 2, "keypoints": results[0]["keypoints"][:6]})
    ours = evaluate_keypoints(truth, results, sigmas={2: [0.026, 0.107]})
    assert abs(ours.oks[1, 1][0, 0] - 0.8711549523382005) <= EXACT
    np.testing.assert_allclose(
        ours.oks[1, 2][0, 0], pv.oks([[3, -4]] * 2, [[0, 0]] * 2, 10000, [0.026, 0.107], [2, 2])
    )
    np.testing.assert_allclose(ours.precision[:, :, 0], ours.precision_by_category[..., 0].mean(2))


def test_other_sigmas_without_reading_again():
    truth, results = shipped(0.05)
    wider = 2 * np.array(COCO17.sigmas)
    again = with_sigmas(evaluate_keypoints(truth, results), wider)
    np.testing.assert_array_equal(again.stats, evaluate_keypoints(truth, results, wider).stats)
    truth["annotations"][0]["keypoints"][2] = 0.5
    noted = evaluate_keypoints(truth, results)
    assert len(noted.notes) == 1
    assert with_sigmas(noted, wider).notes == noted.notes
    with pytest.raises(ValueError, match="sigmas must be 17 numbers above 0"):
        with_sigmas(again, [1, 2])


def test_paths_and_open_files(tmp_path):
    truth, results = shipped(0.05)
    places = tmp_path / "gt.json", tmp_path / "dt.json"
    for place, data in zip(places, (truth, results), strict=True):
        place.write_text(json.dumps(data))
    expected = evaluate_keypoints(truth, results).stats
    np.testing.assert_array_equal(evaluate_keypoints(*places).stats, expected)
    np.testing.assert_array_equal(evaluate_keypoints(*map(str, places)).stats, expected)
    with places[0].open() as text, places[1].open("rb") as binary:
        np.testing.assert_array_equal(evaluate_keypoints(text, binary).stats, expected)
    files = [io.BytesIO(place.read_bytes()) for place in places]
    np.testing.assert_array_equal(evaluate_keypoints(*files).stats, expected)


def test_numpy_keypoints_and_numbers_are_read_like_lists():
    truth, results = shipped(0.05)
    expected = evaluate_keypoints(truth, results).stats
    for record in (*truth["annotations"], *results):
        record["keypoints"] = np.array(record["keypoints"])
    for result in results:
        result["score"] = np.float32(result["score"])
    np.testing.assert_array_equal(evaluate_keypoints(truth, results).stats, expected)


def test_nothing_is_written_into_what_is_given():
    truth, results = shipped(0.05)
    before = json.dumps([truth, results])
    evaluate_keypoints(truth, results).explain()
    assert json.dumps([truth, results]) == before


def test_progress_rises_to_1():
    shares: list[float] = []
    evaluate_keypoints(*shipped(0.05), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 5


def test_results_are_frozen_and_named():
    ours = evaluate_keypoints(*shipped(0.05))
    assert ours.stats.dtype == np.float64
    assert tuple(ours.as_dict()) == STATS
    assert ours.precision.shape == (10, 101, 3)
    assert ours.recall.shape == (10, 3)
    with pytest.raises(AttributeError):
        ours.stats = None
    with pytest.raises(ValueError, match="read-only"):
        ours.stats[0] = 1
    assert pv.evaluate_keypoints is evaluate_keypoints


def test_matching_prefers_people_who_count_and_the_later_of_equals():
    """The two detections and their choices, walked through by hand."""
    truth, results = micro()
    person, found = truth["annotations"][0], results[0]
    truth["annotations"] = [
        person | {"id": 1, "iscrowd": 1},
        person | {"id": 2, "area": 5000},
        person | {"id": 3, "area": 5000},
    ]
    results = [found | {"score": s} for s in (0.9, 0.8, 0.7, 0.6)]
    view = evaluate_keypoints(truth, results).image(1)
    assert view.people == (1, 2, 3)
    np.testing.assert_array_equal(view.matches[0, 0], [2, 1, 0, 0])
    np.testing.assert_array_equal(view.ignored[0, 0], [False, False, True, True])
    np.testing.assert_array_equal(view.found[0, 0], [True, True, True])


@pytest.mark.parametrize("seed", range(40))
def test_batched_matching_equals_the_loops_of_the_definition(seed):
    truth, results, sigmas = random_dataset(seed)
    ours = evaluate_keypoints(truth, results, sigmas)
    for one in ours.by_category:
        people = one.category.people
        crowd = people.crowd[one.pairs.people]
        thresholds = np.array([0.1, 0.5, 0.75, 1.0])
        batched = match(one.pairs, crowd, one.people_ignored, thresholds, 20)
        slow = by_loops(one.pairs, crowd, one.people_ignored, thresholds)
        np.testing.assert_array_equal(batched, slow)


def by_loops(pairs, crowd, ignored, thresholds):
    matched = np.full((len(pairs.order), ignored.shape[1], len(thresholds)), -1)
    for a in range(ignored.shape[1]):
        for t, threshold in enumerate(thresholds):
            taken = set()
            for d in range(len(pairs.order)):
                begin = pairs.people_start[pairs.image[d]]
                row = pairs.oks[pairs.start[d] : pairs.start[d + 1]]
                best, who = min(threshold, 1 - 1e-10), -1
                order = sorted(range(begin, begin + len(row)), key=lambda g: ignored[g, a])
                for g in order:
                    if g in taken and not crowd[g]:
                        continue
                    if who >= 0 and not ignored[who, a] and ignored[g, a]:
                        break
                    if row[g - begin] >= best:
                        best, who = row[g - begin], g
                if who >= 0:
                    matched[d, a, t] = who
                    taken.add(who)
    return matched


def test_unknown_questions_are_refused():
    ours = evaluate_keypoints(*micro())
    for ask, sentence in [
        (lambda: ours.explain(threshold=0.51), "threshold must be one of"),
        (lambda: ours.explain(area="small"), "area must be one of all, medium, large"),
        (lambda: ours.image(99), "image_id must be the id of an image"),
        (lambda: ours.category(7), "category_id must be one of 1"),
        (lambda: evaluate_keypoints(*micro(), max_dets=0), "max_dets must be a whole number"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            ask()
