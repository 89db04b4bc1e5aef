"""What a person chose from a list, as far as it is on offer."""

from collections.abc import Container
from typing import Any

import streamlit as st


def chosen(widget: str, offered: Container[Any]) -> Any:
    """The choice of a selectbox; None for one not on offer, and where the list itself has gone.

    Browsers send the label. One of before, as in the moment after the language was changed, means
    nothing to Streamlit, which hands it on as it came.
    """
    value = st.session_state.get(widget)
    return value if value in offered else None


def several(widget: str, offered: Container[Any]) -> list[Any]:
    """The choices of a multiselect that are on offer."""
    return [each for each in st.session_state.get(widget) or () if each in offered]
