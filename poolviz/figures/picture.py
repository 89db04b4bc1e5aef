"""A step of a Scene as a Matplotlib figure: the still picture of what the stepper plays."""

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Polygon, Rectangle

from poolviz.figures.bench import benched, draw_bench
from poolviz.figures.layout import (
    BENCH,
    GAP,
    NUMBERED,
    TITLE,
    TOLD,
    Box,
    Place,
    names_of,
    rows_of,
    size,
)  # fmt: skip
from poolviz.figures.lettering import letters, wrapped, writable
from poolviz.figures.overlay import draw_overlay, pixels_of
from poolviz.numbers import number
from poolviz.stage.scene import Kind, Panel, Scene, Track
from poolviz.text import _

# The light colours of assets/stepper/theme.js: one colour means one thing, on screen and on paper.
SEQUENCE = ("#eef4fa", "#b5d2ea", "#5f9fd3", "#1f65ab", "#0a3163")
DIVERGING = ("#8a3b00", "#d97b29", "#f5d6b3", "#f6f6f3", "#bfdaef", "#5596cd", "#0a4a8a")
MAPS = {
    "sequence": LinearSegmentedColormap.from_list("sequence", SEQUENCE),
    "diverging": LinearSegmentedColormap.from_list("diverging", DIVERGING),
    "grey": LinearSegmentedColormap.from_list("grey", ("#000000", "#ffffff")),
}
INK, LINE, PAPER = "#16202c", "#b6c2d0", "#ffffff"
RING, WRITE, PLUS, MINUS = "#c94700", "#00714f", "#0b57a4", "#b35900"
SMALLEST = 4.0
"""Points of type below which a number is left out."""
LINKED = 64
"""At most so many links are drawn from a source cell."""
HEAVIEST = 12
"""Of weights that are relative so many are linked, as in assets/stepper/stepper.js."""
OUTLINES: tuple[tuple[str, Any], ...] = (
    (INK, "-"), (PLUS, (0, (4, 2.5))), (MINUS, (0, (1.5, 2.5))), (WRITE, (0, (5, 2, 1.5, 2))),
)  # fmt: skip
"""The window of a panel's first, second ... track."""
GREYS: dict[str, Any] = {"cmap": "gray", "vmin": 0, "vmax": 255}


def picture(
    scene: Scene, step: int, inches: float = 9.0, told: bool = True, bench: bool = False
) -> Figure:
    """Step ``step`` of a scene, ``inches`` wide; panels side by side, narration below if ``told``.

    With ``bench`` the weighing of the window stands below the panels, where the scene has one.

    Errors: ``ValueError`` if the scene has no such step.
    """
    width, height = size(scene, inches, told, bench and benched(scene))
    figure = Figure(figsize=(width, height), dpi=110, facecolor=PAPER)
    draw(figure.add_axes((0, 0, 1, 1)), scene, step, inches, told, bench)
    return figure


def draw(
    axes: Any, scene: Scene, step: int, inches: float, told: bool = True, bench: bool = False
) -> None:
    """The picture on axes that are ``inches`` wide and have the proportions of ``size``."""
    if not 0 <= step < len(scene):
        raise ValueError(f"step must be in [0, {len(scene) - 1}], got {step}")
    rows = rows_of(scene)
    total, top = max(row.width for row in rows), 0.0
    bench = bench and benched(scene)
    height = sum(row.height for row in rows) + TOLD * told + BENCH * bench
    axes.set(xlim=(0, total), ylim=(height, 0))
    axes.axis("off")
    axes.set_aspect("equal")
    places = {}
    for row in rows:
        x = GAP + (total - row.width) / 2
        for box in row.boxes:
            place = places[box.panel.name] = Place(x + box.left, top + TITLE + box.above, box.cell)
            _panel(axes, scene, box, place, step, inches / total)
            x += box.width + GAP
        top += row.height
    for panel in scene.panels:
        for order, track in enumerate(scene.tracks_of(panel.name)):
            _lit(axes, panel, track, places[panel.name], step, order)
        for overlay in scene.overlays_of(panel.name):
            draw_overlay(axes, overlay, places[panel.name], panel.shape, step)
    _links(axes, scene, places, step)
    if bench:
        draw_bench(axes, scene, step, (GAP, total - GAP, top + 0.9, top + BENCH - 1.0))
    if told:
        per_line = int(inches * 11)
        axes.text(
            total / 2,
            height - 0.5 * TOLD,
            writable("\n".join(wrapped(scene.narration[step], per_line, 3))),
            **letters(ha="center", va="center", color=INK, fontsize=inches + 2),
        )


