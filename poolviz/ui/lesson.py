"""What a teacher's link asks for, read from the URL alone; every control asks here.

``present=1`` is for the projector, ``answers=hidden`` withholds every output, ``hide=`` and
``fix=`` name controls by their names in the URL. A lesson lasts as long as the visit: Streamlit
drops parameters when a person changes the page, ``keep`` puts these back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

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


def lesson() -> Lesson:
    """The lesson of the link that this visit came by."""
    given = st.query_params.to_dict()  # at once: every control asks
    return read_lesson(*(given.get(name, "") for name in FRAME[1:]))


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


def keep() -> None:
    """Put back into the URL what the visit's link said of the frame, if a change of page lost it.

    Only the session of this visit remembers it, and only the URL is read.
    """
    kept: dict[str, str] = st.session_state.setdefault("frame_kept", {})
    given = st.query_params.to_dict()
    for name in FRAME:
        if name in given:
            kept[name] = given[name]
        elif name in kept:
            st.query_params[name] = kept[name]


def parameters() -> dict[str, str]:
    """What a link has to carry on: the frame's parameters of this visit."""
    given = st.query_params.to_dict()
    return {name: given[name] for name in FRAME if name in given}
