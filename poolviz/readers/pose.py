"""A person's own pose: CSV rows or JSON as COCO writes it; and poses as text in a link."""

import json
import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.readers.limbs import distinct, limbs, readable_limb
from poolviz.readers.packed import shortest
from poolviz.readers.reading import (
    ReadError,
    check_file_size,
    check_text_size,
    parse_number,
    quoted,
)
from poolviz.readers.table import read_csv
from poolviz.text import _, counted

MOST_KEYPOINTS = 133
"""COCO-WholeBody has as many."""
LARGEST_SKELETON = 3 * MOST_KEYPOINTS
FARTHEST = 1e6
"""Pixels: coordinates, widths and heights may go up to it."""


@dataclass(frozen=True, eq=False)
class OwnPose:
    """``points`` float64 (K, 2), ``visibility`` (K,); what the file did not say is None or empty.

    ``edges`` are 0-based pairs; ``bbox`` is x, y, width, height.
    """

    points: np.ndarray
    visibility: tuple[int, ...]
    found: np.ndarray | None = None
    names: tuple[str, ...] = ()
    edges: tuple[tuple[int, int], ...] = ()
    sigmas: tuple[float, ...] = ()
    area: float | None = None
    bbox: tuple[float, ...] | None = None
    notes: tuple[str, ...] = ()
    """Sentences on what was left out or read as something else."""


def read_pose(data: bytes | str) -> OwnPose:
    """A pose from text: JSON if it begins with a brace, else CSV or a list; else a ``ReadError``.

    Keypoints may also stand one list each, [x, y, v] or [x, y], of one person.

    CSV has a line a keypoint: x, y; or x, y, v; or x, y, v and the detected x, y. JSON is an
    object with COCO's ``keypoints`` (x, y, v, x, y, v, ...) and, if known, ``names``, ``skeleton``
    (pairs of numbers from 1, or of names), ``sigmas``, ``area``, ``bbox`` and the detection's
    ``found`` (x, y, ...). Visibility, names and limbs that are odd stop nothing: see ``notes``.

    >>> read_pose("1,2\\n3,4").visibility
    (2, 2)
    """
    if isinstance(data, bytes):
        check_file_size(len(data))
        head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    else:
        check_text_size(len(data))
        head = data[:64].strip().encode()
    if re.match(rb"[\[\s]*\{", head):
        return _from_json(data)
    reading = read_csv(data, layout="first")
    if reading.planes is not None:
        raise ReadError(
            _("There are {n} lists of keypoints: give those of one person.").format(
                n=reading.planes.count
            )
        )
    return _from_rows(reading.matrix)


def _from_rows(matrix: np.ndarray) -> OwnPose:
    count, columns = matrix.shape
    if columns not in (2, 3, 5):
        raise ReadError(
            _(
                "A line holds x, y, or x, y, v, or x, y, v and the detected x, y: 2, 3 or 5 "
                "numbers, not {n}."
            ).format(n=columns)
        )
    _check_count(count)
    _check_places(matrix[:, :2], _("a coordinate"))
    v = matrix[:, 2] if columns > 2 else np.full(count, 2.0)
    found = matrix[:, 3:] if columns == 5 else None
    if found is not None:
        _check_places(found, _("a coordinate"))
    flags, notes = _flags(v)
    return OwnPose(
        matrix[:, :2].copy(), flags, None if found is None else found.copy(), notes=notes
    )


