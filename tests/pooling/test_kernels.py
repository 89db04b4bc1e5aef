"""The fast 2-D paths give what the general path gives: to the bit where a cell is selected, to
rounding where cells are added up."""

import tracemalloc
from dataclasses import fields

import numpy as np
import pytest

import poolviz as pv
from poolviz.pooling import kernels, order, taps

SPECIAL = np.array([-1, -0.0, 0, 1, 2, np.nan, -np.inf, np.inf])
SELECTING = [pv.Max(), pv.Min()]
ADDING = [
    pv.Average(),
    pv.Average(count_include_pad=False),
    pv.Average(divisor_override=-3),
    pv.Sum(),
    pv.L2(),
    pv.L2Norm(),
]


@pytest.fixture(autouse=True)
def _kernels_for_small_inputs(monkeypatch):
    monkeypatch.setattr(kernels, "WORTH", 0)


def general(variant):
    """The same variant without its kernel."""
    cls = type("General", (type(variant),), {"kernel": None})
    return cls(**{f.name: getattr(variant, f.name) for f in fields(variant)})


def both(x, variant, geometry, locations=True):
    """The run on the fast path, and the one on the general path."""
    fast = pv.pool(x, variant, geometry, locations=locations)
    slow = pv.pool(x, general(variant), geometry)
    assert fast._fast is not None
    assert slow._fast is None
    return fast, slow


