"""Hyper-parameters and cells at the ends of their range, against many digits or a wider dtype."""

from dataclasses import fields
from decimal import Decimal, localcontext

import numpy as np
import pytest

import poolviz as pv
from tests.in_turn import in_turn
from tests.pooling.cases import VARIANTS, name

CELLS = (1, 3, 4, 7)
ONE = np.array([[1.0, 3.0], [4.0, 7.0]])
WHOLE = pv.Sliding(2)


def pooled(x, variant):
    run = pv.pool(x, variant, WHOLE)
    return run.output[0, 0], run.backward(np.ones((1, 1)))


def power_mean(cells, p, n):
    """((1/n) sum a^p)^(1/p) and its gradient (a/y)^(p - 1) / n, to eighty digits."""
    with localcontext() as digits:
        digits.prec, digits.Emax, digits.Emin = 80, 10**17, -(10**17)
        p, cells = Decimal(p), [Decimal(a) for a in cells]
        logs = [a.ln() for a in cells]
        top = max(logs)
        total = sum(((log - top) * p).exp() for log in logs) / n
        log_y = top + total.ln() / p
        return float(log_y.exp()), [float(((log - log_y) * (p - 1)).exp() / n) for log in logs]


POWERS = [1e-10, 1e-5, 0.01, 0.5, 1.0, 2.5, 3.0, 7.0, 40.0, 1e3, 1e8, 1e12]


