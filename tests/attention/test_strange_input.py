"""``attend``: rows without a key, numbers that are none, sizes, and what is refused."""

import tracemalloc

import numpy as np
import pytest

import poolviz as pv


@pytest.mark.parametrize("norm", ["softmax", "count", "relu"])
def test_a_query_without_a_key_gives_zero_and_has_no_gradient(norm):
    r = np.random.default_rng(0)
    x = r.normal(size=(3, 2))
    mask = np.array([[1, 1, 0], [0, 0, 0], [1, 1, 1]], bool)
    run = pv.attend(x, x, x, mask, norm=norm)
    back = run.backward(np.ones((3, 2)))
    assert run.output[1].tolist() == run.weights[1].tolist()[:2] == back.dq[1].tolist() == [0, 0]
    assert run.effective[1] == 0
    assert all(np.isfinite(each).all() for each in back[:3])


def test_what_is_masked_may_be_nan_and_infinite():
    k, v = np.array([[1.0], [np.nan], [np.inf]]), np.array([[2.0], [np.nan], [-np.inf]])
    mask = np.array([[True, False, False]] * 2)
    run = pv.attend([[1.0], [2.0]], k, v, mask)
    assert run.output.tolist() == [[2], [2]]
    back = run.backward([[1.0], [1.0]])
    assert back.dv.tolist() == [[2], [0], [0]]
    assert np.isfinite(back.dk).all()


def test_what_one_query_may_see_reaches_it_alone():
    v = np.array([[2.0, 1.0], [np.nan, 3.0]])
    run = pv.attend(np.zeros((2, 1)), np.zeros((2, 1)), v, [[True, False], [True, True]])
    assert run.output[0].tolist() == [2, 1]
    assert np.isnan(run.output[1, 0])
    assert run.output[1, 1] == 2


def test_infinite_scores_take_the_row_together():
    bias = np.array([[np.inf, 0, np.inf], [-np.inf, 0, 0], [-np.inf] * 3])
    run = pv.attend(np.zeros((3, 1)), np.zeros((3, 1)), [[1.0], [5.0], [3.0]], bias=bias)
    assert run.weights.tolist() == [[0.5, 0, 0.5], [0, 0.5, 0.5], [0, 0, 0]]
    assert run.output.ravel().tolist() == [2, 4, 0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_large_scores_do_not_overflow_and_floats_keep_their_dtype(dtype):
    q, k = np.array([[200]], dtype), np.array([[200], [100]], dtype)
    run = pv.attend(q, k, k, scale=1)
    back = run.backward(np.ones((1, 1), dtype))
    arrays = (run.output, run.weights, run.effective, back.dq, back.dk, back.dv)
    assert {each.dtype for each in arrays} == {np.dtype(dtype)}
    assert run.output.tolist() == [[200]]


def test_integers_become_float64():
    run = pv.attend([[1]], [[1], [1]], np.array([[3], [4]], np.uint8), scale=1)
    assert run.output.dtype == np.float64
    assert run.output.tolist() == [[3.5]]


def test_empty_axes():
    empty = pv.attend(np.zeros((0, 2)), np.zeros((3, 2)), np.zeros((3, 1)))
    assert empty.output.shape == (0, 1)
    nobody = pv.attend(np.zeros((2, 2)), np.zeros((0, 2)), np.zeros((0, 1)))
    assert nobody.output.tolist() == [[0], [0]]
    assert nobody.backward(np.ones((2, 1))).dq.tolist() == [[0, 0], [0, 0]]


ROWS = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"k": np.zeros((2, 4))}, "q and k must have the same number of columns"),
        ({"v": np.zeros((5, 3))}, "k and v must have the same number of rows"),
        ({"mask": np.zeros((2, 2))}, "mask must be bool"),
        ({"mask": np.zeros((3, 2), bool)}, "mask and bias must broadcast"),
        ({"bias": np.zeros((4, 2, 2))}, "mask and bias must broadcast"),
        ({"norm": "sum"}, "norm must be one of softmax, count, relu, got 'sum'"),
        ({"q": np.zeros(3)}, "q must be numbers of shape"),
        ({"q": np.array([["a"]])}, "q must be numbers of shape"),
    ],
    ids=lambda each: str(each)[:20],
)
def test_what_does_not_fit_is_said(changed, said):
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        pv.attend(**({"q": ROWS, "k": ROWS, "v": ROWS} | changed))
    with pytest.raises(ValueError, match="dy must have the output's shape"):
        pv.attend(ROWS, ROWS, ROWS).backward(np.zeros((3, 3)))


def test_values_of_a_large_map_take_little_and_its_weights_are_refused():
    x = np.random.default_rng(0).normal(size=(9409, 8)).astype(np.float32)
    run = pv.attend(x, x, x)
    tracemalloc.start()
    assert run.output.shape == x.shape
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6
    with pytest.raises(ValueError, match=r"weights of shape \(9409, 9409\) would take 354 MB"):
        run.weights  # noqa: B018
