"""What is refused: each bad record and file with the sentence that names it."""

import copy
import io
import json
import re

import numpy as np
import pytest

from poolviz.pose import RecordError, evaluate_keypoints
from poolviz.readers import ReadError
from tests.pose.datasets import by_pycocotools

PERSON = {
    "id": 17,
    "image_id": 5,
    "category_id": 1,
    "area": 900.0,
    "bbox": [0, 0, 30, 30],
    "iscrowd": 0,
    "num_keypoints": 2,
    "keypoints": [1, 2, 2, 3, 4, 1],
}
FOUND = {"image_id": 5, "category_id": 1, "keypoints": [1, 2, 1, 3, 4, 1], "score": 0.5}
TRUTH = {
    "images": [{"id": 5}, {"id": 6}],
    "categories": [{"id": 1, "name": "stick", "keypoints": ["a", "b"]}],
    "annotations": [PERSON, PERSON | {"id": 18}],
}
SIGMAS = [0.05, 0.05]


def truth(**change):
    return TRUTH | change


def person(drop=None, **change):
    bad = {key: value for key, value in (PERSON | change).items() if key != drop}
    return truth(annotations=[PERSON | {"id": 1}, bad])


def results(drop=None, **change):
    bad = {key: value for key, value in (FOUND | change).items() if key != drop}
    return [FOUND, bad]


NOT_KEYPOINTS = "keypoints must be a list of 6 numbers, got “12”."

BAD_TRUTH = [
    ([1, 2], "ground truth: must be an object with images, annotations and categories, got a list"),
    ({}, "ground truth: has no “images”."),
    ({"images": []}, "ground truth: has no “categories”."),
    (truth(images={}), "images: must be a list, got an object."),
    (truth(images=[7]), "images[0]: must be an object, got 7."),
    (truth(images=[{}]), "images[0]: has no “id”."),
    (truth(images=[{"id": 5}, {"id": "5"}]), "images[1]: id is “5”, that of images[0] is 5: both"),
    (truth(images=[{"id": None}]), "images[0]: id must be a number or a text, got null."),
    (truth(images=[{"id": [5]}]), "images[0]: id must be a number or a text, got a list of 1."),
    (truth(images=[{"id": np.nan}]), "images[0]: id must be a number or a text, got nan."),
    (truth(categories=[]), "categories: is empty: at least one is needed."),
    (truth(annotations=[PERSON, "x"]), "annotations[1]: must be an object, got “x”."),
    (person(drop="id"), "annotations[1]: has no “id”."),
    *(
        (person(drop=key), f"annotations[1] (id 17): has no “{key}”.")
        for key in PERSON
        if key != "id"
    ),
    (
        person(image_id=[5]),
        "annotations[1] (id 17): image_id must be a whole number or a text, got a list of 1.",
    ),
    (person(id=[1]), "annotations[1]: id must be a number or a text, got a list of 1."),
    (person(keypoints="12"), f"annotations[1] (id 17): {NOT_KEYPOINTS}"),
    (person(keypoints=None), "annotations[1] (id 17): keypoints must be a list of 6 numbers"),
    (
        person(keypoints=[1, 2, 3, 4]),
        "annotations[1] (id 17): keypoints must have 6 numbers, x, y and visibility of 2 "
        "keypoints, got 4.",
    ),
    (
        person(keypoints=[1, 2, 2, np.nan, 4, 1]),
        "annotations[1] (id 17): keypoints[3] must be finite and at most 1e100, got nan.",
    ),
    (
        person(keypoints=[1, 2, 2, "3", 4, 1]),
        "annotations[1] (id 17): keypoints[3] must be a number, got “3”.",
    ),
    (
        person(keypoints=[1, 2, 2, None, 4, 1]),
        "annotations[1] (id 17): keypoints[3] must be a number, got null.",
    ),
    (
        person(keypoints=[[1, 2, 2], [3, 4, 1]] * 3),
        "annotations[1] (id 17): keypoints[0] must be a number, got a list of 3.",
    ),
    (
        person(keypoints=[1, 2, 2, 10**400, 4, 1]),
        "annotations[1] (id 17): keypoints[3] must be finite and at most 1e100, got 1000",
    ),
    (person(area="9"), "annotations[1] (id 17): area must be a number, got “9”."),
    (person(area=np.inf), "annotations[1] (id 17): area must be finite and at most 1e100, got inf"),
    (person(bbox=[1, 2, 3]), "annotations[1] (id 17): bbox must have 4 numbers, got 3."),
    (
        person(bbox=[1, 2, np.nan, 4]),
        "annotations[1] (id 17): bbox[2] must be finite and at most 1e100, got nan.",
    ),
    (person(bbox={}), "annotations[1] (id 17): bbox must be a list of 4 numbers, got an object."),
    (person(iscrowd="yes"), "annotations[1] (id 17): iscrowd must be 0 or 1, got “yes”."),
    (person(iscrowd=None), "annotations[1] (id 17): iscrowd must be 0 or 1, got null."),
]

