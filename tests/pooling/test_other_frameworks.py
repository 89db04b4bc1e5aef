"""What other frameworks allow or do differently: each is asked for, and PyTorch's rule is left."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import poolviz as pv
from poolviz.wings.pooling.programs.snippets import snippets
from tests.in_turn import in_turn
from tests.pooling import operator_oracle, oracle
from tests.pooling.cases import split_axis

X = np.array([[1.0, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])

line = st.fixed_dictionaries(
    {
        "n": st.integers(0, 7),
        "kernel": st.integers(1, 4),
        "stride": st.integers(1, 4),
        "dilation": st.integers(1, 3),
        "before": st.integers(0, 9),
        "after": st.integers(0, 9),
        "base": st.integers(1, 3),
    }
)


@given(lines=st.lists(line, min_size=1, max_size=2), ceil=st.booleans(), late=st.booleans())
def test_windows_without_any_limit_are_those_of_the_definition(lines, ceil, late):
    shape, kernel, stride, dilation, base = (
        tuple(each[key] for each in lines) for key in ("n", "kernel", "stride", "dilation", "base")
    )
    geometry = pv.Sliding(
        kernel,
        stride,
        tuple((each["before"], each["after"]) for each in lines),
        dilation,
        ceil,
        wide_padding=True,
        ceil_padding=late,
        allow_empty=True,
        base_dilation=base,
    )
    axes = [oracle.free_axis(**each, ceil=ceil, late=late) for each in lines]
    windows, out_shape = oracle.table(shape, axes)
    bound = geometry.bind(shape)
    assert bound.out_shape == out_shape
    np.testing.assert_array_equal(
        bound.index.reshape(len(windows), math.prod(kernel)),
        np.reshape(windows, (len(windows), math.prod(kernel))),
    )


def test_cells_apart_by_hand():
    """JAX: reduce_window(x, 0, add, (2,), (1,), ((2, 2),), base_dilation=(2,)) of 1, 2, 4."""
    geometry = pv.Sliding((2,), 1, ((2, 2),), base_dilation=2, wide_padding=True)
    run = pv.pool(np.array([1.0, 2, 4]), pv.Sum(), geometry)
    assert run.output.tolist() == [0, 1, 1, 2, 2, 4, 4, 0]
    assert run.backward(np.arange(8.0)).tolist() == [1 + 2, 3 + 4, 5 + 6]
    mean = pv.pool(np.array([1.0, 2, 4]), pv.Average(), geometry).output
    assert mean.tolist() == [0, 0.5, 0.5, 1, 1, 2, 2, 0]  # what lies between counts as padding
    alone = pv.pool(np.array([1.0, 2, 4]), pv.Average(count_include_pad=False), geometry).output
    assert alone.tolist() == [0, 1, 1, 2, 2, 4, 4, 0]
    top = pv.pool(np.array([1.0, 2, 4]), pv.Max(), geometry)
    assert top.output.tolist() == [-np.inf, 1, 1, 2, 2, 4, 4, -np.inf]
    assert top.locations.tolist() == [-1, 0, 0, 1, 1, 2, 2, -1]


WIDE = [(1, 1, (2, 3)), (2, 1, (5, 2)), (2, 3, (4, 4)), (3, 2, (3, 7)), (5, 1, (9, 9))]


@pytest.mark.parametrize(("kernel", "stride", "pads"), WIDE)
@pytest.mark.parametrize("variant", [pv.Max(), pv.Min(), pv.Average(), pv.Sum()], ids=repr)
def test_padding_wider_than_the_window_is_a_plane_padded_beforehand(
    variant, kernel, stride, pads, path
):
    x = np.random.default_rng(0).normal(size=(2, 6, 7))
    run = pv.pool(x, variant, pv.Sliding(kernel, stride, (pads, pads), wide_padding=True))
    padded = np.pad(x, ((0, 0), pads, pads), constant_values=variant.identity)
    whole = pv.pool(padded, variant, pv.Sliding(kernel, stride))
    np.testing.assert_allclose(run.output, whole.output, atol=1e-12)
    dy = np.random.default_rng(1).normal(size=run.output.shape)
    inner = whole.backward(np.where(np.isfinite(whole.output), dy, 0))
    inner = inner[:, pads[0] : pads[0] + 6, pads[0] : pads[0] + 7]
    np.testing.assert_allclose(run.backward(dy), inner, atol=1e-12)
    assert (run.output[:, 0, 0] == variant.identity).all()


def test_pytorchs_limit_of_padding_stays():
    for padding in (2, ((3, 0), (0, 0))):
        with pytest.raises(ValueError, match=r"^padding must be"):
            pv.Sliding(3, 1, padding)


@pytest.mark.torch
def test_what_the_docstring_says_of_pytorchs_limit_for_dilated_padding():
    torch = pytest.importorskip("torch")
    for rank in (1, 2, 3):
        pool = getattr(torch.nn.functional, f"max_pool{rank}d")
        x = torch.zeros(1, 1, *(8,) * rank)
        with pytest.raises(RuntimeError, match="half of kernel size"):
            pool(x, 3, 1, 2, 2)
        geometry = pv.Sliding((3,) * rank, 1, 1, 2)
        assert pool(x, 3, 1, 1, 2).shape[2:] == geometry.bind((8,) * rank).out_shape
        assert pv.Sliding((3,) * rank, 1, 2, 2).bind((8,) * rank).out_shape == (8,) * rank


def test_a_last_window_in_the_padding_is_kept_if_asked_for():
    x = np.arange(1.0, 6)
    settings = {"stride": 3, "padding": 1, "ceil_mode": True}
    assert pv.Sliding((2,), **settings).bind((5,)).out_shape == (2,)
    kept = pv.Sliding((2,), **settings, ceil_padding=True)
    assert kept.bind((5,)).index.tolist() == [[-1, 0], [2, 3], [-1, -2]]
    assert pv.pool(x, pv.Max(), kept).output.tolist() == [1, 4, -np.inf]
    assert pv.pool(x, pv.Average(), kept).output.tolist() == [0.5, 3.5, 0]


EMPTY = {
    "a kernel that does not fit": (pv.Sliding(3, allow_empty=True), (2, 5), (0, 1)),
    "no cells": (pv.Sliding(1, allow_empty=True), (0, 3), (0, 3)),
    "no cells, only padding": (pv.Sliding(2, 1, 1, allow_empty=True), (0, 1), (1, 2)),
    "no output asked for": (pv.Adaptive((0, 2)), (3, 4), (0, 2)),
}


@pytest.mark.parametrize("variant", [cls() for cls in pv.VARIANTS], ids=repr)
@in_turn("case", EMPTY)
def test_outputs_without_cells(case, variant):
    geometry, shape, out = EMPTY[case]
    run = pv.pool(np.ones((2, *shape)), variant, geometry)
    assert run.output.shape == (2, *out)
    assert run.jacobian().shape == run.contributions().shape == (2, *out, run.windows.size)
    dx = run.backward(np.ones(run.output.shape))
    assert dx.shape == (2, *shape)
    assert (dx == 0).all()
    if run.output.size:
        assert (run.output == (variant.identity if variant.selects else 0)).all()
    if variant.selects:
        assert run.locations.shape == (2, *out)


@pytest.mark.torch
def test_pytorch_gives_empty_adaptive_outputs_and_refuses_the_others():
    torch = pytest.importorskip("torch")
    y = torch.nn.functional.adaptive_avg_pool2d(torch.zeros(2, 1, 3, 4), (0, 2))
    assert tuple(y.shape) == (2, 1, 0, 2)
    with pytest.raises(RuntimeError):
        torch.nn.functional.max_pool2d(torch.zeros(1, 1, 2, 5), 3)
    with pytest.raises(ValueError, match=r"^kernel_size must fit"):
        pv.Sliding(3).bind((2, 5))


@pytest.mark.parametrize("shape", [(2,) * 4, (3, 2, 2, 3, 2), (2, 1, 2, 1, 2, 1, 2)])
def test_any_number_of_axes_is_pooled(shape):
    x = np.random.default_rng(0).normal(size=(2, *shape))
    kernel = tuple(min(2, n) for n in shape)
    out = tuple(n // k for n, k in zip(shape, kernel, strict=True))
    run = pv.pool(x, pv.Max(), pv.Sliding(kernel))
    assert run.output.shape == (2, *out)
    for cell in np.ndindex(2, *out):
        cut = (slice(c * k, c * k + k) for c, k in zip(cell[1:], kernel, strict=True))
        assert run.output[cell] == x[cell[0]][tuple(cut)].max()
    axes = tuple(range(1, x.ndim))
    mean = pv.pool(x, pv.Average(), pv.Global(len(shape)))
    np.testing.assert_allclose(mean.output, x.mean(axes, keepdims=True), atol=1e-13)
    whole = pv.pool(x, pv.Sum(), pv.Adaptive((1,) * len(shape)))
    np.testing.assert_allclose(whole.output, x.sum(axes, keepdims=True), atol=1e-12)
    back = pv.unpool(run.output, run.locations, shape)
    np.testing.assert_array_equal(back[back != 0], x[back != 0])
    assert pv.check_gradient(pv.SoftPool(), pv.Sliding(kernel), x) < 1e-6


@pytest.mark.parametrize("n", range(1, 12))
def test_split_windows_are_those_of_array_split(n):
    for out in range(1, n + 1):
        bound = pv.Adaptive((out,), "split").bind((n,))
        np.testing.assert_array_equal(bound.index, split_axis(n, out))


# Masks.


def test_a_mask_leaves_steps_out_of_each_sequence():
    rng = np.random.default_rng(0)
    x, lengths = rng.normal(size=(3, 2, 6)), (6, 1, 4)
    mask = (np.arange(6) < np.array(lengths)[:, None])[:, None]  # (3, 1, 6): channels share it
    dy = rng.normal(size=(3, 2, 1))
    for variant in (pv.Average(), pv.Max(), pv.SoftPool(), pv.Median(), pv.L2()):
        run = pv.pool(x, variant, pv.Global(1, mask=mask))
        dx = run.backward(dy)
        for i, length in enumerate(lengths):
            alone = pv.pool(x[i, :, :length], variant, pv.Global(1))
            np.testing.assert_allclose(run.output[i], alone.output, rtol=1e-13)
            np.testing.assert_allclose(dx[i, :, :length], alone.backward(dy[i]), atol=1e-13)
            assert (dx[i, :, length:] == 0).all()


def test_one_mask_serves_all_and_a_whole_plane_can_be_masked():
    x = np.arange(8.0).reshape(2, 2, 2)
    corner = pv.pool(x, pv.Average(), pv.Global(2, mask=[[True, False], [True, True]]))
    assert corner.output.ravel().tolist() == [(0 + 2 + 3) / 3, (4 + 6 + 7) / 3]
    none = pv.Global(1, mask=np.zeros((2, 1, 2), bool))
    assert (pv.pool(x, pv.Average(), none).output == 0).all()
    assert (pv.pool(x, pv.Max(), none).output == -np.inf).all()
    assert (pv.pool(x, pv.Max(), none).locations == -1).all()
    assert hash(none) == hash(pv.Global(1, mask=np.zeros((2, 1, 2), bool)))


def test_one_sequence_under_many_masks():
    """The masks' batch may be larger than that of x."""
    x = np.array([[3.0, 1, 4, 1]])
    mask = [[True] * i + [False] * (4 - i) for i in (1, 2, 4)]
    run = pv.pool(x, pv.Average(), pv.Global(1, mask=mask))
    assert run.output.ravel().tolist() == [3, 2, 2.25]
    np.testing.assert_allclose(run.backward(np.ones((3, 1))), [[1.75, 0.75, 0.25, 0.25]])


