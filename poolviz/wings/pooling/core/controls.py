"""The controls that pages of the pooling wing share: input, variant, geometry, and where one is."""

from dataclasses import dataclass, fields
from functools import partial
from math import isfinite

import numpy as np

from poolviz.pooling import VARIANTS, Geometry, Pooled, Sliding, Variant, pool
from poolviz.pooling.variant import Param
from poolviz.readers import Reading, pack_matrix, unpack_matrix
from poolviz.stage.cache import NAMING, kept
from poolviz.stage.control import (
    Block,
    Choice,
    Control,
    Flag,
    Kind,
    Matrix,
    Pair,
    Silent,
    Typed,
    Values,
    Whole,
)
from poolviz.stage.link import flag, one_of, real, whole
from poolviz.stage.matrix import (
    LARGEST_RANDOM,
    LARGEST_SEED,
    NAMES,
    RANDOM,
    RANDOM_SIDE,
    current_matrix,
    make_own,
    palette,
)
from poolviz.stage.mode import MODE as MODE
from poolviz.stage.mode import MODES as MODES
from poolviz.stage.page import Fitted
from poolviz.text import N_, _
from poolviz.wings.pooling.core.fit import LARGEST, WANTED, fitted, limit
from poolviz.wings.pooling.core.window_scene import Region

NAMING[Pooled] = lambda run: (run.x, run.variant, run.geometry)
BY_NAME = {variant.__name__: variant for variant in VARIANTS}
SHARES = "pooling"
"""Under this name the pages of the wing keep their values together."""


def _repack(text: str) -> str:
    return pack_matrix(unpack_matrix(text))


def own(matrix: np.ndarray, grey: bool = False) -> dict[str, object]:
    """The values with which the input is a matrix of one's own; ``grey``: a picture."""
    state: dict[str, object] = {}
    make_own(state, Reading(matrix), grey)
    return {key: state[key] for key in ("sample", "matrix", "large", "picture")}


def drawn(values: Values) -> bool:
    """Whether the input is random digits."""
    return bool(values["sample"] == RANDOM)


INPUT = (
    Control("sample", N_("Input"), Silent(one_of(*NAMES), tries=(*NAMES[:3], RANDOM)), NAMES[0]),
    Control("matrix", N_("Your own numbers"), Matrix(_repack), with_="sample"),
    *(
        Control(name, label, Silent(whole(least, most), tries=(least, 3)), default, when=drawn)
        for name, label, least, most, default in (
            ("seed", N_("Seed"), 0, LARGEST_SEED, 0),
            ("rows", N_("Rows"), 1, LARGEST_RANDOM, RANDOM_SIDE),
            ("cols", N_("Columns"), 1, LARGEST_RANDOM, RANDOM_SIDE),
        )
    ),
    Control("", "", Silent(str), key="large", with_="sample"),
    Control("", "", Silent(flag), default=False, key="picture", with_="sample"),
)
"""A sample, random digits, or a person's own (``stage.matrix``)."""


def kind_of(limits: Param) -> Kind:
    """The kind of control of a hyper-parameter, from its declaration."""
    if limits.choices == (False, True):
        return Flag()
    if limits.choices is not None:
        called = dict(zip(limits.choices, limits.called or limits.choices, strict=True))
        return Choice(tuple(called), lambda option: _(called[option]))
    low, high = limits.low, limits.high
    if limits.kind == "int" and not limits.optional and isfinite(low):
        return Whole(int(low), int(high) if isfinite(high) else 2**32 - 1)
    return Typed(partial(read_field, limits), limits.allowed, _tries(limits))


def _tries(limits: Param) -> tuple[object, ...]:
    """Values to try: what is optional left out, and what the range admits."""
    if limits.kind == "weights":
        some: tuple[object, ...] = ((0.5, 1.0), (1.0, 2.0, 3.0), (0.25,) * 4)
    elif limits.kind == "int":
        some = (1, 2, 5)
    else:
        some = (0.5, 1.0, 2.5)
    return (*((None,) if limits.optional else ()), *(v for v in some if limits.admits(v)))


def read_field(limits: Param, text: str) -> object:
    """One hyper-parameter from its text, by the kind that its declaration gives."""
    if text in ("", "None") and limits.optional:
        return None
    if limits.choices is not None:
        return flag(text) if limits.choices == (False, True) else one_of(*limits.choices)(text)
    value: object
    if limits.kind == "weights":
        value = tuple(real(part) for part in text.split(",")[:64])
    elif limits.kind == "int":
        value = whole(-(10**9), 2**32 - 1)(text)
    else:
        value = real(text)
    if not limits.admits(value):
        raise ValueError(_("it must be {allowed}").format(allowed=limits.allowed))
    return value


@dataclass(frozen=True)
class Is:
    """Whether a value is this one; ``random`` asks about the input, too."""

    key: str
    value: str
    random: bool | None = None

    def __call__(self, values: Values) -> bool:
        if values[self.key] != self.value:
            return False
        return self.random is None or drawn(values) == self.random


