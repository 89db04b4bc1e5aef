"""Every block with every switch as a program, run in NumPy and in PyTorch."""

import numpy as np
import pytest

from poolviz.wings.attention.core.block_programs import block_program, given
from tests.attention.cases import CASES


def case(block):
    r = np.random.default_rng(0)
    x = r.normal(size=(4, 4, 6))
    low = {"low": r.normal(size=(4, 5, 3))} if block.two_inputs else {}
    p = {name: r.normal(size=shape) for name, shape in block.shapes(4).items()}
    return x, p, low, block(x, p, **low).output


@pytest.mark.parametrize("block", CASES)
def test_in_numpy(block):
    x, p, low, output = case(block)
    space = {}
    exec(block_program(block, "numpy", given({"x": x, **low, **p}, "numpy")), space)
    np.testing.assert_allclose(space["z"], output, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("block", CASES)
def test_in_pytorch(block):
    pytest.importorskip("torch")
    x, p, low, output = case(block)
    space = {}
    exec(block_program(block, "torch", given({"x": x, **low, **p}, "torch")), space)
    np.testing.assert_allclose(space["z"].numpy(), output, rtol=1e-9, atol=1e-11)
