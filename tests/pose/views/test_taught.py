"""One turn of bootstrapping: right views teach those that failed or lied."""

import numpy as np
import pytest

from poolviz.pose.views import looking_at, project, ring, taught

HAND = np.random.default_rng(7).normal((0, 1.1, 0), 0.05, (21, 3))
"""21 points, as a hand has."""


def shown(cameras: np.ndarray) -> np.ndarray:
    """What perfect detectors see of the hand, (21, V, 2)."""
    return np.stack([project(cameras, point) for point in HAND])


def test_a_lying_and_a_blind_view_get_the_true_labels():
    cameras = ring(6)
    true = shown(cameras)
    seen = true.copy()
    seen[:, 2] += (80, -40)
    seen[:, 4] = np.nan
    found = taught(cameras, seen)
    assert found.kept.all()
    assert found.inliers.all(axis=0).tolist() == [True, True, False, True, False, True]
    np.testing.assert_allclose(found.labels, true, atol=1e-6)
    np.testing.assert_allclose(found.points, HAND, atol=1e-9)


def test_a_joint_that_two_views_agree_on_is_dropped_and_the_others_are_kept():
    cameras = ring(6)
    seen = shown(cameras)
    seen[5, 2:] = np.nan
    found = taught(cameras, seen)
    assert np.flatnonzero(~found.kept).tolist() == [5]
    assert np.isnan(found.labels[5]).all()
    assert not found.inliers[5].any()
    assert taught(cameras, seen, least=2).kept.all()


def test_views_that_all_lie_teach_nothing():
    cameras, rng = ring(4), np.random.default_rng(1)
    seen = shown(cameras) + rng.choice((-1, 1), (21, 4, 2)) * rng.uniform(150, 400, (21, 4, 2))
    assert not taught(cameras, seen).kept.any()


def test_a_camera_that_looks_away_gets_no_label():
    cameras = np.concatenate([ring(4), looking_at((3, 1, 0), (6, 1, 0))[None]])
    seen = shown(cameras)
    found = taught(cameras, seen)
    assert found.kept.all()
    assert np.isnan(found.labels[:, 4]).all()
    assert np.isfinite(found.labels[:, :4]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seen": np.zeros((21, 5, 2))}, r"seen must be \(joints, 6, 2\)"),
        ({"least": 1}, "least must be at least 2, got 1"),
        ({"within": 0}, "within must be above 0, got 0"),
    ],
)
def test_what_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        taught(ring(6), **({"seen": shown(ring(6))} | arguments))
