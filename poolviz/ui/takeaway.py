"""What a person takes away: the link, and the numbers as CSV and .npy."""

import io

import numpy as np
import streamlit as st

from poolviz.text import _
from poolviz.ui.share import Settings, State, link


def downloads(
    values: np.ndarray, name: str, key: str, hidden: bool = False, what: str | None = None
) -> None:
    """Two buttons for an array (H, W); while the answers are hidden they are not to be had.

    ``what``: the name of the array on the buttons, by default "Output".
    """
    if hidden:
        st.caption(_("The numbers can be downloaded when the questions are answered."))
        return
    what = what or _("Output")
    with st.container(horizontal=True):
        st.download_button(
            _("{what} as CSV").format(what=what),
            lambda: csv_bytes(values),
            f"{name}.csv",
            "text/csv",
            key=f"{key}.csv",
            on_click="ignore",
        )
        st.download_button(
            _("{what} as .npy").format(what=what),
            lambda: npy_bytes(values),
            f"{name}.npy",
            "application/octet-stream",
            key=f"{key}.npy",
            on_click="ignore",
        )


def copy_link(state: State, settings: Settings) -> None:
    """The address of this state, with a copy button."""
    st.caption(_("This link opens exactly what you see, in any browser:"))
    st.code(link(state, settings), language=None, wrap_lines=True)


def csv_bytes(values: np.ndarray) -> bytes:
    """Rows of numbers, each as short as it can be without loss.

    >>> csv_bytes(np.array([[1.0, 0.1], [np.nan, -np.inf]]))
    b'1,0.1\\r\\nnan,-inf\\r\\n'
    """
    rows = [",".join(_shortest(v) for v in row) for row in np.atleast_2d(values).tolist()]
    return "".join(f"{row}\r\n" for row in rows).encode("ascii")


def npy_bytes(values: np.ndarray) -> bytes:
    """The array in NumPy's own format, which ``numpy.load`` reads."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def _shortest(value: float) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value)) if whole else repr(value)
