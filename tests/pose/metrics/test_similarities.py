"""PCK, PCKh and box IoU: worked values, pycocotools' IoU, and what is refused."""

import re

import numpy as np
import pytest
from pycocotools import mask

from poolviz.pose import (
    box_iou,
    box_of_points,
    correct_keypoints,
    head_box,
    keypoint_similarities,
    pck,
    pckh,
    similarity_radius,
)

TRUE = np.zeros((4, 2))
PRED = np.array([[3.0, 4], [0, 4.9], [6, 0], [100, 100]])


def test_pck_counts_the_labelled_points_nearer_than_the_limit():
    # limit .2 · max(10, 25) = 5: the point at 5 is not nearer, the last one is not labelled
    assert pck(PRED, TRUE, [0, 0, 10, 25], [2, 1, 2, 0]) == 1 / 3
    assert pck(PRED, TRUE, [0, 0, 10, 25], [2, 1, 2, 0], alpha=0.21) == 2 / 3
    assert np.isnan(pck(PRED, TRUE, [0, 0, 10, 25], [0, 0, 0, 0]))


def test_pckh_takes_six_tenths_of_the_diagonal_of_the_head():
    # head 30 x 40: .5 · .6 · 50 = 15
    pred = np.array([[14.9, 0], [15.1, 0], [0, 0], [0, 0]])
    assert pckh(pred, TRUE, [0, 0, 30, 40], [2, 2, 2, 2]) == 0.75


def test_people_broadcast():
    shares = pck(PRED, np.stack([TRUE, TRUE + 1000]), [[0, 0, 10, 25], [0, 0, 9, 9]], np.ones(4))
    np.testing.assert_array_equal(shares, [0.25, 0])


def test_a_similarity_over_one_half_is_pck_with_its_own_radius():
    rng = np.random.default_rng(0)
    pred = rng.normal(0, 10, (200, 1, 2))
    radius = similarity_radius(0.5, 900, 0.1)
    near = correct_keypoints(pred, np.zeros((1, 2)), radius, [1])
    similar = keypoint_similarities(pred, np.zeros((1, 2)), 900, [0.1], [1]) > 0.5
    np.testing.assert_array_equal(near == 1, similar)


def test_box_iou_is_that_of_pycocotools():
    rng = np.random.default_rng(0)
    first, second = (rng.integers(0, 30, (n, 4)).astype(float) for n in (40, 30))
    first[:, 2:] += 1
    second[:, 2:] += 1
    crowd = rng.random(30) < 0.3
    expected = mask.iou(first, second, crowd.astype(int).tolist())
    np.testing.assert_allclose(box_iou(first[:, None], second, crowd), expected, rtol=1e-14)


def test_boxes_without_area_share_nothing():
    assert box_iou([0, 0, 0, 0], [0, 0, 0, 0]) == 0


def test_boxes_around_labelled_points():
    points = [[[1, 2], [4, 6], [9, 9]]] * 2
    box = box_of_points(points, [[2, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(box, [[1, 2, 3, 4], [np.nan] * 4])
    head = head_box(points, [[2, 2, 2], [2, 0, 2]], [0, 1])
    np.testing.assert_array_equal(head, [[1, 2, 3, 4], [np.nan] * 4])


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: pck(PRED, TRUE, [0, 0, 1], np.ones(4)), "bbox must be (..., 4)"),
        (lambda: pck(PRED, TRUE, [0, 0, -1, 1], np.ones(4)), "bbox must be (..., 4)"),
        (lambda: pck(PRED, TRUE, [0, 0, 1, 1], np.ones(3)), "pred must be (..., K, 2) with K = 3"),
        (lambda: pck(PRED, TRUE, [0, 0, 1, 1], np.ones(4), alpha=0), "alpha must be finite and"),
        (lambda: pckh(PRED, TRUE, [0, 0, np.nan, 1], np.ones(4)), "head must be finite"),
        (lambda: box_iou([0, 0, 1, 1], [0, 0, 1, -1]), "second must be (..., 4)"),
        (lambda: correct_keypoints(PRED, TRUE, np.nan, np.ones(4)), "limit must be finite"),
    ],
)
def test_wrong_arguments_are_named(ask, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        ask()
