"""Poses broken on purpose are broken in the way that is said, and made results can be evaluated."""

import numpy as np
import pytest

from poolviz.pose import (
    COCO17,
    evaluate_keypoints,
    invert,
    jitter,
    keypoint_similarities,
    made_results,
    miss,
    oks,
    oks_map,
    read_ground_truth,
    shipped_annotations,
    swap,
)

I = np.arange(17)  # noqa: E741
PERSON = np.stack([100.0 + 10 * I, 200 + 5 * I], axis=1)
SEEN = np.full(17, 2)


def test_jitter_moves_by_so_many_pixels_in_directions_that_stay():
    near, far = jitter(PERSON, 5, seed=3), jitter(PERSON, 10, seed=3)
    np.testing.assert_allclose(np.hypot(*(near - PERSON).T), 5)
    np.testing.assert_allclose(far - PERSON, 2 * (near - PERSON))
    assert not np.allclose(jitter(PERSON, 5, seed=4), near)


def test_only_the_chosen_keypoints_are_broken():
    other = PERSON + 500
    for broken in (
        jitter(PERSON, 5, keypoints=[9]),
        invert(PERSON, COCO17.mirror, [9]),
        swap(PERSON, other, [9]),
        miss(PERSON, 1000, COCO17.sigmas, [9]),
    ):
        changed = (broken != PERSON).any(axis=1)
        np.testing.assert_array_equal(np.flatnonzero(changed), [9])


def test_inversion_twice_is_nothing():
    once = invert(PERSON, COCO17.mirror)
    np.testing.assert_array_equal(once[[5, 6]], PERSON[[6, 5]])
    np.testing.assert_array_equal(once[0], PERSON[0])
    np.testing.assert_array_equal(invert(once, COCO17.mirror), PERSON)


def test_a_miss_has_the_similarity_that_is_asked():
    broken = miss(PERSON, 900, COCO17.sigmas, similarity=0.2)
    terms = keypoint_similarities(broken, PERSON, 900, COCO17.sigmas, SEEN)
    np.testing.assert_allclose(terms, 0.2, rtol=1e-12)


def test_the_map_has_its_peak_at_the_true_place():
    pred = jitter(PERSON, 8)
    x, y = np.arange(180, 201.0), np.arange(235, 256.0)
    field = oks_map(pred, PERSON, 5000, COCO17.sigmas, SEEN, 9, x, y)
    assert field.shape == (21, 21)
    row, col = np.unravel_index(field.argmax(), field.shape)
    np.testing.assert_array_equal([x[col], y[row]], PERSON[9])
    pred[9] = x[3], y[14]
    assert field[14, 3] == oks(pred, PERSON, 5000, COCO17.sigmas, SEEN)


def test_made_results_without_noise_are_perfect_and_worse_with_more():
    truth = read_ground_truth(shipped_annotations())
    ap = [
        evaluate_keypoints(shipped_annotations(), made_results(truth, noise)).stats[0]
        for noise in (0, 1, 3, 6)
    ]
    # positions are rounded to hundredths of a pixel, which the smallest person can notice
    assert ap[0] == pytest.approx(1, abs=1e-12)
    assert ap == sorted(ap, reverse=True)
    assert ap[3] < 0.4


def test_made_results_are_a_fact_of_the_seed_and_hold_the_mistakes_that_were_asked():
    truth = read_ground_truth(shipped_annotations())
    assert made_results(truth, seed=1) == made_results(truth, seed=1)
    assert made_results(truth, seed=1) != made_results(truth, seed=2)
    assert len(made_results(truth, background=2)) == len(made_results(truth)) + 8
    assert made_results(truth, missed=1) == []
    flipped = made_results(truth, noise=0, inverted=1)
    errors = evaluate_keypoints(shipped_annotations(), flipped).errors()
    assert errors.counts["inversion"] > 50


def test_sizes_of_images_are_read_where_they_are():
    truth = read_ground_truth(shipped_annotations())
    assert truth.sizes[truth.image_of[785]] == (640, 425)
    bare = {"images": [{"id": 1, "width": "x"}], "categories": [{"id": 1}], "annotations": []}
    assert read_ground_truth(bare).sizes == (None,)
