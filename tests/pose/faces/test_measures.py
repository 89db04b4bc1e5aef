"""NME by three normalisers, the curve of errors and its area, failures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolviz.pose.faces import (
    NORMALISERS,
    ced,
    ced_area,
    failure_rate,
    normalised_errors,
    normaliser_length,
)
from tests.pose.faces.test_align import B, turned

OFF = B + np.array([(0.5, 0), (0, 0.5), (0.3, 0.4), (-0.5, 0), (0, -0.5)])
"""Every landmark half a pixel off."""
FIVE = (0.02, 0.03, 0.05, 0.08, 0.12)


@pytest.mark.parametrize(
    ("normaliser", "expected"), [("eyes", 0.05), ("box", 0.039049), ("diagonal", 0.027603)]
)
def test_one_face_has_three_errors(normaliser, expected):
    assert normalised_errors(OFF, B, normaliser) == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize("normaliser", NORMALISERS)
def test_the_error_is_the_mean_distance_over_the_length(normaliser):
    length = normaliser_length(B, normaliser)
    assert normalised_errors(OFF, B, normaliser) == pytest.approx(0.5 / length)


def test_the_lengths_by_hand():
    face = [(0, 0), (3, 4), (0, 4), (1, 1), (2, 2)]
    expected = {"eyes": 5, "box": np.sqrt(12), "diagonal": 5}
    assert {by: normaliser_length(face, by) for by in NORMALISERS} == pytest.approx(expected)


def test_eyes_may_be_the_means_of_several():
    face = [(0, 0), (2, 0), (10, 0), (12, 0), (5, 5)]
    assert normaliser_length(face, "eyes", ((0, 1), (2, 3))) == 10
    moved = np.add(face, (1, 0))
    assert normalised_errors(moved, face, "eyes", ((0, 1), (2, 3))) == pytest.approx(0.1)


@given(st.floats(0.1, 10), st.floats(-180, 180), st.sampled_from(NORMALISERS))
@settings(max_examples=40, deadline=None)
def test_a_larger_picture_has_the_same_error(scale, degrees, normaliser):
    if normaliser != "eyes":
        degrees = 0  # a box turns with the picture's axes, not with the face
    true, found = (turned(points, scale, degrees, (3, 4)) for points in (B, OFF))
    expected = normalised_errors(OFF, B, normaliser)
    assert normalised_errors(found, true, normaliser) == pytest.approx(expected, rel=1e-9)


def test_in_profile_the_eyes_explode_and_the_box_does_not():
    errors = {by: [] for by in NORMALISERS}
    for yaw in (0, 60, 80, 89):
        true = B * [np.cos(np.deg2rad(yaw)), 1]
        for by, each in errors.items():
            each.append(normalised_errors(np.add(true, (0.5, 0)), true, by))
    upright = turned(B, 1, -30, (0, 0))
    narrow = upright * [1e-4, 1]
    assert normalised_errors(np.add(narrow, (0.5, 0)), narrow, "eyes") > 100
    assert normalised_errors(np.add(narrow, (0.5, 0)), narrow, "diagonal") < 0.1
    assert errors["eyes"] == sorted(errors["eyes"])


@pytest.mark.parametrize("normaliser", ["eyes", "box"])
def test_a_face_without_that_length_is_refused(normaliser):
    profile = [(0, y) for y in (0, 0, 2, 4, 4)]
    assert normaliser_length(profile, normaliser) == 0
    with pytest.raises(ValueError, match="must give a length above 0 to divide by"):
        normalised_errors(profile, profile, normaliser)
    assert normalised_errors(profile, profile, "diagonal") == 0


def test_another_normaliser_is_refused():
    for measure in (lambda: normaliser_length(B, "head"), lambda: normalised_errors(B, B, "head")):
        with pytest.raises(ValueError, match=r"normaliser must be one of .*, got 'head'"):
            measure()


class TestCurve:
    def test_area_and_failures(self):
        assert ced_area(FIVE) == pytest.approx(0.44, abs=1e-12)
        assert failure_rate(FIVE) == 0.2

    def test_the_curve_is_a_staircase_that_includes_its_edge(self):
        at = [0, 0.02, 0.0299, 0.05, 0.1, 1]
        np.testing.assert_allclose(ced(FIVE, at), [0, 0.2, 0.2, 0.6, 0.8, 1])

    def test_the_failure_rate_is_what_the_curve_lacks_at_its_end(self):
        assert failure_rate(FIVE) == pytest.approx(1 - float(ced(FIVE, 0.1)))
        assert failure_rate([0.1]) == 0

    @given(st.lists(st.floats(0, 0.3), min_size=1, max_size=12))
    @settings(max_examples=30, deadline=None)
    def test_the_area_is_that_under_the_curve(self, errors):
        at = (np.arange(4000) + 0.5) / 40_000
        # the mean over 4000 middles: each step of the curve is at most half a cell off
        assert ced_area(errors) == pytest.approx(float(ced(errors, at).mean()), abs=1.3e-4)

    @pytest.mark.parametrize("measure", [ced_area, failure_rate, lambda e: ced(e, 0.1)])
    @pytest.mark.parametrize("errors", [[], [-0.1], [np.nan]])
    def test_no_faces(self, measure, errors):
        with pytest.raises(ValueError, match="errors must be"):
            measure(errors)

    def test_a_limit_is_above_0(self):
        with pytest.raises(ValueError, match="limit must be finite and above 0, got 0"):
            ced_area(FIVE, 0)
