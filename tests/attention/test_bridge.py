"""Pooling is attention with its arguments chosen (facts 1, the bridge)."""

import numpy as np
import pytest

import poolviz as pv

X = np.random.default_rng(0).uniform(0, 2, (6, 7))
CELLS = X.reshape(-1, 1)
WINDOWS = pv.Sliding(3, 2).bind(X.shape)
INDEX = WINDOWS.index.reshape(-1, 9)


def window_mask(index=INDEX, cells=X.size):
    """(windows, cells): which cells lie in which window."""
    mask = np.zeros((len(index), cells), bool)
    for row, window in zip(mask, index, strict=True):
        row[window[window >= 0]] = True
    return mask


def windows_of(query, **how):
    q = np.full((len(INDEX), 1), float(query))
    return pv.attend(q, CELLS, CELLS, window_mask(), scale=1, **how)


def test_average_pooling_asks_with_nothing():
    run, pooled = windows_of(0), pv.pool(X, pv.Average(), pv.Sliding(3, 2))
    np.testing.assert_allclose(run.output.ravel(), pooled.output.ravel(), rtol=2e-15)
    dy = np.arange(1.0, run.output.size + 1)
    back = run.backward(dy[:, None])
    wanted = pooled.backward(dy.reshape(pooled.output.shape))
    np.testing.assert_allclose(back.dv.reshape(X.shape), wanted, rtol=1e-14)
    assert not back.dk.any()


def test_softpool_asks_with_one_and_its_gradient_has_two_parts():
    run, pooled = windows_of(1), pv.pool(X, pv.SoftPool(), pv.Sliding(3, 2))
    np.testing.assert_allclose(run.output.ravel(), pooled.output.ravel(), rtol=2e-15)
    dy = np.arange(1.0, run.output.size + 1)
    back = run.backward(dy[:, None])
    wanted = pooled.backward(dy.reshape(pooled.output.shape))
    np.testing.assert_allclose((back.dv + back.dk).reshape(X.shape), wanted, rtol=1e-13)


@pytest.mark.parametrize("beta", [-2.0, 0.5, 4.0])
def test_boltzmann_pooling_asks_with_beta(beta):
    pooled = pv.pool(X, pv.Boltzmann(beta=beta), pv.Sliding(3, 2))
    np.testing.assert_allclose(windows_of(beta).output.ravel(), pooled.output.ravel(), rtol=2e-15)


def test_an_endless_beta_is_max_pooling():
    pooled = pv.pool(X, pv.Max(), pv.Sliding(3, 2))
    np.testing.assert_allclose(windows_of(1e5).output.ravel(), pooled.output.ravel(), rtol=1e-14)


def test_the_keys_of_the_pyramid_are_adaptive_averages():
    maps = np.random.default_rng(1).normal(size=(2, 12, 9))
    block = pv.AsymmetricPyramid(inner=2)
    p = block.init(2) | {"k.weight": np.eye(2), "v.weight": np.eye(2)}
    run = block(maps, p)
    bins = [pv.pool(maps, pv.Average(), pv.Adaptive(n)).output.reshape(2, -1) for n in (1, 3, 6, 8)]
    np.testing.assert_allclose(run.maps[0].k, np.hstack(bins).T, rtol=1e-15, atol=2e-16)
    assert run.weights.shape == (108, 110)


def test_gaussian_non_local_is_boltzmann_pooling_with_the_queries_own_value():
    a = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], float)
    run = pv.attend(a.reshape(-1, 1), a.reshape(-1, 1), a.reshape(-1, 1), scale=1)
    for value, y in zip(a.ravel(), run.output.ravel(), strict=True):
        pooled = pv.pool(a, pv.Boltzmann(beta=value), pv.Global()).output
        np.testing.assert_allclose(y, pooled.item(), rtol=2e-15)


def test_the_mean_is_global_pooling_and_what_squeeze_and_context_take():
    maps = np.random.default_rng(2).normal(size=(4, 5, 6))
    mean = pv.pool(maps, pv.Average(), pv.Global()).output.ravel()
    se, gc = pv.SqueezeExcitation(hidden=2), pv.GlobalContext(hidden=3)
    p = gc.init(4) | {"k.weight": np.zeros(4)}
    for run in (se(maps, se.init(4)), gc(maps, p)):
        np.testing.assert_allclose(run.named("context").ravel(), mean, rtol=1e-13, atol=1e-15)
