"""The arguments of a geometry: read, checked, and named in the error when they are wrong."""

import numpy as np

LARGEST = 2**31 - 1
"""Largest number that a geometry takes, so that positions cannot overflow on a 64-bit machine."""
MOST_AXES = 16
"""Most axes that are pooled at once: NumPy's arrays have up to 64, batch and window among them."""


def integer(name: str, value: object, least: int) -> int:
    """value as an int, or a ``ValueError`` that names it."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    if value > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST}, got {value}")
    return int(value)


def per_axis(name: str, value: object, ndim: int | None, least: int) -> tuple[int, ...]:
    """value as one int an axis; ``ndim=None`` takes the rank from value (a bare int means 2-D)."""
    if not isinstance(value, (tuple, list)):
        return (integer(name, value, least),) * (2 if ndim is None else ndim)
    if ndim is None:
        axes(name, value)
    if ndim is not None and len(value) != ndim:
        raise ValueError(f"{name} must be an int or {ndim} ints, one an axis, got {value!r}")
    return tuple(integer(name, v, least) for v in value)


def axes(name: str, value: tuple[object, ...] | list[object]) -> int:
    """The number of axes that value has an entry for, or a ``ValueError`` that names it."""
    if not 1 <= len(value) <= MOST_AXES:
        raise ValueError(f"{name} must have 1 to {MOST_AXES} axes, got {value!r}")
    return len(value)


def plane(in_shape: tuple[int, ...], ndim: int, least: int = 1) -> tuple[int, ...]:
    """in_shape checked: one length of at least 1 for each pooled axis."""
    if len(in_shape) != ndim:
        raise ValueError(f"in_shape must have {ndim} axes, got {in_shape!r}")
    if min(in_shape) < least:
        raise ValueError(f"x must have at least 1 cell on each pooled axis, got shape {in_shape!r}")
    return in_shape


def tuples(value: object) -> object:
    """Lists as tuples, so that a geometry can be hashed."""
    return tuple(tuples(v) for v in value) if isinstance(value, (list, tuple)) else value


def paddings(
    value: object, effective: tuple[int, ...], wide: bool = False
) -> str | tuple[tuple[int, int], ...]:
    """value as (before, after) of each axis, or the name of a rule; ``wide``: without a limit."""
    names = ("valid", "same_upper", "same_lower")
    if isinstance(value, str):
        if value not in names:
            raise ValueError(f"padding must be a number or one of {names}, got {value!r}")
        return value
    given = value if isinstance(value, (tuple, list)) else (value,) * len(effective)
    if len(given) != len(effective):
        raise ValueError(
            f"padding must be an int, {len(effective)} ints or {len(effective)} (before, after) "
            f"pairs, one an axis, got {value!r}"
        )
    pads = []
    for p, span in zip(given, effective, strict=True):
        if isinstance(p, (tuple, list)):
            if len(p) != 2:
                raise ValueError(f"padding must give (before, after) for an axis, got {p!r}")
            pair = (integer("padding", p[0], 0), integer("padding", p[1], 0))
            if max(pair) >= span and not wide:
                raise ValueError(
                    f"padding must be less than the effective kernel size {span}, got {p!r}"
                )
        else:
            pair = (integer("padding", p, 0),) * 2
            if pair[0] > span // 2 and not wide:
                raise ValueError(
                    f"padding must be at most half of the effective kernel size {span}, "
                    f"that is {span // 2}, got {p}"
                )
        pads.append(pair)
    return tuple(pads)