def _from_json(data: bytes | str) -> OwnPose:
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        raise ReadError(_("The text begins like JSON, but is none: check its brackets.")) from None
    if isinstance(given, dict) and "annotations" in given:
        raise ReadError(
            _("This is a whole annotation file: take out one person, an object with “keypoints”.")
        )
    if not isinstance(given, dict) or "keypoints" not in given:
        raise ReadError(_("An object with “keypoints”, a list x, y, v, x, y, v, …, is needed."))
    flat = _list(_flattened(given, "keypoints"), "keypoints")
    if len(flat) % 3:
        raise ReadError(
            _("“keypoints” has {numbers}: x, y and v for each, so a multiple of 3.").format(
                numbers=counted(len(flat), _("{n} number"), _("{n} numbers"))
            )
        )
    triples = np.array(flat).reshape(-1, 3)
    count = len(triples)
    _check_count(count)
    _check_places(triples[:, :2], _("a coordinate"))
    flags, notes = _flags(triples[:, 2])
    names, unnamed = _names(given.get("names"), count)
    edges, undrawn = _edges(given.get("skeleton"), names, count)
    return OwnPose(
        triples[:, :2].copy(),
        flags,
        found=_found(given, count),
        names=names,
        edges=edges,
        sigmas=_sigmas(given, count),
        area=_area(given),
        bbox=_bbox(given),
        notes=notes + unnamed + undrawn,
    )


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST_KEYPOINTS:
        raise ReadError(
            _("There are {n} keypoints: 1 to {most} are read.").format(n=count, most=MOST_KEYPOINTS)
        )


def _check_places(values: np.ndarray, what: str) -> None:
    wrong = ~(np.abs(values) <= FARTHEST)
    if wrong.any():
        raise ReadError(
            _("{value} is too far for {what}: −1e6 to 1e6 pixels are read.").format(
                value=f"{values[wrong].ravel()[0]:g}", what=what
            )
        )


def _flags(values: np.ndarray) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """0, 1 or 2 each, as COCO counts: what is above 0 is labelled; and a sentence if any is odd."""
    odd = values[~np.isin(values, (0, 1, 2))]
    notes = [
        _("A visibility flag is {value}: all above 0 are labelled, and drawn as visible.").format(
            value=f"{value:g}"
        )
        for value in odd[:1]
    ]
    return tuple(int(v) if v in (0, 1, 2) else 2 * int(v > 0) for v in values), tuple(notes)


def _list(given: dict[str, Any], name: str) -> list[float]:
    values = given[name]
    if not isinstance(values, list) or len(values) > 3 * MOST_KEYPOINTS:
        raise ReadError(
            _("“{name}” must be a list of at most {most} numbers.").format(
                name=name, most=3 * MOST_KEYPOINTS
            )
        )
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ReadError(
                _("“{name}” holds {value}, which is not a number.").format(
                    name=name, value=quoted(str(value))
                )
            )
        if not abs(value) <= 1e12:
            raise ReadError(
                _("“{name}” holds a number that is not finite or too large.").format(name=name)
            )
    return [float(value) for value in values]


def _flattened(given: dict[str, Any], name: str, *, fill: bool = True) -> dict[str, Any]:
    """The object with ``name`` in COCO's one list, where it was one list a keypoint.

    Lists of two get the flag 2, as a line of CSV without one, if ``fill``.
    """
    rows = given[name]
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], list):
        return given
    if len(rows) == 1 and rows[0] and isinstance(rows[0][0], list):
        rows = rows[0]  # a person in a list of people, as libraries give them
    if len(rows) > MOST_KEYPOINTS or not all(isinstance(row, list) for row in rows):
        raise ReadError(
            _("“{name}” must be a list of at most {most} lists [x, y, v].").format(
                name=name, most=MOST_KEYPOINTS
            )
        )
    lengths = {len(row) for row in rows}
    if len(lengths) != 1 or not lengths <= {2, 3}:
        raise ReadError(
            _("The lists in “{name}” must all be [x, y, v], or all [x, y].").format(name=name)
        )
    flags = [2] if fill and lengths == {2} else []
    return given | {name: [value for row in rows for value in row + flags]}


def _found(given: dict[str, Any], count: int) -> np.ndarray | None:
    if given.get("found") is None:
        return None
    flat = _list(_flattened(given, "found", fill=False), "found")
    if len(flat) not in (2 * count, 3 * count):
        raise ReadError(
            _("“found” has {numbers}: {two} (x, y) or {three} (x, y, score) are needed.").format(
                numbers=counted(len(flat), _("{n} number"), _("{n} numbers")),
                two=2 * count,
                three=3 * count,
            )
        )
    found = np.array(flat).reshape(count, -1)[:, :2].copy()
    _check_places(found, _("a coordinate"))
    return found


