"""A person at a terminal: their language, and progress where somebody looks."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from poolviz.text import N_, SOURCE, _, languages

USAGE = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("unrecognized arguments: %s"),
    N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"),
    N_("expected one argument"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)
"""What argparse itself says of the arguments here."""


@contextmanager
def usage_spoken() -> Iterator[None]:
    """argparse says ``USAGE`` in the language spoken.

    It asks gettext by a name of its own, which knows no catalogue of ours.
    """
    spoken: Any = argparse
    before, spoken._ = spoken._, _
    try:
        yield
    finally:
        spoken._ = before


def positive(text: str) -> int:
    """The whole number from 1 that an argument is, for ``type=``."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text)):
        raise argparse.ArgumentTypeError(
            _("a whole number from 1 is needed, got {text}").format(text=text)
        )
    return int(text)


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
