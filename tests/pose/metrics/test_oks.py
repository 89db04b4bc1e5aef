"""Object keypoint similarity: published values, COCO's rules, the gradient, and what is refused."""

import re

import numpy as np
import pytest

import poolviz as pv
from poolviz.pose import (
    COCO17,
    SKELETONS,
    Skeleton,
    estimate_sigmas,
    keypoint_similarities,
    oks,
    oks_gradient,
    similarity_radius,
)
from poolviz.pose.skeletons import from_category

I = np.arange(17)  # noqa: E741
PERSON = np.stack([100.0 + 10 * I, 200 + 5 * I], axis=1)
SEEN = np.full(17, 2)
ALL = {"area": 10000, "sigmas": COCO17.sigmas, "visibility": SEEN}


def test_worked_example_of_a_shift_by_3_and_minus_4_pixels():
    assert abs(oks(PERSON + np.array([3, -4]), PERSON, **ALL) - 0.8711549523382005) <= 1e-15


def test_two_points_of_17_far_off_leave_15_seventeenths():
    pred = PERSON.copy()
    pred[15:] = 0
    assert oks(pred, PERSON, **ALL) == 15 / 17


def test_occluded_counts_like_visible():
    occluded = ALL | {"visibility": np.ones(17)}
    assert oks(PERSON + 5, PERSON, **occluded) == oks(PERSON + 5, PERSON, **ALL)


def test_one_two_and_three_sigmas_away():
    for times, expected in ((1, np.exp(-1 / 8)), (2, np.exp(-1 / 2)), (3, np.exp(-9 / 8))):
        shift = times * np.array(COCO17.sigmas)[:, None] * [100, 0]
        np.testing.assert_allclose(keypoint_similarities(PERSON + shift, PERSON, **ALL), expected)


def test_an_unlabelled_keypoint_costs_nothing_and_is_not_a_number():
    v = SEEN.copy()
    v[3] = 0
    pred = PERSON.copy()
    pred[3] += 1000
    assert oks(pred, PERSON, 10000, COCO17.sigmas, v) == 1
    terms = keypoint_similarities(pred, PERSON, 10000, COCO17.sigmas, v)
    np.testing.assert_array_equal(np.isnan(terms), v == 0)


def test_a_person_without_labels_is_the_box_enlarged_three_times():
    none = {"area": 100, "sigmas": [0.5, 0.5], "visibility": [0, 0], "bbox": [10, 20, 4, 2]}
    gt = np.zeros((2, 2))
    assert oks([[6, 18], [18, 24]], gt, **none) == 1
    # 3 left of the enlarged box and 4 above it: d = 5, k = 1, s² = 100
    terms = keypoint_similarities([[3, 14], [12, 21]], gt, **none)
    np.testing.assert_allclose(terms, [np.exp(-25 / 200), 1], rtol=1e-14)


def test_people_broadcast_to_a_matrix():
    rng = np.random.default_rng(0)
    pred, gt = rng.normal(0, 3, (5, 17, 2)), rng.normal(0, 3, (3, 17, 2))
    area, v = rng.uniform(50, 500, 3), rng.integers(0, 3, (3, 17))
    v[1] = 0
    box = np.abs(rng.normal(0, 2, (3, 4)))
    matrix = oks(pred[:, None], gt, area, COCO17.sigmas, v, box)
    assert matrix.shape == (5, 3)
    each = [[oks(p, gt[j], area[j], COCO17.sigmas, v[j], box[j]) for j in range(3)] for p in pred]
    np.testing.assert_array_equal(matrix, each)


def test_similarity_depends_on_the_distance_relative_to_the_scale():
    moved = oks(PERSON + np.array([3, 0]), PERSON, **ALL)
    larger = oks(7 * PERSON + [0.03 * 700, 0], 7 * PERSON, 490000, COCO17.sigmas, SEEN)
    np.testing.assert_allclose(moved, larger, rtol=1e-12)
    f, k = 0.03, 2 * np.array(COCO17.sigmas)
    np.testing.assert_allclose(moved, np.exp(-(f**2) / (2 * k**2)).mean(), rtol=1e-12)