BAD_RESULTS = [
    ({"annotations": []}, "results: must be a list of detections, got an object."),
    (None, "results: must be a list of detections, got null."),
    ([FOUND, 3], "results[1]: must be an object, got 3."),
    *((results(drop=key), f"results[1]: has no “{key}”.") for key in FOUND),
    (results(image_id=99), "results[1]: image_id 99 is not among the images of the ground truth."),
    (results(image_id="5"), "results[1]: image_id “5” is not among the images of the ground"),
    (
        results(keypoints=[1, 2, 1] * 3),
        "results[1]: keypoints must have 6 numbers, x, y and visibility of 2 keypoints, got 9.",
    ),
    (results(keypoints="12"), f"results[1]: {NOT_KEYPOINTS}"),
    (
        results(keypoints=[1, np.inf, 1, 3, 4, 1]),
        "results[1]: keypoints[1] must be finite and at most 1e100, got inf.",
    ),
    (
        results(keypoints=[1, "2", 1, 3, 4, 1]),
        "results[1]: keypoints[1] must be a number, got “2”.",
    ),
    (
        results(keypoints=np.array([1, np.nan, 1, 3, 4, 1])),
        "results[1]: keypoints[1] must be finite and at most 1e100, got nan.",
    ),
    (results(score=np.nan), "results[1]: score must be finite and at most 1e100, got nan."),
    (results(score="0.5"), "results[1]: score must be a number, got “0.5”."),
    (results(score=None), "results[1]: score must be a number, got null."),
    (results(score=[0.5]), "results[1]: score must be a number, got a list of 1."),
    ([FOUND | {"bbox": [0, 0, 1, 1]}, FOUND], "results[1]: has no “bbox”."),
    (
        [FOUND | {"segmentation": [[0, 0, 1, 1, 0, 1]]}],
        "results[0]: segmentation must be a compressed mask, with size and counts, got a list",
    ),
    ([FOUND | {"bbox": "box"}], "results[0]: bbox must be a list of 4 numbers, got “box”."),
]

BAD_FILES = [
    (b"", "ground truth: the file is empty."),
    (b" \n", "ground truth: the file is empty."),
    (b'{"images": [}', "ground truth: not JSON from line 1, column 13: Expecting value."),
    (b"{} {}", "ground truth: not JSON from line 1, column 4: Extra data."),
    (b"images,annotations\n1,2", "ground truth: not JSON from line 1, column 1"),
    (b"\x89PNG\r\n\x1a\n\xff\xfe", "ground truth: not JSON: the file is not text."),
    (b"[" * 100_000, "ground truth: not JSON that can be read"),
    (b"[" + b"9" * 5000 + b"]", "ground truth: not JSON that can be read"),
    (b"null", "ground truth: must be an object with images, annotations and categories, got null"),
]

BAD_SIGMAS = [
    (None, "categories (id 1): has 2 keypoints, but COCO’s sigmas are for 17: give sigmas"),
    ([0.1], "categories (id 1): has 2 keypoints, but sigmas for 1: one a keypoint is needed"),
    ([0.1, 0], "sigmas must be one number above 0 a keypoint, got [0.1, 0.0]."),
    ([0.1, np.nan], "sigmas must be finite, got a NaN or an infinity in it."),
    ("two", "sigmas must be an array of numbers, got 'two'."),
    ({9: SIGMAS}, "sigmas: no category has id 9."),
]


def test_the_good_ones_are_good():
    assert evaluate_keypoints(TRUTH, [FOUND, FOUND], SIGMAS).stats[0] == pytest.approx(1)


@pytest.mark.parametrize(("bad", "sentence"), BAD_TRUTH, ids=[b[1][:70] for b in BAD_TRUTH])
def test_bad_ground_truth_is_named(bad, sentence):
    given = copy.deepcopy(bad)
    with pytest.raises(RecordError, match="^" + re.escape(sentence)) as error:
        evaluate_keypoints(given, [FOUND], SIGMAS)
    assert isinstance(error.value, ReadError)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(("bad", "sentence"), BAD_RESULTS, ids=[b[1][:70] for b in BAD_RESULTS])
def test_bad_results_are_named(bad, sentence):
    with pytest.raises(RecordError, match="^" + re.escape(sentence)) as error:
        evaluate_keypoints(TRUTH, copy.deepcopy(bad), SIGMAS)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(("content", "sentence"), BAD_FILES, ids=range(len(BAD_FILES)))
