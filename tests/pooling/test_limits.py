"""What one call may ask for: counted in cells and bytes, never in seconds."""

import tracemalloc

import numpy as np
import pytest

import poolviz as pv
from poolviz.pooling import engine, kernels, layout, limits, operator_table
from tests.in_turn import in_turn
from tests.pooling import cases
from tests.pooling.cases import CASES, name, tie_free

UNIT = 32  # bytes: what ``Variant.cost`` counts in


def peak(action):
    """The most bytes that were held beyond what was there before."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("variant", cases.VARIANTS, ids=name)
@in_turn("size", [9, 100, 1500])
def test_rules_take_the_memory_that_their_cost_says(variant, size):
    w = np.moveaxis(tie_free(variant, (size, 60_000 // size)), 0, -1)
    valid = np.ones(w.shape, bool)
    valid[:, 0] = False
    allowed = variant.cost(size) * UNIT * w.size * 1.25 + 200_000
    rules = ["jacobian", "contributions", "select" if variant.selects else "forward"]
    for rule in rules:
        assert peak(lambda rule=rule: getattr(variant, rule)(w, valid)) < allowed, rule


# A few windows at a time


@pytest.fixture
def _stretches(monkeypatch):
    """Windows of a handful of cells at a time, however few there are."""
    monkeypatch.setattr(engine, "WHOLE", 0)
    monkeypatch.setattr(engine, "BLOCK", 40)


@pytest.mark.parametrize("variant", cases.VARIANTS, ids=name)
def test_stretches_of_windows_give_what_all_windows_give(variant, request):
    geometries = [(case.geometry, case.shape) for case in CASES[::4]]
    runs = []
    for _ in range(2):
        for geometry, shape in geometries:
            x = tie_free(variant, (2, *shape))
            run = pv.pool(x, variant, geometry)
            dy = np.linspace(-1, 2, run.output.size).reshape(run.output.shape)
            runs.append((run, run.backward(dy), run.jacobian(), run.contributions()))
        request.getfixturevalue("_stretches")
    for (whole, *of_whole), (some, *of_some) in zip(
        runs[: len(geometries)], runs[len(geometries) :], strict=True
    ):
        assert not whole._stretched
        assert some._stretched is not variant.stochastic
        np.testing.assert_allclose(some.output, whole.output, rtol=1e-13, atol=1e-13)
        assert some.output.dtype == whole.output.dtype
        np.testing.assert_array_equal(some.locations, whole.locations)
        for a, b in zip(of_some, of_whole, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
            assert a.dtype == b.dtype


@pytest.mark.usefixtures("_stretches")
def test_stretches_of_integers_half_precision_and_infinite_gradients():
    x = np.array([[3, 1, 2], [2, 9, 4]], np.int16)
    for variant in (pv.Max(), pv.Max(ties="shared")):
        run = pv.pool(x, variant, pv.Sliding(2, 1), locations=False)
        assert run.output.dtype == np.int16
        assert run.output.tolist() == [[9, 9]]
        assert run.locations.tolist() == [[4, 4]]
        assert run.backward(np.array([[np.inf, 0]])).tolist() == [[0, 0, 0], [0, np.inf, 0]]
    ones = np.ones((1, 3001), np.float16)
    run = pv.pool(ones, pv.Sum(), pv.Sliding((1, 2), 1))
    assert run.backward(np.full((1, 3000), 1024, np.float16)).tolist() == [
        [1024, *[2048] * 2999, 1024]
    ]


@pytest.mark.parametrize("cls", pv.OPERATORS, ids=lambda cls: cls.__name__)
def test_operators_in_stretches_give_what_they_give_at_once(cls, request, monkeypatch):
    rng, runs = np.random.default_rng(0), []
    for _ in range(2):
        op = cls()
        x = np.random.default_rng(1).permutation(2 * 9 * 8).astype(float).reshape(2, 9, 8)
        run = op(x)
        runs.append(
            (run.output, run.backward(np.ones(run.output.shape)), *vars(run.table).values())
        )
        request.getfixturevalue("_stretches")
        monkeypatch.setattr(operator_table, "BLOCK", int(rng.integers(20, 60)))
    for at_once, in_stretches in zip(*runs, strict=True):
        if isinstance(at_once, pv.Windows):
            np.testing.assert_array_equal(in_stretches.index, at_once.index)
        else:
            np.testing.assert_allclose(in_stretches, at_once, rtol=1e-13, atol=1e-15)


def test_parts_of_a_layout_are_rows_of_its_table():
    boxes = pv.SpatialPyramid(levels=(3, 1, 2)).geometry.layout((7, 5))
    grids = [case.geometry.layout(case.shape) for case in CASES]
    for whole in (boxes, *grids):
        index = whole.whole().index.reshape(-1, whole.size)
        for stop in range(1, len(index) + 1):
            part = whole.part(slice(stop - 1, stop)).index
            np.testing.assert_array_equal(part[0], index[stop - 1, : part.shape[-1]])
            assert (index[stop - 1, part.shape[-1] :] == layout.OUTSIDE).all()
        windows = list(whole.stretches(5))
        assert [w.start for w in windows] == [0, *[w.stop for w in windows[:-1]]]
        assert windows[-1].stop == len(index)


def test_values_and_gradients_take_the_memory_of_a_few_blocks():
    x = np.random.default_rng(0).random((200, 200))
    unit = limits.BLOCK * UNIT
    for variant in (pv.SoftPool(), pv.Median()):
        runs = []
        table = x.size * 49 * 8  # bytes of the positions alone
        forward = peak(lambda v=variant, runs=runs: runs.append(pv.pool(x, v, pv.Sliding(7, 1))))
        backward = peak(lambda runs=runs: runs[0].backward(runs[0].output))
        allowed = 3 * x.nbytes + (2 + variant.cost(49)) * unit
        assert max(forward, backward) < allowed < 4 * table, variant


# What is refused, at once; and what is not


def zeros(*shape):
    return np.zeros(shape)


def pooled(variant, geometry, *shape):
    return lambda: pv.pool(zeros(*shape), variant, geometry)


REFUSED = {
    "work": (pooled(pv.SoftPool(), pv.Sliding(1000, 1), 1500, 1500), "kernel_size and stride"),
    "a dear variant": (pooled(pv.Tree(), pv.Sliding(9, 1), 500, 500), "kernel_size and stride"),
    "one window": (pooled(pv.AdaPool(), pv.Global(2), 2300, 2300), "ndim"),
    "a draw for all": (pooled(pv.Stochastic(), pv.Sliding(9, 1), 500, 500), "kernel_size"),
    "padding": (
        pooled(pv.Max(), pv.Sliding(10**6, 1, ((999_999, 999_999),) * 2), 64, 64),
        "padding and stride",
    ),
    "adaptive": (pooled(pv.Max(), pv.Adaptive(20_000), 3, 3), "output_size"),
    "a table": (lambda: pv.pool(zeros(800, 800), pv.Max(), pv.Sliding(6, 1)).windows, "kernel"),
    "a jacobian": (
        lambda: pv.pool(zeros(800, 800), pv.Sum(), pv.Sliding(6, 1)).jacobian(),
        "kernel_size and stride",
    ),
    "fractional": (
        lambda: pv.FractionalMax(kernel_size=150, output_size=300)(zeros(512, 512)),
        "kernel_size and output_size",
    ),
    "s3": (lambda: pv.S3Pool(kernel_size=40)(zeros(1000, 1000)), "kernel_size and stride"),
    "blur": (
        lambda: pv.BlurPool(kernel_size=30, stride=1)(zeros(300, 300)).table,
        "x and its windows",
    ),
    "strip": (lambda: pv.Strip()(zeros(500, 500)).table, "x"),
    "spectral": (lambda: pv.Spectral()(zeros(224, 224)).table, "output_size and x"),
    "k-max": (lambda: pv.KMax(k=5000)(zeros(5000)).table, "x"),
    "bins": (lambda: pv.RoIPool(output_size=10**5)(zeros(9, 9)), "output_size and rois"),
    "levels": (lambda: pv.SpatialPyramid((10**5,), "adaptive")(zeros(9, 9)), "levels"),
    "samples": (lambda: pv.RoIAlign(sampling_ratio=10**5)(zeros(9, 9)), "output_size and sampl"),
    "a box": (lambda: pv.RoIAlign(rois=((0, 0, 1e9, 1e9),))(zeros(9, 9)), "output_size and samp"),
    "unpool": (
        lambda: pv.unpool(zeros(2, 2), np.zeros((2, 2), int), (100_000, 100_000)),
        "output_size",
    ),
    "unpooling": (lambda: pv.NearestUnpool(10**9)(zeros(1, 1)), "kernel_size and output_size"),
    "unpooling, cut": (lambda: pv.NearestUnpool(10**9)(zeros(1, 1), 5), "kernel_size"),
    "maps": (
        lambda: pv.class_activation_map(zeros(1, 900, 900), np.zeros((10_000, 1))),
        "weights",
    ),
    "check": (
        lambda: pv.check_gradient(pv.Max(), pv.Sliding(2, 1000), zeros(1000, 1000)),
        "x and the geometry",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_over_a_limit_is_refused_before_anything_is_made(case):
    action, names = REFUSED[case]

    def refused():
        with pytest.raises(
            ValueError, match=rf"^{names}.* must give at most [0-9,]+ .*, got [0-9,]+$"
        ):
            action()

    assert peak(refused) < 60e6  # its inputs and its values; what was asked for has gigabytes


def test_boxes_beyond_any_plane_are_refused():
    for cls in (pv.RoIPool, pv.RoIAlign):
        with pytest.raises(
            ValueError, match="rois times spatial_scale must lie within 2,147,483,647"
        ):
            cls(rois=((0, 0, 1e300, 1e300),), spatial_scale=1e300)(zeros(9, 9))


def test_the_limit_is_for_tables_and_not_for_inputs():
    assert pv.SpatialPyramid()(zeros(1024, 765)).output.shape == (14,)
    assert pv.Spectral()(zeros(1000, 900)).output.shape == (500, 450)
    assert pv.pool(zeros(900, 900), pv.Average(), pv.Sliding(500, 1)).output.shape == (401, 401)
    assert pv.pool(zeros(900, 900), pv.Max(), pv.Sliding(500, 1)).output.shape == (401, 401)
    windows = pv.Adaptive((3527, 2219)).layout((5873, 3693))
    assert windows.places == 70_437_717  # 3527 * 2219 * 9, gone through a few at a time
    assert limits.MAX_TABLE < windows.places <= limits.MAX_WORK


def test_windows_of_zeros_are_no_odd_ones(monkeypatch):
    monkeypatch.setattr(kernels.Kernel, "define", lambda *_: pytest.fail("nothing is odd"))
    x = zeros(100, 100)
    x[50:] = 3
    y = pv.pool(x, pv.L2(), pv.Sliding(2)).output
    assert (y[:25] == 0).all()
    assert (y[25:] == 3).all()
