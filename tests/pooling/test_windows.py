"""The table under everything: ragged windows, leads, weights, and what it costs."""

from dataclasses import dataclass

import numpy as np
import pytest

import poolviz as pv
from poolviz.pooling import layout as module
from tests.pooling.cases import VARIANTS, name, tie_free


@dataclass(frozen=True)
class Given:
    """A geometry that is its own table, as regions and random geometries make theirs."""

    windows: pv.Windows
    ndim: int

    def bind(self, in_shape):
        assert in_shape == self.windows.in_shape
        return self.windows


def given(in_shape, index, out_rank=None, weights=None):
    """A table ``(*lead, *out, K)`` over a plane; ``out_rank`` defaults to the plane's."""
    index = np.array(index)
    rank = len(in_shape) if out_rank is None else out_rank
    out = index.shape[index.ndim - 1 - rank : -1]
    weights = None if weights is None else np.array(weights, float)
    return Given(pv.Windows(in_shape, out, index, weights), len(in_shape))


RAGGED = given((5,), [[0, 1, 2, 3], [4, -2, -2, -2], [-2, 2, -1, -2], [-2, -2, -2, -2]])


def test_a_filler_is_never_read_and_never_written():
    x = np.array([5.0, -1, -2, -3, -4])
    run = pv.pool(x, pv.Max(), RAGGED)
    assert run.output.tolist() == [5, -4, -2, -np.inf]
    assert run.locations.tolist() == [0, 4, 2, -1]
    assert run.backward(np.array([1.0, 2, 3, 4])).tolist() == [1, 0, 3, 0, 2]


def test_padding_may_count_and_fillers_never_do():
    x = np.array([5.0, -1, -2, -3, -4])
    counted = pv.pool(x, pv.Average(), RAGGED)
    np.testing.assert_allclose(counted.output, [-0.25, -4, -1, 0])
    alone = pv.pool(x, pv.Average(count_include_pad=False), RAGGED)
    np.testing.assert_allclose(alone.output, [-0.25, -4, -2, 0])
    np.testing.assert_allclose(alone.backward(np.ones(4)), [0.25, 0.25, 1.25, 0.25, 1])


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_every_variant_takes_ragged_and_empty_windows(variant):
    x = tie_free(variant, (3, 5))
    run = pv.pool(x, variant, RAGGED)
    assert np.isfinite(run.output[:, :3]).all()
    assert run.output[0, 3] == (variant.identity if variant.selects else 0)
    assert (run.jacobian()[:, 3] == 0).all()
    assert np.isfinite(run.backward(np.ones((3, 4)))).all()


# Leads: windows that differ from plane to plane

LEAD = given((4,), [[[0, 1], [2, 3]], [[1, 2], [3, -2]], [[0, 0], [0, 0]]])


def test_a_lead_gives_every_plane_windows_of_its_own():
    x = np.arange(12.0).reshape(3, 4)
    run = pv.pool(x, pv.Max(), LEAD)
    assert run.output.tolist() == [[1, 3], [6, 7], [8, 8]]
    assert run.locations.tolist() == [[1, 3], [2, 3], [0, 0]]
    dx = run.backward(np.array([[1.0, 2], [3, 4], [5, 6]]))
    assert dx.tolist() == [[0, 1, 0, 2], [0, 0, 3, 4], [11, 0, 0, 0]]


def test_a_lead_broadcasts_against_the_batch():
    x = np.random.default_rng(0).normal(size=(5, 3, 4))
    run = pv.pool(x, pv.Average(), LEAD)
    assert run.output.shape == (5, 3, 2)
    for i in range(5):
        np.testing.assert_array_equal(run.output[i], pv.pool(x[i], pv.Average(), LEAD).output)


@pytest.mark.parametrize("shape", [(4,), (1, 4), (2, 1, 4)])
def test_one_plane_read_by_several_leads_collects_the_gradient_of_all(shape):
    x = np.random.default_rng(0).normal(size=shape)
    x = np.abs(x)
    for variant in (pv.Max(), pv.L2(), pv.SoftPool(), pv.Stochastic()):
        run = pv.pool(x, variant, LEAD)
        assert run.output.shape == (*np.broadcast_shapes(shape[:-1], (3,)), 2)
        dy = np.random.default_rng(1).normal(size=run.output.shape)
        dx = run.backward(dy)
        assert dx.shape == shape
        spread = np.broadcast_to(x, (*np.broadcast_shapes(shape[:-1], (3,)), 4))
        apart = pv.pool(spread, variant, LEAD).backward(dy)
        np.testing.assert_allclose(dx.sum((*range(dx.ndim - 1),)), apart.reshape(-1, 4).sum(0))
        assert pv.check_gradient(variant, LEAD, np.arange(1, 1 + x.size).reshape(shape)) < 1e-6


