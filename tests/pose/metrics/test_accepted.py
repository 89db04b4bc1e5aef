"""What pycocotools evaluates is evaluated, however odd, with the same ten numbers."""

import copy
import warnings

import numpy as np
import pytest
from pycocotools import mask

from poolviz.pose import RecordError, evaluate_keypoints
from poolviz.pose.coco.masks import mask_area
from poolviz.pose.skeletons import CROWDPOSE
from tests.pose.datasets import by_pycocotools, random_dataset

PERSON = {
    "id": 17,
    "image_id": 5,
    "category_id": 1,
    "area": 900.0,
    "bbox": [0, 0, 30, 30],
    "iscrowd": 0,
    "num_keypoints": 3,
    "keypoints": [1, 2, 2, 13, 14, 1, 25, 6, 2],
}
OTHER = PERSON | {"id": 18, "keypoints": [11, 12, 2, 3, 4, 2, 5, 26, 2]}
FOUND = {"image_id": 5, "category_id": 1, "keypoints": [1, 3, 1, 15, 14, 1, 25, 6, 1], "score": 0.5}
SECOND = FOUND | {"keypoints": [11, 12, 1, 3, 5, 1, 9, 26, 1], "score": 0.4}
TRUTH = {
    "images": [{"id": 5}, {"id": 6}],
    "categories": [{"id": 1, "name": "stick", "keypoints": ["a", "b", "c"]}],
    "annotations": [PERSON, OTHER],
}
SIGMAS = [0.05, 0.06, 0.07]
BARE = OTHER | {"keypoints": [], "num_keypoints": 0}


def people(*annotations: dict) -> tuple[dict, list]:
    return TRUTH | {"annotations": list(annotations)}, [FOUND, SECOND]


def second(**change) -> tuple[dict, list]:
    return people(PERSON, OTHER | change)


def found(*results: dict) -> tuple[dict, list]:
    return TRUTH, list(results)


def category(**change) -> tuple[dict, list]:
    return TRUTH | {"categories": [TRUTH["categories"][0] | change]}, [FOUND, SECOND]


def images(*records: dict) -> tuple[dict, list]:
    return TRUTH | {"images": list(records)}, [FOUND, SECOND]


MASKED = {"segmentation": {"size": [40, 50], "counts": "Y`0f0R1F"}}

