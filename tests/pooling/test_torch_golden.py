"""PyTorch's values, locations and gradients, as tests/golden/record_torch.py recorded them."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.pooling.torch_cases import compare

FILE = Path(__file__).resolve().parents[1] / "golden" / "torch.npz"
GOLDEN = dict(np.load(FILE))
CASES = json.loads(str(GOLDEN["cases"]))
KEY = ("operator", "rank", "kernel", "stride", "padding", "dilation", "ceil", "output_size")


def expected():
    """(case, output, locations, gradient), cut out of the recorded columns."""
    starts = {"outputs": 0, "locations": 0, "gradients": 0}

    def take(column, shape):
        start, size = starts[column], int(np.prod(shape))
        starts[column] = start + size
        return GOLDEN[column][start : start + size].reshape(shape)

    results = []
    for case in CASES:
        output = take("outputs", case["out"])
        blends = case["operator"] in ("avg", "lp", "adaptive_avg")
        locations = None if blends else take("locations", case.get("pooled", case["out"]))
        gradient = take("gradients", case.get("pooled", case["shape"]))
        results.append((case, output, locations, gradient))
    assert all(starts[column] == GOLDEN[column].size for column in starts)
    return results


RECORDED = expected()


PAIRS = sorted({(case["operator"], case["rank"]) for case in CASES})


@pytest.mark.parametrize(("operator", "rank"), PAIRS)
def test_recorded_values_locations_and_gradients(operator, rank, path):
    pair = (operator, rank)
    mine = [
        recorded for recorded in RECORDED if (recorded[0]["operator"], recorded[0]["rank"]) == pair
    ]
    assert mine
    for case, *results in mine:
        compare(case, GOLDEN, *results)


def test_the_record_is_large_distinct_small_on_disk_and_dated():
    keys = {json.dumps([case.get(name) for name in KEY]) for case in CASES}
    assert len(keys) == len(CASES) >= 500
    assert FILE.stat().st_size < 1_000_000
    assert json.loads(str(GOLDEN["about"]))["torch"].startswith("2.13.0")
    operators = {"max", "avg", "lp", "adaptive_max", "adaptive_avg", "fractional_max", "max_unpool"}
    assert {case["operator"] for case in CASES} == operators
