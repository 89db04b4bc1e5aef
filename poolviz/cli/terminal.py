"""A person at a terminal: their language, and progress where somebody looks."""

import sys
from collections.abc import Callable, Mapping

from poolviz.text import SOURCE, languages


def progress() -> Callable[[float], None] | None:
    """What shows a share in [0, 1] on stderr; None if that is no terminal."""
    return bar if sys.stderr.isatty() else None


def bar(share: float) -> None:
    """The share on one line of a terminal, which the result then follows."""
    end = "\r" if share < 1 else "\r\033[K"
    print(f"{share:4.0%}", end=end, file=sys.stderr, flush=True)


def spoken_here(environment: Mapping[str, str]) -> str:
    """The language that the environment asks for, as gettext reads it; English if none is known.

    >>> spoken_here({"LANGUAGE": "fr:zh_CN", "LANG": "en_GB.UTF-8"}), spoken_here({"LANG": "C"})
    ('zh', 'en')
    """
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for asked in environment.get(name, "").split(":"):
            code = asked.split(".")[0].split("_")[0].lower()
            if code in languages():
                return code
    return SOURCE
