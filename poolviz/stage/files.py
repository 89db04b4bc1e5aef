"""Files of one's own: larger than a link holds, they travel in saved states.

Any kind of control whose value a link cannot carry says so by ``Kind.carried``, ``pack`` and
``unpack``; whoever saves and loads states asks for those, and knows no page.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poolviz.readers import ReadError
from poolviz.stage.cache import NAMING
from poolviz.stage.control import Kind, Values
from poolviz.stage.page import Page
from poolviz.text import N_, _

LARGEST_MB = 20
"""An annotation file of a whole data set is larger than a matrix or a picture."""


class Upload:
    """The bytes of a file, told from others by their digest.

    >>> Upload(b"[]") == Upload(b"[]"), Upload(b"[]") == Upload(b"{}")
    (True, False)
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.digest = hashlib.blake2b(content, digest_size=16).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Upload) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Upload({self.digest.hex()})"


NAMING[Upload] = lambda upload: upload.digest


@dataclass(frozen=True)
class Slot:
    """One of several files: what a saved state calls it, what a person reads beside it.

    ``typed``: it is a short text that is typed and may be empty.
    """

    name: str
    label: str
    typed: bool = False


@dataclass(frozen=True)
class Files(Kind):
    """Files that are uploaded together, an ``Upload`` for each of ``slots``; None while there are
    none. ``endings``: how their names may end. No link holds them; a saved state does.
    """

    slots: tuple[Slot, ...]
    endings: tuple[str, ...]
    note: str = ""
    """What is read above them."""
    tries: tuple[tuple[Upload, ...], ...] = ()
    most_mb: int = LARGEST_MB

    @property
    def carried(self) -> tuple[str, ...]:
        """The names of the slots."""
        return tuple(slot.name for slot in self.slots)

    def read(self, text: str) -> Any:
        """No link holds them."""
        raise ValueError(_("no link holds this"))

    def pack(self, value: Any) -> dict[str, str]:
        """Slot -> text; nothing where a file is no text."""
        try:
            texts = [upload.content.decode("utf-8") for upload in value or ()]
        except UnicodeDecodeError:
            return {}
        return dict(zip(self.carried, texts, strict=False))

    def unpack(self, texts: Mapping[str, str]) -> tuple[Upload, ...]:
        """The files of these texts."""
        return tuple(Upload(texts[name].encode()) for name in self.carried)

    def examples(self, values: Values) -> tuple[Any, ...]:
        """What the declaration says could be tried."""
        return (None, *self.tries)


def carried(page: Page, values: Values) -> dict[str, str]:
    """The texts of a page's values that a saved state carries, for no link can."""
    return {
        name: text
        for control in page.controls
        if control.kind.carried
        for name, text in control.kind.pack(values[control.key]).items()
    }


def brought(page: Page, texts: Mapping[str, str]) -> dict[str, Any]:
    """Key -> value of what a saved state brings beside its link.

    Raises:
        ReadError: the page has no place for these texts.
    """
    if not texts:
        return {}
    known = [control for control in page.controls if control.kind.carried]
    if not known:
        raise ReadError(_(TAKES_NONE))
    for control in known:
        if set(control.kind.carried) == set(texts):
            return {control.key: control.kind.unpack(texts)}
    names = ", ".join(known[0].kind.carried)
    raise ReadError(_("“files” must hold the texts {names}.").format(names=names))


TAKES_NONE = N_("The file brings an input, and this page takes none.")


def travels_alone(page: Page, values: Values) -> bool:
    """Whether something of these values does not travel in their link."""
    return any(c.kind.carried and values[c.key] != c.default for c in page.controls)
