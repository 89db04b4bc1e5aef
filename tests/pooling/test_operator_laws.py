"""Operators against loops written from their definitions, their limits, and their draws."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import poolviz as pv
from tests.pooling import operator_oracle as oracle

A = np.array([[1.0, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])
X = np.array(pv.Max.worked.X, float)
SEQUENCE = np.array([3, 1, 4, 1, 5, 9, 2, 6])
finite = st.floats(-50, 50)
planes = hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=finite)
sequences = hnp.arrays(float, st.integers(1, 9), elements=finite)


# Oracles.


@given(x=planes, data=st.data())
def test_spectral_is_the_cropped_transform_of_the_definition(x, data):
    out = tuple(data.draw(st.integers(1, n)) for n in x.shape)
    y = pv.Spectral(output_size=out)(x).output
    np.testing.assert_allclose(y, oracle.spectral(x, out), atol=1e-11)


@given(x=planes)
def test_strip_is_the_loop_over_rows_and_columns(x):
    np.testing.assert_allclose(pv.Strip()(x).output, oracle.strip(x), atol=1e-12)
    rows, cols = pv.Strip(direction="rows")(x).output, pv.Strip(direction="columns")(x).output
    np.testing.assert_allclose(rows + cols, oracle.strip(x), atol=1e-12)


@given(x=planes, k=st.integers(1, 3), s=st.integers(1, 3), strips=st.integers(1, 2))
def test_s3pool_keeps_rows_and_columns_of_the_stage_one_map(x, k, s, strips):
    grid = s * strips
    run = pv.S3Pool(kernel_size=k, stride=s, grid=grid, seed=7)(x)
    # the draw is read off a board whose cells say where they are, by the first windows of size 1
    board = np.arange(x.size).reshape(x.shape)
    at = pv.S3Pool(kernel_size=1, stride=s, grid=grid, seed=7)(board).output
    rows, cols = at[:, 0] // x.shape[1], at[0] % x.shape[1]
    assert (np.diff(rows) > 0).all()
    assert (np.diff(cols) > 0).all()
    for n, kept in zip(x.shape, (rows, cols), strict=True):
        for start in range(0, n, grid):
            strip = ((kept >= start) & (kept < start + grid)).sum()
            assert strip == -(-min(grid, n - start) // s)
    np.testing.assert_array_equal(run.output, oracle.s3pool(x, k, rows, cols))


@given(x=planes, k=st.integers(1, 3), s=st.integers(1, 3))
def test_s3pool_tests_by_the_average_of_the_stage_one_map(x, k, s):
    run = pv.S3Pool(kernel_size=k, stride=s, grid=s, phase="test")(x)
    np.testing.assert_allclose(run.output, oracle.s3pool_mean(x, k, s), atol=1e-12)


corner = st.floats(-3, 8).map(lambda v: round(v, 3))


@given(
    x=planes,
    box=st.tuples(corner, corner, corner, corner),
    out=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    scale=st.sampled_from([1.0, 0.5, 2.0]),
    ratio=st.integers(0, 2),
    aligned=st.booleans(),
    mode=st.sampled_from(["avg", "max"]),
)
def test_roi_align_is_the_loop_over_bilinear_samples(x, box, out, scale, ratio, aligned, mode):
    op = pv.RoIAlign((box, (0, 0, 3, 3)), out, scale, ratio, mode, aligned)
    y = op(x).output
    for b, roi in enumerate(op.rois):
        expected = oracle.roi_align(x, roi, out, scale, ratio, aligned, mode)
        np.testing.assert_allclose(y[b], expected, atol=1e-11)


@given(
    x=planes,
    box=st.tuples(corner, corner, corner, corner),
    out=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    scale=st.sampled_from([1.0, 0.5]),
)
def test_roi_pool_is_the_loop_over_quantised_bins(x, box, out, scale):
    y = pv.RoIPool((box,), out, scale)(x).output
    np.testing.assert_array_equal(y[0], oracle.roi_pool(x, box, out, scale))


@pytest.mark.parametrize(("k", "s", "m"), [(1, 1, 2), (2, 2, 3), (2, 1, 4), (3, 2, 5), (1, 3, 1)])
def test_blur_pool_is_the_loop_over_a_reflected_map(k, s, m):
    x = np.random.default_rng(0).normal(size=(7, 8))
    y = pv.BlurPool(k, s, m)(x).output
    np.testing.assert_allclose(y, oracle.blur_pool(x, k, s, m), atol=1e-13)


@given(a=sequences, k=st.integers(1, 9))
def test_k_max_takes_the_smallest_away_until_k_are_left(a, k):
    if k > len(a):
        with pytest.raises(ValueError, match=r"^k must be at most the length"):
            pv.KMax(k)(a)
        return
    run = pv.KMax(k)(a)
    values, at = oracle.k_max(a, k)
    np.testing.assert_array_equal(run.output, values)
    np.testing.assert_array_equal(run.locations, at)


# Published and worked values.


def test_sequences_of_the_catalogue():
    run = pv.KMax(3)(SEQUENCE)
    assert run.output.tolist() == [5, 9, 6]
    assert run.locations.tolist() == [4, 5, 7]
    assert pv.ChunkMax(3)(SEQUENCE).output.tolist() == [4, 9, 6]
    assert pv.ChunkMax(3)(SEQUENCE).windows.valid.sum(-1).tolist() == [3, 3, 2]
    assert pv.MaxOverTime()(SEQUENCE).output.tolist() == [9]
    long = np.arange(18.0)
    assert [pv.DynamicKMax(i)(long).output.size for i in (1, 2, 3)] == [12, 6, 3]


def test_fractional_max_with_given_samples():
    run = pv.FractionalMax(kernel_size=2, output_size=3, samples=(0.3, 0.7))(
        np.arange(25.0).reshape(5, 5)
    )
    assert run.locations.ravel().tolist() == [6, 7, 9, 11, 12, 14, 21, 22, 24]
    assert run.windows.index[:, :, 0].ravel().tolist() == [0, 1, 3, 5, 6, 8, 15, 16, 18]


def test_pyramid_windows_of_the_paper():
    for bins, size, step in ((3, 5, 4), (2, 7, 6), (1, 13, 13)):
        index = pv.SpatialPyramid(levels=(bins,))(np.zeros((13, 13))).windows.index
        first = index[:bins]
        assert ((first % 13).max(-1) - (first % 13).min(-1) + 1 == size).all()
        assert (np.diff(first[:, 0]) == step).all()
    seen = pv.SpatialPyramid(levels=(4,))(np.zeros((10, 10))).windows.index
    assert 9 not in set((seen % 10).ravel().tolist())
    seen = pv.SpatialPyramid(levels=(4,), bins="adaptive")(np.zeros((10, 10))).windows.index
    assert set(seen[seen >= 0].tolist()) == set(range(100))


def test_statistics_of_the_catalogue():
    mean, deviation = pv.Statistics(kernel_size=2, rank=2)(X).output
    np.testing.assert_allclose(mean.ravel(), [3.75, 2.25, 6, 4])
    np.testing.assert_allclose(
        deviation.ravel(), [1.920286, 1.089725, 1.581139, 3.082207], atol=5e-7
    )
    local = pv.Statistics(kernel_size=2, rank=2)(X).jacobian()[1, 0, 0]
    np.testing.assert_allclose(local, (np.array([1, 3, 5, 6]) - 3.75) / (4 * 1.9202864), rtol=1e-7)


# Limits.


@given(x=planes)
def test_a_pyramid_of_one_bin_and_one_box_over_all_are_global(x):
    top = x.max()
    assert pv.SpatialPyramid(levels=(1,))(x).output.tolist() == [top]
    assert pv.RoIPool(output_size=1)(x).output.item() == top
    np.testing.assert_allclose(pv.RoIAlign(output_size=1)(x).output.item(), x.mean(), atol=1e-12)


@given(x=planes)
def test_as_many_bins_as_cells_change_nothing(x):
    np.testing.assert_array_equal(pv.RoIPool(output_size=x.shape)(x).output[0], x)
    np.testing.assert_allclose(pv.RoIAlign(output_size=x.shape)(x).output[0], x, atol=1e-12)
    np.testing.assert_allclose(pv.Spectral(output_size=x.shape)(x).output, x, atol=1e-11)


@given(x=planes)
def test_spectral_keeps_the_mean(x):
    np.testing.assert_allclose(pv.Spectral()(x).output.mean(), x.mean(), atol=1e-11)


@given(a=sequences)
def test_k_max_from_one_to_all(a):
    assert pv.KMax(1)(a).output == pv.MaxOverTime()(a).output
    np.testing.assert_array_equal(pv.KMax(len(a))(a).output, a)
    np.testing.assert_array_equal(pv.ChunkMax(len(a))(a).output, a)
    assert pv.ChunkMax(1)(a).output == pv.MaxOverTime()(a).output


def test_without_a_blur_and_without_a_choice_it_is_max():
    plain = pv.pool(A, pv.Max(), pv.Sliding(2, 1)).output
    np.testing.assert_array_equal(pv.BlurPool(2, 2, 1)(A).output, plain[::2, ::2])
    padded = pv.pool(A, pv.Max(), pv.Sliding(2, 1, ((0, 1), (0, 1)))).output
    np.testing.assert_array_equal(pv.S3Pool(stride=1, grid=1)(A).output, padded)


def test_max_min_is_both():
    high, low = pv.MaxMin(kernel_size=3, stride=1)(A).output
    np.testing.assert_array_equal(high, pv.pool(A, pv.Max(), pv.Sliding(3, 1)).output)
    np.testing.assert_array_equal(-low, pv.pool(A, pv.Min(), pv.Sliding(3, 1)).output)
    small = np.array([[-128, 127], [0, 1]], np.int8)
    assert pv.MaxMin()(small).output.ravel().tolist() == [127, 128]


def test_a_blur_makes_max_less_sensitive_to_a_shift():
    x = np.zeros((16, 16))
    x[5, 5] = 1

    def jump(op):
        """The most that the output changes when the input moves by one cell."""
        moved = [op(np.roll(x, s, 1)) for s in range(5)]
        return max(np.abs(a - b).max() for a, b in pairwise(moved))

    plain = jump(lambda x: pv.pool(x, pv.Max(), pv.Sliding(2)).output)
    assert jump(lambda x: pv.BlurPool()(x).output) < plain == 1


def test_the_largest_weighted_corner_is_not_the_largest_sample():
    x = np.array([[0.0, 8.0], [8.0, 8.0]])
    box = ((0.5, 0.5, 1.5, 1.5),)
    assert pv.RoIAlign(box, 1, sampling_ratio=1, mode="max")(x).output.item() == 2.0
    assert pv.RoIAlign(box, 1, sampling_ratio=1)(x).output.item() == 6.0


# Draws.


def test_s3pool_keeps_each_row_of_a_strip_equally_often():
    from scipy import stats

    board = np.arange(8)[:, None] * np.ones((1, 8))
    counts = np.zeros(8)
    for seed in range(800):
        rows = pv.S3Pool(kernel_size=1, stride=4, grid=4, seed=seed)(board).output[:, 0]
        counts[rows.astype(int)] += 1
    assert counts[:4].sum() == counts[4:].sum() == 800
    for strip in (counts[:4], counts[4:]):
        assert stats.chisquare(strip).pvalue > 0.001


def test_fractional_windows_cover_the_plane_with_steps_of_one_or_two():
    from scipy import stats

    x, second = np.zeros((20, 20)), []
    for seed in range(600):
        index = pv.FractionalMax(kernel_size=2, output_size=13, seed=seed)(x).windows.index
        starts = index[:, 0, 0] // 20
        assert starts[0] == 0
        assert starts[-1] == 18
        assert set(np.diff(starts).tolist()) <= {1, 2}
        second.append(starts[1])
    # alpha = 18/12: the first step is 2 where u alpha mod 1 >= 1/2, for u in [1/3, 2/3)
    counts = [second.count(1), second.count(2)]
    assert stats.chisquare(counts, [400, 200]).pvalue > 0.001


@pytest.mark.parametrize("op", [pv.S3Pool, pv.FractionalMax])
def test_another_seed_gives_another_draw(op):
    x = np.random.default_rng(0).normal(size=(12, 12))
    first = op(seed=0)(x).output
    assert any((op(seed=s)(x).output != first).any() for s in range(1, 5))
    np.testing.assert_array_equal(op(seed=0)(x).output, first)


# Errors.

WRONG = [
    (lambda: pv.KMax(5)(np.zeros(4)), r"^k must be at most the length 4 of x, got 5"),
    (lambda: pv.DynamicKMax(k_top=5)(np.zeros(4)), r"^k_top must be at most the length 4"),
    (lambda: pv.DynamicKMax(layer=4, layers=3), r"^layer must be at most layers 3, got 4"),
    (lambda: pv.ChunkMax(5)(np.zeros(4)), r"^chunks must be at most the length 4"),
    (lambda: pv.ChunkMax(cuts=(4,))(np.zeros(4)), r"^cuts must be less than the length 4"),
    (lambda: pv.ChunkMax(cuts=(2, 2)), r"^cuts must be a tuple of rising"),
    (lambda: pv.ChunkMax(cuts=()), r"^cuts must be a tuple of rising"),
    (lambda: pv.SpatialPyramid(levels=(5,))(A), r"^levels must be at most the 4 cells"),
    (lambda: pv.SpatialPyramid(levels=()), r"^levels must be a tuple"),
    (lambda: pv.RoIPool(rois=((1, 2, 3),)), r"^rois must be a tuple of boxes"),
    (lambda: pv.RoIAlign(rois=((1, 2, 3, np.inf),)), r"^rois must be a tuple of boxes"),
    (lambda: pv.RoIAlign(output_size=(2, 0)), r"^output_size must be an integer of at least 1"),
    (lambda: pv.Spectral(output_size=5)(A), r"^output_size must be at most the 4 cells"),
    (lambda: pv.S3Pool(stride=3, grid=4), r"^grid must be a multiple of the stride 3, got 4"),
    (lambda: pv.FractionalMax(3, 3)(A), r"^kernel_size must leave room for 3 distinct windows"),
    (lambda: pv.FractionalMax(samples=(0.5,)), r"^samples must hold 2 numbers"),
    (lambda: pv.FractionalMax(samples=(0.5, 1.0)), r"^samples must be a tuple of numbers"),
    (lambda: pv.MaxMin(kernel_size=5)(A), r"^kernel_size must fit the padded input"),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[m for _, m in WRONG])
def test_a_wrong_argument_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_lists_are_taken_as_tuples():
    assert pv.RoIPool(rois=[[0, 0, 1, 1]]).rois == ((0, 0, 1, 1),)
    assert pv.SpatialPyramid(levels=[2, 1]).levels == (2, 1)


def test_adaptive_bins_that_do_not_divide_the_plane_share_cells():
    run = pv.SpatialPyramid(levels=(3,), bins="adaptive")(np.zeros((4, 4)))
    expected = [[0, 1, 4, 5], [1, 2, 5, 6], [2, 3, 6, 7], [4, 5, 8, 9]]
    np.testing.assert_array_equal(run.windows.index[:4], expected)
