"""The similarity between landmarks: exact, by hand, mirrored, on a line, against others' code."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import procrustes
from scipy.spatial.transform import Rotation

from poolviz.pose.faces import degenerate, similarity

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "tracks.json").read_text())
A = np.array([(0, 0), (4, 0), (2, 2), (0.5, 4), (3.5, 4)])
"""Eyes, nose, corners of the mouth."""


def turned(points, scale, degrees, shift):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return scale * np.asarray(points) @ np.array([[c, s], [-s, c]]) + shift


B = turned(A, 2.5, 30, (10, -3))
PULLED = B + np.array([(0, 0)] * 4 + [(1, -2)])


def rms(residuals):
    return float(np.sqrt((residuals**2).mean()))


class TestGolden:
    def test_what_was_turned_is_turned_back_exactly(self):
        found = similarity(A, B)
        assert found.scale == pytest.approx(2.5, rel=1e-12)
        assert found.degrees == pytest.approx(30, rel=1e-12)
        np.testing.assert_allclose(found.shift, [10, -3], atol=1e-12)
        np.testing.assert_allclose(found(A), B, atol=1e-12)

    def test_one_point_pulled(self):
        found = similarity(A, PULLED)
        assert found.scale == pytest.approx(2.338812, abs=6e-7)  # printed with 6 places
        assert found.degrees == pytest.approx(27.351465, abs=6e-7)
        np.testing.assert_allclose(found.shift, [10.024561, -2.873684], atol=6e-7)
        residuals = found.residuals(A, PULLED)
        expected = [0.128682, 0.661522, 0.447214, 0.75051, 1.298489]
        np.testing.assert_allclose(residuals, expected, atol=6e-7)
        assert rms(residuals) == pytest.approx(0.762038, abs=6e-7)

    def test_a_mirrored_face_is_not_reached_by_turning(self):
        mirrored = A * [-1, 1]
        guarded = similarity(A, mirrored)
        assert np.linalg.det(guarded.turn) == pytest.approx(1)
        assert guarded.scale == pytest.approx(0.122807, abs=6e-7)
        assert rms(guarded.residuals(A, mirrored)) == pytest.approx(2.369396, abs=6e-7)
        bare = similarity(A, mirrored, mirrors=True)
        assert np.linalg.det(bare.turn) == pytest.approx(-1)
        assert rms(bare.residuals(A, mirrored)) < 1e-12

    def test_more_points_average_the_noise(self):
        rng, two, five = np.random.default_rng(0), [], []
        for _ in range(1000):
            noisy = B + 0.3 * rng.standard_normal(B.shape)
            two.append(rms(similarity(A[:2], noisy[:2]).residuals(A, B)))
            five.append(rms(similarity(A, noisy).residuals(A, B)))
        # 1000 draws: three standard errors are .02; in closed form the second is .3 sqrt(4/5)
        assert rms(np.array(two)) == pytest.approx(0.555, abs=0.02)
        assert rms(np.array(five)) == pytest.approx(0.3 * np.sqrt(4 / 5), abs=0.01)
        assert round(0.3 * np.sqrt(4 / 5), 3) == 0.268


@pytest.mark.parametrize("case", range(len(GOLDEN["faces"])))
def test_scikit_image_finds_the_same(case):
    known = GOLDEN["faces"][case]
    found = similarity(known["source"], known["target"])
    np.testing.assert_allclose(found.matrix, known["matrix"], atol=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_scipy_without_the_guard(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0, 1, (2, 7, 3))
    _a, _b, left = procrustes(b, a)
    found = similarity(a, b, mirrors=True)
    spread = ((b - b.mean(0)) ** 2).sum()
    assert (found.residuals(a, b) ** 2).sum() / spread == pytest.approx(left, rel=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_scipy_with_the_guard_in_space(seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(0, 1, (7, 3))
    b = a * [1, 1, -1] + rng.normal(0, 0.1, a.shape)
    expected, _rssd = Rotation.align_vectors(b - b.mean(0), a - a.mean(0))
    found = similarity(a, b).turn
    assert np.linalg.det(found) == pytest.approx(1)
    np.testing.assert_allclose(found, expected.as_matrix(), atol=1e-7)


class TestInvariances:
    @given(
        st.floats(0.1, 10), st.floats(-179, 179), st.floats(-100, 100), st.floats(-100, 100),
        st.integers(0, 99),
    )  # fmt: skip
    @settings(max_examples=60, deadline=None)
    def test_any_similarity_is_found_again(self, scale, degrees, x, y, seed):
        points = np.random.default_rng(seed).normal(0, 1, (5, 2))
        found = similarity(points, turned(points, scale, degrees, (x, y)))
        assert found.scale == pytest.approx(scale, rel=1e-9)
        assert found.degrees == pytest.approx(degrees, abs=1e-6)
        np.testing.assert_allclose(found.shift, [x, y], atol=1e-9 * (1 + scale) + 1e-9)

    @given(st.integers(0, 199), st.integers(0, 3), st.floats(-0.2, 0.2))
    @settings(max_examples=60, deadline=None)
    def test_no_other_similarity_leaves_less(self, seed, what, by):
        rng = np.random.default_rng(seed)
        a, b = rng.normal(0, 1, (2, 5, 2))
        found = similarity(a, b)
        least = (found.residuals(a, b) ** 2).sum()
        change = [by if i == what else 0.0 for i in range(4)]
        other = turned(
            a, found.scale * (1 + change[0]), found.degrees + 50 * change[1],
            found.shift + change[2:],
        )  # fmt: skip
        assert ((other - b) ** 2).sum() >= least - 1e-12

    @given(st.integers(0, 99))
    @settings(max_examples=30, deadline=None)
    def test_the_order_of_the_points_does_not_matter(self, seed):
        rng = np.random.default_rng(seed)
        a, b = rng.normal(0, 1, (2, 6, 2))
        order = rng.permutation(6)
        np.testing.assert_allclose(
            similarity(a[order], b[order]).matrix, similarity(a, b).matrix, atol=1e-10
        )


class TestDegenerate:
    def test_two_points_are_met_exactly(self):
        np.testing.assert_allclose(similarity(A[:2], PULLED[[2, 4]])(A[:2]), PULLED[[2, 4]])

    def test_points_on_a_line_turn_and_do_not_tell_the_side(self):
        line = np.array([(0, 0), (1, 0), (3, 0)])
        target = turned(line, 2, 90, (5, 5))
        found = similarity(line, target)
        assert np.linalg.det(found.turn) == pytest.approx(1)
        np.testing.assert_allclose(found(line), target, atol=1e-12)
        # mirrored about its own line, a line is itself
        mirrored = similarity(line * [1, -1], target)
        np.testing.assert_allclose(mirrored(line), target, atol=1e-12)

    @pytest.mark.parametrize(
        ("points", "expected"),
        [
            ([(0, 0), (1, 1), (3, 3)], True),
            ([(5, 5)] * 3, True),
            ([(0, 0)] * 3, True),
            ([(0, 0), (9, 1)], True),
            ([(1e6, 1e6), (1e6 + 1, 1e6), (1e6, 1e6 + 1)], False),
            (A, False),
        ],
    )
    def test_what_is_on_one_line(self, points, expected):
        assert degenerate(points) is expected

    @pytest.mark.parametrize(
        ("source", "target", "message"),
        [
            ([(1, 1)] * 3, A[:3], "source must lie in two places or more, got one place"),
            (A[:3], [(1e3, 7)] * 3, "target must lie in two places or more, got one place"),
            (A[:1], A[:1], "source and target must both be"),
            (A, A[:4], "source and target must both be"),
            (A[:, :1], A[:, :1], "source and target must both be"),
            (A * np.nan, A, "source must be finite"),
        ],
    )
    def test_what_is_refused(self, source, target, message):
        with pytest.raises(ValueError, match=message):
            similarity(source, target)
