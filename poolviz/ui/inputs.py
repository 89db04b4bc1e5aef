"""Choosing the input: a sample, random digits, or a person's own numbers or picture.

Widgets report what was asked; ``choose_input`` carries it out at its start, so that its sentences
are in the language of the page. What cannot be read changes nothing: the matrix in use stays, and
what was typed stays where it was typed.
"""

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any

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
from poolviz.samples import SAMPLES
from poolviz.stage.link import one_of, whole
from poolviz.stage.matrix import (
    LARGEST_RANDOM,
    LARGEST_SEED,
    NAMES,
    OWN,
    RANDOM,
    RANDOM_SIDE,
    choose_sample,
    current_matrix,
    make_own,
    mend,
    palette,
)
from poolviz.text import N_, _
from poolviz.ui.boxes import Ends, number_box
from poolviz.ui.chosen import chosen
from poolviz.ui.grid import edit_grid, edited_grid, list_grid
from poolviz.ui.lesson import lesson
from poolviz.ui.share import Setting, State

_TITLES = {each.name: each.title for each in SAMPLES} | {
    RANDOM: N_("Random digits"),
    OWN: N_("Your own"),
}
_REASONS = {each.name: each.why for each in SAMPLES} | {
    RANDOM: N_("Whole numbers 0 to 9: the same seed always gives the same ones."),
    OWN: N_("Edit the numbers below, or open the box under them to paste or upload."),
}

_CHANNEL_TITLES = {
    "luminance": N_("Luminance"),
    "red": N_("Red"),
    "green": N_("Green"),
    "blue": N_("Blue"),
}


@dataclass(frozen=True, eq=False)
class Chosen:
    """``matrix`` float64 (H, W); ``name`` a sample's, "random" or "own"; ``notes`` on what reading
    changed; ``palette`` as ``stage.scene.Panel`` has it, "grey" for pictures.
    """

    matrix: np.ndarray
    name: str
    seed: int
    notes: tuple[str, ...]
    palette: str


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


@dataclass(frozen=True, eq=False)
class Asked:
    """What became of what the widgets asked for: sentences for cells, and beside each widget."""

    wrong_cells: tuple[str, ...]
    problems: dict[str, str]


def carry_out(state: State, key: str = "input") -> Asked:
    """Do what was asked since the last run, before anything is computed."""
    mend(state)
    edited, wrong_cells = _take_edits(key, state)
    problems = _carry_out(key, state)
    if not np.array_equal(current_matrix(state), edited, equal_nan=True):
        wrong_cells = []  # another grid takes its place
    return Asked(tuple(wrong_cells), problems)


def draw_menu(state: State, key: str = "input") -> None:
    """The menu of samples."""
    _menu(key, state)


def draw_input(state: State, asked: Asked, key: str = "input") -> None:
    """Folded: the numbers in use, to edit where they are few, and the ways to one's own.

    Where a teacher's link holds the input, the numbers can be read, and no more is promised.
    """
    title = _("Input") if lesson().holds("sample") else _("Your own numbers or picture")
    folded = st.expander(title, key=f"{key}_own", on_change="rerun")
    if folded.open:
        with folded:
            _numbers(state, asked, key)


def _numbers(state: State, asked: Asked, key: str) -> None:
    matrix = current_matrix(state)
    st.caption(_(_REASONS[state["sample"]]))
    if state["sample"] == RANDOM:
        _dice(key, state)
    held = lesson().holds("sample")
    if max(matrix.shape) <= LARGEST_PACKED and not held:
        edit_grid(key, matrix)
    else:
        list_grid(matrix)
    for sentence in asked.wrong_cells:
        st.error(sentence)
    if not held:
        _own(key, state, matrix, asked.problems)


def choose_input(state: State, place: Any = None, key: str = "input") -> Chosen:
    """Draw the controls and give what is chosen.

    ``place``: a container for the menu, the rest stands below; ``key`` begins the widgets' keys.
    """
    asked = carry_out(state, key)
    with place if place is not None else st.container():
        draw_menu(state, key)
    draw_input(state, asked, key)
    for note in state["notes"]:
        st.caption(note)
    matrix = current_matrix(state)
    return Chosen(
        matrix, state["sample"], state["seed"], tuple(state["notes"]), palette(state, matrix)
    )


def _own(key: str, state: State, matrix: np.ndarray, problems: dict[str, str]) -> None:
    """The ways to one's own numbers: a size, a text or a file."""
    if state["sample"] != RANDOM and max(matrix.shape) <= LARGEST_PACKED:
        _size(key, *matrix.shape)
    _paste(key, problems.get("paste"))
    _upload(key, state, problems.get("file"))


def _take_edits(key: str, state: State) -> tuple[np.ndarray, list[str]]:
    """Take over what was typed into the grid: the matrix, and sentences for cells of no number."""
    old = current_matrix(state)
    new, wrong = edited_grid(key, old)
    if new is None:
        return old, wrong
    make_own(state, Reading(new), state["picture"])
    return new, wrong


def _ask(key: str, what: str) -> None:
    st.session_state.setdefault(f"{key}_asked", []).append(what)


def _typed(key: str) -> None:
    if st.session_state[f"{key}_paste"].strip():
        _ask(key, "paste")


