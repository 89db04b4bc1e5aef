"""Unpooling by a rule, the way back, and round trips; class activation maps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import poolviz as pv
from poolviz.pooling import UNPOOLINGS

A = np.array([[1.0, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])
RULES = [cls() for cls in UNPOOLINGS] + [
    pv.BedOfNails(corner="last"),
    pv.NearestUnpool(kernel_size=3),
    pv.AverageUnpool(kernel_size=3, rank=1),
    pv.NearestUnpool(rank=3),
]


def shape(rule):
    return {1: (4,), 2: (3, 2), 3: (2, 1, 3)}[rule.rank]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (pv.NearestUnpool(), [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]),
        (pv.BedOfNails(), [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]),
        (pv.BedOfNails(corner="last"), [[0, 0, 0, 0], [0, 1, 0, 2], [0, 0, 0, 0], [0, 3, 0, 4]]),
        (pv.AverageUnpool(), np.kron([[0.25, 0.5], [0.75, 1]], np.ones((2, 2)))),
    ],
    ids=repr,
)
def test_what_each_rule_writes(rule, expected):
    np.testing.assert_array_equal(rule(np.array([[1.0, 2], [3, 4]])).output, expected)


def test_what_flows_back_is_corner_sum_or_mean():
    values, dout = np.ones((1, 1)), np.array([[1.0, 2], [3, 4]])
    assert pv.BedOfNails()(values).backward(dout).item() == 1
    assert pv.BedOfNails(corner="last")(values).backward(dout).item() == 4
    assert pv.NearestUnpool()(values).backward(dout).item() == 10
    assert pv.AverageUnpool()(values).backward(dout).item() == 2.5


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_backward_is_the_adjoint(rule):
    rng = np.random.default_rng(0)
    for extra in (-1, 0, 1):
        values = rng.normal(size=(2, *shape(rule)))
        size = tuple(n * rule.kernel_size + extra for n in shape(rule))
        run = rule(values, size)
        dout = rng.normal(size=run.output.shape)
        assert run.output.shape == (2, *size)
        np.testing.assert_allclose((run.output * dout).sum(), (values * run.backward(dout)).sum())
        np.testing.assert_array_equal(run.jacobian()[0], run.shares)


def test_average_unpooling_is_the_adjoint_of_average_pooling():
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(3, 6, 4)), rng.normal(size=(3, 3, 2))
    back = pv.pool(x, pv.Average(), pv.Sliding(2)).backward(dy)
    np.testing.assert_allclose(pv.AverageUnpool()(dy).output, back, atol=1e-15)


@given(k=st.integers(1, 3), n=st.integers(1, 4), seed=st.integers(0, 9))
def test_nearest_unpooling_is_undone_by_average_and_by_max(k, n, seed):
    y = np.random.default_rng(seed).normal(size=(n, n))
    x = pv.NearestUnpool(kernel_size=k)(y).output
    np.testing.assert_allclose(pv.pool(x, pv.Average(), pv.Sliding(k)).output, y, atol=1e-14)
    np.testing.assert_array_equal(pv.pool(x, pv.Max(), pv.Sliding(k)).output, y)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int32])
def test_dtypes(dtype):
    values = np.array([[1, 2], [3, 4]], dtype)
    for rule in RULES[:4]:
        output = rule(values).output
        keeps = np.dtype(dtype).kind == "f" or rule.copies
        assert output.dtype == (dtype if keeps else np.float64)
        dout = np.ones(output.shape)
        back = rule(values).backward(dout).dtype
        assert back == (dtype if np.dtype(dtype).kind == "f" else np.float64)


@pytest.mark.parametrize("cls", UNPOOLINGS, ids=lambda cls: cls.__name__)
def test_every_fact_is_told(cls):
    for fact in ("title", "formula", "gradient", "reference"):
        assert getattr(cls, fact).strip(), fact
    for field in cls.__dataclass_fields__:
        with pytest.raises(ValueError, match=f"^{field} must be .*got"):
            cls(**{field: object()})


# unpool by locations, and back.


def test_the_gradient_of_unpooling_reads_the_locations():
    locations = np.array([[5, -1], [13, 5]])
    dout = np.arange(16.0).reshape(4, 4)
    assert pv.unpool_backward(dout, locations).tolist() == [[5, 0], [13, 5]]
    assert pv.unpool_backward(dout, locations, duplicates="last").tolist() == [[0, 0], [13, 5]]


@given(seed=st.integers(0, 50), duplicates=st.sampled_from(["last", "sum"]), rank=st.integers(1, 3))
def test_backward_is_the_adjoint_of_unpool(seed, duplicates, rank):
    rng = np.random.default_rng(seed)
    size, out = (3, 4, 2)[:rank], (2, 3, 2)[:rank]
    values = rng.normal(size=(2, *out))
    locations = rng.integers(-1, np.prod(size), values.shape)
    dout = rng.normal(size=(2, *size))
    forward = pv.unpool(values, locations, size, duplicates)
    back = pv.unpool_backward(dout, locations, rank, duplicates)
    np.testing.assert_allclose((forward * dout).sum(), (values * back).sum(), atol=1e-12)


def test_unpooling_and_its_gradient_are_each_others_way_back():
    run = pv.pool(A, pv.Max(), pv.Sliding(2))
    dout = np.random.default_rng(0).normal(size=A.shape)
    # reading the locations is pooling's own forward, at the same cells
    np.testing.assert_array_equal(pv.unpool_backward(A, run.locations), run.output)
    read = pv.unpool_backward(dout, run.locations)
    assert read.shape == run.output.shape


# Round trips.


def test_what_a_round_trip_keeps_and_what_matches_by_accident():
    trip = pv.round_trip(pv.pool(A, pv.Max(), pv.Sliding(2)))
    assert trip.kept.sum() == 4
    assert trip.accidental.sum() == 2
    assert (A[trip.accidental] == 0).all()
    assert trip.restored == 6 / 16
    assert trip.energy == (49 + 4 + 36 + 64) / np.square(A).sum()
    np.testing.assert_allclose(trip.error, np.sqrt(1 - trip.energy))
    np.testing.assert_array_equal(trip.residual, A - trip.output)


def test_a_blend_needs_a_rule():
    run = pv.pool(A, pv.Average(), pv.Sliding(2))
    with pytest.raises(ValueError, match=r"^unpooling must be given for Average"):
        pv.round_trip(run)
    trip = pv.round_trip(run, pv.NearestUnpool())
    assert not trip.kept.any()
    np.testing.assert_allclose(trip.error**2, 1 - trip.energy)  # a projection
    assert trip.energy < 1


def test_a_rule_can_meet_the_remembered_cell():
    run = pv.pool(A, pv.Max(), pv.Sliding(2))
    near = pv.round_trip(run, pv.NearestUnpool())
    assert near.kept.sum() == 4
    assert near.energy > 1
    last = pv.round_trip(run, pv.BedOfNails(corner="last"))
    assert last.kept.sum() == 3  # 7, 6 and 8 stand in the last corner
    assert last.accidental.sum() == 1  # the 0 of row 3; that of row 1 was written over
    assert last.restored == 4 / 16


def test_overlapping_windows_write_one_cell_once():
    run = pv.pool(A, pv.Max(), pv.Sliding(3, 1))
    trip = pv.round_trip(run)
    assert trip.output.max() == 8
    summed = pv.round_trip(run, duplicates="sum")
    assert summed.output.sum() == run.output.sum()


def test_nothing_is_lost_where_nothing_was():
    zero = np.zeros((2, 2))
    trip = pv.round_trip(pv.pool(zero, pv.Max(), pv.Sliding(2)))
    assert (trip.error, trip.energy, trip.restored) == (0, 1, 1)


WRONG = [
    (lambda: pv.NearestUnpool()(np.zeros(3)), r"^values must have at least 2 axes"),
    (lambda: pv.NearestUnpool()(A, (9, 6)), r"^output_size must lie between 7 and 9 for 4 values"),
    (lambda: pv.NearestUnpool()(A).backward(A), r"^dout must have the output's shape \(8, 8\)"),
    (lambda: pv.unpool_backward(A, A), r"^locations must be integers"),
    (lambda: pv.unpool_backward(A, np.zeros((2, 2, 2), int)), r"^dout must have the batch axes"),
    (lambda: pv.unpool_backward(A, np.array([[16]])), r"^locations must lie in \[-1, 15\]"),
    (lambda: pv.unpool_backward(A, np.array([[1]]), 2, "first"), r"^duplicates must be"),
    (lambda: pv.unpool_backward(A, np.array([[1]]), 0), r"^ndim must be at least 1"),
    (lambda: pv.class_activation_map(A, A), r"^features must have axes"),
    (lambda: pv.class_activation_map(A[None], A), r"^weights must have shape \(classes, 1\)"),
    (lambda: pv.class_activation_map(A[None], A[:1, :1], A), r"^bias must have shape \(1,\)"),
    (
        lambda: pv.class_activation_map(A[None], A[:2, :1]).backward(np.ones(3)),
        r"^dscores must have the shape of the scores \(2,\)",
    ),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[m for _, m in WRONG])
def test_a_wrong_argument_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Class activation maps.


def test_the_mean_of_the_map_is_the_score_of_pooling_then_weighing():
    rng = np.random.default_rng(0)
    features, weights, bias = (
        rng.normal(size=(2, 5, 4, 3)),
        rng.normal(size=(6, 5)),
        rng.normal(size=6),
    )
    cam = pv.class_activation_map(features, weights, bias)
    pooled = pv.pool(features, pv.Average(), pv.Global(2)).output[..., 0, 0]
    assert cam.maps.shape == (2, 6, 4, 3)
    np.testing.assert_allclose(cam.scores, pooled @ weights.T + bias, rtol=1e-12)
    np.testing.assert_allclose(cam.scores, cam.maps.mean((-1, -2)) + bias, rtol=1e-12)


def test_the_gradient_of_a_score_is_the_weight_over_the_cells():
    rng = np.random.default_rng(1)
    features, weights = rng.normal(size=(3, 2, 2)), rng.normal(size=(2, 3))
    cam = pv.class_activation_map(features, weights)
    dscores = rng.normal(size=2)
    dx, step = cam.backward(dscores), 1e-6
    np.testing.assert_allclose(dx[:, 0, 0], dscores @ weights / 4)
    for cell in np.ndindex(features.shape):
        ahead = features.copy()
        ahead[cell] += step
        change = (pv.class_activation_map(ahead, weights).scores - cam.scores) @ dscores / step
        np.testing.assert_allclose(dx[cell], change, atol=1e-6)


def test_float32_stays():
    cam = pv.class_activation_map(A[None].astype("f4"), np.ones((1, 1), "f4"))
    assert cam.maps.dtype == cam.scores.dtype == np.float32
