"""MoveNet in NumPy: its golden numbers, and what TensorFlow.js says of the same pictures."""

import hashlib
import importlib.util
import json
from functools import cache
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from PIL import Image

from poolviz.pose.photo.heads import find
from poolviz.pose.photo.network import (
    WEIGHTS,
    convolve,
    depthwise,
    double,
    forward,
    movenet,
    same,
)

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
RECORDED = json.loads((GOLDEN / "movenet.json").read_text())
NAMES = tuple(RECORDED["said"])

# facts/pose.md, section 11: y, x, score of the astronaut
ASTRONAUT = (
    (0.236802, 0.433443, 0.581816), (0.197513, 0.481460, 0.731092), (0.192902, 0.398269, 0.735997),
    (0.224813, 0.539004, 0.485724), (0.216742, 0.343486, 0.739412), (0.529712, 0.620793, 0.612695),
    (0.499801, 0.212784, 0.642594),
)  # fmt: skip


@cache
def recorder():
    """The script that made the recording: it says what the pictures are."""
    spec = importlib.util.spec_from_file_location("recorder", GOLDEN / "record_movenet.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def found(name):
    return find(recorder().pictures()[name])


def test_the_astronaut_is_found_where_the_facts_say():
    np.testing.assert_allclose(found("astronaut").output[:7], ASTRONAUT, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_tensorflow_js_says(name):
    recorded = np.reshape(RECORDED["said"][name]["output"], (17, 3))
    np.testing.assert_allclose(found(name).output, recorded, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_each_head_has_the_numbers_of_tensorflow_js(name):
    maps = forward(recorder().pictures()[name])
    for head, recorded in RECORDED["said"][name]["heads"].items():
        ours = maps[head][2::9, 2::9]
        theirs = np.reshape(recorded["values"], recorded["shape"])
        # sums of a thousand float32 in another order: by the largest number of the map
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=3e-5 * np.abs(theirs).max())


def test_the_file_has_as_many_numbers_as_the_facts_say():
    # what is not a layer's: five constants, and TensorFlow's grids of rows and columns
    data = (WEIGHTS / "weights.bin").read_bytes()
    assert len(data) == 4_650_216
    assert movenet().numbers == 2_317_974
    assert 2_324_896 - movenet().numbers == 3 * 48 * 48 + 2 + 3 + 3 + 1 + 1


def test_the_weights_are_the_file_that_was_read():
    named = (WEIGHTS / "README.md").read_text()
    assert hashlib.sha256((WEIGHTS / "weights.bin").read_bytes()).hexdigest() in named
    assert "Apache License" in (WEIGHTS / "LICENSE").read_text()


def test_it_takes_270_million_multiplications():
    side, total = {-1: 192}, 0
    for i, layer in enumerate(movenet().layers):
        side[i] = -(-side[layer.inputs[0]] // layer.stride) * (2 if layer.kind == "double" else 1)
        if layer.weights is not None:
            total += side[i] ** 2 * layer.weights.size
    assert total == pytest.approx(270.5e6, rel=1e-3)


def test_a_picture_takes_less_than_150_ms_of_one_core():
    picture = recorder().pictures()["astronaut"]
    forward(picture)
    times = []
    for _ in range(3):
        begun = process_time()
        forward(picture)
        times.append(process_time() - begun)
    assert min(times) < 0.15


def test_a_convolution_is_the_sum_over_the_kernels_cells():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(5, 4, 2)), rng.normal(size=(3, 3, 2, 3))
    y = convolve(x, w, 2)
    # 5 rows with step 2: 3 places, (3 - 1)·2 + 3 - 5 = 2 zeros, one on each side; 4 columns: 2
    # places, (2 - 1)·2 + 3 - 4 = 1 zero, at the end
    around = np.pad(x, ((1, 1), (0, 1), (0, 0)))
    for r, c in np.ndindex(3, 2):
        expected = np.einsum("ijk,ijkl", around[2 * r : 2 * r + 3, 2 * c : 2 * c + 3], w)
        np.testing.assert_allclose(y[r, c], expected)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_depthwise_convolution_is_one_that_mixes_no_channels(stride):
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(19, 6, 3)), rng.normal(size=(3, 3, 3, 1))
    mixing = np.zeros((3, 3, 3, 3))
    mixing[:, :, range(3), range(3)] = w[..., 0]
    np.testing.assert_allclose(depthwise(x, w, stride), convolve(x, mixing, stride), atol=1e-12)


def test_an_odd_zero_stands_at_the_end():
    np.testing.assert_array_equal(same(np.ones((1, 4, 1)), 3, 2)[:, :, 0][1], [1, 1, 1, 1, 0])


def test_doubling_agrees_with_pillow():
    x = np.random.default_rng(2).normal(size=(4, 5)).astype(np.float32)
    theirs = np.asarray(Image.fromarray(x).resize((10, 8), Image.BILINEAR))
    np.testing.assert_allclose(double(x[:, :, None])[:, :, 0], theirs, atol=1e-6)


def test_another_size_is_refused():
    with pytest.raises(ValueError, match=r"picture must be \(192, 192, 3\), got \(1, 1, 3\)"):
        forward(np.zeros((1, 1, 3), np.uint8))
