"""Published and worked values of the families by rank, norm, mixture and softmax."""

import cmath
import math

import numpy as np
import pytest

import poolviz as pv
from tests.pooling.cases import name

X = np.array(pv.Max.worked.X, float)
FIRST = np.array([1.0, 3, 5, 6])


def softmax(values):
    e = [math.exp(v) for v in values]
    return tuple(v / sum(e) for v in e)


CATALOGUE = [
    (pv.LeNetSubsampling(weight=0.1, bias=0.2), [0.935409, 0.800499, 0.989027, 0.946806]),
    (pv.Sum(), [15, 9, 24, 16]),
    (pv.L2Norm(), [8.42615, 5, 12.409674, 10.099505]),
    (pv.Lp(p=3), [7.172581, 4.326749, 10.144567, 9.290907]),
    (pv.Lp(p=3, magnitude=False), [7.172581, 4.326749, 10.144567, 9.290907]),
    (pv.GeM(p=3), [4.518443, 2.725681, 6.390677, 5.852905]),
    (pv.Median(), [4, 2, 6, 3]),
    (pv.Median(even="lower"), [3, 2, 5, 2]),
    (pv.GeometricMean(), [3.08007, 2, 5.785015, 2.912951]),
    (pv.HarmonicMean(), [2.352941, 1.777778, 5.572139, 2.149254]),
    (pv.MixedMaxAverage(alpha=0.3), [4.425, 2.775, 6.6, 5.5]),
    (pv.Gated(weights=(-0.5, -1 / 6, 1 / 6, 0.5)), [5.875014, 2.910696, 6.317738, 4.064769]),
    (pv.Gated(), [5.875014, 2.910696, 6.317738, 4.064769]),
    (pv.RankAverage(t=2), [5.5, 3, 7.5, 6.5]),
    (pv.RankWeighted(alpha=0.5), [4.6875, 2.8125, 6.625, 5.8125]),
    (pv.SortPool(weights=(0.3, 0.1, -0.2)), [4.425435, 2.500178, 6.425435, 4.425791]),
    (
        pv.Ordinal(weights=softmax((0.3, 0.1, -0.2, 0.4))),
        [3.687485, 2.253462, 6.000526, 4.133532],
    ),
    (pv.MaxTwoMean(), [5.5, 3, 7.5, 6.5]),
    (pv.TopBottom(1, 1, 0.7), [6.7, 4.7, 10.8, 9.7]),
    (pv.MaxDropout(q=0.5, phase="test"), [4.6875, 2.8125, 6.625, 5.8125]),
    (pv.AdaPool(beta=0.4), [4.965228, 2.99174, 6.960962, 7.032364]),
    (pv.Boltzmann(beta=3), [5.952226, 3.989767, 7.952204, 8.999998]),
    (pv.LogSumExp(r=2), [5.371427, 3.326035, 7.371555, 8.306876]),
    (pv.AlphaMEX(alpha=0.9), [5.41759, 3.38078, 7.417646, 8.369078]),
    (pv.LIP(logit="linear"), [5.613221, 3.476922, 7.588781, 8.957582]),
    (pv.DetailPreserving(lam=0.6, alpha=0.2), [3.655903, 2.440267, 6, 4.624218]),
]


@pytest.mark.parametrize(("variant", "outputs"), CATALOGUE, ids=name)
def test_the_catalogue_gives_these_outputs(variant, outputs):
    run = pv.pool(X, variant, pv.Sliding(2))
    np.testing.assert_allclose(run.output.ravel(), outputs, atol=6e-7)


GRADIENTS = [
    (pv.SoftPool(), [-0.017092, -0.056387, 0.099893, 0.973585]),
    (pv.SoftPool(full_gradient=False), [0.00473, 0.034953, 0.258269, 0.702048]),
    (pv.LIP(logit="linear"), [-0.017092, -0.056387, 0.099893, 0.973585]),
    (pv.Sum(), [1, 1, 1, 1]),
    (pv.L2Norm(), FIRST / 71**0.5),
    (pv.Median(), [0, 0.5, 0.5, 0]),
    (pv.Median(even="lower"), [0, 1, 0, 0]),
    (pv.RankAverage(t=3), [0, 1 / 3, 1 / 3, 1 / 3]),
    (pv.RankWeighted(alpha=0.5), [1 / 16, 1 / 8, 1 / 4, 1 / 2]),
    (pv.TopBottom(1, 2, 0.5), [0.25, 0.25, 0, 1]),
    (pv.MixedMaxAverage(alpha=0.3), [0.175, 0.175, 0.175, 0.475]),
    (pv.LogSumExp(r=2), softmax(2 * FIRST)),
    (pv.AlphaMEX(alpha=0.9), softmax(math.log(9) * FIRST)),
    (pv.GeometricMean(), 90**0.25 / 4 / FIRST),
    (pv.HarmonicMean(), (40 / 17) ** 2 / 4 / FIRST**2),
    (pv.LeNetSubsampling(0.1, 0.2), [0.1 * (1 - math.tanh(1.7) ** 2)] * 4),
]


