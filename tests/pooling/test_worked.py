"""Worked examples that others published, and the golden case that each variant declares."""

import numpy as np
import pytest

import poolviz as pv
from tests.pooling.cases import name

D2L, BOARD = np.arange(9.0).reshape(3, 3), np.arange(16.0).reshape(4, 4)
CAFFE = [[1, 2, 5, 2, 3], [9, 4, 1, 4, 8], [1, 2, 5, 2, 3]]
MAGIC = [
    [35, 1, 6, 26, 19, 24],
    [3, 32, 7, 21, 23, 25],
    [31, 9, 2, 22, 27, 20],
    [8, 28, 33, 17, 10, 15],
    [30, 5, 34, 12, 14, 16],
    [4, 36, 29, 13, 18, 11],
]


@pytest.mark.parametrize("cls", pv.VARIANTS, ids=name)
def test_the_declared_example_comes_out(cls):
    worked = cls.worked
    run = pv.pool(np.array(worked.X, float), cls(**dict(worked.fields)), pv.Sliding(2))
    np.testing.assert_allclose(run.output.ravel(), worked.outputs, rtol=2e-6)  # seven digits
    if worked.gradient is not None:
        np.testing.assert_allclose(run.jacobian()[0, 0], worked.gradient, atol=2e-6)


# The catalogue's numbers, kept here as well so that a declaration cannot drift.
CATALOGUE = [
    (pv.Max(), [6, 4, 8, 9]),
    (pv.Min(), [1, 1, 4, 1]),
    (pv.Average(), [3.75, 2.25, 6, 4]),
    (pv.Average(divisor_override=1), [15, 9, 24, 16]),
    (pv.L2(), [4.213075, 2.5, 6.204837, 5.049752]),
    (pv.Stochastic(phase="test"), [4.733333, 2.777778, 6.416667, 6.375]),
    (pv.SoftPool(), [5.613221, 3.476922, 7.588781, 8.957582]),
]


@pytest.mark.parametrize(("variant", "outputs"), CATALOGUE, ids=name)
def test_the_catalogue_gives_these_outputs(variant, outputs):
    run = pv.pool(np.array(pv.Max.worked.X, float), variant, pv.Sliding(2))
    np.testing.assert_allclose(run.output.ravel(), outputs, atol=6e-7)  # printed to six digits


def test_softpool_gradient_of_the_catalogue():
    run = pv.pool(np.array(pv.Max.worked.X, float), pv.SoftPool(), pv.Sliding(2))
    expected = [-0.017092, -0.056387, 0.099893, 0.973585]
    np.testing.assert_allclose(run.jacobian()[0, 0], expected, atol=5e-7)