@pytest.mark.keras
def test_a_masked_average_is_keras():
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4, 5, 3)).astype(np.float32)  # batch, steps, features
    mask = np.arange(5) < np.array([[5], [1], [3], [4]])
    theirs = keras.layers.GlobalAveragePooling1D()(x, mask=mask)
    ours = pv.pool(x.swapaxes(1, 2), pv.Average(), pv.Global(1, mask=mask[:, None])).output
    theirs = theirs.detach().numpy() if keras.backend.backend() == "torch" else np.asarray(theirs)
    np.testing.assert_allclose(ours[..., 0], theirs, rtol=1e-5, atol=1e-6)


# Operators.


@pytest.mark.torch
@pytest.mark.parametrize("seed", range(6))
def test_fractional_max_in_three_dimensions_is_pytorchs(seed):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    x, u = rng.normal(size=(2, 7, 9, 8)), rng.random(3)
    kernel, size = (2, 3, 1), (4, 3, 5)
    tensor = torch.from_numpy(x).requires_grad_()
    samples = torch.from_numpy(np.tile(u, (1, 2, 1)))
    y, at = torch.nn.functional.fractional_max_pool3d(
        tensor[None], kernel, output_size=size, _random_samples=samples, return_indices=True
    )
    run = pv.FractionalMax(kernel, size, samples=tuple(u), rank=3)(x)
    np.testing.assert_array_equal(run.output, y[0].detach().numpy())
    np.testing.assert_array_equal(run.locations, at[0].numpy())
    dy = rng.normal(size=run.output.shape)
    y.backward(torch.from_numpy(dy)[None])
    np.testing.assert_allclose(run.backward(dy), tensor.grad.numpy(), atol=1e-14)


