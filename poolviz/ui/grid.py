"""A small matrix, edited in place; a large one, listed.

Cells are text, so that nan, inf and the true minus sign can be typed and every digit is seen. The
editor keeps what was typed as long as its key stays, so the key changes whenever the matrix changes
by anything else; a cell that holds no number keeps the text, and the matrix keeps its old value.
"""

import numpy as np
import pandas as pd
import streamlit as st

from poolviz.readers import ReadError, pack_matrix, parse_number, quoted, shortest
from poolviz.text import _

LISTED = 28
"""Rows and columns of a large matrix that are listed."""


def edit_grid(key: str, matrix: np.ndarray) -> None:
    """Draw the editor of a matrix of up to 16 × 16."""
    packed = pack_matrix(matrix)
    version, known = st.session_state.get(f"{key}_grid", (0, packed))
    if packed != known:
        version += 1
    st.session_state[f"{key}_grid"] = (version, packed)
    st.data_editor(
        _frame(matrix),
        key=f"{key}_grid_{version}",
        width="content",
        height="content",
        placeholder="",
        column_config={
            str(col): st.column_config.TextColumn(alignment="right", width=56)
            for col in range(matrix.shape[1])
        },
        alt=_("Input, {rows} × {cols}, cells can be edited").format(
            rows=matrix.shape[0], cols=matrix.shape[1]
        ),
    )


def edited_grid(key: str, matrix: np.ndarray) -> tuple[np.ndarray | None, list[str]]:
    """The matrix with what was typed into it, None if nothing new; and what was no number."""
    if f"{key}_grid" not in st.session_state or max(matrix.shape) > 16:
        return None, []
    version, known = st.session_state[f"{key}_grid"]
    if pack_matrix(matrix) != known:
        return None, []
    typed = st.session_state.get(f"{key}_grid_{version}") or {}
    new, wrong = matrix.copy(), []
    for row, cells in typed.get("edited_rows", {}).items():
        for col, text in cells.items():
            try:
                new[int(row), int(col)] = parse_number(text or "")
            except ValueError as error:
                wrong.append(_sentence(int(row), int(col), text, error, matrix))
    return (None if np.array_equal(new, matrix, equal_nan=True) else new), wrong


def grid_is_now(key: str, matrix: np.ndarray) -> None:
    """Tell the editor that its own edits led to this matrix, so that it stays as it is."""
    version, _known = st.session_state[f"{key}_grid"]
    st.session_state[f"{key}_grid"] = (version, pack_matrix(matrix))


def list_grid(matrix: np.ndarray) -> None:
    """Show a matrix that is too large to edit: how large it is, and its first numbers."""
    rows, cols = matrix.shape
    text = _("{rows} × {cols}: up to 16 × 16 can be edited here.").format(rows=rows, cols=cols)
    if max(rows, cols) > LISTED:
        text += " " + _("The first {n} rows and columns:").format(n=LISTED)
    st.caption(text)
    part = matrix[:LISTED, :LISTED]
    st.dataframe(
        pd.DataFrame(part, columns=[str(col) for col in range(part.shape[1])]),
        height=180,
        alt=_("Input, {rows} × {cols}").format(rows=rows, cols=cols),
    )


def _frame(matrix: np.ndarray) -> pd.DataFrame:
    cells = [[shortest(value) for value in row] for row in matrix.tolist()]
    return pd.DataFrame(cells, columns=[str(col) for col in range(matrix.shape[1])], dtype=str)


def _sentence(row: int, col: int, text: str | None, error: Exception, matrix: np.ndarray) -> str:
    place = _("Row {row}, column {column}").format(row=row, column=col)
    stays = _("{old} stays in use.").format(old=shortest(float(matrix[row, col])))
    if isinstance(error, ReadError):
        why = str(error)
    elif not (text or "").strip():
        why = _("the cell is empty, and a cell needs a number or nan.")
    else:
        why = _("{text} is not a number.").format(text=quoted(text or ""))
    return f"{place}: {why} {stays}"
