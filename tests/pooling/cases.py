"""What the tests walk: every variant in several settings, and geometries of every kind."""

from dataclasses import dataclass, fields

import numpy as np

import poolviz as pv
from tests.pooling import oracle


@dataclass(frozen=True)
class Case:
    """A geometry, the plane it is bound to, and the oracle's windows on each axis."""

    name: str
    geometry: pv.Geometry
    shape: tuple
    axes: list

    def table(self):
        return oracle.table(self.shape, self.axes)


def sliding(name, shape, kernel, stride=None, pads=0, dilation=1, ceil_mode=False, **given):
    """A ``Sliding`` case; ``pads`` are (before, after) of each axis as the oracle sees them."""
    rank = len(shape)

    def each(value):
        return value if isinstance(value, tuple) else (value,) * rank

    kernel, dilation = each(kernel), each(dilation)
    stride = kernel if stride is None else each(stride)
    pads = tuple(p if isinstance(p, tuple) else (p, p) for p in each(pads))
    padding = given.get("padding", pads)
    if isinstance(padding, str) and padding.startswith("same"):
        pads = tuple(
            oracle.same_pads(n, k, s, d, padding == "same_upper")
            for n, k, s, d in zip(shape, kernel, stride, dilation, strict=True)
        )
    axes = [
        oracle.sliding_axis(n, k, s, *p, d, ceil_mode)
        for n, k, s, p, d in zip(shape, kernel, stride, pads, dilation, strict=True)
    ]
    geometry = pv.Sliding(kernel, stride, padding, dilation, ceil_mode)
    return Case(name, geometry, shape, axes)


def free(name, shape, kernel, stride, pads, base=1, ceil_mode=False):
    """A ``Sliding`` case of 2 axes with all that PyTorch does not allow."""
    axes = [oracle.free_axis(n, kernel, stride, *pads, 1, base, ceil_mode, True) for n in shape]
    geometry = pv.Sliding(
        (kernel,) * len(shape),
        stride,
        (pads,) * len(shape),
        1,
        ceil_mode,
        wide_padding=True,
        ceil_padding=True,
        allow_empty=True,
        base_dilation=base,
    )
    return Case(name, geometry, shape, axes)


def split_axis(n, out):
    parts = [list(part) for part in np.array_split(range(n), out)]
    longest = max(map(len, parts))
    return [part + [oracle.OUTSIDE] * (longest - len(part)) for part in parts]


def adaptive(name, shape, output_size, rule="torch"):
    rules = {"torch": oracle.adaptive_axis, "equal": oracle.equal_axis, "split": split_axis}
    axis = rules[rule]
    axes = [axis(n, o or n) for n, o in zip(shape, output_size, strict=True)]
    return Case(name, pv.Adaptive(output_size, rule), shape, axes)


CASES = [
    sliding("1d", (7,), 3, 2),
    sliding("1d one cell a window", (4,), 1),
    sliding("1d padding-only windows", (1,), 2, 2, pads=1, dilation=2),
    sliding("1d ceil, overrun and padding", (4,), 3, 2, pads=1, ceil_mode=True),
    sliding("2d", (4, 6), 2),
    sliding("2d overlap", (4, 5), 3, 1),
    sliding("2d gaps between windows", (5, 7), 2, 3),
    sliding("2d padding", (4, 5), 3, 2, pads=1, padding=1),
    sliding("2d padding an axis", (4, 5), (2, 3), 2, pads=(0, 1), padding=(0, 1)),
    sliding("2d pads before and after", (4, 4), 3, 2, pads=((2, 0), (1, 2))),
    sliding("2d same_upper", (5, 4), (2, 3), 2, padding="same_upper"),
    sliding("2d same_lower", (5, 4), (2, 3), (2, 1), padding="same_lower"),
    sliding("2d same_upper dilated", (5, 5), 2, 2, dilation=3, padding="same_upper"),
    sliding("2d valid", (5, 5), 2, padding="valid"),
    sliding("2d dilation", (6, 5), 2, 1, dilation=(3, 2)),
    sliding("2d ceil", (5, 6), 2, 2, ceil_mode=True),
    sliding("2d ceil, padded", (5, 6), 3, (2, 4), pads=1, padding=1, ceil_mode=True),
    sliding("2d ceil, dilated", (5, 5), 2, 3, pads=1, padding=1, dilation=2, ceil_mode=True),
    sliding("2d ceil, larger than the input", (2, 3), 4, 4, ceil_mode=True),
    sliding("3d", (3, 4, 2), 2, 1),
    sliding("3d padded, ceil", (3, 2, 4), (2, 1, 3), 2, pads=(1, 0, 1), ceil_mode=True),
    adaptive("1d adaptive", (7,), (3,)),
    adaptive("2d adaptive, ragged", (5, 7), (3, 4)),
    adaptive("2d adaptive, larger than the input", (3, 4), (5, 7)),
    adaptive("2d adaptive, one axis kept", (4, 3), (2, None)),
    adaptive("3d adaptive", (4, 3, 5), (2, 2, 3)),
    adaptive("2d equal", (10, 7), (4, 5), "equal"),
    adaptive("2d equal, larger than the input", (3, 4), (5, 6), "equal"),
    adaptive("2d split", (7, 4), (3, 4), "split"),
    free("2d padding wider than the window", (3, 4), 2, 1, (3, 2)),
    free("2d cells apart, a last window in the padding", (3, 2), 2, 3, (1, 2), 2, True),
    Case("1d global", pv.Global(1), (6,), [oracle.global_axis(6)]),
    Case("2d global", pv.Global(2), (3, 4), [oracle.global_axis(n) for n in (3, 4)]),
    Case("3d global", pv.Global(3), (2, 3, 2), [oracle.global_axis(n) for n in (2, 3, 2)]),
]

