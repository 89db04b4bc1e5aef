"""What PyTorch gave for every block and switch, recorded (torch_record.py says how)."""

import json

import numpy as np
import pytest

from tests.attention.cases import CASES
from tests.attention.torch_record import FILE, along, given

RECORDED = json.loads(FILE.read_text("utf-8"))["cases"]


@pytest.mark.parametrize("block", CASES)
def test_a_block_and_its_gradients(block, request):
    wanted = RECORDED[request.node.callspec.id]
    x, low, p, r = given(block)
    run = block(x, p, **low)
    back = run.backward(r.normal(size=run.output.shape))
    found = {"z": run.output, "x": back.x, **back.parameters}
    if low:
        found["low"] = back.low
    assert set(found) == set(wanted)
    for name, array in found.items():
        got = along(array)
        np.testing.assert_allclose(got, wanted[name], rtol=1e-6, atol=1e-6, err_msg=name)
