"""What a page offers to take away, listed for whoever runs the page without a browser.

Pages offer as they draw their buttons. In a browser nobody listens and nothing is kept; the
command line puts a list into the session first (``headless``), and takes from it what was asked
for. So there is one way from a link to a picture, the page's own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from poolviz.stage.scene import Scene
from poolviz.ui.lesson import lesson

LISTENING = "headless_offers"
TOLD = "headless_told"
"""Whether who listens is told what pages withhold until a question is answered."""


@dataclass(frozen=True, eq=False)
class Played:
    """A scene, at the step where it stands."""

    name: str
    scene: Scene
    step: int


@dataclass(frozen=True, eq=False)
class Drawn:
    """A chart or another picture without steps; ``make`` gives the file of a kind."""

    name: str
    make: Callable[[str], bytes]


@dataclass(frozen=True, eq=False)
class Numbers:
    """An array."""

    name: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Made:
    """A finished file; ``kind`` is "questions" or "answers" for a handout, "state" for a saved
    state, else how the file's name ends."""

    name: str
    kind: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Refused:
    """What the page could not use, in the sentence that it shows."""

    sentence: str


Offer = Played | Drawn | Numbers | Made | Refused


def offer(what: Offer) -> None:
    """Tell who listens; in a browser, nobody."""
    listening = st.session_state.get(LISTENING)
    if listening is not None:
        listening.append(what)


def told() -> bool:
    """Whether the page runs without a browser, as for a person who has answered everything."""
    return bool(st.session_state.get(TOLD)) and not lesson().answers_hidden


def forget() -> None:
    """The page runs again: what it offered so far no longer counts."""
    if LISTENING in st.session_state:
        st.session_state[LISTENING].clear()
