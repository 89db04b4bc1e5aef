"""When a page fails: the log has the exception and the page, the visitor one kind sentence."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from poolviz.text import _, language, use_language
from poolviz.ui.process import wordless
from poolviz.ui.streamlit_patches import say_of_a_file

log = logging.getLogger("poolviz")


def kindly(error: Exception) -> bool:
    """Log error with the address of the page alone; True: Streamlit adds nothing to the page.

    The log has the kind of error and the lines of code it came through, of its causes too, but no
    message: a message may quote what the person typed.
    """
    log.error("%s failed\n%s", page_path(), wordless(error))
    st.error(
        _(
            "Something went wrong on this page; it has been noted. Your link still holds what you "
            "chose: reload the page, or undo your last change."
        )
    )
    return True


def page_path() -> str:
    """The address of the page alone, as "/windows"."""
    return urlsplit(str(st.context.url or "")).path or "/"


class NotMadeError(Exception):
    """A file could not be made; its message is for the visitor."""


def kindly_made(make: Callable[[], Any]) -> Callable[[], Any]:
    """make, for a button of this page: Streamlit calls it later, on a thread of its own.

    It speaks the language of the page. Where it fails the log has what ``kindly`` would write, and
    the visitor reads one sentence in that language under the button.
    """
    code, path = language(), page_path()

    def made() -> Any:
        use_language(code)
        try:
            return make()
        except Exception as error:
            log.error("%s failed to make a file\n%s", path, wordless(error))
            sentence = _(
                "This file could not be made; it has been noted. What you chose is still there: "
                "try again, or reload the page."
            )
            say_of_a_file(sentence)
            raise NotMadeError(sentence) from None

    return made
