"""The trained map network: as torch computes it, as good as recorded, and led by the head."""

import json
from pathlib import Path

import numpy as np
import pytest

from poolviz.pose.networks.convolution import Conv, convolve, fold, max_pool, upsample
from poolviz.pose.networks.map_network import (
    BACKGROUND,
    LAST,
    WEIGHTS,
    checkpoints,
    map_network,
)
from poolviz.pose.networks.measures import (
    correct,
    intervention,
    on_the_other_side,
    own_side,
    peaks,
    reached,
)
from poolviz.pose.networks.record import record
from poolviz.pose.procedural import JOINTS, draw_people

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "map_network.npz"
FRESH = range(5000, 5100)
"""Seeds of pictures that neither the training nor the record has seen."""
SHOULDER, ELBOW, WRIST, HIP, KNEE, ANKLE = range(6)


@pytest.fixture(scope="module")
def found():
    return reached(map_network(), FRESH)


@pytest.fixture(scope="module")
def turned():
    return 100 * intervention(map_network(), range(6000, 6060))


def test_the_forward_is_torchs_to_the_rounding_of_the_file():
    pixels = draw_people(0, 1).pixels
    expected = np.load(GOLDEN)["maps"]
    # The file's weights are halves: torch computed with singles
    np.testing.assert_allclose(map_network()(pixels[None])[:, 0], expected, atol=1.2e-3)
    assert np.abs(map_network()(pixels[None])[:, 0] - expected).mean() < 1e-4


def test_what_has_the_shape_of_one_picture_has_it_in_a_batch():
    pictures = np.stack([draw_people(seed, 1).pixels for seed in (1, 2)])
    both = map_network()(pictures)
    np.testing.assert_allclose(both[:, 1], map_network()(pictures[1:])[:, 0], atol=1e-5)
    assert both.shape == (4, 2, 41, 16, 16)


def test_three_stages_and_four_have_as_many_numbers_as_counted_by_hand():
    net = map_network()
    three = sum(w.size + b.size for w, b, _ in (*net.features, *sum(net.stages[:3], ())))
    assert (three, net.parameters) == (100_987, 141_700)


@pytest.mark.parametrize("name", checkpoints())
def test_each_file_of_weights_is_small(name):
    assert (WEIGHTS / f"maps-{name}.npz").stat().st_size < 500_000


def test_the_background_is_high_where_no_joint_is():
    pixels = draw_people(3, 1).pixels
    maps = map_network()(pixels[None])[-1, 0]
    assert maps[BACKGROUND, 0, 0] > 0.9
    y, x = np.unravel_index(maps[12].argmax(), (16, 16))
    assert maps[BACKGROUND, y, x] < 0.4


def test_fresh_pictures_reach_the_record_within_four_points(found):
    np.testing.assert_allclose(100 * found.all, record().all, atol=4)


def test_the_record_is_at_least_the_published_table():
    assert (record().all[:3] >= (60.2, 77.7, 83.9)).all()
    assert record().all[3] >= 87.2


def test_each_stage_finds_more_than_the_one_before(found):
    assert found.all[0] + 0.1 < found.all[1]
    assert found.all[1] + 0.04 < found.all[2]


def test_head_and_neck_are_found_from_the_first_stage_on(found):
    assert (found.found[:, 0] > 0.96).all()


def test_stage_two_still_puts_ankles_on_the_other_side(found):
    assert found.other[1, 1 + ANKLE] > 0.3 > 0.2 > found.other[2, 1 + ANKLE]


def test_a_turned_head_flips_shoulders_at_stage_one(turned):
    drawn, after = turned
    assert drawn[0, SHOULDER] > 90
    assert after[0, SHOULDER] < 10


@pytest.mark.parametrize("pair", [HIP, KNEE, ANKLE])
def test_at_stage_one_hips_and_what_is_below_do_not_see_the_head(turned, pair):
    drawn, after = turned
    assert abs(drawn[0, pair] - after[0, pair]) < 8


@pytest.mark.parametrize("pair", [ELBOW, HIP])
def test_a_turned_head_flips_elbows_and_hips_at_stage_two(turned, pair):
    drawn, after = turned
    assert drawn[1, pair] > 90
    assert after[1, pair] < 10


def test_a_turned_head_flips_knees_at_stage_three(turned):
    drawn, after = turned
    assert after[1, KNEE] > 12
    assert drawn[2, KNEE] > 90
    assert after[2, KNEE] < 10


def test_at_stage_two_ankles_do_not_see_the_head(turned):
    drawn, after = turned
    assert abs(drawn[1, ANKLE] - after[1, ANKLE]) < 8


def test_early_in_training_a_fourth_stage_mended_the_ankles_and_late_hardly_anything():
    assert record("1000").gains(4)[1 + ANKLE] > 10
    assert record().gains(4).max() < 5
    assert record("300").other[3, 1] > 30  # even shoulders lie on the wrong side


