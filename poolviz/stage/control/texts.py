"""Kinds of controls that hold what is typed, a matrix, or what no widget of its own sets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.readers import pack_matrix, unpack_matrix
from poolviz.stage import link
from poolviz.stage.control.kind import Kind, Written
from poolviz.stage.control.values import Values
from poolviz.text import _


@dataclass(frozen=True)
class Text(Kind):
    """A text of at most ``longest`` characters; ``lines`` that a person sees of it."""

    longest: int = link.LONGEST
    lines: int = 1
    placeholder: str = ""
    icon: str = ""

    def read(self, text: str) -> str:
        """As much of the text as is used."""
        return text[: self.longest]

    def write(self, value: Any) -> str:
        """The text."""
        return str(value)

    def examples(self, values: Values) -> tuple[str, ...]:
        """Nothing, a word, and what may be taken for something else."""
        return "", "max", "<b>*_x_*</b> $1$ 池化"


@dataclass(frozen=True)
class Typed(Written):
    """What is typed and read by ``reader``; a text that it refuses keeps the last good value.

    ``allowed`` says what it takes.
    """

    reader: Callable[[str], Any]
    allowed: str = ""
    tries: tuple[Any, ...] = ()
    note: Callable[[str], str] | None = None
    """What there is to say of a text that is read, but not all of it."""

    def write(self, value: Any) -> str:
        """The text of it."""
        return "" if value is None else link.write_plain(value)


@dataclass(frozen=True)
class Matrix(Kind):
    """A matrix of one's own, packed as ``readers.pack_matrix`` has it, or None: the whole choice
    of an input (a sample, random digits, typed, pasted, uploaded) is one widget with it."""

    reader: Callable[[str], str]

    def read(self, text: str) -> str:
        """The packed matrix."""
        return self.reader(text)

    def write(self, value: Any) -> str:
        """Itself."""
        return str(value)


@dataclass(frozen=True)
class Grid(Kind):
    """A small matrix whose every number can be typed, packed; ``now`` is what it is in a state.

    ``toggles``: its numbers are 0 and 1, switched by a click; its sides are odd, and its rows and
    columns are counted from the middle.
    """

    now: Callable[[Values], np.ndarray]
    toggles: bool = False

    def read(self, text: str) -> str:
        """The packed matrix."""
        return pack_matrix(unpack_matrix(text))

    def write(self, value: Any) -> str:
        """Itself."""
        return str(value)


@dataclass(frozen=True)
class Block(Kind):
    """The first row and column of the block that is shown of something large; None: the middle.

    ``room``: the most of each, (0, 0) where everything is shown.
    """

    most: int
    room: Callable[[Values], tuple[int, int]]
    start: Callable[[Values], tuple[int, int]]

    def read(self, text: str) -> tuple[int, int]:
        """(row, column)."""
        return link.pair(0, self.most)(text)

    def write(self, value: Any) -> str:
        """ "3" or "2,3"."""
        return link.write_pair(value)

    def examples(self, values: Values) -> tuple[tuple[int, int], ...]:
        """The first block and the last."""
        room = self.room(values)
        return ((0, 0), room) if any(room) else ()


@dataclass(frozen=True)
class Visit(Kind):
    """What whoever shows the page knows of the visit: a ``Visited``, or None."""

    def read(self, text: str) -> Any:
        """No link holds it."""
        raise ValueError(_("no link holds this"))


@dataclass(frozen=True)
class Visited:
    """Where the app lies, "https://host/path", and the parameters of each page as it was left."""

    here: str = ""
    left: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


@dataclass(frozen=True)
class Silent(Written):
    """A value that no widget of its own sets: what a picture tells, or a part of an input."""

    reader: link.Reader
    writer: link.Writer = str
    tries: tuple[Any, ...] = ()
