"""Whose turn it is: a lock that serves those who wait in the order in which they came."""

from collections import deque
from threading import Lock
from types import TracebackType


class Turns:
    """One at a time, first come, first served, as a context manager.

    A plain ``Lock`` that is let go and taken again at once may never reach those who wait.
    """

    def __init__(self) -> None:
        self._guard, self._busy = Lock(), False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # until the one before lets it go

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)
