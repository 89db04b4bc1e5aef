"""Cameras around a hand: their matrices, and where a point falls."""

import numpy as np
import pytest

from poolviz.pose.views import depths, looking_at, project, ring

X = (0.1, 1.2, -0.05)
PROJECTED = [
    (657.182945, 297.853107),
    (677.177377, 294.648749),
    (659.868369, 291.425532),
    (623.908036, 291.216931),
    (602.985571, 294.204685),
    (618.877702, 297.616306),
]


def test_the_first_of_six_cameras():
    expected = [
        [-631.292111, -105.215352, -1000, 2051.699362],
        [-190.702825, -1045.577559, 0, 2140.474815],
        [-0.986394, -0.164399, 0, 3.20578],
    ]
    np.testing.assert_allclose(ring(6)[0], expected, rtol=0, atol=6e-7)  # printed with 6 places


def test_a_point_in_six_views():
    np.testing.assert_allclose(project(ring(6), X), PROJECTED, rtol=0, atol=6e-7)


def test_a_step_sets_the_cameras_side_by_side():
    np.testing.assert_allclose(ring(2, step=60), ring(6)[:2], atol=1e-12)


def test_the_target_is_in_the_middle_and_up_is_up():
    camera = looking_at((2, 1, 1), (0, 1, 0))[None]
    np.testing.assert_allclose(project(camera, (0, 1, 0)), [(640, 360)], atol=1e-9)
    assert project(camera, (0, 1.1, 0))[0, 1] < 360


def test_a_camera_that_looks_away_sees_nothing():
    cameras = np.stack([looking_at((3, 1, 0), (0, 1, 0)), looking_at((3, 1, 0), (6, 1, 0))])
    np.testing.assert_allclose(depths(cameras, (0, 1, 0)), [3, -3])
    seen = project(cameras, (0, 1, 0))
    assert np.isfinite(seen[0]).all()
    assert np.isnan(seen[1]).all()


@pytest.mark.parametrize("place", [(0, 1, 0), (0, 5, 0), (0, -5, 0)])
def test_a_camera_without_a_side(place):
    with pytest.raises(ValueError, match="place must not be straight above, below or in target"):
        looking_at(place, (0, 1, 0))


def test_a_focal_length_and_a_count_have_a_least():
    with pytest.raises(ValueError, match="focal must be above 0, got 0"):
        looking_at((3, 1, 0), (0, 1, 0), focal=0)
    with pytest.raises(ValueError, match="count must be at least 1, got 0"):
        ring(0)
