"""Number types and memory: what comes in stays as it is, what goes out has the stated dtype."""

import numpy as np
import pytest

import poolviz as pv
from tests.pooling.cases import BATCHES, VARIANTS, meeting, name, tie_free, whole_numbers

FLOATS = [np.float16, np.float32]
INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]
PADDED = pv.Sliding(3, 2, 1)
# A unit in the last place, times the number of steps in the longest formula.
CLOSE = {np.float16: 5e-3, np.float32: 2e-5}


@pytest.mark.parametrize(
    ("variant", "dtype"),
    [(variant, dtype) for variant in VARIANTS for dtype in FLOATS],
    ids=name,
)
def test_floats_stay_in_their_dtype(variant, dtype):
    x = whole_numbers(variant, (2, 5, 6)).astype(dtype)
    exact = pv.pool(x.astype(float), variant, PADDED)
    run = pv.pool(x, variant, PADDED)
    dy = np.ones(run.output.shape, dtype)
    assert run.output.dtype == run.jacobian().dtype == run.backward(dy).dtype == dtype
    close = {"rtol": CLOSE[dtype], "atol": CLOSE[dtype]}
    np.testing.assert_allclose(run.output, exact.output, **close)
    np.testing.assert_allclose(run.backward(dy), exact.backward(dy.astype(float)), **close)
    if variant.selects:
        np.testing.assert_array_equal(run.locations, exact.locations)


@pytest.mark.parametrize(("variant", "dtype"), meeting([*INTEGERS, bool]), ids=name)
def test_integers_stay_where_cells_are_selected_and_become_floats_in_a_blend(variant, dtype):
    x = np.maximum(whole_numbers(variant, (2, 5, 6)), 0 if variant.domain == "real" else 1)
    x = x.astype(dtype)
    exact, run = pv.pool(x.astype(float), variant, PADDED), pv.pool(x, variant, PADDED)
    assert run.output.dtype == (x.dtype if variant.selects else np.float64)
    np.testing.assert_allclose(run.output.astype(float), exact.output, rtol=1e-14)
    dy = np.ones(run.output.shape)
    assert run.jacobian().dtype == run.backward(dy).dtype == np.float64
    np.testing.assert_allclose(run.backward(dy), exact.backward(dy), rtol=1e-14, atol=1e-15)


def test_integers_do_not_overflow_in_a_sum():
    x = np.full((2, 2), 255, np.uint8)
    assert pv.pool(x, pv.Average(divisor_override=1), pv.Sliding(2)).output.tolist() == [[1020]]
    assert pv.pool(x, pv.L2(), pv.Sliding(2)).output.tolist() == [[255]]
    big = np.full((2, 2), np.iinfo(np.int64).max)
    assert pv.pool(big, pv.Max(), pv.Sliding(2)).output.tolist() == [[2**63 - 1]]


def test_neighbouring_large_integers_are_told_apart():
    x = np.array([[2**62, 2**62 + 1]])  # equal as floats
    assert pv.pool(x, pv.Max(), pv.Sliding((1, 2))).locations.tolist() == [[1]]
    assert pv.pool(x, pv.Min(), pv.Sliding((1, 2))).locations.tolist() == [[0]]


def test_half_precision_accumulates_in_single():
    x = np.full((1, 4096), 30.0, np.float16)
    run = pv.pool(x, pv.Average(), pv.Global())
    assert run.output.tolist() == [[30]]  # the sum, 122880, is beyond float16
    swept = pv.pool(np.ones((1, 4100), np.float16), pv.Max(), pv.Sliding((1, 1), (1, 1)))
    assert (swept.backward(np.ones((1, 4100), np.float16)) == 1).all()
    # one cell in thousands of windows: 2048 + 1 is 2048 in float16
    x = np.zeros((1, 6000), np.float16)
    x[0, 3000] = 1
    run = pv.pool(x, pv.Max(), pv.Sliding((1, 3000), 1, "valid"))
    assert run.backward(np.ones(run.output.shape, np.float16))[0, 3000] == 3000


def test_a_sum_beyond_the_dtype_is_infinite_without_a_warning():
    x = np.full((2, 2), 60000, np.float16)
    run = pv.pool(x, pv.Average(divisor_override=1), pv.Sliding(2))
    assert run.output.tolist() == [[np.inf]]
    dx = pv.pool(x, pv.Max(), pv.Sliding(2)).backward(np.full((1, 1), 1e30))
    assert dx.ravel().tolist() == [np.inf, 0, 0, 0]