def _carry_out(key: str, state: State) -> dict[str, str]:
    """Do what the widgets asked for; give the sentences to show beside each of them."""
    problems: dict[str, str] = st.session_state.setdefault(f"{key}_problems", {})
    asked: list[str] = st.session_state.setdefault(f"{key}_asked", [])
    while asked:
        what = asked[0]  # taken off the list once done, for Streamlit may end the run in between
        try:
            _do(key, state, what)
            problems.clear()
        except ReadError as error:
            problems[what] = str(error)
        except Exception:  # not again in every run to come
            asked.clear()
            raise
        asked.pop(0)
    return problems


def _do(key: str, state: State, what: str) -> None:
    held = st.session_state
    if what == "sample":
        choose_sample(state, chosen(f"{key}_sample", NAMES) or state["sample"])
    elif what == "new seed":
        state["seed"] = secrets.randbelow(10_000)
    elif what == "dice":
        for field in ("seed", "rows", "cols"):
            if held.get(f"{key}_{field}") is not None:  # an emptied box, or one that has gone
                state[field] = held[f"{key}_{field}"]
    elif what == "size":
        old = current_matrix(state)
        # None: an emptied box, or one that has gone.
        asked: list[Any] = [held.get(f"{key}_rows"), held.get(f"{key}_cols")]
        if not any(asked):
            return
        new = np.zeros([n or m for n, m in zip(asked, old.shape, strict=True)])
        rows, cols = np.minimum(old.shape, new.shape)
        new[:rows, :cols] = old[:rows, :cols]
        make_own(state, Reading(new), state["picture"])
    elif what == "paste":
        make_own(state, read_csv(held.get(f"{key}_paste") or ""))
    elif what == "file" and held.get(f"{key}_upload") is not None:
        file = held[f"{key}_upload"]
        # None: the boxes have gone while the file was changed for another.
        state["channel"] = held.get(f"{key}_channel") or state["channel"]
        state["side"] = held.get(f"{key}_side") or state["side"]
        mend(state)
        data, how = file.getvalue(), (state["channel"], state["side"])
        make_own(state, read_file(data, file.name, *how), is_picture(data, file.name))


def _hold(key: str, value: object) -> None:
    """Let a widget show ``value``: the state decides, the widget only asks."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _whole(label: str, key: str, value: int, least: int, most: int, asks: tuple[str, str]) -> None:
    name = key.rsplit("_", 1)[-1]
    if not lesson().shows(name):
        return
    _hold(key, value)
    number_box(
        label, Ends(least, most), key, partial(_take, key, asks), step=1,
        disabled=lesson().holds(name),
    )  # fmt: skip


def _take(key: str, asks: tuple[str, str], value: int) -> None:
    st.session_state[key] = value
    _ask(*asks)


def _menu(key: str, state: State) -> None:
    if not lesson().shows("sample"):
        return
    _hold(f"{key}_sample", state["sample"])
    st.selectbox(
        _("Input"),
        NAMES,
        format_func=lambda name: _(_TITLES[name]),
        key=f"{key}_sample",
        disabled=lesson().holds("sample"),
        on_change=_ask,
        args=(key, "sample"),
    )


def _dice(key: str, state: State) -> None:
    asks = (key, "dice")
    left, middle, right = st.columns(3)
    with left:
        _whole(_("Rows"), f"{key}_rows", state["rows"], 1, LARGEST_RANDOM, asks)
    with middle:
        _whole(_("Columns"), f"{key}_cols", state["cols"], 1, LARGEST_RANDOM, asks)
    with right:
        _whole(_("Seed"), f"{key}_seed", state["seed"], 0, LARGEST_SEED, asks)
    if not lesson().holds("seed"):
        st.button(_("New seed"), key=f"{key}_new_seed", on_click=_ask, args=(key, "new seed"))


def _size(key: str, rows: int, cols: int) -> None:
    left, right = st.columns(2)
    with left:
        _whole(_("Rows"), f"{key}_rows", rows, 1, LARGEST_PACKED, (key, "size"))
    with right:
        _whole(_("Columns"), f"{key}_cols", cols, 1, LARGEST_PACKED, (key, "size"))


def _paste(key: str, problem: str | None) -> None:
    st.text_area(
        _("Paste numbers"),
        key=f"{key}_paste",
        placeholder="1, 3, 2\n4, 7, 1",
        help=_(
            "One row a line; commas, semicolons, tabs or spaces between the numbers. Lists of "
            "Python and NumPy are read too."
        ),
        on_change=_typed,
        args=(key,),
        persist_state="session",
    )
    st.button(_("Use these numbers"), key=f"{key}_use", on_click=_ask, args=(key, "paste"))
    if problem:
        st.error(problem)


def _upload(key: str, state: State, problem: str | None) -> None:
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
            _hold(f"{key}_channel", state["channel"])
            st.selectbox(
                _("Channel"),
                CHANNELS,
                format_func=lambda name: _(_CHANNEL_TITLES[name]),
                key=f"{key}_channel",
                help=_("Luminance is .299 R + .587 G + .114 B."),
                on_change=_ask,
                args=(key, "file"),
            )
        with right:
            _whole(
                _("Longer side, at most"),
                f"{key}_side",
                state["side"],
                1,
                LARGEST_SIDE,
                (key, "file"),
            )
    if problem:
        st.error(problem)