def _panel(axes: Any, scene: Scene, box: Box, place: Place, step: int, inch: float) -> None:
    """Title, labels, cells and numbers of one panel as they are after this step."""
    panel = box.panel
    values = scene.shown(panel.name, step)
    rows, cols = values.shape
    kind = scene.kind_at(panel.name, step)
    there = (kind == Kind.CELL) & ~(np.isnan(values) & (panel.shown != "always"))
    colours = np.ones((rows, cols, 4))
    finite = there & np.isfinite(values)
    colours[finite] = _colours(panel, values[finite])
    right, bottom = place.x + cols * place.cell, place.y + rows * place.cell
    if panel.ground is not None:
        seen = pixels_of(panel.ground)
        extent = (place.x, right, bottom, place.y)
        axes.imshow(seen, extent=extent, interpolation="antialiased", zorder=-1, **GREYS)
        colours[kind == Kind.CELL, 3] = 0
        colours[finite, 3] = panel.ground.veil * _depth(panel, values[finite])
    axes.imshow(
        colours, extent=(place.x, right, bottom, place.y), interpolation="nearest", zorder=0
    )
    size = place.cell * inch * 72  # points
    if size > 6 and panel.ground is None:
        across = [[(place.x, y), (right, y)] for y in place.y + place.cell * np.arange(rows + 1)]
        down = [[(x, place.y), (x, bottom)] for x in place.x + place.cell * np.arange(cols + 1)]
        axes.add_collection(LineCollection(across + down, colors=LINE, linewidths=0.7, zorder=1))
    axes.text(
        place.x - box.left,
        place.y - box.above - 0.3,
        writable(panel.heading),
        **letters(color=INK, fontsize=min(11, 20 * inch), fontweight="bold"),
    )
    _labels(axes, panel, place, min(size * 0.5, 15 * inch, 10))
    for cell in np.flatnonzero(kind == Kind.PADDING).tolist():
        corner = place.corner(cell, cols)
        axes.add_patch(
            Rectangle(corner, place.cell, place.cell, fill=False, edgecolor=LINE, hatch="///")
        )
    if max(rows, cols) > NUMBERED:
        return
    special = {Kind.PADDING: panel.padding_text, Kind.SECRET: "?", Kind.OUTSIDE: ""}
    for cell in range(rows * cols):
        row, col = divmod(cell, cols)
        text = special.get(Kind(int(kind[row, col])), "")
        if there[row, col] and panel.ground is None:
            text = number(values[row, col])
        if text:
            points = min(size * 0.42, size * 1.5 / len(text), 18)
            if points >= SMALLEST:
                look = letters(fontsize=points, color=_contrast(colours[row, col]))
                axes.text(*place.centre(cell, cols), text, ha="center", va="center", **look)


def _labels(axes: Any, panel: Panel, place: Place, points: float) -> None:
    """What rows and columns are called: at their left, and upright above them."""
    look = letters(color=INK, fontsize=points)
    rows, cols = names_of(panel)
    for i, name in enumerate(rows):
        y = place.y + (i + 0.5) * place.cell
        axes.text(place.x - 0.1, y, writable(name), ha="right", va="center", **look)
    for i, name in enumerate(cols):
        x = place.x + (i + 0.5) * place.cell
        turn = {"rotation": 45, "rotation_mode": "anchor"}
        axes.text(x, place.y - 0.1, writable(name), ha="left", va="center", **turn, **look)


def _lit(axes: Any, panel: Panel, track: Track, place: Place, step: int, order: int = 0) -> None:
    """The window, its weights, the chosen cell and the written cell.

    ``order`` of the track on its panel: further tracks have a colour and a dash of their own.
    """
    cols, side = panel.shape[1], place.cell
    lit = track.cells_at(step)
    there = lit >= 0
    cells = lit[there].tolist()
    if cells and (track.written is None or len(cells) > 1):
        _window(axes, cells, cols, place, order)
        weights = track.weights_at(step)
        if weights is not None and track.look == "veil":
            _veil(axes, cells, weights[there], track, panel, place)
        elif weights is not None:
            _weights(axes, cells, weights[there], cols, place)
    if track.chosen is not None and track.chosen[step] >= 0:
        x, y = place.centre(track.chosen[step], cols)
        axes.add_patch(Circle((x, y), side * 0.42, fill=False, edgecolor=PAPER, linewidth=4))
        axes.add_patch(Circle((x, y), side * 0.42, fill=False, edgecolor=RING, linewidth=2.2))
        if track.mark:
            up = -1 if track.mark == "up" else 1
            tip = (x + side * 0.34, y + up * side * 0.46)
            base = tip[1] - up * side * 0.2
            corners = [tip, (tip[0] - side * 0.11, base), (tip[0] + side * 0.11, base)]
            axes.add_patch(Polygon(corners, facecolor=RING, edgecolor=PAPER, linewidth=0.5))
    if track.written is not None and track.written[step] >= 0:
        corner = place.corner(track.written[step], cols)
        axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=WRITE, linewidth=3.2))


