"""Controls of what a person makes by hand or brings along: joints that are moved, files, texts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from poolviz.stage import link
from poolviz.stage.control import Kind, Values, Written
from poolviz.stage.posing import Moved
from poolviz.text import _


@dataclass(frozen=True)
class Joints(Written):
    """A pose that is moved by hand in a picture, the part ``Posed`` of the page.

    ``count``: how many joints it has in a state. ``takes``: the values by key that what was moved
    sets; they are taken over before anything is computed.
    """

    reader: link.Reader
    writer: link.Writer
    count: Callable[[Values], int]
    takes: Callable[[Values, Moved], Mapping[str, Any]]
    tries: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Brings(Kind):
    """What a person brings as a file whose name ends as one of ``endings``, or pastes as a text.

    ``sets``: the values by key that it sets; ``ValueError`` says why it cannot be used, and the
    last good values stand. A file that is taken away brings None. ``paste`` is what the box for a
    text is called, "": there is none; ``placeholder`` stands in it while it is empty. ``camera``:
    what the switch is called with which a person brings what a camera sees, "": there is none.
    """

    endings: tuple[str, ...]
    sets: Callable[[Values, bytes | str | None], Mapping[str, Any]]
    paste: str = ""
    placeholder: str = ""
    camera: str = ""

    def read(self, text: str) -> Any:
        """No link holds it; what it sets, a link may hold."""
        raise ValueError(_("no link holds this"))
