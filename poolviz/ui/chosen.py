"""What a person chose from a list, as far as it is on offer."""

from collections.abc import Container
from typing import Any

import streamlit as st


def chosen(widget: str, offered: Container[Any]) -> Any:
    """The choice of a selectbox, a list of them of a multiselect; None for one not on offer.

    Browsers send the label. One of before, as in the moment after the language was changed, means
    nothing to Streamlit, which hands it on as it came.
    """
    value = st.session_state[widget]
    if isinstance(value, list):
        return [each for each in value if each in offered]
    return value if value in offered else None
