"""A point out of many views: exact without noise, robust against two that lie."""

import numpy as np
import pytest

from poolviz.pose.views import agreed, expected_error, project, residuals, ring, triangulate
from poolviz.pose.views.cameras import looking_at

X = np.array([0.1, 1.2, -0.05])


def two_lie() -> tuple[np.ndarray, np.ndarray]:
    """Six cameras, and what they see with views 2 and 4 moved."""
    cameras = ring(6)
    seen = project(cameras, X)
    seen[2] += (80, -40)
    seen[4] += (-60, 90)
    return cameras, seen


@pytest.mark.parametrize("views", [(0, 1), (0, 3), (1, 2, 4), (0, 1, 2, 3, 4, 5)])
def test_views_without_noise_give_the_point(views):
    cameras = ring(6)[list(views)]
    np.testing.assert_allclose(triangulate(cameras, project(cameras, X)), X, atol=1e-9)


def test_two_lying_views_of_six_cannot_be_averaged_away():
    point = triangulate(*two_lie())
    np.testing.assert_allclose(point, (0.213408, 1.178195, -0.047958), rtol=0, atol=6e-7)
    assert 1000 * np.linalg.norm(point - X) == pytest.approx(115.5, abs=0.05)


def test_views_that_agree_give_the_point_exactly():
    cameras, seen = two_lie()
    found = agreed(cameras, seen)
    assert np.flatnonzero(found.inliers).tolist() == [0, 1, 3, 5]
    assert set(found.pair) <= {0, 1, 3, 5}
    np.testing.assert_allclose(found.point, X, atol=1e-9)


def test_projected_back_the_point_corrects_the_lying_views():
    cameras, seen = two_lie()
    corrected = project(cameras, agreed(cameras, seen).point)
    np.testing.assert_allclose(corrected, project(cameras, X), atol=1e-6)
    off = residuals(cameras, seen, X)
    np.testing.assert_allclose(off[[2, 4]], [np.hypot(80, 40), np.hypot(60, 90)])


@pytest.mark.parametrize(("count", "mm"), [(3, 3.9), (5, 3.0), (10, 2.1), (31, 1.2)])
def test_error_of_cameras_on_a_ring(count, mm):
    cameras = ring(count, height=1.0)
    assert 1000 * expected_error(cameras, np.array([0, 1, 0])) == pytest.approx(mm, abs=0.05)


@pytest.mark.parametrize(
    ("degrees", "mm"), [(2, 114.6), (5, 44.6), (10, 22.9), (20, 12.1), (45, 6.3), (90, 4.7)]
)
def test_error_of_two_cameras_by_the_angle_between_them(degrees, mm):
    """The facts' figures were drawn at random and ours is to first order: a tenth between them."""
    cameras = ring(2, height=1.0, step=degrees)
    assert 1000 * expected_error(cameras, np.array([0, 1, 0])) == pytest.approx(mm, rel=0.1)


def test_the_expected_error_is_that_of_noise():
    cameras, rng = ring(5), np.random.default_rng(3)
    seen = project(cameras, X)
    off = [triangulate(cameras, seen + rng.normal(0, 2, seen.shape)) - X for _ in range(400)]
    rms = float(np.sqrt(np.mean(np.sum(np.square(off), axis=1))))
    # The rms of 400 x 3 draws is known to about 2 %.
    assert expected_error(cameras, X, noise=2) == pytest.approx(rms, rel=0.08)


def test_a_camera_that_looks_away_never_agrees():
    cameras = np.concatenate([ring(3), looking_at((3, 1, 0), (6, 1, 0))[None]])
    seen = np.concatenate([project(ring(3), X), [(640.0, 360.0)]])
    assert residuals(cameras, seen, X)[3] == np.inf
    assert agreed(cameras, seen).inliers.tolist() == [True, True, True, False]


def test_cameras_at_one_place_know_no_distance():
    cameras = np.stack([ring(1)[0], ring(1)[0]])
    with pytest.raises(ValueError, match="see the point from different places"):
        triangulate(cameras, project(cameras, X))
    with pytest.raises(ValueError, match="see the point from different places"):
        expected_error(cameras, X)


def test_views_that_all_lie():
    cameras = ring(2)
    seen = project(cameras, X) + np.array([(0, 300), (0, -300)])
    with pytest.raises(ValueError, match=r"seen must agree within 4\.0 px in two views"):
        agreed(cameras, seen)


@pytest.mark.parametrize(
    ("cameras", "seen", "message"),
    [
        (ring(1), np.zeros((1, 2)), "cameras must be two or more"),
        (ring(3), np.zeros((2, 2)), "seen must be 3 finite places"),
        (ring(2), np.full((2, 2), np.nan), "seen must be 2 finite places"),
    ],
)
def test_what_cannot_be_triangulated(cameras, seen, message):
    with pytest.raises(ValueError, match=message):
        triangulate(cameras, seen)


def test_within_is_above_zero():
    with pytest.raises(ValueError, match="within must be above 0, got 0"):
        agreed(*two_lie(), within=0)
