"""What a teacher's link asks for, read from the URL alone; every control asks here.

``present=1`` is for the projector, ``answers=hidden`` withholds every output, ``hide=`` and
``fix=`` name controls by their names in the URL. A lesson lasts as long as the visit: Streamlit
drops parameters when a person changes the page, ``keep`` puts these back.
"""

from contextvars import ContextVar

import streamlit as st

from poolviz.stage.lesson import FRAME, Lesson, read_lesson

_of_the_run: ContextVar[Lesson | None] = ContextVar("lesson_of_the_run", default=None)


def lesson() -> Lesson:
    """The lesson of the link that this visit came by."""
    return _of_the_run.get() or _read()


def read_once() -> None:
    """Read the link once for the run that begins: every control asks, and each reading costs."""
    _of_the_run.set(_read())


def _read() -> Lesson:
    given = st.query_params.to_dict()
    return read_lesson(*(given.get(name, "") for name in FRAME[1:]))


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
    read_once()


def parameters() -> dict[str, str]:
    """What a link has to carry on: the frame's parameters of this visit."""
    given = st.query_params.to_dict()
    return {name: given[name] for name in FRAME if name in given}