@pytest.mark.parametrize(("variant", "gradient"), GRADIENTS, ids=name)
def test_the_gradient_in_the_first_window(variant, gradient):
    run = pv.pool(X, variant, pv.Sliding(2))
    np.testing.assert_allclose(run.jacobian()[0, 0], gradient, atol=6e-7)


BLOCKS = np.arange(24.0).reshape(4, 6)
PUBLISHED = [
    ("scikit-image sum", BLOCKS, pv.Sum(), pv.Sliding((2, 3)), [[24, 42], [96, 114]]),
    ("scikit-image median", BLOCKS, pv.Median(), pv.Sliding((2, 3)), [[4, 7], [16, 19]]),
    ("tflite, as norm", [[0, 6, 2, 4], [3, 2, 10, 7]], pv.L2Norm(), pv.Sliding(2), [[7, 13]]),
    (
        "norm k3 s1",
        np.arange(1.0, 17).reshape(4, 4),
        pv.L2Norm(),
        pv.Sliding(3, 1),
        np.sqrt([[426, 543], [1002, 1191]]),
    ),
    ("onnx, p = 1 takes |a|", -np.ones((2, 2)), pv.Lp(p=1), pv.Sliding(2), [[4]]),
    ("torch, p = 1 is signed", -np.ones((2, 2)), pv.Lp(1, False), pv.Sliding(2), [[-4]]),
    ("torch, p = 3 on -1", [[-1.0]], pv.Lp(3, False), pv.Sliding(1), [[np.nan]]),
    ("onnx, p = 3 on -1", [[-1.0]], pv.Lp(3), pv.Sliding(1), [[1]]),
    (
        "ceil: torch scales the cut window up to 2",
        np.ones(3),
        pv.Lp(1),
        pv.Sliding((2,), ceil_mode=True),
        [2, 1],
    ),
]


@pytest.mark.parametrize(
    ("x", "variant", "geometry", "expected"),
    [p[1:] for p in PUBLISHED],
    ids=[p[0] for p in PUBLISHED],
)
def test_published_values(x, variant, geometry, expected):
    np.testing.assert_allclose(pv.pool(x, variant, geometry).output, expected, rtol=1e-14)


def test_torch_median_is_the_lower_and_keeps_integers():
    x = np.array([[4, 1], [3, 2]], np.int8)
    run = pv.pool(x, pv.Median(even="lower"), pv.Sliding(2))
    assert run.output.dtype == np.int8
    assert run.output.item() == 2
    assert run.locations.item() == 3
    assert pv.pool(x, pv.Median(), pv.Sliding(2)).output.item() == 2.5


@pytest.mark.parametrize("cls", [pv.Max, pv.Min])
def test_ties_go_to_the_first_or_are_shared(cls):
    x = np.ones((2, 2))
    first = pv.pool(x, cls(), pv.Sliding(2))
    shared = pv.pool(x, cls(ties="shared"), pv.Sliding(2))
    assert first.jacobian().tolist() == [[[1, 0, 0, 0]]]
    assert shared.jacobian().tolist() == [[[0.25] * 4]]
    np.testing.assert_array_equal(shared.locations, first.locations)
    np.testing.assert_array_equal(shared.backward(np.ones((1, 1))), np.full((2, 2), 0.25))
    nan = pv.pool(np.array([[np.nan, 1], [np.nan, 2]]), cls(ties="shared"), pv.Sliding(2))
    assert nan.jacobian().tolist() == [[[0.5, 0, 0.5, 0]]]
    # large enough for the fast path
    board = np.tile(np.eye(2), (64, 64)).astype(np.float32)
    fast = pv.pool(board, cls(ties="shared"), pv.Sliding(2))
    expected = 0.5 * (board == (1 if cls is pv.Max else 0))
    np.testing.assert_array_equal(fast.backward(np.ones((64, 64), np.float32)), expected)


