"""I, U, V of every pixel: they lead back to the pixel, and carry a picture."""

import numpy as np
import pytest

from poolviz.pose.surface import CHARTS, chart_of, pixels_of, seen, textured, turned

SIZE = 96


@pytest.mark.parametrize("yaw", [0, 35, 90, 180, -120])
def test_from_pixel_to_body_and_back(yaw):
    chart, uv = seen(yaw, SIZE)
    rows, cols = np.nonzero(chart)
    assert len(rows) > 800
    points = np.array(
        [
            chart_of(int(chart[r, c])).place(chart[r, c], uv[r, c, 0], uv[r, c, 1])
            for r, c in zip(rows, cols, strict=True)
        ]
    )
    np.testing.assert_allclose(pixels_of(points, yaw, SIZE), np.stack([cols, rows], 1), atol=1e-6)


@pytest.mark.parametrize("yaw", [0, 35, -60, 160])
def test_only_the_outer_side_is_seen(yaw):
    """A millimetre nearer to the viewer one is outside of the tube."""
    chart, uv = seen(yaw, SIZE)
    nearer = turned(np.array([0, 0, 0.001]), -yaw)
    for row, col in zip(*np.nonzero(chart), strict=True):
        part = chart_of(int(chart[row, col]))
        point = part.place(chart[row, col], *uv[row, col]) + nearer - part.start
        side, front, along = part.axes @ point
        assert np.hypot(side, front) > part.radius(along / part.length)


def test_from_the_front_and_from_behind():
    front, back = set(np.unique(seen(0, SIZE)[0])), set(np.unique(seen(180, SIZE)[0]))
    assert {2, 9, 10, 24} <= front
    assert {1, 7, 8, 23} <= back
    assert not {1, 7, 8, 23} & front
    assert not {2, 9, 10, 24} & back


def test_the_nearer_arm_covers_the_trunk_from_the_side():
    """Turned by 90 degrees the front is at +x, so that the right arm is the nearer one."""
    np.testing.assert_allclose(turned(np.array([0.0, 0.0, 1.0]), 90), [1, 0, 0], atol=1e-12)
    charts = set(np.unique(seen(90, SIZE)[0]))
    assert charts & {16, 18}
    assert not charts & {15, 17}


def test_u_and_v_are_in_0_to_1():
    chart, uv = seen(35, SIZE)
    assert uv.min() >= 0
    assert uv.max() <= 1
    assert not uv[chart == 0].any()


def test_a_picture_is_looked_up_by_chart_and_place():
    atlas = np.arange(CHARTS * 6).reshape(CHARTS, 2, 3)
    chart = np.array([[0, 1], [2, 24]])
    uv = np.array([[(0, 0), (0, 0)], [(0.5, 0.49), (1, 1)]])
    assert textured(chart, uv, atlas).tolist() == [[0, 0], [6 + 1, 143]]


def test_colours_are_kept():
    atlas = np.full((CHARTS, 1, 1, 3), 200, np.uint8)
    chart, uv = seen(0, 32)
    colours = textured(chart, uv, atlas)
    assert colours.dtype == np.uint8
    np.testing.assert_array_equal(colours.max(axis=2) == 200, chart > 0)


def test_what_is_refused():
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        seen(0, 0)
    with pytest.raises(ValueError, match=r"chart must be in \[0, 2\], got 3"):
        textured(np.array([[3]]), np.zeros((1, 1, 2)), np.zeros((2, 1, 1)))
