"""A step of a Scene as a Matplotlib figure: what the stepper shows at its end, on paper."""

from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from poolviz.figures.bench import draw_bench, heaviest
from poolviz.figures.cells import Cells, cells_of, draw_cells, draw_names, draw_value, tone
from poolviz.figures.layout import Layout, Place, layout_of
from poolviz.figures.lettering import letters, wrapped, writable
from poolviz.figures.links import draw_joints, draw_links
from poolviz.figures.overlay import draw_overlay
from poolviz.figures.paper import INK, MINUS, OVER, PAPER, PLUS, UNIT, WRITE, Pen, px, shrunk
from poolviz.figures.signs import double_frame, draw_signs
from poolviz.stage.scene import Scene, Track
from poolviz.text import _


def picture(
    scene: Scene, step: int, inches: float = 9.0, told: bool = True, bench: bool = True
) -> Figure:
    """Step ``step`` of a scene, ``inches`` wide: panels, what is weighed, the legend.

    The narration stands below if ``told``; with ``bench`` the weighing of the window stands
    behind the panel that is weighed, where the scene has one.

    Errors: ``ValueError`` if the scene has no such step.
    """
    layout = layout_of(scene, told, bench)
    figure = Figure(figsize=layout.size(inches), dpi=110, facecolor=PAPER)
    draw(figure.add_axes((0, 0, 1, 1)), scene, step, inches, layout, told)
    return figure


def draw(
    axes: Any, scene: Scene, step: int, inches: float, layout: Layout, told: bool = True
) -> None:
    """The picture on axes that are ``inches`` wide and have the proportions of the layout."""
    if not 0 <= step < len(scene):
        raise ValueError(f"step must be in [0, {len(scene) - 1}], got {step}")
    axes.set(xlim=(0, layout.width), ylim=(layout.height, 0))
    axes.axis("off")
    axes.set_aspect("equal")
    pen = Pen(axes, inches / layout.width)
    held = {panel.name: cells_of(scene, panel, step) for panel in scene.panels}
    for name, place in layout.places.items():
        draw_cells(pen, held[name], place)
    for name, place in layout.places.items():
        _lit(pen, scene, held[name], place, step)
    for name, place in layout.places.items():
        for overlay in scene.overlays_of(name):
            draw_overlay(axes, overlay, place, step)
    if layout.bench is not None:
        draw_bench(pen, scene, step, layout.bench.rect)
        draw_joints(pen, scene, layout, layout.bench, step)
    draw_links(pen, scene, layout, step)
    for place in layout.places.values():
        draw_names(pen, place)
    draw_signs(pen, layout)
    if told:
        lines = wrapped(scene.narration[step], int(inches * 11), 3)
        look = letters(ha="center", va="center", color=INK, fontsize=inches + 2)
        axes.text(layout.width / 2, layout.told, writable("\n".join(lines)), **look)


def _lit(pen: Pen, scene: Scene, cells: Cells, place: Place, step: int) -> None:
    """The written cell or the source; else windows, their weights, and the chosen cell."""
    panel = cells.panel
    tracks = scene.tracks_of(panel.name)
    subject = next((track.written for track in tracks if track.written is not None), None)
    if scene.source is not None and scene.source[0] == panel.name:
        subject = scene.source[1]
    if subject is not None:
        if subject[step] >= 0:
            pen.outline(place.at(subject[step]), WRITE, 5)
        return
    top = max(1.0, heaviest(scene, panel.name))
    for track in tracks if panel.shown == "always" else ():
        _weights(pen, cells, place, track, step, top)
    for order, track in enumerate(tracks):
        lit = track.cells_at(step)
        if (lit >= 0).any():
            _window(pen, lit[lit >= 0].tolist(), place, order)
        if track.chosen is not None and track.chosen[step] >= 0:
            pen.ring(place.at(track.chosen[step]), track.mark)


def _window(pen: Pen, lit: list[int], place: Place, order: int) -> None:
    """A double outline around the block or, where it has holes, around each cell."""
    rects = [place.at(cell) for cell in lit]
    x, y = min(rect[0] for rect in rects), min(rect[1] for rect in rects)
    right, bottom = (max(rect[side] for rect in rects) + place.cell for side in (0, 1))
    whole = (x, y, right - x, bottom - y)
    full = round(whole[2] * whole[3] / place.cell**2) == len(lit)
    if not full:
        pen.frame(whole, 3, 1, INK, (4, 4))
    thick = min(max(place.cell * UNIT / 24, 1), 2)  # beside small cells it would cover digits
    for rect in [whole] if full else rects:
        double_frame(pen, rect, order, thick)


def _weights(pen: Pen, cells: Cells, place: Place, track: Track, step: int, top: float) -> None:
    """Each lit cell fades, and keeps its full colour on a square whose area is its weight."""
    given = track.weights_at(step)
    if given is None or not np.any(given[track.cells_at(step) >= 0]):
        return
    if track.ranked:
        top = float(np.abs(given).max()) or 1.0
    lit = [
        (cell, weight)
        for cell, weight in zip(track.cells_at(step).tolist(), given.tolist(), strict=True)
        if cell >= 0 and np.isfinite(weight)
    ]
    if track.look == "veil":
        _veil(pen, place, lit, top)
        return
    for cell, weight in lit:
        _inset(pen, cells, place, cell, weight, abs(weight) / top)


def _inset(pen: Pen, cells: Cells, place: Place, cell: int, weight: float, share: float) -> None:
    rect = place.at(cell)
    inset = shrunk(rect, rect[2] * (1 - share**0.5) / 2)
    value = None if cells.panel.ground is not None else cells.value(cell)
    if value is not None:
        shades = tone(cells.panel, value)
        pen.block(rect, shades.faded)
        box = pen.block(inset, shades.full)
        light = shades.digits == PAPER
        if not light or share < 1:
            draw_value(pen, value, rect, INK)
        if light and share:  # light where the cell is dark
            draw_value(pen, value, rect, PAPER, clip_path=box, clip_on=True)
    if inset[2] >= px(10) and weight:
        pen.frame(inset, -0.75, 1.5, INK, (3, 2) if weight < 0 else ())


def _veil(pen: Pen, place: Place, lit: list[tuple[int, float]], top: float) -> None:
    """Weights as a colour over the cells, the denser the heavier."""
    rows, cols = place.panel.shape
    shades = np.zeros((rows * cols, 4))
    for cell, weight in lit:
        shades[cell] = (*to_rgb(MINUS if weight < 0 else PLUS), 0.85 * abs(weight) / top)
    x, y, wide, tall = place.rect
    extent = (x, x + wide, y + tall, y)
    image = shades.reshape(rows, cols, 4)
    pen.axes.imshow(image, extent=extent, interpolation="nearest", **OVER)


def caption(scene: Scene, step: int) -> str:
    """What a picture is called: the scene and the step."""
    return _("{title}, step {step} of {steps}").format(
        title=scene.title, step=step + 1, steps=len(scene)
    )