@pytest.mark.parametrize("p", POWERS)
def test_the_power_mean_keeps_its_digits_at_any_power(p):
    y, dx = pooled(ONE, pv.GeM(p=p))
    value, gradient = power_mean(CELLS, p, 4)
    assert y == pytest.approx(value, rel=1e-14)
    np.testing.assert_allclose(dx.ravel(), gradient, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("p", [p for p in POWERS if p >= 1])
def test_so_does_the_norm(p):
    y, dx = pooled(-ONE, pv.Lp(p=p))
    value, gradient = power_mean(CELLS, p, 1)
    assert y == pytest.approx(value, rel=1e-14)
    np.testing.assert_allclose(-dx.ravel(), gradient, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("p", [1e8, 1e12])
def test_neighbours_of_the_largest_cell_share_its_gradient_as_their_powers_say(p):
    cells = [1 - 2.0**-30, 1 - 2.0**-40, 1.0, 0.5]
    _, gradient = power_mean(cells, p, 4)
    run = pv.pool(np.reshape(cells, (2, 2)), pv.GeM(p=p), WHOLE)
    np.testing.assert_allclose(run.backward(np.ones((1, 1))).ravel(), gradient, rtol=1e-10)
    powers = [a**p for a in cells]
    np.testing.assert_allclose(run.contributions().ravel(), np.divide(powers, sum(powers)), 1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("p", [1e-17, 1e-45, 1e-200, 5e-324])
def test_a_power_towards_zero_is_the_geometric_mean(p, dtype):
    y, dx = pooled(ONE.astype(dtype), pv.GeM(p=p))
    near = 4 * float(np.finfo(dtype).eps)
    assert y == pytest.approx(84**0.25, rel=near)  # 3.0274
    np.testing.assert_allclose(dx, 84**0.25 / 4 / ONE, rtol=near)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("p", [1e17, 1e39, 1e308])
def test_a_power_towards_infinity_is_the_maximum(p, dtype):
    tied = np.array([[1.0, 3.0], [7.0, 7.0]], dtype)
    for variant in (pv.GeM(p=p), pv.Lp(p=p)):
        y, dx = pooled(tied, variant)
        assert y == 7
        np.testing.assert_allclose(dx, [[0, 0], [0.5, 0.5]], rtol=1e-6)


WINDOWS = {
    "both ends": [[1, -1], [0.5, 0.25]],
    "all large": [[0.9, 1], [0.8, 0.7]],
    "one of each": [[1, 0], [-1, 1e-30]],
}


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
@in_turn("window", WINDOWS)
def test_cells_at_the_end_of_single_precision_come_out_as_in_double(variant, window):
    x = (np.array(WINDOWS[window]) * 3e38).astype(np.float32)
    if variant.domain != "real":
        x = np.abs(x)
    y, dx = pooled(x, variant)
    wide, gradient = pooled(x.astype(np.float64), variant)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(y, np.float32(wide), rtol=1e-5)
        np.testing.assert_allclose(dx, gradient.astype(np.float32), rtol=1e-5, atol=1e-7)


DENORMAL = [5e-324, 1e-320, 1e-310, 1e-300]


@pytest.mark.parametrize("unit", DENORMAL)
@pytest.mark.parametrize("symmetric", [True, False])
def test_detail_below_eps_is_no_detail(unit, symmetric):
    """Differences far below eps leave all weights equal, so it is the average."""
    variant = pv.DetailPreserving(symmetric=symmetric)
    y, dx = pooled(ONE * unit, variant)
    assert y == pytest.approx(3.75 * unit, rel=1e-15, abs=2e-323)
    np.testing.assert_allclose(dx, 0.25, rtol=1e-9)


EXTREMES = {
    pv.Boltzmann: [{"beta": b} for b in (1e300, -1e300, 1e-300)],
    pv.LogSumExp: [{"r": r} for r in (1e300, -1e300, 1e-300)],
    pv.AlphaMEX: [{"alpha": a} for a in (5e-324, 1 - 2**-53, 0.5 + 2**-53)],
    pv.TopBottom: [{"alpha": a} for a in (1e30, -1e30, 1e-300)],
    pv.MixedMaxAverage: [{"alpha": a} for a in (5e-324, 1 - 2**-53)],
    pv.RankWeighted: [{"alpha": a} for a in (5e-324, 1 - 2**-53)],
    pv.RankStochastic: [{"alpha": a, "phase": "test"} for a in (5e-324, 1 - 2**-53)],
    pv.MaxDropout: [{"q": q, "phase": "test"} for q in (0.0, 5e-324, 1 - 2**-53)],
    pv.LeNetSubsampling: [{"weight": w, "bias": b} for w in (1e300, 5e-324) for b in (-1e300, 0.0)],
    pv.Gated: [{"weights": w} for w in ((1e300, -1e300), (5e-324,), (1e300,))],
    pv.Tree: [{"depth": 1, "leaves": (1.0, 0.0), "gates": g} for g in ((1e300,), (-1e300,))],
    pv.Ordinal: [{"weights": w} for w in ((1e300, 1e300), (5e-324, 5e-324), (5e-324, 1e300))],
    pv.SortPool: [{"weights": w} for w in ((1e300, -1e300), (-1e300, 1e300), (1e300, 1e300))],
    pv.AdaPool: [{"beta": b} for b in (5e-324, 1 - 2**-53)],
    pv.DetailPreserving: [
        {"lam": lam, "alpha": alpha, "eps": eps}
        for lam in (0.0, 5e-324, 16.0)
        for alpha in (0.0, 5e-324, 1e300)
        for eps in (1e-12, 1e-3, 1e300)
    ],
    pv.GeM: [{"p": p, "eps": e} for p in (5e-324, 1.0, 1e308) for e in (1e-300, 1e-6)],
    pv.Lp: [{"p": p} for p in (1.0, 1 + 2**-52, 1e308)],
}
"""Every real hyper-parameter at the ends of its range."""


def test_no_real_hyper_parameter_is_forgotten():
    for cls in pv.VARIANTS:
        real = {f.name for f in fields(cls) if is_real(f.metadata["param"])}
        tried = {n for setting in EXTREMES.get(cls, ()) for n in setting}
        assert real <= tried, cls


def is_real(limits):
    return limits.choices is None and limits.kind in ("real", "weights")


@pytest.mark.parametrize(
    "variant", [cls(**setting) for cls in EXTREMES for setting in EXTREMES[cls]], ids=repr
)
def test_fields_at_the_ends_of_their_range_give_numbers(variant):
    x = ONE if variant.domain != "real" else ONE - 3.5
    wide = pooled(x, variant)
    single = pooled(x.astype(np.float32), variant)
    for a, b in zip(wide, single, strict=True):
        assert np.isfinite(a).all()
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(b, np.asarray(a, np.float32), rtol=2e-5, atol=1e-6)


def test_a_mean_is_finite_where_the_sum_overflows(path):
    for dtype, large in ((np.float32, 3e38), (np.float64, 1.7e308)):
        x = np.full((4, 4), large, dtype)
        x[0, 0], x[3, 3] = np.inf, np.nan
        y = pv.pool(x, pv.Average(), pv.Sliding(2)).output
        np.testing.assert_array_equal(y, np.array([[np.inf, large], [large, np.nan]], dtype))
        padded = pv.pool(np.full((4, 4), large, dtype), pv.Average(), pv.Sliding(3, 2, 1)).output
        near = np.array([[4, 6], [6, 9]]) / 9
        np.testing.assert_allclose(padded / dtype(large), near, rtol=1e-6)
        alone = pv.pool(x, pv.Average(count_include_pad=False), pv.Sliding(3, 2, 1)).output
        np.testing.assert_allclose(alone[0, 1], large, rtol=1e-6)


def test_max_min_of_large_integers_is_right_or_refused():
    x = np.array([[2**64 - 1, 2**63], [2**63 + 2**12, 2**64 - 2]], np.uint64)
    run = pv.MaxMin()(x)
    assert run.output.dtype == np.float64
    assert run.output.ravel().tolist() == [2.0**64, -(2.0**63)]
    assert run.locations.ravel().tolist() == [0, 1]  # the cells are told apart all the same
    low = np.array([[2**63 - 1, -(2**63) + 1], [0, 1]])
    assert pv.MaxMin()(low).output.ravel().tolist() == [2**63 - 1, 2**63 - 1]
    with pytest.raises(ValueError, match=r"^x must be greater than -9223372036854775808"):
        pv.MaxMin()(low - [[0, 1], [0, 0]])
    assert pv.MaxMin()(np.array([[True, False]] * 2)).output.ravel().tolist() == [1, 0]
    assert pv.MaxMin()(np.array([[255, 3]] * 2, np.uint8)).output.ravel().tolist() == [255, -3]
