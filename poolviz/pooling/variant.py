"""What a pooling variant declares: its hyper-parameters, two rules, and the facts about it.

A variant is a frozen dataclass. Its fields are hyper-parameters (made with ``param``), its class
attributes the facts that controls, catalogue, tests and benchmark loop over. It knows one window,
or many at once along leading axes, and nothing of strides, shapes or Streamlit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from math import inf
from typing import Any, ClassVar

import numpy as np

from poolviz.pooling.code import Code, Native
from poolviz.text import _, counted


@dataclass(frozen=True)
class Names:
    """What the frameworks call a variant; an empty string where they have none."""

    pytorch: str = ""
    keras: str = ""
    onnx: str = ""


@dataclass(frozen=True)
class Worked:
    """The golden case of a variant: its four outputs, row-major, on ``Worked.X`` with 2x2 windows.

    ``fields`` are the hyper-parameters that differ from the defaults; ``gradient`` is dy/da in the
    first window, where it is known.
    """

    X: ClassVar[tuple[tuple[float, ...], ...]] = (
        (1, 3, 2, 4),
        (5, 6, 1, 2),
        (7, 8, 9, 4),
        (4, 5, 2, 1),
    )

    outputs: tuple[float, float, float, float]
    fields: tuple[tuple[str, Any], ...] = ()
    gradient: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Param:
    """The range of a hyper-parameter and the sentence that explains it.

    ``title``: what stands beside it on a page, where the API's own name says too little; ``called``
    the same for each of its ``choices``. Both are marked with N_.

    ``length`` and ``rows`` say how many numbers a tuple holds, as a function of the object that
    declares it: exactly so many, or so many rows of equal length. None: any number.
    """

    help: str
    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False
    choices: tuple[Any, ...] | None = None
    kind: str = "real"
    optional: bool = False
    nonzero: bool = False
    length: Callable[[Any], int] | None = None
    rows: Callable[[Any], int] | None = None
    title: str = ""
    called: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """The range in words: "a number in (0, inf)"."""
        if self.choices is not None:
            return _("one of {choices}").format(choices=", ".join(repr(c) for c in self.choices))
        left = "(" if self.open_low or self.low == -inf else "["
        right = ")" if self.open_high or self.high == inf else "]"
        words = {
            "real": _("a number in {range}"),
            "int": _("an integer in {range}"),
            "weights": _("a tuple of numbers in {range}"),
        }[self.kind].format(range=f"{left}{self.low:g}, {self.high:g}{right}")
        if self.nonzero:
            words = _("{what} other than 0").format(what=words)
        return _("{what} or None").format(what=words) if self.optional else words

    def admits(self, value: Any) -> bool:
        """Whether value lies in the range."""
        if value is None:
            return self.optional
        if self.choices is not None:
            return any(value is c or (type(value) is type(c) and value == c) for c in self.choices)
        if self.kind == "weights":
            return (
                isinstance(value, tuple)
                and len(value) > 0
                and all(_is_number(v) and self._inside(v) for v in value)
            )
        if self.kind == "int":
            ok = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
            return ok and self._inside(value)
        return _is_number(value) and self._inside(value)

    def _inside(self, value: float) -> bool:
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        finite = abs(value) != inf  # a bound of infinity is approached, never reached
        return bool(above and below and finite and not (self.nonzero and value == 0))

    def misfit(self, declared: Any, value: Any) -> str:
        """What ``length`` and ``rows`` ask of the tuple and it does not keep, in words, or ""."""
        if not isinstance(value, tuple):
            return ""
        if self.length is not None and len(value) != self.length(declared):
            return counted(self.length(declared), _("{n} number"), _("{n} numbers"))
        if self.rows is not None and len(value) % self.rows(declared):
            rows = self.rows(declared)
            return counted(rows, _("one row"), _("{n} rows of equal length"))
        return ""


def param(default: Any, help: str, of: type[Param] = Param, **limits: Any) -> Any:
    """A hyper-parameter: its default, one sentence, and its range (see ``Param``).

    ``None`` as default makes it optional; ``choices`` list the values of a non-numeric one; an int
    default makes an integer, ``kind="weights"`` a tuple of numbers. ``of`` is a kind of its own.
    """
    if default is None:
        limits["optional"] = True
    if isinstance(default, bool):
        limits["choices"] = (False, True)
    elif isinstance(default, int):
        limits.setdefault("kind", "int")
    return field(default=default, metadata={"param": of(help, **limits)})


class Variant:
    """Base of all pooling variants: the declaration, and what follows from it.

    ``forward(w, valid)`` takes windows ``(..., K)`` to outputs ``(...)``, ``jacobian(w, valid)`` to
    ``(..., K)``: what each cell of the window receives of the output's gradient. ``valid`` (bool,
    broadcastable to w) marks the cells that the variant sees; the others hold ``identity``. A
    window without a valid cell gives ``identity`` if the variant selects, 0 if it blends, and
    jacobian 0.
    """

    # The facts. Text that a person reads is marked with N_ and translated where it is shown.
    title: ClassVar[str]
    family: ClassVar[str]
    formula: ClassVar[str]
    gradient: ClassVar[str]
    reference: ClassVar[str]
    year: ClassVar[int | None] = None  # of publication, if not the first in reference
    identity: ClassVar[float] = 0.0
    domain: ClassVar[str] = "real"
    story: ClassVar[str]
    names: ClassVar[Names] = Names()
    worked: ClassVar[Worked]
    basic: ClassVar[bool] = False
    ordered: ClassVar[bool] = False  # whether the value depends on the order of the cells
    differentiable: ClassVar[bool] = True
    why_not_differentiable: ClassVar[str] = ""
    kernel: ClassVar[Any] = None
    passes: ClassVar[int] = 1  # 32 bytes each: what the rules hold at once for a cell of a window

    @property
    def selects(self) -> bool:
        """Whether the output is one cell of the window, so that it has a location."""
        return False

    @property
    def stochastic(self) -> bool:
        """Whether the output depends on ``seed``."""
        return False

    @property
    def sends_to_one(self) -> bool:
        """Whether the selected cell alone receives the gradient, all of it."""
        return False

    @property
    def sees_padding(self) -> bool:
        """Whether padding cells count as cells (holding ``identity``)."""
        return False

    def __post_init__(self) -> None:
        check_fields(self)

    def cost(self, size: int) -> int:
        """What a cell of windows of ``size`` places costs the rules, as the limits count it."""
        return self.passes

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """Windows ``(..., K)`` -> outputs ``(...)``."""
        raise TypeError(f"{type(self).__name__} declares no forward rule")

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """Windows ``(..., K)`` -> dy/da ``(..., K)``, 0 where not valid."""
        raise TypeError(f"{type(self).__name__} declares no jacobian rule")

    def select(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """Windows ``(..., K)`` -> position in the window of the selected cell, -1 for none."""
        raise TypeError(f"{type(self).__name__} blends its window; it selects no cell")

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """How much of the output each cell is, ``(..., K)``: the gradient, unless declared."""
        return self.jacobian(w, valid)

    def odds(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray | None:
        """Probability that each cell is drawn, ``(..., K)``; None where nothing is drawn."""
        return None

    def nodes(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray | None:
        """Of a tree of n leaves, ``(..., 3 n - 2)``: what its nodes hold, root first, level by
        level, then the share that each inner one takes of its left child; None: it has no tree."""
        return None

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        """One window ``(K,)`` -> the formula with its numbers, "max(1, 3, 4, 7) = 7"."""
        raise TypeError(f"{type(self).__name__} declares no arithmetic")

    def code(self, size: int) -> Code:
        """The rules as lines of NumPy, for windows of ``size`` places, to be shown and run."""
        raise TypeError(f"{type(self).__name__} declares no code")

    def native(self) -> Native | None:
        """What it is to the frameworks' own pooling calls; None if they have none."""
        return None


