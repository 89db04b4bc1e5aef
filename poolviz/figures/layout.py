"""Where everything of a picture stands: panels and bench in rows, narration and legend below."""

from collections.abc import Iterator
from dataclasses import dataclass

from poolviz.figures.legend import legend
from poolviz.figures.lettering import em, wrapped
from poolviz.figures.paper import Rect, px
from poolviz.numbers import number
from poolviz.stage.scene import Panel, Scene, Track

NUMBERED = 20
"""Panels with more cells on a side than this are drawn without numbers."""
GAP, LANE, TITLE, TOLD = px(44), px(12), px(30), 1.25
"""Units between panels, below a row of them, for a title, and for the narration."""
WIDEST, NARROWEST = 22.0, 8.0
"""Panels that together are wider go below one another; a picture is drawn at least so wide."""
PICTURE, TOWER = 4.0, 2
"""Units that a panel without numbers takes, and the most rows of panels that are not a tower."""
COUNTED = 0.25
"""Units of a cell from which rows and columns without names are counted."""
SLOTS, FEW = 64, 32
"""Of a window of more cells the heaviest few stand on the bench, where weights are relative to
them; else it has no room there."""
NAMED = 40
"""Rows or columns that are named at most."""
SIGN, LEGEND = px(16), px(24)
"""A sign of the legend, and a line of it."""


@dataclass(frozen=True)
class Stand:
    """Where a panel's cells or the bench stand: in which row, and what lies under it.

    ``box``: the cells with their title and names. ``under``: the height of the lane below its row.
    """

    rect: Rect
    box: Rect
    row: int
    under: float


@dataclass(frozen=True)
class Place(Stand):
    """A panel, whose cells have the side ``cell``."""

    panel: Panel
    cell: float
    turned: bool
    """Whether the names of columns stand upright."""

    @property
    def type(self) -> float:
        """How tall names are: as on the screen, or as fits beside small cells."""
        return min(px(12), 0.8 * self.cell)

    def at(self, cell: int) -> Rect:
        """A cell."""
        row, col = divmod(int(cell), self.panel.shape[1])
        return self.rect[0] + col * self.cell, self.rect[1] + row * self.cell, self.cell, self.cell


@dataclass(frozen=True)
class Layout:
    """Places in a picture of ``width`` by ``height`` units; ``told``: the middle of the narration.

    ``signs``: each sign of the legend, with its words, and where it begins.
    """

    width: float
    height: float
    places: dict[str, Place]
    bench: Stand | None
    told: float
    signs: tuple[tuple[str, str, float, float], ...]

    def size(self, inches: float) -> tuple[float, float]:
        """Width and height, in inches, of a picture that is ``inches`` wide."""
        return inches, inches * self.height / self.width


@dataclass(frozen=True)
class Box:
    """A panel with its cells' side and the room that its names take, or (None) the bench."""

    panel: Panel | None
    width: float
    height: float
    cell: float = 0.0
    left: float = 0.0
    above: float = 0.0
    turned: bool = False


def layout_of(scene: Scene, told: bool = True, bench: bool = True) -> Layout:
    """The places of a scene, with the narration if ``told``, and the bench if it has one."""
    rows = _rows(scene, bench)
    width = max(NARROWEST, *(_width(row) + 2 * GAP for row in rows))
    places, weighed, y = {}, None, px(14)
    for order, row in enumerate(rows):
        x, tall = (width - _width(row)) / 2, max(box.height for box in row)
        under = y + tall + LANE
        for box in row:
            top = y + (tall - box.height) / 2
            whole = (x, top, box.width, box.height)
            if box.panel is None:
                weighed = Stand(whole, whole, order, under)
            else:
                down, across = box.panel.shape
                cells = (x + box.left, top + box.above, across * box.cell, down * box.cell)
                places[box.panel.name] = Place(
                    cells, whole, order, under, box.panel, box.cell, box.turned
                )
            x += box.width + GAP
        y = under + px(16)
    middle = y + TOLD / 2
    y += TOLD * told
    signs = tuple(_signs(legend(scene), width, y))
    height = max((at for *_sign, at in signs), default=y) + (LEGEND if signs else 0)
    return Layout(width, height, places, weighed, middle, signs)


