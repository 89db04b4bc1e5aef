"""Where the panels of a picture stand: in a row, or in several, with room for their labels."""

from dataclasses import dataclass

from poolviz.figures.lettering import width, wrapped
from poolviz.stage.scene import Panel, Scene

NUMBERED = 20
"""Panels with more cells on a side than this are drawn without numbers."""
GAP, TITLE, TOLD = 0.7, 1.0, 1.25
"""Units (a large cell is 1) between panels, above each for its title, and for the narration."""
BENCH = 3.4
"""Units that the weighing of a window takes below the panels."""
LETTER = 0.13
"""About the width of a letter in a label."""
LEAST = 2.6
"""A panel takes at least this width, so that titles do not meet."""
WIDEST = 16.0
"""Panels that together are wider go below one another."""
PICTURE, TOWER = 4.0, 2
"""Units that a panel without numbers takes, and the most rows of panels that are not a tower."""


@dataclass(frozen=True)
class Place:
    """Where a panel stands: its top left corner and the side of a cell, in the figure's units."""

    x: float
    y: float
    cell: float

    def corner(self, cell: int, cols: int) -> tuple[float, float]:
        row, col = divmod(int(cell), cols)
        return self.x + col * self.cell, self.y + row * self.cell

    def centre(self, cell: int, cols: int) -> tuple[float, float]:
        x, y = self.corner(cell, cols)
        return x + self.cell / 2, y + self.cell / 2


@dataclass(frozen=True)
class Box:
    """A panel with its cells' side, and the room that its labels take."""

    panel: Panel
    cell: float
    left: float
    above: float

    @property
    def width(self) -> float:
        title = 0.19 * width(self.panel.heading)
        return max(self.left + self.cell * self.panel.shape[1], LEAST, title)

    @property
    def height(self) -> float:
        return self.above + self.cell * self.panel.shape[0]


@dataclass(frozen=True)
class Row:
    """Panels that stand side by side."""

    boxes: tuple[Box, ...]

    @property
    def width(self) -> float:
        return sum(box.width for box in self.boxes) + GAP * (len(self.boxes) + 1)

    @property
    def height(self) -> float:
        return TITLE + max(box.height for box in self.boxes) + 0.2


def rows_of(scene: Scene) -> list[Row]:
    """The panels in one row, or in several where they would become too small.

    Where that would be a tower, large panels become as small as pictures are.
    """
    rows = _filled([_box(panel) for panel in scene.panels])
    if len(rows) <= TOWER:
        return rows
    return _filled([_box(panel, PICTURE) for panel in scene.panels])


def _filled(boxes: list[Box]) -> list[Row]:
    rows: list[list[Box]] = [[]]
    for box in boxes:
        if rows[-1] and sum(b.width + GAP for b in (*rows[-1], box)) > WIDEST:
            rows.append([])
        rows[-1].append(box)
    return [Row(tuple(row)) for row in rows]


def _box(panel: Panel, most: float = 14.0) -> Box:
    """``most``: units that a panel with numbers may take on its longer side."""
    rows, cols = panel.shape
    longer = max(rows, cols)
    cell = min(1.0, max(PICTURE / longer, min(0.35, most / longer)))
    if longer > NUMBERED:
        cell = PICTURE / longer
    row_names, col_names = names_of(panel)
    return Box(
        panel,
        cell,
        LETTER * max(map(width, row_names), default=0) + 0.1 * bool(row_names),
        LETTER * max(map(width, col_names), default=0) * 0.75 + 0.1 * bool(col_names),
    )


def names_of(panel: Panel) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels of rows and columns, none where there are too many, each cut to what can be read."""
    rows, cols = (
        tuple(wrapped(name, 20, 1)[0] for name in names) if len(names) <= 40 else ()
        for names in (panel.row_labels, panel.col_labels)
    )
    return rows, cols


def size(
    scene: Scene, inches: float, told: bool = True, bench: bool = False
) -> tuple[float, float]:
    """Width and height, in inches, of a picture that is ``inches`` wide."""
    rows = rows_of(scene)
    total = max(row.width for row in rows)
    height = sum(row.height for row in rows) + TOLD * told + BENCH * bench
    return inches, inches * height / total