def test_sort_pool_of_one_is_max_and_its_code_takes_up_to_four():
    np.testing.assert_array_equal(
        pv.pool(X, pv.SortPool(weights=(0.7,)), pv.Sliding(2)).output,
        pv.pool(X, pv.Max(), pv.Sliding(2)).output,
    )
    local = pv.pool(X, pv.SortPool(weights=(0.3, 0.1, -0.2)), pv.Sliding(2)).jacobian()[0, 0]
    np.testing.assert_allclose(local, [0, *softmax((0.3, 0.1, -0.2))])


def test_ordinal_weights_for_another_length_keep_their_shape():
    """The running sum of the weights is stretched: halves stay halves, the sum stays one."""
    a, valid = np.array([[5.0, 4, 3, 2, 1, 0]]), np.ones((1, 6), bool)
    given = pv.Ordinal(weights=(2, 1, 1))
    np.testing.assert_allclose(
        given.jacobian(a, valid)[0], [0.25, 0.25, 0.125, 0.125, 0.125, 0.125]
    )
    np.testing.assert_allclose(pv.Ordinal().jacobian(a, valid)[0], np.arange(6, 0, -1) / 21)
    some = np.array([[True, False, True, True, False, False]])
    np.testing.assert_allclose(given.jacobian(a, some)[0], [0.5, 0, 0.25, 0.25, 0, 0])


def tree(a, leaves, gates):
    """The tree of Lee et al., as a recursion over its nodes."""

    def node(level, m):
        if level == depth:
            return sum(v * c for v, c in zip(leaves[m], a, strict=True))
        gate = gates[2**level - 1 + m]
        t = 1 / (1 + math.exp(-sum(u * c for u, c in zip(gate, a, strict=True))))
        return t * node(level + 1, 2 * m) + (1 - t) * node(level + 1, 2 * m + 1)

    depth = len(leaves).bit_length() - 1
    return node(0, 0)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [1, 4, 9])
def test_tree_is_the_recursion_over_its_nodes(depth, size):
    rng = np.random.default_rng(depth)
    leaves, gates = rng.normal(size=(2**depth, size)), rng.normal(size=(2**depth - 1, size))
    variant = pv.Tree(depth, tuple(leaves.ravel()), tuple(gates.ravel()))
    w = rng.normal(size=(5, size))
    y = variant.forward(w, np.ones(w.shape, bool))
    np.testing.assert_allclose(y, [tree(a, leaves, gates) for a in w], rtol=1e-12)


def test_tree_at_its_defaults_follows_its_stated_filters():
    size, leaves, gates = 4, [], []
    p = [(i + 0.5) / size for i in range(size)]
    for leaf in range(4):
        turns = [cmath.exp(2j * math.pi * (q - leaf / 4)).real for q in p]
        leaves.append([(1 + c) / size for c in turns])
    for m in range(3):
        gates.append([math.cos(math.pi * (m + 1) * q) / 4 for q in p])
    y = pv.pool(X, pv.Tree(), pv.Sliding(2)).output[0, 0]
    np.testing.assert_allclose(y, tree(FIRST, leaves, gates), rtol=1e-12)


WRONG = [
    (lambda: pv.Lp(p=0.5), r"^p must be a number in \[1, inf\), got 0.5"),
    (lambda: pv.Lp(p=np.inf), r"^p must be"),
    (lambda: pv.GeM(p=0), r"^p must be"),
    (lambda: pv.Median(even="upper"), r"^even must be one of"),
    (lambda: pv.RankAverage(t=0), r"^t must be an integer"),
    (lambda: pv.Ordinal(weights=(0, 0)), r"^weights must have a positive, finite sum"),
    (lambda: pv.Ordinal(weights=(-1, 2)), r"^weights must be a tuple of numbers"),
    (lambda: pv.Ordinal(weights=()), r"^weights must be a tuple of numbers"),
    (lambda: pv.AlphaMEX(alpha=1), r"^alpha must be a number in \(0, 1\), got 1"),
    (lambda: pv.Tree(depth=2, leaves=(1, 2, 3)), r"^leaves must hold 4 rows of equal length"),
    (lambda: pv.Tree(depth=1, gates=()), r"^gates must be a tuple"),
    (lambda: pv.LIP(logit="cube"), r"^logit must be one of"),
    (lambda: pv.Max(ties="last"), r"^ties must be one of 'first', 'shared'"),
    (lambda: pv.MixedMaxAverage(mixing="random"), r"^mixing must be one of"),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[m for _, m in WRONG])
def test_a_wrong_field_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
