"""Laws that hold for every correct variant and geometry, and the ones that single out a variant."""

import dataclasses
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import poolviz as pv
from tests.pooling.cases import BATCHES, DETERMINISTIC, FEW, VARIANTS, name, tie_free

finite = st.floats(-1e3, 1e3, allow_subnormal=False)


@st.composite
def bound(draw):
    """Windows of a random geometry over a random plane."""
    rank = draw(st.integers(1, 3))
    shape = draw(st.tuples(*[st.integers(1, 7 - rank)] * rank))
    kind = draw(st.sampled_from(["sliding", "adaptive", "equal", "global"]))
    if kind == "global":
        return pv.Global(rank).bind(shape)
    each = st.tuples(*[st.integers(1, 4)] * rank)
    if kind != "sliding":
        rule = "torch" if kind == "adaptive" else "equal"
        return pv.Adaptive(draw(each), rule).bind(shape)
    kernel, stride, dilation = draw(each), draw(each), draw(each)
    spans = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    pads = tuple((draw(st.integers(0, s)), draw(st.integers(0, s))) for s in spans)
    geometry = pv.Sliding(kernel, stride, pads, dilation, draw(st.booleans()))
    try:
        return geometry.bind(shape)
    except ValueError:
        assume(False)


@given(windows=bound(), batch=st.sampled_from(BATCHES), seed=st.integers(0, 99))
def test_gather_and_scatter_are_adjoint(windows, batch, seed):
    rng = np.random.default_rng(seed)
    x, g = rng.normal(size=batch + windows.in_shape), rng.normal(size=batch + windows.index.shape)
    left, right = (windows.scatter(g) * x).sum(), (g * windows.gather(x, 0)).sum()
    np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12)


@given(windows=bound(), seed=st.integers(0, 99))
def test_gather_reads_the_cell_that_the_table_names(windows, seed):
    x = np.random.default_rng(seed).normal(size=windows.in_shape)
    w = windows.gather(x, 7)
    for place, at in np.ndenumerate(windows.index):
        assert w[place] == (x.flat[at] if at >= 0 else 7)


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_what_is_sent_is_what_the_windows_pass_on(variant):
    """The sum of dL/dx is the sum over windows of dy times the jacobian of their real cells."""
    for seed, case in enumerate(FEW):
        x = tie_free(variant, (2, *case.shape), seed)
        run = pv.pool(x, variant, case.geometry)
        dy = np.random.default_rng(seed).normal(size=run.output.shape)
        passed = (run.jacobian() * run.windows.valid).sum(-1) * dy
        np.testing.assert_allclose(run.backward(dy).sum(), passed.sum(), atol=1e-10)


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_no_gradient_where_there_is_no_cell(variant):
    for case in FEW:
        run = pv.pool(tie_free(variant, case.shape), variant, case.geometry)
        assert (run.jacobian()[~np.broadcast_to(run.seen, run.cells.shape)] == 0).all(), case.name


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_a_selecting_variant_gives_the_cell_at_its_location(variant):
    for case in FEW:
        x = tie_free(variant, (3, *case.shape))
        run = pv.pool(x, variant, case.geometry)
        if not variant.selects:
            assert run.locations is None
            continue
        flat, at = x.reshape(3, -1), run.locations.reshape(3, -1)
        read = np.take_along_axis(flat, np.maximum(at, 0), -1)
        empty = variant.identity
        np.testing.assert_array_equal(run.output.reshape(3, -1), np.where(at < 0, empty, read))
        # its gradient is one at that cell: unpooling the sent gradient is going backward
        dy = np.random.default_rng(1).normal(size=run.output.shape)
        back = pv.unpool(dy, run.locations, case.shape, duplicates="sum")
        np.testing.assert_allclose(run.backward(dy), back, atol=1e-14)


UNORDERED = [variant for variant in DETERMINISTIC if not variant.ordered]