KINDS = {
    "1d one cell a window",
    "1d padding-only windows",
    "2d overlap",
    "2d pads before and after",
    "2d ceil, dilated",
    "3d padded, ceil",
    "2d adaptive, ragged",
    "2d global",
}
FEW = [case for case in CASES if case.name in KINDS]
"""One geometry for each kind of window that a variant can meet: of a geometry it sees no more than
the cells of a window and which of them count. What geometries do is tested over all ``CASES``."""
assert len(FEW) == len(KINDS)

BATCHES = [(), (1,), (3,), (2, 2)]


def settings(cls):
    """The variant at its defaults, as its worked example has it, and with each choice made."""
    made = [cls(), cls(**dict(cls.worked.fields))]
    for f in fields(cls):
        for choice in f.metadata["param"].choices or ():
            made.append(cls(**{f.name: choice}))
    return list(dict.fromkeys(made))


VARIANTS = [variant for cls in pv.VARIANTS for variant in settings(cls)]
DETERMINISTIC = [variant for variant in VARIANTS if not variant.stochastic]
OF_EACH_KIND = [pv.Max(), pv.Average(), pv.SoftPool(), pv.Stochastic()]
"""Selects, sees padding, blends, draws: what the engine around a variant goes by."""


def meeting(others):
    """(variant, other): those ``OF_EACH_KIND`` meet each other, every variant meets one in turn."""
    pairs = [(variant, other) for variant in OF_EACH_KIND for other in others]
    pairs += [(variant, others[i % len(others)]) for i, variant in enumerate(VARIANTS)]
    return list(dict.fromkeys(pairs))


def name(value):
    """How a case is called in the list of tests."""
    if callable(value):
        return value.__qualname__.split(".")[0]
    return value.name if isinstance(value, Case) else repr(value)


def tie_free(variant, shape, seed=0):
    """Distinct values, far enough apart for central differences, in the variant's domain."""
    rng = np.random.default_rng(seed)
    low = {"real": -2.9, "nonnegative": 0.1, "positive": 0.3}[variant.domain]
    with np.errstate(all="ignore"):
        if np.isnan(variant.forward(np.full((1, 1), -1.0), np.ones((1, 1), bool))):
            low = 0.1  # a setting that has no value below zero, such as PyTorch's norm of odd p
    count = int(np.prod(shape))
    values = np.linspace(low, 3.1, count + 2)[1:-1] + rng.uniform(-0.1, 0.1, count) * 3 / count
    return rng.permutation(values).reshape(shape)


def whole_numbers(variant, shape, seed=0):
    """Small integers with ties, in the variant's domain; exact in every dtype."""
    low = {"real": -4, "nonnegative": 0, "positive": 1}[variant.domain]
    return np.random.default_rng(seed).integers(low, 9, shape)