def _window(axes: Any, cells: list[int], cols: int, place: Place, order: int = 0) -> None:
    """A double outline along the rim of the lit cells, whatever their shape."""
    lit = set(cells)
    colour, dash = OUTLINES[order % len(OUTLINES)]
    for cell in cells:
        x, y = place.corner(cell, cols)
        side, col = place.cell, cell % cols
        rims = {
            (x, y, x + side, y): cell - cols not in lit,
            (x, y + side, x + side, y + side): cell + cols not in lit,
            (x, y, x, y + side): col == 0 or cell - 1 not in lit,
            (x + side, y, x + side, y + side): col == cols - 1 or cell + 1 not in lit,
        }
        for (x0, y0, x1, y1), rim in rims.items():
            if rim:
                line = [x0, x1], [y0, y1]
                axes.plot(*line, color=colour, linewidth=4, solid_capstyle="projecting")
                axes.plot(*line, color=PAPER, linewidth=1.2, linestyle=dash)


def _weights(axes: Any, cells: list[int], weights: np.ndarray, cols: int, place: Place) -> None:
    """Inset squares: area is weight; dashed where it is negative."""
    top = float(np.abs(weights).max(initial=0)) or 1.0
    for cell, weight in zip(cells, weights.tolist(), strict=True):
        side = place.cell * 0.9 * (abs(weight) / top) ** 0.5
        if not np.isfinite(side) or side <= 0:
            continue
        x, y = place.centre(cell, cols)
        axes.add_patch(
            Rectangle(
                (x - side / 2, y - side / 2),
                side,
                side,
                fill=False,
                edgecolor=PLUS if weight >= 0 else MINUS,
                linewidth=1.4,
                linestyle="-" if weight >= 0 else "--",
                zorder=2,  # behind the numbers
            )
        )


def _veil(
    axes: Any, cells: list[int], weights: np.ndarray, track: Track, panel: Panel, place: Place
) -> None:
    """Weights as a colour over the cells, the denser the heavier."""
    top = max(1.0, float(np.abs(track.weights).max())) if track.weights is not None else 1.0
    if track.ranked:
        top = float(np.abs(weights).max(initial=0)) or 1.0
    rows, cols = panel.shape
    colours = np.zeros((rows * cols, 4))
    colours[cells, :3] = np.where(weights[:, None] < 0, to_rgb(MINUS), to_rgb(PLUS))
    colours[cells, 3] = np.nan_to_num(0.85 * np.abs(weights) / top)
    extent = (place.x, place.x + cols * place.cell, place.y + rows * place.cell, place.y)
    axes.imshow(colours.reshape(rows, cols, 4), extent=extent, interpolation="nearest", zorder=1.5)


def _links(axes: Any, scene: Scene, places: dict[str, Place], step: int) -> None:
    """Arrows between the source cell and the lit cells: width by weight, dashed where negative."""
    if scene.source is None or scene.source[1][step] < 0:
        return
    name, cells = scene.source
    start = places[name].centre(cells[step], scene.panel(name).shape[1])
    for track in scene.tracks:
        weights = track.weights_at(step)
        if track.panel == name or weights is None:
            continue
        cols = scene.panel(track.panel).shape[1]
        row = zip(track.cells_at(step).tolist(), weights.tolist(), strict=True)
        links = [(cell, w) for cell, w in row if cell >= 0 and np.isfinite(w) and w != 0][:LINKED]
        if track.ranked:
            links = sorted(links, key=lambda link: -abs(link[1]))[:HEAVIEST]
        top = max((abs(w) for _cell, w in links), default=1.0)
        for cell, weight in links:
            end = places[track.panel].centre(cell, cols)
            ends = (start, end) if scene.flow == "backward" else (end, start)
            axes.add_patch(
                FancyArrowPatch(
                    *ends,
                    arrowstyle="-|>",
                    mutation_scale=9,
                    connectionstyle="arc3,rad=0.12",
                    linewidth=0.6 + 2.2 * abs(weight) / top,
                    linestyle="-" if weight > 0 else "--",
                    color=PLUS if weight > 0 else MINUS,
                )
            )


def _colours(panel: Panel, values: np.ndarray) -> np.ndarray:
    """RGBA ``(n, 4)`` of values ``(n,)`` on the panel's fixed range."""
    if panel.palette == "diverging":
        t = 0.5 + values / (max(-panel.low, panel.high) or 1) / 2
    else:
        t = (values - panel.low) / ((panel.high - panel.low) or 1)
    return np.asarray(MAPS[panel.palette](np.clip(t, 0, 1)))


def _depth(panel: Panel, values: np.ndarray) -> np.ndarray:
    """How far values reach in the panel's range, from 0 to 1, whatever their sign."""
    if panel.palette == "diverging":
        return np.clip(np.abs(values) / (max(-panel.low, panel.high) or 1), 0, 1)
    return np.clip((values - panel.low) / ((panel.high - panel.low) or 1), 0, 1)


def _contrast(colour: np.ndarray) -> str:
    light = float(np.dot(np.power(colour[:3], 2.2), (0.2126, 0.7152, 0.0722)))
    return "#0c1219" if light > 0.19 else "#ffffff"


def caption(scene: Scene, step: int) -> str:
    """What a picture is called: the scene and the step."""
    return _("{title}, step {step} of {steps}").format(
        title=scene.title, step=step + 1, steps=len(scene)
    )
