"""Target maps: rows and crossings worked out by hand, and who is not in them."""

import numpy as np
import pytest

from poolviz.pose.maps import (
    affinity_fields,
    background,
    body18,
    heat_maps,
    limb_masks,
    to_cells,
    to_pixels,
)
from poolviz.pose.parser import find_peaks

TWO = np.array([[[4.0, 0.0]], [[8.0, 0.0]]])
CROSSED = np.array([[[2.0, 2.0], [10.0, 10.0]], [[10.0, 2.0], [2.0, 10.0]]])
BOTH = np.ones((2, 2), dtype=bool)
ROW = {
    "max": (0.135335, 0.324652, 0.606531, 0.882497, 1, 0.882497, 0.606531),
    "sum": (0.135671, 0.32684, 0.61764, 0.926434, 1, 1, 1),
}


@pytest.mark.parametrize(("heat", "peaks"), [("max", 2), ("sum", 0)])
def test_a_row_with_two_people(heat: str, peaks: int) -> None:
    row = heat_maps(TWO, np.ones((2, 1)), (1, 13), 2.0, heat)[0, 0]
    half = ROW[heat]
    # The golden numbers are given to six digits.
    np.testing.assert_allclose(row, (*half, *half[-2::-1]), atol=5e-7)
    assert len(find_peaks(row[None, None], peaks="strict")[0]) == peaks


def test_two_gaussians_two_sigmas_apart_would_sum_above_one() -> None:
    one = heat_maps(TWO[:1], np.ones((1, 1)), (1, 13), 2.0)[0, 0, 6]
    np.testing.assert_allclose(2 * one, 1.213, atol=5e-4)


def test_the_background_is_what_no_joint_takes() -> None:
    maps = heat_maps(CROSSED, BOTH, (13, 13), 1.0)
    assert background(maps)[2, 2] == 0
    np.testing.assert_allclose(background(maps)[0, 6], 1 - maps[:, 0, 6].max())


def test_an_unlabelled_joint_is_in_no_map() -> None:
    seen = np.array([[True, False], [True, True]])
    maps = heat_maps(CROSSED, seen, (13, 13), 1.0)
    assert maps[1, 10, 10] < 1e-6
    assert maps[1, 10, 2] == 1
    field = affinity_fields(CROSSED, seen, [(0, 1)], (13, 13), 1.0)
    assert field[0, :, 4, 4].tolist() == [0, 0]
    np.testing.assert_allclose(field[0, :, 8, 4], [-(0.5**0.5), 0.5**0.5])


@pytest.mark.parametrize(
    ("overlap", "x", "length"), [("mean", 0.0, 0.7071068), ("last", -0.7071068, 1.0)]
)
def test_where_arms_cross(overlap: str, x: float, length: float) -> None:
    at = affinity_fields(CROSSED, BOTH, [(0, 1)], (13, 13), 1.0, "box", overlap)[0, :, 6, 6]
    np.testing.assert_allclose(at, (x, 0.7071068), atol=1e-7)
    np.testing.assert_allclose(np.hypot(*at), length, atol=1e-7)


@pytest.mark.parametrize(("clip", "cells"), [("along", 45), ("box", 57)])
def test_cells_that_crossed_arms_cover(clip: str, cells: int) -> None:
    covered, _unit = limb_masks(CROSSED, BOTH, [(0, 1)], (13, 13), 1.0, clip)
    assert np.count_nonzero(covered.any(axis=0)) == cells


def test_a_limb_of_no_length_gives_zeros_and_not_nan() -> None:
    field = affinity_fields([[[3.0, 3.0], [3.0, 3.0]]], [[1, 1]], [(0, 1)], (7, 7), 1.0)
    np.testing.assert_array_equal(field, 0)


def test_a_neck_needs_both_shoulders() -> None:
    points, seen = np.zeros((2, 17, 2)), np.ones((2, 17), dtype=bool)
    points[:, 5], points[:, 6], seen[1, 6] = (4, 2), (8, 6), False
    body, has = body18(points, seen)
    assert body[0, 1].tolist() == [6, 4]
    assert has[:, 1].tolist() == [True, False]


def test_cells_and_pixels_are_each_others_way_back() -> None:
    assert to_cells([0, 3.5, 7], 8).tolist() == [-0.4375, 0.0, 0.4375]
    np.testing.assert_allclose(to_pixels(to_cells([0.3, 17.0], 8), 8), [0.3, 17.0], atol=1e-12)


def test_what_cannot_be_drawn_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="sigma must be above 0"):
        heat_maps(TWO, np.ones((2, 1)), (1, 13), 0.0)
    with pytest.raises(ValueError, match="heat must be one of"):
        heat_maps(TWO, np.ones((2, 1)), (1, 13), 1.0, "mean")
    with pytest.raises(ValueError, match="overlap must be one of"):
        affinity_fields(CROSSED, BOTH, [(0, 1)], (13, 13), 1.0, "box", "first")
    with pytest.raises(ValueError, match="clip must be one of"):
        limb_masks(CROSSED, BOTH, [(0, 1)], (13, 13), 1.0, "round")
    with pytest.raises(ValueError, match="width must be at least 0"):
        limb_masks(CROSSED, BOTH, [(0, 1)], (13, 13), -1.0)
    with pytest.raises(ValueError, match="stride must be at least 1"):
        to_cells([0.0], 0)
