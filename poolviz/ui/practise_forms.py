"""How an exercise is answered: by a button, a number, a cell, a shape, a kernel, a matrix."""

from typing import Any

import numpy as np
import streamlit as st

from poolviz.exercises import Exercise
from poolviz.exercises.exercise import Form, Grid, Pick, Place, Sizes, Typed
from poolviz.readers import ReadError, narrow, pack_matrix, parse_number, quoted, unpack_matrix
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.ui.grid import edit_grid, edited_grid
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State

KEY = "practise"
LARGEST = 999
"""Of a whole number that is given."""


def built(progress: State, made: Exercise) -> np.ndarray:
    """The matrix that a person has built so far; the start where nothing is built."""
    if not isinstance(made.form, Grid):
        return np.zeros((1, 1))
    if progress.get("built_for") != progress["signature"]:
        progress.update(built=pack_matrix(made.form.start), built_for=progress["signature"])
    matrix = unpack_matrix(progress["built"])
    new, wrong = edited_grid(KEY, matrix)
    progress["wrong_cells"] = tuple(wrong)
    if new is not None:
        matrix, progress["built"] = new, pack_matrix(new)
    return matrix


def read_answer(form: Form, raw: Any, matrix: np.ndarray) -> Any:
    """What was given, as the exercise's check takes it; ``ValueError`` says what is needed."""
    if isinstance(form, Typed):
        return _number(raw)
    if isinstance(form, Grid):
        return matrix
    if isinstance(raw, tuple) and any(part is None for part in raw):
        raise ValueError(_("Every box needs a number."))
    return raw


def _number(text: str) -> float:
    if not text.strip():
        raise ValueError(_("A number is needed, such as 2 or 3.75."))
    try:
        return parse_number(narrow(text))
    except ReadError:
        raise
    except ValueError:
        raise ValueError(
            _("{text} is not a number; one such as 2 or 3.75 is needed.").format(text=quoted(text))
        ) from None


def answer_form(progress: State, made: Exercise, matrix: np.ndarray) -> None:
    """Draw the form. Once the question is decided, buttons are closed and boxes have gone."""
    answered = progress["label"] is not None
    closed = answered and (progress["correct"] or not made.again)
    form, key = made.form, f"{KEY}.{progress['signature']}"
    if isinstance(form, Pick):
        _buttons(progress, form, key, closed)
        return
    if isinstance(form, Grid):
        _grid(progress, matrix, closed)
        return
    if closed:
        return
    if isinstance(form, Place):
        st.caption(_("Click the cell in the picture, or give its row and column:"))
    with (
        st.form(key, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        widgets = _boxes(form, key)
        st.form_submit_button(
            _("Check"),
            key=f"{KEY}.check",
            on_click=_gave,
            args=(progress, progress["signature"], widgets),
        )
    if isinstance(form, Typed) and form.hint:
        st.caption(plain(form.hint))


def _boxes(form: Form, key: str) -> tuple[str, ...]:
    """The boxes of a form; their keys."""
    if isinstance(form, Typed):
        st.text_input(form.label, key=f"{key}.0", width=180, autocomplete="off")
        return (f"{key}.0",)
    wanted = _wanted(form)
    for i, (label, most) in enumerate(wanted):
        st.number_input(label, 0, most, None, 1, key=f"{key}.{i}", width=130)
    return tuple(f"{key}.{i}" for i in range(len(wanted)))


def _wanted(form: Form) -> list[tuple[str, int]]:
    """The whole numbers that a form asks for: label and most."""
    if isinstance(form, Place):
        return [(_("Row"), form.rows - 1), (_("Column"), form.cols - 1)]
    if isinstance(form, Sizes):
        return [(_("Rows"), LARGEST), (_("Columns"), LARGEST)]
    return [(_("Kernel size"), LARGEST), (_("Stride"), LARGEST), (_("Padding"), LARGEST)]


def _buttons(progress: State, form: Pick, key: str, closed: bool) -> None:
    chosen = progress.get("chosen") if lesson().answers_hidden else progress["label"]
    with st.container(horizontal=True, key=f"{KEY}.choices"):
        for i, option in enumerate(form.options):
            st.button(
                plain(option.label),
                key=f"{key}.{i}",
                disabled=closed,
                type="primary" if option.label == chosen else "secondary",
                on_click=_give,
                args=(progress, progress["signature"], i),
            )


def _grid(progress: State, matrix: np.ndarray, closed: bool) -> None:
    edit_grid(KEY, matrix)
    for sentence in progress.get("wrong_cells", ()):
        st.error(sentence)
    if not closed:
        args = (progress, progress["signature"], "built")
        st.button(_("Check"), key=f"{KEY}.check", on_click=_give, args=args)


def _gave(progress: State, signature: str, widgets: tuple[str, ...]) -> None:
    raw = tuple(st.session_state.get(widget) for widget in widgets)
    _give(progress, signature, (raw[0] or "") if len(raw) == 1 else raw)


def _give(progress: State, signature: str, raw: Any) -> None:
    """Keep what was given to the exercise of this signature; the run that follows checks it."""
    progress["given"] = (signature, raw)