def test_an_area_of_zero_asks_for_equality():
    assert oks(PERSON, PERSON, 0, COCO17.sigmas, SEEN) == 1
    assert oks(PERSON + 1e-3, PERSON, 0, COCO17.sigmas, SEEN) == 0


@pytest.mark.parametrize("labels", ["some", "none"])
def test_gradient_against_central_differences(labels):
    rng = np.random.default_rng(1)
    gt = rng.normal(0, 20, (4, 17, 2))
    v = np.zeros((4, 17)) if labels == "none" else rng.integers(0, 3, (4, 17)).clip(0, 2)
    pred = gt + rng.normal(0, 4, gt.shape)
    given = (gt, np.full(4, 900.0), COCO17.sigmas, v, np.tile([0.0, 0, 5, 5], (4, 1)))
    slope = oks_gradient(pred, *given)
    h = 1e-5
    for i, axis in ((0, 0), (5, 1), (16, 0)):
        step = np.zeros((17, 2))
        step[i, axis] = h
        numeric = (oks(pred + step, *given) - oks(pred - step, *given)) / (2 * h)
        # rounding of 1e-16 over a step of 1e-5, and the square of the step
        np.testing.assert_allclose(slope[:, i, axis], numeric, atol=1e-9)


def test_gradient_is_steepest_at_d_equal_to_k_s():
    d = np.linspace(0, 30, 3001)
    pred = np.zeros((3001, 1, 2))
    pred[:, 0, 0] = d
    pull = -oks_gradient(pred, np.zeros((1, 2)), 100, [0.5], [1])[:, 0, 0]
    assert d[pull.argmax()] == 10


def test_gradient_is_finite_far_away_and_at_area_zero():
    for far, area in ((1e200, 100), (1.0, 0)):
        slope = oks_gradient([[far, 0]], [[0, 0]], area, [0.1], [2])
        np.testing.assert_array_equal(slope, [[0, 0]])


@pytest.mark.parametrize(("t", "factor"), [(0.5, 1.17741), (0.85, 0.57012), (1, 0)])
def test_radius_where_the_similarity_is_t(t, factor):
    r = similarity_radius(t, 400, COCO17.sigmas)
    np.testing.assert_allclose(r, factor * 2 * np.array(COCO17.sigmas) * 20, rtol=1e-5)
    shifted = PERSON + np.stack([r, np.zeros(17)], axis=1)
    np.testing.assert_allclose(
        keypoint_similarities(shifted, PERSON, 400, COCO17.sigmas, SEEN), t, rtol=1e-12
    )


def test_estimated_sigmas_are_the_radial_spread_in_units_of_the_scale():
    rng = np.random.default_rng(2)
    area = rng.uniform(500, 50000, 4000)
    tau = np.array([0.02, 0.05, 0.1])
    noise = rng.normal(0, 1, (4000, 3, 3, 2)) * tau[:, None] * np.sqrt(area)[:, None, None, None]
    truth = rng.uniform(0, 500, (4000, 3, 2))
    # 8000 independent squares: a relative error of about 0.6 per cent
    estimate = estimate_sigmas(truth[:, None] + noise, area)
    np.testing.assert_allclose(estimate, tau * np.sqrt(2), rtol=0.025)
    known = estimate_sigmas(truth[:, None] + noise, area, reference=truth)
    np.testing.assert_allclose(known, tau * np.sqrt(2), rtol=0.025)


def test_estimated_sigmas_leave_out_what_is_not_labelled():
    points = np.array([[[[0, 0]], [[6, 8]], [[999, 999]]]])
    seen = np.array([[[2], [1], [0]]])
    assert estimate_sigmas(points, [5000], seen) == pytest.approx([0.1], abs=1e-15)


