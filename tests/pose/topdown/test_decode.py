"""Six ways to read a place off a map, with the numbers of facts/pose.md, section 5."""

import numpy as np
import pytest

from poolviz.pose.topdown.decode import (
    DECODERS,
    argmax,
    blob,
    centre_of_mass,
    dark,
    errors,
    parabola,
    quarter,
    soft_argmax,
)

H = blob(20.3, 17.8, 2)
GOLDEN = (
    (argmax, (20, 18)),
    (quarter, (20.25, 17.75)),
    (parabola, (20.287991, 17.810381)),
    (dark, (20.3, 17.8)),
    (soft_argmax, (23.4546, 23.4192)),
    (lambda h: soft_argmax(h, 50), (20.0835, 17.9722)),
    (centre_of_mass, (20.3, 17.8)),
)
COLUMNS = ("argmax", "quarter", "parabola", "dark", "soft")
TABLE = {
    (1, 0.0): (0.3817, 0.1903, 0.0464, 0.0, 6.9325),
    (2, 0.0): (0.3817, 0.1903, 0.0117, 0.0, 6.8588),
    (1, 0.05): (0.3945, 0.2099, 0.1009, 0.0941, 6.9320),
    (2, 0.05): (0.5040, 0.3312, 0.2609, 0.2564, 6.8583),
    (3, 0.05): (0.6701, 0.5133, 0.4722, 0.4731, 6.7389),
}
"""(σ, noise) -> the mean error of each in cells, β = 1."""


@pytest.mark.parametrize(("decode", "place"), GOLDEN)
def test_a_blob_between_cells(decode, place):
    np.testing.assert_allclose(decode(H), place, atol=5e-5)


@pytest.mark.parametrize("state", TABLE, ids=str)
def test_mean_errors_are_those_of_the_table(state):
    found = errors(*state, beta=1, count=1000, seed=0)
    for name, wanted in zip(COLUMNS, TABLE[state], strict=True):
        # the table's centres; where there is noise it is drawn in another order
        tolerance = 0.02 if state[1] else 5e-5
        assert found[name] == pytest.approx(wanted, abs=tolerance), name


@pytest.mark.parametrize(("sigma", "wanted"), [(1, 0.3305), (2, 0.2029)])
def test_a_sharp_soft_argmax_is_better_yet_not_right(sigma, wanted):
    assert errors(sigma, 0, 50, 300, 1)["soft"] == pytest.approx(wanted, abs=0.02)


def test_noise_ruins_the_centre_of_mass_the_more_the_smaller_the_blob():
    away = [errors(sigma, 0.05, 1, 200, 2)["mass"] for sigma in (1, 2, 3)]
    assert away[0] > 5 > 2.5 > away[1] > away[2] > 0.5


def test_closed_forms_of_argmax_and_quarter():
    # the mean distance from the middle of a square of one cell, and of half its side; at stride 4
    # that is 1.53 and .77 px. Three standard errors of 500 centres
    square = (np.sqrt(2) + np.arcsinh(1)) / 6
    found = errors(2, 0, 1, 500, 5)
    assert found["argmax"] == pytest.approx(square, abs=0.019)
    assert found["quarter"] == pytest.approx(square / 2, abs=0.01)


def test_dark_is_exact_for_a_gaussian_and_leaves_what_does_not_bend():
    np.testing.assert_allclose(dark(blob(11.49, 30.07, 3)), (11.49, 30.07), atol=1e-9)
    np.testing.assert_array_equal(dark(np.ones((5, 5))), (0, 0))
    valley = np.full((5, 5), 0.5)
    valley[2, 2], valley[1, 1] = 0.5 + 1e-12, 0.5 + 1e-12
    np.testing.assert_array_equal(dark(valley), argmax(valley))


@pytest.mark.parametrize("decode", [quarter, parabola, dark])
def test_at_the_rim_the_maximum_stays(decode):
    np.testing.assert_array_equal(decode(blob(0.3, 20.2, 2)), (0, 20))


def test_nothing_balances_nowhere():
    assert np.isnan(centre_of_mass(np.zeros((4, 4)))).all()


def test_soft_argmax_does_not_overflow():
    assert np.isfinite(soft_argmax(1000 * H, 1000)).all()


def test_every_decoder_is_declared_once():
    assert [each.name for each in DECODERS] == [
        "argmax", "quarter", "parabola", "dark", "soft", "mass",
    ]  # fmt: skip