@pytest.mark.parametrize("variant", UNORDERED, ids=name)
def test_a_window_sees_its_own_cells_and_nothing_else(variant):
    """Padded and ragged windows give what their real cells give alone."""
    for case in FEW:
        run = pv.pool(tie_free(variant, case.shape), variant, case.geometry)
        seen = np.broadcast_to(run.seen, run.cells.shape)
        for at in np.ndindex(run.output.shape):
            cells, here = run.cells[at], seen[at]
            if not here.any():
                continue
            alone, all_valid = cells[here][None], np.ones((1, here.sum()), bool)
            with np.errstate(all="ignore"):  # as the engine calls its rules
                y, local = variant.forward(alone, all_valid), variant.jacobian(alone, all_valid)
            np.testing.assert_allclose(run.output[at], y[0], rtol=1e-12, atol=1e-13)
            np.testing.assert_allclose(run.jacobian()[at][here], local[0], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_a_window_without_a_cell_gives_identity_or_zero(variant):
    x = tie_free(variant, (1, 1))[0]
    run = pv.pool(x, variant, pv.Sliding((2,), 2, 1, 2))
    if variant.sees_padding:
        return  # its padding cells are cells: the window is not empty
    np.testing.assert_array_equal(run.output, variant.identity if variant.selects else 0)
    np.testing.assert_array_equal(run.jacobian(), 0)
    np.testing.assert_array_equal(run.backward(np.ones(1)), 0)


@pytest.mark.parametrize("variant", DETERMINISTIC, ids=name)
def test_the_order_of_the_cells_matters_only_where_it_is_declared(variant):
    rng = np.random.default_rng(0)
    w = tie_free(variant, (20, 9))
    order = rng.permuted(np.tile(np.arange(9), (20, 1)), axis=1)
    valid = np.ones(w.shape, bool)
    moved = np.take_along_axis(w, order, 1)
    with np.errstate(all="ignore"):  # as the engine calls its rules
        y, y_moved = variant.forward(w, valid), variant.forward(moved, valid)
    same = np.allclose(y, y_moved, rtol=1e-12, atol=1e-13, equal_nan=True)
    assert same is not variant.ordered
    if same:
        with np.errstate(all="ignore"):
            local, local_moved = variant.jacobian(w, valid), variant.jacobian(moved, valid)
        local = np.take_along_axis(local, order, 1)
        np.testing.assert_allclose(local_moved, local, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("variant", DETERMINISTIC, ids=name)
def test_moving_the_input_by_a_stride_moves_the_output_by_one(variant):
    x = tie_free(variant, (9, 10))
    geometry = pv.Sliding((3, 2), (2, 3))
    whole = pv.pool(x, variant, geometry).output
    moved = pv.pool(x[2:, 3:], variant, geometry).output
    np.testing.assert_allclose(moved, whole[1:, 1:], rtol=1e-13)


@pytest.mark.parametrize("variant", DETERMINISTIC, ids=name)
def test_planes_of_a_batch_do_not_meet(variant):
    x = tie_free(variant, (2, 3, 5, 4))
    geometry = pv.Sliding(3, 2, 1)
    run = pv.pool(x, variant, geometry)
    dy = np.random.default_rng(0).normal(size=run.output.shape)
    for plane in np.ndindex(2, 3):
        alone = pv.pool(x[plane], variant, geometry)
        np.testing.assert_allclose(run.output[plane], alone.output, rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(run.backward(dy)[plane], alone.backward(dy[plane]), atol=1e-12)


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_the_same_call_gives_the_same_result(variant):
    x, geometry = tie_free(variant, (2, 6, 6)), pv.Sliding(3, 2, 1)
    first, second = pv.pool(x, variant, geometry), pv.pool(x, variant, geometry)
    np.testing.assert_array_equal(first.output, second.output)
    np.testing.assert_array_equal(first.jacobian(), second.jacobian())


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_values_only_are_the_same_values(variant):
    x, geometry = tie_free(variant, (2, 6, 6)), pv.Sliding(3, 2, 1)
    whole, values = pv.pool(x, variant, geometry), pv.pool(x, variant, geometry, locations=False)
    np.testing.assert_array_equal(values.output, whole.output)
    np.testing.assert_array_equal(values.locations, whole.locations)


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_pictures_are_told_the_truth(variant):
    """Contributions and odds have the shape of the windows, are finite, and are 0 off the cells."""
    for case in FEW:
        run = pv.pool(tie_free(variant, case.shape), variant, case.geometry)
        unseen = ~np.broadcast_to(run.seen, run.cells.shape)
        share, odds = run.contributions(), run.odds()
        assert share.shape == run.cells.shape
        assert np.isfinite(share).all()
        assert (share[unseen] == 0).all()
        assert (odds is not None) or not (variant.stochastic and variant.selects)
        if odds is not None:
            full = ~unseen.all(-1)
            if getattr(variant, "may_draw_none", False):  # max-pooling dropout may drop them all
                assert (odds.sum(-1) <= full).all()
            else:
                np.testing.assert_allclose(odds.sum(-1), full, atol=1e-12)
            assert (odds >= 0).all()
            assert (odds[unseen] == 0).all()


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_the_sentence_of_a_window_has_its_result_in_it(variant):
    for size in (1, 4, 9):
        w = tie_free(variant, (size,), seed=size)
        assert variant.arithmetic(w, np.ones(size, bool)).strip()
        some = np.arange(size) % 2 == 0
        filled = np.where(some, w, variant.identity)
        with np.errstate(all="ignore"):  # as the engine calls its rules
            assert variant.arithmetic(filled, some).strip()


# The laws of a window that facts list by variant: gradients that sum to one, and homogeneity.

SUM_TO_ONE = [
    pv.Max(),
    pv.Min(),
    pv.Average(count_include_pad=False),
    pv.Stochastic(),
    pv.SoftPool(),
    pv.SoftPool(full_gradient=False),
]


@pytest.mark.parametrize("variant", SUM_TO_ONE, ids=name)
def test_what_arrives_is_what_was_sent(variant):
    for seed, case in enumerate(FEW):
        run = pv.pool(tie_free(variant, (2, *case.shape), seed), variant, case.geometry)
        dy = np.random.default_rng(seed).normal(size=run.output.shape)
        sent = dy[np.broadcast_to(run.windows.valid.any(-1), dy.shape)].sum()
        np.testing.assert_allclose(run.backward(dy).sum(), sent, atol=1e-12)


cells = hnp.arrays(float, st.tuples(st.just(1), st.integers(1, 9)), elements=st.floats(0, 50))


@given(w=cells, shift=st.floats(0, 50))
def test_shifting_the_window_shifts_the_value(w, shift):
    valid = np.ones(w.shape, bool)
    for variant in (pv.Max(), pv.Min(), pv.Average(), pv.SoftPool()):
        y = variant.forward(w + shift, valid)
        np.testing.assert_allclose(y, variant.forward(w, valid) + shift, rtol=1e-9, atol=1e-9)


@given(w=cells, scale=st.floats(0.01, 50))
def test_scaling_the_window_scales_the_value(w, scale):
    valid = np.ones(w.shape, bool)
    for variant in (pv.Max(), pv.Min(), pv.Average(), pv.L2(), pv.Stochastic(phase="test")):
        y = variant.forward(w, valid)
        np.testing.assert_allclose(variant.forward(scale * w, valid), scale * y, rtol=1e-9)
        euler = (w * variant.jacobian(w, valid)).sum(-1)
        np.testing.assert_allclose(euler, y, rtol=1e-9, atol=1e-9)


@given(w=cells)
def test_means_lie_in_their_order(w):
    valid = np.ones(w.shape, bool)
    low, mean, rms, high = (
        v.forward(w, valid) for v in (pv.Min(), pv.Average(), pv.L2(), pv.Max())
    )
    room = 1e-9 * (1 + high)
    for value in (pv.SoftPool().forward(w, valid), pv.Stochastic(phase="test").forward(w, valid)):
        assert (mean <= value + room).all() or not w.any()
        assert (value <= high + room).all()
    assert (low <= mean + room).all()
    assert (mean <= rms + room).all()
    assert (rms <= high + room).all()


@given(
    x=hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=3, max_side=7), elements=finite),
    k=st.integers(1, 3),
)
def test_min_is_the_mirror_of_max(x, k):
    assume(min(x.shape[-2:]) >= k)
    low, high = pv.pool(x, pv.Min(), pv.Sliding(k)), pv.pool(-x, pv.Max(), pv.Sliding(k))
    np.testing.assert_array_equal(low.output, -high.output)
    np.testing.assert_array_equal(low.locations, high.locations)


@given(w=cells)
def test_rms_is_the_norm_over_the_root_of_the_count(w):
    y = pv.L2().forward(w, np.ones(w.shape, bool))
    np.testing.assert_allclose(y, np.linalg.norm(w, axis=-1) / w.shape[-1] ** 0.5, atol=1e-150)


@given(
    y=hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=3, max_side=4), elements=finite),
    k=st.integers(1, 3),
    seed=st.integers(0, 9),
)
def test_pooling_what_was_unpooled_gives_it_back(y, k, seed):
    y = np.abs(y)
    size = tuple(k * n for n in y.shape[-2:])
    x = np.random.default_rng(seed).normal(size=(*y.shape[:-2], *size))
    at = pv.pool(x, pv.Max(), pv.Sliding(k)).locations
    again = pv.pool(pv.unpool(y, at, size), pv.Max(), pv.Sliding(k))
    np.testing.assert_array_equal(again.output, y)


