"""What a variant becomes at the ends of its dials, and the laws that hold inside a window."""

import numpy as np
import pytest

import poolviz as pv
from tests.pooling.cases import name, tie_free

W = tie_free(pv.GeM(), (40, 6), seed=3)  # positive, distinct: 40 windows of six cells
VALID = np.ones(W.shape, bool)
N = W.shape[1]
UNIFORM, LARGEST = (1 / N,) * N, (1.0,) + (0.0,) * (N - 1)


def value(variant, w=W):
    return variant.forward(w, np.ones(w.shape, bool))


AVERAGE, MAX, MIN, SOFT = (value(v) for v in (pv.Average(), pv.Max(), pv.Min(), pv.SoftPool()))

# variant, what it equals, how near: 0 stands for rounding alone
EQUAL = [
    (pv.Boltzmann(beta=0.0), AVERAGE, 0),
    (pv.Boltzmann(beta=1e-7), AVERAGE, 1e-6),
    (pv.Boltzmann(beta=1.0), SOFT, 0),
    (pv.Boltzmann(beta=1e5), MAX, 0),
    (pv.Boltzmann(beta=-1e5), MIN, 0),
    (pv.LogSumExp(r=0.0), AVERAGE, 0),
    (pv.LogSumExp(r=1e-7), AVERAGE, 1e-6),
    (pv.LogSumExp(r=1e5), MAX, 1e-4),
    (pv.LogSumExp(r=-1e5), MIN, 1e-4),
    (pv.AlphaMEX(alpha=0.5), AVERAGE, 0),
    (pv.AlphaMEX(alpha=1 - 1e-15), MAX, 0.06),  # r = 34.5: log(6) / r away
    (pv.AlphaMEX(alpha=0.9), value(pv.LogSumExp(r=float(np.log(9)))), 0),
    (pv.GeM(p=1.0), AVERAGE, 0),
    (pv.GeM(p=3000.0), MAX, 2e-3),
    (pv.Lp(p=1.0), N * AVERAGE, 0),
    (pv.Lp(p=2.0), value(pv.L2Norm()), 0),
    (pv.L2Norm(), np.sqrt(N) * value(pv.L2()), 0),
    (pv.Lp(p=3000.0), MAX, 2e-3),
    (pv.Sum(), N * AVERAGE, 0),
    (pv.RankAverage(t=1), MAX, 0),
    (pv.RankAverage(t=N), AVERAGE, 0),
    (pv.RankAverage(t=2), value(pv.MaxTwoMean()), 0),
    (pv.RankWeighted(alpha=1.0), MAX, 0),
    (pv.MaxDropout(q=0.0, phase="test"), MAX, 0),
    (pv.MaxDropout(q=0.0, phase="train"), MAX, 0),
    (pv.MaxDropout(q=0.3, phase="test"), value(pv.RankWeighted(alpha=0.7)), 0),
    (pv.RankStochastic(alpha=1.0), MAX, 0),
    (pv.Ordinal(weights=UNIFORM), AVERAGE, 0),
    (pv.Ordinal(weights=LARGEST), MAX, 0),
    (pv.SortPool(weights=(0.0,) * N), AVERAGE, 0),
    (pv.SortPool(weights=(0.3,)), MAX, 0),
    (pv.MixedMaxAverage(alpha=0.0), AVERAGE, 0),
    (pv.MixedMaxAverage(alpha=1.0), MAX, 0),
    (pv.TopBottom(k_top=1, k_bottom=1, alpha=0.0), MAX, 0),
    (pv.AdaPool(beta=0.0), SOFT, 0),
    (pv.LIP(logit="constant"), AVERAGE, 0),
    (pv.LIP(logit="linear"), SOFT, 0),
    (pv.DetailPreserving(lam=0.0), AVERAGE, 0),
    (pv.DetailPreserving(alpha=1e9), AVERAGE, 1e-6),
    (pv.Min(), -value(pv.Max(), -W), 0),
    (pv.Median(), np.median(W, -1), 0),
    (pv.GeometricMean(), np.exp(np.log(W).mean(-1)), 0),
    (pv.HarmonicMean(), 1 / (1 / W).mean(-1), 0),
    (pv.L2(), np.sqrt(np.square(W).mean(-1)), 0),
]


