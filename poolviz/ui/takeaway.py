"""What a person takes away: the link, the state as a file, and the numbers as CSV and .npy."""

from typing import Any

import streamlit as st

from poolviz.readers import ReadError, Reading
from poolviz.readers.state import SavedState, read_state, write_state
from poolviz.stage.files import TAKES_NONE, brought, carried
from poolviz.stage.matrix import current_matrix, make_own, mend
from poolviz.stage.words import slug
from poolviz.text import _
from poolviz.ui.download import download_button
from poolviz.ui.share import Settings, State, link, read_url, url_parameters
from poolviz.wings.pages import BY_ADDRESS

PAGE = "page_address"
"""Where the frame keeps the address of the page that is shown."""


def link_key(page: str) -> str:
    """The key of a page's box with its link: opened on one page, it is not on the next."""
    return f"{page}.link.open"


def copy_link(state: State, settings: Settings, note: str | None = None) -> None:
    """Folded: the address of this state, with a copy button, and the same as a file."""
    page = page_address()
    _take_file(state, settings)
    large = state.get("large") is not None
    folded = st.expander(
        _("This state as a link or a file"),
        expanded=large,
        icon=":material/link:",
        key=link_key(page),
        on_change="rerun",
    )
    if not folded.open:
        return
    with folded:
        if large:
            note = _(
                "This link opens what you see except the input, which is too large for a link: "
                "save the state as a file, and it comes along."
            )
        st.caption(note or _("This link opens exactly what you see, in any browser:"))
        st.code(link(state, settings), language=None, wrap_lines=True)
        _state_file(state, settings, page)


def _state_name(page: str) -> str:
    return f"{page or 'home'}-state"


def _state_file(state: State, settings: Settings, page: str) -> None:
    """Save, and load again. What cannot be loaded changes nothing."""
    download_button(
        _("Save this state as JSON"),
        lambda: state_bytes(state, settings, page),
        f"{_state_name(page)}.json",
        f"{page}.state.json",
    )
    st.file_uploader(
        _("Load a state that was saved here, up to 5 MB"),
        type=["json"],
        max_upload_size=5,
        key=f"{page}.state.file",
        on_change=_uploaded,
        args=(page,),
    )
    told = state.get("file_told")
    if told:
        (st.error if told[0] == "error" else st.success)(told[1])


def _uploaded(page: str) -> None:
    file: Any = st.session_state[f"{page}.state.file"]
    if file is not None:
        st.session_state[f"{page}.state.bytes"] = file.getvalue()


def _take_file(state: State, settings: Settings) -> None:
    """Load what was uploaded since the last run, and run the page again with it."""
    page = page_address()
    data = st.session_state.pop(f"{page}.state.bytes", None)
    if data is None:
        return
    try:
        load_state(state, settings, data, page)
    except ReadError as error:
        state["file_told"] = ("error", str(error))
        return
    state["file_told"] = ("success", _("The state from the file is on the screen."))
    st.rerun()


def state_bytes(state: State, settings: Settings, page: str) -> bytes:
    """The state as a file; the input comes along where no link can carry it."""
    parameters = url_parameters(state, settings)
    large = current_matrix(state) if state.get("large") is not None else None
    declared = BY_ADDRESS.get(page)
    files = carried(declared, declared.values(state)) if declared else {}
    return write_state(SavedState(page, parameters, large, bool(state.get("picture")), files))


def load_state(state: State, settings: Settings, data: bytes, page: str) -> None:
    """Bring a state to what a file says; ``ReadError`` says why not, and changes nothing.

    Single values that are unusable fall back, each with a sentence, as with a link.
    """
    held = read_state(data)
    if held.page != page:
        raise ReadError(
            _(
                "This state belongs to the page /{there}, and this is /{here}: load it there."
            ).format(there=held.page, here=page)
        )
    large = held.matrix is not None
    if large and "sample" not in {setting.key for setting in settings(state)}:
        raise ReadError(_(TAKES_NONE))
    declared = BY_ADDRESS.get(page)
    if held.files and declared is None:
        raise ReadError(_(TAKES_NONE))
    files = brought(declared, held.files) if declared else {}
    for name in ("large", "matrix", "kept"):
        if name in state:
            state[name] = None
    state["complaints"] = read_url(state, held.link, settings)
    state["visit"] += 1
    state.update(files)
    if held.matrix is not None:
        make_own(state, Reading(held.matrix), held.picture)
    if "picture" in state:
        mend(state)


def page_address() -> str:
    """The address of the page that is shown, as "windows"."""
    return slug(str(st.session_state.get(PAGE) or "home"))
