"""Conventions all variants share: sizes, padding, divisors, ties, NaN, infinities, unpooling."""

from math import ceil, floor, inf, nan

import numpy as np
import pytest

import poolviz as pv
from poolviz.pooling import selecting
from tests.pooling import oracle

pytestmark = pytest.mark.usefixtures("path")

SIZES = [
    (n, k, s, p, d)
    for n in range(1, 25)
    for k in range(1, 7)
    for s in range(1, 7)
    for p in range(k // 2 + 1)
    for d in (1, 2)
]


def out(n, k, s=None, padding=0, dilation=1, ceil_mode=False):
    """Number of windows on one axis; 0 where the kernel does not fit."""
    try:
        return pv.Sliding((k,), s and (s,), padding, dilation, ceil_mode).axes((n,))[0].out
    except ValueError:
        return 0


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_output_sizes_count_the_windows_that_can_be_laid(ceil_mode):
    for n, k, s, p, d in SIZES:
        axis = oracle.sliding_axis(n, k, s, p, p, d, ceil_mode)
        assert out(n, k, s, p, d, ceil_mode) == len(axis), (n, k, s, p, d)


def test_output_sizes_follow_the_formulas_of_floor_and_ceil():
    for n, k, s, p, d in SIZES:
        room = n + 2 * p - d * (k - 1) - 1
        if room < 0:
            continue
        rounded_up = ceil(room / s) + 1
        last_starts_too_late = (rounded_up - 1) * s >= n + p
        assert out(n, k, s, p, d) == floor(room / s) + 1
        assert out(n, k, s, p, d, ceil_mode=True) == rounded_up - last_starts_too_late


def test_output_size_differs_from_the_often_quoted_formula_as_stated():
    quoted = {}
    for n, k, s, p, d in SIZES:
        if d == 1 and n + 2 * p >= k:
            quoted[n, k, s, p] = ceil((n + 2 * p - k) / s) + 1
    for ceil_mode, share in ((False, 58), (True, 24)):
        sizes = {setting: out(*setting, ceil_mode=ceil_mode) for setting in quoted}
        different = sum(sizes[setting] != quoted[setting] for setting in quoted)
        assert round(100 * different / len(quoted)) == share
    assert (out(1, 2, 2, 1, ceil_mode=True), quoted[1, 2, 2, 1]) == (1, 2)


@pytest.mark.parametrize(
    ("n", "k", "s", "p", "size"), [(224, 3, 2, 1, 112), (5, 2, 2, 0, 2), (224, 2, 2, 0, 112)]
)
def test_output_size_of_known_layers(n, k, s, p, size):
    assert out(n, k, s, p) == size


def test_the_stride_is_the_kernel_unless_given():
    assert pv.Sliding(3).bind((9, 9)).out_shape == (3, 3)
    assert pv.Sliding((2, 3)).bind((4, 9)).out_shape == (2, 3)


def test_a_bare_kernel_means_two_axes_and_a_tuple_sets_their_number():
    assert pv.Sliding(3).ndim == 2
    assert [pv.Sliding((2,) * rank).ndim for rank in (1, 2, 3)] == [1, 2, 3]
    assert pv.Adaptive(3).ndim == 2
    assert pv.Adaptive((3,)).ndim == 1
    assert pv.Adaptive(None).bind((3, 4)).out_shape == (3, 4)


def test_lists_are_taken_as_tuples():
    assert pv.Sliding([2, 2], [1, 1], [[1, 0], [0, 1]]) == pv.Sliding(
        (2, 2), (1, 1), ((1, 0), (0, 1))
    )
    assert pv.Adaptive([2, None]) == pv.Adaptive((2, None))


def test_three_dimensional_output_shapes():
    assert pv.Sliding((1, 1, 1), 2, ceil_mode=True).bind((5, 6, 7)).out_shape == (3, 3, 4)
    for ceil_mode in (False, True):
        geometry = pv.Sliding((2, 2, 2), 2, 1, 1, ceil_mode)
        assert geometry.bind((3, 4, 5)).out_shape == (2, 3, 3)


def test_same_padding_puts_the_odd_cell_after_or_before():
    assert pv.Sliding((2,), 2, "same_upper").bind((3,)).index.tolist() == [[0, 1], [2, -1]]
    assert pv.Sliding((2,), 2, "same_lower").bind((3,)).index.tolist() == [[-1, 0], [1, 2]]
    assert pv.Sliding((2,), 2, "valid").bind((3,)).index.tolist() == [[0, 1]]


def test_same_padding_is_never_negative():
    # 2 windows of 1 cell, 3 apart, reach over 4 of 6 cells: 2 are in no window, none is cut off.
    for rule in ("same_upper", "same_lower"):
        axis = pv.Sliding((1,), 3, rule).axes((6,))[0]
        assert (axis.before, axis.after) == (0, 0)
        assert pv.Sliding((1,), 3, rule).bind((6,)).index.tolist() == [[0], [3]]
        assert pv.Sliding((2,), 4, rule).bind((8,)).index.tolist() == [[0, 1], [4, 5]]


def test_ceil_mode_changes_nothing_under_same_padding():
    for rule in ("same_upper", "same_lower"):
        table = pv.Sliding((3,), 2, rule, ceil_mode=True).bind((8,)).index
        np.testing.assert_array_equal(table, pv.Sliding((3,), 2, rule).bind((8,)).index)


def test_overrun_of_ceil_mode_is_told_apart_from_padding():
    table = pv.Sliding((3,), 2, 1, ceil_mode=True).bind((4,)).index
    assert table.tolist() == [[-1, 0, 1], [1, 2, 3], [3, -1, -2]]


# Adaptive


def test_adaptive_windows_of_ten_cells_into_four_by_both_rules():
    torch, equal = pv.Adaptive((4,)), pv.Adaptive((4,), rule="equal")
    assert torch.spans(10, 4).tolist() == [[0, 3], [2, 5], [5, 8], [7, 10]]
    assert equal.spans(10, 4).tolist() == [[0, 4], [2, 6], [4, 8], [6, 10]]


def test_adaptive_rules_agree_where_they_are_said_to():
    pairs = [(n, o) for n in range(1, 33) for o in range(1, n + 1)]
    same = {
        (n, o)
        for n, o in pairs
        if np.array_equal(
            pv.Adaptive((o,)).spans(n, o), pv.Adaptive((o,), rule="equal").spans(n, o)
        )
    }
    assert (len(pairs), len(same)) == (528, 201)
    assert {pair for pair in pairs if pair[0] % pair[1] == 0} <= same


def test_adaptive_by_a_divisor_is_plain_pooling():
    x = np.random.default_rng(0).normal(size=(6, 8))
    for variant in (pv.Max(), pv.Average()):
        for rule in ("torch", "equal"):
            run = pv.pool(x, variant, pv.Adaptive((3, 4), rule))
            plain = pv.pool(x, variant, pv.Sliding(2))
            np.testing.assert_allclose(run.output, plain.output, rtol=1e-14)


def test_adaptive_to_one_cell_is_global():
    x = np.random.default_rng(0).normal(size=(2, 5, 7))
    for rule in ("torch", "equal"):
        run = pv.pool(x, pv.Average(), pv.Adaptive(1, rule))
        np.testing.assert_allclose(run.output, x.mean((1, 2), keepdims=True), rtol=1e-14)
    assert pv.pool(x, pv.Max(), pv.Global()).output.shape == (2, 1, 1)


def test_adaptive_to_more_cells_than_there_are():
    assert pv.Adaptive((5,)).bind((3,)).valid.sum(-1).tolist() == [1, 2, 1, 2, 1]
    assert pv.Adaptive((4,), rule="equal").bind((3,)).index.tolist() == [[0, 1, 2]] * 4


# Padding value and divisor


def test_padding_never_wins_over_negative_cells():
    x = -np.ones((3, 3))
    for padding in (1, "same_upper", ((0, 1), (0, 1))):
        run = pv.pool(x, pv.Max(), pv.Sliding(3, 2, padding))
        np.testing.assert_array_equal(run.output, -1)
        assert (run.locations >= 0).all()


def test_padding_never_wins_in_a_minimum_over_positive_cells():
    run = pv.pool(np.ones((3, 3)), pv.Min(), pv.Sliding(3, 2, 1))
    np.testing.assert_array_equal(run.output, 1)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64])
