"""The hourglass: its counts as published, and its forward as the definition has it."""

import numpy as np
import pytest

from poolviz.pose.networks.convolution import Conv, convolve
from poolviz.pose.networks.hourglass import (
    Counts,
    NetworkCounts,
    Residual,
    build,
    concat_as_add,
    residual_parameters,
)


def residual(c, rng):
    half = c // 2
    shapes = ((half, c, 1, 1), (half, half, 3, 3), (c, half, 1, 1))
    convs = tuple(Conv(rng.normal(0, 0.3, s), rng.normal(0, 0.3, s[0])) for s in shapes)
    return Residual(rng.uniform(0.5, 1.5, c), rng.normal(size=c), convs)


def test_a_residual_has_a_closed_form():
    assert (residual_parameters(256), residual_parameters(32)) == (214_528, 3_520)
    assert residual_parameters(64) == 3.25 * 64**2 + 6 * 64


def test_parameters_of_a_module_by_order():
    expected = [858_112, 1_501_696, 2_145_280, 2_788_864, 3_432_448]
    assert [Counts(n).parameters for n in range(1, 6)] == expected


def test_order_four_goes_down_to_four_and_holds_13_residuals_and_4_merges():
    counts = Counts(4)
    assert counts.sides == (64, 32, 16, 8, 4, 8, 16, 32, 64)
    does = [stop.does for stop in counts.way]
    assert (counts.residuals, counts.skips) == (13, 4)
    assert len(does) - does.count("merge") - does.count("input") == 13
    assert does.count("merge") == 4


def test_concatenating_costs_18_8_percent_more():
    concat = Counts(4, merge="concat").parameters
    assert concat == 3_314_176 == 2_788_864 + 4 * 131_328
    assert round(100 * (concat / Counts(4).parameters - 1), 1) == 18.8


@pytest.mark.parametrize(
    ("stacks", "parameters", "giga"),
    [
        (1, 3_426_448, 5.150),
        (2, 6_570_400, 8.335),
        (4, 12_858_304, 14.703),
        (8, 25_434_112, 27.440),
    ],
)
def test_the_whole_network_as_the_public_code_counts_it(stacks, parameters, giga):
    network = NetworkCounts(stacks)
    assert network.parameters == parameters
    assert round(network.macs / 1e9, 3) == giga


def test_adding_is_a_concatenation_with_frozen_weights():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 1, 4, 3, 3))
    conv = Conv(concat_as_add(4)[:, :, None, None], np.zeros(4))
    np.testing.assert_allclose(convolve(np.concatenate([a, b], 1), conv), a + b, atol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_module_takes_its_residuals_in_order_and_keeps_the_shape(order):
    rng, made = np.random.default_rng(1), []

    def one():
        made.append(residual(4, rng))
        return made[-1]

    x = rng.normal(size=(2, 4, 16, 16))
    assert build(order, one)(x).shape == x.shape
    assert len(made) == 3 * order + 1


def test_order_one_is_its_formula():
    rng = np.random.default_rng(2)
    made = [residual(4, rng) for _ in range(4)]
    up, down, middle, back = made
    x = rng.normal(size=(1, 4, 4, 4))
    low = back(middle(down(x.reshape(1, 4, 2, 2, 2, 2).max((3, 5)))))
    expected = up(x) + np.kron(low, np.ones((2, 2)))
    np.testing.assert_allclose(build(1, iter(made).__next__)(x), expected)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"order": 0}, "order must be at least 1"),
        ({"order": 2, "merge": "mean"}, "merge must be add or concat"),
        ({"order": 3, "side": 12}, "side must be divisible by 8"),
    ],
)
def test_what_is_no_hourglass_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Counts(**wrong)
    if wrong["order"] == 0:
        with pytest.raises(ValueError, match=message):
            build(0, lambda: residual(4, np.random.default_rng(0)))
