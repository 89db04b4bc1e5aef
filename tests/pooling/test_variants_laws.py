"""Limits, laws, extremes and draws of the families by rank, norm, mixture and softmax."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import poolviz as pv
from poolviz.pooling.order import ranks
from tests.in_turn import in_turn
from tests.pooling.cases import name, tie_free

GEOMETRIES = [
    ((7,), pv.Sliding((3,), 2, 1)),
    ((4, 5), pv.Sliding(3, 1, 1)),
    ((5, 4), pv.Sliding(2, ceil_mode=True)),
    ((2, 3, 4), pv.Sliding((2, 2, 3), 1)),
    ((7,), pv.Adaptive((3,))),
    ((5, 7), pv.Adaptive((3, 4))),
    ((3, 4, 2), pv.Adaptive((2, 3, 1))),
    ((6,), pv.Global(1)),
    ((3, 4), pv.Global(2)),
    ((2, 3, 2), pv.Global(3)),
]


few = settings(max_examples=25)
"""For laws that walk over many variants."""


def rows(low=-30.0, high=30.0, most=9):
    elements = st.floats(low, high, allow_subnormal=False)
    return hnp.arrays(float, st.tuples(st.just(1), st.integers(1, most)), elements=elements)


def value(variant, w):
    with np.errstate(all="ignore"):
        return variant.forward(w, np.ones(w.shape, bool))


def gradient(variant, w):
    with np.errstate(all="ignore"):
        return variant.jacobian(w, np.ones(w.shape, bool))


# Gradients, at settings beyond the defaults.

FURTHER = [
    pv.LeNetSubsampling(weight=-0.2, bias=0.5),
    pv.Lp(p=1),
    pv.Lp(p=2.7),
    pv.Lp(p=1, magnitude=False),
    pv.Lp(p=2, magnitude=False),
    pv.GeM(p=0.4),
    pv.GeM(p=7),
    pv.RankAverage(t=2),
    pv.RankWeighted(alpha=0.2),
    pv.Ordinal(weights=(3, 0, 1, 2)),
    pv.SortPool(weights=(0.3, -2.0)),
    pv.TopBottom(2, 3, -0.7),
    pv.MixedMaxAverage(alpha=0.8, mixing="drawn"),
    pv.MixedMaxAverage(alpha=0.3, mixing="majority"),
    pv.Gated(weights=(2.0, -1.0, 0.3)),
    pv.Tree(depth=1),
    pv.Tree(depth=3, leaves=tuple(np.linspace(-1, 1, 24)), gates=tuple(np.linspace(1, -1, 14))),
    pv.Boltzmann(beta=-2),
    pv.Boltzmann(beta=0),
    pv.LogSumExp(r=-1.5),
    pv.LogSumExp(r=0),
    pv.LogSumExp(r=1e-9),
    pv.AlphaMEX(alpha=0.1),
    pv.AlphaMEX(alpha=0.5),
    pv.AdaPool(beta=1),
    pv.AdaPool(beta=0),
    pv.LIP(logit=pv.Logit(np.sin, np.cos)),
    pv.DetailPreserving(lam=1.7, alpha=0.1, eps=0.3),
    pv.DetailPreserving(lam=0.8, symmetric=False, eps=0.1),
]


@pytest.mark.parametrize("variant", FURTHER, ids=name)
def test_backward_is_the_derivative(variant):
    for seed, (shape, geometry) in enumerate(GEOMETRIES):
        x = np.abs(tie_free(variant, shape, seed)) if variant.domain != "real" else None
        x = tie_free(variant, shape, seed) if x is None else x
        assert pv.check_gradient(variant, geometry, x) < 1e-6, geometry


# Limits.

AVERAGE, MAX, MIN = pv.Average(), pv.Max(), pv.Min()
EXACT = [
    (pv.Boltzmann(beta=0), AVERAGE),
    (pv.Boltzmann(beta=1), pv.SoftPool()),
    (pv.LogSumExp(r=0), AVERAGE),
    (pv.LogSumExp(r=1e-13), AVERAGE),
    (pv.AlphaMEX(alpha=0.5), AVERAGE),
    (pv.AlphaMEX(alpha=0.9), pv.LogSumExp(r=np.log(9))),
    (pv.Lp(p=2), pv.L2Norm()),
    (pv.RankAverage(t=1), MAX),
    (pv.RankAverage(t=9), AVERAGE),
    (pv.RankAverage(t=2), pv.MaxTwoMean()),
    (pv.RankWeighted(alpha=1), MAX),
    (pv.MaxDropout(q=0), MAX),
    (pv.MaxDropout(q=0, phase="test"), MAX),
    (pv.MaxDropout(q=0.3, phase="test"), pv.RankWeighted(alpha=0.7)),
    (pv.Ordinal(weights=(1,) * 5), AVERAGE),
    (pv.Ordinal(weights=(1,) + (0,) * 8), MAX),
    (pv.SortPool(weights=(0,) * 9), AVERAGE),
    (pv.SortPool(weights=(2,)), MAX),
    (pv.MixedMaxAverage(alpha=0), AVERAGE),
    (pv.MixedMaxAverage(alpha=1), MAX),
    (pv.MixedMaxAverage(alpha=0.5, mixing="majority"), MAX),
    (pv.MixedMaxAverage(alpha=0.4, mixing="majority"), AVERAGE),
    (pv.Gated(weights=(0,)), pv.MixedMaxAverage(alpha=0.5)),
    (pv.TopBottom(1, 1, 0), MAX),
    (pv.TopBottom(9, 9, 0), AVERAGE),
    (pv.AdaPool(beta=0), pv.SoftPool()),
    (pv.LIP(logit="linear"), pv.SoftPool()),
    (pv.LIP(logit="constant"), AVERAGE),
    (pv.DetailPreserving(lam=0), AVERAGE),
    (pv.DetailPreserving(alpha=1e12), AVERAGE),
    (pv.Sum(), pv.Average(divisor_override=1)),
]


@pytest.mark.parametrize(("variant", "limit"), EXACT, ids=name)
@few
@given(w=rows())
def test_special_cases(variant, limit, w):
    np.testing.assert_allclose(value(variant, w), value(limit, w), rtol=1e-9, atol=1e-9)


APPROACHED = [  # the distance is at most ``room`` times the spread of the cells
    (pv.Boltzmann(beta=1e9), MAX),
    (pv.Boltzmann(beta=-1e9), MIN),
    (pv.LogSumExp(r=1e9), MAX),
    (pv.LogSumExp(r=-1e9), MIN),
    (pv.AlphaMEX(alpha=1 - 1e-16), MAX),
    (pv.AlphaMEX(alpha=1e-300), MIN),
    (pv.RankWeighted(alpha=1 - 1e-12), MAX),
]


@pytest.mark.parametrize(("variant", "limit"), APPROACHED, ids=name)
@few
@given(w=rows(-5, 5).map(lambda w: np.round(w, 1)))
def test_limits(variant, limit, w):
    room = np.log(9) / 30 if isinstance(variant, pv.AlphaMEX) else 1e-6
    np.testing.assert_allclose(value(variant, w), value(limit, w), atol=room)


@given(w=rows(0.1, 30))
def test_powers_from_the_mean_to_the_largest(w):
    np.testing.assert_allclose(value(pv.GeM(p=1), w), value(AVERAGE, w), rtol=1e-12)
    np.testing.assert_allclose(value(pv.GeM(p=1e6), w), value(MAX, w), rtol=1e-5)
    np.testing.assert_allclose(value(pv.Lp(p=1), -w), w.sum(-1), rtol=1e-12)
    np.testing.assert_allclose(value(pv.Lp(p=1e6), -w), w.max(-1), rtol=1e-5)
    root = w.shape[-1] ** 0.5
    np.testing.assert_allclose(value(pv.L2Norm(), w), root * value(pv.L2(), w), rtol=1e-12)


# Laws inside a window.

SHIFTS = [  # f(a + c) = f(a) + c, so the gradient adds up to one
    pv.Median(),
    pv.Median(even="lower"),
    pv.MixedMaxAverage(alpha=0.3),
    pv.RankAverage(t=2),
    pv.RankStochastic(seed=3),
    pv.RankStochastic(phase="test"),
    pv.MaxTwoMean(),
    pv.Ordinal(),
    pv.SortPool(),
    pv.Boltzmann(),
    pv.LogSumExp(),
    pv.AlphaMEX(),
    pv.DetailPreserving(),
    pv.DetailPreserving(symmetric=False),
    pv.Max(ties="shared"),
    pv.Min(ties="shared"),
]


@pytest.mark.parametrize("variant", SHIFTS, ids=name)
@few
@given(w=rows(-9, 9).map(lambda w: np.round(w, 2)), shift=st.integers(-9, 9))
def test_a_shift_moves_the_value_along(variant, w, shift):
    moved = np.round(w + shift, 2)  # so that ties stay ties
    np.testing.assert_allclose(value(variant, moved), value(variant, w) + shift, atol=1e-9)
    np.testing.assert_allclose(gradient(variant, w).sum(-1), 1, atol=1e-9)


SUMS = [
    (pv.Sum(), lambda n: n),
    (pv.RankWeighted(alpha=0.3), lambda n: 1 - 0.7**n),
    (pv.MaxDropout(q=0.7, phase="test"), lambda n: 1 - 0.7**n),
    (pv.TopBottom(2, 3, 0.7), lambda n: 1.7),
]


@pytest.mark.parametrize(("variant", "total"), SUMS, ids=[repr(v) for v, _ in SUMS])
@few
@given(w=rows())
def test_the_other_sums_of_gradients(variant, total, w):
    np.testing.assert_allclose(gradient(variant, w).sum(-1), total(w.shape[-1]), rtol=1e-12)


SCALES = [
    pv.Sum(),
    pv.Median(),
    pv.L2Norm(),
    pv.Lp(p=3),
    pv.Lp(p=1.5),
    pv.GeM(p=3),
    pv.MixedMaxAverage(alpha=0.3),
    pv.RankAverage(t=2),
    pv.RankWeighted(),
    pv.Ordinal(),
    pv.SortPool(),
    pv.MaxTwoMean(),
    pv.TopBottom(),
    pv.GeometricMean(),
    pv.HarmonicMean(),
]


@pytest.mark.parametrize("variant", SCALES, ids=name)
@few
@given(w=rows(0.1, 30), scale=st.floats(0.1, 30))
def test_a_factor_goes_through_and_euler_holds(variant, w, scale):
    y = value(variant, w)
    np.testing.assert_allclose(value(variant, scale * w), scale * y, rtol=1e-9)
    np.testing.assert_allclose((w * gradient(variant, w)).sum(-1), y, rtol=1e-9)


MEANS = [
    pv.Median(),
    pv.GeometricMean(),
    pv.HarmonicMean(),
    pv.GeM(p=5),
    pv.RankAverage(),
    pv.RankStochastic(),
    pv.RankStochastic(phase="test"),
    pv.Ordinal(),
    pv.SortPool(),
    pv.MaxTwoMean(),
    pv.MixedMaxAverage(),
    pv.Gated(),
    pv.Boltzmann(),
    pv.LogSumExp(),
    pv.AlphaMEX(),
    pv.AdaPool(),
    pv.LIP(),
    pv.DetailPreserving(),
]


@pytest.mark.parametrize("variant", MEANS, ids=name)
@few
@given(w=rows(0.1, 30))
def test_a_mean_lies_among_its_cells_and_is_what_its_contributions_say(variant, w):
    y, room = value(variant, w), 1e-9
    assert (w.min(-1) - room <= y).all()
    assert (y <= w.max(-1) + room).all()
    share = variant.contributions(w, np.ones(w.shape, bool))
    np.testing.assert_allclose(share.sum(-1), 1, atol=1e-9)
    if variant.family in ("Ranks", "Mixtures") or type(variant) in (
        pv.AdaPool,
        pv.LIP,
        pv.Boltzmann,
    ):
        np.testing.assert_allclose((share * w).sum(-1), y, rtol=1e-9)


@given(w=rows(0.1, 30), r=st.floats(0.1, 20))
def test_means_lie_in_their_order(w, r):
    line = (pv.HarmonicMean(), pv.GeometricMean(), AVERAGE, pv.L2(), pv.GeM(p=3), MAX)
    values = [value(v, w) for v in line]
    for low, high in pairwise(values):
        assert (low <= high * (1 + 1e-12)).all()
    smooth, n = value(pv.LogSumExp(r=r), w), w.shape[-1]
    assert (smooth <= values[-1] + 1e-12).all()
    assert (smooth >= values[-1] - np.log(n) / r - 1e-12).all()


# Ranks, which are found in two ways: by comparing pairs and by sorting.


def ranked(cells, valid):
    """1 + the valid cells that come before: larger ones, NaN first, equals by position."""

    def before(i, j):
        a, b = cells[i], cells[j]
        if a == b or (a != a and b != b):
            return i < j
        return a != a or (b == b and a > b)

    seen = [i for i in range(len(cells)) if valid[i]]
    return {j: 1 + sum(before(i, j) for i in seen if i != j) for j in seen}


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int8, np.uint8, bool])
@pytest.mark.parametrize("size", [1, 2, 4, 9, 16, 17, 40])
@pytest.mark.parametrize("windows", [40, 1200])  # few are sorted, many compared
def test_ranks_follow_the_definition(dtype, size, windows):
    rng = np.random.default_rng(size)
    for kind in ("plain", "special", "ragged"):
        w = rng.integers(0, 6, (windows, size)).astype(dtype)
        if kind == "special" and np.dtype(dtype).kind == "f":
            w = rng.choice(np.array([-np.inf, -1, -0.0, 0, 2, np.inf, np.nan], dtype), w.shape)
        valid = rng.random(w.shape) < (0.6 if kind == "ragged" else 1.1)
        found = ranks(w, valid)
        for at in range(0, windows, max(windows // 40, 1)):
            for cell, rank in ranked(w[at].tolist(), valid[at]).items():
                assert found[at, cell] == rank


# Extremes.

MEAN_LIKE = [*MEANS, pv.LIP(logit="linear"), pv.RankWeighted(), pv.MaxDropout()]


@pytest.mark.parametrize("variant", MEAN_LIKE, ids=name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_and_tiny_cells_neither_overflow_nor_vanish(variant, dtype):
    limits = np.finfo(dtype)
    for scale in (limits.max / 2, 1e4, limits.tiny):
        x = (np.array([[0.9, 1.3], [0.4, 1.1]]) * scale).astype(dtype)
        run = pv.pool(x, variant, pv.Sliding(2))
        assert np.isfinite(run.output).all()
        assert run.output.dtype == dtype
        assert np.isfinite(run.backward(np.ones((1, 1), dtype))).all()
        if type(variant) is not pv.GeM:  # which lifts small cells to its floor
            assert (run.output <= x.max()).all()


@pytest.mark.parametrize("cls", pv.VARIANTS, ids=lambda cls: cls.__name__)
def test_nan_is_passed_on(cls):
    phases = [{"phase": "test"}] if "phase" in cls.__dataclass_fields__ else []
    for fields in [{}, *phases]:
        x = np.array([[1.0, np.nan], [2.0, 3.0]])
        run = pv.pool(x, cls(**fields), pv.Sliding(2))
        assert np.isnan(run.output).all()
        run.backward(np.ones((1, 1)))


@pytest.mark.parametrize(
    "variant", [pv.Max(), pv.Min(), pv.Median(), pv.Median(even="lower")], ids=repr
)
def test_the_gradient_of_a_nan_goes_to_the_nan(variant):
    x = np.array([[1, np.nan, 0, 2], [3, 4, 5, 9]])
    dx = pv.pool(x, variant, pv.Sliding(2)).backward(np.ones((1, 2)))
    np.testing.assert_array_equal(dx[:, :2], [[0, 1], [0, 0]])
    assert dx[:, 2:].sum() == 1


@pytest.mark.parametrize("cls", pv.VARIANTS, ids=lambda cls: cls.__name__)
@in_turn("size", [1, 2, 3, 5, 9])
def test_equal_cells_of_any_number(cls, size):
    w = np.full((1, size), 2.0)
    y, local = value(cls(), w), gradient(cls(), w)
    assert np.isfinite(y).all()
    assert np.isfinite(local).all()
    if cls in [type(v) for v in MEANS]:
        np.testing.assert_allclose(y, 2)


def test_where_the_means_do_not_exist():
    zero, below = np.array([[0.0, 2]]), np.array([[-1.0, 2]])
    for mean in (pv.GeometricMean(), pv.HarmonicMean()):
        assert value(mean, zero) == 0
        assert np.isfinite(gradient(mean, zero)).all()
        assert np.isnan(value(mean, below)).all()


def test_nothing_flows_below_the_clamp_of_gem():
    w = np.array([[-1.0, 0, 2]])
    assert gradient(pv.GeM(), w)[0, :2].tolist() == [0, 0]
    assert value(pv.GeM(p=1, eps=0.5), w) == 1


# Draws.

W = np.array([3.0, -1.0, 7.0, 4.0])


def drawn(variant, count=20_000):
    """How often each cell of W was drawn, and no cell, in many windows of one call."""
    w = np.broadcast_to(W, (count, 4))
    at = variant.select(w, np.ones(w.shape, bool))
    return np.bincount(at + 1, minlength=5)


def test_rank_stochastic_draws_by_rank():
    from scipy import stats

    variant = pv.RankStochastic(alpha=0.4, seed=1)
    p = 0.4 * 0.6 ** np.array([2, 3, 0, 1])
    p /= p.sum()
    counts = drawn(variant)
    assert counts[0] == 0
    assert stats.chisquare(counts[1:], 20_000 * p).pvalue > 0.001
    np.testing.assert_allclose(variant.odds(W[None], np.ones((1, 4), bool))[0], p)
    test = value(pv.RankStochastic(alpha=0.4, phase="test"), W[None])
    np.testing.assert_allclose(test, (p * W).sum())


def test_max_dropout_is_the_maximum_of_what_is_kept():
    from scipy import stats

    q, count = 0.6, 20_000
    kept = np.random.default_rng(5).random((count, 4)) >= q  # the definition, cell by cell
    best = np.where(kept.any(-1), np.where(kept, W, -np.inf).argmax(-1), -1)
    definition = np.bincount(best + 1, minlength=5)
    counts = drawn(pv.MaxDropout(q=q, seed=2))
    assert stats.chi2_contingency([counts, definition]).pvalue > 0.001
    r = np.array([3, 4, 1, 2])
    p = np.append(q**4, (1 - q) * q ** (r - 1.0))
    assert stats.chisquare(counts, count * p).pvalue > 0.001
    np.testing.assert_allclose(pv.MaxDropout(q=q).odds(W[None], np.ones((1, 4), bool))[0], p[1:])


def test_a_window_that_dropped_all_gives_zero_and_has_no_location():
    x = np.full((40, 40), 5.0)
    run = pv.pool(x, pv.MaxDropout(q=0.9), pv.Sliding(2))
    none = run.locations < 0
    assert 0 < none.mean() < 1
    assert (run.output[none] == 0).all()
    assert (run.output[~none] == 5).all()
    assert run.backward(np.ones(run.output.shape)).sum() == (~none).sum()


def test_the_mix_is_drawn_once_for_the_whole_layer():
    from scipy import stats

    x = np.random.default_rng(0).normal(size=(3, 6, 6))
    high, mean = (pv.pool(x, v, pv.Sliding(2)).output for v in (MAX, AVERAGE))
    count = 0
    for seed in range(400):
        y = pv.pool(x, pv.MixedMaxAverage(0.7, "drawn", seed), pv.Sliding(2)).output
        is_max = np.allclose(y, high)
        assert is_max or np.allclose(y, mean)
        count += is_max
    assert stats.binomtest(count, 400, 0.7).pvalue > 0.001


@pytest.mark.parametrize("cls", [pv.RankStochastic, pv.MaxDropout])
def test_a_seed_can_be_repeated_and_another_differs(cls):
    x = np.random.default_rng(0).uniform(0.1, 1, (2, 16, 16))
    first = pv.pool(x, cls(seed=4), pv.Sliding(2))
    again = pv.pool(x, cls(seed=4), pv.Sliding(2))
    np.testing.assert_array_equal(first.output, again.output)
    np.testing.assert_array_equal(first.locations, again.locations)
    assert (pv.pool(x, cls(seed=5), pv.Sliding(2)).output != first.output).any()