ODD = {
    "visibility .31 is labelled": (
        second(keypoints=[11, 12, 0.31, 3, 4, 0.85, 5, 26, 0]),
        "annotations[1] (id 18): the visibility of keypoint 0 is 0.31",
    ),
    "visibility -1 is not": (
        second(keypoints=[11, 12, -1, 3, 4, 2, 5, 26, 2]),
        "annotations[1] (id 18): the visibility of keypoint 0 is -1",
    ),
    "visibility 3 is labelled": (
        second(keypoints=[11, 12, 3, 3, 4, 2, 5, 26, 2]),
        "annotations[1] (id 18): the visibility of keypoint 0 is 3",
    ),
    "nobody's keypoints": (people(PERSON, BARE), None),
    "a person without keypoints who counts": (
        people(PERSON, BARE | {"num_keypoints": 3}),
        "annotations[1] (id 18): num_keypoints is 3, but 0",
    ),
    "unlabelled keypoints of another number": (
        people(PERSON, BARE | {"keypoints": [0] * 12}),
        None,
    ),
    "a box inside out": (
        people(PERSON, BARE | {"bbox": [40, 40, -30, -20]}),
        "annotations[1] (id 18): a side of bbox is negative",
    ),
    "a box of five numbers": (second(bbox=[0, 0, 9, 9, 1]), None),
    "a negative area": (second(area=-900), "annotations[1] (id 18): area is negative"),
    "a truth value as a number": (second(keypoints=[True, 12, 2, 3, 4, 2, 5, 26, 2]), None),
    "iscrowd 2": (second(iscrowd=2), "annotations[1] (id 18): iscrowd is 2"),
    "iscrowd .5 is ignored and no crowd": (
        second(iscrowd=0.5),
        "annotations[1] (id 18): iscrowd is 0.5",
    ),
    "iscrowd as text": (second(iscrowd="0"), "annotations[1] (id 18): iscrowd is “0”"),
    "num_keypoints null": (
        second(num_keypoints=None),
        "annotations[1] (id 18): num_keypoints is null",
    ),
    "num_keypoints beyond": (second(num_keypoints=99), "annotations[1] (id 18): num_keypoints"),
    "float ids": (
        (
            {
                "images": [{"id": 5.0}, {"id": 6.5}],
                "categories": [{"id": 1.0}],
                "annotations": [PERSON | {"id": 1.5}, OTHER | {"image_id": 6.5}],
            },
            [FOUND, SECOND | {"image_id": 6.5, "category_id": 1.0}],
        ),
        None,
    ),
    "an id that is null": (second(id=None), None),
    "a doubled person": (
        people(PERSON, OTHER | {"id": 17}),
        "annotations[1] (id 17): id 17 is there already; as in pycocotools, the last",
    ),
    "a doubled person in two images": (
        (
            TRUTH | {"annotations": [PERSON, OTHER, OTHER | {"image_id": 6}]},
            [FOUND, SECOND, SECOND | {"image_id": 6}],
        ),
        "annotations[2] (id 18): id 18 is there already",
    ),
    "a doubled image": (images({"id": 5}, {"id": 5}, {"id": 6}), "images[1]: id 5 is there alr"),
    "a doubled category": (
        (TRUTH | {"categories": TRUTH["categories"] * 2}, [FOUND, SECOND]),
        "categories[1]: id 1 is there already",
    ),
    "a person in no image": (
        second(image_id=99),
        "annotations[1] (id 18): image_id 99 is not in the ground truth",
    ),
    "a person of no category": (
        second(category_id=2),
        "annotations[1] (id 18): category_id 2 is not in the ground truth",
    ),
    "a result of no category": (
        found(FOUND, SECOND | {"category_id": 7}),
        "results[1]: category_id 7 is not in the ground truth",
    ),
    "no annotations": (
        ({k: v for k, v in TRUTH.items() if k != "annotations"}, [FOUND]),
        "The ground truth has no “annotations”",
    ),
    "doubled names": (
        category(keypoints=["a", "a", "b"]),
        "categories (id 1): names are doubled or no text",
    ),
    "names that are no list": (category(keypoints="abc"), "categories (id 1): keypoints is no"),
    "a name too few": (
        category(keypoints=["a", "b"]),
        "categories (id 1): 2 of its keypoints have names, but 3 are compared",
    ),
    "a skeleton counted from 0": (
        category(skeleton=[[0, 1], [1, 2]]),
        "categories (id 1): the skeleton counts from 0",
    ),
    "a skeleton of names": (category(skeleton=[["a", "b"]]), None),
    "a skeleton of nonsense": (
        category(skeleton=[[1, 2], [1, 9], None]),
        "categories (id 1): the limb 1–9 joins no two keypoints and is not drawn. (So in 2",
    ),
    "a skeleton that is a word": (category(skeleton="x"), "categories (id 1): the limb “x” joins"),
    "results without the last visibility": (
        found(FOUND, SECOND | {"keypoints": SECOND["keypoints"][:-1]}),
        None,
    ),
    "one keypoint stands for all": (found(FOUND, SECOND | {"keypoints": [11, 12, 1]}), None),
    "a score that is a truth value": (found(FOUND, SECOND | {"score": True}), None),
    "results with a box of a negative side": (
        found(FOUND | {"bbox": [0, 0, 9, 9]}, SECOND | {"bbox": [0, 0, -9, 9]}),
        "The first result has a bbox",
    ),
    "results with a box need no keypoints where nobody is": (
        found(
            FOUND | {"bbox": [0, 0, 9, 9]},
            {"image_id": 6, "category_id": 1, "score": 1, "bbox": [0, 0, 50, 50]},
        ),
        "results[1]: has no “keypoints”. As nothing is compared with it",
    ),
    "results with masks": (
        found(FOUND | MASKED, SECOND | MASKED),
        "The first result has a segmentation",
    ),
    "a person where nothing is found": (
        second(image_id=6, keypoints=[1, 2, 2]),
        "annotations[1] (id 18): keypoints must have 9 numbers, x, y and visibility of 3",
    ),
    "results where nobody is": (
        found(FOUND, SECOND | {"image_id": 6, "keypoints": [1, 2, 1, 3, 4, None]}),
        "results[1]: keypoints[5] must be a number, got null. As nothing is compared",
    ),
}


def pycocotools_numbers(truth: dict, results: list, sigmas=SIGMAS) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it divides by 0 and overflows where files are odd
        return by_pycocotools(truth, results, sigmas).stats


@pytest.mark.parametrize(("files", "note"), ODD.values(), ids=ODD)
def test_odd_files_give_the_ten_numbers_of_pycocotools(files, note):
    ours = evaluate_keypoints(*copy.deepcopy(files), SIGMAS)
    np.testing.assert_allclose(ours.stats, pycocotools_numbers(*files), rtol=0, atol=1e-12)
    if note is None:
        assert ours.notes == ()
    else:
        assert any(said.startswith(note) for said in ours.notes), ours.notes
    ours.explain()
    ours.errors().gains  # noqa: B018 - what is odd does not stop the questions either
    for image_id in ours.truth.image_ids:
        ours.walk(image_id)


