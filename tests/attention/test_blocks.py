"""Blocks: the worked numbers, their start, gradients by central differences, what is refused."""

from dataclasses import replace

import numpy as np
import pytest

import poolviz as pv
from poolviz.attention.worked import Pattern, worked_input
from tests.attention.cases import CASES

X2, X4 = worked_input("X2"), worked_input("X4")
NAMES = [block.__name__ for block in pv.BLOCKS]


def values(block, **changed):
    """The parameters of a block's worked case, with others where they are named."""
    case = replace(block.worked, parameters=(*block.worked.parameters, *changed.items()))
    return case.values(block.shapes(len(block.worked.x)))


def run_of(block, x=None, **changed):
    """A block on its worked input, and the gradient of channel 0's sum."""
    x = block.worked.x if x is None else x
    run = block(x, values(block, **changed), **({"low": x} if block.two_inputs else {}))
    dz = np.zeros_like(run.output)
    dz[0] = 1
    return run, run.backward(dz)


def check(run, back, row):
    """A row of the table: z at three cells and its sum, dx at three cells and its sum."""
    z, dx = run.output, back.x
    got = [z[0, 1, 1], z[1, 0, 2], z[0, 3, 3], z.sum()]
    got += [dx[0, 1, 1], dx[1, 1, 1], dx[0, 3, 3], dx.sum()]
    np.testing.assert_allclose(got, row, atol=6e-7)


@pytest.mark.parametrize("block", pv.BLOCKS, ids=NAMES)
def test_the_worked_case_of_every_block(block):
    """Where the table has no row, the numbers are PyTorch's (tests/attention/torch_blocks.py)."""
    case = block.worked
    run, back = run_of(block(**dict(case.fields)))
    z, dx = run.output, back.x
    np.testing.assert_allclose([*(z[at] for at in case.cells), z.sum()], case.z, atol=6e-7)
    np.testing.assert_allclose([*(dx[at] for at in case.DX), dx.sum()], case.dx, atol=6e-7)


NL = {
    ("gaussian", None): (1.030561, -0.113182, 1.153944, 8.333742, 0.978977, -0.113320, 0.970606,
                         14.833553),
    ("gaussian", "before"): (1.012260, -0.048053, 1.136563, 9.007845, 0.987735, -0.288544,
                             0.971519, 14.902036),
    ("gaussian", "after"): (1.137143, -0.293131, 1.260305, 7.191093, 0.888031, -0.114297, 0.976461,
                            14.716932),
    ("embedded", None): (1.038335, -0.120498, 1.163274, 8.179397, 0.996021, -0.076940, 0.995885,
                         14.992204),
    ("embedded", "before"): (1.016006, -0.055674, 1.140929, 8.855651, 0.997482, -0.265552,
                             0.997439, 14.989594),
    ("embedded", "after"): (1.153187, -0.301140, 1.278362, 7.110599, 1.025262, 0.002504, 1.005989,
                            15.022067),
    ("dot", None): (1.002087, -0.014123, 1.126869, 9.317183, 1.010799, -0.025513, 1.010838,
                    16.022400),
    ("concatenation", None): (1.000366, 0.001099, 1.125366, 9.505447, 0.997253, 0.001282, 0.997070,
                              15.970154),
}  # fmt: skip
F = Pattern(values=(1, -0.5, 0.5, 1))
"""w_f of the worked case."""


@pytest.mark.parametrize(("form", "pool_at"), NL)
def test_non_local_blocks(form, pool_at):
    pooling = {"subsample": True, "pool_at": pool_at} if pool_at else {}
    run, back = run_of(pv.NonLocal(form=form, inner=2, **pooling), **{"f.weight": F})
    check(run, back, NL[form, pool_at])


def test_a_scaled_non_local_block():
    run, back = run_of(pv.NonLocal(inner=2, scale=True))
    row = (1.038841, -0.120415, 1.163798, 8.190328, 0.997271, -0.072433, 0.997215, 14.994463)
    check(run, back, row)


@pytest.mark.parametrize(
    ("pool_at", "z", "dx"), [("before", 9.298920, 15.850098), ("after", 9.503639, 16.191223)]
)
def test_dot_products_with_pooled_keys(pool_at, z, dx):
    run, back = run_of(pv.NonLocal(form="dot", inner=2, subsample=True, pool_at=pool_at))
    np.testing.assert_allclose([run.output.sum(), back.x.sum()], [z, dx], atol=6e-7)


GC = {
    ("att", "add", True): (0.178322, 0.500000, 0.303322, 25.534381, 1.495479, -0.063522, 1.610680,
                           17.188648),
    ("att", "mul", True): (0.290980, 0.140544, 0.332549, 12.232194, 0.372072, -0.005067, 0.381261,
                           5.415600),
    ("avg", "add", True): (0.161370, 0.500000, 0.286370, 25.443974, 1.113275, -0.009195, 1.113275,
                           16.751247),
}  # fmt: skip


@pytest.mark.parametrize(("pooling", "fusion", "norm"), GC)
def test_global_context(pooling, fusion, norm):
    block = pv.GlobalContext(pooling=pooling, fusion=fusion, layer_norm=norm, hidden=3)
    given = {name.replace("add.", f"{fusion}."): p for name, p in block.worked.parameters}
    run, back = run_of(block, **given)
    check(run, back, GC[pooling, fusion, norm])
    if pooling == "att":
        context, hidden = run.named("context"), run.named("hidden")
        np.testing.assert_allclose(
            context.ravel(), [0.452574, 0.383888, 0.308604, 0.547426], atol=6e-7
        )
        np.testing.assert_allclose(hidden.ravel(), [0, 0.928905, 0], atol=6e-7)
        assert abs(back.parameters["k.bias"]).max() < 1e-15


