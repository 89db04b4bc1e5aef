"""Geodesic point similarity against the figures of the facts."""

import numpy as np
import pytest

from poolviz.pose.surface import chart_of, gps, gps_masked, similarity


@pytest.mark.parametrize(
    ("g", "expected"),
    [(0, 1), (0.05, 0.98096), (0.1, 0.925988), (0.2, 0.735228), (0.3, 0.500553), (0.5, 0.146265)],
)
def test_similarity_by_distance(g, expected):
    assert float(similarity(np.array(g))) == pytest.approx(expected, abs=5.1e-7)


def test_half_is_reached_at_30_cm():
    assert float(similarity(np.array(0.3002))) == pytest.approx(0.5, abs=1e-4)


def test_background_counts_as_nothing_but_counts():
    assert gps(np.array([0, 0.1, 0.3, np.inf])) == pytest.approx(0.606635, abs=5.1e-7)


def test_parts_may_have_a_kappa_each():
    """5 cm are little on the torso and much on a hand."""
    g, kappa = np.array([0.05, 0.05]), np.array([chart_of(2).kappa, chart_of(3).kappa])
    torso, hand = similarity(g, kappa)
    assert torso == pytest.approx(np.exp(-0.0025 / (2 * 0.351**2)))
    assert hand == pytest.approx(np.exp(-0.0025 / (2 * 0.107**2)))
    assert gps(g, kappa) == pytest.approx((torso + hand) / 2)


def test_the_mask_draws_the_score_down():
    assert gps_masked(0.606635, 0.5) == pytest.approx(np.sqrt(0.606635 / 2))
    assert gps_masked(1, 0) == 0


def test_what_is_refused():
    with pytest.raises(ValueError, match="g must be at least 0"):
        similarity(np.array([-1.0, 0.0]))
    with pytest.raises(ValueError, match="g must be at least 0"):
        similarity(np.array([np.nan]))
    with pytest.raises(ValueError, match="kappa must be above 0, got 0"):
        similarity(np.array([1.0]), 0)
    with pytest.raises(ValueError, match="g must hold at least one"):
        gps(np.array([]))
    with pytest.raises(ValueError, match=r"iou must be in \[0, 1\], got 2"):
        gps_masked(1, 2)
