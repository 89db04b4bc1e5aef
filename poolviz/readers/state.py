"""A page's state as a file: what its link holds, and the input that is too large for a link.

JSON: ``{"poolviz": 1, "page": "windows", "link": {"kernel_size": "3"}, "input": "<base64 .npy>",
"picture": false}``. The texts in ``link`` are the link's own and are read by its readers; ``files``
holds texts that were uploaded, as they came, by names that the page knows.
"""

import base64
import binascii
import io
import json
from dataclasses import dataclass, field

import numpy as np

from poolviz.readers.npy import read_npy
from poolviz.readers.reading import LARGEST_FILE, ReadError, check_file_size, quoted
from poolviz.text import _

VERSION = 1
MOST_PARAMETERS = 64
LONGEST_TEXT = 8_000
FIELDS = frozenset(("poolviz", "page", "link", "input", "picture", "files"))
MOST_FILES = 16


@dataclass(frozen=True, eq=False)
class SavedState:
    """``page`` its address; ``link`` name -> text; ``matrix`` (H, W), None if the link has all;
    ``files`` what was uploaded, name -> text.
    """

    page: str
    link: dict[str, str] = field(default_factory=dict)
    matrix: np.ndarray | None = None
    picture: bool = False
    files: dict[str, str] = field(default_factory=dict)


def write_state(state: SavedState) -> bytes:
    """The file; ``read_state`` gives the same back, every number to the bit.

    ``files`` with which it would be larger than what is read are left out.

    >>> write_state(SavedState("windows", {"kernel_size": "3"})).decode()
    '{"poolviz": 1, "page": "windows", "link": {"kernel_size": "3"}}'
    """
    held: dict[str, object] = {"poolviz": VERSION, "page": state.page, "link": state.link}
    if state.matrix is not None:
        buffer = io.BytesIO()
        np.save(buffer, np.asarray(state.matrix, dtype=np.float64), allow_pickle=False)
        held["input"] = base64.b64encode(buffer.getvalue()).decode("ascii")
        held["picture"] = state.picture
    without = json.dumps(held, ensure_ascii=False).encode()
    if not state.files:
        return without
    data = json.dumps({**held, "files": state.files}, ensure_ascii=False).encode()
    return data if len(data) <= LARGEST_FILE else without


def read_state(data: bytes) -> SavedState:
    """The state in a file, or a ``ReadError``: a file of 5 MB at most, of these types alone."""
    check_file_size(len(data))
    try:
        held = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ReadError(
            _("This is not a state that was saved here: the file is not JSON.")
        ) from None
    if not isinstance(held, dict) or type(held.get("poolviz")) is not int:
        raise ReadError(_("This is not a state that was saved here: “poolviz” is missing."))
    if held["poolviz"] != VERSION:
        raise ReadError(
            _("The file has version {version}: {known} is read here.").format(
                version=str(held["poolviz"])[:12], known=VERSION
            )
        )
    for name in held.keys() - FIELDS:
        raise ReadError(_("The file holds {name}, which is unknown.").format(name=quoted(name)))
    page, link = held.get("page"), held.get("link", {})
    if not isinstance(page, str) or not page.replace("-", "").isalnum() or len(page) > 40:
        raise ReadError(_("“page” must name a page, such as windows."))
    matrix, files = _matrix(held.get("input")), _files(held.get("files", {}))
    return SavedState(page, _texts(link), matrix, held.get("picture") is True, files)


def _texts(link: object) -> dict[str, str]:
    """name -> text, as many and as long as a link may have."""
    good = isinstance(link, dict) and len(link) <= MOST_PARAMETERS
    if not good or not all(isinstance(v, str) and len(v) <= LONGEST_TEXT for v in link.values()):  # type: ignore[attr-defined]
        raise ReadError(
            _("“link” must hold up to {n} texts of up to {most} characters.").format(
                n=MOST_PARAMETERS, most=LONGEST_TEXT
            )
        )
    return dict(link)  # type: ignore[call-overload]


def _files(given: object) -> dict[str, str]:
    few = isinstance(given, dict) and len(given) <= MOST_FILES
    if not few or not all(isinstance(text, str) for text in given.values()):  # type: ignore[attr-defined]
        raise ReadError(_("“files” must hold up to {n} texts.").format(n=MOST_FILES))
    return dict(given)  # type: ignore[call-overload]


def _matrix(text: object) -> np.ndarray | None:
    if text is None:
        return None
    try:
        if not isinstance(text, str):
            raise ReadError
        raw = base64.b64decode(text, validate=True)
    except (ReadError, binascii.Error, ValueError):
        raise ReadError(_("“input” must be a .npy file in base64.")) from None
    return read_npy(raw).matrix