@given(
    y=hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=3, max_side=4), elements=finite),
    k=st.integers(1, 3),
)
def test_average_unpooling_is_average_backward_and_nearest_is_undone_by_average(y, k):
    x = np.zeros((*y.shape[:-2], k * y.shape[-2], k * y.shape[-1]))
    back = pv.pool(x, pv.Average(), pv.Sliding(k)).backward(y)
    np.testing.assert_allclose(pv.AverageUnpool(kernel_size=k)(y).output, back, rtol=1e-12)
    repeated = pv.NearestUnpool(kernel_size=k)(y).output
    again = pv.pool(repeated, pv.Average(), pv.Sliding(k))
    np.testing.assert_allclose(again.output, y, rtol=1e-12, atol=1e-12)


@given(n=st.integers(1, 6), m=st.integers(1, 6), seed=st.integers(0, 9))
def test_average_backward_is_the_adjoint_of_average(n, m, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, m))
    run = pv.pool(x, pv.Average(), pv.Sliding((min(n, 2), min(m, 3)), 1))
    dy = rng.normal(size=run.output.shape)
    np.testing.assert_allclose((run.backward(dy) * x).sum(), (dy * run.output).sum(), atol=1e-10)
    assert run.windows.index.size == prod(run.output.shape) * min(n, 2) * min(m, 3)