def test_padding_never_wins_over_the_least_integer(dtype):
    x = np.full((2, 2), np.iinfo(dtype).min, dtype)
    run = pv.pool(x, pv.Max(), pv.Sliding(2, 2, 1))
    np.testing.assert_array_equal(run.output, x)
    np.testing.assert_array_equal(run.locations, [[0, 1], [2, 3]])
    np.testing.assert_array_equal(run.backward(np.ones((2, 2))), np.ones((2, 2)))


PADDING_ONLY = pv.Sliding((2,), 2, 1, 2)


@pytest.mark.parametrize(
    ("variant", "value"),
    [
        (pv.Max(), -inf),
        (pv.Min(), inf),
        (pv.Average(), 0),
        (pv.Average(count_include_pad=False), 0),
        (pv.L2(), 0),
        (pv.Stochastic(), 0),
        (pv.Stochastic(phase="test"), 0),
        (pv.SoftPool(), 0),
    ],
)
def test_a_window_over_padding_only_has_no_location_and_no_gradient(variant, value):
    run = pv.pool(np.array([7.0]), variant, PADDING_ONLY)
    np.testing.assert_array_equal(run.output, [value])
    np.testing.assert_array_equal(run.backward(np.array([5.0])), [0])
    if variant.selects:
        np.testing.assert_array_equal(run.locations, [-1])


