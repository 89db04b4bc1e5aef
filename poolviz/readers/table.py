"""Numbers written as text: CSV as spreadsheets save it, printed arrays, or rows typed by hand."""

import codecs
import io
import re
from collections.abc import Iterator

import numpy as np

from poolviz.readers.marks import GAPS, Decimal, Marks, marks_of
from poolviz.readers.markup import markup_rows
from poolviz.readers.printed import printed_rows
from poolviz.readers.reading import (
    LARGEST_SIDE,
    Layout,
    ReadError,
    Reading,
    check_file_size,
    check_text_size,
    narrow,
    parse_number,
    quoted,
)
from poolviz.text import _

Rows = list[tuple[int, list[str]]]
"""Line numbers, for what is said of a fault, and the cells of each line."""

_LETTER = re.compile(r"[^\W\d_]")
_QUOTED = re.compile(r'"[^"\n\r]*"')
_GAP = re.compile(rf"(?<=[0-9])[{GAPS}](?=[0-9]{{3}}(?![0-9]))")
_TWO_WHOLE = re.compile(r"[+−-]?[0-9]+,[0-9]+")
_SHORT_WHOLE = 15
"""Digits of which any whole number is a float64."""
_LONGEST_LINE, _LONGEST_CELL = 20_000, 200
"""Characters that are looked at to tell the separator."""
_EITHER = (Marks("."), Marks(",", points_group=True))
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_csv(
    data: bytes | str,
    *,
    decimal: Decimal | None = None,
    layout: Layout | None = None,
    plane: int = 0,
) -> Reading:
    """Rows of numbers -> ``Reading`` with float64 (H, W); anything else is a ``ReadError``.

    One row a line; blank lines and empty cells at the end of a row are skipped. The separator is
    found, not asked for: semicolon if there is one, else tab, else comma, else spaces. Signs in
    quotes separate nothing. What commas and points mean is told from all numbers (``marks_of``)
    unless ``decimal`` says it; what was open is in ``notes``, and the way taken in ``decimal``.
    ``nan`` and ``inf`` are numbers. Text is UTF-8, or UTF-16 with its byte order mark.

    Arrays as Python, NumPy, PyTorch and MATLAB print them are read too, of more axes one plane
    (``choose_plane`` says what ``layout`` and ``plane`` mean), and tables in Markdown and LaTeX.
    Full-width signs count as ASCII, but beside a full-width comma semicolons end rows.

    >>> read_csv("1;2,5\\n3;4\\n").matrix
    array([[1. , 2.5],
           [3. , 4. ]])
    >>> read_csv("[[1, 2], [3, 4]]").matrix
    array([[1., 2.],
           [3., 4.]])
    """
    text = _decode(data) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    check_text_size(len(text))
    wide = "，" in text
    text = narrow(text)
    printed = printed_rows(text, layout, plane)
    if printed is not None:
        cells, chosen = printed
        notes = chosen.notes if len(chosen.index) > 1 else ()
        matrix, _marks, said = _matrix(list(enumerate(cells, start=1)), ".", decimal)
        return Reading(matrix, (*notes, *said), chosen.planes)
    table = markup_rows(text)
    if table is not None:
        matrix, marks, said = _matrix(table.rows, ".", decimal)
        return Reading(matrix, (*table.notes, *said), decimal=_open(marks))
    return _separated(text.replace(";", "\n") if wide else text, decimal)


def _separated(text: str, decimal: Decimal | None) -> Reading:
    text = _GAP.sub("'", text)
    separator, notes, taken = _separator(text, decimal)
    usual: Decimal = "," if separator in (";", "\t") else "."
    matrix, marks, said = _matrix(_rows(text, separator), usual, decimal)
    return Reading(matrix, (*notes, *said), decimal=taken or _open(marks))


def _open(marks: Marks | None) -> Decimal | None:
    return marks.decimal if marks is not None and marks.is_open else None


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


def _separator(
    text: str, decimal: Decimal | None
) -> tuple[str | None, tuple[str, ...], Decimal | None]:
    """What stands between numbers, None for spaces; notes; the decimal sign if that was open."""
    bare = _QUOTED.sub("", text) if '"' in text else text
    for mark in ";\t":
        if mark in bare:
            return mark, (), None
    if "," not in bare:
        return None, (), None
    if _is_spaced(bare):
        return None, (_("Spaces separate the numbers: commas are part of them."),), None
    if bare == text and decimal == ",":
        return None, (), None
    if bare == text and decimal is None:
        return _one_comma_a_line(text)
    return ",", (), None


def _is_spaced(text: str) -> bool:
    """Whether in the first line spaces stand between numbers of which some have a comma."""
    line = text.lstrip()[:_LONGEST_LINE].splitlines()[0]
    cells = line.split() if "," in line else []
    return len(cells) > 1 and all(
        cell[0] != "," != cell[-1] and any(_is_number(marks.plain(cell)) for marks in _EITHER)
        for cell in cells
    )


def _one_comma_a_line(text: str) -> tuple[str | None, tuple[str, ...], Decimal | None]:
    """Two columns of whole numbers, or one of decimal commas: both are written "1,25"."""
    padded = False
    for line in io.StringIO(text, newline=None):
        if not (cell := line[:_LONGEST_CELL].strip()):
            continue
        if not _TWO_WHOLE.fullmatch(cell):
            return ",", (), None
        after = cell.split(",")[1]
        padded |= len(after) > 1 and after[0] == "0"  # as no whole number is written
    if padded:
        return None, (_("The text is read as one column of decimal commas."),), ","
    note = _("The text is read as two columns; it could be one column of decimal commas as well.")
    return ",", (note,), "."