PUBLISHED = [
    ("d2l max", D2L, pv.Max(), pv.Sliding(2, 1), [[4, 5], [7, 8]]),
    ("d2l average", D2L, pv.Average(), pv.Sliding(2, 1), [[2, 3], [5, 6]]),
    ("d2l k3", BOARD, pv.Max(), pv.Sliding(3), [[10]]),
    ("d2l k3 p1 s2", BOARD, pv.Max(), pv.Sliding(3, 2, 1), [[5, 7], [13, 15]]),
    ("d2l k(2,3)", BOARD, pv.Max(), pv.Sliding((2, 3), (2, 3), (0, 1)), [[5, 7], [13, 15]]),
    (
        "d2l k(2,3) p(1,1)",
        BOARD,
        pv.Max(),
        pv.Sliding((2, 3), (2, 3), (1, 1)),
        [[1, 3], [9, 11], [13, 15]],
    ),
    (
        "d2l two channels",
        np.stack([BOARD, BOARD + 1]),
        pv.Max(),
        pv.Sliding(3, 2, 1),
        [[[5, 7], [13, 15]], [[6, 8], [14, 16]]],
    ),
    ("torch 1d ceil", [1, 2], pv.Max(), pv.Sliding((2,), 2, 1, 2, True), [2, 2]),
    (
        "torch integers",
        [[-1, -2], [-3, -4]],
        pv.Max(),
        pv.Sliding(2, 2, 1, 2, True),
        [[-4, -4], [-4, -4]],
    ),
    ("torch padding only", [[1.0]], pv.Max(), pv.Sliding((2,), 2, 1, 2), [[-np.inf]]),
    ("tflite average", [[0, 6, 2, 4], [3, 2, 10, 7]], pv.Average(), pv.Sliding(2), [[2.75, 5.75]]),
    ("tflite l2", [[0, 6, 2, 4], [3, 2, 10, 7]], pv.L2(), pv.Sliding(2), [[3.5, 6.5]]),
    (
        "tflite l2 signs",
        [[-1, -6, 2, 4], [-3, -2, 10, 7]],
        pv.L2(),
        pv.Sliding(2),
        [[12.5**0.5, 6.5]],
    ),
    (
        "l2 k3 s1, times sqrt(9)",
        BOARD + 1,
        pv.L2(),
        pv.Sliding(3, 1),
        np.sqrt(np.array([[426, 543], [1002, 1191]]) / 9),
    ),
    (
        "Zeiler and Fergus",
        [[0, 0, 0], [0, 0, 2.4], [0, 1.6, 0]],
        pv.Stochastic(phase="test"),
        pv.Sliding(3),
        [[2.08]],
    ),
    (
        "blog of 2013, printed there as 1.625",
        [[0, 1.1, 2.5], [0.9, 2, 1], [0, 1.5, 1]],
        pv.Stochastic(phase="test"),
        pv.Sliding(3),
        [[1.652]],
    ),
]
BLOCKS = np.arange(24.0).reshape(4, 6)
# scikit-image fills the last blocks with zeros, for the maximum too
FILLED = np.pad(np.arange(40.0).reshape(5, 8), ((0, 3), (0, 2)))
PUBLISHED += [
    (f"scikit-image, 0 at the end, {label}", FILLED, variant, pv.Sliding((4, 5)), expected)
    for label, variant, expected in [
        ("mean", pv.Average(), [[14, 10.8], [8.5, 5.7]]),
        ("max", pv.Max(), [[28, 31], [36, 39]]),
        ("median", pv.Median(), [[14, 6.5], [0, 0]]),
    ]
]
PUBLISHED += [
    (f"scikit-image {label}", BLOCKS, variant, pv.Sliding((2, 3)), expected)
    for label, variant, expected in [
        ("sum", pv.Average(divisor_override=1), [[24, 42], [96, 114]]),
        ("mean", pv.Average(), [[4, 7], [16, 19]]),
        ("min", pv.Min(), [[0, 3], [12, 15]]),
        ("max", pv.Max(), [[8, 11], [20, 23]]),
    ]
]


@pytest.mark.parametrize(
    ("x", "variant", "geometry", "expected"),
    [p[1:] for p in PUBLISHED],
    ids=[p[0] for p in PUBLISHED],
)
def test_published_values(x, variant, geometry, expected, path):
    run = pv.pool(np.array(x, float), variant, geometry)
    np.testing.assert_allclose(run.output, expected, rtol=1e-14)


LOCATIONS = [
    (
        "caffe 2x2",
        CAFFE,
        pv.Sliding(2, 1),
        [[9, 5, 5, 8], [9, 5, 5, 8]],
        [[5, 2, 2, 9], [5, 12, 12, 9]],
    ),
    (
        "caffe 3x2",
        MAGIC,
        pv.Sliding((3, 2), 1),
        [[35, 32, 26, 27, 27], [32, 33, 33, 27, 27], [31, 34, 34, 27, 27], [36, 36, 34, 18, 18]],
        [[0, 7, 3, 16, 16], [7, 20, 20, 16, 16], [12, 26, 26, 16, 16], [31, 31, 26, 34, 34]],
    ),
    (
        "caffe 2x3",
        MAGIC,
        pv.Sliding((2, 3), 1),
        [[35, 32, 26, 26], [32, 32, 27, 27], [33, 33, 33, 27], [34, 34, 34, 17], [36, 36, 34, 18]],
        [[0, 7, 3, 3], [7, 7, 16, 16], [20, 20, 20, 16], [26, 26, 26, 21], [31, 31, 26, 34]],
    ),
    ("torch docs 4x4", BOARD + 1, pv.Sliding(2), [[6, 8], [14, 16]], [[5, 7], [13, 15]]),
    (
        "torch docs 4x5",
        np.arange(1, 21).reshape(4, 5),
        pv.Sliding(2),
        [[7, 9], [17, 19]],
        [[6, 8], [16, 18]],
    ),
    (
        "torch docs, planes",
        np.arange(1, 65).reshape(2, 2, 4, 4),
        pv.Sliding(2),
        np.array([6, 8, 14, 16]).reshape(2, 2) + 16 * np.arange(4).reshape(2, 2, 1, 1),
        np.broadcast_to([[5, 7], [13, 15]], (2, 2, 2, 2)),
    ),
]