def test_a_window_over_padding_only_gives_the_limit_of_an_integer_dtype():
    assert pv.pool(np.array([7], np.uint8), pv.Max(), PADDING_ONLY).output.tolist() == [0]
    assert pv.pool(np.array([7], np.int8), pv.Max(), PADDING_ONLY).output.tolist() == [-128]
    assert pv.pool(np.array([7], np.int8), pv.Min(), PADDING_ONLY).output.tolist() == [127]


def test_the_average_never_counts_the_overrun_of_ceil_mode():
    x, geometry = np.ones(4), pv.Sliding((3,), 2, 1, ceil_mode=True)
    run = pv.pool(x, pv.Average(), geometry)
    np.testing.assert_allclose(run.output, [2 / 3, 1, 1 / 2], rtol=1e-15)
    np.testing.assert_allclose(run.backward(np.ones(3)), [1 / 3, 2 / 3, 1 / 3, 5 / 6], rtol=1e-15)


def test_the_average_without_padding_in_the_divisor():
    x, geometry = np.ones(4), pv.Sliding((3,), 2, 1, ceil_mode=True)
    run = pv.pool(x, pv.Average(count_include_pad=False), geometry)
    np.testing.assert_array_equal(run.output, np.ones(3))
    np.testing.assert_allclose(run.backward(np.ones(3)), [1 / 2, 5 / 6, 1 / 3, 4 / 3], rtol=1e-15)


def test_divisor_override_replaces_the_count():
    geometry = pv.Sliding((3,), 2, 1, ceil_mode=True)
    for include in (True, False):
        run = pv.pool(np.ones(4), pv.Average(include, 2), geometry)
        np.testing.assert_array_equal(run.output, [1, 1.5, 0.5])
        np.testing.assert_array_equal(run.backward(np.ones(3)), [0.5, 1, 0.5, 1])
    total = pv.pool(np.ones(4), pv.Average(divisor_override=1), geometry)
    np.testing.assert_array_equal(total.output, [2, 3, 1])


# Ties, NaN, infinities, signed zero

