"""Receptive fields: the published ones, what strides do, and how layers are written."""

import numpy as np
import pytest

from poolviz.pose.networks.receptive import (
    DESIGNS,
    layers_of,
    path_weights,
    receptive_fields,
)


def sides(text):
    return [field.side for field in receptive_fields(layers_of(text))]


def test_convolutional_pose_machines():
    fields = receptive_fields(DESIGNS["cpm"].layers(1))
    assert [f.side for f in fields] == [9, 10, 26, 28, 60, 64, 96, 160, 160, 160]
    assert [f.step for f in fields] == [1, 2, 2, 4, 4, 8, 8, 8, 8, 8]
    stages = [DESIGNS["cpm"].field(stage).side for stage in range(1, 7)]
    assert stages == [160, 400, 640, 880, 1120, 1360]


def test_openpose_with_ten_layers_of_vgg():
    found = [f.side for f in receptive_fields(DESIGNS["openpose"].layers(1))]
    features = [3, 5, 6, 10, 14, 16, 24, 32, 40, 48, 52, 68, 84, 100, 116]
    assert found[:15] == features
    stages = [DESIGNS["openpose"].field(stage).side for stage in range(1, 7)]
    assert stages == [164, 404, 644, 884, 1124, 1364]


def test_the_map_network_of_this_wing():
    assert sides("3/2 3 p2 3 3") == [3, 7, 9, 17, 25]
    assert [DESIGNS["ours"].field(stage).side for stage in (1, 2, 3, 4)] == [25, 57, 89, 121]


def test_three_small_kernels_see_what_one_of_seven_sees():
    assert sides("3x3")[-1] == sides("7")[-1] == 7


def test_a_stride_widens_what_comes_after_it_and_not_its_own_layer():
    assert sides("3/2 3") == [3, 7]
    assert sides("3 3/2") == [3, 5]


@pytest.mark.parametrize("text", ["3", "3/2 3 p2 3", "5 p2 5"])
def test_ways_lead_from_every_pixel_of_the_field_and_no_other(text):
    ways = path_weights(layers_of(text))
    assert len(ways) == sides(text)[-1]
    assert ways.min() > 0
    np.testing.assert_allclose(ways, ways[::-1])


def test_fewest_ways_lead_from_the_rim():
    ways = path_weights(layers_of("3x4"))
    np.testing.assert_allclose(ways, np.array([1, 4, 10, 16, 19, 16, 10, 4, 1]) / 19)


def test_layers_are_written_as_they_are_read():
    text = "3/2 3 p2 3 3"
    assert " ".join(layer.text for layer in layers_of(text)) == text
    assert len(layers_of("7x5, 1 1")) == 7


@pytest.mark.parametrize("text", ["", "a", "3/0", "3/9", "16", "0", "-3", "3x61", "p", "3 x2"])
def test_what_is_no_layer_is_refused(text):
    with pytest.raises(ValueError, match=r"layers|kernels"):
        layers_of(text)
