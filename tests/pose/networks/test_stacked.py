"""The trained stacked hourglass: as torch computes it, as good as recorded, sides included."""

from pathlib import Path

import numpy as np
import pytest

from poolviz.pose.networks.map_network import WEIGHTS
from poolviz.pose.networks.measures import correct, on_the_other_side, peaks
from poolviz.pose.networks.stacked import (
    box_of,
    crop,
    cropped,
    hourglass_record,
    placed,
    stacked_hourglass,
)

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "hourglass.npz"


@pytest.fixture(scope="module")
def fresh():
    """Shares found and on the other side, for each stack, on crops that nothing has seen."""
    drawn = [cropped(seed) for seed in range(7000, 7060)]
    at = peaks(stacked_hourglass()(np.stack([each.pixels for each in drawn])))
    joints, heights, flags = (
        np.concatenate([getattr(each, name) for each in drawn])
        for name in ("joints", "heights", "flags")
    )
    there = flags > 0
    good, other = correct(at, joints, heights), on_the_other_side(at, joints, heights)
    return 100 * good[:, there].mean(1), 100 * other[:, there].mean(1)


def test_the_forward_is_torchs_to_the_rounding_of_the_file():
    expected = np.load(GOLDEN)["maps"]
    found = stacked_hourglass()(cropped(3).pixels[None])[:, 0]
    # The file's weights are halves: torch computed with singles
    np.testing.assert_allclose(found, expected, atol=2e-3)
    assert np.abs(found - expected).mean() < 2e-4


def test_fresh_crops_reach_the_record_within_four_points(fresh):
    reached = hourglass_record()["reached, percent, a number a stack"]
    np.testing.assert_allclose(fresh[0], reached["found"], atol=4)
    np.testing.assert_allclose(fresh[1], reached["other"], atol=4)


def test_it_has_learned_sides_and_the_second_stack_finds_more(fresh):
    assert fresh[1].max() < 6
    assert fresh[0][1] > fresh[0][0]


def test_its_file_is_small_and_holds_what_the_record_counts():
    assert (WEIGHTS / "hourglass.npz").stat().st_size < 500_000
    assert stacked_hourglass().parameters == hourglass_record()["numbers"]
    assert hourglass_record()["licence"].startswith("MIT")


def test_a_box_is_1_3_times_the_longer_side_of_the_labelled_joints():
    joints, flags = np.array([[0, 0], [10, 20], [99, 99]]), np.array([2, 1, 0])
    middle, side = box_of(joints, flags)
    assert (middle.tolist(), side) == ([5, 10], 26)


def test_a_crop_of_the_whole_picture_is_the_picture():
    pixels = np.random.default_rng(0).random((64, 64, 3))
    whole = crop(pixels, np.array([31.5, 31.5]), 64)
    np.testing.assert_allclose(whole, pixels, atol=1e-6)


def test_joints_lie_in_the_crop_where_their_pixels_do():
    middle, side = np.array([20.0, 30.0]), 32.0
    pixels = np.zeros((64, 64, 3))
    pixels[33, 25] = 1
    x, y = placed(np.array([[25.0, 33.0]]), middle, side)[0]
    shown = crop(pixels, middle, side)[..., 0]
    rows, columns = np.mgrid[:64, :64]
    found = (shown * columns).sum() / shown.sum(), (shown * rows).sum() / shown.sum()
    np.testing.assert_allclose((x, y), found, atol=0.6)


def test_a_picture_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="pixels must be"):
        stacked_hourglass()(np.zeros((1, 32, 64, 3)))
