"""The cells of a panel on paper, without what a step does to them: colours, numbers and names."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap

from poolviz.figures.layout import NUMBERED, Place, names_of
from poolviz.figures.overlay import pixels_of
from poolviz.figures.paper import INK, LINE, OVER, PAPER, SOFT, UNIT, Pen, Rect, px, shrunk
from poolviz.numbers import number
from poolviz.stage.scene import Kind, Panel, Scene

SEQUENCE = ("#eef4fa", "#b5d2ea", "#5f9fd3", "#1f65ab", "#0a3163")
DIVERGING = ("#8a3b00", "#d97b29", "#f5d6b3", "#f6f6f3", "#bfdaef", "#5596cd", "#0a4a8a")
MAPS = {
    "sequence": LinearSegmentedColormap.from_list("sequence", SEQUENCE),
    "diverging": LinearSegmentedColormap.from_list("diverging", DIVERGING),
    "grey": LinearSegmentedColormap.from_list("grey", ("#000000", "#ffffff")),
}
GREYS: dict[str, Any] = {"cmap": "gray", "vmin": 0, "vmax": 255}


@dataclass(frozen=True)
class Tone:
    """The shades of a value: its colour, that of an unimportant cell, and what is read on it."""

    full: Any = PAPER
    faded: Any = PAPER
    digits: str = INK


def tone(panel: Panel, value: float | None) -> Tone:
    """The shades of a value on its panel's fixed range; bare paper for NaN and for no value."""
    if value is None or np.isnan(value):
        return Tone()
    full = colours(panel, np.array([value]))[0, :3]
    light = float(np.dot(np.power(full, 2.2), (0.21, 0.72, 0.07)))
    return Tone(full, full + 0.72 * (1 - full), "#0c1219" if light > 0.19 else "#ffffff")


def colours(panel: Panel, values: np.ndarray) -> np.ndarray:
    """RGBA ``(n, 4)`` of values ``(n,)``."""
    if panel.palette == "diverging":
        t = 0.5 + values / (max(-panel.low, panel.high) or 1) / 2
    else:
        t = (values - panel.low) / ((panel.high - panel.low) or 1)
    return np.asarray(MAPS[panel.palette](np.clip(t, 0, 1)))


def depth(panel: Panel, values: np.ndarray) -> np.ndarray:
    """How far values reach in the panel's range, from 0 to 1, whatever their sign."""
    if panel.palette == "diverging":
        return np.clip(np.abs(values) / (max(-panel.low, panel.high) or 1), 0, 1)
    return np.clip((values - panel.low) / ((panel.high - panel.low) or 1), 0, 1)


@dataclass(frozen=True, eq=False)
class Cells:
    """A panel after a step: ``kind``, ``values`` and whether they are ``seen``, flat each.

    ``terms``: of a panel that sums, what each cell has received so far.
    """

    panel: Panel
    kind: np.ndarray
    values: np.ndarray
    seen: np.ndarray
    terms: dict[int, list[float]]

    def value(self, cell: int) -> float | None:
        """What a cell shows; None where it is blank, withheld, or holds no number."""
        shows = self.kind[cell] == Kind.CELL and self.seen[cell]
        return float(self.values[cell]) if shows else None


def cells_of(scene: Scene, panel: Panel, step: int) -> Cells:
    """What a panel of a scene holds after a step."""
    terms: dict[int, list[float]] = {}
    for track in scene.tracks_of(panel.name) if panel.shown == "summed" else ():
        if track.cells is not None and track.added is not None:
            given, added = track.cells[: step + 1].ravel(), track.added[: step + 1].ravel()
            for at in np.flatnonzero((given >= 0) & (added != 0)):
                terms.setdefault(int(given[at]), []).append(float(added[at]))
    return Cells(
        panel,
        scene.kind_at(panel.name, step).ravel(),
        scene.shown(panel.name, step).ravel(),
        scene.reached(panel.name, step).ravel(),
        terms,
    )