def test_a_lead_meets_an_empty_batch():
    run = pv.pool(np.zeros((0, 1, 4)), pv.Max(), LEAD)
    assert run.output.shape == (0, 3, 2)
    assert run.backward(np.zeros((0, 3, 2))).shape == (0, 1, 4)


# Weights: samples between cells

WEIGHTED = given((4,), [[0, 1], [2, -2]], weights=[[0.25, 0.75], [0.5, 0.0]])


def test_weights_multiply_on_the_way_in_and_on_the_way_back():
    x = np.array([4.0, 8, -6, 0])
    run = pv.pool(x, pv.Average(divisor_override=1), WEIGHTED)
    assert run.output.tolist() == [7, -3]
    assert run.backward(np.array([1.0, 10])).tolist() == [0.25, 0.75, 5, 0]
    np.testing.assert_array_equal(run.cells, [[1, 6], [-3, 0]])


def test_a_weight_of_zero_beside_an_infinite_identity_is_no_nan():
    for variant in (pv.Max(), pv.Min()):
        run = pv.pool(np.array([4.0, 8, -6, 0]), variant, WEIGHTED)
        assert run.output[1] == -3


def test_weights_turn_integers_into_floats():
    x = np.array([1, 1, 1, 1])
    for variant in (pv.Max(), pv.Average(divisor_override=1)):
        run = pv.pool(x, variant, WEIGHTED)
        assert run.output.dtype == np.float64
        assert run.output[1] == 0.5


def test_weighted_gradients_agree_with_central_differences():
    x = np.array([4.0, 8.5, -6, 0.3])
    for variant in (pv.Max(), pv.Average(), pv.L2(), pv.SoftPool()):
        assert pv.check_gradient(variant, WEIGHTED, x) < 1e-6


def test_weighted_half_precision_accumulates_in_single():
    x = np.ones(4, np.float16)
    assert pv.pool(x, pv.Average(), WEIGHTED).output.dtype == np.float16


def test_scatter_alone_adds_half_precision_in_single_and_gives_it_back():
    every = given((1,), [[0]] * 3000)
    dx = every.windows.scatter(np.ones((3000, 1), np.float16))
    assert dx.dtype == np.float16
    assert dx.tolist() == [3000]


# Cost and safety


def test_tables_cannot_be_changed():
    table = pv.Sliding(2).bind((4, 4))
    for array in (table.index, table.valid):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_small_tables_are_kept_by_geometry_and_shape():
    first = pv.Sliding(2).bind((4, 4))
    assert pv.Sliding(2).bind((4, 4)) is first
    assert pv.Sliding(2, 1).bind((4, 4)) is not first
    assert pv.pool(np.ones((3, 4, 4)), pv.Max(), pv.Sliding(2)).windows is first


def test_large_tables_are_not_kept(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 10)
    assert pv.Sliding(2).bind((6, 4)) is not pv.Sliding(2).bind((6, 4))


@pytest.mark.parametrize(
    ("geometry", "shape", "argument"),
    [
        (pv.Sliding((2000,), 1), (1_000_000,), "kernel_size and stride"),
        (pv.Adaptive((2**31 - 1,)), (3,), "output_size"),
        (pv.Adaptive((60_000, 60_000)), (3, 3), "output_size"),
        (pv.Adaptive((50_000,), rule="equal"), (10_000,), "output_size"),
        (pv.Global(3), (1000, 1000, 1000), "ndim"),
    ],
)
def test_tables_that_would_fill_the_memory_are_refused_at_once(geometry, shape, argument):
    with pytest.raises(ValueError, match=f"{argument} must give at most [0-9]+,000,000 window"):
        geometry.bind(shape)


def test_a_huge_stride_is_one_window():
    assert pv.Sliding((2,), 2**31 - 1).bind((5,)).index.tolist() == [[0, 1]]