# Where the laws above stop: facts that people get wrong.

W = tie_free(pv.GeM(), (40, 6), seed=3)  # positive, distinct
EVERY = np.ones(W.shape, bool)


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
        pv.Gated(weights=(0.1,) * 6),
        pv.AdaPool(),
    ],
    ids=name,
)
def test_where_the_gradients_of_a_window_do_not_add_up_to_one(variant):
    assert (abs(variant.jacobian(W, EVERY).sum(-1) - 1) > 1e-6).mean() > 0.9


@pytest.mark.parametrize(
    "variant",
    [pv.SoftPool(), pv.Boltzmann(), pv.LogSumExp(), pv.DetailPreserving(), pv.Gated()],
    ids=name,
)
def test_where_scaling_the_cells_does_not_scale_the_value(variant):
    assert not np.allclose(variant.forward(3 * W, EVERY), 3 * variant.forward(W, EVERY))


# Draws: the distribution, not one draw

STOCHASTIC = [variant for variant in VARIANTS if variant.stochastic]
DRAWN = [variant for variant in STOCHASTIC if variant.selects]


@pytest.mark.parametrize("variant", DRAWN, ids=name)
def test_draws_follow_the_declared_odds(variant):
    from scipy import stats

    count = 20_000
    w = np.broadcast_to(np.array([1.0, 4, 0.5, 2]), (count, 4))
    valid = np.ones(w.shape, bool)
    odds = variant.odds(w[:1], valid[:1])[0]
    seen = np.bincount(variant.select(w, valid) + 1, minlength=5)  # the first: no cell
    expected = np.array([1 - odds.sum(), *odds]) * count
    kept = expected > 1e-6
    assert seen[~kept].sum() == 0
    assert stats.chisquare(seen[kept], expected[kept]).pvalue > 0.001


@pytest.mark.parametrize("variant", STOCHASTIC, ids=name)
def test_a_draw_is_repeated_by_its_seed_and_by_nothing_else(variant):
    results = [
        dataclasses.replace(variant, seed=seed).forward(W, EVERY).tobytes()
        for seed in (*range(12), variant.seed, variant.seed)
    ]
    assert results[-1] == results[-2]
    assert len(set(results)) > 1
