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


def test_patches_weigh_as_products_with_a_penalty_do() -> None:
    """-|q - k|²/2 = q·k - |k|²/2 but for what a row has alike: the penalty on bright keys."""
    picture = np.random.default_rng(0).random((6, 7)).astype(np.float16).astype(np.float64)
    own = np.array([0, 11, 19])
    each = Weighing.of_patches(picture, 3, own, 5.0)
    assert each.key.shape == (20, 9)
    np.testing.assert_array_equal(each.key[11], picture[2:5, 1:4].ravel())
    plain = Weighing(each.query, each.key, 5.0, -2.5 * (each.key**2).sum(-1))
    for s in range(3):
        np.testing.assert_allclose(each.row(s), plain.row(s), rtol=1e-5)  # its bias is float32
        assert each.row(s).argmax() == own[s]
    np.testing.assert_array_equal(each.until(2).own, own[:2])
