"""What an exercise is: a question, a form for the answer, a picture, and a check.

No answer is stored: ``check`` computes when an answer has been given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.stage.part import Part
from poolviz.stage.question import Choice, Question
from poolviz.stage.task import Form, Number, Pick
from poolviz.text import _

CLOSE = 0.02
"""Numbers that have to be calculated count as right within 2 %."""


@dataclass(frozen=True)
class Misconception:
    """What people get wrong: its number, as they are counted, and its name, marked with ``N_``."""

    number: int
    name: str


@dataclass(frozen=True)
class Option(Choice):
    """An answer with its verdict, and the misconception behind it, if one is."""

    misconception: Misconception | None = None


class Picture:
    """What an exercise is about, as it is shown, taken away and printed; this one is nothing.

    ``step``: the step at which it stands while it is asked about; ``formulas`` are for a handout.
    """

    step: int = 0
    formulas: tuple[str, ...] = ()

    def name(self, prefix: str) -> str:
        """What files are called that are the whole exercise's, from what they begin with."""
        return prefix

    def parts(self, prefix: str) -> tuple[Part, ...]:
        """What is seen; what ``tells`` 1 comes with the answer."""
        return ()

    def sheet(self, answers: bool) -> Any:
        """A ``figures.handout.Sheet`` of the picture alone; None: there is nothing to draw."""
        return None

    def state(self) -> Mapping[str, Any]:
        """The values, by key, with which a page shows it."""
        return {}


@dataclass(frozen=True, eq=False)
class Exercise:
    """A question about ``picture``, answered in ``form``, or by one of ``options``.

    ``check`` gives the verdict, or raises ``ValueError`` whose message says what an answer needs;
    ``solution`` computes an answer that is right, with its reason.
    ``page`` is the address of the page that shows the thing, ``state`` its values beyond those of
    the picture. ``again``: after a wrong answer another one may be tried, for the first gave
    nothing away. ``formulas`` are for a handout, beside those of the picture. ``many``: what a
    sheet with answers says where there are many right ones.
    """

    text: str
    form: Form
    check: Callable[[Any], Option]
    solution: Callable[[], Option]
    picture: Picture = field(default_factory=Picture)
    page: str = "windows"
    state: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    again: bool = False
    options: tuple[Option, ...] = ()
    formulas: tuple[str, ...] = ()
    many: str = ""


class Unsuited(Exception):
    """This material does not make this exercise: other numbers may."""


def named(behind: Misconception | None, why: str) -> str:
    """A reason with the misconception behind it.

    >>> named(Misconception(7, "Unpooling inverts pooling"), "6 of 16 match.")
    'Misconception 7, “Unpooling inverts pooling”. 6 of 16 match.'
    """
    if behind is None:
        return why
    text = _("Misconception {n}, “{name}”. {why}")
    return text.format(n=behind.number, name=_(behind.name), why=why)


def picked(question: Question | None, behind: Mapping[str, Misconception], **rest: Any) -> Exercise:
    """A question as an exercise; ``behind``: label of a wrong choice -> its misconception.

    ``Unsuited`` if it does not have exactly one right choice and another one.
    """
    if question is None:
        raise Unsuited
    options = tuple(
        Option(c.label, c.right, c.why, None if c.right else behind.get(c.label))
        for c in question.choices
    )
    if [option.right for option in options].count(True) != 1 or len(options) < 2:
        raise Unsuited
    if behind and not any(option.misconception for option in options):
        raise Unsuited

    def solution() -> Option:
        return next(option for option in options if option.right)

    def check(i: int) -> Option:
        taken = options[i]
        if taken.right:
            return taken
        right = solution()
        why = named(taken.misconception, taken.why)
        because = _("{why} Right is {right}: {because}").format(
            why=why, right=right.label, because=right.why
        )
        return Option(taken.label, False, because, taken.misconception)

    return Exercise(question.text, Pick(), check, solution, options=options, **rest)


Trap = tuple[float, str, Misconception | None]
"""A wrong number, why it is wrong, and the misconception behind it, or None."""


def pick_number(
    text: str, right: tuple[float, str], traps: Sequence[Trap], most: int = 4, **rest: Any
) -> Exercise:
    """A choice between numbers in ascending order; traps equal to an earlier one are left out."""
    kept = {number(right[0]): (right[0], Option(number(right[0]), True, right[1]))}
    for value, why, wrong in traps:
        if len(kept) < most:
            kept.setdefault(number(value), (value, Option(number(value), False, why, wrong)))
    options = [option for _value, option in sorted(kept.values(), key=lambda each: each[0])]
    behind = {option.label: option.misconception for option in options if option.misconception}
    if len(behind) < len({wrong for _value, _why, wrong in traps if wrong}):
        raise Unsuited  # the trap that this is about is the right answer here
    return picked(Question(text, tuple(options)), behind, **rest)


def typed_number(
    text: str,
    label: str,
    truth: Callable[[], tuple[float, str]],
    traps: Callable[[], Sequence[Trap]],
    scale: float,
    exact: bool,
    **rest: Any,
) -> Exercise:
    """A number to be typed. ``truth`` gives it with a sentence; ``scale`` is the size of what it is
    made of. Unless ``exact``, 2 % off is near enough."""
    hint = "" if exact else _("Within 2 % counts as right.")

    def near(a: float, b: float) -> bool:
        return abs(a - b) <= (1e-6 if exact else CLOSE) * abs(b) + 1e-9 * scale

    def check(given: float) -> Option:
        if not np.isfinite(given):
            raise ValueError(_("A finite number is needed here, such as 2 or 3.75."))
        right, told = truth()
        if near(given, right):
            return Option(number(given), True, told)
        for value, why, wrong in traps():
            if near(given, value) and not near(value, right):
                return Option(
                    number(given), False,
                    _("{why} Right is {right}: {because}").format(
                        why=named(wrong, why), right=number(right), because=told
                    ), wrong,
                )  # fmt: skip
        why = _("Right is {right}: {because}").format(right=number(right), because=told)
        return Option(number(given), False, why)

    def solution() -> Option:
        right, why = truth()
        return Option(number(right), True, why)

    return Exercise(text, Number(label, hint), check, solution, **rest)


def sentence(text: str) -> str:
    """The text as a sentence of its own.

    >>> sentence("max(1, 3) = 3")
    'max(1, 3) = 3.'
    """
    return _("{text}.").format(text=text)


def place_name(cell: tuple[int, int]) -> str:
    """A cell in words.

    >>> place_name((0, 2))
    'row 0, column 2'
    """
    return _("row {row}, column {column}").format(row=cell[0], column=cell[1])
