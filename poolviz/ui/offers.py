"""What a page offers to take away, listed for whoever runs the page without a browser.

Pages offer as they draw their buttons. In a browser nobody listens and nothing is kept; the
command line puts a list into the session first (``headless``), and takes from it what was asked
for. So there is one way from a link to a picture, the page's own.
"""

import streamlit as st

from poolviz.stage.offer import Offer
from poolviz.ui.lesson import lesson

LISTENING = "headless_offers"
TOLD = "headless_told"
"""Whether who listens is told what pages withhold until a question is answered."""


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
