"""One run of a page at a time, so that a class is served in turn and not all at once.

Python runs one thread at a time. Twenty runs that take 50 ms each and take turns at every step are
all done after a second; one after the other, the first is done after 50 ms and half of them in
half a second.
"""

from collections.abc import Callable
from functools import wraps
from threading import Lock, local
from types import TracebackType
from typing import ParamSpec, TypeVar

import streamlit as st

from poolviz.text import keep_language
from poolviz.ui.lesson import read_once

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE = 0.15
"""Seconds after which a run goes ahead unasked: nobody waits for the end of a long one."""


class Turn:
    """A context manager that one thread is in, as far as nobody waits longer than ``patience``.

    A thread may enter again where it is inside.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._lock, self._own, self._patience = Lock(), local(), patience

    def __enter__(self) -> None:
        self._own.depth = getattr(self._own, "depth", 0) + 1
        if self._own.depth == 1:
            self._own.held = self._lock.acquire(timeout=self._patience)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._own.depth -= 1
        if self._own.depth == 0 and self._own.held:
            self._lock.release()


TURN = Turn()
"""The turn of this process."""


def fragment(function: Callable[P, R]) -> Callable[P, R]:
    """``st.fragment``, whose runs wait for their turn as those of whole pages do.

    A run of the fragment alone asks once for the language, not at each of its sentences, and reads
    the teacher's link once.
    """

    @wraps(function)
    def in_turn(*args: P.args, **kwargs: P.kwargs) -> R:
        keep_language()
        read_once()
        with TURN:
            return function(*args, **kwargs)

    return st.fragment(in_turn)
