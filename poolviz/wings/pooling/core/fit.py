"""Geometries that fit the input: the most of each value, and how impossible ones come down."""

from collections.abc import Mapping
from typing import Any

from poolviz.stage.control import Values
from poolviz.stage.link import write_pair
from poolviz.stage.page import Fitted
from poolviz.text import _

State = dict[str, Any]

LARGEST = 64
"""Largest kernel, stride and dilation that the controls offer."""
CROWD = 1400
"""Cells in all windows along one axis, at most: windows that overlap more fill a small server."""
NAMES = ("kernel_size", "dilation", "padding", "stride")
WANTED = "wanted"
"""The key of what was asked for: the input's shape, the kernel, and (key, asked, given) of each
value that this input does not admit."""


def fitted(values: Values, in_shape: tuple[int, ...], labels: Mapping[str, str]) -> Fitted:
    """Values that this input admits, and a sentence for each that had to move, by its label.

    Another input brings back what was asked for, as far as it admits that.
    """
    shape, kernel, entries = values.get(WANTED) or (in_shape, None, ())
    asked = {key: wanted for key, wanted, given in entries if values[key] == given}
    before = {key: values[key] for key in NAMES} | (asked if shape != in_shape else {})
    moving = {**values, **before}
    fit_geometry(moving, in_shape)
    sentences = [
        (
            _("{name} is {new} again.")
            if moving[key] == asked.get(key)
            else _("{name} was {old}; {new} is the most that is possible here.")
        ).format(name=labels[key], old=write_pair(before[key]), new=write_pair(moving[key]))
        for key in NAMES
        if moving[key] != values[key]
    ]
    now = moving["kernel_size"]
    if moving["stride"] is None and kernel not in (None, now) and now == values["kernel_size"]:
        told = _("The stride follows the kernel, as in PyTorch: it is {stride} now.")
        sentences.append(told.format(stride=write_pair(now)))
    wanted = {key: asked.get(key, values[key]) for key in NAMES}
    entries = tuple((k, wanted[k], moving[k]) for k in NAMES if wanted[k] != moving[k])
    return Values({**moving, WANTED: (in_shape, now, entries)}), tuple(sentences)


def fit_geometry(state: State, in_shape: tuple[int, ...]) -> None:
    """Move what is impossible for this input to the nearest possible value."""
    while any(_shrink(state, key, in_shape) for key in NAMES):
        pass  # each limit depends on the others, and values only fall


def _shrink(state: State, key: str, in_shape: tuple[int, ...]) -> bool:
    """Lower one pair to its limits; whether it moved."""
    old = state[key]
    if isinstance(old, str) or old is None:
        return False
    limits = [limit(key, state, n, axis) for axis, n in enumerate(in_shape)]
    state[key] = tuple(min(v, most) for v, most in zip(old, limits, strict=True))
    return bool(state[key] != old)


def limit(key: str, state: Mapping[str, Any], n: int, axis: int) -> int:
    """The largest value of one axis that gives at least one window (facts: PyTorch's rules)."""
    kernel, dilation = state["kernel_size"][axis], state["dilation"][axis]
    if key == "stride":
        return min(LARGEST, max(n, kernel))
    if key == "padding":
        return (dilation * (kernel - 1) + 1) // 2
    if isinstance(state["padding"], str):
        room = 2 * n + 1
    else:
        stride = (state["stride"] or state["kernel_size"])[axis]
        room = n + 2 * state["padding"][axis] + (stride - 1 if state["ceil_mode"] else 0)
    if key == "kernel_size":
        most = LARGEST if state["stride"] is None else most_overlap(n, state["stride"][axis])
        return max(1, min(LARGEST, most, (room - 1) // dilation + 1))
    return LARGEST if kernel == 1 else max(1, min(LARGEST, (room - 1) // (kernel - 1)))


def most_overlap(n: int, stride: int) -> int:
    """The largest kernel at this stride over n cells."""
    return max(CROWD * stride // n, 3)
