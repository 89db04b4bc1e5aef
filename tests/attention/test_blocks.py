"""Blocks: the worked numbers, row by row."""

from dataclasses import replace

import numpy as np
import pytest

import poolviz as pv
from poolviz.attention.worked import Pattern, worked_input

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
