"""``attend``: golden numbers, and the laws that softmax obeys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import poolviz as pv
from tests.attention import oracle

A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], float)
CELLS = A.reshape(-1, 1)
Q, K, V = [[1.0]], np.log([[1.0], [2.0], [3.0]]), [[6.0], [3.0], [2.0]]
"""Three keys whose scores are 0, ln 2 and ln 3."""


# Golden numbers, by hand (facts 3.1).


def test_three_keys_give_one_each():
    run = pv.attend(Q, K, V, scale=1)
    np.testing.assert_allclose(run.weights, [[1 / 6, 1 / 3, 1 / 2]], rtol=1e-15)
    np.testing.assert_allclose(run.weights * np.ravel(V), [[1, 1, 1]], rtol=1e-15)
    np.testing.assert_allclose(run.output, [[3]], rtol=1e-15)
    np.testing.assert_allclose(run.effective, [2.749459], atol=5e-7)


def test_the_heaviest_key_is_pushed_down():
    run = pv.attend(Q, K, V, scale=1)
    back = run.backward([[1.0]])
    np.testing.assert_allclose(back.dv, run.weights.T, rtol=1e-15)
    np.testing.assert_allclose(back.dk.ravel(), [0.5, 0, -0.5], atol=1e-15)
    np.testing.assert_allclose(run.score_gradient([[1.0]]), [[0.5, 0, -0.5]], atol=1e-15)
    np.testing.assert_allclose(back.dq, [[-0.5 * np.log(3)]], rtol=1e-14)


@pytest.mark.parametrize(
    ("scale", "y"), [(2, 2.571429), (0, 3.666667), (-1, 4.454545)], ids=["2", "0", "-1"]
)
def test_scale_sharpens_levels_and_turns_round(scale, y):
    np.testing.assert_allclose(pv.attend(Q, K, V, scale=scale).output, [[y]], atol=5e-7)


def test_a_masked_key_and_a_count():
    run = pv.attend(Q, K, V, mask=[[True, True, False]], scale=1)
    np.testing.assert_allclose(run.weights, [[1 / 3, 2 / 3, 0]], rtol=1e-15)
    np.testing.assert_allclose(run.output, [[4]], rtol=1e-15)
    counted = pv.attend(Q, K, V, scale=1, norm="count").output
    np.testing.assert_allclose(counted, [[1.425555]], atol=5e-7)


def test_a_causal_mask():
    x = np.array([[1, 0], [0, 1], [1, 1]], float)
    run = pv.attend(x, x, x, mask=np.tri(3, dtype=bool), scale=1)
    rows = [[1, 0, 0], [0.268941, 0.731059, 0], [0.211942, 0.211942, 0.576117]]
    np.testing.assert_allclose(run.weights, rows, atol=5e-7)
    np.testing.assert_allclose(run.output[2], [0.788058, 0.788058], atol=5e-7)


def test_dot_products_of_a_without_weights_are_fourteen_times_a():
    run = pv.attend(CELLS, CELLS, CELLS, scale=1, norm="count")
    np.testing.assert_allclose(run.output, 14 * CELLS, rtol=1e-14)


def test_concatenation_of_a():
    ones = np.ones_like(CELLS)
    q, k = np.hstack((CELLS, ones)), np.hstack((ones, CELLS))
    y = pv.attend(q, k, CELLS, scale=1, norm="relu").output
    np.testing.assert_allclose(y, 2.875 * CELLS + 14, rtol=1e-14)
    y = pv.attend(q, np.hstack((ones, -CELLS)), CELLS, scale=1, norm="relu").output
    wanted = [[0, 14, 4, 0], [30, 106, 0, 0], [4, 4, 50, 14], [0, 75, 0, 144]]
    np.testing.assert_allclose(16 * y.reshape(4, 4), wanted, rtol=1e-13)


def test_gaussian_on_a_by_the_value_that_asks():
    run = pv.attend(np.arange(9.0)[:, None], CELLS, CELLS, scale=1)
    wanted = [2.875, 7.371099, 7.843215, 7.947603, 7.981343, 7.993216, 7.997515, 7.999087, 7.999664]
    np.testing.assert_allclose(run.output.ravel(), wanted, atol=5e-7)
    np.testing.assert_allclose(run.weights[7, 15], 0.999088, atol=5e-7)
    np.testing.assert_allclose(run.weights[7, 5], 0.000911, atol=5e-7)
    used = [16, 2.9944, 1.5825, 1.2315, 1.0073, 1.0030]
    np.testing.assert_allclose(run.effective[[0, 1, 2, 3, 7, 8]], used, atol=5e-5)
    columns = pv.attend(CELLS, CELLS, CELLS, scale=1).weights.sum(0)
    np.testing.assert_allclose(columns[[15, 7]], [12.0959, 0.1258], atol=5e-5)


def test_softmax_over_the_wrong_axis_goes_beyond_the_largest_value():
    run = pv.attend(CELLS, CELLS, CELLS, scale=1 / 8)
    np.testing.assert_allclose(run.output.ravel()[[5, 7]], [7.198348, 2.875], atol=5e-7)
    np.testing.assert_allclose(run.effective[5], 3.5186, atol=5e-5)
    over_queries = pv.attend(CELLS, CELLS, CELLS, scale=1 / 8).weights.T @ CELLS
    np.testing.assert_allclose(over_queries[5], 9.371091, atol=5e-7)
    assert over_queries[5] > A.max()


def test_similar_instead_of_bright():
    run = pv.attend(CELLS, CELLS, CELLS, scale=1, bias=-(A.ravel() ** 2) / 2)
    wanted = [
        [1.161667, 2.599522, 1.794655, 1.161667], [3.634470, 6.870037, 1.161667, 0.681022],
        [1.794655, 1.794655, 4.871389, 2.599522], [0.681022, 5.971777, 1.161667, 7.479896],
    ]  # fmt: skip
    np.testing.assert_allclose(run.output.reshape(4, 4), wanted, atol=5e-7)
    np.testing.assert_allclose(
        run.weights[5, [5, 13, 15]], [0.423695, 0.256984, 0.256984], atol=5e-7
    )


def test_gaussian_on_an_eighth_of_a():
    x = CELLS / 8
    run = pv.attend(x, x, x, scale=1)
    z = (x + run.output).reshape(4, 4)
    np.testing.assert_allclose(
        [z[1, 1], z[3, 3], z[1, 3]], [1.319990, 1.458205, 0.359375], atol=5e-7
    )
    np.testing.assert_allclose(run.effective[5], 15.3966, atol=5e-5)


def test_two_equal_best_keys_share_where_max_pooling_takes_the_first():
    run = pv.attend([[1.0]], [[3.0], [3.0], [0.0]], [[1.0], [2.0], [9.0]], scale=1e3)
    np.testing.assert_allclose(run.weights, [[0.5, 0.5, 0]], atol=1e-15)
    np.testing.assert_allclose(run.output, [[1.5]])


def test_without_the_scale_few_keys_are_used():
    """196 unit normal keys of d = 64: 121 with 1 / sqrt(d), 2.4 without, 1.1 with sqrt(d)."""
    r = np.random.default_rng(0)
    q, k = (r.normal(size=(196, 64)) for _ in range(2))
    used = [pv.attend(q, k, k, scale=c).effective.mean() for c in (1 / 8, 1, 8)]
    np.testing.assert_allclose(used, [121, 2.4, 1.1], rtol=0.05)


# Laws (facts 1), and the definition.


@st.composite
def arguments(draw, norms=("softmax", "count", "relu")):
    """A random call of one head, perhaps with a mask and a bias."""
    n, m, d, e = (draw(st.integers(1, 5)) for _ in range(4))
    r = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mask = r.random((n, m)) < 0.7 if draw(st.booleans()) else None
    bias = r.normal(size=(n, m)) if draw(st.booleans()) else None
    given = {
        "mask": mask, "bias": bias, "norm": draw(st.sampled_from(norms)),
        "scale": draw(st.sampled_from([None, 0.3, -2.0])),
    }  # fmt: skip
    return r.normal(size=(n, d)), r.normal(size=(m, d)), r.normal(size=(m, e)), given


@given(arguments())
def test_it_is_its_definition(case):
    q, k, v, how = case
    run = pv.attend(q, k, v, **how)
    weights, output = oracle.attend(q, k, v, **how)
    np.testing.assert_allclose(run.weights, weights, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(run.output, output, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(run.rows(slice(0, 1)), weights[:1], rtol=1e-12, atol=1e-14)


@given(arguments())
def test_gradients_are_central_differences(case):
    q, k, v, how = case
    if how["norm"] == "relu":  # not at a kink
        run = pv.attend(q, k, v, **how)
        if np.any(np.abs(run.scores[np.isfinite(run.scores)]) < 1e-4):
            return
    dy = np.random.default_rng(1).normal(size=(len(q), v.shape[1]))
    back = pv.attend(q, k, v, **how).backward(dy)
    names = {"q": back.dq, "k": back.dk, "v": back.dv}
    if how["bias"] is not None:
        names["bias"] = back.dbias
    for name, gradient in names.items():
        step = np.random.default_rng(2).normal(size=gradient.shape)
        both = []
        for sign in (1, -1):
            moved = {"q": q, "k": k, "v": v} | how
            moved[name] = moved[name] + sign * 1e-6 * step
            both.append((pv.attend(**moved).output * dy).sum())
        np.testing.assert_allclose((gradient * step).sum(), (both[0] - both[1]) / 2e-6, atol=2e-7)


@given(arguments(norms=("softmax",)))
def test_laws_of_softmax(case):
    q, k, v, how = case
    run = pv.attend(q, k, v, **how)
    n, m = run.shape
    dy = np.random.default_rng(1).normal(size=run.output.shape)
    back, asks = run.backward(dy), np.ones(n, bool)
    if how["mask"] is not None:
        asks = how["mask"].any(1)
    np.testing.assert_allclose(run.weights.sum(1), asks, atol=1e-12)
    np.testing.assert_allclose(run.score_gradient(dy).sum(1), 0, atol=1e-12)
    np.testing.assert_allclose(back.dv.sum(0), dy[asks].sum(0), atol=1e-12)
    assert (run.output[asks] <= v.max(0) + 1e-12).all()
    assert (run.output[asks] >= v.min(0) - 1e-12).all()
    shifted = pv.attend(q, k, v + 3, **how).output
    np.testing.assert_allclose(shifted, run.output + 3 * asks[:, None], atol=1e-12)
    by_row = np.arange(n)[:, None] + np.zeros((n, m))
    more = how | {"bias": by_row if how["bias"] is None else how["bias"] + by_row}
    np.testing.assert_allclose(pv.attend(q, k, v, **more).output, run.output, atol=1e-12)


@given(arguments(norms=("softmax",)))
def test_a_key_bias_has_no_effect_and_gradient_zero_and_a_query_bias_has(case):
    q, k, v, how = case
    b = np.linspace(0.5, 1.5, k.shape[1])
    run = pv.attend(q, k + b, v, **how)
    np.testing.assert_allclose(run.output, pv.attend(q, k, v, **how).output, atol=1e-12)
    dy = np.ones_like(run.output) * np.arange(1, v.shape[1] + 1)
    np.testing.assert_allclose(run.backward(dy).dk.sum(0), 0, atol=1e-12)
    scale = k.shape[1] ** -0.5 if how["scale"] is None else how["scale"]
    unary = scale * (k @ b) + (0 if how["bias"] is None else how["bias"])
    asked = pv.attend(q + b, k, v, **how).output
    there = how | {"bias": np.broadcast_to(unary, run.shape)}
    np.testing.assert_allclose(asked, pv.attend(q, k, v, **there).output, atol=1e-11)


@given(arguments(norms=("softmax",)))
def test_whitened_pairwise_and_unary_term(case):
    """softmax(q k) = softmax((q - mean q)(k - mean k) + mean q . k)."""
    q, k, v, how = case
    scale = 1.0 if how["scale"] is None else how["scale"]
    bias = 0 if how["bias"] is None else how["bias"]
    plain = pv.attend(q, k, v, how["mask"], scale, bias=bias + np.zeros((len(q), len(k))))
    unary = scale * (k @ q.mean(0)) + bias + np.zeros((len(q), len(k)))
    white = pv.attend(q - q.mean(0), k - k.mean(0), v, how["mask"], scale, bias=unary)
    np.testing.assert_allclose(plain.weights, white.weights, atol=1e-12)


def test_similarity_is_a_product_and_a_penalty_on_bright_keys():
    r = np.random.default_rng(0)
    x, h = r.normal(size=(6, 3)), 0.7
    distance = ((x[:, None] - x) ** 2).sum(-1)
    apart = pv.attend(x * 0, x, x, scale=1, bias=-distance / h).weights
    product = pv.attend(x, x, x, scale=2 / h, bias=-(x**2).sum(1) / h).weights
    np.testing.assert_allclose(apart, product, atol=1e-14)


@given(arguments())
def test_order_is_not_known(case):
    q, k, v, how = case
    r = np.random.default_rng(3)
    keys, queries = r.permutation(len(k)), r.permutation(len(q))
    run = pv.attend(q, k, v, **how)
    moved = dict(how)
    for name in ("mask", "bias"):
        moved[name] = None if how[name] is None else how[name][queries][:, keys]
    other = pv.attend(q[queries], k[keys], v[keys], **moved)
    np.testing.assert_allclose(other.output, run.output[queries], rtol=1e-12, atol=1e-13)


def test_limits_of_the_scale_are_the_mean_and_the_mean_of_the_best():
    r = np.random.default_rng(0)
    q, k, v = r.normal(size=(4, 3)), r.normal(size=(5, 3)), r.normal(size=(5, 2))
    even = np.broadcast_to(v.mean(0), (4, 2))
    np.testing.assert_allclose(pv.attend(q, k, v, scale=0).output, even, atol=1e-15)
    best = v[(q @ k.T).argmax(1)]
    np.testing.assert_allclose(pv.attend(q, k, v, scale=1e4).output, best, atol=1e-12)


@pytest.mark.parametrize("how", [{}, {"bias": np.zeros((5, 6))}], ids=["linear", "with a bias"])
def test_count_may_be_multiplied_from_the_right(how):
    r = np.random.default_rng(0)
    q, k, v = r.normal(size=(5, 3)), r.normal(size=(6, 3)), r.normal(size=(6, 2))
    y = pv.attend(q, k, v, scale=1, norm="count", **how).output
    np.testing.assert_allclose(y, q @ (k.T @ v) / 6, rtol=1e-13)


# Leading axes, dtypes, infinities, limits.


def test_leading_axes_broadcast_and_gradients_come_back_in_the_arguments_shapes():
    r = np.random.default_rng(0)
    q, k = r.normal(size=(2, 3, 5, 4)), r.normal(size=(3, 7, 4))
    v, bias = r.normal(size=(2, 1, 7, 6)), r.normal(size=(7,))
    mask = r.random((5, 7)) > 0.3
    run = pv.attend(q, k, v, mask, bias=bias)
    dy = r.normal(size=(2, 3, 5, 6))
    back = run.backward(dy)
    assert [each.shape for each in back] == [q.shape, k.shape, v.shape, bias.shape]
    one = pv.attend(q[1, 2], k[2], v[1, 0], mask, bias=bias)
    np.testing.assert_allclose(run.output[1, 2], one.output, rtol=1e-13)
    np.testing.assert_allclose(back.dq[1, 2], one.backward(dy[1, 2]).dq, rtol=1e-12, atol=1e-14)
    per_head = [pv.attend(q[b, 2], k[2], v[b, 0], mask, bias=bias) for b in (0, 1)]
    summed = sum(run.backward(dy[b, 2]).dk for b, run in enumerate(per_head))
    np.testing.assert_allclose(back.dk[2], summed, rtol=1e-12, atol=1e-14)


def test_heads_are_a_leading_axis_of_many_blocks():
    """More queries than a block, and a block for all heads that is cut smaller."""
    r = np.random.default_rng(0)
    x = r.normal(size=(3, 300, 4))
    mask = r.random((300, 300)) > 0.5
    run = pv.attend(x, x, x, mask, bias=r.normal(size=(300, 300)))
    scores = 0.5 * x @ np.swapaxes(x, 1, 2) + run.bias
    weights = np.where(mask, np.exp(scores), 0)
    weights /= weights.sum(-1, keepdims=True)
    np.testing.assert_allclose(run.output, weights @ x, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(run.weights, weights, rtol=1e-10, atol=1e-14)