def test_gates_of_squeeze_and_excitation():
    run, back = run_of(pv.SqueezeExcitation(hidden=3))
    check(run, back, (*pv.SqueezeExcitation.worked.z, *pv.SqueezeExcitation.worked.dx))
    gate = run.named("gate").ravel()
    np.testing.assert_allclose(gate, [0.449634, 0.562177, 0.519278, 0.514400], atol=6e-7)
    np.testing.assert_allclose(gate.sum(), 2.045489, atol=6e-7)


@pytest.mark.parametrize(
    ("order", "row"),
    [
        ("avg, max", (0.148021, 0.077618, 0.171641, 6.415974, 0.168998, 0.012249, 0.171361,
                      2.231974)),
        ("max, avg", (0.147781, 0.076728, 0.171194, 6.415408, 0.168557, 0.013223, 0.171027,
                      2.229573)),
    ],
)  # fmt: skip
def test_cbam(order, row):
    run, back = run_of(pv.CBAM(hidden=3, order=order))
    check(run, back, row)
    gate = run.named("gate").ravel()
    np.testing.assert_allclose(gate, [0.338296, 0.622459, 0.603698, 0.506591], atol=6e-7)


def test_position_attention():
    run, back = run_of(pv.PositionAttention())
    check(run, back, (*pv.PositionAttention.worked.z, *pv.PositionAttention.worked.dx))
    np.testing.assert_allclose(back.parameters["gamma"], -0.088645, atol=6e-7)


CC = {
    1: (0.863257, 0.351052, 0.992135, 12.506099, 1.314800, -0.254038, 1.426332, 15.982184),
    2: (0.840795, 0.476744, 0.975744, 13.732922, 1.754844, -0.563107, 2.106546, 16.234572),
    3: (0.804973, 0.637713, 0.945872, 15.272936, 2.277914, -0.916427, 3.092208, 16.804684),
}


@pytest.mark.parametrize("recurrences", CC)
def test_criss_cross(recurrences):
    run, back = run_of(pv.CrissCross(recurrences=recurrences))
    check(run, back, CC[recurrences])
    wanted = {1: -0.079072, 2: -0.725840}.get(recurrences)
    if wanted:
        np.testing.assert_allclose(back.parameters["gamma"], wanted, atol=6e-7)


def test_two_crosses_reach_every_cell_by_two_bridges():
    run, _back = run_of(pv.CrissCross())
    first, second = (each.dense() for each in run.maps)
    both = (second @ first)[5].reshape(4, 4)
    cross = np.zeros((4, 4), bool)
    cross[1], cross[:, 1] = True, True
    np.testing.assert_allclose(both[cross].sum(), 0.785496, atol=6e-7)
    ways = [second[5, 6] * first[6, 14], second[5, 13] * first[13, 14]]
    np.testing.assert_allclose([*ways, both[3, 2]], [0.006401, 0.000026, 0.006427], atol=6e-7)
    full, _back = run_of(pv.PositionAttention())
    np.testing.assert_allclose(full.weights[5, 14], 0.019523, atol=6e-7)


@pytest.mark.parametrize(
    ("sign", "row", "weights"),
    [
        ("paper",
         (1.253676, 0.424793, 1.435253, 39.341047, 1.008272, 0.099220, 0.908757, 25.773318),
         (0.451979, 0.230848, 0.187678, 0.129494)),
        ("code",
         (1.149842, 0.384611, 1.302950, 37.600194, 1.556474, 0.222885, 1.779861, 19.996136),
         (0.112911, 0.221070, 0.271920, 0.394099)),
    ],
)  # fmt: skip
def test_channel_attention_and_its_sign(sign, row, weights):
    run, back = run_of(pv.ChannelAttention(sign=sign))
    check(run, back, row)
    np.testing.assert_allclose(run.weights[0], weights, atol=6e-7)


def test_products_of_channels_grow_with_the_map():
    block = pv.ChannelAttention()
    energies = [block(x, {"beta": 0}).maps[0].scores[0, 0] for x in (X4, np.tile(X4, (1, 2, 2)))]
    np.testing.assert_allclose(energies, [3.5, 14], atol=5e-2)


def test_the_pyramid_and_the_fusion_of_one_map_are_one():
    run, back = run_of(pv.AsymmetricPyramid(inner=2))
    check(run, back, (*pv.AsymmetricPyramid.worked.z, *pv.AsymmetricPyramid.worked.dx))
    fused, parts = run_of(pv.AsymmetricFusion(inner=2))
    np.testing.assert_array_equal(fused.output, run.output)
    np.testing.assert_allclose(parts.x + parts.low, back.x, atol=1e-14)


def test_heads():
    one, _back = run_of(pv.MultiHead())
    np.testing.assert_allclose(one.output[:, 1, 1], [0.163841, -0.373244], atol=6e-7)
    np.testing.assert_allclose(one.output.sum(), -3.309672, atol=6e-7)
    two, _back = run_of(pv.MultiHead(heads=2))
    np.testing.assert_allclose(two.output[:, 1, 1], [0.165554, -0.376534], atol=6e-7)
    np.testing.assert_allclose(two.output.sum(), -3.326286, atol=6e-7)
    local, _back = run_of(pv.NonLocal(inner=2, scale=True))
    np.testing.assert_allclose(one.output, local.output - X2, atol=1e-15)


def test_the_output_has_as_many_cells_as_there_are_queries():
    run, _back = run_of(pv.GlobalAggregation())
    wanted = np.array([[0.409576, 0.378847], [0.384387, 0.416982]])
    np.testing.assert_allclose(run.output, np.stack((wanted, wanted.T)), atol=6e-7)


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
