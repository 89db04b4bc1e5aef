"""Links between a source cell and lit cells on paper: width by weight, sign by colour and dash."""

from math import atan2, cos, hypot, sin

import numpy as np

from poolviz.figures.bench import heaviest
from poolviz.figures.layout import Layout
from poolviz.figures.paper import MINUS, PAPER, PLUS, Pen, Point, Rect, centre, px
from poolviz.stage.scene import Scene

HEAVIEST = 12
"""Of weights that are relative so many are linked, as in assets/stepper/stepper.js."""


def draw_links(pen: Pen, scene: Scene, layout: Layout, step: int) -> None:
    """All links of a step, if its scene has a source."""
    if scene.source is None or scene.source[1][step] < 0:
        return
    name, cells = scene.source
    home = layout.places[name]
    for track in scene.tracks:
        given = track.weights_at(step)
        if given is None and track.added is not None:
            given = np.asarray(track.added[step])
        if track.panel == name or given is None:
            continue
        place = layout.places[track.panel]
        row = zip(track.cells_at(step).tolist(), given.tolist(), strict=True)
        links = [(cell, by) for cell, by in row if cell >= 0 and np.isfinite(by)]
        if track.ranked:
            links = sorted(links, key=lambda link: -abs(link[1]))[:HEAVIEST]
        top = 0.0 if track.ranked else heaviest(scene, track.panel)
        top = top or max((abs(by) for _cell, by in links), default=0.0) or 1.0
        ceiling = min(home.y, place.y) - px(6)
        for cell, by in links:
            if by:
                ends = home.rect(cells[step]), place.rect(cell)
                _link(pen, *ends, by, abs(by) / top, scene.flow == "backward", ceiling)


def _link(
    pen: Pen, source: Rect, goal: Rect, by: float, share: float, hollow: bool, ceiling: float
) -> None:
    """A curve from rim to rim, so that numbers stay readable, and below the titles."""
    start, end = centre(source), centre(goal)
    rise = hypot(start[0] - end[0], start[1] - end[1]) * 0.16
    above = min(start[1], end[1]) - rise
    high = (start[1] + end[1]) / 4 + above / 2 < ceiling
    bend = (
        (start[0] + end[0]) / 2,
        max(start[1], end[1]) + rise if high else above,
    )
    a, b = _rim(start, bend, source[2]), _rim(end, bend, goal[2])
    t = np.linspace(0, 1, 31)[:, None]
    curve = (1 - t) ** 2 * a + 2 * t * (1 - t) * np.array(bend) + t**2 * b
    points = [(float(x), float(y)) for x, y in curve]
    colour, width = (PLUS if by > 0 else MINUS), 1.5 + 4.5 * share
    pen.lines(points, width + 3, PAPER)
    pen.lines(points, width, colour, () if by > 0 else (7, 5))
    _head(pen, points[-1], points[-3], px(width + 6), colour, hollow)
    radius = min(max(goal[2] / 8, px(4)), px(8))
    pen.disc(points[15], radius, 1.5, colour, PAPER)
    pen.print("+" if by > 0 else "−", points[15], radius * 1.8, colour, bold=True)


def _rim(middle: Point, towards: Point, side: float) -> np.ndarray:
    """Where the way from the middle of a cell leaves its number."""
    start, goal = np.array(middle), np.array(towards)
    length = float(np.hypot(*(goal - start))) or 1.0
    return start + (goal - start) * min(side * 0.4 / length, 1.0)


def _head(pen: Pen, tip: Point, near: Point, size: float, colour: str, hollow: bool) -> None:
    angle = atan2(tip[1] - near[1], tip[0] - near[0])
    back = [
        (tip[0] - size * cos(angle + turn), tip[1] - size * sin(angle + turn))
        for turn in (0.5, -0.5)
    ]
    pen.shape([tip, *back], PAPER if hollow else colour, 2, colour)
