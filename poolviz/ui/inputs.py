"""Choosing the input: a sample, random digits, or a person's own numbers or picture.

The choice is a dict of primitives, the wing's state (``share.load``) or
``st.session_state[f"{key}_input"]``, that a link may fill before ``choose_input`` runs and that
holds the choice after it:

``sample``  a sample's name, "random" or "own"
``seed``, ``rows``, ``cols``    of the random digits
``matrix``  the packed matrix (``readers.pack_matrix``) if the sample is "own" and fits, else None
``large``   (rows, cols, float64 bytes) if it is "own" and does not fit a link, else None

Widgets report what was asked; ``choose_input`` carries it out at its start, so that its sentences
are in the language of the page. What cannot be read changes nothing: the matrix in use stays, and
what was typed stays where it was typed.
"""

import secrets
from dataclasses import dataclass

import numpy as np
import streamlit as st

from poolviz.readers import (
    CHANNELS,
    LARGEST_PACKED,
    LARGEST_SIDE,
    ReadError,
    Reading,
    is_picture,
    pack_matrix,
    read_csv,
    read_file,
    unpack_matrix,
)
from poolviz.samples import SAMPLES, random_matrix, sample
from poolviz.text import N_, _
from poolviz.ui.grid import edit_grid, edited_grid, grid_is_now, list_grid
from poolviz.ui.share import Setting, State, one_of, whole

RANDOM, OWN = "random", "own"
NAMES = (*(each.name for each in SAMPLES), RANDOM, OWN)
LARGEST_SEED = 999_999
LARGEST_RANDOM = 64
RANDOM_SIDE = 6

_TITLES = {each.name: each.title for each in SAMPLES} | {
    RANDOM: N_("Random digits"),
    OWN: N_("Your own"),
}
_REASONS = {each.name: each.why for each in SAMPLES} | {
    RANDOM: N_("Whole numbers 0 to 9: the same seed always gives the same ones."),
    OWN: N_("Edit the numbers below, or open the box under them to paste or upload."),
}
_CHANNEL_TITLES = {
    "luminance": N_("Luminance (.299 R + .587 G + .114 B)"),
    "red": N_("Red"),
    "green": N_("Green"),
    "blue": N_("Blue"),
}


@dataclass(frozen=True, eq=False)
class Chosen:
    """``matrix`` float64 (H, W); ``name`` a sample's, "random" or "own"; what reading changed."""

    matrix: np.ndarray
    name: str
    seed: int
    notes: tuple[str, ...]


def choose_input(key: str, state: State | None = None) -> Chosen:
    """Draw the controls and give what is chosen. ``key`` begins the keys of the widgets."""
    if state is None:
        state = st.session_state.setdefault(f"{key}_input", {})
    mend(state)
    wrong_cells = _take_edits(key, state)
    problems = _carry_out(key, state)
    matrix = _matrix(state)

    _hold(f"{key}_sample", state["sample"])
    st.selectbox(
        _("Input"),
        NAMES,
        format_func=lambda name: _(_TITLES[name]),
        key=f"{key}_sample",
        on_change=_ask,
        args=(key, "sample"),
    )
    st.caption(_(_REASONS[state["sample"]]))
    if state["sample"] == RANDOM:
        _dice(key, state)
    if max(matrix.shape) <= LARGEST_PACKED:
        edit_grid(key, matrix)
    else:
        list_grid(matrix)
    for sentence in wrong_cells:
        st.error(sentence)
    with st.expander(_("Your own numbers or picture")):
        if state["sample"] != RANDOM and max(matrix.shape) <= LARGEST_PACKED:
            _size(key, *matrix.shape)
        _paste(key, problems.get("paste", ()))
        _upload(key, problems.get("file", ()))
    for note in state["notes"]:
        st.caption(note)
    return Chosen(matrix, state["sample"], state["seed"], tuple(state["notes"]))