def test_the_stages_at_which_pairs_flip_are_read_from_the_record():
    flips = [record().flips_at(pair) for pair in (SHOULDER, ELBOW, HIP, KNEE)]
    assert flips == [1, 2, 2, 3]


def test_the_record_names_its_licence_and_how_it_was_made():
    held = json.loads((WEIGHTS / "maps.json").read_text())
    assert held["licence"].startswith("MIT")
    assert "5,400 updates" in held["training"]
    assert set(held["reached, percent"]) == set(checkpoints())


@pytest.mark.parametrize("shape", [(64, 64, 3), (1, 63, 64, 3), (1, 64, 64, 1)])
def test_a_picture_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="pixels must be"):
        map_network()(np.zeros(shape))


def test_a_checkpoint_that_was_not_kept_is_refused():
    with pytest.raises(ValueError, match="checkpoint must be one of 300, 1000, 3000, last"):
        map_network("7")
    assert checkpoints()[-1] == LAST


class TestConvolution:
    def test_it_is_the_sum_over_shifted_cells(self):
        rng = np.random.default_rng(0)
        x, w, b = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        for stride in (1, 2):
            y = convolve(x, Conv(w, b, stride))
            for i in range(y.shape[2]):
                for j in range(y.shape[3]):
                    at = padded[:, :, stride * i : stride * i + 3, stride * j : stride * j + 3]
                    expected = np.einsum("bcuv,ocuv->bo", at, w) + b
                    np.testing.assert_allclose(y[:, :, i, j], expected, atol=1e-12)

    @pytest.mark.torch
    @pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (3, 2), (7, 2)])
    def test_it_is_torchs(self, kernel, stride):
        torch = pytest.importorskip("torch")
        rng = np.random.default_rng(1)
        x, w, b = (rng.normal(size=s) for s in ((1, 2, 8, 8), (3, 2, kernel, kernel), (3,)))
        given = (torch.from_numpy(a) for a in (x, w, b))
        expected = torch.nn.functional.conv2d(*given, stride=stride, padding=kernel // 2)
        np.testing.assert_allclose(convolve(x, Conv(w, b, stride)), expected, atol=1e-12)

    def test_folding_a_batch_norm_changes_no_number(self):
        rng = np.random.default_rng(2)
        x, w = rng.normal(size=(1, 2, 4, 4)), rng.normal(size=(3, 2, 3, 3))
        scale, shift, mean, variance = (rng.uniform(0.5, 2, 3) for _ in range(4))
        plain = convolve(x, Conv(w, np.zeros(3)))
        normed = (plain - mean[:, None, None]) / np.sqrt(variance + 1e-5)[:, None, None]
        expected = normed * scale[:, None, None] + shift[:, None, None]
        folded = convolve(x, Conv(*fold(w, scale, shift, mean, variance)))
        np.testing.assert_allclose(folded, expected, atol=1e-12)

    def test_upsampling_gives_back_what_pooling_keeps(self):
        x = np.arange(16.0).reshape(1, 1, 4, 4)
        assert max_pool(x).tolist() == [[[[5, 7], [13, 15]]]]
        np.testing.assert_array_equal(max_pool(upsample(x)), x)


class TestMeasures:
    def test_a_peak_is_placed_at_the_middle_of_its_cell_in_pixels(self):
        heat = np.zeros((1, 16, 16))
        heat[0, 5, 9] = 1
        assert peaks(heat).tolist() == [[4 * 9 + 1.5, 4 * 5 + 1.5]]

    def test_at_the_rim_there_is_no_quarter(self):
        heat = np.zeros((1, 4, 4))
        heat[0, 0, 3], heat[0, 1, 3] = 1, 0.5
        assert peaks(heat).tolist() == [[13.5, 1.5]]

    def test_a_joint_is_right_within_a_tenth_of_the_height(self):
        joints = np.zeros((14, 2))
        at = joints + np.array([3, 4])
        assert correct(at, joints, 50).all()
        assert not correct(at, joints, 49).any()

    def test_on_the_other_side_needs_another_side(self):
        joints = np.arange(28.0).reshape(14, 2) * 10
        found = joints.copy()
        found[0], found[12] = joints[1], joints[13]  # a shoulder on the other, the head at the neck
        assert np.flatnonzero(on_the_other_side(found, joints, 50)).tolist() == [0]

    def test_a_map_prefers_the_side_where_it_is_larger(self):
        joints = np.full((14, 2), 1.5)
        left, right = JOINTS.index("left_knee"), JOINTS.index("right_knee")
        joints[left], joints[right] = (13.5, 1.5), (1.5, 13.5)
        heat = np.zeros((14, 4, 4))
        heat[left, 0, 3] = heat[right, 0, 3] = 1
        assert own_side(heat, joints)[KNEE].tolist() == [True, False]