WINDOW = pv.Sliding(2)


def select(cells, variant=None):
    """(value, location, gradient) of one 2x2 window."""
    run = pv.pool(np.reshape(np.array(cells, float), (2, 2)), variant or pv.Max(), WINDOW)
    return run.output.item(), run.locations.item(), run.backward(np.ones((1, 1))).ravel().tolist()


@pytest.mark.parametrize("variant", [pv.Max(), pv.Min()])
def test_ties_go_to_the_first_cell_in_row_major_order(variant):
    assert select([1, 1, 1, 1], variant) == (1, 0, [1, 0, 0, 0])


@pytest.mark.parametrize("variant", [pv.Max(ties="shared"), pv.Min(ties="shared")])
def test_ties_may_be_shared_evenly_while_the_location_stays_the_first(variant):
    assert select([2, 2, 2, 2], variant) == (2, 0, [0.25] * 4)
    run = pv.pool(np.zeros((80, 80)), variant, pv.Sliding(2, 1))
    np.testing.assert_array_equal(run.jacobian(), 0.25)
    np.testing.assert_array_equal(run.backward(np.ones((79, 79)))[1:-1, 1:-1], 1)


def test_ties_further_on():
    assert select([0, 2, 2, 1]) == (2, 1, [0, 1, 0, 0])
    assert select([5, 2, 2, 3], pv.Min()) == (2, 1, [0, 1, 0, 0])


@pytest.mark.parametrize("variant", [pv.Max(), pv.Min(), pv.Stochastic()])
@pytest.mark.parametrize(
    ("cells", "at"),
    [([nan, 1, nan, 2], 2), ([1, nan, 2, 3], 1), ([nan] * 4, 3), ([nan, 1, 2, 3], 0)],
)
def test_the_last_nan_wins(variant, cells, at):
    value, location, gradient = select(cells, variant)
    assert np.isnan(value)
    assert location == at
    assert gradient == [float(i == at) for i in range(4)]


@pytest.mark.parametrize(
    "variant", [pv.Average(), pv.L2(), pv.SoftPool(), pv.Stochastic(0, "test")]
)
def test_nan_passes_through_a_blend_and_stays_in_its_window(variant):
    x = np.ones((2, 4))
    x[0, 0] = nan
    run = pv.pool(x, variant, WINDOW)
    np.testing.assert_array_equal(np.isnan(run.output), [[True, False]])
    assert np.isfinite(run.backward(np.ones((1, 2)))[:, 2:]).all()


def test_minus_infinity_everywhere_gives_the_first_real_cell():
    assert select([-inf] * 4) == (-inf, 0, [1, 0, 0, 0])
    run = pv.pool(np.full((4, 4), -inf), pv.Max(), pv.Sliding(3, 2, 1))
    np.testing.assert_array_equal(run.output, -inf)
    np.testing.assert_array_equal(run.locations, [[0, 1], [4, 5]])
    assert select([inf] * 4, pv.Min()) == (inf, 0, [1, 0, 0, 0])


def test_infinities_win_and_lose():
    assert select([1, inf, inf, -inf]) == (inf, 1, [0, 1, 0, 0])
    assert select([1, inf, -inf, -inf], pv.Min()) == (-inf, 2, [0, 0, 1, 0])


def test_signed_zeros_tie_and_the_first_keeps_its_sign():
    for cells, negative in (([-0.0, 0, -0.0, 0], True), ([0, -0.0, 0, -0.0], False)):
        for variant in (pv.Max(), pv.Min()):
            value, location, _ = select(cells, variant)
            assert (location, bool(np.signbit(value))) == (0, negative)


def test_overlapping_windows_accumulate():
    run = pv.pool(np.ones((4, 4)), pv.Max(), pv.Sliding(2, 1))
    np.testing.assert_array_equal(run.backward(np.ones((3, 3))), [[1, 1, 1, 0]] * 3 + [[0] * 4])