def input_settings(state: State) -> tuple[Setting, ...]:
    """What a link holds of the input."""
    drawn = (
        Setting("seed", "seed", 0, whole(0, LARGEST_SEED)),
        Setting("rows", "rows", RANDOM_SIDE, whole(1, LARGEST_RANDOM)),
        Setting("cols", "cols", RANDOM_SIDE, whole(1, LARGEST_RANDOM)),
    )
    return (
        Setting("sample", "sample", NAMES[0], one_of(*NAMES)),
        Setting("matrix", "matrix", None, lambda text: pack_matrix(unpack_matrix(text))),
        *(drawn if state.get("sample") == RANDOM else ()),
    )


def mend(state: State) -> None:
    """Make the state whole and possible, whatever was put into it."""
    for field, value in (("matrix", None), ("large", None), ("kept", (None, None)), ("notes", ())):
        state.setdefault(field, value)
    for field, default, least, most in (
        ("seed", 0, 0, LARGEST_SEED),
        ("rows", RANDOM_SIDE, 1, LARGEST_RANDOM),
        ("cols", RANDOM_SIDE, 1, LARGEST_RANDOM),
    ):
        value = state.get(field)
        if type(value) is not int or not least <= value <= most:
            state[field] = default
    try:
        unpack_matrix(state["matrix"] or "0")
    except (ReadError, TypeError, AttributeError):
        state["matrix"] = None
    if state["matrix"] is not None:
        state["sample"] = OWN
    elif state.get("sample") == OWN and state["large"] is None:
        state["sample"] = NAMES[0]
        state["notes"] = (_("A matrix over 16 × 16 does not travel in a link: upload it again."),)
    elif state.get("sample") not in NAMES:
        state["sample"] = NAMES[0]


def _matrix(state: State) -> np.ndarray:
    if state["sample"] == RANDOM:
        return random_matrix(state["seed"], state["rows"], state["cols"])
    if state["sample"] != OWN:
        return sample(state["sample"])
    if state["matrix"] is not None:
        return unpack_matrix(state["matrix"])
    rows, cols, data = state["large"]
    return np.frombuffer(data, dtype=np.float64).reshape(rows, cols)


def _own(state: State, matrix: np.ndarray, notes: tuple[str, ...] = ()) -> None:
    """From here on the input is this matrix, a person's own."""
    fits = max(matrix.shape) <= LARGEST_PACKED
    state["sample"], state["notes"] = OWN, notes
    state["matrix"] = pack_matrix(matrix) if fits else None
    state["large"] = None if fits else (*matrix.shape, matrix.astype(np.float64).tobytes())


def _choose(state: State, name: str) -> None:
    """Take a sample, random digits or one's own again; one's own numbers wait meanwhile."""
    if name == state["sample"]:
        return
    if name == OWN:
        state["matrix"], state["large"] = state["kept"]
        if state["kept"] == (None, None):
            _own(state, _matrix(state))
    elif state["sample"] == OWN:
        state["kept"] = (state["matrix"], state["large"])
        state["matrix"] = state["large"] = None
    state["sample"], state["notes"] = name, ()


def _take_edits(key: str, state: State) -> list[str]:
    """Take over what was typed into the grid; sentences for the cells that hold no number."""
    old = _matrix(state)
    new, wrong = edited_grid(key, old)
    if new is not None:
        _own(state, new)
        grid_is_now(key, new)
    return wrong


def _ask(key: str, what: str) -> None:
    st.session_state.setdefault(f"{key}_asked", []).append(what)


def _carry_out(key: str, state: State) -> dict[str, list[str]]:
    """Do what the widgets asked for; give the sentences to show beside each of them."""
    problems: dict[str, list[str]] = st.session_state.setdefault(f"{key}_problems", {})
    for what in st.session_state.pop(f"{key}_asked", []):
        problems.pop(what, None)
        try:
            _do(key, state, what)
        except ReadError as error:
            problems[what] = [str(error)]
    return problems


