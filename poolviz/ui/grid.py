"""A small matrix, edited in place; a large one, listed.

Cells are text, so that nan, inf and the true minus sign can be typed and every digit is seen. The
editor holds what was typed on top of a base that stays the same while a person types: new data
would take the cell from under the fingers. The base and the editor's key change whenever the matrix
changes by anything else. A cell of no number keeps its text, and the matrix its old value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from poolviz.readers import (
    LARGEST_PACKED,
    ReadError,
    pack_matrix,
    parse_number,
    quoted,
    shortest,
    unpack_matrix,
)
from poolviz.text import _, titled, together

LISTED = 28
"""Rows and columns of a large matrix that are listed."""


@dataclass
class _Editor:
    """``now``: the packed matrix that the base and what was typed came to, last we looked.

    Changed in place, in one go with the matrix: Streamlit may end a run at any of its own calls
    when the next edit arrives, and an editor that knows more than the matrix would lose that edit.
    """

    version: int
    base: str
    now: str


def edit_grid(key: str, matrix: np.ndarray, toggles: bool = False) -> None:
    """Draw the editor of a matrix of up to 16 × 16; ``toggles``: of 0 and 1, by a click each."""
    packed = pack_matrix(matrix)
    editor: _Editor = st.session_state.setdefault(f"{key}_grid", _Editor(0, packed, packed))
    forgotten = editor.now != editor.base and _typed(key, editor) is None  # by a page change
    if packed != editor.now or forgotten:
        editor.version, editor.base, editor.now = editor.version + 1, packed, packed
    rows, cols = matrix.shape
    columns: dict[str, Any] = {
        str(col): st.column_config.CheckboxColumn(_from_middle(col, cols), width=40)
        if toggles
        else st.column_config.TextColumn(alignment="right", width=48)
        for col in range(cols)
    }
    told = (
        _("Switches, {rows} × {cols}")
        if toggles
        else _("Input, {rows} × {cols}, cells can be edited")
    )
    st.data_editor(
        _switches(editor.base) if toggles else _frame(editor.base),
        key=f"{key}_grid_{editor.version}",
        width="content",
        height="content",
        placeholder="",
        column_config={"_index": st.column_config.Column(width=36)} | columns,
        alt=told.format(rows=rows, cols=cols),
    )


def edited_grid(key: str, matrix: np.ndarray) -> tuple[np.ndarray | None, list[str]]:
    """The matrix with what was typed into it, None if nothing new; and what was no number."""
    editor: _Editor | None = st.session_state.get(f"{key}_grid")
    if editor is None or max(matrix.shape) > LARGEST_PACKED or pack_matrix(matrix) != editor.now:
        return None, []
    typed = _typed(key, editor)
    if typed is None:
        return None, []
    new, wrong = unpack_matrix(editor.base), []
    for cell, text in _cells(typed, *matrix.shape):
        try:
            new[cell] = parse_number(text or "")
        except ValueError as error:
            new[cell] = matrix[cell]
            wrong.append(refused(*cell, text, error, matrix))
    packed = pack_matrix(new)
    changed = packed != editor.now
    editor.now = packed
    return (new if changed else None), wrong


def _typed(key: str, editor: _Editor) -> dict | None:
    """{row: {column: text}} on top of the base, None if the editor's state is gone."""
    state = st.session_state.get(f"{key}_grid_{editor.version}")
    return None if state is None else state.get("edited_rows", {})


def _cells(typed: dict, rows: int, cols: int) -> Iterator[tuple[tuple[int, int], str | None]]:
    """(row, column), text of the edits; what no grid of this size would report is left out."""
    for row, cells in typed.items():
        for col, text in cells.items() if isinstance(cells, dict) else ():
            if isinstance(text, bool):  # a switch
                text = str(int(text))
            if text is None or isinstance(text, str):
                at = [int(n) if str(n).isascii() and str(n).isdigit() else -1 for n in (row, col)]
                if 0 <= at[0] < rows and 0 <= at[1] < cols:
                    yield (at[0], at[1]), text


def list_grid(matrix: np.ndarray) -> None:
    """Show a matrix that is too large to edit: how large it is, and its first numbers."""
    rows, cols = matrix.shape
    text = _("{rows} × {cols}: up to 16 × 16 can be edited here.").format(rows=rows, cols=cols)
    if max(rows, cols) > LISTED:
        text = together((text, _("The first {n} rows and columns:").format(n=LISTED)))
    st.caption(text)
    part = matrix[:LISTED, :LISTED]
    st.dataframe(
        pd.DataFrame(part, columns=[str(col) for col in range(part.shape[1])]),
        height=180,
        alt=_("Input, {rows} × {cols}").format(rows=rows, cols=cols),
    )


def _from_middle(at: int, length: int) -> str:
    """A row or a column counted from the middle one: "−1", "0", "+1"."""
    away = at - length // 2
    return "0" if away == 0 else f"{away:+d}".replace("-", "−")


@lru_cache(maxsize=64)
def _switches(packed: str) -> pd.DataFrame:
    """The base as switches, rows counted from the middle."""
    matrix = unpack_matrix(packed)
    rows, cols = matrix.shape
    index = [_from_middle(row, rows) for row in range(rows)]
    return pd.DataFrame(matrix != 0, index=index, columns=[str(col) for col in range(cols)])


@lru_cache(maxsize=64)
def _frame(packed: str) -> pd.DataFrame:
    """The base as texts. Kept, for it is drawn in every run: Streamlit edits a copy of its own."""
    matrix = unpack_matrix(packed)
    cells = [[shortest(value) for value in row] for row in matrix.tolist()]
    return pd.DataFrame(cells, columns=[str(col) for col in range(matrix.shape[1])], dtype=str)


def refused(row: int, col: int, text: str | None, error: Exception, matrix: np.ndarray) -> str:
    """Why a text cannot be the number of a cell, and that the old one stays."""
    place = _("Row {row}, column {column}").format(row=row, column=col)
    stays = _("{old} stays in use.").format(old=shortest(float(matrix[row, col])))
    if isinstance(error, ReadError):
        why = str(error)
    elif not (text or "").strip():
        why = _("the cell is empty, and a cell needs a number or nan.")
    else:
        why = _("{text} is not a number.").format(text=quoted(text or ""))
    return titled(place, together((why, stays)))
