"""The button of a file that is made when a person clicks."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from poolviz.ui.mishap import kindly_made

MIME = {
    "csv": "text/csv",
    "gif": "image/gif",
    "html": "text/html",
    "json": "application/json",
    "npy": "application/octet-stream",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
}


def download_button(
    label: str, make: Callable[[], bytes | str], file: str, key: str, **looks: Any
) -> None:
    """``st.download_button`` for a file whose name ends as its kind does, "windows.png".

    The page does not run again for it, and ``make`` is called at the click; ``looks`` are
    Streamlit's own.
    """
    kind = file.rpartition(".")[2]
    st.download_button(
        label, kindly_made(make), file, MIME[kind], key=key, on_click="ignore", **looks
    )
