"""ONNX's own node tests: every pooling case of the wheel, none skipped."""

import functools
import importlib
import warnings
from pathlib import Path

import numpy as np
import pytest

import poolviz as pv
from tests.pooling.onnx_adapter import OPERATORS, run

AVERAGE = (
    "1d_default 2d_ceil 2d_ceil_last_window_starts_on_pad 2d_default 2d_dilations 2d_pads "
    "2d_pads_count_include_pad 2d_precomputed_pads 2d_precomputed_pads_count_include_pad "
    "2d_precomputed_same_upper 2d_precomputed_strides 2d_same_lower 2d_same_upper 2d_strides "
    "3d_default 3d_dilations_small "
    "3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False "
    "3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True "
    "3d_dilations_large_count_include_pad_is_1_ceil_mode_is_False "
    "3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True"
)
MAXIMUM = (
    "1d_default 2d_ceil 2d_ceil_output_size_reduce_by_one 2d_default 2d_dilations 2d_pads "
    "2d_precomputed_pads 2d_precomputed_same_upper 2d_precomputed_strides 2d_same_lower "
    "2d_same_upper 2d_strides 2d_uint8 3d_default 3d_dilations 3d_dilations_use_ref_impl "
    "3d_dilations_use_ref_impl_large with_argmax_2d_precomputed_pads "
    "with_argmax_2d_precomputed_strides"
)
LP = "1d_default 2d_default 2d_dilations 2d_pads 2d_same_lower 2d_same_upper 2d_strides 3d_default"
NAMES = [
    *(f"test_averagepool_{name}" for name in AVERAGE.split()),
    *(f"test_maxpool_{name}" for name in MAXIMUM.split()),
    *(f"test_lppool_{name}" for name in LP.split()),
    *(f"test_global{kind}pool{end}" for kind in ("average", "max") for end in ("", "_precomputed")),
    *(f"test_maxunpool_export_{name}_output_shape" for name in ("with", "without")),
    *(f"test_roialign_{name}" for name in ("aligned_false", "aligned_true", "mode_max")),
]


@functools.cache
def suite():
    """name -> case, of the operators that pool; built in memory by the wheel, once."""
    from onnx.backend.test.case import node

    for module in sorted(Path(node.__file__).parent.glob("*.py")):
        # A module makes its cases when it is imported: only those that have to do with pooling.
        source = module.read_text(encoding="utf-8")
        if any(f'"{operator}"' in source for operator in OPERATORS):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # cases of others beside them overflow on purpose
                importlib.import_module(f"{node.__name__}.{module.stem}")
    cases = node._NodeTestCases
    return {case.name: case for case in cases if case.model.graph.node[0].op_type in OPERATORS}


def check(case):
    from onnx import helper

    node = case.model.graph.node[0]
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    assert case.data_sets
    for inputs, outputs in case.data_sets:
        results = run(node.op_type, attributes, inputs, len(outputs))
        for got, want in zip(results, outputs, strict=True):
            assert got.dtype == want.dtype
            np.testing.assert_allclose(got, want, rtol=case.rtol, atol=case.atol)


@pytest.mark.parametrize("name", NAMES)
def test_node(name):
    check(suite()[name])


def test_the_list_above_is_the_suite_and_later_releases_may_add_to_it():
    assert len(NAMES) == 56
    assert set(NAMES) <= set(suite())
    for name in set(suite()) - set(NAMES):
        check(suite()[name])


X = np.arange(1, 26, dtype=np.float32).reshape(1, 1, 5, 5)
STRIDES = {"kernel_shape": [2, 2], "strides": [2, 2]}


def test_indices_in_column_major_order():
    for order, expected in ((0, [[6, 8], [16, 18]]), (1, [[6, 16], [8, 18]])):
        values, indices = run("MaxPool", STRIDES | {"storage_order": order}, [X], 2)
        np.testing.assert_array_equal(values[0, 0], [[7, 9], [17, 19]])
        np.testing.assert_array_equal(indices[0, 0], expected)


def test_indices_run_over_the_whole_tensor():
    x = np.broadcast_to(X, (2, 3, 5, 5))
    for order, first in ((0, [[6, 8], [16, 18]]), (1, [[6, 16], [8, 18]])):
        _, indices = run("MaxPool", STRIDES | {"storage_order": order}, [x], 2)
        offset = 25 * np.arange(6).reshape(2, 3, 1, 1)
        np.testing.assert_array_equal(indices, np.array(first) + offset)


def test_unpooling_takes_the_indices_that_pooling_gives():
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 6))
    values, indices = run("MaxPool", STRIDES, [x], 2)
    (back,) = run("MaxUnpool", STRIDES, [values, indices])
    assert back.shape == x.shape
    np.testing.assert_array_equal(back, np.where(np.isin(x, values), x, 0))


def test_a_box_reads_the_plane_of_its_batch_entry():
    x = np.stack([np.zeros((2, 4, 4)), np.ones((2, 4, 4))])
    boxes = np.array([[0, 0, 4, 4]] * 3, np.float32)
    (out,) = run("RoiAlign", {}, [x, boxes, np.array([1, 0, 1])])
    assert out.shape == (3, 2, 1, 1)
    np.testing.assert_array_equal(out[:, 0, 0, 0], [1, 0, 1])


def test_a_default_stride_is_one_and_padding_does_not_count():
    (ones,) = run("AveragePool", {"kernel_shape": [3], "pads": [1, 1]}, [np.ones((1, 1, 4))])
    np.testing.assert_array_equal(ones, np.ones((1, 1, 4)))
    assert pv.Sliding((3,)).bind((6,)).out_shape == (2,)
