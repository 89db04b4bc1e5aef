"""Places of a body of tubes, and the ways between them along the skin."""

import numpy as np
import pytest

from poolviz.pose.surface import BODY, CHARTS, Part, chart_of, similarity

TRUNK = Part("trunk", (1, 2), (0, 0, 0), (0, 1, 0), (0.15, 0.15), 0.255)
WHOLE = Part("whole", (3,), (0, 0, 0), (0, 1, 0), (0.15, 0.15), 0.255)
CONE = Part("cone", (1, 2), (0, 0, 0), (0, 0.4, 0), (0.2, 0.1), 0.255)


def test_chest_and_back_are_47_cm_apart_on_the_surface_and_30_through_it():
    front, back = ((2, 0.5, 0.5), (1, 0.5, 0.5))
    way = TRUNK.geodesic(front, back)
    assert way == pytest.approx(0.4712, abs=5.1e-5)
    assert float(similarity(np.array(way))) == pytest.approx(0.1813, abs=5.1e-5)
    a, b = (TRUNK.place(np.array(i), np.array(u), np.array(v)) for i, u, v in (front, back))
    straight = np.linalg.norm(a - b)
    assert straight == pytest.approx(0.3)
    assert float(similarity(np.array(straight))) == pytest.approx(0.5006, abs=5.1e-5)


def test_across_the_seam_u_differs_by_96_and_the_skin_by_4_cm():
    assert WHOLE.geodesic((3, 0.02, 0.5), (3, 0.98, 0.5)) == pytest.approx(0.038, abs=5e-4)


def test_a_cylinder_is_a_rolled_plane():
    way = TRUNK.geodesic((2, 0.25, 0.1), (2, 0.75, 0.4))
    assert way == pytest.approx(np.hypot(0.15 * np.pi / 2, 0.3))


def test_a_way_on_a_cone_is_the_shortest_of_the_curves_on_it():
    """Many short chords along the unrolled line, and no other curve of a family is shorter."""
    t = np.linspace(0, 1, 4001)
    lengths = []
    for bend in np.linspace(-0.3, 0.3, 241):
        u, v = 0.2 + 0.6 * t, 0.3 + 0.3 * t + bend * np.sin(np.pi * t)
        steps = np.diff(CONE.place(np.full(t.shape, 2), u, v), axis=0)
        lengths.append(np.linalg.norm(steps, axis=1).sum())
    way = CONE.geodesic((2, 0.2, 0.3), (2, 0.8, 0.6))
    assert way <= min(lengths) + 1e-6
    assert way == pytest.approx(min(lengths), rel=2e-3)  # the bends are no exact geodesics


def test_every_chart_has_one_part():
    assert sorted(chart for part in BODY for chart in part.charts) == list(range(1, CHARTS + 1))
    with pytest.raises(ValueError, match=r"chart must be in \[1, 24\], got 25"):
        chart_of(25)


@pytest.mark.parametrize(
    ("name", "charts", "kappa"),
    [
        ("torso", {1, 2}, 0.351),
        ("right hand", {3}, 0.107),
        ("left hand", {4}, 0.107),
        ("left foot", {5}, 0.126),
        ("right foot", {6}, 0.126),
        ("right upper leg", {7, 9}, 0.237),
        ("left upper leg", {8, 10}, 0.237),
        ("right lower leg", {11, 13}, 0.173),
        ("left lower leg", {12, 14}, 0.173),
        ("left upper arm", {15, 17}, 0.142),
        ("right upper arm", {16, 18}, 0.142),
        ("left lower arm", {19, 21}, 0.128),
        ("right lower arm", {20, 22}, 0.128),
        ("head", {23, 24}, 0.150),
    ],
)
def test_charts_and_kappa_are_densepose_s(name, charts, kappa):
    (part,) = (part for part in BODY if part.name == name)
    assert set(part.charts) == charts
    assert part.kappa == kappa


@pytest.mark.parametrize("chart", range(1, CHARTS + 1))
def test_a_place_lies_on_its_tube_and_on_its_chart(chart):
    part, u, v = chart_of(chart), np.array([0.1, 0.5, 0.9]), np.array([0.0, 0.4, 1.0])
    local = (part.place(np.full(3, chart), u, v) - part.start) @ part.axes.T
    np.testing.assert_allclose(np.hypot(local[:, 0], local[:, 1]), part.radius(v))
    np.testing.assert_allclose(local[:, 2], v * part.length, atol=1e-12)
    charts, again = part.chart_and_u(np.arctan2(local[:, 1], local[:, 0]))
    assert charts.tolist() == [chart] * 3
    np.testing.assert_allclose(again, u)


@pytest.mark.parametrize(("name", "sign"), [("left", 1), ("right", -1)])
def test_left_is_at_the_viewer_s_right(name, sign):
    parts = [part for part in BODY if part.name.startswith(name)]
    assert len(parts) == 6
    assert all(sign * part.start[0] > 0 for part in parts)
