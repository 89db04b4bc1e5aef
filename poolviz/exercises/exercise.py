"""What an exercise is: a question, a form for the answer, and a check that asks the engine.

No answer is stored: ``check`` computes when an answer has been given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Pooled
from poolviz.stage.question import Choice, Question
from poolviz.text import N_, _
from poolviz.wings.pose.oks.posing import Posing

MISCONCEPTIONS = {
    1: N_("Max pads with zeros"),
    2: N_("Pooling is shift-invariant"),
    3: N_("Stochastic pooling averages to the mean"),
    4: N_("Max's gradient carries the value, or is shared"),
    5: N_("A cell receives gradient once"),
    6: N_("A blend's weight is its gradient"),
    7: N_("Unpooling inverts pooling"),
    8: N_("Unpooling is max's backward"),
    9: N_("Adaptive windows are all equally long"),
    10: N_("Global average pooling is a smaller fully connected layer, or fixes the input size"),
    11: N_("Equal errors in pixels cost equally in OKS"),
    12: N_("Hidden joints are left out, or the flags of the detection count"),
}
"""What people get wrong, by its number."""
CLOSE = 0.02
"""Numbers that have to be calculated count as right within 2 %."""


@dataclass(frozen=True)
class Option(Choice):
    """An answer with its verdict; ``misconception`` is the number of the one behind it, or 0."""

    misconception: int = 0


@dataclass(frozen=True)
class Pick:
    """One of several answers; the answer is its place among them."""

    options: tuple[Option, ...]


@dataclass(frozen=True)
class Typed:
    """A number that is typed."""

    label: str
    hint: str = ""


@dataclass(frozen=True)
class Place:
    """A cell of the input: (row, column)."""

    rows: int
    cols: int


@dataclass(frozen=True)
class Sizes:
    """A shape: (rows, columns)."""


@dataclass(frozen=True)
class Kernel:
    """Kernel size, stride and padding, one number each."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A matrix (H, W) that is edited, from ``start`` on."""

    start: np.ndarray


Form = Pick | Typed | Place | Sizes | Kernel | Grid


@dataclass(frozen=True, eq=False)
class Played:
    """A run whose window of ``cell`` is asked about; with ``dy``, its gradient is."""

    run: Pooled
    cell: tuple[int, int] = (0, 0)
    dy: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Numbers:
    """Matrices with their titles."""

    matrices: tuple[tuple[str, np.ndarray], ...]


Picture = Played | Numbers | Posing | None


@dataclass(frozen=True, eq=False)
class Exercise:
    """A question about ``picture``, answered in ``form``.

    ``check`` gives the verdict, or raises ``ValueError`` whose message says what an answer needs;
    ``solution`` computes an answer that is right, with its reason.
    ``page`` is the address of the page that shows the thing and ``link`` what its URL holds beyond
    the run. ``again``: after a wrong answer another one may be tried, for the first gave nothing
    away. ``table`` gives columns by title, once the answer has been given. ``example`` is a matrix
    that answers a ``Grid``.
    """

    text: str
    form: Form
    check: Callable[[Any], Option]
    solution: Callable[[], Option]
    picture: Picture = None
    page: str = "windows"
    link: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    again: bool = False
    table: Callable[[], dict[str, list[str]]] | None = None
    example: np.ndarray | None = None


class Unsuited(Exception):
    """This material does not make this exercise: other numbers may."""


def named(n: int, why: str) -> str:
    """A reason with the misconception behind it.

    >>> named(7, "6 of 16 match.")
    'Misconception 7, “Unpooling inverts pooling”. 6 of 16 match.'
    """
    return _("Misconception {n}, “{name}”. {why}").format(n=n, name=_(MISCONCEPTIONS[n]), why=why)


def picked(question: Question | None, behind: dict[str, int], **rest: Any) -> Exercise:
    """A question as an exercise; ``behind``: label of a wrong choice -> its misconception.

    ``Unsuited`` if it does not have exactly one right choice and another one.
    """
    if question is None:
        raise Unsuited
    options = tuple(
        Option(c.label, c.right, c.why, 0 if c.right else behind.get(c.label, 0))
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
        why = taken.why if not taken.misconception else named(taken.misconception, taken.why)
        because = _("{why} Right is {right}: {because}").format(
            why=why, right=right.label, because=right.why
        )
        return Option(taken.label, False, because, taken.misconception)

    return Exercise(question.text, Pick(options), check, solution, **rest)


Trap = tuple[float, str, int]
"""A wrong number, why it is wrong, and the misconception behind it, or 0."""


def pick_number(
    text: str, right: tuple[float, str], traps: Sequence[Trap], most: int = 4, **rest: Any
) -> Exercise:
    """A choice between numbers in ascending order; traps equal to an earlier one are left out."""
    kept = {number(right[0]): (right[0], Option(number(right[0]), True, right[1]))}
    for value, why, n in traps:
        if len(kept) < most:
            kept.setdefault(number(value), (value, Option(number(value), False, why, n)))
    options = [option for _value, option in sorted(kept.values(), key=lambda each: each[0])]
    behind = {option.label: option.misconception for option in options if option.misconception}
    if len(behind) < len({n for _value, _why, n in traps if n}):
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
        for value, why, n in traps():
            if near(given, value) and not near(value, right):
                return Option(
                    number(given), False,
                    _("{why} Right is {right}: {because}").format(
                        why=named(n, why) if n else why, right=number(right), because=told
                    ), n,
                )  # fmt: skip
        why = _("Right is {right}: {because}").format(right=number(right), because=told)
        return Option(number(given), False, why)

    def solution() -> Option:
        right, why = truth()
        return Option(number(right), True, why)

    return Exercise(text, Typed(label, hint), check, solution, **rest)


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
