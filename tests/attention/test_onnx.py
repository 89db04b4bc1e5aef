"""ONNX's own node tests: every ``Attention`` case of the wheel, none skipped."""

import functools
import importlib
import warnings

import numpy as np
import pytest

from tests.attention.onnx_adapter import run

CASES = 93
"""So many there are in onnx 1.23; a later release may add to them."""


@functools.cache
def suite():
    """name -> case; built in memory by the wheel, once."""
    from onnx.backend.test.case import node

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cases with infinities overflow on purpose
        importlib.import_module(f"{node.__name__}.attention")
    cases = node._NodeTestCases
    return {case.name: case for case in cases if case.model.graph.node[0].op_type == "Attention"}


def names():
    return sorted(suite())


def check(case):
    from onnx import helper

    node = case.model.graph.node[0]
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    assert case.data_sets
    for inputs, outputs in case.data_sets:
        given = iter(inputs)
        results = run(attributes, *(next(given) if name else None for name in node.input))
        wanted = iter(outputs)
        named = [
            (got, next(wanted)) for got, name in zip(results, node.output, strict=False) if name
        ]
        assert named
        for got, want in named:
            assert got.dtype == want.dtype
            assert got.shape == want.shape
            loose = want.dtype.itemsize == 2  # half precision
            np.testing.assert_allclose(
                got.astype(np.float64), want.astype(np.float64),
                rtol=1e-2 if loose else case.rtol, atol=1e-2 if loose else max(case.atol, 1e-6),
            )  # fmt: skip


@pytest.mark.parametrize("number", range(CASES))
def test_node(number):
    check(suite()[names()[number]])


def test_later_releases_may_add_to_them():
    assert len(suite()) >= CASES
    for name in names()[CASES:]:
        check(suite()[name])
