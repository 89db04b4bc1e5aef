"""What one call may ask for: counted in cells and bytes, never in seconds."""

import tracemalloc

import numpy as np
import pytest

from tests.pooling import cases
from tests.pooling.cases import name, tie_free

UNIT = 32  # bytes: what ``Variant.cost`` counts in


def peak(action):
    """The most bytes that were held beyond what was there before."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [9, 100, 1500])
@pytest.mark.parametrize("variant", cases.VARIANTS, ids=name)
def test_rules_take_the_memory_that_their_cost_says(variant, size):
    w = np.moveaxis(tie_free(variant, (size, 60_000 // size)), 0, -1)
    valid = np.ones(w.shape, bool)
    valid[:, 0] = False
    allowed = variant.cost(size) * UNIT * w.size * 1.25 + 200_000
    rules = ["jacobian", "contributions", "select" if variant.selects else "forward"]
    for rule in rules:
        assert peak(lambda rule=rule: getattr(variant, rule)(w, valid)) < allowed, rule