def _rows(text: str, separator: str | None) -> Rows:
    rows: Rows = []
    # Lines are taken one by one, so that a file of separators or of line ends costs no memory.
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        cells = [] if line.isspace() else _cells(line, separator, number)
        if not cells:
            continue
        if len(rows) == LARGEST_SIDE:
            raise ReadError(
                _("The text has more than {most} rows: at most {most} × {most} are read.").format(
                    most=LARGEST_SIDE
                )
            )
        rows.append((number, cells))
    return rows


def _cells(line: str, separator: str | None, row: int) -> list[str]:
    """The cells of a line without the empty ones at its end; none for a blank line."""
    line = line.strip() if separator is None else line.rstrip(separator + " \r\n\t")
    if not line.strip():
        return []
    # One more than the limit is enough to know; the rest of the line stays in one piece.
    quotes = line.count('"')
    if quotes and quotes % 2 == 0 and quotes <= 2 * LARGEST_SIDE:
        cells = _around_quotes(line, separator)
    else:
        cells = line.split(separator, LARGEST_SIDE)
    if len(cells) > LARGEST_SIDE:
        raise ReadError(
            _("Line {row} has more than {most} numbers: at most {most} × {most} are read.").format(
                row=row, most=LARGEST_SIDE
            )
        )
    return cells


def _around_quotes(line: str, separator: str | None) -> list[str]:
    """The cells of a line in which separators between quotes separate nothing."""
    cells: list[list[str]] = [[]]
    for place, part in enumerate(line.split('"')):
        if place % 2:
            cells[-1] += ['"', part, '"']
            continue
        if separator is None:
            first, *more = re.split(r"\s+", part, maxsplit=LARGEST_SIDE)
        else:
            first, *more = part.split(separator, LARGEST_SIDE)
        cells[-1].append(first)
        cells += [[each] for each in more]
        if len(cells) > LARGEST_SIDE:
            break
    return ["".join(pieces) for pieces in cells]


def _matrix(
    rows: Rows, usual: Decimal, decimal: Decimal | None
) -> tuple[np.ndarray, Marks | None, tuple[str, ...]]:
    """The numbers of the rows; what their marks mean if that mattered; sentences on both."""
    if not rows:
        raise ReadError(_("There are no numbers in the text."))
    rows = [(number, [_unquoted(cell) for cell in cells]) for number, cells in rows]
    marks = None
    if decimal is not None or not all(_is_number(cell) for cell in _each(rows)):
        marks = marks_of(_each(rows), usual, decimal)
        rows = [(number, [marks.plain(cell) for cell in cells]) for number, cells in rows]
    values: list[list[float]] = []
    for number, cells in rows:
        values.append(_row(cells, number, first=not values))
        if len(cells) != len(values[0]):
            raise ReadError(
                _(
                    "Numbers in line {row}: {count}; in the first row: {first}. Every row needs "
                    "as many."
                ).format(row=number, count=len(cells), first=len(values[0]))
            )
    notes = marks.notes if marks is not None else ()
    return np.array(values, dtype=np.float64), marks, (*notes, *_rounded(rows))


def _each(rows: Rows) -> Iterator[str]:
    return (cell for _number, cells in rows for cell in cells)


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].strip()
    return cell


def _rounded(rows: Rows) -> Iterator[str]:
    """A sentence on the first whole number that a float64 does not hold."""
    for cell in _each(rows):
        digits = cell.replace("−", "-")
        if len(digits) <= _SHORT_WHOLE or not digits.lstrip("+-").isdigit():
            continue
        value = float(digits)
        if int(digits) != int(value):
            yield _(
                "Whole numbers beyond 2^53 are rounded to what a float64 can hold: {cell} to "
                "{value}."
            ).format(cell=quoted(cell), value=int(value))
            return


def _row(cells: list[str], row: int, *, first: bool) -> list[float]:
    values = []
    for column, cell in enumerate(cells, start=1):
        try:
            values.append(parse_number(cell))
        except ReadError as error:
            raise ReadError(
                _("Line {row}, column {column}: {what}").format(row=row, column=column, what=error)
            ) from None
        except ValueError:
            raise ReadError(_not_a_number(cells, row, column, first=first)) from None
    return values


def _is_number(cell: str) -> bool:
    try:
        parse_number(cell)
    except ValueError:
        return False
    return True


def _not_a_number(cells: list[str], row: int, column: int, *, first: bool) -> str:
    cell = cells[column - 1]
    if not cell.strip():
        return _("Line {row}, column {column} is empty: write a number there, or nan.").format(
            row=row, column=column
        )
    if first and not any(_is_number(each) for each in cells) and _LETTER.search(cell):
        return _(
            "Line {row} holds text, {cell}, like a header: take it out, only numbers are read."
        ).format(row=row, cell=quoted(cell))
    return _(
        "Line {row}, column {column}: {cell} is not a number. Numbers look like 3, −1.5, 2e-3, nan "
        "or inf."
    ).format(row=row, column=column, cell=quoted(cell))
