"""How the frame looks: for one person at a desk, or for a class in front of a projector."""

from contextlib import nullcontext
from typing import Any

import streamlit as st

from poolviz.stage.class_link import complaints
from poolviz.stage.lesson import Lesson
from poolviz.stage.words import plain
from poolviz.text import _, language
from poolviz.ui.browser import component, sent
from poolviz.ui.lesson import lesson
from poolviz.wings.pages import BY_ADDRESS

_mount = component(
    "frame",
    html='<i\n data-testid="frame"></i>',
    css="i {\n display: none;\n}",
    js=sent("frame.js"),
)


STYLES = f"<style>{sent('frame.css')}</style>"


def dress() -> None:
    """The styles of the page; in presentation, which ``say_language`` marks, the type is larger."""
    st.html(STYLES)


def say_language() -> None:
    """Tell the browser, and so a screen reader, in which language the page speaks."""
    with st.container(key="frame_present" if lesson().present else "frame_language"):
        _mount(key="frame", data={"lang": language()}, width="content", height="content")


def warn() -> None:
    """Say what of a teacher's link could not be used."""
    asked, lang = lesson(), st.query_params.get("lang")
    if lang or asked != Lesson():
        for sentence in complaints(asked, lang, BY_ADDRESS):
            st.warning(plain(sentence))


def controls_place() -> Any:
    """Where a page's controls stand: at its top, in presentation folded into one box."""
    if lesson().present:
        return st.expander(_("Controls"), icon=":material/tune:")
    return nullcontext()
