"""The controls of global pooling: the sizes of two heads, the weights of two classes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from poolviz.numbers import number
from poolviz.stage.control import Choice, Control, Silent, Sliders, Values, Whole
from poolviz.stage.link import whole
from poolviz.text import N_, _
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.channels import CHANNELS
from poolviz.wings.pooling.global_.evidence import CLASSES, WEIGHTS
from poolviz.wings.pooling.global_.heads import Maps

LARGEST = 10.0
"""Weights of a class lie between minus this and this."""


LARGEST_MAP = 256
"""The most rows and columns of a map."""


def read_weights(text: str) -> tuple[float, ...]:
    """A weight a channel, with commas."""
    needed = _("{n} numbers from −{most} to {most} are needed").format(
        n=len(CHANNELS), most=number(LARGEST)
    )
    try:
        weights = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(needed) from None
    if len(weights) != len(CHANNELS) or not all(-LARGEST <= w <= LARGEST for w in weights):
        raise ValueError(needed)
    return weights


def write_weights(weights: tuple[float, ...]) -> str:
    """The weights as short as they can be."""
    return ",".join(f"{w:g}" for w in weights)


def _labels(values: Values) -> tuple[str, ...]:
    return tuple(_(channel.title) for channel in CHANNELS)


def _helps(values: Values) -> tuple[str, ...]:
    return tuple(_(channel.why) for channel in CHANNELS)


def _weights_of(c: int) -> Control:
    key = f"weights_{c}"

    def now(values: Values) -> tuple[float, ...]:
        weights: tuple[float, ...] = values[key]
        return weights

    def sets(weights: tuple[float, ...]) -> Mapping[str, Any]:
        return {key: weights}

    kind = Sliders(_labels, now, sets, 0.5, -LARGEST, LARGEST, _helps, read_weights, write_weights)
    return Control(key, N_("Weights of the class"), kind, WEIGHTS[c], placed=True)


def _size(key: str, label: str, default: int, most: int) -> Control:
    return Control(key, label, Whole(1, most), default)


SIZES = (
    _size("channels", N_("Maps C"), 512, 8192),
    _size("rows_of_maps", N_("Rows H"), 7, LARGEST_MAP),
    _size("cols_of_maps", N_("Columns W"), 7, LARGEST_MAP),
    _size("classes", N_("Classes N"), 1000, 100_000),
)
INPUT = (replace(shared.INPUT[0], default="photograph"), *shared.INPUT[1:])
"""The picture is the page's own, a photograph at first."""
CLASS = Control(
    "class", N_("Weights of the class"),
    Choice(
        tuple(str(c) for c in range(len(CLASSES))), lambda c: _(CLASSES[int(c)]), look="segments"
    ),
    "0", key="shown_class", placed=True,
)  # fmt: skip
WEIGHT = tuple(_weights_of(c) for c in range(len(WEIGHTS)))
STEP = Control("step", N_("Step"), Silent(whole(0, 99), tries=(1,)), 0, passing=True)


def maps_of(values: Values) -> Maps:
    """What the last convolution gives."""
    return Maps(*(values[control.key] for control in SIZES))
