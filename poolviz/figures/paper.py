"""Pen and paper of exported pictures: the twin of assets/stepper/paint.js, colours included.

Places are in units, of which a large cell is 1; widths and dashes are in the screen's pixels, of
which a unit has ``UNIT``. What is drawn later lies above what was drawn before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, sin
from typing import Any

from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle

from poolviz.figures.lettering import em, letters, writable

UNIT = 60
# The light colours of .streamlit/config.toml and assets/stepper/theme.js: one colour means one
# thing, on screen and on paper.
INK, LINE, SOFT, PAPER = "#16202c", "#b6c2d0", "#eef2f7", "#ffffff"
RING, WRITE, PLUS, MINUS = "#c94700", "#00714f", "#0b57a4", "#b35900"
SMALLEST = 4.0
"""Points of type below which a number is left out."""
OVER: dict[str, Any] = {"zorder": 2}
"""One level for everything, images and words too, so that the order of drawing decides."""
Point = tuple[float, float]
Rect = tuple[float, float, float, float]
"""Left, top, width and height."""


def px(pixels: float) -> float:
    """Units that so many pixels of the screen are."""
    return pixels / UNIT


def centre(rect: Rect) -> Point:
    """The middle of a rectangle."""
    return rect[0] + rect[2] / 2, rect[1] + rect[3] / 2


def shrunk(rect: Rect, by: float) -> Rect:
    """The rectangle with its sides moved inwards."""
    return rect[0] + by, rect[1] + by, rect[2] - 2 * by, rect[3] - 2 * by


@dataclass(frozen=True)
class Pen:
    """Draws on axes whose y grows downwards and whose unit is ``inch`` inches."""

    axes: Any
    inch: float

    def points(self, units: float) -> float:
        """Typographic points that so many units are."""
        return 72 * self.inch * units

    def _line(self, width: float, colour: Any, dash: Sequence[float]) -> dict[str, Any]:
        style = (0, tuple(part / width for part in dash)) if dash else "-"
        return {"linewidth": self.points(px(width)), "edgecolor": colour, "linestyle": style}

    def _add(self, patch: Any) -> Any:
        return self.axes.add_artist(patch)  # unlike add_patch it does not measure what is drawn

    def block(self, rect: Rect, colour: Any, hatch: str | None = None) -> Any:
        """A filled rectangle; hatching is drawn with the lines' colour."""
        edge = {"edgecolor": LINE, "hatch": hatch, "linewidth": 0} if hatch else {"linewidth": 0}
        box = Rectangle(rect[:2], rect[2], rect[3], facecolor=colour, **edge, **OVER)
        return self._add(box)

    def frame(
        self, rect: Rect, grow: float, width: float, colour: Any, dash: Sequence[float] = ()
    ) -> None:
        """An outline, ``grow`` pixels outside the rectangle."""
        x, y, wide, tall = shrunk(rect, -px(grow))
        look = self._line(width, colour, dash)
        box = Rectangle((x, y), wide, tall, fill=False, joinstyle="round", **look, **OVER)
        self._add(box)

    def box(self, rect: Rect, radius: float, colour: Any) -> None:
        """A sheet of paper with round corners."""
        x, y, wide, tall = rect
        look = {**self._line(1, colour, ()), "boxstyle": f"Round, pad=0, rounding_size={radius}"}
        self._add(FancyBboxPatch((x, y), wide, tall, facecolor=PAPER, **look, **OVER))

    def outline(self, rect: Rect, colour: Any, most: float) -> None:
        """A single outline on a halo of paper, for the written cell."""
        width = min(max(rect[2] * UNIT / 9, 1.5), most)
        self.frame(rect, 0, width + 3, PAPER)
        self.frame(rect, 0, width, colour)

    def lines(
        self, points: Sequence[Point], width: float, colour: Any, dash: Sequence[float] = ()
    ) -> None:
        """A line through points."""
        look = self._line(width, colour, dash)
        path = Polygon(points, closed=False, fill=False, joinstyle="round", capstyle="butt", **look)
        path.set_zorder(OVER["zorder"])
        self._add(path)

    def shape(self, corners: Sequence[Point], colour: Any, width: float, edge: Any) -> None:
        """A filled shape with an outline."""
        look = self._line(width, edge, ())
        self._add(Polygon(corners, facecolor=colour, joinstyle="round", **look, **OVER))

    def disc(self, at: Point, radius: float, width: float, colour: Any, fill: Any = "none") -> None:
        """A circle, filled or not."""
        look = self._line(width, colour, ())
        self._add(Circle(at, radius, facecolor=fill, **look, **OVER))

    def print(
        self, text: str, at: Point, units: float, colour: Any = INK, bold: bool = False, **look: Any
    ) -> None:
        """Words at a place, ``units`` tall, centred unless told otherwise."""
        told = {"ha": "center", "va": "center", "color": colour, **OVER, **look}
        weight = "bold" if bold else "normal"
        words = letters(fontsize=self.points(units), fontweight=weight, **told)
        self.axes.text(*at, writable(text), **words)

    def print_first(
        self,
        texts: Sequence[str],
        rect: Rect,
        share: float,
        colour: Any,
        lift: float = 0.5,
        **look: Any,
    ) -> bool:
        """The first of some writings that fits a cell is printed, the last in smaller type, too.

        Where none fits, colour alone speaks; gives whether one does.
        """
        x, y, wide, tall = rect
        usual = [(text, scale) for text in texts for scale in (1.0, 0.8)]
        for text, scale in (*usual, (texts[-1], 0.65), (texts[-1], 0.5)):
            size = min(tall * share, px(26)) * scale
            if self.points(size) >= SMALLEST and em(text) * size <= 0.88 * wide:
                self.print(text, (x + wide / 2, y + lift * tall), size, colour, **look)
                return True
        return False

    def head(self, tip: Point, near: Point, size: float, colour: Any, hollow: bool = False) -> None:
        """The head of an arrow that comes from ``near``."""
        angle = atan2(tip[1] - near[1], tip[0] - near[0])
        back = [
            (tip[0] - size * cos(angle + turn), tip[1] - size * sin(angle + turn))
            for turn in (0.5, -0.5)
        ]
        self.shape([tip, *back], PAPER if hollow else colour, 1.5, colour)

    def mark(self, kind: str, at: Point, size: float) -> None:
        """A triangle "up" or "down", or a "pin"."""
        x, y = at
        tip = -size if kind == "up" else size
        base = y - 0.8 * tip
        self.shape([(x, y + tip), (x + size, base), (x - size, base)], RING, 1.5, PAPER)
        if kind == "pin":
            self.disc((x, base), size, 0.1, RING, RING)

    def ring(self, rect: Rect, mark: str) -> None:
        """The ring on the chosen cell, with a mark that says which extreme it is, or a pin."""
        x, y = centre(rect)
        side = rect[2]
        radius = max(side * 0.43, px(4))
        width = min(max(side * UNIT / 14, 1.5), 4)
        self.disc((x, y), radius, width + 3, PAPER)
        self.disc((x, y), radius, width, RING)
        if mark:
            size = min(max(side / 6, px(4)), px(9))
            self.mark(mark, (x + radius * 0.76, y - radius * 0.76), size)
