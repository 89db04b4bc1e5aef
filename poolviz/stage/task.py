"""Tasks: questions that are answered freely, by a number, a cell, a matrix; a check decides.

A form says what a person gives, and reads it; how it looks is the affair of whoever shows the page,
who has one function a form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.readers import ReadError, narrow, parse_number, quoted, unpack_matrix
from poolviz.stage.part import Part
from poolviz.stage.question import Choice, Question
from poolviz.text import _

LARGEST = 999
"""Of a whole number that is given."""


class Form:
    """How a task is answered.

    ``read`` gives what the check takes; it raises ``ValueError`` whose message says what is needed.
    """

    def read(self, raw: Any) -> Any:
        """What was given, as the check takes it."""
        return raw


@dataclass(frozen=True)
class Pick(Form):
    """One of the task's choices; the answer is its place among them."""


@dataclass(frozen=True)
class Number(Form):
    """A number that is typed, under a ``label``; ``hint`` says how near it has to be."""

    label: str
    hint: str = ""

    def read(self, raw: str) -> float:
        """The number.

        >>> Number("x").read(" ７ ")
        7.0
        """
        if not raw.strip():
            raise ValueError(_("A number is needed, such as 2 or 3.75."))
        try:
            return parse_number(narrow(raw))
        except ReadError:
            raise
        except ValueError:
            text = _("{text} is not a number; one such as 2 or 3.75 is needed.")
            raise ValueError(text.format(text=quoted(raw))) from None


@dataclass(frozen=True)
class Wholes(Form):
    """Whole numbers, each from 0 on: a tuple. ``boxes`` have a label and the most each.

    ``cell``: they are the row and column of a cell of the picture's input, which may be picked.
    """

    boxes: tuple[tuple[str, int], ...]
    cell: bool = False

    def read(self, raw: tuple[int | None, ...]) -> tuple[int, ...]:
        """The numbers, if none is left out and each is possible.

        >>> Wholes((("Row", 3), ("Column", 3))).read((2, 3))
        (2, 3)
        """
        numbers = tuple(number for number in raw if number is not None)
        if len(numbers) < len(self.boxes):
            raise ValueError(_("Every box needs a number."))
        for number, (label, most) in zip(numbers, self.boxes, strict=True):
            if not 0 <= number <= most:
                raise ValueError(_("{name} must be 0 to {most}.").format(name=label, most=most))
        return numbers


@dataclass(frozen=True, eq=False)
class Build(Form):
    """A matrix (H, W) that is edited, from ``start`` on; it is given packed."""

    start: np.ndarray

    def read(self, raw: str) -> np.ndarray:
        """The matrix."""
        return unpack_matrix(raw)


@dataclass(frozen=True, kw_only=True)
class Task(Question):
    """A question with a ``form``. ``check`` gives the verdict on what the form reads, or raises
    ``ValueError`` whose message says what an answer needs; ``solution`` computes a right one.

    ``again``: after a wrong answer another one may be tried, for the first gave nothing away.
    ``number`` is what it is counted by; ``under`` stands in its box: where to see it, what is next.
    """

    form: Form
    check: Callable[[Any], Choice]
    solution: Callable[[], Choice]
    again: bool = False
    number: int = 0
    under: tuple[Part, ...] = ()

    @property
    def answer(self) -> Choice:
        """A right answer."""
        return self.solution()

    @property
    def pickable(self) -> bool:
        """Whether a cell of the picture may be picked as the answer."""
        return isinstance(self.form, Wholes) and self.form.cell

    def verdict(self, raw: Any) -> Choice:
        """What became of an answer as it was given; ``ValueError`` if it is none."""
        return self.check(self.form.read(raw))

    def decided(self, right: bool) -> bool:
        """Whether an answer was the last one."""
        return right or not self.again