def _names(given: Any, count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names, told apart where they are doubled; none, and a sentence, if they do not fit."""
    if given is None:
        return (), ()
    words = given if isinstance(given, list) and len(given) == count else []
    cut = ["".join(c for c in str(word) if c.isalnum() or c in "_- ")[:24] for word in words]
    if not cut or not all(cut):
        told = _("“names” are left out: one word a keypoint is needed, {n} in all.")
        return (), (told.format(n=count),)
    names = distinct(cut)
    doubled = _("Some “names” are doubled: told apart by a number.")
    return names, () if list(names) == cut else (doubled,)


def _edges(
    given: Any, names: tuple[str, ...], count: int
) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """The limbs that join two keypoints, and sentences on all others."""
    if given is None:
        return (), ()
    few = given[:LARGEST_SKELETON] if isinstance(given, list) else given
    edges, nonsense, from_0 = limbs(few, names or [""] * count)
    notes = [_("The skeleton counts from 0, and not from 1 as in COCO.")] if from_0 else []
    if few != given:
        notes.append(
            _("The skeleton has more than {most} limbs: the others are left out.").format(
                most=LARGEST_SKELETON
            )
        )
    if nonsense:
        notes.append(
            counted(
                len(nonsense),
                _("The limb {limb} joins no two keypoints and is left out."),
                _("{n} limbs join no two keypoints and are left out, the first is {limb}."),
            ).format(limb=readable_limb(nonsense[0]))
        )
    return edges, tuple(notes)


def _sigmas(given: dict[str, Any], count: int) -> tuple[float, ...]:
    if given.get("sigmas") is None:
        return ()
    values = _list(given, "sigmas")
    if len(values) != count or not all(0.001 <= v <= 1 for v in values):
        raise ReadError(
            _("“sigmas” must be numbers from .001 to 1, one a keypoint: {n}.").format(n=count)
        )
    return tuple(values)


def _area(given: dict[str, Any]) -> float | None:
    if given.get("area") is None:
        return None
    (area,) = _list({"area": [given["area"]]}, "area")
    if not 1 <= area <= 1e12:
        raise ReadError(_("“area” must be at least 1 px², got {value}.").format(value=f"{area:g}"))
    return area


def _bbox(given: dict[str, Any]) -> tuple[float, ...] | None:
    if given.get("bbox") is None:
        return None
    box = _list(given, "bbox")
    if len(box) != 4 or not all(abs(v) <= FARTHEST for v in box) or min(box[2:]) <= 0:
        raise ReadError(_("“bbox” must be x, y, width, height, the last two above 0."))
    return tuple(box)


def pack_numbers(rows: np.ndarray) -> str:
    """Numbers of a row joined by "_", rows by "__", for a link.

    >>> pack_numbers(np.array([[1, -2.5], [3, 4]]))
    '1_-2.5__3_4'
    """
    return "__".join("_".join(shortest(float(v)) for v in row) for row in np.atleast_2d(rows))


def unpack_numbers(text: str, columns: int) -> np.ndarray:
    """The rows of ``pack_numbers``, float64 (1 to 133, columns), finite; else a ``ReadError``.

    >>> unpack_numbers("1_-2.5__3_4", 2)
    array([[ 1. , -2.5],
           [ 3. ,  4. ]])
    """
    rows = text.split("__", MOST_KEYPOINTS)
    if len(rows) > MOST_KEYPOINTS:
        raise ReadError(_("at most {most} keypoints are read").format(most=MOST_KEYPOINTS))
    values = []
    for row in rows:
        cells = row.split("_", columns)
        try:
            values.append([parse_number(cell) for cell in cells])
        except ValueError:
            raise ReadError(_("{text} is not a row of numbers").format(text=quoted(row))) from None
        if len(cells) != columns or not all(math.fabs(v) <= FARTHEST for v in values[-1]):
            raise ReadError(
                _("{text} is not a row of {n} numbers up to 1e6").format(
                    text=quoted(row), n=columns
                )
            )
    return np.array(values)
