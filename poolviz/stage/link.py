"""A link's text and the values of controls: readers and writers, by the API's own names.

A reader takes the text of one parameter and gives the value, or raises ``ValueError`` whose message
says what is needed; a writer gives the text of a value.
"""

from collections.abc import Callable
from math import isfinite
from typing import Any

from poolviz.readers.reading import ReadError, parse_number
from poolviz.text import _

LONGEST = 8_000
"""Characters of one value in a link; longer ones are refused unread."""
LONGEST_SEARCH = 80
"""Characters that are searched for."""

Reader = Callable[[str], Any]
Writer = Callable[[Any], str]


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reader of an integer in [least, most].

    >>> whole(1, 9)("3")
    3
    """

    def read(text: str) -> int:
        allowed = _("an integer from {least} to {most} is needed").format(least=least, most=most)
        if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit() or len(text) > 12:
            raise ValueError(allowed)
        if not least <= int(text) <= most:
            raise ValueError(allowed)
        return int(text)

    return read


def pair(least: int, most: int) -> Callable[[str], tuple[int, int]]:
    """Reader of "3" or "2,3": one integer for both axes, or one for each.

    >>> pair(1, 9)("2,3"), pair(1, 9)("3")
    ((2, 3), (3, 3))
    """
    one = whole(least, most)

    def read(text: str) -> tuple[int, int]:
        parts = text.split(",")
        if len(parts) > 2:
            raise ValueError(_("one number, or two with a comma, are needed"))
        numbers = [one(part.strip()) for part in parts]
        return numbers[0], numbers[-1]

    return read


def write_pair(value: tuple[int, int] | str | None) -> str:
    """(3, 3) -> "3", (2, 3) -> "2,3"; a word stays.

    >>> write_pair((3, 3)), write_pair((2, 3)), write_pair("same_upper")
    ('3', '2,3', 'same_upper')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return str(value[0]) if value[0] == value[1] else f"{value[0]},{value[1]}"


def one_of(*words: str) -> Callable[[str], str]:
    """Reader of one of some words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(_("one of {words} is needed").format(words=", ".join(words)))
        return text

    return read


def flag(text: str) -> bool:
    """Reader of true or false.

    >>> flag("true"), flag("0")
    (True, False)
    """
    truth = {"1": True, "true": True, "0": False, "false": False}.get(text.lower())
    if truth is None:
        raise ValueError(_("true or false is needed"))
    return truth


def real(text: str) -> float:
    """Reader of a number in ASCII digits; nan and infinities are numbers, too.

    >>> real("-1.5e2"), real("inf")
    (-150.0, inf)
    """
    try:
        return parse_number(text)
    except ReadError:
        raise
    except ValueError:
        raise ValueError(_("a number is needed")) from None


def between(least: float, most: float) -> Callable[[str], float]:
    """Reader of a finite number in [least, most]."""

    def read(text: str) -> float:
        value = real(text)
        if not isfinite(value) or not least <= value <= most:
            raise ValueError(
                _("a number from {least} to {most} is needed").format(
                    least=f"{least:g}", most=f"{most:g}"
                )
            )
        return value

    return read


def either(first: Reader, second: Reader) -> Reader:
    """Reader that tries two readers in turn."""

    def read(text: str) -> Any:
        try:
            return first(text)
        except ValueError:
            return second(text)

    return read


def write_plain(value: Any) -> str:
    """A flag, a number, a word, or numbers with commas, as text that its reader takes back.

    >>> write_plain(True), write_plain((0.5, 1.0)), write_plain(3)
    ('true', '0.5,1.0', '3')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(repr(v) for v in value) if isinstance(value, tuple) else str(value)


def searched(text: str | None) -> str:
    """Reader of a text that is searched for: as much of it as is used."""
    return (text or "")[:LONGEST_SEARCH]
