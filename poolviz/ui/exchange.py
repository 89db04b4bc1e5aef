"""One protocol between a component and Python: what was passed, what was told, who is newer.

A message of the browser carries "n", the time at which it was told; one with the "n" of the last
message is that message again. Nobody else reads or writes these keys of the session.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

Message = dict[str, Any]


def last(key: str) -> Message:
    """What the component of this key told last; {} if nothing."""
    message: Message = st.session_state.get(f"{key}_saved", {})
    return message


def keep(key: str, message: Message) -> Message:
    """From now on this counts as what was told last."""
    st.session_state[f"{key}_saved"] = message
    return message


def hear(key: str, message: Any, pattern: Mapping[str, Any]) -> None:
    """Keep what the browser told, if it is new and has the names and types of ``pattern``."""
    if not isinstance(message, Mapping):
        return
    read = {name: message.get(name) for name in pattern}
    fits = all(type(value) is type(pattern[name]) for name, value in read.items())
    if fits and read["n"] != last(key).get("n", 0):
        keep(key, read)


def news(key: str, reader: dict[str, Any]) -> Message | None:
    """What was told since the last call with this ``reader``, once; the first call hears nothing.

    ``reader``: a dict of whoever asks, in which "heard" is kept.
    """
    message = last(key)
    now = message.get("n", 0)
    before = reader.get("heard", now)
    reader["heard"] = now
    return message if now != before else None


def passed(key: str) -> dict[str, Any]:
    """What Python keeps of what it passed to the component; the component's own."""
    books: dict[str, Any] = st.session_state.setdefault(f"{key}_books", {})
    return books


def pass_again(key: str) -> None:
    """What the page passes next is news to the component, even if it is what it passed last."""
    st.session_state.pop(f"{key}_books", None)
