"""What every reader gives and refuses, and the limits that hold for all of them."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import numpy as np

from poolviz.text import _

Layout = Literal["first", "last"]

LARGEST_FILE = 5 * 1024 * 1024
"""Bytes of an upload, characters of a pasted text."""
LARGEST_SIDE = 512
"""Rows and columns of a matrix."""
LARGEST_NUMBER = 1e100
"""Finite numbers beyond it are refused: squares and cubes of what is let in, summed over any
window, still fit a float64, so no variant overflows on them."""

_NUMBER = re.compile(
    r"([+-]?)(?:(nan)|(inf(?:inity)?|∞)|((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?))",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_NUMBER = 100
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_HARMLESS = frozenset(" .,;:+-/%'\"=?_[]()")
_MARKUP = re.compile(
    r"(?<=\])\(|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|(?<![0-9]):|:(?![0-9])|:(?=.*:)|(?<=www)\.",
    re.IGNORECASE,
)
"""What signs that are harmless alone may be part of: a link, stress, an address, an emoji."""


class ReadError(ValueError):
    """What was wrong and what is allowed: one sentence in the reader's language, fit to show."""


@dataclass(frozen=True)
class Planes:
    """The choice that an array of more than two axes leaves.

    ``layout`` "first": rows and columns are the last two axes, as in PyTorch; "last": the two
    before the last, as in Keras and pictures. ``plane`` of ``count`` planes was read, counted from
    0 over all other axes, the last of them fastest.
    """

    shape: tuple[int, ...]
    layout: Layout
    plane: int
    count: int


@dataclass(frozen=True, eq=False)
class Reading:
    """Numbers that were read: float64 (H, W), and sentences on what was changed to get them.

    ``planes``: which plane of an array of more axes it is, None where there was no choice.
    ``decimal``: "." or "," as it was taken where the text left it open, so that the other may be
    asked for; None where nothing was open.
    """

    matrix: np.ndarray
    notes: tuple[str, ...] = ()
    planes: Planes | None = None
    decimal: Literal[".", ","] | None = None


def narrow(text: str) -> str:
    """The text with full-width signs, as Chinese keyboards give them, as ASCII.

    >>> narrow("１，２．５"), narrow("3²")
    ('1,2.5', '3²')
    """
    return text.translate(_WIDE)  # NFKC would also make 32 of 3²


def parse_number(text: str) -> float:
    """The float64 that a person wrote; ``ValueError`` if it is none (a ``ReadError`` if too large).

    Decimal and exponent notation in ASCII digits, "nan", "inf" and "∞" with any sign, and the true
    minus sign. No hexadecimal, no digit groups, no other script: a link must mean one number.

    >>> parse_number(" −1.5e2 "), parse_number("inf")
    (-150.0, inf)
    """
    text = text.strip().replace("−", "-")
    found = _NUMBER.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if found is None:
        raise ValueError("not a number")
    sign, nan, infinite, digits = found.groups()
    if nan:
        return np.nan
    value = np.inf if infinite else float(digits)
    if not infinite and value > LARGEST_NUMBER:
        raise ReadError(
            _("{number} is too large: numbers may go up to 1e100, or be inf.").format(
                number=quoted(text)
            )
        )
    return -value if sign == "-" else value


def check_numbers(matrix: np.ndarray) -> np.ndarray:
    """The float64 (H, W) matrix itself, or a ``ReadError`` naming its first number over 1e100."""
    with np.errstate(invalid="ignore"):
        large = np.isfinite(matrix) & (np.abs(matrix) > LARGEST_NUMBER)
    if large.any():
        row, col = divmod(int(large.argmax()), matrix.shape[1])
        raise ReadError(
            _(
                "Row {row}, column {column}: {number} is too large: numbers may go up to 1e100, "
                "or be inf."
            ).format(row=row, column=col, number=f"{matrix[row, col]:.3g}")
        )
    return matrix


def check_side(rows: int, cols: int) -> None:
    """Refuse a size before anything of that size is made."""
    if rows > LARGEST_SIDE or cols > LARGEST_SIDE:
        raise ReadError(
            _("{rows} × {cols} is too large: at most {most} × {most} numbers are read.").format(
                rows=rows, cols=cols, most=LARGEST_SIDE
            )
        )
    if rows < 1 or cols < 1:
        raise ReadError(
            _("{rows} × {cols} holds no number: at least one is needed.").format(
                rows=rows, cols=cols
            )
        )


def check_file_size(size: int) -> None:
    """Refuse an empty file or one over 5 MB."""
    if size == 0:
        raise ReadError(_("The file is empty."))
    if size > LARGEST_FILE:
        raise ReadError(
            _("The file has {size} MB: at most {most} MB are read.").format(
                size=f"{size / 1024**2:.1f}", most=LARGEST_FILE // 1024**2
            )
        )


def check_text_size(size: int) -> None:
    """Refuse a text of more characters than a file may have bytes."""
    if size > LARGEST_FILE:
        raise ReadError(
            _("The text has {size} characters: at most {most} are read.").format(
                size=size, most=LARGEST_FILE
            )
        )


def quoted(text: str) -> str:
    """A person's own text, short and harmless in a sentence that may be shown as Markdown.

    Angles, stars and the like, and whatever would make a link or a picture, become "·", as do
    controls and signs that nobody sees.

    >>> quoted("[[1"), quoted("![x](http://a.b)")
    ('“[[1”', '“·[x]·http·//a.b)”')
    """
    text = text.strip()
    short = _MARKUP.sub("·", text if len(text) <= 24 else text[:23] + "…")
    return "“" + "".join(sign if _harmless(sign) else "·" for sign in short) + "”"


def _harmless(sign: str) -> bool:
    """Whether Markdown and HTML know no use of this sign, and it can be seen."""
    kind = unicodedata.category(sign)[0]
    return sign in _HARMLESS or kind in "LN" or (not sign.isascii() and kind in "PS")