def hyper_parameters(classes: tuple[type, ...], key: str) -> tuple[Control, ...]:
    """The controls of all classes' fields, each there while its class is chosen at ``key``.

    With a random input ``seed`` is the input's, and a class's own is called ``draw_seed``.
    """
    found = []
    for cls in classes:
        for field in fields(cls):
            limits: Param = field.metadata["param"]
            names: tuple[tuple[str, bool | None], ...] = ((field.name, None),)
            if field.name == "seed":
                names = (("seed", False), ("draw_seed", True))
            found += [
                Control(
                    name,
                    limits.title,
                    kind_of(limits),
                    field.default,
                    help=limits.help,
                    folded=True,
                    when=Is(key, cls.__name__, random),
                    key=f"{cls.__name__}.{field.name}",
                )
                for name, random in names
            ]
    return tuple(found)


def variant_title(name: str) -> str:
    """What a variant is called on the page."""
    return _(BY_NAME[name].title)


VARIANT = (
    Control(
        "variant",
        N_("Variant"),
        Choice(tuple(BY_NAME), variant_title, tuple(n for n, cls in BY_NAME.items() if cls.basic)),
        "Max",
    ),
    *hyper_parameters(VARIANTS, "variant"),
)
"""The variant and its hyper-parameters."""


def chosen_variant(values: Values) -> Variant:
    """The variant that the values describe; ``ValueError`` where its fields do not go together."""
    cls = BY_NAME[values["variant"]]
    given = {f.name: values[f"{cls.__name__}.{f.name}"] for f in fields(cls)}  # type: ignore[arg-type]
    return cls(**given)


def matrix_of(values: Values) -> np.ndarray:
    """The input, float64 (H, W), not to be written to: the same object for the same values."""
    return _matrix(values.only(_MATRIX))


_MATRIX = frozenset(("sample", "matrix", "seed", "rows", "cols", "large"))


@kept
def _matrix(values: Values) -> np.ndarray:
    matrix = current_matrix(values).copy()
    matrix.flags.writeable = False
    return matrix


def palette_of(values: Values) -> str:
    """The colours of the input."""
    return palette(values, matrix_of(values))


def _most_padding(values: Values, axis: int) -> int:
    return limit("padding", values, matrix_of(values).shape[axis], axis)


WORDS = {"same_upper": N_("same (upper)"), "same_lower": N_("same (lower)")}
GEOMETRY = (
    Control(
        "kernel_size", N_("Kernel size"), Pair(1, LARGEST), (2, 2),
        N_("How many cells the window spans on each axis."),
    ),
    Control(
        "stride", N_("Stride"),
        Pair(1, LARGEST, default_of="kernel_size"), None,
        N_("How far the window moves. PyTorch's default is the kernel size."),
    ),
    Control(
        "padding", N_("Padding"), Pair(0, LARGEST, _most_padding, WORDS), (0, 0),
        N_("Cells added around the input. “Same” gives ⌈in / stride⌉ outputs."),
    ),
    Control(
        "dilation", N_("Dilation"), Pair(1, LARGEST), (1, 1),
        N_("The gap between the cells of a window; 1 means neighbours."), folded=True,
    ),
    Control(
        "ceil_mode", N_("Ceil mode"), Flag(), False,
        N_("Round the output size up: the last window may reach past the input."), folded=True,
    ),
    Control("", "", Silent(str), key=WANTED, passing=True),
)  # fmt: skip
"""Kernel, stride, padding, dilation, ceil mode. The stride defaults to the kernel."""


def chosen_geometry(values: Values) -> Sliding:
    """The geometry that the values describe."""
    return Sliding(
        values["kernel_size"],
        values["stride"] or values["kernel_size"],
        values["padding"],
        values["dilation"],
        values["ceil_mode"],
    )


def fit(values: Values) -> Fitted:
    """Geometry that fits the input, and a sentence for each value that had to move."""
    return fitted(values, matrix_of(values).shape, {c.key: _(c.label) for c in GEOMETRY})


@kept
def pooled(matrix: np.ndarray, variant: Variant, geometry: Geometry) -> Pooled:
    """The run over an input."""
    return pool(matrix, variant, geometry)


def run_of(values: Values) -> Pooled:
    """The chosen variant over the chosen input."""
    return pooled(matrix_of(values), chosen_variant(values), chosen_geometry(values))


def region_of(values: Values) -> Region:
    """The block of outputs that is shown."""
    return Region.within(run_of(values), values["region"])


def _room(values: Values) -> tuple[int, int]:
    shown, out = region_of(values), run_of(values).output.shape
    return out[0] - shown.rows, out[1] - shown.cols


def _start(values: Values) -> tuple[int, int]:
    shown = region_of(values)
    return shown.row, shown.col


REGION = Control("region", N_("Which block of a large output"), Block(10**6, _room, _start))
STEP = Control("step", N_("Step"), Silent(whole(0, 10**6), tries=(1,)), 0, passing=True)
