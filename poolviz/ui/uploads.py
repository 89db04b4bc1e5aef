"""The uploaders of files that belong together, and what a person does with them.

All of them full, the page tries these files, in each run until it can compute with them: what it
lacks may be set elsewhere. Some of them full, the page shows what it showed.
"""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from poolviz.stage.control import Control
from poolviz.stage.files import Files, Slot, Upload
from poolviz.text import _, titled
from poolviz.ui.share import State

TYPED = "typed_beside"
"""In the state: slot -> the text that was typed beside the files."""
LONGEST_TYPED = 8_000
"""Characters of it, as of one value in a link."""
ROUND = "files_round"
"""In the state: how often files were put away; uploaders of another round are new ones."""


def draw_files(control: Control, state: State) -> None:
    """The uploaders, the texts that are typed beside them, and what is shown at present."""
    kind = _kind(control)
    st.caption(titled(_(control.label), _(kind.note)))
    full = [_uploaded(control, state, slot) is not None for slot in _uploads(kind)]
    for slot, column in zip(_uploads(kind), st.columns(len(_uploads(kind))), strict=True):
        column.file_uploader(
            _(slot.label), list(kind.endings), max_upload_size=kind.most_mb,
            key=_key(control, state, slot), on_change=_emptied, args=(control, state),
        )  # fmt: skip
    for at, slot in enumerate(kind.slots):
        if slot.typed:
            _draw_typed(control, state, slot, at)
    # What comes and goes stands below: above, it would move the uploaders, and the browser would
    # drop what is on its way to them.
    if state[control.key] is not None and not all(full):
        st.caption(_("Your own files are shown."))
        st.button(
            _("Put them away"), key=f"control.{control.key}.away",
            on_click=_put_away, args=(control, state),
        )  # fmt: skip
    if any(full) and not all(full):
        st.info(_("The other file is needed too. Until then the page shows what it showed."))


def take_files(controls: Iterable[Control], state: State) -> None:
    """What is uploaded as a whole becomes the state's, before anything is computed."""
    for control in controls:
        if not isinstance(control.kind, Files):
            continue
        uploads = {slot.name: _uploaded(control, state, slot) for slot in _uploads(control.kind)}
        if any(upload is None for upload in uploads.values()):
            continue
        texts = {slot.name: _typed(control, state, slot) for slot in control.kind.slots}
        files = tuple(uploads.get(s.name) or texts[s.name] for s in control.kind.slots)
        if files != state.get(control.key):
            state[control.key] = files


def _kind(control: Control) -> Files:
    assert isinstance(control.kind, Files)
    return control.kind


def _uploads(kind: Files) -> tuple[Slot, ...]:
    return tuple(slot for slot in kind.slots if not slot.typed)


def _key(control: Control, state: State, slot: Slot) -> str:
    rounds = f"{state.get('visit', 0)}.{state.get(ROUND, 0)}"
    return f"control.{control.key}.{rounds}.{slot.name}"


def _uploaded(control: Control, state: State, slot: Slot) -> Upload | None:
    """What an uploader holds; its digest is made once."""
    file: Any = st.session_state.get(_key(control, state, slot))
    if file is None:
        return None
    known: dict[str, tuple[str, Upload]] = state.setdefault("uploads", {})
    if known.get(slot.name, ("",))[0] != file.file_id:
        known[slot.name] = file.file_id, Upload(file.getvalue())
    return known[slot.name][1]


def _emptied(control: Control, state: State) -> None:
    """Where no uploader holds anything any more, what they held is not the state's any longer."""
    kind, files = _kind(control), state[control.key]
    if files is None or any(_uploaded(control, state, slot) for slot in _uploads(kind)):
        return
    held = {name: upload for name, (_id, upload) in state.get("uploads", {}).items()}
    if all(s.typed or held.get(s.name) == f for s, f in zip(kind.slots, files, strict=True)):
        state[control.key] = None


def _put_away(control: Control, state: State) -> None:
    state[control.key] = None
    state[ROUND] = state.get(ROUND, 0) + 1
    state.pop("uploads", None)


def _draw_typed(control: Control, state: State, slot: Slot, at: int) -> None:
    widget = _key(control, state, slot)
    files, typed = state[control.key], state.setdefault(TYPED, {})
    if widget not in st.session_state:
        if files is not None:
            typed[slot.name] = files[at].content.decode()
        st.session_state[widget] = typed.get(slot.name, "")
    st.text_input(_(slot.label), key=widget, on_change=_take_typed, args=(control, state, slot, at))


def _typed(control: Control, state: State, slot: Slot) -> Upload:
    return Upload(str(state.get(TYPED, {}).get(slot.name, "")).encode())


def _take_typed(control: Control, state: State, slot: Slot, at: int) -> None:
    text = str(st.session_state.get(_key(control, state, slot)) or "")[:LONGEST_TYPED]
    state.setdefault(TYPED, {})[slot.name] = text
    files = state[control.key]
    if files is not None:
        state[control.key] = (*files[:at], Upload(text.encode()), *files[at + 1 :])