@pytest.mark.parametrize(
    ("variant", "limit", "near"), EQUAL, ids=[f"{i} {name(row[0])}" for i, row in enumerate(EQUAL)]
)
def test_limit(variant, limit, near):
    np.testing.assert_allclose(value(variant), limit, rtol=1e-12, atol=near)


def test_k_top_of_all_is_the_average_and_bottom_adds_its_share():
    both = pv.TopBottom(k_top=N, k_bottom=N, alpha=0.5)
    np.testing.assert_allclose(value(both), 1.5 * AVERAGE, rtol=1e-12)


# The sum of the gradient inside a window: how the value answers to raising every cell alike.
MEANS = [
    pv.Max(),
    pv.Max(ties="shared"),
    pv.Min(),
    pv.Average(),
    pv.Median(),
    pv.Median(even="lower"),
    pv.Stochastic(),
    pv.RankStochastic(),
    pv.MixedMaxAverage(),
    pv.MixedMaxAverage(mixing="drawn"),
    pv.RankAverage(),
    pv.MaxTwoMean(),
    pv.Ordinal(),
    pv.SortPool(),
    pv.SoftPool(),
    pv.Boltzmann(),
    pv.LogSumExp(),
    pv.AlphaMEX(),
    pv.DetailPreserving(),
    pv.DetailPreserving(symmetric=False),
]
ELSE = [
    (pv.Sum(), N),
    (pv.RankWeighted(alpha=0.5), 1 - 0.5**N),
    (pv.TopBottom(k_top=1, k_bottom=1, alpha=0.7), 1.7),
]


@pytest.mark.parametrize(
    ("variant", "total"), [(v, 1) for v in MEANS] + ELSE, ids=lambda v: name(v)
)
def test_the_gradients_of_a_window_add_up(variant, total):
    np.testing.assert_allclose(variant.jacobian(W, VALID).sum(-1), total, rtol=1e-12)


@pytest.mark.parametrize("variant", [v for v in MEANS if not v.stochastic], ids=name)
def test_raising_every_cell_raises_the_value(variant):
    np.testing.assert_allclose(value(variant, W + 2.5), value(variant) + 2.5, rtol=1e-12)


@pytest.mark.parametrize(
    "variant",
    [
        pv.L2(),
        pv.L2Norm(),
        pv.Lp(),
        pv.GeM(),
        pv.Stochastic(phase="test"),
        pv.GeometricMean(),
        pv.HarmonicMean(),
        pv.Gated(weights=(0.1,) * N),
        pv.AdaPool(),
    ],
    ids=name,
)
def test_where_the_gradients_do_not_add_up_to_one(variant):
    assert (abs(variant.jacobian(W, VALID).sum(-1) - 1) > 1e-6).mean() > 0.9


HOMOGENEOUS = [
    pv.Max(),
    pv.Min(),
    pv.Average(),
    pv.Sum(),
    pv.Median(),
    pv.L2(),
    pv.L2Norm(),
    pv.Lp(),
    pv.GeM(),
    pv.Stochastic(phase="test"),
    pv.MixedMaxAverage(),
    pv.RankAverage(),
    pv.RankWeighted(),
    pv.Ordinal(),
    pv.SortPool(),
    pv.TopBottom(),
    pv.GeometricMean(),
    pv.HarmonicMean(),
]


@pytest.mark.parametrize("variant", HOMOGENEOUS, ids=name)
def test_scaling_every_cell_scales_the_value_and_eulers_sum_is_the_value(variant):
    for scale in (0.25, 3.0, 40.0):
        np.testing.assert_allclose(value(variant, scale * W), scale * value(variant), rtol=1e-12)
    euler = (W * variant.jacobian(W, VALID)).sum(-1)
    np.testing.assert_allclose(euler, value(variant), rtol=1e-12)


