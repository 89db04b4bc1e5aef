"""What a person brings along: a file, a text that is pasted, or what a camera sees."""

import streamlit as st

from poolviz.stage.handmade import Brings
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.ui.bound import Bound


def brings(bound: Bound) -> None:
    """A box to paste in, where there is one, and a file; what was wrong with them."""
    kind: Brings = bound.control.kind  # type: ignore[assignment]
    if bound.held:
        return
    left, right = st.columns(2) if kind.paste else (None, st.container())
    if left is not None:
        widget = f"{bound.widget}.paste"
        left.text_area(
            _(kind.paste), key=widget, height=140, placeholder=kind.placeholder,
            on_change=_take_pasted, args=(bound, kind, widget),
        )  # fmt: skip
    right.file_uploader(
        bound.label, list(kind.endings), key=f"{bound.widget}.file", max_upload_size=5,
        help=bound.help, on_change=_take_brought, args=(bound, kind, f"{bound.widget}.file"),
    )  # fmt: skip
    if kind.camera:
        widget = f"{bound.widget}.camera"
        # the browser asks for its camera only when a person wants it
        if right.toggle(_(kind.camera), key=f"{widget}.on"):
            right.camera_input(
                bound.label, key=widget, label_visibility="collapsed",
                on_change=_take_brought, args=(bound, kind, widget),
            )  # fmt: skip
    wrong = bound.state.setdefault("typed", {}).get(bound.key)
    if wrong is not None:
        st.error(plain(wrong))


def _take_pasted(bound: Bound, kind: Brings, widget: str) -> None:
    text = st.session_state.get(widget) or ""
    if text.strip():
        _bring(bound, kind, text)


def _take_brought(bound: Bound, kind: Brings, widget: str) -> None:
    file = st.session_state.get(widget)
    _bring(bound, kind, None if file is None else file.getvalue())


def _bring(bound: Bound, kind: Brings, data: bytes | str | None) -> None:
    """Take it over. A new file comes as none at first, then itself: where that cannot be used, what
    was there before comes back."""
    before = bound.state.setdefault("before", {})
    before[bound.key] = bound.state.get(bound.key) or before.get(bound.key)
    wrong = bound.state.setdefault("typed", {})
    try:
        bound.state.update(kind.sets(bound.now, data))
        wrong.pop(bound.key, None)
    except ValueError as error:
        bound.state[bound.key] = before[bound.key]
        wrong[bound.key] = str(error)
