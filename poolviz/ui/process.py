"""What is done to the process that serves the app: its log, memory and collection of garbage."""

import ctypes
import gc
import inspect
import logging
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import TracebackType
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

MALLOPT = {-8: 2, -3: 128 << 10, -1: 128 << 10}
"""M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of glibc's malloc.h, with their values."""


def prepare_process() -> None:
    """All of this module, once, before the first visitor."""
    keep_the_log_discreet()
    give_memory_back()
    import_everything()
    set_aside_what_stays()


def import_everything() -> None:
    """Import what the first visitor would otherwise wait for."""
    for module in walk_packages([str(PACKAGE)], "poolviz."):
        if not module.name.endswith(("__main__", ".shell")):
            import_module(module.name)
    inspect.stack()  # Streamlit's first element asks for it: what it reads is then kept


def set_aside_what_stays() -> None:
    """Keep what exists by now, the modules above all, out of every later collection of garbage."""
    gc.collect()
    gc.freeze()


def give_memory_back() -> None:
    """Have glibc return what is freed: two heaps for all threads, large blocks on their own.

    Every run has a new thread, glibc gives threads heaps of their own, and what is freed in them
    stays there in pieces: the server would grow for as long as people come and go. No other C
    library needs this, and where there is no ``mallopt`` nothing is done.
    """
    if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt"):
        mallopt = ctypes.CDLL(None).mallopt
        for parameter, value in MALLOPT.items():
            mallopt(parameter, value)


def keep_the_log_discreet() -> None:
    """From here on every log record of this process is a ``Discreet`` one."""
    logging.setLogRecordFactory(Discreet)
    logging.raiseExceptions = False  # else a record that cannot be made prints what was at hand


class Discreet(logging.LogRecord):
    """A log record that quotes nobody, whoever logs it.

    Streamlit logs an exception before ``mishap.kindly`` is asked, and warns of cells that it cannot
    read, each with the text. Here an error's exception is written as ``wordless`` has it, a
    warning's by its kind, for somebody has dealt with it; and from a warning of Streamlit's on,
    text and exceptions among the arguments are named by their kind alone.
    """

    def __init__(
        self, name: str, level: int, pathname: str, lineno: int, msg: object, args: Any,
        exc_info: ExcInfo | tuple[None, None, None] | None, *more: Any, **named: Any,
    ) -> None:  # fmt: skip
        """As ``logging.LogRecord``; of the exception its text is kept, as ``wordless`` has it."""
        if isinstance(msg, BaseException):
            msg = type(msg).__qualname__
        super().__init__(name, level, pathname, lineno, msg, args, None, *more, **named)
        if exc_info and exc_info[1] is not None:
            error = exc_info[1]
            self.exc_text = wordless(error) if level >= logging.ERROR else type(error).__qualname__
        if level >= logging.WARNING and name.split(".")[0] == "streamlit":
            if isinstance(self.args, Mapping):
                self.args = {key: _kind(value) for key, value in self.args.items()}
            elif self.args:
                self.args = tuple(map(_kind, self.args))


def wordless(error: BaseException) -> str:
    """The kind of error and the lines of code it came through, without a word of its message.

    >>> wordless(ValueError("what the person typed"))
    'Traceback (most recent call last):\\nValueError'
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = "" if cause is None else wordless(cause) + "\nand then\n"
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{type(error).__qualname__}"


def _kind(argument: object) -> object:
    return argument if isinstance(argument, (int, float)) else f"<{type(argument).__qualname__}>"
