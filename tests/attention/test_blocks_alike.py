"""Blocks: which are the same, their start, gradients by central differences, what is refused."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.attention.worked import Pattern
from tests.attention.cases import CASES
from tests.attention.test_blocks import NAMES, X2, run_of

# What holds between blocks (facts 2).


def test_a_context_is_a_non_local_block_that_asks_with_its_bias_alone():
    r = np.random.default_rng(0)
    x, block = r.normal(size=(4, 5, 6)), pv.NonLocal(inner=3)
    p = {name: r.normal(size=shape) for name, shape in block.shapes(4).items()}
    p["theta.weight"] = np.zeros((3, 4))
    y = block(x, p)
    assert np.ptp(y.weights, axis=0).max() < 1e-15
    w_k = p["phi.weight"].T @ p["theta.bias"]
    context = pv.SimplifiedNonLocal()(
        x, {"k.weight": w_k, "k.bias": [0.0], "v.weight": np.zeros((4, 4)), "v.bias": np.zeros(4)}
    ).named("context")
    told = (context @ p["g.weight"].T + p["g.bias"]) @ p["z.weight"].T + p["z.bias"]
    np.testing.assert_allclose(
        y.output - x, np.broadcast_to(told.T[..., None], x.shape), atol=1e-14
    )


def test_a_mean_context_multiplied_without_norm_is_squeeze_and_excitation():
    x = np.random.default_rng(0).normal(size=(4, 5, 6))
    se, gc = pv.SqueezeExcitation(hidden=3), pv.GlobalContext("avg", "mul", False, hidden=3)
    p = se.init(4)
    np.testing.assert_array_equal(
        se(x, p).output, gc(x, {f"mul.{name}": each for name, each in p.items()}).output
    )


@pytest.mark.parametrize(("hidden", "said"), [(1, [0.3]), (2, [-1, 1])])
def test_a_layer_norm_of_one_or_two_hears_nothing(hidden, said):
    block, r = pv.GlobalContext(hidden=hidden), np.random.default_rng(0)
    p = block.init(4)
    p["add.norm.bias"] = np.full(hidden, 0.3 if hidden == 1 else 0.0)
    runs = [block(r.normal(size=(4, 3, 3)), p).named("hidden").ravel() for _ in range(2)]
    for hidden_layer in runs:
        np.testing.assert_allclose(np.sort(hidden_layer), np.maximum(np.sort(said), 0), atol=1e-4)


def test_criss_cross_is_attention_with_a_mask():
    r = np.random.default_rng(0)
    x, block = r.normal(size=(3, 4, 6)), pv.CrissCross(recurrences=1, inner=2)
    p = block.init(3) | {"gamma": 1.0}
    run = block(x, p)
    rows, cols = np.indices((4, 6)).reshape(2, -1)
    mask = (rows[:, None] == rows) | (cols[:, None] == cols)
    t = x.reshape(3, -1).T
    q, k, v = (t @ p[f"{n}.weight"].T + p[f"{n}.bias"] for n in "qkv")
    wanted = pv.attend(q, k, v, mask, scale=1)
    np.testing.assert_allclose(run.maps[0].dense(), wanted.weights, atol=4e-16)
    assert run.weights.shape == (24, 9)
    np.testing.assert_allclose(run.output, x + wanted.output.T.reshape(x.shape), atol=1e-14)


def test_position_attention_at_its_start_hears_of_gamma_alone():
    block = pv.PositionAttention()
    x = np.random.default_rng(0).normal(size=(8, 3, 3))
    run = block(x, block.init(8))
    assert (run.output == x).all()
    back = run.backward(np.ones_like(x))
    assert {name for name, each in back.parameters.items() if np.any(each)} == {"gamma"}


def test_a_fresh_non_local_block_hears_of_its_last_convolution_alone():
    run, _back = run_of(pv.NonLocal(inner=2), **{"z.weight": Pattern(values=(0,) * 4)})
    fresh = run.backward(np.ones_like(X2)).parameters
    assert {name for name, each in fresh.items() if np.any(each)} == {"z.weight", "z.bias"}


@pytest.mark.parametrize("block", CASES)
def test_the_published_start_leaves_the_input_as_it_is(block):
    x = np.random.default_rng(0).normal(size=(8, 4, 4))
    p = block.init(8)
    assert block.parameters(8) == sum(np.size(each) for each in p.values())
    out = block(x, p, **({"low": x} if block.two_inputs else {})).output
    if type(block) in (pv.AsymmetricPyramid, pv.AsymmetricFusion):  # nothing is added to x here
        assert block.concatenate or not out.any()
    elif getattr(block, "fusion", "") in ("mul", "both"):
        np.testing.assert_array_equal(out, x / 2)
    elif block.zeros:
        np.testing.assert_array_equal(out, x)


@pytest.mark.parametrize("block", CASES)
def test_gradients_are_central_differences(block):
    r = np.random.default_rng(0)
    x = r.normal(size=(4, 4, 5))
    low = {"low": r.normal(size=(4, 6, 3))} if block.two_inputs else {}
    p = {name: r.normal(size=shape) for name, shape in block.shapes(4).items()}
    run = block(x, p, **low)
    dz = r.normal(size=run.output.shape)
    back = run.backward(dz)
    arrays = {"": (x, back.x)} | {name: (p[name], back.parameters[name]) for name in p}
    if low:
        arrays["low"] = (low["low"], back.low)
    for name, (array, gradient) in arrays.items():
        assert gradient.shape == array.shape, name
        step, both = r.normal(size=array.shape), []
        for sign in (1, -1):
            moved = array + sign * 1e-6 * step
            x_, low_ = (moved if name == "" else x), ({"low": moved} if name == "low" else low)
            p_ = p | {name: moved} if name in p else p
            both.append((block(x_, p_, **low_).output * dz).sum())
        change = (both[0] - both[1]) / 2e-6
        np.testing.assert_allclose(
            (gradient * step).sum(), change, rtol=1e-5, atol=1e-6, err_msg=name
        )


@pytest.mark.parametrize("block", CASES)
def test_a_batch_is_its_maps_one_by_one_in_either_precision(block):
    r = np.random.default_rng(0)
    x = r.normal(size=(2, 4, 4, 5))
    low = r.normal(size=(2, 4, 3, 3)) if block.two_inputs else None
    p = {name: r.normal(size=shape) for name, shape in block.shapes(4).items()}

    def of(x, low):
        return block(x, p, **({} if low is None else {"low": low}))

    run = of(x, low)
    dz = r.normal(size=run.output.shape)
    back, parts = run.backward(dz), []
    for i in range(2):
        one = of(x[i], None if low is None else low[i])
        np.testing.assert_allclose(run.output[i], one.output, rtol=1e-10, atol=1e-12)
        parts.append(one.backward(dz[i]))
        np.testing.assert_allclose(back.x[i], parts[i].x, rtol=1e-9, atol=1e-10)
    for name, gradient in back.parameters.items():
        summed = parts[0].parameters[name] + parts[1].parameters[name]
        np.testing.assert_allclose(gradient, summed, rtol=1e-9, atol=1e-9, err_msg=name)
    single = of(x.astype(np.float32), low)
    assert single.output.dtype == np.float32
    assert single.backward(dz).x.dtype == np.float32
    np.testing.assert_allclose(single.output, run.output, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("block", pv.BLOCKS, ids=NAMES)
def test_a_block_declares_all_its_facts(block):
    facts = (block.title, block.family, block.formula, block.gradient, block.reference)
    assert all(facts)
    assert all(vars(block.choices).values())
    assert str(block.year) in block.reference
    assert block.__doc__ is not None
    assert len({each.title for each in pv.BLOCKS}) == len(pv.BLOCKS) == 13
    costs = block().receipt(64, (14, 14))
    assert block().macs(64, 14, 14) == sum(cost.macs for cost in costs)


def test_what_does_not_fit_is_said():
    block, x = pv.NonLocal(), np.zeros((2, 3, 3))
    p = block.init(2)
    with pytest.raises(ValueError, match=r"g\.weight must have shape \(1, 2\), got \(2, 2\)"):
        block(x, p | {"g.weight": np.zeros((2, 2))})
    with pytest.raises(ValueError, match=r"parameters must be theta\.weight"):
        block(x, {"w": x})
    with pytest.raises(ValueError, match=r"x must be numbers of shape \(\.\.\., C, H, W\)"):
        block(np.zeros((3, 3)), p)
    with pytest.raises(ValueError, match="Non-local block takes one map, x"):
        block(x, p, low=x)
    with pytest.raises(ValueError, match="takes two maps, x and low"):
        pv.AsymmetricFusion()(x, pv.AsymmetricFusion().init(2))
    with pytest.raises(ValueError, match="heads must divide 2 channels, got 3"):
        pv.MultiHead(heads=3)(x, pv.MultiHead().init(2))
    with pytest.raises(ValueError, match="dz must have the output's shape"):
        block(x, p).backward(np.zeros((2, 2, 2)))
    with pytest.raises(ValueError, match="form must be one of"):
        pv.NonLocal(form="best")
    with pytest.raises(ValueError, match="patch must be odd, got 2"):
        pv.NonLocalMeans(patch=2)
