"""Questions: what a person predicts before it is shown.

A question has choices; each wrong one says which misconception it comes from. Where the picture
has a cell that answers, it may be picked instead.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from poolviz.numbers import number


@dataclass(frozen=True)
class Choice:
    """One answer: what it says, whether it is right, and why."""

    label: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """A question and its choices. ``cells``: (row, column) of the input that are right if picked.
    ``named`` says of others what they are, ``cell_why`` of the rest why they are wrong.

    ``step``: the step of the picture that it asks about, from which on answers are withheld until
    it is answered; None: it asks about something else. ``example``: values of controls with which
    the page shows the answer, where its present state does not. ``onwards`` is what the way to the
    next question is called, and ``lands`` the step to which the picture then moves, if it does.
    ``stands``: the step at which the picture stands while it is asked, where that is not ``step``.
    """

    text: str
    choices: tuple[Choice, ...]
    cells: frozenset[tuple[int, int]] = frozenset()
    cell_why: str = ""
    named: Mapping[tuple[int, int], str] = field(default_factory=dict)
    step: int | None = None
    example: Mapping[str, Any] | None = None
    onwards: str = ""
    lands: int | None = None
    stands: int | None = None

    @property
    def answer(self) -> Choice:
        """The right choice."""
        return next(choice for choice in self.choices if choice.right)

    @property
    def stands_at(self) -> int:
        """Where the picture stands while it is asked, 0 if that does not matter."""
        return next((at for at in (self.stands, self.step) if at is not None), 0)

    @property
    def pickable(self) -> bool:
        """Whether a cell of the picture may be picked as the answer."""
        return bool(self.cells)

    def decided(self, right: bool) -> bool:
        """Whether an answer was the last one: any is."""
        return True

    def picked(self, row: int, col: int, value: float) -> Choice:
        """The choice that a person makes by picking an input cell of this value."""
        right = (row, col) in self.cells
        why = self.answer.why if right else self.named.get((row, col), self.cell_why)
        return Choice(number(value), right, why)


def withheld_from(asked: Sequence[Question], answered: int) -> int | None:
    """The first step whose answer is withheld once so many questions are answered; None: none is.

    >>> asked = [Question("", (), step=0), Question("", (), step=1), Question("", ())]
    >>> [withheld_from(asked, n) for n in range(4)]
    [0, 1, None, None]
    """
    steps = [question.step for question in asked[answered:] if question.step is not None]
    return min(steps, default=None)


class Due(Sequence[Question]):
    """Questions of which each is made when it is asked for: what it takes, it takes then.

    >>> len(Due(lambda at: Question(f"What is {at}?", ()), 3))
    3
    """

    def __init__(self, make: Callable[[int], Question], count: int) -> None:
        self._make, self._count = make, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self._make(i) for i in range(self._count)[at]]
        return self._make(range(self._count)[at])


Offer = tuple[Any, str]
"""An answer, a number or a text, and what is said of it."""


def choices(
    offers: Iterable[Offer], most: int = 4, written: Callable[[Any], str] = number
) -> tuple[Choice, ...]:
    """The first offer is right; of the others the first that differ, ``most`` in all.
    ``written`` writes the numbers.

    Numbers stand in ascending order, texts by their length and then by the alphabet.

    >>> [each.label for each in choices([(7, "max"), (3.75, "mean"), (7.0, "again"), (1, "min")])]
    ['1', '3.75', '7']
    """
    kept: dict[str, tuple[Any, Choice]] = {}
    for i, (value, why) in enumerate(offers):
        label = value if isinstance(value, str) else written(value)
        if len(kept) < most:
            kept.setdefault(label, (value, Choice(label, i == 0, why)))
    return tuple(choice for _value, choice in sorted(kept.values(), key=_order))


def _order(kept: tuple[Any, Choice]) -> tuple[Any, ...]:
    value, choice = kept
    if isinstance(value, str):
        return len(value), value
    return np.inf if np.isnan(value) else value, choice.label
