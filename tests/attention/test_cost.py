"""What blocks cost: integers that PyTorch's FlopCounterMode counts too (facts 4)."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.attention.cost import STAGES, added, counted, resnet50

FULL, AFTER, BEFORE = ({}, *({"subsample": True, "pool_at": at} for at in ("after", "before")))
NON_LOCAL = [
    (1024, 14, FULL, 900_759_552), (1024, 14, AFTER, 841_752_576), (1024, 14, BEFORE, 533_471_232),
    (512, 28, FULL, 1_451_491_328), (512, 28, AFTER, 979_435_520), (512, 28, BEFORE, 671_154_176),
]  # fmt: skip


@pytest.mark.parametrize(("channels", "side", "pooling", "flops"), NON_LOCAL)
def test_non_local_blocks(channels, side, pooling, flops):
    block = pv.NonLocal(**pooling)
    assert 2 * block.macs(channels, side, side) == flops
    assert block.parameters(channels) == {1024: 2_099_712, 512: 525_568}[channels]
    keys = (side // 2) ** 2 if pooling else side**2
    assert block.memory(channels, side, side) == 4 * side**2 * keys


def test_pairs_become_a_quarter():
    full, pooled = pv.NonLocal(), pv.NonLocal(subsample=True)
    assert full.entries(8, (12, 14)) == 4 * pooled.entries(8, (12, 14))


def test_position_attention():
    block = pv.PositionAttention()
    assert 2 * block.macs(512, 97, 97) == 108_152_013_952
    assert block.parameters(512) == 328_321
    views, values, products, taken = (cost.macs for cost in block.receipt(512, (97, 97)))
    assert (round((views + values) / 1e9, 3), round(products / 1e9, 3)) == (3.083, 5.666)
    assert round(taken / 1e9, 3) == 45.327
    assert block.entries(512, (97, 97)) == 88_529_281
    assert round(block.memory(512, 97, 97) / 1e6, 1) == 354.1


def test_criss_cross():
    def block(recurrences, scores="H+W"):
        return pv.CrissCross(recurrences=recurrences, scores=scores)

    assert 2 * block(1).macs(512, 97, 97) == 8_269_080_832
    each = [round(2 * block(r).macs(512, 97, 97) / 1e9, 3) for r in (1, 2, 3)]
    assert each == [8.269, 16.538, 24.807]
    exact = [round(2 * block(r, "H+W-1").macs(512, 97, 97) / 1e9, 3) for r in (1, 2, 3)]
    assert exact == [8.258, 16.516, 24.775]
    full = pv.PositionAttention()
    saved = 1 - block(2).macs(512, 97, 97) / full.macs(512, 97, 97)
    assert round(100 * saved, 1) == 84.7
    assert block(1).entries(512, (97, 97)) == 1_815_937
    assert full.entries(512, (97, 97)) / block(1).entries(512, (97, 97)) == pytest.approx(
        48.75, abs=5e-3
    )
    assert block(2).parameters(512) == block(5).parameters(512) == 328_321


def test_one_context():
    context = pv.GlobalContext(reduction=16)
    assert 2 * context.macs(1024, 14, 14) == 1_064_960
    inside = 50 * 84 * 1024**2
    after = dict(pv.SimplifiedNonLocal().receipt(1024, (50, 84)))["W_v c"]
    assert (round(inside / 1e9, 3), round(after / 1e9, 3)) == (4.404, 0.001)


def test_widths_of_squeeze_and_excitation():
    assert pv.SqueezeExcitation().width(64) == 4
    assert pv.SqueezeExcitation(multiple=8).width(64) == 8
    assert pv.SqueezeExcitation(multiple=8).width(176) == 16  # 8 would be under nine tenths of 11
    c, r = 256, 16
    assert pv.SqueezeExcitation().parameters(c) == 2 * c * c // r + c + c // r
    assert pv.CBAM(batch_norm=True).parameters(256) == 2 * c * c // r + c + c // r + 98 + 2 == 8_564


ANN = [
    (96, 96, 57.982, 62.814, 19.846, 43.487, 0.519, 324, 3.87, 83.8),
    (128, 128, 163.209, 171.799, 35.282, 137.439, 0.923, 1024, 6.88, 148.9),
    (128, 256, 601.295, 618.475, 70.565, 549.756, 1.845, 4096, 13.75, 297.9),
]


@pytest.mark.parametrize(
    ("h", "w", "three", "four", "pyramid", "pairs", "few", "mib", "small", "times"), ANN
)
def test_ann(h, w, three, four, pyramid, pairs, few, mib, small, times):
    """C = 2048, width 256: the full block with three or all four convolutions, and APNB."""
    full, block = pv.NonLocal(inner=256), pv.AsymmetricPyramid(inner=256)
    lines = dict(full.receipt(2048, (h, w)))
    whole = sum(lines.values())
    assert round(whole / 1e9, 3) == four
    assert round((whole - lines["W_z y"]) / 1e9, 3) == three
    assert round(block.macs(2048, h, w) / 1e9, 3) == pyramid
    assert round((lines["q · k"] + lines["W v"]) / 1e9, 3) == pairs
    mine = dict(block.receipt(2048, (h, w)))
    assert round((mine["q · k"] + mine["W v"]) / 1e9, 3) == few
    assert full.memory(2048, h, w) / 2**20 == mib
    assert round(block.memory(2048, h, w) / 2**20, 2) == small
    assert round(h * w / block.anchors, 1) == times


@pytest.mark.parametrize(
    ("sizes", "anchors"), [((1, 3, 6, 8), 110), ((1, 2, 3, 6), 50), ((1, 4, 8, 12), 225)]
)
def test_anchors(sizes, anchors):
    assert pv.AsymmetricPyramid(sizes=sizes).anchors == anchors


def test_heads_are_free():
    assert {pv.MultiHead(heads=h).parameters(64) for h in (1, 2, 8)} == {4 * 64**2 + 4 * 64}


@pytest.mark.parametrize("block", pv.BLOCKS, ids=lambda b: b.__name__)
def test_the_map_has_as_many_weights_as_it_says(block):
    """Where there is a map: what is counted is what a run gives."""
    one, x = block(), np.random.default_rng(0).normal(size=(8, 4, 6))
    run = one(x, one.init(8), **({"low": x} if block.two_inputs else {}))
    given = sum(each.weights.size for each in run.maps)
    if block not in (pv.NonLocalMeans, pv.SqueezeExcitation):  # counted, but not kept; a mean
        assert one.entries(8, (4, 6)) == given


BASE = 25_557_032
"""Parameters of ResNet-50."""
LAST, UPPER = STAGES[2:3], STAGES[1:]


@pytest.mark.parametrize(("version", "gmac"), [("v1", 3.857973), ("v1.5", 4.089184)])
def test_resnet_50_alone(version, gmac):
    layers = resnet50(version)
    assert len(layers) == 1 + 3 * 16 + 4 + 1
    assert sum(each.parameters for each in layers) == BASE
    assert round(sum(each.macs for each in layers) / 1e9, 6) == gmac


@pytest.mark.parametrize(
    ("block", "more", "millions"),
    [
        (pv.NonLocal(), 2_099_712, 27.657),
        (pv.NonLocal(batch_norm=True), 2_099_712 + 2_048, 27.659),
        (pv.SimplifiedNonLocal(), 1_050_625, 26.608),
        (pv.GlobalContext(reduction=16), 133_313, 25.690),
    ],
    ids=lambda each: type(each).__name__,
)
def test_resnet_50_with_one_block(block, more, millions):
    given = added(block, LAST, once=True)
    assert given.parameters == more
    assert given.macs == block.macs(1024, 14, 14)
    assert round((BASE + more) / 1e6, 3) == millions


@pytest.mark.parametrize(
    ("r", "more", "millions"), [(16, 2_521_741, 28.079), (4, 10_000_909, 35.558)]
)
def test_resnet_50_with_global_context_in_13_blocks(r, more, millions):
    assert sum(stage.blocks for stage in UPPER) == 13
    assert added(pv.GlobalContext(reduction=r), UPPER).parameters == more
    assert round((BASE + more) / 1e6, 3) == millions


@pytest.mark.parametrize(
    ("r", "millions"), [(2, 45.699), (4, 35.636), (8, 30.604), (16, 28.088), (32, 26.830)]
)
def test_resnet_50_with_squeeze_and_excitation(r, millions):
    more = added(pv.SqueezeExcitation(reduction=r), STAGES).parameters
    assert round((BASE + more) / 1e6, 3) == millions


def test_squeeze_and_excitation_in_all_16_blocks():
    block = pv.SqueezeExcitation(reduction=16)
    given = added(block, STAGES)
    assert (given.parameters, BASE + given.parameters) == (2_530_992, 28_088_024)
    weights = pv.SqueezeExcitation(reduction=16, biases=False)
    share = [added(weights, some).parameters / BASE for some in (STAGES, STAGES[:3])]
    assert [round(100 * each, 2) for each in share] == [9.84, 3.69]
    base = sum(each.macs for each in resnet50())
    layers = sum(
        stage.blocks * dict(block.receipt(stage.channels, (stage.side,) * 2))["W_1 s, W_2"]
        for stage in STAGES
    )
    assert round((base + layers) / 1e9, 4) == 3.8605
    assert round((base + given.macs) / 1e9, 4) == 3.8715


def test_cbam_in_all_16_blocks():
    given = added(pv.CBAM(reduction=16, batch_norm=True), STAGES)
    assert BASE + given.parameters == 28_089_624
    assert round((sum(each.macs for each in resnet50()) + given.macs) / 1e9, 4) == 3.8644


def test_a_flop_count_is_twice_the_multiply_adds():
    assert (counted(532_480, "MAC"), counted(532_480, "FLOP")) == (532_480, 1_064_960)
    with pytest.raises(ValueError, match=r"convention must be one of MAC, FLOP, got 'OPS'"):
        counted(1, "OPS")
    with pytest.raises(ValueError, match=r"version must be v1 or v1.5, got 'v2'"):
        resnet50("v2")