@pytest.mark.parametrize("border", ["reflect", "replicate", "zero"])
@pytest.mark.parametrize(("k", "s", "m"), [(1, 2, 3), (2, 2, 4), (2, 1, 5), (3, 2, 1), (1, 1, 7)])
def test_borders_of_the_blur(border, k, s, m):
    x = np.random.default_rng(m).normal(size=(8, 9))
    y = pv.BlurPool(k, s, m, border)(x).output
    np.testing.assert_allclose(y, operator_oracle.blur_pool(x, k, s, m, border), atol=1e-12)


def test_borders_of_the_blur_by_hand():
    x = np.array([[4.0, 0, 8]])
    rows = {"reflect": [2, 3, 4], "replicate": [3, 3, 6], "zero": [2, 3, 4]}
    across = {"reflect": 1, "replicate": 1, "zero": 0.5}  # the one row, above and below itself
    for border, row in rows.items():
        y = pv.BlurPool(1, 1, 3, border)(x).output
        np.testing.assert_allclose(y, across[border] * np.array([row]))


@pytest.mark.parametrize("unbiased", [False, True])
@pytest.mark.parametrize("weights", [None, (1, 1, 1, 1), (3, 0, 1, 2), (0, 0, 5, 0), (1e-300,) * 4])
def test_weighted_statistics_are_those_of_the_definition(weights, unbiased):
    x = np.random.default_rng(3).normal(size=(5, 4))
    y = pv.Statistics(weights=weights, unbiased=unbiased)(x).output
    for row, (mean, deviation) in zip(x, y[..., 0], strict=True):
        expected = operator_oracle.statistics(row, weights or (1,) * 4, unbiased)
        np.testing.assert_allclose((mean, deviation), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.torch
def test_unbiased_statistics_are_torchs_standard():
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(3).normal(size=(2, 9))
    y = pv.Statistics(unbiased=True)(x).output[..., 0]
    np.testing.assert_allclose(y[:, 1], torch.from_numpy(x).std(-1).numpy(), rtol=1e-14)
    weights = np.random.default_rng(4).random(9)
    y = pv.Statistics(weights=tuple(weights), unbiased=True)(x).output[..., 0]
    spread = np.sqrt([np.cov(row, aweights=weights) for row in x])
    np.testing.assert_allclose(y[:, 1], spread, rtol=1e-13)


def test_statistics_of_one_cell_have_no_deviation():
    for setting in ({}, {"unbiased": True}, {"weights": (0, 2), "unbiased": True}):
        run = pv.Statistics(**setting)(np.array([5.0, 7.0])[: 1 if "weights" not in setting else 2])
        assert run.output[1] == 0
        assert np.isfinite(run.backward(np.ones((2, 1)))).all()
    with pytest.raises(ValueError, match=r"^weights must have a positive sum or be None"):
        pv.Statistics(weights=(0, 0))


@pytest.mark.parametrize(
    ("shape", "levels"), [((8, 8), 3), ((7, 12), 3), ((13, 5), 4), ((4, 30), 2), ((2, 3), 3)]
)
def test_rmac_is_the_maximum_of_every_region(shape, levels):
    x = np.random.default_rng(0).normal(size=shape)
    regions = operator_oracle.rmac_regions(*shape, levels)
    maxima = [x[r : r + s, c : c + s].max() for r, c, s in regions]
    each, summed = (pv.RMAC(levels, total)(x) for total in (False, True))
    np.testing.assert_array_equal(each.output, maxima)
    np.testing.assert_allclose(summed.output, [math.fsum(maxima)], rtol=1e-14)
    dx = np.zeros(x.size)
    for at, (r, c, s) in zip(each.locations, regions, strict=True):
        row, col = divmod(int(at), shape[1])
        assert r <= row < r + s
        assert c <= col < c + s
        dx[at] += 1
    np.testing.assert_array_equal(summed.backward(np.ones(1)).ravel(), dx)
    np.testing.assert_array_equal(summed.jacobian().sum(), len(regions))


def test_rmac_regions_by_hand():
    """12 x 8: two regions of the first scale overlap by 4 of 8, three by 6 of 8: 50 % is nearer."""
    assert operator_oracle.rmac_regions(8, 12, 2) == [
        *[(0, c, 8) for c in (0, 4)],
        *[(r, c, 5) for r in (0, 3) for c in (0, 3, 7)],
    ]
    with pytest.raises(ValueError, match=r"^levels must be at most 3"):
        pv.RMAC(levels=4)(np.ones((2, 5)))


# Where the published code differs from the paper.


def wildcat(cells, k_top, k_bottom, alpha):
    cells = sorted(cells, reverse=True)
    y = sum(cells[:k_top]) / k_top
    return (y + alpha * sum(cells[-k_bottom:]) / k_bottom) / 2 if alpha else y


@pytest.mark.parametrize(
    ("k", "alpha"), list(itertools.product(((1, 1), (2, 3)), (0.7, -1.0, 0.0)))
)
def test_half_of_top_and_bottom_is_wildcats(k, alpha):
    w = np.random.default_rng(0).normal(size=(4, 4))
    run = pv.pool(w, pv.TopBottom(*k, alpha, halved=True), pv.Global())
    assert run.output[0, 0] == pytest.approx(wildcat(w.ravel(), *k, alpha), abs=1e-14)
    assert run.backward(np.ones((1, 1))).sum() == pytest.approx((1 + alpha) / 2 if alpha else 1)


def test_s3pools_authors_cut_the_map_short():
    y = pv.S3Pool(phase="test", border="cut")(X).output
    assert y.tolist() == [[7, 4.5], [6.5, 6.5]]
    x = np.random.default_rng(1).normal(size=(9, 12))
    for k, s in ((2, 2), (3, 3), (2, 3), (3, 1)):
        y = pv.S3Pool(k, s, s, phase="test", border="cut")(x).output
        np.testing.assert_allclose(y, operator_oracle.s3pool_cut_mean(x, k, s), atol=1e-14)


def test_s3pools_authors_give_the_last_strip_what_is_left():
    """A map of 9 lines of an input of 10, strips of 4: 0 to 3 and 4 to 8, two lines of each."""
    for seed in range(20):
        run = pv.S3Pool(grid=4, seed=seed, border="cut")(np.arange(100.0).reshape(10, 10))
        lines = np.sort(np.unique(run.windows.index[:, 0, 0] // 10))
        assert len(lines) == 4
        assert (lines[:2] < 4).all()
        assert (lines[2:] >= 4).all()
        assert lines[-1] <= 8
    with pytest.raises(ValueError, match=r"^grid must be at most the 4 cells"):
        pv.S3Pool(grid=8, border="cut")(X)


def softpool_kernel(cells):
    """The published kernel: the running sum is kept at 0 or above after each cell."""
    e = [math.exp(a) for a in cells]
    y = 0.0
    for a, weight in zip(cells, e, strict=True):
        y = max(y + a * weight / sum(e), 0)
    return y


def test_what_the_docstring_says_of_softpools_kernel():
    cells = (-3.0, 5.0, 0.0, 0.0)
    assert softpool_kernel(cells) == pytest.approx(4.931884, abs=5e-7)
    assert softpool_kernel(cells[::-1]) != pytest.approx(softpool_kernel(cells), abs=1e-6)
    ours = pv.pool(np.reshape(cells, (2, 2)), pv.SoftPool(), pv.Sliding(2)).output
    assert ours[0, 0] == pytest.approx(4.930891, abs=5e-7)
    same = pv.pool(np.reshape(cells[::-1], (2, 2)), pv.SoftPool(), pv.Sliding(2)).output
    assert same[0, 0] == pytest.approx(ours[0, 0], rel=1e-15)


def test_adapool_weighs_by_the_magnitude_and_goes_below_zero():
    """Cells on both sides of their mean: the magnitude in Dice's coefficient, and no floor."""
    cells = np.array([-3.0, -1.0, -2.0, 1.0])
    m = cells.mean()
    dice = np.exp([2 * abs(a * m) / (a * a + m * m) for a in cells])
    soft = np.exp(cells)
    y = 0.5 * (dice * cells).sum() / dice.sum() + 0.5 * (soft * cells).sum() / soft.sum()
    run = pv.pool(cells.reshape(2, 2), pv.AdaPool(beta=0.5), pv.Sliding(2))
    assert run.output[0, 0] == pytest.approx(y, rel=1e-14)
    assert y < 0
    lowest = pv.pool(np.array([[0.1, 2], [5, 6]]), pv.AdaPool(beta=0.2), pv.Sliding(2))
    assert lowest.backward(np.ones((1, 1)))[0, 0] < 0


@pytest.mark.keras
@pytest.mark.torch
def test_keras_global_max_shares_a_tie_as_its_docstring_here_says():
    keras, torch = pytest.importorskip("keras"), pytest.importorskip("torch")
    if keras.backend.backend() != "torch":
        pytest.skip("the gradient is taken with PyTorch")
    x = torch.ones(1, 2, 2, 1, requires_grad=True)
    keras.layers.GlobalMaxPooling2D()(x).sum().backward()
    run = pv.pool(np.ones((2, 2)), pv.Max(ties="shared"), pv.Global())
    np.testing.assert_array_equal(x.grad.numpy()[0, ..., 0], run.backward(np.ones((1, 1))))
    y = torch.ones(1, 2, 2, 1, requires_grad=True)
    keras.layers.MaxPooling2D(2)(y).sum().backward()
    first = pv.pool(np.ones((2, 2)), pv.Max(), pv.Sliding(2))
    np.testing.assert_array_equal(y.grad.numpy()[0, ..., 0], first.backward(np.ones((1, 1))))


UNWRITTEN = [
    pv.Sliding(2, 1, 3, wide_padding=True),
    pv.Sliding(2, 3, 1, ceil_mode=True, ceil_padding=True),
    pv.Sliding(7, allow_empty=True),
    pv.Sliding(2, base_dilation=(1, 2)),
    pv.Adaptive((3, 4), "split"),
    pv.Global(2, mask=np.ones((5, 6), bool)),
]


@pytest.mark.parametrize("geometry", UNWRITTEN, ids=lambda geometry: repr(geometry)[:60])
def test_windows_that_pytorch_lacks_are_not_written_as_its_program(geometry):
    for variant in (pv.Max(), pv.SoftPool(), pv.Gated()):
        with pytest.raises(ValueError, match=r"^run must be over windows that PyTorch has too"):
            snippets(pv.pool(np.ones((5, 6)), variant, geometry))