@pytest.mark.parametrize(
    "variant",
    [pv.SoftPool(), pv.Boltzmann(), pv.LogSumExp(), pv.DetailPreserving(), pv.Gated()],
    ids=name,
)
def test_where_scaling_the_cells_does_not_scale_the_value(variant):
    assert not np.allclose(value(variant, 3 * W), 3 * value(variant))


def test_the_means_of_positive_cells_stand_in_their_order():
    rising = [
        MIN,
        value(pv.HarmonicMean()),
        value(pv.GeometricMean()),
        AVERAGE,
        value(pv.L2()),
        value(pv.GeM(p=3.0)),
        MAX,
    ]
    assert (np.diff(rising, axis=0) > 0).all()
    for variant in (pv.SoftPool(), pv.Stochastic(phase="test"), pv.RankAverage(t=2)):
        assert (value(variant) > AVERAGE).all()
        assert (value(variant) < MAX).all()
    smooth = value(pv.LogSumExp(r=2.0))
    assert (MAX - np.log(N) / 2 <= smooth).all()
    assert (smooth <= MAX).all()


WEIGHTED_MEANS = [v for v in MEANS if not v.stochastic] + [
    pv.GeM(),
    pv.L2(),
    pv.GeometricMean(),
    pv.HarmonicMean(),
    pv.Stochastic(phase="test"),
    pv.AdaPool(),
    pv.LIP(),
    pv.Gated(),
]


@pytest.mark.parametrize("variant", WEIGHTED_MEANS, ids=name)
def test_a_mean_lies_between_the_least_and_the_largest_cell(variant):
    assert (value(variant) >= MIN - 1e-12).all()
    assert (value(variant) <= MAX + 1e-12).all()


# Draws: the distribution, not one draw

DRAWS = 20_000
CHI = {1: 10.8, 2: 13.8, 3: 16.3, 4: 18.5}  # p = 0.001


@pytest.mark.parametrize(
    "variant",
    [pv.Stochastic(seed=7), pv.RankStochastic(seed=7), pv.MaxDropout(q=0.5, seed=7)],
    ids=name,
)
def test_draws_follow_the_declared_odds(variant):
    w = np.broadcast_to(np.array([1.0, 4, 0.5, 2]), (DRAWS, 4))
    valid = np.ones(w.shape, bool)
    odds = variant.odds(w[:1], valid[:1])[0]
    drawn = variant.select(w, valid)
    expected = np.append(odds, 1 - odds.sum()) * DRAWS
    seen = np.bincount(np.where(drawn < 0, 4, drawn), minlength=5)
    kept = expected > 1e-6
    assert seen[~kept].sum() == 0
    chi_square = ((seen - expected)[kept] ** 2 / expected[kept]).sum()
    assert chi_square < CHI[kept.sum() - 1]


@pytest.mark.parametrize(
    ("train", "test"),
    [
        (pv.Stochastic(seed=3), pv.Stochastic(phase="test")),
        (pv.MaxDropout(q=0.4, seed=3), pv.MaxDropout(q=0.4, phase="test")),
    ],
    ids=name,
)
def test_the_test_phase_is_the_mean_of_the_draws(train, test):
    w = np.broadcast_to(np.array([1.0, 4, 0.5, 2]), (DRAWS, 4))
    run = value(train, w)
    assert abs(run.mean() - value(test, w[:1])[0]) < 4 * run.std() / np.sqrt(DRAWS)


@pytest.mark.parametrize("cls", pv.VARIANTS, ids=name)
def test_a_draw_is_repeated_by_its_seed_alone(cls):
    for variant in (cls(), *([cls(mixing="drawn")] if cls is pv.MixedMaxAverage else [])):
        if not variant.stochastic:
            continue
        settings = {s: type(variant)(**{**vars(variant), "seed": s}) for s in range(12)}
        results = [value(v).tobytes() for v in settings.values()]
        assert value(settings[0]).tobytes() == results[0]
        assert len(set(results)) > 1