ODD_VALUES = (None, True, 0, -1, 3, 0.31, 1.5, 1e9, 10**400, "", "x", "1", [], [1], {}, (1, 2))
REFUSED = {
    "id must be a number or a text": "pycocotools takes a list of two ids for two",
    "area must be a number, got a list": "NumPy broadcasts a list of one",
    "of one kind": "pycocotools cannot sort ids of two kinds and may read one kind as the other",
    "must be finite and at most 1e100": "a NaN matches everybody, and squares overflow",
    "is empty: at least one": "without a category there is no number, in pycocotools all are -1",
}
"""What is refused although pycocotools gives numbers, which are none that anybody can use."""


def mutated(seed: int) -> tuple[dict, list, np.ndarray | None]:
    """A random data set in which one to three places are odd: a value, a field less, one more."""
    rng = np.random.default_rng(seed)
    truth, results, sigmas = random_dataset(seed % 97)
    for _n in range(rng.integers(1, 4)):
        kind = ("annotations", "annotations", "images", "categories", "results")[rng.integers(5)]
        records = results if kind == "results" else truth[kind]
        record = records[rng.integers(len(records))] if records else {}
        if not record:
            continue
        key = list(record)[rng.integers(len(record))]
        value = ODD_VALUES[rng.integers(len(ODD_VALUES))]
        change = rng.random()
        if change < 0.1:
            del record[key]
        elif change < 0.2:
            records.append(copy.deepcopy(record))
        elif change < 0.5 and isinstance(record[key], list) and record[key]:
            record[key][rng.integers(len(record[key]))] = value
        elif change < 0.6 and isinstance(record[key], list):
            record[key] = record[key][: rng.integers(len(record[key]) + 1)]
        else:
            record[key] = value
    return truth, results, sigmas


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_what_pycocotools_evaluates_is_evaluated_and_all_else_named(first):
    evaluated = 0
    for seed in range(first, first + 100):
        truth, results, sigmas = mutated(seed)
        expected = numbers_or_none(truth, results, sigmas)
        if has_id_0(truth):
            continue
        try:
            ours = evaluate_keypoints(truth, results, sigmas).stats
        except RecordError as refusal:
            ours, said = None, str(refusal)
        if ours is None:
            known = any(why in said for why in REFUSED)
            assert expected is None or known, (seed, said)
        elif expected is not None:
            np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-12, err_msg=str(seed))
            evaluated += 1
    assert evaluated >= 20


def numbers_or_none(truth: dict, results: list, sigmas: np.ndarray | None) -> np.ndarray | None:
    """None where pycocotools fails, of whatever it dies."""
    try:
        return pycocotools_numbers(truth, results, sigmas)
    except Exception:
        return None


def has_id_0(truth: dict) -> bool:
    """pycocotools never finds a person whose id is 0, or reads as 0; here they count."""
    return any(a.get("id") in (0, "0") for a in truth["annotations"])


def test_the_area_of_a_mask_is_that_of_pycocotools():
    rng = np.random.default_rng(0)
    for share in (0, 0.02, 0.5, 0.98, 1):
        pixels = np.asfortranarray(rng.random((37, 41)) < share, dtype=np.uint8)
        packed = mask.encode(pixels)
        for counts in (packed["counts"], packed["counts"].decode()):
            record = {"segmentation": {"size": packed["size"], "counts": counts}}
            assert mask_area(record, "results[0]") == pixels.sum() == mask.area(packed)


def test_what_is_odd_is_said_once_and_counted():
    many = [PERSON | {"id": i, "keypoints": [1, 2, 0.5, 3, 4, 0, 5, 6, 0]} for i in range(1, 6)]
    notes = evaluate_keypoints(TRUTH | {"annotations": many}, [FOUND], SIGMAS).notes
    assert len(notes) == 2
    assert notes[0].startswith("annotations[0] (id 1): the visibility of keypoint 0 is 0.5")
    assert notes[0].endswith("(So in 5 records.)")


def test_limbs_and_names_that_are_drawn():
    odd = category(keypoints=["a", "a", "b"], skeleton=[[0, 1], ["b", "a"], [0, 7]])
    skeleton = evaluate_keypoints(*odd, SIGMAS).truth.categories[0].skeleton
    assert skeleton.names == ("a", "a 2", "b")
    assert skeleton.edges == ((0, 1), (2, 0))


def test_names_of_a_known_set_bring_its_sigmas():
    names = list(CROWDPOSE.names)
    points = np.arange(42.0).tolist()
    truth = TRUTH | {
        "categories": [{"id": 1, "keypoints": names}],
        "annotations": [PERSON | {"keypoints": points, "num_keypoints": 14}],
    }
    near = [FOUND | {"keypoints": [*points[1:], 7]}]
    ours = evaluate_keypoints(truth, near)
    expected = pycocotools_numbers(truth, near, CROWDPOSE.sigmas)
    np.testing.assert_allclose(ours.stats, expected, atol=1e-12)
    assert ours.notes[0].startswith("categories (id 1): the sigmas are those of CrowdPose")