def _do(key: str, state: State, what: str) -> None:
    held = st.session_state
    if what == "sample":
        _choose(state, held[f"{key}_sample"])
    elif what == "new seed":
        state["seed"] = secrets.randbelow(10_000)
    elif what == "dice":
        for field in ("seed", "rows", "cols"):
            state[field] = held[f"{key}_{field}"]
    elif what == "size":
        old = _matrix(state)
        new = np.zeros((held[f"{key}_rows"], held[f"{key}_cols"]))
        rows, cols = np.minimum(old.shape, new.shape)
        new[:rows, :cols] = old[:rows, :cols]
        _own(state, new)
    elif what == "paste":
        _own(state, *_parts(read_csv(held.get(f"{key}_paste") or "")))
    elif what == "file" and held.get(f"{key}_upload") is not None:
        file = held[f"{key}_upload"]
        channel, side = held.get(f"{key}_channel", CHANNELS[0]), held.get(f"{key}_side", 32)
        _own(state, *_parts(read_file(file.getvalue(), file.name, channel, side)))


def _parts(reading: Reading) -> tuple[np.ndarray, tuple[str, ...]]:
    return reading.matrix, reading.notes


def _hold(key: str, value: object) -> None:
    """Let a widget show ``value``: the state decides, the widget only asks."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _whole(label: str, key: str, value: int, least: int, most: int, asks: tuple[str, str]) -> None:
    _hold(key, value)
    st.number_input(label, least, most, step=1, key=key, on_change=_ask, args=asks, required=True)


def _dice(key: str, state: State) -> None:
    asks = (key, "dice")
    left, middle, right = st.columns(3)
    with left:
        _whole(_("Rows"), f"{key}_rows", state["rows"], 1, LARGEST_RANDOM, asks)
    with middle:
        _whole(_("Columns"), f"{key}_cols", state["cols"], 1, LARGEST_RANDOM, asks)
    with right:
        _whole(_("Seed"), f"{key}_seed", state["seed"], 0, LARGEST_SEED, asks)
    st.button(_("New seed"), key=f"{key}_new_seed", on_click=_ask, args=(key, "new seed"))


def _size(key: str, rows: int, cols: int) -> None:
    left, right = st.columns(2)
    with left:
        _whole(_("Rows"), f"{key}_rows", rows, 1, LARGEST_PACKED, (key, "size"))
    with right:
        _whole(_("Columns"), f"{key}_cols", cols, 1, LARGEST_PACKED, (key, "size"))


def _paste(key: str, problems: list[str] | tuple[()]) -> None:
    st.text_area(
        _("Paste numbers"),
        key=f"{key}_paste",
        placeholder="1, 3, 2\n4, 7, 1",
        help=_("One row a line; commas, semicolons, tabs or spaces between the numbers."),
        on_change=_ask,
        args=(key, "paste"),
        persist_state="session",
    )
    st.button(_("Use these numbers"), key=f"{key}_use", on_click=_ask, args=(key, "paste"))
    for sentence in problems:
        st.error(sentence)


def _upload(key: str, problems: list[str] | tuple[()]) -> None:
    file = st.file_uploader(
        _("Upload CSV, .npy, PNG, JPEG or WebP, up to 5 MB"),
        type=["csv", "tsv", "txt", "npy", "png", "jpg", "jpeg", "webp"],
        max_upload_size=5,
        key=f"{key}_upload",
        on_change=_ask,
        args=(key, "file"),
    )
    if file is not None and is_picture(file.getvalue()[:16], file.name):
        left, right = st.columns(2)
        with left:
            st.selectbox(
                _("Channel"),
                CHANNELS,
                format_func=lambda name: _(_CHANNEL_TITLES[name]),
                key=f"{key}_channel",
                on_change=_ask,
                args=(key, "file"),
            )
        with right:
            _whole(
                _("Longer side, at most"),
                f"{key}_side",
                st.session_state.get(f"{key}_side", 32),
                1,
                LARGEST_SIDE,
                (key, "file"),
            )
    for sentence in problems:
        st.error(sentence)
