"""How far a long piece of work is: a bar that goes when the work is done."""

import streamlit as st


class Bar:
    """A ``stage.work.Watcher`` in the place where the page now draws."""

    def __init__(self) -> None:
        self._bar = st.progress(0)

    def say(self, percent: int, text: str) -> None:
        """So much is done."""
        self._bar.progress(percent, text)

    def end(self) -> None:
        """All is done."""
        self._bar.empty()