def random_geometry(rng, widest=5):
    kernel = tuple(int(k) for k in rng.integers(1, widest + 1, 2))
    stride = tuple(int(s) for s in rng.integers(1, 5, 2))
    dilation = tuple(int(d) for d in rng.choice([1, 1, 2, 3], 2))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    padding = [
        tuple(int(rng.integers(0, span // 2 + 1)) for span in spans),
        tuple(tuple(int(p) for p in rng.integers(0, span, 2)) for span in spans),
        str(rng.choice(["valid", "same_upper", "same_lower"])),
    ][rng.integers(3)]
    return pv.Sliding(kernel, stride, padding, dilation, bool(rng.integers(2)))


def random_case(rng, widest=5):
    """A geometry, and an input of few values, so that ties are everywhere, in any layout."""
    while True:
        geometry = random_geometry(rng, widest)
        plane = tuple(int(n) for n in rng.integers(1, 14, 2))
        try:
            geometry.axes(plane)
        except ValueError:  # the windows do not fit
            continue
        shape = (*(int(n) for n in rng.integers(1, 4, rng.integers(0, 3))), *plane)
        kind = rng.integers(6)
        if kind == 0:
            x = rng.standard_normal(shape)
        elif kind == 1:
            x = rng.choice(SPECIAL[[6, 1, 2]], shape)
        elif kind == 2:
            x = np.full(shape, rng.choice(SPECIAL))
        else:
            x = rng.choice(SPECIAL[: rng.integers(2, 9)], shape)
        x = x.astype(rng.choice([np.float32, np.float64]))
        layout = rng.integers(4)
        if layout == 0:
            x = np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2)
        elif layout == 1:
            x = np.repeat(x, 2, axis=-1)[..., ::2]
        x.setflags(write=False)
        return x, geometry


def random_gradient(rng, shape):
    dy = rng.standard_normal(shape).astype(rng.choice([np.float16, np.float32, np.float64]))
    kind = rng.integers(6)
    if kind == 0:
        dy = np.round(dy * 2).astype(np.int64)
    elif kind == 1:
        dy[rng.random(shape) < 0.2] = rng.choice([np.inf, -np.inf, np.nan, 0])
    return dy


def assert_same_bits(actual, expected):
    """Equal, signed zeros told apart; a NaN is a NaN."""
    assert actual.dtype == expected.dtype
    np.testing.assert_array_equal(actual, expected)
    np.testing.assert_array_equal(
        np.signbit(actual) & (actual == 0), np.signbit(expected) & (expected == 0)
    )


@pytest.fixture(params=["tap by tap", "doubling"])
def folding(request, monkeypatch):
    """Windows folded either way, whatever their length."""
    monkeypatch.setattr(taps, "doubles", lambda line: request.param == "doubling")


def test_only_long_windows_that_are_close_are_folded_by_doubling():
    axes = [pv.Sliding((k,), s).axes((n,))[0] for k, s, n in [(32, 1, 99), (32, 4, 99), (9, 1, 99)]]
    assert [taps.doubles(axis) for axis in axes] == [True, False, False]
    assert taps.read(pv.Sliding((1000,), 1).axes((2000,))[0]) < 50 * 2000  # not 1000 * 1001
    padded = pv.Sliding((10**6,), 1, "same_upper").axes((100,))[0]
    assert not taps.doubles(padded)
    assert len(taps.reaches(padded)) == 199  # of a million taps


def test_the_cells_of_a_window_are_counted_as_its_table_lists_them():
    rng = np.random.default_rng(0)
    for _ in range(100):
        x, geometry = random_case(rng)
        index, axes = geometry.bind(x.shape[-2:]).index, geometry.axes(x.shape[-2:])
        np.testing.assert_array_equal(taps.counts(axes, False), (index >= 0).sum(-1))
        np.testing.assert_array_equal(taps.counts(axes, True), (index >= -1).sum(-1))


@pytest.mark.usefixtures("folding")
@pytest.mark.parametrize("seed", range(20))
def test_selected_cells_are_those_of_the_general_path_to_the_bit(seed):
    rng = np.random.default_rng(seed)
    for _ in range(40):
        x, geometry = random_case(rng)
        variant = SELECTING[rng.integers(2)]
        fast, slow = both(x, variant, geometry, locations=bool(rng.integers(2)))
        assert_same_bits(fast.output, slow.output)
        assert_same_bits(fast.locations, slow.locations)
        dy = random_gradient(rng, slow.output.shape)
        assert_same_bits(fast.backward(dy), slow.backward(dy))


@pytest.mark.usefixtures("folding")
@pytest.mark.parametrize("seed", range(6))
def test_sums_are_those_of_the_general_path_to_rounding(seed):
    rng = np.random.default_rng(seed)
    for _ in range(30):
        x, geometry = random_case(rng)
        if rng.random() < 0.3:
            x = (rng.standard_normal(x.shape) * 10.0 ** rng.integers(-30, 31, x.shape)).astype(
                x.dtype
            )
        variant = ADDING[rng.integers(len(ADDING))]
        fast, slow = both(x, variant, geometry)
        dy = random_gradient(rng, slow.output.shape)
        finite = x[np.isfinite(x)]
        largest = float(np.abs(finite).max(initial=0))
        steps = 64 * np.finfo(x.dtype).eps  # a window has at most 25 cells, in another order
        assert fast.output.dtype == slow.output.dtype
        np.testing.assert_allclose(fast.output, slow.output, rtol=steps, atol=steps * largest)
        sent = np.abs(dy[np.isfinite(dy)]).astype(float).max(initial=0)
        ahead, back = fast.backward(dy), slow.backward(dy)
        assert ahead.dtype == back.dtype
        np.testing.assert_allclose(ahead, back, rtol=steps, atol=25 * steps * sent)


@pytest.mark.parametrize("seed", range(4))
def test_wide_kernels_count_their_taps_in_two_bytes(seed):
    rng = np.random.default_rng(seed)
    for _ in range(15):
        x, geometry = random_case(rng, widest=25)
        for variant in SELECTING:
            fast, slow = both(x, variant, geometry)
            assert_same_bits(fast.output, slow.output)
            assert_same_bits(fast.locations, slow.locations)


@pytest.mark.parametrize("block", [1, 400, 3000])
def test_blocks_of_planes_do_not_show(block, monkeypatch):
    monkeypatch.setattr(kernels, "BYTES", block)
    rng = np.random.default_rng(0)
    x = rng.choice(SPECIAL[:5], (7, 3, 9, 8)).astype(np.float32)
    for geometry in (pv.Sliding(2), pv.Sliding(3, 2, 1), pv.Sliding(3, 1, 2, 2)):
        for variant in SELECTING + ADDING:
            fast, slow = both(x, variant, geometry)
            dy = rng.standard_normal(slow.output.shape)
            if variant.selects:
                assert_same_bits(fast.output, slow.output)
                assert_same_bits(fast.locations, slow.locations)
                assert_same_bits(fast.backward(dy), slow.backward(dy))
            else:
                np.testing.assert_allclose(fast.output, slow.output, rtol=1e-6, atol=1e-6)
                np.testing.assert_allclose(
                    fast.backward(dy), slow.backward(dy), rtol=1e-6, atol=1e-6
                )


def test_a_plane_whose_positions_need_more_than_two_bytes():
    x = np.random.default_rng(0).integers(0, 9, (300, 300)).astype(np.float32)
    fast, slow = both(x, pv.Max(), pv.Sliding(3, 2, 1))
    assert_same_bits(fast.locations, slow.locations)
    assert fast.locations.max() > 2**16


def test_a_window_of_padding_alone_has_no_location_and_sends_nothing():
    x = np.array([[1.0]])
    fast, slow = both(x, pv.Max(), pv.Sliding(2, 2, 1, 2))
    np.testing.assert_array_equal(fast.output, [[-np.inf]])
    np.testing.assert_array_equal(fast.locations, [[-1]])
    np.testing.assert_array_equal(fast.backward(np.ones((1, 1))), [[0]])
    assert_same_bits(fast.locations, slow.locations)


def test_minus_infinity_everywhere_is_located_inside_the_input():
    x = np.full((4, 4), -np.inf, np.float32)
    run = pv.pool(x, pv.Max(), pv.Sliding(3, 2, 1))
    np.testing.assert_array_equal(run.locations, [[0, 1], [4, 5]])


def test_the_last_nan_and_the_first_zero_of_either_sign():
    x = np.array([[np.nan, 1, -0.0, 0.0], [np.nan, 2, 0.0, -0.0]])
    run = pv.pool(x, pv.Max(), pv.Sliding(2))
    np.testing.assert_array_equal(run.locations, [[4, 2]])
    assert np.signbit(run.output[0, 1])


def test_shared_ties_send_what_the_general_path_sends():
    x = np.random.default_rng(0).integers(0, 3, (2, 8, 8)).astype(np.float32)
    for variant in (pv.Max(ties="shared"), pv.Min(ties="shared")):
        fast, slow = both(x, variant, pv.Sliding(3, 1, 1))
        assert_same_bits(fast.locations, slow.locations)
        assert_same_bits(fast.backward(slow.output), slow.backward(slow.output))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("variant", [pv.L2(), pv.L2Norm()])
def test_squares_neither_overflow_nor_vanish(dtype, variant):
    limits = np.finfo(dtype)
    for size in (limits.max / 8, limits.tiny, limits.smallest_subnormal * 1024, 0, 1):
        x = np.full((4, 4), size, dtype)
        fast, slow = both(x, variant, pv.Sliding(2))
        np.testing.assert_allclose(fast.output, slow.output, rtol=4 * limits.eps)
        dy = np.ones_like(slow.output)
        np.testing.assert_allclose(fast.backward(dy), slow.backward(dy), rtol=8 * limits.eps)


@pytest.mark.parametrize(
    ("x", "geometry"),
    [
        (np.ones((2, 8, 8), np.float16), pv.Sliding(2)),
        (np.ones((2, 8, 8), np.int32), pv.Sliding(2)),
        (np.ones((2, 8, 8)), pv.Sliding((2,))),
        (np.ones((2, 8, 8)), pv.Sliding((2, 2, 2))),
        (np.ones((2, 8, 8)), pv.Adaptive(2)),
        (np.ones((2, 8, 8)), pv.Global()),
    ],
    ids=["float16", "integers", "1-D", "3-D", "adaptive", "global"],
)
def test_everything_else_takes_the_general_path(x, geometry):
    for variant in SELECTING + ADDING:
        assert pv.pool(x, variant, geometry)._fast is None


def test_wide_windows_whose_taps_are_not_counted_ask_the_definition_for_locations():
    x = np.random.default_rng(0).standard_normal((40, 40))
    for geometry in (pv.Sliding(20), pv.Sliding((300, 2), 1, ((270, 0), (0, 0)))):
        fast, slow = both(x, pv.Max(), geometry)
        assert fast._fast.locations is None
        assert_same_bits(fast.output, slow.output)
        assert_same_bits(fast.locations, slow.locations)
        dy = np.arange(1.0, 1 + slow.output.size).reshape(slow.output.shape)
        assert_same_bits(fast.backward(dy), slow.backward(dy))


def test_small_inputs_take_the_general_path(monkeypatch):
    monkeypatch.undo()
    assert pv.pool(np.ones((28, 28)), pv.Max(), pv.Sliding(2))._fast is None
    assert pv.pool(np.ones((224, 224)), pv.Max(), pv.Sliding(2))._fast is not None


@pytest.mark.parametrize("variant", SELECTING + ADDING)
def test_an_empty_batch_stays_empty(variant):
    run = pv.pool(np.ones((0, 3, 8, 8), np.float32), variant, pv.Sliding(2))
    assert run.output.shape == (0, 3, 4, 4)
    assert run.backward(run.output).shape == (0, 3, 8, 8)


def test_the_rest_of_a_run_is_there_on_the_fast_path_too():
    x = np.random.default_rng(0).standard_normal((2, 6, 6))
    for variant in SELECTING + ADDING:
        fast, slow = both(x, variant, pv.Sliding(3, 2, 1))
        np.testing.assert_array_equal(fast.jacobian(), slow.jacobian())
        np.testing.assert_array_equal(fast.contributions(), slow.contributions())
        np.testing.assert_array_equal(fast.cells, slow.cells)
        assert fast.windows is slow.windows


def test_the_memory_of_a_call_is_its_results_and_a_few_blocks():
    x = np.random.default_rng(0).standard_normal((64, 16, 56, 56), dtype=np.float32)
    blocks = 4 * kernels.BYTES
    tracemalloc.start()
    try:
        run = pv.pool(x, pv.Max(), pv.Sliding(2), locations=False)
        assert tracemalloc.get_traced_memory()[1] < run.output.nbytes + blocks
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        run = pv.pool(x, pv.Max(), pv.Sliding(2))
        cells = run.output.size
        assert tracemalloc.get_traced_memory()[1] - before < run.output.nbytes + cells + blocks
    finally:
        tracemalloc.stop()


def test_ranks_from_pairs_are_those_of_sorting(monkeypatch):
    rng = np.random.default_rng(0)
    for _ in range(300):
        shape = (
            *(int(n) for n in rng.integers(1, 5, rng.integers(0, 3))),
            int(rng.integers(1, 17)),
        )
        valid = rng.random(shape) < rng.choice([0.7, 1])
        w = np.where(valid, rng.choice(SPECIAL[[0, 1, 2, 3, 6, 7]], shape), 0)
        monkeypatch.setattr(order, "MANY", 10**9)
        by_sorting = order.ranks(w, valid)
        monkeypatch.setattr(order, "MANY", 0)
        np.testing.assert_array_equal(order.ranks(w, valid)[valid], by_sorting[valid])
