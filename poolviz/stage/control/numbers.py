"""Kinds of controls that hold numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from poolviz.stage import link
from poolviz.stage.control.kind import Kind, Written
from poolviz.stage.control.values import Values


@dataclass(frozen=True)
class Whole(Kind):
    """An integer in [least, most]. ``limit``: the most in a state, where that is less."""

    least: int
    most: int
    limit: Callable[[Values], int] | None = None
    look: str = "box"
    """ "box" to type in, "seed" (with a button for a new one), "slider" or "pages"."""
    unit: str = ""
    """What stands behind the number of a slider, "%"."""

    def read(self, text: str) -> int:
        """The integer."""
        return link.whole(self.least, self.most)(text)

    def highest(self, values: Values) -> int:
        """The most that can be chosen in this state."""
        return self.most if self.limit is None else min(self.most, self.limit(values))

    def examples(self, values: Values) -> tuple[int, ...]:
        """The least, the most, and one between."""
        most = self.highest(values)
        return tuple(dict.fromkeys((self.least, (self.least + most) // 2, most)))


@dataclass(frozen=True)
class Span(Kind):
    """The first of two integers in [least, most], whose other one is kept at the key ``other``."""

    least: int
    most: int
    other: str

    def read(self, text: str) -> int:
        """The integer."""
        return link.whole(self.least, self.most)(text)

    def examples(self, values: Values) -> tuple[int, ...]:
        """The least and one between."""
        return self.least, (self.least + self.most) // 2


@dataclass(frozen=True)
class Real(Kind):
    """A number in [least, most], moved in steps of ``step``."""

    least: float
    most: float
    step: float
    look: str = "slider"

    def read(self, text: str) -> float:
        """The number."""
        return link.between(self.least, self.most)(text)

    def examples(self, values: Values) -> tuple[float, ...]:
        """The least, the most, and one between."""
        return (self.least, self.least + self.step, self.most)


@dataclass(frozen=True)
class Pair(Kind):
    """One integer for both axes, or one for each, or one of ``words`` (name -> what is read).

    ``limit``: the most of an axis in a state; None: any can be typed, and the page's ``fit`` brings
    down what is too much, with its reason. ``default_of``: the key whose value stands in while
    the control's own is None, as PyTorch's stride is the kernel size.
    """

    least: int
    most: int
    limit: Callable[[Values, int], int] | None = None
    words: Mapping[str, str] | None = None
    default_of: str = ""
    stands_in: Callable[[Values], tuple[int, int]] | None = None
    """What stands in for None in a state, where that is no other control's value."""
    both: bool = False
    """Whether each axis always has a box of its own."""

    def read(self, text: str) -> tuple[int, int] | str:
        """(rows, columns), or the word."""
        numbers = link.pair(self.least, self.most)
        value: tuple[int, int] | str = (
            link.either(link.one_of(*self.words), numbers) if self.words else numbers
        )(text)
        return value

    def write(self, value: Any) -> str:
        """ "3", "2,3", or the word."""
        return link.write_pair(value)

    def highest(self, values: Values, axis: int) -> int:
        """The most of an axis that can be chosen in this state."""
        if self.limit is None:
            return self.most
        return max(self.least, min(self.most, self.limit(values, axis)))

    def examples(self, values: Values) -> tuple[Any, ...]:
        """The least and the most for both axes, different ones, and each word."""
        most = [self.highest(values, axis) for axis in (0, 1)]
        pairs = [(self.least,) * 2, (min(most),) * 2, (self.least, most[1])]
        return (*dict.fromkeys(pairs), *(self.words or ()))


@dataclass(frozen=True)
class Sliders(Written):
    """Several numbers that are moved together, as weights: ``labels`` and ``now`` in a state.

    ``sets`` gives the values that moved ones set; ``ValueError`` says why they cannot be had.
    """

    labels: Callable[[Values], tuple[str, ...]]
    now: Callable[[Values], tuple[float, ...]]
    sets: Callable[[tuple[float, ...]], Mapping[str, Any]]
    step: float = 0.01
    least: float = 0.0
    most: float | None = None
    """None: the largest that there is, at least 1."""
    helps: Callable[[Values], tuple[str, ...]] | None = None
    reader: link.Reader | None = None
    writer: link.Writer = link.write_plain
    tries: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Dial(Written):
    """A number that stands for a value, as a scale does for an area.

    ``now`` in a state, between its ``ends``; ``sets`` gives the values by key that a moved one
    sets. ``label`` and ``note`` are what stands beside it and what it says when asked, where that
    depends on the state. ``still``: it cannot be moved in a state. ``form`` is printf's.
    """

    now: Callable[[Values], float]
    ends: Callable[[Values], tuple[float, float]]
    sets: Callable[[Values, float], Mapping[str, Any]]
    step: float
    form: str
    look: str = "slider"
    """ "slider", or "box" to type in."""
    label: Callable[[Values], str] | None = None
    note: Callable[[Values], str] | None = None
    still: Callable[[Values], bool] | None = None
    reader: link.Reader | None = None
    writer: link.Writer = link.write_plain
    tries: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Index(Kind):
    """One of a list by its place from 0, at most ``most``; ``names`` of what the list holds."""

    names: Callable[[Values], tuple[str, ...]]
    most: int

    def read(self, text: str) -> int:
        """The place; one behind the end of the list counts as the last."""
        return link.whole(0, self.most)(text)

    def examples(self, values: Values) -> tuple[int, ...]:
        """The first and the last."""
        return 0, len(self.names(values)) - 1
