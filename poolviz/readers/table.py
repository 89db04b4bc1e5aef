"""Numbers written as text: CSV as spreadsheets save it, or rows typed by hand."""

import codecs
import io
import re

import numpy as np

from poolviz.readers.reading import (
    LARGEST_SIDE,
    ReadError,
    Reading,
    check_file_size,
    check_text_size,
    narrow,
    parse_number,
    quoted,
)
from poolviz.text import _

_DECIMAL_COMMA = re.compile(r"[+−-]?[0-9]*,[0-9]+(?:[eE][+−-]?[0-9]+)?")
_LIST = re.compile(
    r"(?:[A-Za-z_.]++\()?\s*+(\[.*\])\s*+(?:,\s*+dtype=[\w.]++\s*+)?+,?+\s*+\)?", re.DOTALL
)
"""Python's list, or an array as NumPy and PyTorch print it. No spaces are tried twice."""
_INNERMOST = re.compile(r"\[([^\[\]]*)\]")
_LETTER = re.compile(r"[^\W\d_]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_csv(data: bytes | str) -> Reading:
    """Rows of numbers -> ``Reading`` with float64 (H, W); anything else is a ``ReadError``.

    One row a line; blank lines and empty cells at the end of a row are skipped. The separator is
    found, not asked for: semicolon if there is one, else tab, else comma, else spaces. Between
    semicolons or tabs a comma is a decimal comma. ``nan`` and ``inf`` are numbers. Text is UTF-8,
    or UTF-16 with its byte order mark. Lists of Python and NumPy are rows too; full-width signs
    count as ASCII, but beside a full-width comma semicolons end rows.

    >>> read_csv("1;2,5\\n3;4\\n").matrix
    array([[1. , 2.5],
           [3. , 4. ]])
    >>> read_csv("[[1, 2], [3, 4]]").matrix
    array([[1., 2.],
           [3., 4.]])
    """
    text = _decode(data) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    check_text_size(len(text))
    text = _lines(text)
    separator = next((mark for mark in ";\t," if mark in text), None)
    rows: list[list[float]] = []
    # Lines are taken one by one, so that a file of separators or of line ends costs no memory.
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        cells = [] if line.isspace() else _cells(line, separator, number)
        if not cells:
            continue
        if len(rows) == LARGEST_SIDE:
            raise _too_many_rows()
        rows.append(_row(cells, number, separator, first=not rows))
        if len(rows[-1]) != len(rows[0]):
            raise ReadError(
                _(
                    "Numbers in line {row}: {count}; in the first row: {first}. Every row needs "
                    "as many."
                ).format(row=number, count=len(rows[-1]), first=len(rows[0]))
            )
    if not rows:
        raise ReadError(_("There are no numbers in the text."))
    return Reading(np.array(rows, dtype=np.float64))


def _decode(data: bytes) -> str:
    check_file_size(len(data))
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ReadError(_("The file is not text: save the numbers as CSV in UTF-8."))
    return text


def _lines(text: str) -> str:
    """The text with ASCII signs, and with a line a row where it is a list of lists."""
    wide = "，" in text
    text = narrow(text)
    found = _LIST.fullmatch(text.strip())
    if found is None:
        return text.replace(";", "\n") if wide else text
    if text.count("[") > LARGEST_SIDE + 1:
        raise _too_many_rows()
    # A list of lists without its outer brackets, or one that has them.
    for inner in (found[1], found[1][1:-1]):
        between = _INNERMOST.sub("", inner)
        if not between.strip(", \r\n\t"):
            rows = (row.translate({10: " ", 13: " "}) for row in _INNERMOST.findall(inner))
            return "\n".join(rows).replace(";", "\n")
    return text


def _too_many_rows() -> ReadError:
    return ReadError(
        _("The text has more than {most} rows: at most {most} × {most} are read.").format(
            most=LARGEST_SIDE
        )
    )


def _cells(line: str, separator: str | None, row: int) -> list[str]:
    """The cells of a line without the empty ones at its end; none for a blank line."""
    line = line.strip() if separator is None else line.rstrip(separator + " \r\n\t")
    if not line.strip():
        return []
    # One more than the limit is enough to know; the rest of the line stays in one piece.
    cells = line.split(separator, LARGEST_SIDE)
    if len(cells) > LARGEST_SIDE:
        raise ReadError(
            _("Line {row} has more than {most} numbers: at most {most} × {most} are read.").format(
                row=row, most=LARGEST_SIDE
            )
        )
    return cells


def _row(cells: list[str], row: int, separator: str | None, *, first: bool) -> list[float]:
    values = []
    for column, cell in enumerate(cells, start=1):
        try:
            values.append(_number(cell, separator))
        except ReadError as error:
            raise ReadError(
                _("Line {row}, column {column}: {what}").format(row=row, column=column, what=error)
            ) from None
        except ValueError:
            raise ReadError(_not_a_number(cells, row, column, separator, first=first)) from None
    return values


def _number(cell: str, separator: str | None) -> float:
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].strip()
    if separator in (";", "\t") and _DECIMAL_COMMA.fullmatch(cell[:200]):
        cell = cell.replace(",", ".")
    return parse_number(cell)


def _is_number(cell: str, separator: str | None) -> bool:
    try:
        _number(cell, separator)
    except ValueError:
        return False
    return True


def _not_a_number(
    cells: list[str], row: int, column: int, separator: str | None, *, first: bool
) -> str:
    cell = cells[column - 1]
    if not cell.strip():
        return _("Line {row}, column {column} is empty: write a number there, or nan.").format(
            row=row, column=column
        )
    if first and not any(_is_number(each, separator) for each in cells) and _LETTER.search(cell):
        return _(
            "Line {row} holds text, {cell}, like a header: take it out, only numbers are read."
        ).format(row=row, cell=quoted(cell))
    return _(
        "Line {row}, column {column}: {cell} is not a number. Numbers look like 3, −1.5, 2e-3, nan "
        "or inf."
    ).format(row=row, column=column, cell=quoted(cell))