REFUSED = [
    ({"pred": [[np.nan, 0]]}, "pred must be finite"),
    ({"gt": [[0, np.inf]]}, "gt must be finite"),
    ({"pred": [[0, 0, 1]]}, "pred must be (..., 1, 2)"),
    ({"gt": [[0, 0], [1, 1]]}, "gt must be (..., 1, 2), as there are 1 sigmas"),
    ({"area": -1}, "area must be not negative"),
    ({"area": np.nan}, "area must be finite"),
    ({"sigmas": [0.0]}, "sigmas must be one number above 0"),
    ({"sigmas": 0.1}, "sigmas must be one number above 0"),
    ({"sigmas": ["a"]}, "sigmas must be an array of numbers"),
    ({"visibility": [1, 1]}, "visibility must be (..., 1)"),
    ({"visibility": [0]}, "bbox is needed"),
    ({"visibility": [0], "bbox": [0, 0, 1]}, "bbox must be (..., 4)"),
    ({"visibility": [0], "bbox": [0, 0, -1, 1]}, "bbox must be (..., 4)"),
    ({"area": [1, 2], "visibility": [[1], [1], [1]]}, "must broadcast over people"),
]


@pytest.mark.parametrize(("change", "sentence"), REFUSED, ids=[r[1] for r in REFUSED])
def test_wrong_arguments_are_named(change, sentence):
    right = {"pred": [[0, 0]], "gt": [[0, 0]], "area": 1, "sigmas": [0.1], "visibility": [1]}
    for function in (oks, keypoint_similarities, oks_gradient):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            function(**right | change)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (([[0, 0]], [1]), "annotations must be (people, annotators, K, 2)"),
        ((np.zeros((2, 2, 1, 2)), [1]), "area must be 2 numbers"),
        ((np.zeros((1, 2, 1, 2)), [0]), "area must be 1 numbers above 0"),
        ((np.zeros((1, 2, 1, 2)), [1], np.ones((1, 2))), "visibility must be (1, 2, 1)"),
        ((np.zeros((1, 2, 1, 2)), [1], None, np.ones((1, 2))), "reference must be (1, 1, 2)"),
        ((np.zeros((1, 1, 1, 2)), [1]), "keypoint 0 is nowhere annotated twice"),
        (
            (np.zeros((1, 2, 2, 2)), [1], [[[1, 0], [1, 0]]], np.zeros((1, 2, 2))),
            "keypoint 1 is nowhere annotated at all",
        ),
    ],
)
def test_sigmas_that_cannot_be_estimated(given, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        estimate_sigmas(*given)


def test_oks_is_public():
    assert pv.oks is oks


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda s: s.title)
def test_mirrors_are_mutual_and_limbs_differ(skeleton):
    mirror = np.array(skeleton.mirror)
    np.testing.assert_array_equal(mirror[mirror], np.arange(skeleton.size))
    sided = [i for i, name in enumerate(skeleton.names) if "left" in name or "right" in name]
    assert all(mirror[i] != i for i in sided)
    assert len({frozenset(edge) for edge in skeleton.edges}) == len(skeleton.edges)
    if skeleton.sigmas is not None:
        sigmas = np.array(skeleton.sigmas)
        np.testing.assert_array_equal(sigmas, sigmas[mirror])


def test_a_category_brings_its_skeleton():
    made = from_category(
        {"name": "person", "keypoints": list(COCO17.names), "skeleton": [[16, 14]]}
    )
    assert made.sigmas == COCO17.sigmas
    assert made.edges == ((15, 13),)
    assert made.mirror == COCO17.mirror


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"names": ()}, "names must be"),
        ({"names": ("a", "a")}, "names must be"),
        ({"names": ("a",), "sigmas": (0.1, 0.2)}, "sigmas must be 1 numbers"),
        ({"names": ("a",), "sigmas": (-0.1,)}, "sigmas must be 1 numbers"),
        ({"names": ("a",), "edges": ((0, 1),)}, "edges must join keypoints 0 to 0"),
    ],
)
def test_skeletons_that_cannot_be(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        Skeleton(title="mine", **given)
