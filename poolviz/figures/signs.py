"""The signs of the legend on paper, as assets/stepper/stepper.css draws them."""

from poolviz.figures.layout import SIGN, Layout
from poolviz.figures.legend import OUTLINES
from poolviz.figures.paper import (
    INK,
    LINE,
    MINUS,
    PAPER,
    PLUS,
    RING,
    SOFT,
    WRITE,
    Pen,
    Rect,
    centre,
    px,
    shrunk,
)

DASHES = ((), (7, 4), (2, 4), (9, 3, 2, 3))
TINTS = (INK, PLUS, MINUS, WRITE)
"""Of the window of a panel's first, second ... track."""


def draw_signs(pen: Pen, layout: Layout) -> None:
    """Every sign with its words."""
    for sign, words, x, y in layout.signs:
        _sign(pen, sign, (x, y, SIGN, SIGN))
        at = (x + SIGN + px(8), y + SIGN / 2)
        pen.print(words, at, px(13.6), ha="left")


def double_frame(pen: Pen, rect: Rect, order: int, thick: float) -> None:
    """The outline of a window, by the order of its track on the panel."""
    colour, dash = TINTS[order % 4], DASHES[order % 4]
    pen.frame(rect, thick, 4 * thick, colour)
    pen.frame(rect, thick, 1.6 * thick, PAPER, dash)


def _sign(pen: Pen, sign: str, rect: Rect) -> None:
    x, y, side, _tall = rect
    inner = shrunk(rect, px(2))
    if sign in OUTLINES:
        double_frame(pen, shrunk(inner, px(1)), OUTLINES.index(sign), 1)
    elif sign == "chosen":
        pen.disc(centre(rect), side / 2 - px(1.5), 3, RING)
    elif sign == "written":
        pen.frame(rect, -2, 4, WRITE)
    elif sign == "weight":
        pen.frame(rect, -0.5, 1, LINE)
        pen.block(shrunk(rect, side * 0.225), INK)
    elif sign == "veil":
        for i in range(8):
            pen.block((x + i * side / 8, y, side / 8, side), (*_rgb(PLUS), (i + 1) / 8))
        pen.frame(rect, -0.5, 1, LINE)
    elif sign == "padding":
        pen.block(rect, SOFT, hatch="/////")
        pen.frame(rect, -0.5, 1, LINE)
    elif sign in ("outside", "zero"):
        width, dash = (1, (3, 3)) if sign == "outside" else (2, (2, 2))
        pen.frame(rect, -1, width, INK, dash)
    elif sign in ("plus", "minus"):
        ends = [(x - px(4), y + side / 2), (x + side + px(4), y + side / 2)]
        pen.lines(ends, 3, PLUS if sign == "plus" else MINUS, () if sign == "plus" else (5, 3))


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
