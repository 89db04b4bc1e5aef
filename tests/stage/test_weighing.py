"""Weights made where they are drawn: Python's side; tests/e2e holds the browser's to it."""

import numpy as np
import pytest

from poolviz.stage.weighing import Weighing, weigh
from tests.stage.weighing_vectors import ROWS


@pytest.mark.parametrize(("scores", "norm", "weights"), ROWS)
def test_rows_are_as_worked_by_hand(
    scores: list[float | None], norm: str, weights: list[float]
) -> None:
    given = np.array([np.nan if score is None else score for score in scores])
    np.testing.assert_allclose(weigh(given, norm), weights, rtol=1e-12, atol=1e-300)


def test_scale_and_bias_go_before_the_norm() -> None:
    """2 (1 · [1, 2]) + [1, -1] = [3, 3]: with the norm count, 3 / 2 each."""
    each = Weighing(np.ones((1, 1)), np.array([[1.0], [2.0]]), 2.0, np.array([1.0, -1.0]), "count")
    assert each.row(0).tolist() == [1.5, 1.5]


def test_factors_count_as_they_travel() -> None:
    third = Weighing(np.array([[1 / 3]]), np.array([[3.0]]), norm="count")
    assert third.row(0)[0] == float(np.float32(1 / 3)) * 3