def draw_cells(pen: Pen, cells: Cells, place: Place) -> None:
    """All cells, the picture under them, and the frame around them."""
    panel, whole = cells.panel, place.rect
    rows, cols = panel.shape
    coloured = (cells.kind == Kind.CELL) & cells.seen & ~np.isnan(cells.values)
    shades = np.ones((rows * cols, 4))
    shades[coloured] = colours(panel, cells.values[coloured])
    extent = (whole[0], whole[0] + whole[2], whole[1] + whole[3], whole[1])
    look: dict[str, Any] = {"extent": extent, **OVER}
    if panel.ground is not None:
        seen = pixels_of(panel.ground)
        pen.axes.imshow(seen, interpolation="antialiased", **look, **GREYS)
        shades[cells.kind == Kind.CELL, 3] = 0
        shades[coloured, 3] = panel.ground.veil * depth(panel, cells.values[coloured])
    pen.axes.imshow(shades.reshape(rows, cols, 4), interpolation="nearest", **look)
    if place.cell * UNIT >= (20 if panel.palette == "grey" else 7) and panel.ground is None:
        _gaps(pen, place)
    numbered = max(rows, cols) <= NUMBERED
    for cell in range(rows * cols):
        bare = cells.kind[cell] == Kind.CELL and (panel.ground is not None or not numbered)
        if not bare:
            draw_cell(pen, cells, cell, place.at(cell), filled=True, numbered=numbered)
    pen.frame(whole, 0.5, 1, LINE)


def _gaps(pen: Pen, place: Place) -> None:
    """Thin lines of paper between the cells."""
    x, y, wide, tall = place.rect
    rows, cols = place.panel.shape
    across = [[(x, at), (x + wide, at)] for at in y + place.cell * np.arange(rows + 1)]
    down = [[(at, y), (at, y + tall)] for at in x + place.cell * np.arange(cols + 1)]
    width = pen.points(px(1))
    gaps = LineCollection(across + down, colors=PAPER, linewidths=width, **OVER)
    pen.axes.add_collection(gaps)


def draw_cell(
    pen: Pen, cells: Cells, cell: int, rect: Rect, filled: bool = False, numbered: bool = True
) -> None:
    """One cell; ``filled``: it has its colour already."""
    kind, panel = cells.kind[cell], cells.panel
    inner = shrunk(rect, px(0.5))
    if kind == Kind.OUTSIDE:
        pen.frame(inner, -2, 1, INK, (3, 3))
    elif kind == Kind.PADDING:
        pen.block(inner, SOFT, hatch="///")
        if numbered:
            pen.print_first([panel.padding_text], inner, 0.34, INK)
    elif not cells.seen[cell]:
        pen.frame(rect, 0, 1, LINE)
    elif kind == Kind.SECRET:
        pen.block(inner, SOFT)
        pen.frame(inner, -1.5, 1.5, INK, (4, 2))
        if numbered:
            pen.print_first(["?"], inner, 0.55, INK)
    elif panel.shown == "summed" and cell not in cells.terms:  # it has received nothing
        pen.block(rect, PAPER)
        pen.frame(rect, -2.5, 1.5, LINE, (1.5, 3))
        pen.print_first(["0"], rect, 0.3, LINE)
    else:
        _value(pen, cells, cell, inner, filled)


def _value(pen: Pen, cells: Cells, cell: int, rect: Rect, filled: bool) -> None:
    value, terms = float(cells.values[cell]), cells.terms.get(cell, [])
    shades = tone(cells.panel, value)
    if not filled:
        pen.block(rect, shades.full)
    if np.isnan(value):
        pen.frame(rect, -1, 1, LINE)
    told = False
    if len(terms) > 1 and rect[3] > px(34):
        added = " + ".join(number(term, 2) for term in terms).replace("+ −", "− ")
        told = pen.print_first([added], rect, 0.2, shades.digits, 0.82)
    draw_value(pen, value, rect, shades.digits, 0.46 if told else 0.5)


def draw_value(
    pen: Pen, value: float, rect: Rect, colour: Any, lift: float = 0.5, **look: Any
) -> None:
    """A number in as many digits as there is room for, at last without the 0 before its point."""
    texts = [number(value, digits) for digits in (4, 3, 2, 1)]
    texts.append(re.sub(r"^(−?)0\.", r"\1.", texts[-1]))
    pen.print_first(texts, rect, 0.38, colour, lift, **look)


def draw_names(pen: Pen, place: Place) -> None:
    """Title, and what rows and columns are called: at their left, and above them."""
    x, y, _wide, _tall = place.rect
    panel, side = place.panel, place.cell
    pen.print(panel.heading, (x, place.box[1] + px(12)), px(16), bold=True, ha="left")
    rows, cols = names_of(panel, side)
    for i, name in enumerate(rows):
        pen.print(name, (x - px(10), y + (i + 0.5) * side), place.type, ha="right")
    turn: dict[str, Any] = {"rotation": 90, "va": "bottom"} if place.turned else {}
    for i, name in enumerate(cols):
        at = (x + (i + 0.5) * side, y - px(6 if place.turned else 13))
        pen.print(name, at, place.type, **turn)