def test_no_gradient_flows_through_a_zero_whatever_stands_on_the_other_side():
    run = pv.pool(np.array([[1.0, 2.0, 3.0, 4.0]]), pv.Max(), pv.Sliding((1, 2)))
    np.testing.assert_array_equal(run.backward(np.array([[inf, nan]])), [[0, inf, 0, nan]])
    run = pv.pool(np.array([[nan, 1.0, 3.0, 4.0]]), pv.L2(), pv.Sliding((1, 2)))
    np.testing.assert_array_equal(run.backward(np.array([[0.0, 0.0]])), np.zeros((1, 4)))


def test_l2_of_zeros_is_zero_with_gradient_zero():
    run = pv.pool(np.zeros((2, 2)), pv.L2(), WINDOW)
    np.testing.assert_array_equal(run.output, 0)
    np.testing.assert_array_equal(run.backward(np.ones((1, 1))), 0)


@pytest.mark.parametrize("scale", [1e200, 1e-200, 1e-320])
def test_l2_neither_overflows_nor_vanishes(scale):
    run = pv.pool(np.full((2, 2), scale), pv.L2(), WINDOW)
    np.testing.assert_allclose(run.output, scale, rtol=1e-15)
    np.testing.assert_allclose(run.jacobian(), 0.25, rtol=1e-15)


def test_l2_of_an_infinity_is_infinite_and_shares_by_it():
    run = pv.pool(np.array([[1.0, -inf], [2.0, 3.0]]), pv.L2(), WINDOW)
    assert run.output.item() == inf
    np.testing.assert_array_equal(run.contributions().ravel(), [0, 1, 0, 0])


def test_softpool_does_not_overflow():
    for dtype, big in ((np.float32, 1e30), (np.float64, 1e300)):
        x = np.array([[big, 0], [0, -big]], dtype)
        run = pv.pool(x, pv.SoftPool(), WINDOW)
        np.testing.assert_array_equal(run.output, dtype(big))
        np.testing.assert_array_equal(run.jacobian().ravel(), [1, 0, 0, 0])


@pytest.mark.parametrize(
    ("cells", "value", "gradient"),
    [
        ([inf, 1, inf, 2], inf, [0.5, 0, 0.5, 0]),
        ([-inf, 3, -inf, -inf], 3, [0, 1, 0, 0]),
        ([-inf] * 4, -inf, [0.25] * 4),
        ([inf, -inf, 0, 0], inf, [1, 0, 0, 0]),
    ],
)
def test_softpool_at_infinities_is_its_limit(cells, value, gradient):
    run = pv.pool(np.reshape(cells, (2, 2)), pv.SoftPool(), WINDOW)
    assert run.output.item() == value
    assert run.jacobian().ravel().tolist() == gradient


def test_softpool_as_published_passes_the_weights_alone():
    x = np.array([[1.0, 3.0], [5.0, 6.0]])
    full = pv.pool(x, pv.SoftPool(), WINDOW)
    published = pv.pool(x, pv.SoftPool(full_gradient=False), WINDOW)
    np.testing.assert_array_equal(full.output, published.output)
    expected = [0.00473, 0.034953, 0.258269, 0.702048]
    np.testing.assert_allclose(published.jacobian().ravel(), expected, atol=1e-6)
    np.testing.assert_array_equal(published.jacobian(), full.contributions())


# Stochastic pooling


def test_a_window_of_zeros_gives_zero_from_any_of_its_cells():
    run = pv.pool(np.zeros((40, 40)), pv.Stochastic(), WINDOW)
    np.testing.assert_array_equal(run.output, 0)
    assert len(np.unique(run.jacobian().argmax(-1))) == 4
    np.testing.assert_array_equal(run.odds(), 0.25)
    some = pv.pool(np.random.default_rng(0).normal(size=(9, 9)), pv.Stochastic(), pv.Sliding(3))
    np.testing.assert_allclose(some.odds().sum(-1), 1, rtol=1e-14)
    tested = pv.pool(np.zeros((2, 2)), pv.Stochastic(phase="test"), WINDOW)
    np.testing.assert_array_equal(tested.output, 0)
    np.testing.assert_array_equal(tested.jacobian(), 0)
    np.testing.assert_array_equal(tested.contributions(), 0)