def _width(row: list[Box]) -> float:
    return sum(box.width for box in row) + GAP * (len(row) - 1)


def _rows(scene: Scene, bench: bool) -> list[list[Box]]:
    """Panels and bench in one row, or in several where they would become too small.

    Where that would be a tower, large panels become as small as pictures are.
    """
    rows = _filled([box for panel in scene.panels for box in _boxes(scene, panel, bench)])
    if len(rows) <= TOWER:
        return rows
    small = [box for panel in scene.panels for box in _boxes(scene, panel, bench, PICTURE)]
    return _filled(small)


def _filled(boxes: list[Box]) -> list[list[Box]]:
    rows: list[list[Box]] = [[]]
    for box in boxes:
        begins = box.panel is not None and box.panel.breaks
        if rows[-1] and (begins or _width([*rows[-1], box]) > WIDEST):
            rows.append([])
        rows[-1].append(box)
    return rows


def _boxes(scene: Scene, panel: Panel, bench: bool, most: float = 14.0) -> Iterator[Box]:
    """A panel, and the bench on which it is weighed, if it is.

    ``most``: units that a panel with numbers may take on its longer side.
    """
    rows, cols = panel.shape
    longer = max(rows, cols)
    cell = min(1.0, max(PICTURE / longer, min(0.35, most / longer)))
    if longer > NUMBERED:
        cell = PICTURE / longer
    row_names, col_names = names_of(panel, cell)
    across = max(map(em, col_names), default=0) * px(12)
    turned = across > cell - px(2)
    left = max(map(em, row_names), default=0) * px(12) + px(12) if row_names else 0.0
    above = (across + px(10) if turned else px(22)) if col_names else 0.0
    above += TITLE - px(4)
    wide = left + max(cell * cols, em(panel.heading, bold=True) * px(16))
    yield Box(panel, wide, above + cell * rows, cell, left, above, turned)
    track = weighing(scene) if bench else None
    if track is not None and track.panel == panel.name:
        slots = len(track.cells_at(0))
        slots = FEW if slots > SLOTS else slots
        yield Box(None, px(min(max(slots * 40 + 16, 176), 330)), TITLE + px(204))


def weighing(scene: Scene) -> Track | None:
    """The track whose windows are weighed on a bench: none where links tell their own story, or
    where windows are too large for it."""
    subjects = {track.panel for track in scene.tracks if track.written is not None}
    if scene.source is not None or not subjects or not len(scene):
        return None
    for panel in scene.panels:
        tracks = scene.tracks_of(panel.name)
        if not tracks or panel.name in subjects:
            continue
        track = tracks[0]
        columns = (track.weights, track.weighing, track.odds, track.chosen)
        if any(column is not None for column in columns):
            slots = len(track.cells_at(0))
            return track if slots > 1 and (slots <= SLOTS or track.ranked) else None
    return None


def names_of(panel: Panel, cell: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What rows and columns are called: their labels, cut to what can be read, or counted.

    None where there are too many to be read.
    """
    rows, cols = (
        tuple(wrapped(name, 20, 1)[0] for name in labels) or _counted(count, first, cell)
        for labels, count, first in zip(
            (panel.row_labels, panel.col_labels), panel.shape, panel.origin, strict=True
        )
    )
    return rows if len(rows) <= NAMED else (), cols if len(cols) <= NAMED else ()


def _counted(count: int, first: int, cell: float) -> tuple[str, ...]:
    return tuple(number(i + first) for i in range(count)) if cell >= COUNTED else ()


def _signs(
    told: list[tuple[str, str]], width: float, y: float
) -> Iterator[tuple[str, str, float, float]]:
    """Where the signs of the legend stand: in the middle, in as many lines as they need."""
    lines: list[list[tuple[str, str, float]]] = [[]]
    for sign, words in told:
        wide = SIGN + px(8) + em(words) * px(13.6) + px(18)
        if lines[-1] and sum(each[2] for each in lines[-1]) + wide > width - 2 * GAP:
            lines.append([])
        lines[-1].append((sign, words, wide))
    for i, line in enumerate(lines):
        x = (width - sum(wide for *_sign, wide in line)) / 2
        for sign, words, wide in line:
            yield sign, words, x, y + i * LEGEND
            x += wide