@pytest.mark.parametrize(
    ("x", "geometry", "values", "locations"),
    [p[1:] for p in LOCATIONS],
    ids=[p[0] for p in LOCATIONS],
)
def test_published_maxima_and_locations(x, geometry, values, locations, path):
    run = pv.pool(np.array(x, float), pv.Max(), geometry)
    np.testing.assert_array_equal(run.output, values)
    np.testing.assert_array_equal(run.locations, locations)


def test_torch_gradient_of_the_sum_is_one_at_each_maximum():
    x = np.arange(1.0, 65).reshape(2, 2, 4, 4)
    dx = pv.pool(x, pv.Max(), pv.Sliding(2)).backward(np.ones((2, 2, 2, 2)))
    np.testing.assert_array_equal(dx, (x % 2 == 0) & ((x - 1) % 8 >= 4))


def test_torch_integers_stay_integers():
    run = pv.pool(np.array([[-1, -2], [-3, -4]]), pv.Max(), pv.Sliding(2, 2, 1, 2, True))
    assert run.output.dtype == np.int64
    np.testing.assert_array_equal(run.output, [[-4, -4], [-4, -4]])


SENT = [11, 12, 13, 15, 16, 17, 19, 20, 21]
CHECKED = np.array([[1, 0, 1, 0], [0, 1, 0, 1]] * 2)
ROUTED = [
    (
        "ties",
        np.ones((4, 4)),
        pv.Sliding(2, 1),
        SENT,
        [11, 12, 13, 0, 15, 16, 17, 0, 19, 20, 21, 0, 0, 0, 0, 0],
    ),
    (
        "all NaN, as torch",
        np.full((4, 4), np.nan),
        pv.Sliding(2, 1),
        SENT,
        [0, 0, 0, 0, 0, 11, 12, 13, 0, 15, 16, 17, 0, 19, 20, 21],
    ),
    (
        "k3 s1 same",
        CHECKED,
        pv.Sliding(3, 1, "same_upper"),
        range(11, 27),
        [54, 0, 62, 0, 0, 60, 0, 22, 47, 0, 51, 0, 0, 0, 0, 0],
    ),
    (
        "padding column at the right, all negative",
        np.where(CHECKED == 1, -1, -5),
        pv.Sliding(2, 1, ((0, 0), (0, 1))),
        range(11, 23),
        [11, 0, 25, 0, 0, 31, 0, 49, 19, 0, 41, 0, 0, 0, 0, 22],
    ),
]


@pytest.mark.parametrize(
    ("x", "geometry", "dy", "dx"), [p[1:] for p in ROUTED], ids=[p[0] for p in ROUTED]
)
def test_tensorflow_gradients_of_the_maximum(x, geometry, dy, dx, path):
    run = pv.pool(np.array(x, float), pv.Max(), geometry)
    sent = np.array(list(dy), float).reshape(run.output.shape)
    np.testing.assert_array_equal(run.backward(sent).ravel(), dx)


def test_zeiler_and_fergus_may_draw_the_lesser_activation():
    x = np.array([[0, 0, 0], [0, 0, 2.4], [0, 1.6, 0]])
    run = pv.pool(x, pv.Stochastic(), pv.Sliding(3))
    np.testing.assert_allclose(run.odds().ravel()[[5, 7]], [0.6, 0.4], rtol=1e-14)
    samples = {pv.pool(x, pv.Stochastic(seed=s), pv.Sliding(3)).output.item() for s in range(40)}
    assert samples == {1.6, 2.4}


def test_the_blog_sample_is_a_cell_of_its_window():
    x = np.array([[0, 1.1, 2.5], [0.9, 2, 1], [0, 1.5, 1]])
    samples = {pv.pool(x, pv.Stochastic(seed=s), pv.Sliding(3)).output.item() for s in range(60)}
    assert 1.5 in samples
    assert samples <= set(x[x > 0])
