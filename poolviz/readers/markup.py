"""Tables in Markdown and LaTeX as rows of cells: rules and marks of type are taken off.

Every expression here runs over a text once: no place is tried twice from another start.
"""

import io
import re
from dataclasses import dataclass

from poolviz.readers.reading import LARGEST_SIDE, ReadError, parse_number, quoted
from poolviz.text import _

_RULE = frozenset("|:-+= \t")
_BEGIN = re.compile(
    r"\\begin\{(tabular\*?|tabularx|tabulary|longtable|array|[pbBvV]?matrix\*?|smallmatrix)\}"
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_RULES = re.compile(
    r"\\(?:(?:top|mid|bottom)rule|hline|centering|endhead|c(?:mid|)(?:rule|line)(?:\([a-z]*\))?\{[^{}]*\})"
)
_WRAPPED = re.compile(
    r"\\(?:num|textbf|textit|underline|emph|mathbf|mathit|mathrm|text|bm)\{([^{}]*)\}"
)
_POWER = re.compile(r" *\\(?:times|cdot) *10\^(?:\{([+−-]?[0-9]+)\}|([0-9]))")
_LONGEST_CELL = 200
_WORDS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Markup:
    """``rows`` of (line number, cells); sentences on the headings that were left out."""

    rows: list[tuple[int, list[str]]]
    notes: tuple[str, ...] = ()


def markup_rows(text: str) -> Markup | None:
    """The rows of a table in LaTeX or with vertical bars; None for any other text."""
    if "\\begin{" in text or ("\\\\" in text and "&" in text):
        return _without_headings(_latex(text))
    if "|" in text:
        return _without_headings(_barred(text))
    return None


def _barred(text: str) -> list[tuple[int, list[str]]]:
    """Markdown's tables and those drawn with +, - and |."""
    rows: list[tuple[int, list[str]]] = []
    # Lines are taken one by one, so that a text of line ends costs no memory.
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        bare = line.strip()
        if not bare or _RULE.issuperset(bare):
            continue
        cells = bare.removeprefix("|").removesuffix("|").split("|", LARGEST_SIDE)
        _add(rows, number, [cell.strip(" \t*`") for cell in cells])
    return rows


def _latex(text: str) -> list[tuple[int, list[str]]]:
    text = _COMMENT.sub("", text)
    first = _BEGIN.search(text)
    if first is not None:
        if _BEGIN.search(text, first.end()):
            raise ReadError(_("The text holds several LaTeX tables: give one of them."))
        stop = text.find("\\end{" + first[1], first.end())
        text = text[_after_arguments(text, first.end()) : stop if stop >= 0 else None]
    text = _RULES.sub("", text)
    rows: list[tuple[int, list[str]]] = []
    lines = text.split("\\\\", 2 * LARGEST_SIDE)
    for number, line in enumerate(lines, start=1):
        if number > 1:
            line = _without_skip(line)
        if line.strip():
            _add(rows, number, [_latex_cell(cell) for cell in line.split("&", LARGEST_SIDE)])
    return rows


def _after_arguments(text: str, at: int) -> int:
    """Where the arguments in brackets and braces, as the columns' alignment, end."""
    closing = {"{": "}", "[": "]"}
    while (opening := text[at : at + 1]) in closing:
        length = _argument(text[at : at + _LONGEST_CELL], opening, closing[opening])
        if length == 0:
            break
        at += length
    return at


def _argument(text: str, opening: str, closing: str) -> int:
    """How long the argument is that the text begins with, 0 if it does not end."""
    depth = 0
    for length, sign in enumerate(text, start=1):
        depth += (sign == opening) - (sign == closing)
        if depth == 0:
            return length
    return 0


def _without_skip(line: str) -> str:
    """The row after a line's end, without the space that the end may ask for: \\\\*[2pt]."""
    line = line.removeprefix("*")
    if line.startswith("[") and (stop := line.find("]", 0, 20)) > 0:
        return line[stop + 1 :]
    return line


def _latex_cell(cell: str) -> str:
    cell = cell.strip()
    if len(cell) > _LONGEST_CELL:
        return cell
    for mark, plain in (("{,}", ","), ("\\,", "\u2009"), ("~", " "), ("$", ""), ("\\(", ""),
                        ("\\)", ""), ("\\infty", "∞"), ("\\%", "%")):  # fmt: skip
        cell = cell.replace(mark, plain)
    cell = _POWER.sub(lambda m: "e" + (m[1] or m[2]), cell)
    cell = _WRAPPED.sub(r"\1", _WRAPPED.sub(r"\1", cell)).strip()
    while len(cell) > 1 and cell[0] == "{" and cell[-1] == "}":
        cell = cell[1:-1].strip()
    return cell


def _add(rows: list[tuple[int, list[str]]], number: int, cells: list[str]) -> None:
    if len(rows) > LARGEST_SIDE:  # one more for the heading
        raise ReadError(
            _("The text has more than {most} rows: at most {most} × {most} are read.").format(
                most=LARGEST_SIDE
            )
        )
    if len(cells) > LARGEST_SIDE:
        raise ReadError(
            _("Line {row} has more than {most} numbers: at most {most} × {most} are read.").format(
                row=number, most=LARGEST_SIDE
            )
        )
    rows.append((number, cells))


def _without_headings(rows: list[tuple[int, list[str]]]) -> Markup:
    """Leave out a first row of words, and a first column of words or under a blank corner."""
    notes: tuple[str, ...] = ()
    heading = rows[0][1] if len(rows) > 1 else ["0"]
    corner = len(heading) > 1 and not heading[0] and all(heading[1:])
    if corner or not any(_is_like_a_number(cell) for cell in heading):
        rows = rows[1:]
        if any(heading):
            notes += (
                _("The first row, {cell}, is taken as a heading and left out.").format(
                    cell=quoted(", ".join(filter(None, heading))[:100])
                ),
            )
    labels = [cells[0] for _number, cells in rows if len(cells) > 1]
    words = bool(labels) and all(_is_words(label) for label in labels)
    if (corner or words) and len(labels) == len(rows):
        rows = [(number, cells[1:]) for number, cells in rows]
        notes += (
            _("The first column, {cell}, is taken as a heading and left out.").format(
                cell=quoted(", ".join(labels[:4])[:100])
            ),
        )
    return Markup(rows, notes)


def _is_like_a_number(cell: str) -> bool:
    """Whether it is a number, or would be one but for its commas and gaps."""
    return _is_number(cell) or (any(c.isdigit() for c in cell) and not _WORDS.search(cell))


def _is_words(cell: str) -> bool:
    return not _is_number(cell) and _WORDS.search(cell) is not None


def _is_number(cell: str) -> bool:
    try:
        parse_number(cell)
    except ReadError:
        return True
    except ValueError:
        return False
    return True
