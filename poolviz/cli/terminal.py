"""Progress on a terminal, and nothing of it where nobody looks."""

import sys
from collections.abc import Callable


def progress() -> Callable[[float], None] | None:
    """What shows a share in [0, 1] on stderr; None if that is no terminal."""
    return bar if sys.stderr.isatty() else None


def bar(share: float) -> None:
    """The share on one line of a terminal, which the result then follows."""
    end = "\r" if share < 1 else "\r\033[K"
    print(f"{share:4.0%}", end=end, file=sys.stderr, flush=True)