def check_fields(declared: Any) -> None:
    """Hold each hyper-parameter to its range, lists turned into tuples; ``ValueError`` names it."""
    for f in fields(declared):
        value, limits = getattr(declared, f.name), f.metadata["param"]
        if isinstance(value, list):
            value = tuple(tuple(v) if isinstance(v, list) else v for v in value)
            object.__setattr__(declared, f.name, value)
        if not limits.admits(value):
            raise ValueError(
                _("{name} must be {allowed}, got {value}").format(
                    name=f.name, allowed=limits.allowed, value=repr(value)
                )
            )
    for f in fields(declared):
        value = getattr(declared, f.name)
        if misfit := f.metadata["param"].misfit(declared, value):
            raise ValueError(
                _("{name} must hold {what}, got {count}: {value}").format(
                    name=f.name, what=misfit, count=len(value), value=repr(value)
                )
            )


class Selecting(Variant):
    """A variant that gives one cell of its window: ``select`` alone decides."""

    @property
    def selects(self) -> bool:
        return True

    @property
    def sends_to_one(self) -> bool:
        return type(self).jacobian is Selecting.jacobian

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return take(w, self.select(w, valid), identity(self, w.dtype))

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return one_hot(self.select(w, valid), w)


def take(w: np.ndarray, position: np.ndarray, fill: Any) -> np.ndarray:
    """w ``(..., K)`` at position ``(...)``; fill where position is -1."""
    values = np.take_along_axis(w, np.maximum(position, 0)[..., None], axis=-1)[..., 0]
    return np.where(position < 0, np.asarray(fill, dtype=w.dtype), values)


def one_hot(position: np.ndarray, w: np.ndarray) -> np.ndarray:
    """1 at position of the last axis, 0 elsewhere and where position is -1; shape of w, float."""
    hot = np.arange(w.shape[-1]) == position[..., None]
    return hot.astype(w.dtype if w.dtype.kind == "f" else np.float64)


def identity(variant: Any, dtype: np.dtype[Any]) -> Any:
    """The variant's ``identity`` in this dtype; an infinite one becomes the dtype's limit."""
    value = variant.identity
    if dtype.kind in "iu" and np.isinf(value):
        limits = np.iinfo(dtype)
        return limits.max if value > 0 else limits.min
    if dtype.kind == "b":
        return value > 0
    return value


def uniform(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """One draw in [0, 1) a window, all at once: forward and backward agree, and a link replays."""
    return np.random.default_rng(seed).random(shape)


def _is_number(value: Any) -> bool:
    real = isinstance(value, (int, float, np.integer, np.floating))
    return real and not isinstance(value, (bool, np.bool_)) and not np.isnan(value)
