"""Work that takes seconds: one piece at a time in a process, and who waits sees how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, RLock
from time import monotonic
from typing import Protocol

from poolviz.text import _

Progress = Callable[[float], None]
"""Told the share of the work that is done."""


class Watcher(Protocol):
    """Whoever shows how far the work is."""

    def say(self, percent: int, text: str) -> None:
        """So much is done."""

    def end(self) -> None:
        """All is done."""


class Nobody:
    """Nobody watches."""

    def say(self, percent: int, text: str) -> None:
        """Nothing is shown."""

    def end(self) -> None:
        """Nothing was shown."""


WATCHED: ContextVar[Callable[[], Watcher]] = ContextVar("WATCHED", default=Nobody)
"""Makes the watcher of the next piece of work in this thread."""
_busy = RLock()


class Seat:
    """A place for one, who keeps it by coming back within ``patience`` seconds.

    >>> seat = Seat()
    >>> seat.take("one"), seat.take("two"), seat.take("one")
    (True, False, True)
    >>> seat.leave("one"), seat.take("two")
    (None, True)
    """

    def __init__(self, patience: float = 10.0, clock: Callable[[], float] = monotonic) -> None:
        self._patience, self._clock, self._guard = patience, clock, Lock()
        self._holder, self._seen = "", 0.0

    def take(self, who: str) -> bool:
        """Whether it is theirs: it was free, or theirs before."""
        with self._guard:
            now = self._clock()
            if self._holder not in ("", who) and now - self._seen < self._patience:
                return False
            self._holder, self._seen = who, now
            return True

    def leave(self, who: str) -> None:
        """Free it, if it is theirs."""
        with self._guard:
            if self._holder == who:
                self._holder = ""


@contextmanager
def long_work(what: str, large: bool = True) -> Iterator[Progress]:
    """Large work waits for its turn, and its progress is shown; small work simply goes ahead.

    Gives the function that is told the share of the work that is done.

    >>> with long_work("Counting") as progress:
    ...     progress(0.5)
    """
    if not large:
        yield lambda share: None
        return
    waiting = _("Waiting for another evaluation to end")
    watcher = WATCHED.get()()
    watcher.say(0, waiting)
    try:
        while not _busy.acquire(timeout=0.5):
            watcher.say(0, waiting)
        try:
            yield _percent(watcher, what)
        finally:
            _busy.release()
    finally:
        watcher.end()


def part_of(progress: Progress, i: int, of: int) -> Progress:
    """The progress of piece ``i`` of several that take equally long."""
    return lambda share: progress((i + share) / of)


def _percent(watcher: Watcher, what: str) -> Progress:
    """Say each whole percent once."""
    said = -1

    def tell(share: float) -> None:
        nonlocal said
        done = int(100 * min(share, 1.0))
        if done > said:
            said = done
            watcher.say(done, _("{what}: {percent} %").format(what=what, percent=done))

    return tell
