"""EPE, NME and MPJPE: worked values, a slow form point by point, what does not change them."""

import math
import re

import numpy as np
import pytest

from poolviz.pose import epe, mpjpe, nme

FACE = [[10, 10], [30, 10], [20, 20], [0, 0]]
SEEN = [2, 1, 2, 0]
FOUND = [[13, 14], [30, 10], [20, 25], [99, 99]]  # 5, 0 and 5 off; the last is not labelled


def by_hand(pred, gt, seen):
    """The definition, one point after the other."""
    off = [math.dist(p, g) for p, g, v in zip(pred, gt, seen, strict=True) if v > 0]
    return sum(off) / len(off)


def test_the_mean_distance_of_the_labelled_points():
    assert epe(FOUND, FACE, SEEN) == pytest.approx(10 / 3, rel=1e-15)
    assert epe(FOUND[:3], FACE[:3]) == pytest.approx(10 / 3, rel=1e-15)
    assert np.isnan(epe(FOUND, FACE, [0, 0, 0, 0]))


@pytest.mark.parametrize(
    ("normaliser", "length"),
    [
        ({"eyes": (0, 1)}, 20),
        ({"eyes": ([0, 2], 1)}, math.dist((15, 15), (30, 10))),
        ({"bbox": [7, 8, 30, 40]}, 50),
        ({"area": 400}, 20),
    ],
)
def test_the_normaliser_is_what_is_said(normaliser, length):
    assert nme(FOUND, FACE, SEEN, **normaliser) == pytest.approx(10 / 3 / length, rel=1e-15)


def test_the_eyes_are_those_of_the_truth():
    assert nme(FOUND, FACE, SEEN, eyes=(0, 1)) != nme(FACE, FOUND, SEEN, eyes=(0, 1))
    assert np.isnan(nme(FOUND, FACE, SEEN, eyes=(0, 3)))


def test_nme_does_not_know_the_size_of_a_picture():
    twice = 2 * np.array(FOUND), 2 * np.array(FACE), SEEN
    for small, large in (
        ({"eyes": (0, 1)}, {"eyes": (0, 1)}),
        ({"bbox": [7, 8, 30, 40]}, {"bbox": [14, 16, 60, 80]}),
        ({"area": 400}, {"area": 1600}),
    ):
        assert nme(*twice, **large) == pytest.approx(nme(FOUND, FACE, SEEN, **small), rel=1e-14)


@pytest.mark.parametrize("dimension", [1, 2, 3, 4])
def test_any_dimension_and_many_people(dimension):
    rng = np.random.default_rng(dimension)
    pred, gt = rng.normal(0, 100, (2, 5, 7, dimension))
    seen = rng.integers(0, 3, (5, 7))
    seen[:, 2] = 1
    plain = [by_hand(*one) for one in zip(pred, gt, seen, strict=True)]
    np.testing.assert_allclose(epe(pred, gt, seen), plain, rtol=1e-13)
    np.testing.assert_allclose(mpjpe(pred, gt, seen), plain, rtol=1e-13)
    aligned = [by_hand(p - p[2], g - g[2], v) for p, g, v in zip(pred, gt, seen, strict=True)]
    np.testing.assert_allclose(mpjpe(pred, gt, seen, root=2), aligned, rtol=1e-13)
    matrix = [[by_hand(p, g, v) for g, v in zip(gt, seen, strict=True)] for p in pred]
    np.testing.assert_allclose(epe(pred[:, None], gt[None], seen), matrix, rtol=1e-13)


def test_a_root_takes_out_where_the_person_stands_and_its_own_error_counts_as_0():
    rng = np.random.default_rng(0)
    gt = rng.normal(0, 500, (17, 3))
    pred = gt + rng.normal(0, 30, (17, 3))
    moved = mpjpe(pred + np.array([1000, -200, 30]), gt, root=0)
    assert moved == pytest.approx(mpjpe(pred, gt, root=0), rel=1e-12)
    assert mpjpe(gt + np.array([3, 4, 0]), gt) == pytest.approx(5, rel=1e-12)
    assert mpjpe(gt + np.array([3, 4, 0]), gt, root=0) == pytest.approx(0, abs=1e-12)
    assert mpjpe([[0.0], [6.0]], [[0.0], [0.0]], root=0) == 3


def test_the_root_may_be_the_middle_of_both_hips():
    gt, pred = np.zeros((3, 2)), np.array([[2.0, 0], [4, 0], [3, 7]])
    # the middle of the first two is (3, 0): what is left is (-1, 0), (1, 0), (0, 7)
    assert mpjpe(pred, gt, root=[0, 1]) == 3
    assert np.isnan(mpjpe(pred, gt, [2, 0, 2], root=[0, 1]))


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: epe([1, 2], [1, 2]), "pred must be (..., K, D)"),
        (lambda: epe([[1, 2]], [[1, 2, 3]]), "gt must be (..., 1, 2) as pred, got (1, 3)"),
        (lambda: epe([[1, 2]], [[1, 2]], [1, 1]), "visibility must be (..., 1) as pred"),
        (lambda: epe([[1, np.nan]], [[1, 2]]), "pred must be finite"),
        (lambda: epe(np.zeros((2, 1, 2)), np.zeros((3, 1, 2))), "must broadcast over people"),
        (lambda: nme(FOUND, FACE), "exactly one of eyes, bbox and area"),
        (lambda: nme(FOUND, FACE, area=4, bbox=[0, 0, 1, 1]), "exactly one of eyes, bbox and"),
        (lambda: nme(FOUND, FACE, area=0), "area must give a length above 0"),
        (lambda: nme(FOUND, FACE, area=-4), "area must give a length above 0"),
        (lambda: nme(FOUND, FACE, bbox=[0, 0, 0, 0]), "bbox must give a length above 0"),
        (lambda: nme(FOUND, FACE, bbox=[0, 0, 1]), "bbox must be (..., 4)"),
        (lambda: nme(FOUND, FACE, eyes=(1, 1)), "eyes must give a length above 0"),
        (lambda: nme(FOUND, FACE, eyes=(0, 4)), "eyes must be keypoints from 0 to 3, got 4"),
        (lambda: mpjpe(FOUND, FACE, root=-1), "root must be keypoints from 0 to 3, got -1"),
        (lambda: mpjpe(FOUND, FACE, root=0.5), "root must be keypoints from 0 to 3, got 0.5"),
    ],
)
def test_wrong_arguments_are_named(ask, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        ask()
