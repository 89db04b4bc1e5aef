"""Arrays as Python, NumPy, PyTorch, TensorFlow, JAX and MATLAB print them."""

import re

import numpy as np

from poolviz.readers.planes import MOST_AXES, Plane, choose_plane
from poolviz.readers.reading import LARGEST_SIDE, Layout, ReadError
from poolviz.text import _

_LONGEST_FRAME = 300
"""Characters before the first bracket and after the last: a frame is looked at no further, so that
no expression ever runs over a long text."""
_BEFORE = re.compile(
    r"(?:Parameter containing:\s*)?(?:[A-Za-z_]\w*\s*=\s*)?"
    r"(?:<tf\.\w+[^<>\[\]]*numpy=\s*)?(?:[A-Za-z_][\w.]*\(\s*)?"
)
_AFTER = re.compile(
    r"(?:\s*,\s*\w+=(?:<[^<>]*>|'[^']*'|\"[^\"]*\"|\([\d, ]*\)|[\w.]+))*[\s,;]*\)?[\s,;]*>?[\s,;]*"
)
_MOST_LISTS = LARGEST_SIDE * LARGEST_SIDE + LARGEST_SIDE
_PIECE = re.compile(r"\[|\]|[^\[\]]+")
_LOGICAL = {"True": "1", "False": "0"}


class _NoArrayError(Exception):
    """The text is no array after all."""


def printed_rows(
    text: str, layout: Layout | None, plane: int
) -> tuple[list[list[str]], Plane] | None:
    """The cells of one plane of a printed array, row by row; None if the text is none.

    A print that is shortened ("...") is refused: what it left out cannot be known.
    """
    first, last = text.find("["), text.rfind("]")
    if _is_elided(text, first):
        raise ReadError(
            _(
                "The array was printed shortened, with “...” for the rest: print it whole, after "
                'np.set_printoptions(threshold=np.inf) or torch.set_printoptions(profile="full").'
            )
        )
    if first < 0 or last < first or not _is_framed(text, first, last):
        return None
    try:
        leaves, lead = _leaves(text[first : last + 1])
    except _NoArrayError:
        return None
    return _plane_of(leaves, lead, layout, plane)


def _is_framed(text: str, first: int, last: int) -> bool:
    before, after = text[:first].strip(), text[last + 1 :].strip()
    return (
        max(len(before), len(after)) <= _LONGEST_FRAME
        and _BEFORE.fullmatch(before) is not None
        and _AFTER.fullmatch(after) is not None
    )


def _is_elided(text: str, first: int) -> bool:
    if "..." not in text:
        return False
    bracket = 0 <= first <= _LONGEST_FRAME and _BEFORE.fullmatch(text[:first].strip()) is not None
    return bracket or text.lstrip().startswith(("tensor(...", "array(..."))


def _leaves(body: str) -> tuple[list[str], tuple[int, ...]]:
    """The innermost lists as text, and the shape that the lists around them make."""
    if body.count("[") > _MOST_LISTS:
        raise ReadError(
            _("The text has more than {most} lists: at most {side} × {side} are read.").format(
                most=_MOST_LISTS, side=LARGEST_SIDE
            )
        )
    leaves: list[str] = []
    counts = [0]  # children so far of each list that is open; the first is the text itself
    lengths: dict[int, set[int]] = {}  # depth -> how many children the lists of that depth have
    depths: set[int] = set()
    leaf = ""
    for piece in _PIECE.findall(body):
        if piece == "[":
            if leaf.strip(", ;\t\r\n"):
                raise _NoArrayError
            counts[-1] += 1
            counts.append(0)
            if len(counts) > MOST_AXES + 1:
                raise ReadError(
                    _("The lists are nested too deep: at most {most} axes are read.").format(
                        most=MOST_AXES
                    )
                )
            leaf = ""
        elif piece == "]":
            if len(counts) == 1:
                raise _NoArrayError
            children = counts.pop()
            if children == 0:
                leaves.append(leaf)
                depths.add(len(counts))
            elif leaf.strip(", ;\t\r\n"):
                raise _NoArrayError
            else:
                lengths.setdefault(len(counts), set()).add(children)
            leaf = ""
        else:
            leaf = piece
    if len(counts) > 1:
        raise _NoArrayError
    return leaves, _lead(counts[0], depths, lengths)


def _lead(top: int, depths: set[int], lengths: dict[int, set[int]]) -> tuple[int, ...]:
    if len(depths) > 1 or any(len(each) > 1 for each in lengths.values()):
        raise ReadError(
            _("The lists are not of one shape: lists side by side need as many lists in them.")
        )
    lead = tuple(lengths[depth].copy().pop() for depth in sorted(lengths))
    return lead if top == 1 else (top, *lead)


def _plane_of(
    leaves: list[str], lead: tuple[int, ...], layout: Layout | None, plane: int
) -> tuple[list[list[str]], Plane]:
    if len(leaves) == 1 and ";" in leaves[0]:  # MATLAB's rows
        leaves = leaves[0].split(";", LARGEST_SIDE)
        lead = (len(leaves),)
    separator = "," if "," in leaves[0] else None
    columns = len(_cells(leaves[0], separator))
    if columns == 0:
        raise ReadError(_("There are no numbers in the text."))
    chosen = choose_plane((*lead, columns), layout, plane)
    numbers = np.arange(len(leaves)).reshape(lead)[chosen.index[:-1]]
    along = chosen.index[-1]
    if isinstance(along, slice):
        rows = [_cells(leaves[n], separator) for n in numbers.ravel()]
    else:
        grid = numbers.reshape(chosen.rows, chosen.cols)
        rows = [[_cell(leaves[n], separator, along, columns) for n in row] for row in grid]
    return [[_LOGICAL.get(cell, cell) for cell in row] for row in rows], chosen


def _cells(leaf: str, separator: str | None) -> list[str]:
    leaf = leaf.strip() if separator is None else leaf.rstrip(separator + " \t\r\n")
    if not leaf.strip():
        return []
    return [" ".join(cell.split()) for cell in leaf.split(separator, LARGEST_SIDE)]


def _cell(leaf: str, separator: str | None, at: int, columns: int) -> str:
    cells = _cells(leaf, separator)
    if len(cells) != columns:
        raise ReadError(
            _("The lists are not of one shape: lists side by side need as many lists in them.")
        )
    return cells[at]
