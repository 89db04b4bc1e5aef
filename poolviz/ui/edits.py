"""Numbers that a person types into a picture, taken over as those of the grid are.

The browser tells ``{"id": ..., "cells": [[panel, cell, text], ...], "n": ...}``: the scene that was
on its screen, and everything that was typed into it since it came; with the next scene it begins
anew. So an edit is not lost where another comes before the server has answered, and told twice it
is the same. A text is what a cell of the grid takes: "-2.5", "nan", "∞".

The page's address holds the matrix, hence Back undoes an edit.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from poolviz.readers import LARGEST_PACKED, Reading, parse_number
from poolviz.stage.matrix import current_matrix, make_own
from poolviz.stage.scene import Kind, Panel, Scene
from poolviz.ui import exchange
from poolviz.ui.grid import refused
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State

TOLD: exchange.Message = {"id": "", "cells": [], "n": 0}
"""What a stepper tells of edits: a pattern."""
SCENES = 8
"""Scenes of which is kept where their cells lie: an edit may come while the next is on its way."""
Cell = tuple[int, int]
Places = dict[str, dict[int, Cell]]
"""Panel -> cell -> row and column of the matrix."""


def places(scene: Scene, matrix: np.ndarray) -> Places:
    """The panels that show the matrix, and where each of their cells lies in it.

    Padding lies nowhere, nor does what is outside or withheld.
    """
    writing = {track.panel for track in scene.tracks if track.written is not None}
    found = {
        panel.name: _cells(panel, matrix)
        for panel in scene.panels
        if panel.shown == "always" and not panel.frames and panel.name not in writing
    }
    return {name: cells for name, cells in found.items() if cells}


def _cells(panel: Panel, matrix: np.ndarray) -> dict[int, Cell]:
    """Of one panel; none where it holds another number anywhere."""
    kind, values = panel.kind_at(0), panel.values_at(0)
    cells = {}
    for row, col in np.argwhere(kind == Kind.CELL).tolist():
        at = (row + panel.origin[0], col + panel.origin[1])
        inside = all(0 <= i < n for i, n in zip(at, matrix.shape, strict=True))
        if not inside or not np.array_equal(values[row, col], matrix[at], equal_nan=True):
            return {}
        cells[row * panel.shape[1] + col] = at
    return cells


def key_of(key: str) -> str:
    """The key of a stepper's edits in the session, from its own."""
    return f"{key}.edit"


def offer(key: str, ident: str, scene: Scene, state: Mapping[str, Any]) -> list[str]:
    """The panels in which numbers can be typed, for the stepper that shows the scene ``ident``.

    None where a teacher's link holds the input, or where it is too large for an address.
    """
    matrix = current_matrix(state)
    if lesson().holds("sample") or max(matrix.shape) > LARGEST_PACKED:
        return []
    books = exchange.passed(key_of(key))
    scenes = books.setdefault("scenes", {})
    if ident not in scenes:
        scenes[ident] = places(scene, matrix)
        for old in list(scenes)[:-SCENES]:
            del scenes[old]
    return list(scenes[ident])


def hear(key: str, message: Any) -> None:
    """What the browser told."""
    exchange.hear(key_of(key), message, TOLD)


def waiting(key: str) -> bool:
    """Whether something was told that is not taken over yet: then the whole page has to run."""
    heard = exchange.passed(key_of(key)).get("heard", 0)
    return bool(exchange.last(key_of(key)).get("n", 0) != heard)


def take(key: str, state: State) -> tuple[str, ...]:
    """Take over what was typed, before anything is computed; a sentence for each wrong text."""
    name = key_of(key)
    books, message = exchange.passed(name), exchange.last(name)
    if not waiting(key):
        return ()
    books["heard"] = message["n"]
    there: Places = books.get("scenes", {}).get(message["id"], {})
    if lesson().holds("sample"):
        return ()
    old = current_matrix(state)
    new, wrong = old.copy(), []
    for panel, cell, text in filter(_fits, message["cells"]):
        at = there.get(panel, {}).get(cell)
        if at is None or not all(i < n for i, n in zip(at, old.shape, strict=True)):
            continue
        try:
            new[at] = parse_number(text)
        except ValueError as error:
            wrong.append(refused(*at, text, error, old))
    if not np.array_equal(old, new, equal_nan=True):
        make_own(state, Reading(new), state["picture"])
    return tuple(wrong)


def _fits(edit: Any) -> bool:
    """Whether this is [panel, cell, text]: what a browser tells may be anything."""
    return isinstance(edit, list) and list(map(type, edit)) == [str, int, str]
