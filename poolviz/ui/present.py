"""How the frame looks: for one person at a desk, or for a class in front of a projector."""

from typing import Any

import streamlit as st

from poolviz.text import _, language
from poolviz.ui.frame import ASSETS
from poolviz.ui.lesson import lesson

_mount = st.components.v2.component(
    "poolviz_frame",
    html='<i\n data-testid="frame"></i>',
    css="i {\n display: none;\n}",
    js="export default function ({ data }) {\n document.documentElement.lang = data.lang;\n}",
)


def dress() -> None:
    """The styles of the page; in presentation the type is larger."""
    st.html(ASSETS / "frame.css")
    if lesson().present:
        st.html(ASSETS / "present.css")


def say_language() -> None:
    """Tell the browser, and so a screen reader, in which language the page speaks."""
    with st.container(key="frame_language"):
        _mount(key="frame", data={"lang": language()}, width="content", height="content")


def controls_place() -> Any:
    """Where a page's controls stand: at its top, in presentation folded into one box."""
    if lesson().present:
        return st.expander(_("Controls"), icon=":material/tune:")
    return st.container()
