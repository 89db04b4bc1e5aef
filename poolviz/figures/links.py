"""Links and arrows on paper: as in assets/stepper/links.js they cross no number, title or axis.

They run along the upper rims of rows and in the lanes between panels, and end at edges of cells.
"""

from collections.abc import Sequence
from math import hypot

import numpy as np

from poolviz.figures.bench import heaviest, written
from poolviz.figures.layout import Layout, Place, Stand, weighing
from poolviz.figures.paper import MINUS, PAPER, PLUS, Pen, Point, px
from poolviz.stage.scene import Scene, Track

HEAVIEST = 12
"""Of weights that are relative so many are linked."""
JOINT = "#8a9099"
"""Ink, let through a little."""


def draw_links(pen: Pen, scene: Scene, layout: Layout, step: int) -> None:
    """All links of a step, if its scene has a source: width by weight, dashed where negative."""
    if scene.source is None or scene.source[1][step] < 0:
        return
    name, cells = scene.source
    home = layout.places[name]
    for track in scene.tracks:
        links = [] if track.panel == name else _weighted(track, step)
        if not links:
            continue
        place = layout.places[track.panel]
        top = 0.0 if track.ranked else heaviest(scene, track.panel)
        top = top or max(abs(by) for _cell, by in links)
        signs = {}  # one sign for all links of a kind that run along the same row
        for cell, by in links:
            path = _route(home, int(cells[step]), place, cell, by < 0)
            _link(pen, path, by, abs(by) / top, place.cell, scene.flow == "backward")
            signs[cell // place.panel.shape[1], by < 0] = path
        for (_row, minus), path in signs.items():
            at, colour = (path[-2][0], path[-1][1]), MINUS if minus else PLUS
            pen.disc(at, px(6), 1.5, colour, PAPER)
            pen.print("−" if minus else "+", at, px(11), colour, bold=True)


def _weighted(track: Track, step: int) -> list[tuple[int, float]]:
    """The lit cells of a step that weigh or receive something, each with how much."""
    given = track.weights_at(step)
    if given is None and track.added is not None:
        given = np.asarray(track.added[step])
    if given is None:
        return []
    row = zip(track.cells_at(step).tolist(), given.tolist(), strict=True)
    links = [(cell, by) for cell, by in row if cell >= 0 and by and np.isfinite(by)]
    if track.ranked:
        links = sorted(links, key=lambda link: -abs(link[1]))[:HEAVIEST]
    return links


def _route(home: Place, source: int, place: Place, cell: int, minus: bool) -> list[Point]:
    """From a cell of one panel to the near edge of a cell of another, in straight lines."""
    start, goal = home.at(source), place.at(cell)
    rim = 0.2 if minus else 0.1
    y0, y1 = start[1] + rim * start[3], goal[1] + rim * goal[3]
    left = place.rect[0] < home.rect[0]
    first, second = (place, home) if left else (home, place)
    end, near = first.rect[0] + first.rect[2], second.rect[0]
    if place.row == home.row and near - end < px(90):
        lane = (end + near) / 2 + px(6 if minus else -4)
        ends = (start[0] - px(2), goal[0] + goal[2])
        if not left:
            ends = (start[0] + start[2] + px(2), goal[0])
        return [(ends[0], y0), (lane, y0), (lane, y1), (ends[1], y1)]
    # Out at the right, along the lane under the upper row, and in from the right.
    beside = px(9 if minus else 4)
    out, into = (each.box[0] + each.box[2] + beside for each in (home, place))
    under = min(home.under, place.under) + px(4 if minus else 0)
    return [
        (start[0] + start[2] + px(2), y0),
        *((out, y0), (out, under), (into, under), (into, y1)),
        (goal[0] + goal[2], y1),
    ]


def _link(
    pen: Pen, path: Sequence[Point], by: float, share: float, side: float, hollow: bool
) -> None:
    colour = PLUS if by > 0 else MINUS
    width = min(1.5 + 3.5 * share, max(6 * side, 1.2))
    size = min(px(width + 5), max(side / 4, px(4)))
    points = _rounded(path, px(7))
    line = _shortened(points, 0.7 * size)
    pen.lines(line, width + 2.5, PAPER)
    pen.lines(line, width, colour, () if by > 0 else (6, 4))
    pen.head(points[-1], points[-2], size, colour, hollow)


def draw_joints(pen: Pen, scene: Scene, layout: Layout, bench: Stand, step: int) -> None:
    """The arrows that bind the bench to the window it weighs, and to the cell that is written."""
    track = weighing(scene)
    assert track is not None
    lit = [layout.places[track.panel].at(cell) for cell in track.cells_at(step) if cell >= 0]
    if lit:
        _joint(pen, layout.places[track.panel], bench, _middle(lit))
    name, cell = written(scene, step)
    if name:
        _joint(pen, bench, layout.places[name], _middle([layout.places[name].at(cell)]))


def _middle(rects: Sequence[tuple[float, float, float, float]]) -> Point:
    x, y = zip(*((rect[0], rect[1]) for rect in rects), strict=True)
    side = rects[0][2]
    return (min(x) + max(x) + side) / 2, (min(y) + max(y) + side) / 2


def _joint(pen: Pen, start: Stand, goal: Stand, towards: Point) -> None:
    """An arrow from box to box: across where they stand side by side, else along the lane below."""
    x, y, wide, tall = start.rect
    left, top, across, height = goal.box
    level = start.row == goal.row
    if level and 0 < left - x - wide < px(60):
        at = _inside(_inside(towards[1], y, tall), top, height)
        path = [(x + wide + px(5), at), (left - px(3), at)]
    else:
        out = _inside(towards[0], x, wide)
        into = _inside(out, left, across)
        end = top + height + px(4) if level else top - px(2)  # from below, or from above
        path = [(out, y + tall + px(3)), (out, start.under), (into, start.under), (into, end)]
    points = _rounded(path, px(6))
    pen.lines(_shortened(points, px(6)), 2.5, JOINT)
    pen.head(points[-1], points[-2], px(9), JOINT)


def _inside(at: float, start: float, size: float) -> float:
    return min(max(at, start + px(12)), start + size - px(12))


def _rounded(path: Sequence[Point], most: float) -> list[Point]:
    """The points of a path whose corners are round."""
    points = [path[0]]
    for before, corner, after in zip(path, path[1:], path[2:], strict=False):
        radius = min(most, _far(before, corner) / 2, _far(corner, after) / 2)
        a = _mix(corner, before, radius / (_far(corner, before) or 1))
        b = _mix(corner, after, radius / (_far(corner, after) or 1))
        for t in (0, 0.25, 0.5, 0.75, 1):
            points.append(_mix(_mix(a, corner, t), _mix(corner, b, t), t))
    points.append(path[-1])
    return [p for i, p in enumerate(points) if not i or _far(p, points[i - 1]) > 1e-4]


def _shortened(points: Sequence[Point], by: float) -> list[Point]:
    """A line that stops short of its end, where its head begins."""
    before, last = points[-2:]
    return [*points[:-1], _mix(before, last, max(1 - by / _far(before, last), 0.05))]


def _far(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _mix(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t