@pytest.mark.parametrize("sent", [np.int64, np.uint8, bool, np.float16, np.float64])
def test_the_gradient_takes_the_dtype_of_the_input_whatever_is_sent(sent):
    run = pv.pool(np.ones((2, 2), np.float32), pv.Average(), pv.Sliding(2))
    dx = run.backward(np.ones((1, 1), sent))
    assert dx.dtype == np.float32
    np.testing.assert_array_equal(dx, 0.25)


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_inputs_are_never_modified_and_may_be_read_only(variant):
    x = tie_free(variant, (2, 5, 5))
    x.setflags(write=False)
    before = x.copy()
    run = pv.pool(x, variant, PADDED)
    dy = np.ones(run.output.shape)
    dy.setflags(write=False)
    run.backward(dy)
    run.jacobian(), run.contributions(), run.odds(), run.locations
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dy, 1)


LAYOUTS = {
    "fortran": lambda x: np.asfortranarray(x),
    "strided": lambda x: np.repeat(x, 2, -1)[..., ::2],
    "reversed": lambda x: x[..., ::-1].copy()[..., ::-1],
    "channels last": lambda x: np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 0),
    "big-endian": lambda x: x.astype(x.dtype.newbyteorder(">")),
    "unaligned": lambda x: (
        np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(x.dtype).reshape(x.shape)
    ),
    "lists": lambda x: x.tolist(),
}


@pytest.mark.parametrize(("variant", "layout"), meeting([*LAYOUTS]), ids=name)
def test_the_layout_in_memory_does_not_matter(variant, layout):
    view = LAYOUTS[layout]
    x = tie_free(variant, (3, 5, 6))
    plain, other = pv.pool(x, variant, PADDED), pv.pool(view(x), variant, PADDED)
    dy = np.random.default_rng(0).normal(size=plain.output.shape)
    np.testing.assert_array_equal(other.output, plain.output)
    np.testing.assert_array_equal(other.locations, plain.locations)
    sent = dy if isinstance(view(x), list) else view(dy)
    np.testing.assert_array_equal(other.backward(sent), plain.backward(dy))
    assert other.output.dtype.isnative


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_one_value_seen_many_times_through_a_broadcast(variant):
    x = np.broadcast_to(np.float64(2.0), (3, 4, 4))
    run = pv.pool(x, variant, pv.Sliding(2))
    np.testing.assert_array_equal(run.output, pv.pool(x.copy(), variant, pv.Sliding(2)).output)


@pytest.mark.parametrize(("variant", "batch"), meeting([(0,), (0, 3), (3, 0), (2, 0, 1)]), ids=name)
def test_an_empty_batch_gives_an_empty_result(variant, batch):
    for geometry in (PADDED, pv.Adaptive(2), pv.Global()):
        for dtype in (np.float16, np.float64, np.int32):
            run = pv.pool(np.zeros((*batch, 5, 6), dtype), variant, geometry)
            full = pv.pool(np.ones((5, 6), dtype), variant, geometry)
            assert run.output.shape == batch + full.output.shape
            assert run.output.dtype == full.output.dtype
            assert run.jacobian().shape == batch + full.jacobian().shape
            dx = run.backward(np.zeros(run.output.shape))
            assert dx.shape == (*batch, 5, 6)
            assert (run.locations is None) == (not variant.selects)
            if variant.selects:
                assert run.locations.shape == run.output.shape


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_any_batch_stands_before_any_rank(batch, rank):
    x = np.random.default_rng(0).normal(size=batch + (4,) * rank)
    run = pv.pool(x, pv.Max(), pv.Sliding((2,) * rank))
    assert run.output.shape == batch + (2,) * rank
    assert run.backward(run.output).shape == x.shape


@pytest.mark.parametrize("shape", [(0,), (3, 0), (2, 0, 4)])
def test_a_spatial_axis_without_cells_is_refused(shape):
    for geometry in (pv.Sliding((1,) * 1), pv.Adaptive((2,)), pv.Global(1)):
        if shape[-1] == 0:
            with pytest.raises(ValueError, match="x must have at least 1 cell on each pooled axis"):
                pv.pool(np.zeros(shape), pv.Max(), geometry)
    if len(shape) > 1:
        for geometry in (pv.Sliding(1), pv.Adaptive(2), pv.Global()):
            with pytest.raises(ValueError, match="x must have at least 1 cell on each pooled axis"):
                pv.pool(np.zeros(shape), pv.Max(), geometry)
