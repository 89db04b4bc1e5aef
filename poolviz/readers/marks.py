"""What commas, points and gaps between digits mean, told from all numbers of a text at once.

"1,234" alone is either 1234 or 1.234. What settles it is another number of the same text: "0,5"
can only have a decimal comma, "1,234.5" only one between thousands.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from poolviz.readers.reading import ReadError, quoted
from poolviz.text import _

Decimal = Literal[".", ","]
DECIMALS: tuple[Decimal, ...] = (".", ",")
_LONGEST = 100
_SIGN = r"[+−-]?"
_EXPONENT = r"(?:[eE][+−-]?[0-9]+)?"
GAPS = "'’\u00a0\u2009\u202f"
_GAPPED = re.compile(rf"{_SIGN}[1-9][0-9]{{0,2}}(?:[ {GAPS}][0-9]{{3}})+(?:[.,][0-9]+)?")
_COMMAS = re.compile(rf"{_SIGN}[1-9][0-9]{{0,2}}((?:,[0-9]{{3}})+)(\.[0-9]+)?")
_POINTS = re.compile(rf"{_SIGN}[1-9][0-9]{{0,2}}((?:\.[0-9]{{3}})+)(,[0-9]+)?")
DECIMAL_COMMA = re.compile(rf"{_SIGN}[0-9]*,[0-9]+{_EXPONENT}")
_DECIMAL_POINT = re.compile(rf"{_SIGN}(?:[0-9]+\.[0-9]*|\.[0-9]+){_EXPONENT}")
_UNGAP = str.maketrans("", "", " " + GAPS)


@dataclass(frozen=True)
class Marks:
    """``decimal`` is the decimal sign; with ",", a point is between thousands or decimal, too."""

    decimal: Decimal
    points_group: bool = False
    is_open: bool = False
    notes: tuple[str, ...] = ()

    def plain(self, cell: str) -> str:
        """The cell as ``parse_number`` takes it, or as it was if it is written in no such way.

        >>> Marks(",", points_group=True).plain("1.234,5"), Marks(".").plain("1,234.5")
        ('1234.5', '1234.5')
        """
        if len(cell) > _LONGEST:
            return cell
        if _GAPPED.fullmatch(cell):
            cell = cell.translate(_UNGAP)
        if self.decimal == ".":
            return cell.replace(",", "") if _COMMAS.fullmatch(cell) else cell
        if self.points_group and _POINTS.fullmatch(cell):
            cell = cell.replace(".", "")
        return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell


@dataclass(frozen=True)
class _Seen:
    """The first cell of each way of writing, "" if none is written so."""

    decimal_comma: str = ""
    comma_groups: str = ""
    either_comma: str = ""
    decimal_point: str = ""
    point_groups: str = ""
    either_point: str = ""
    gaps: str = ""


def marks_of(cells: Iterable[str], usual: Decimal, decimal: Decimal | None = None) -> Marks:
    """What the marks in these cells mean, or a ``ReadError`` if they contradict each other.

    ``usual``: the decimal sign where "1,234" is all there is, which is then said in a note;
    ``decimal``: a person's own word on it.

    >>> marks_of(["1,234", "2,5"], ".").decimal, marks_of(["1,234", "2.5"], ",").decimal
    (',', '.')
    """
    if decimal not in (None, *DECIMALS):
        raise ValueError(f"decimal must be one of {', '.join(DECIMALS)}, got {decimal!r}")
    seen = _look(cells)
    _check(seen)
    if decimal is not None:
        marks = Marks(decimal, points_group=decimal == ",")
    elif seen.decimal_comma or seen.point_groups:
        marks = Marks(",", points_group=not seen.decimal_point)
    elif seen.comma_groups or seen.decimal_point:
        marks = Marks(".")
    else:
        marks = Marks(usual, is_open=bool(seen.either_comma))
    return replace(marks, notes=tuple(_said(marks, seen)))


def _check(seen: _Seen) -> None:
    """Refuse two numbers that give the same sign two meanings."""
    for one, other in (
        (seen.decimal_comma, seen.comma_groups),
        (seen.decimal_point, seen.point_groups),
        (seen.comma_groups, seen.point_groups),
    ):
        if one and other:
            raise ReadError(
                _(
                    "In {one} and {other} commas and points have different meanings: write all "
                    "numbers one way."
                ).format(one=quoted(one), other=quoted(other))
            )


def _look(cells: Iterable[str]) -> _Seen:
    first: dict[str, str] = {}
    for cell in cells:
        if len(cell) > _LONGEST:
            continue
        way = _way(cell)
        if way:
            first.setdefault(way, cell)
        if _GAPPED.fullmatch(cell):
            first.setdefault("gaps", cell)
    return _Seen(**first)


def _way(cell: str) -> str:
    """Which field of ``_Seen`` a cell belongs to, "" if it has no mark that says anything."""
    if _GAPPED.fullmatch(cell):
        tail = "".join(c for c in cell if c in ",.")
        return {",": "decimal_comma", ".": "decimal_point"}.get(tail, "")
    if match := _COMMAS.fullmatch(cell):
        return "comma_groups" if match[2] or match[1].count(",") > 1 else "either_comma"
    if match := _POINTS.fullmatch(cell):
        return "point_groups" if match[2] or match[1].count(".") > 1 else "either_point"
    if DECIMAL_COMMA.fullmatch(cell):
        return "decimal_comma"
    return "decimal_point" if _DECIMAL_POINT.fullmatch(cell) else ""


def _said(marks: Marks, seen: _Seen) -> Iterable[str]:
    """What was read, where it is not plain to everybody."""
    if marks.is_open:
        cell = seen.either_comma
        other = Marks("." if marks.decimal == "," else ",").plain(cell)
        yield _(
            "{cell} is read as {value}; it could be {other} as well, and no other number tells "
            "which."
        ).format(cell=quoted(cell), value=marks.plain(cell), other=other)
    grouped = [seen.comma_groups] if marks.decimal == "." else [seen.point_groups]
    if marks.decimal == "." and not marks.is_open:
        grouped.append(seen.either_comma)
    elif marks.points_group:
        grouped.append(seen.either_point)
    for cell in (*grouped, seen.gaps):
        if cell:
            yield _("{cell} is read as {value}.").format(cell=quoted(cell), value=marks.plain(cell))
            return
