"""Predict first, or just watch: the control of pages that are not declared yet."""

import streamlit as st

from poolviz.text import _
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State


def mode_control(state: State) -> None:
    """Predict first, or just watch."""
    if not lesson().shows("mode"):
        return
    names = {"predict": _("Predict first"), "watch": _("Just watch")}
    st.session_state["control.mode"] = state["mode"]

    def took() -> None:
        state["mode"] = st.session_state["control.mode"] or state["mode"]

    st.segmented_control(
        _("Mode"),
        list(names),
        key="control.mode",
        format_func=lambda mode: names[mode],
        label_visibility="collapsed",
        width="stretch",
        disabled=lesson().holds("mode"),
        on_change=took,
        required=True,
    )
