"""When a page fails: the log has the exception and the page, the visitor one kind sentence."""

import logging
from urllib.parse import urlsplit

import streamlit as st

from poolviz.text import _

log = logging.getLogger("poolviz")


def kindly(error: Exception) -> bool:
    """Log error with the address of the page alone; True: Streamlit adds nothing to the page."""
    path = urlsplit(str(st.context.url or "")).path or "/"
    log.error("%s failed", path, exc_info=error)
    st.error(
        _(
            "Something went wrong on this page; it has been noted. Your link still holds what you "
            "chose: reload the page, or undo your last change."
        )
    )
    return True