def test_files_that_are_not_json_are_named(content, sentence):
    with pytest.raises(RecordError, match="^" + re.escape(sentence)):
        evaluate_keypoints(io.BytesIO(content), [], SIGMAS)


@pytest.mark.parametrize(("sigmas", "sentence"), BAD_SIGMAS)
def test_sigmas_that_do_not_fit(sigmas, sentence):
    with pytest.raises(ValueError, match="^" + re.escape(sentence)):
        evaluate_keypoints(TRUTH, [FOUND], sigmas)


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        evaluate_keypoints(tmp_path / "none.json", [])


def test_a_file_with_a_byte_order_mark_is_read():
    content = b"\xef\xbb\xbf" + json.dumps(TRUTH).encode()
    assert len(evaluate_keypoints(io.BytesIO(content), [], SIGMAS).truth.image_ids) == 2


@pytest.mark.parametrize("more", [{"id": 2}, {"id": 2, "keypoints": []}])
def test_a_category_without_people_is_undefined_and_costs_nothing(more):
    both = truth(categories=[*TRUTH["categories"], more])
    found = [FOUND, FOUND, FOUND | {"category_id": 2, "keypoints": [0] * 51}]
    ours = evaluate_keypoints(both, found, {1: SIGMAS})
    assert ours.stats[0] == pytest.approx(1)
    assert (ours.precision_by_category[:, :, 1] == -1).all()
    np.testing.assert_array_equal(by_pycocotools(both, found, SIGMAS).stats, ours.stats)


def test_a_declared_skeleton_without_people_needs_no_sigmas():
    empty = truth(annotations=[])
    assert evaluate_keypoints(empty, [FOUND]).stats[0] == -1


def test_keypoints_of_no_length_in_an_undeclared_category():
    bare = truth(categories=[{"id": 1}], annotations=[PERSON | {"keypoints": [1, 2, 1]}])
    with pytest.raises(RecordError, match=r"^categories \(id 1\): has 1 keypoints, but COCO’s"):
        evaluate_keypoints(bare, [FOUND])


def test_hostile_text_is_harmless_in_the_sentence():
    with pytest.raises(RecordError) as error:
        evaluate_keypoints(TRUTH, results(score="![x](http://a.b)<script>"), SIGMAS)
    said = str(error.value).split("score", 1)[1]
    assert not set("!<>") & set(said)
    assert "](" not in said


def test_num_keypoints_that_disagrees_is_noted_and_decides():
    odd = person(num_keypoints=0)
    noted = evaluate_keypoints(odd, [FOUND], SIGMAS)
    assert len(noted.notes) == 1
    assert noted.notes[0].startswith(
        "annotations[1] (id 17): num_keypoints is 0, but 2 of the keypoints have a label; as in"
    )
    assert noted.by_category[0].category.people.ignored.tolist() == [False, True]


@pytest.mark.parametrize("boxed", [0, 1])
def test_a_bbox_in_the_results_is_noted(boxed):
    found = [dict(FOUND), dict(FOUND)]
    found[1]["bbox"] = [0, 0, 4, 5]
    if boxed == 0:
        found[0]["bbox"] = [0, 0, 2, 3]
    noted = evaluate_keypoints(TRUTH, found, SIGMAS)
    first = "The first result has a bbox" if boxed == 0 else "The first result has no bbox"
    assert noted.notes[0].startswith(first)
    expected = [6, 20] if boxed == 0 else [4, 4]
    np.testing.assert_array_equal(noted.by_category[0].detections.area, expected)


ODD = (None, True, -1, 3, 1.5, np.nan, np.inf, 1e308, 10**400, "", "x", [], [1], {}, (1, 2))


def places(node, path=()):
    """The path to everything inside nested dicts and lists."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items if isinstance(node, (dict, list)) else ():
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def test_whatever_is_broken_is_evaluated_or_refused_in_a_sentence():
    rng = np.random.default_rng(0)
    evaluated, refusals = 0, []
    for _n in range(400):
        whole = copy.deepcopy([TRUTH, [FOUND, FOUND]])
        paths = [path for path in places(whole) if len(path) > 1]
        *inner, last = paths[rng.integers(len(paths))]
        node = whole
        for key in inner:
            node = node[key]
        if rng.random() < 0.25:
            del node[last]
        else:
            node[last] = ODD[rng.integers(len(ODD))]
        try:
            evaluate_keypoints(*whole, SIGMAS).explain()
            evaluated += 1
        except RecordError as error:
            refusals.append(str(error))
    assert min(evaluated, len(refusals)) > 20
    assert all("{" not in said and len(said) < 300 for said in refusals)


def test_enough_bad_ones_are_tried():
    assert len(BAD_TRUTH) >= 30
    assert len(BAD_RESULTS) + len(BAD_FILES) >= 30
