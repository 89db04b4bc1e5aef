"""What a teacher's link asks for: on the projector, answers hidden, controls hidden or fixed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

FRAME = ("lang", "present", "answers", "hide", "fix")
"""Parameters of the frame, on every page; ``lang`` is read in ``language``."""
MOST_NAMES = 64
LONGEST_NAME = 40
SAME = {"matrix": "sample", "input": "sample", "until": "since"}
"""Names that mean another: the matrix belongs to the choice of the input, two years are one span.
"""
TRUTH = {"1": True, "true": True, "": False, "0": False, "false": False}
ANSWERS = {"hidden": True, "": False, "shown": False}


@dataclass(frozen=True)
class Lesson:
    """Presentation or not, answers hidden or not, and the names of hidden and of fixed controls.

    ``refused``: the parameters whose values are none of those that are known.
    """

    present: bool = False
    answers_hidden: bool = False
    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()

    @property
    def binds(self) -> bool:
        """Whether the link keeps something back: answers, or what a control could change."""
        return bool(self.answers_hidden or self.hidden or self.fixed - {"lang"})

    def shows(self, name: str) -> bool:
        """Whether the control of this name is on the page.

        >>> Lesson(hidden=frozenset({"stride"})).shows("stride")
        False
        """
        return SAME.get(name, name) not in self.hidden and not (
            name == "mode" and self.answers_hidden
        )

    def holds(self, name: str) -> bool:
        """Whether the link's value stands, whatever a person does: the control cannot be moved.

        >>> Lesson(fixed=frozenset({"sample"})).holds("matrix")
        True
        """
        return SAME.get(name, name) in self.fixed or not self.shows(name)

    def unknown(self, known: Iterable[str]) -> tuple[str, ...]:
        """The names that no page has a control for, in alphabetical order."""
        return tuple(sorted((self.hidden | self.fixed) - set(known)))


@lru_cache(maxsize=256)
def read_lesson(present: str = "", answers: str = "", hide: str = "", fix: str = "") -> Lesson:
    """The lesson of four texts; one that is not understood counts as not given.

    >>> read_lesson("1", "hidden", "stride, padding", "variant").present
    True
    >>> read_lesson("perhaps").refused
    ('present',)
    """
    given = (("present", present, TRUTH), ("answers", answers, ANSWERS))
    return Lesson(
        TRUTH.get(present.lower(), False),
        ANSWERS.get(answers.lower(), False),
        _names(hide),
        _names(fix),
        tuple(name for name, text, known in given if text.lower() not in known),
    )


def _names(text: str) -> frozenset[str]:
    """The names of a list with commas: the first of a long one, each cut short."""
    parts = [part.strip()[:LONGEST_NAME] for part in text.split(",", MOST_NAMES)[:MOST_NAMES]]
    return frozenset(SAME.get(part, part) for part in parts if part)
