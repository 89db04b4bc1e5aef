"""When a page fails: the log has the exception and the page, the visitor one kind sentence."""

import logging
import traceback
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
from streamlit.runtime.backend_operation_handler import DeferredFileHandler

from poolviz.text import _, language, use_language

log = logging.getLogger("poolviz")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def kindly(error: Exception) -> bool:
    """Log error with the address of the page alone; True: Streamlit adds nothing to the page.

    The log has the kind of error and the lines of code it came through, of its causes too, but no
    message: a message may quote what the person typed.
    """
    log.error("%s failed\n%s", page_path(), told(error))
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


said: ContextVar[list[str]] = ContextVar("said_of_a_file")
"""While a file is asked for: what its visitor is to read if it cannot be made."""


def kindly_made(make: Callable[[], Any]) -> Callable[[], Any]:
    """make, for a button of this page: Streamlit calls it later, on a thread of its own.

    It speaks the language of the page. Where it fails the log has what ``kindly`` would tell it,
    and the visitor is answered by ``answer_kindly``.
    """
    code, path = language(), page_path()

    def made() -> Any:
        use_language(code)
        try:
            return make()
        except Exception as error:
            log.error("%s failed to make a file\n%s", path, told(error))
            sentence = _(
                "This file could not be made; it has been noted. What you chose is still there: "
                "try again, or reload the page."
            )
            said.get([]).append(sentence)
            raise NotMadeError(sentence) from None

    return made


def answer_kindly() -> None:
    """Have the browser show, under the button, what ``kindly_made`` says of a file that fails.

    As 1.67 has it, the answer is one English sentence for whatever happened.
    """
    streamlits = DeferredFileHandler.handle
    if streamlits.__module__ == __name__:  # another app of this process has done so
        return

    async def handle(
        self: DeferredFileHandler, request: BackendOperationRequest, session_id: str
    ) -> BackendOperationResponse:
        sentences: list[str] = []
        said.set(sentences)  # the thread that makes the file works in a copy of this context
        answer = await streamlits(self, request, session_id)
        if answer.error_msg and sentences:
            answer.error_msg = sentences[-1]
        return answer

    DeferredFileHandler.handle = handle  # type: ignore[method-assign]


@st.fragment(run_every=24 * 60 * 60)
def run_when_connected_again() -> None:
    """Make the browser run the page when it has lost its server and found one again.

    It does so by itself only on pages with a fragment that repeats. Without, a session made anew
    (another process answers, or this one was restarted) would know nothing of the page, and what
    a person does first would be lost. The fragment itself shows nothing, once a day.
    """


def told(error: BaseException) -> str:
    """The kind of error and the lines of code it came through, without a word of its message.

    >>> told(ValueError("what the person typed"))
    'Traceback (most recent call last):\\nValueError'
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = "" if cause is None else told(cause) + "\nand then\n"
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{type(error).__qualname__}"


class Discreet(logging.LogRecord):
    """A log record that quotes nobody, whoever logs it.

    Streamlit logs an exception before ``kindly`` is asked, and warns of cells that it cannot read,
    each with the text. Here an error's exception is told by ``told``, a warning's by its kind, for
    somebody has dealt with it; and from a warning of Streamlit's on, text and exceptions among the
    arguments are told by their kind alone.
    """

    def __init__(
        self, name: str, level: int, pathname: str, lineno: int, msg: object, args: Any,
        exc_info: ExcInfo | tuple[None, None, None] | None, *more: Any, **named: Any,
    ) -> None:  # fmt: skip
        """As ``logging.LogRecord``; the exception is not kept, its text is what ``told`` gives."""
        if isinstance(msg, BaseException):
            msg = type(msg).__qualname__
        super().__init__(name, level, pathname, lineno, msg, args, None, *more, **named)
        if exc_info and exc_info[1] is not None:
            error = exc_info[1]
            self.exc_text = told(error) if level >= logging.ERROR else type(error).__qualname__
        if level >= logging.WARNING and name.split(".")[0] == "streamlit":
            if isinstance(self.args, Mapping):
                self.args = {key: _kind(value) for key, value in self.args.items()}
            elif self.args:
                self.args = tuple(map(_kind, self.args))


def _kind(argument: object) -> object:
    return argument if isinstance(argument, (int, float)) else f"<{type(argument).__qualname__}>"


def keep_the_log_discreet() -> None:
    """From here on every log record of this process is a ``Discreet`` one."""
    logging.setLogRecordFactory(Discreet)
    logging.raiseExceptions = False  # else a record that cannot be made prints what was at hand
