"""Every block with every value of every switch, one switch at a time, and a few that meet."""

from dataclasses import fields

import pytest

import poolviz as pv

NUMBERS = {
    "inner": 3, "hidden": 3, "reduction": 2, "recurrences": 3, "heads": 2, "size": 5, "patch": 1,
    "window": 5, "h": 0.8, "sigma": 0.2, "gamma": 0.4, "eps": 1e-3, "multiple": 8,
    "sizes": (1, 2, 3),
}  # fmt: skip
"""A value of each number that is not its default."""
TOGETHER = {
    "NonLocal": [
        {"form": form, "subsample": True, "pool_at": at, "scale": scale}
        for form in ("gaussian", "embedded", "dot", "concatenation")
        for at, scale in (("before", True), ("after", False))
    ],
    "GlobalContext": [{"pooling": "avg", "fusion": "mul", "layer_norm": False, "hidden": 3}],
    "CBAM": [{"order": "max, avg", "batch_norm": True, "biases": False}],
    "AsymmetricPyramid": [{"shared": True, "concatenate": True}],
    "AsymmetricFusion": [{"shared": True, "concatenate": True}],
    "GlobalAggregation": [{"queries": "down", "heads": 2}, {"queries": "up", "heads": 2}],
    "MultiHead": [{"heads": 4, "causal": True, "residual": True}],
    "NonLocalMeans": [{"window": 0, "patch": 3}],
}
BASE = {"NonLocalMeans": {"h": 0.6, "window": 3}}
"""At their defaults everything would weigh the same, or nothing."""


def switches(block):
    """The defaults, then each field moved to each of its other values."""
    base = BASE.get(block.__name__, {})
    yield base
    for field in fields(block):
        limits = field.metadata["param"]
        for value in limits.choices or (NUMBERS[field.name],):
            if value != field.default:
                yield base | {field.name: value}
    for more in TOGETHER.get(block.__name__, ()):
        yield base | more


def title(block, how):
    """The block and what differs from its defaults."""
    return "-".join((block.__name__, *(f"{name}={each}" for name, each in how.items())))


CASES = [
    pytest.param(block(**how), id=title(block, how))
    for block in pv.BLOCKS
    for how in switches(block)
]