def test_cells_of_probability_zero_are_never_drawn():
    x = np.zeros((200, 4))
    x[:, 2] = 1e-300
    x[:, 3] = -5
    run = pv.pool(x, pv.Stochastic(), pv.Sliding((1, 4)))
    np.testing.assert_array_equal(run.output, 1e-300)


def test_the_largest_draw_stays_inside_the_odds(monkeypatch):
    def largest(seed, shape):
        return np.full(shape, np.nextafter(1, 0))

    monkeypatch.setattr(selecting, "uniform", largest)
    x = np.random.default_rng(0).uniform(0.1, 1, (5000, 9))
    x[:, 0] = x[:, -1] = 0  # odds that add up to a little more or less than 1, and end early
    run = pv.pool(x, pv.Stochastic(), pv.Sliding((1, 9)))
    np.testing.assert_array_equal(run.output[:, 0], x[:, -2])


def test_the_smallest_draw_takes_the_first_cell_that_has_odds(monkeypatch):
    monkeypatch.setattr(selecting, "uniform", lambda _seed, shape: np.zeros(shape))
    run = pv.pool(np.array([[0.0, 0.0, 3.0, 1.0]]), pv.Stochastic(), pv.Sliding((1, 4)))
    assert run.locations.tolist() == [[2]]


def test_padding_is_never_drawn():
    run = pv.pool(np.zeros((30, 3, 3)), pv.Stochastic(), pv.Sliding(3, 2, 1))
    assert (run.locations >= 0).all()


def test_infinite_activations_share_the_odds():
    run = pv.pool(np.array([[1.0, inf], [inf, 2.0]]), pv.Stochastic(), WINDOW)
    np.testing.assert_array_equal(run.odds().ravel(), [0, 0.5, 0.5, 0])
    assert run.output.item() == inf
    tested = pv.pool(run.x, pv.Stochastic(phase="test"), WINDOW)
    assert tested.output.item() == inf
    np.testing.assert_array_equal(tested.contributions().ravel(), [0, 0.5, 0.5, 0])


def test_huge_and_tiny_activations_keep_their_odds():
    for scale in (1e307, 1e-320):
        x = np.array([[1.0, 3.0], [4.0, 8.0]]) * scale
        run = pv.pool(x, pv.Stochastic(phase="test"), WINDOW)
        np.testing.assert_allclose(run.odds().ravel(), np.array([1, 3, 4, 8]) / 16, rtol=1e-3)
        np.testing.assert_allclose(run.output, scale * (90 / 16), rtol=1e-3)


