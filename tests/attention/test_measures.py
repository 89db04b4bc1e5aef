"""How far rows differ, and what one map for all costs: by hand, and on the six named channels."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.samples import sample
from poolviz.wings.pooling.core.channels import features


def test_distance_is_the_mean_over_all_pairs_of_rows():
    rows = np.random.default_rng(0).random((5, 7))
    unit = rows / np.sqrt((rows**2).sum(1, keepdims=True))
    pairs = [(1 - unit[i] @ unit[j]) / 2 for i in range(5) for j in range(5)]
    np.testing.assert_allclose(pv.distance_of_rows(rows), np.mean(pairs), rtol=1e-13)


def test_rows_of_zeros_have_no_direction_and_no_nan():
    assert pv.distance_of_rows(np.zeros((3, 4))) == 0.5
    assert pv.swap(np.zeros((3, 4)), np.ones((4, 2))) == 0


def test_one_query_for_all_is_at_no_distance_and_loses_nothing():
    rows = np.tile([0.1, 0.2, 0.7], (4, 1))
    assert pv.distance_of_rows(rows) < 1e-15
    assert pv.swap(rows, np.arange(6.0).reshape(3, 2)) < 1e-15


def test_windows_of_average_pooling_differ_by_three_eighths():
    """Four windows with four cells each, disjoint: (1 - 1/4) / 2."""
    assert pv.distance_of_rows(np.kron(np.eye(4), np.full((4, 4), 0.25))) == pytest.approx(0.375)


@pytest.mark.parametrize(
    ("name", "scores", "distance", "effective", "error"),
    [
        ("photograph", "raw 1", 0.010, 254, 0.07),
        ("cat", "raw 1", 0.0006, 256, 0.01),
        ("photograph", "raw 20", 0.256, 123, 0.50),
        ("cat", "raw 20", 0.109, 195, 0.15),
        ("photograph", "similar", 0.256, 138, 0.43),
        ("cat", "similar", 0.075, 224, 0.10),
        ("photograph", "standardised", 0.290, 122, 0.44),
        ("cat", "standardised", 0.323, 105, 0.29),
    ],
)
def test_untrained_channels_differ_as_their_scores_are_made(
    name, scores, distance, effective, error
):
    x = features(sample(name)).reshape(6, -1).T
    z = (x - x.mean(0)) / x.std(0)
    q, scale, bias = {
        "raw 1": (x, 1.0, None),
        "raw 20": (x, 20.0, None),
        "similar": (x, 2 / 0.1, -(x**2).sum(1) / 0.1),
        "standardised": (z, 0.5, None),
    }[scores]
    run = pv.attend(q, q, x, scale=scale, bias=bias)
    assert pv.distance_of_rows(run.weights) == pytest.approx(distance, abs=6e-4)
    assert run.effective.mean() == pytest.approx(effective, abs=0.6)
    assert pv.swap(run.weights, x) == pytest.approx(error, abs=6e-3)
