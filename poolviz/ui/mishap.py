"""When a page fails: the log has the exception and the page, the visitor one kind sentence."""

import logging
import traceback
from urllib.parse import urlsplit

import streamlit as st

from poolviz.text import _

log = logging.getLogger("poolviz")


def kindly(error: Exception) -> bool:
    """Log error with the address of the page alone; True: Streamlit adds nothing to the page.

    The log has the kind of error and the lines of code it came through, of its causes too, but no
    message: a message may quote what the person typed.
    """
    path = urlsplit(str(st.context.url or "")).path or "/"
    log.error("%s failed\n%s", path, _told(error))
    st.error(
        _(
            "Something went wrong on this page; it has been noted. Your link still holds what you "
            "chose: reload the page, or undo your last change."
        )
    )
    return True


def _told(error: BaseException) -> str:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = "" if cause is None else _told(cause) + "\nand then\n"
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{type(error).__qualname__}"