def test_a_seed_repeats_its_draw_and_another_one_does_not():
    x = np.random.default_rng(0).uniform(0.1, 1, (20, 20))
    first, again, other = (
        pv.pool(x, pv.Stochastic(seed=seed), WINDOW).locations for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_draws_follow_the_activations_and_average_to_the_test_value():
    cells, count = np.array([1.6, 2.4, 0.0, 4.0]), 40_000
    run = pv.pool(np.broadcast_to(cells, (count, 4)), pv.Stochastic(seed=5), pv.Sliding((1, 4)))
    seen = np.bincount(run.jacobian().argmax(-1).ravel(), minlength=4)
    expected = cells / cells.sum() * count
    assert seen[2] == 0
    chi_square = ((seen - expected)[[0, 1, 3]] ** 2 / expected[[0, 1, 3]]).sum()
    assert chi_square < 13.8  # two degrees of freedom: p = 0.001
    tested = pv.pool(cells[None], pv.Stochastic(phase="test"), pv.Sliding((1, 4)))
    spread = run.output.std() / np.sqrt(count)
    assert abs(run.output.mean() - tested.output.item()) < 4 * spread


# Unpooling


def test_unpooling_puts_values_back_and_leaves_zeros():
    x = np.arange(1.0, 17).reshape(4, 4)
    run = pv.pool(x, pv.Max(), WINDOW)
    back = pv.unpool(run.output, run.locations, (4, 4))
    np.testing.assert_array_equal(back, np.where(np.isin(x, [6, 8, 14, 16]), x, 0))


def test_unpooling_counts_locations_in_each_plane():
    x = np.arange(1.0, 65).reshape(2, 2, 4, 4)
    run = pv.pool(x, pv.Max(), WINDOW)
    back = pv.unpool(run.output, run.locations, (4, 4))
    np.testing.assert_array_equal(back, np.where(run.backward(np.ones((2, 2, 2, 2))) > 0, x, 0))


def test_a_window_without_location_is_skipped():
    assert pv.unpool([5, 6], [-1, 1], (3,)).tolist() == [0, 6, 0]


def test_the_last_of_duplicate_locations_wins_or_all_are_added():
    values, locations = np.array([9.0, 10, 11, 12]), np.array([1, 1, 0, 1])
    assert pv.unpool(values, locations, (3,)).tolist() == [11, 12, 0]
    assert pv.unpool(values, locations, (3,), duplicates="sum").tolist() == [11, 31, 0]


def test_duplicates_in_different_planes_do_not_meet():
    values, locations = np.array([[1.0, 2], [3, 4]]), np.zeros((2, 2), int)
    assert pv.unpool(values, locations, (2,), duplicates="sum").tolist() == [[3, 0], [7, 0]]
    assert pv.unpool(values, locations, (2,)).tolist() == [[2, 0], [4, 0]]


def test_sum_is_the_adjoint_of_reading_the_locations():
    x = np.random.default_rng(0).normal(size=(5, 5))
    run = pv.pool(x, pv.Max(), pv.Sliding(3, 1))
    dy = np.random.default_rng(1).normal(size=run.output.shape)
    np.testing.assert_allclose(pv.unpool(dy, run.locations, (5, 5), "sum"), run.backward(dy))


def test_unpooling_to_a_larger_size_needs_no_more_than_the_size():
    x = np.arange(1.0, 21).reshape(4, 5)
    run = pv.pool(x, pv.Max(), WINDOW)
    back = pv.unpool(run.output, run.locations, (4, 5))
    np.testing.assert_array_equal(back, np.where(np.isin(x, [7, 9, 17, 19]), x, 0))


def test_an_index_beyond_the_output_is_refused():
    x = np.arange(25.0).reshape(5, 5)
    run = pv.pool(x, pv.Max(), WINDOW)  # 18 is the last location; a 4x4 plane ends at 15
    with pytest.raises(ValueError, match=r"locations must lie in \[-1, 15\] .* got 6 to 18"):
        pv.unpool(run.output, run.locations, (4, 4))
    assert pv.unpool(run.output, run.locations, (5, 5)).sum() == run.output.sum()


@pytest.mark.parametrize("shape", [(0, 2, 2), (3, 0, 2, 2)])
def test_an_empty_batch_unpools_to_an_empty_batch(shape):
    back = pv.unpool(np.zeros(shape), np.zeros(shape, int), (4, 4))
    assert back.shape == (*shape[:-2], 4, 4)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int8, np.uint64, bool])
def test_unpooling_keeps_the_dtype(dtype):
    for duplicates in ("last", "sum"):
        back = pv.unpool(np.ones(3, dtype), np.array([2, 0, 1], np.uint8), (4,), duplicates)
        assert back.dtype == dtype
        assert back.tolist() == [1, 1, 1, 0]


def test_half_precision_sums_are_formed_in_single_precision():
    ones, zeros = np.ones(4096, np.float16), np.zeros(4096, int)
    assert pv.unpool(ones, zeros, (1,), "sum").tolist() == [4096]
