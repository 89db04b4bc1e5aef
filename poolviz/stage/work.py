"""Work that takes seconds: one piece at a time in a process, and who waits sees how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import RLock
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
