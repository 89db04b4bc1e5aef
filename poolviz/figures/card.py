"""The picture of a catalogue card, as SVG: cells by their share, the output, and the gradient."""

from xml.sax.saxutils import escape

import numpy as np

from poolviz.figures.style import BLUE, INK, ORANGE
from poolviz.numbers import number
from poolviz.scenes.catalogue import Sketch
from poolviz.text import _

TALL = 128
"""Height of every card's picture, so that cards stand in line."""
_LABEL = 16
_GAP = 26


def card_svg(sketch: Sketch, theme: str, gradient: bool) -> str:
    """Input, arrow and output, and with ``gradient`` what each cell receives back.

    The filled area of a cell is its share of the output, blue; orange if it takes away.
    """
    ink = INK[theme]
    parts: list[str] = []
    x = 2.0
    rows = max(sketch.cells.shape[0], *(grid.shape[0] for grid in sketch.outputs))
    cols = sketch.cells.shape[1] + sum(grid.shape[1] for grid in sketch.outputs)
    cols += sketch.slopes.shape[1] if gradient else 0
    side = min(52.0, (TALL - _LABEL - 6) / rows, 330 / cols)
    blocks: list[tuple[str, np.ndarray, np.ndarray | None]] = []
    blocks.append((_("input"), sketch.cells, sketch.shares))
    blocks += [(_("output"), grid, None) for grid in sketch.outputs]
    blocks += [(_("gradient"), sketch.slopes, sketch.slopes)] if gradient else []
    for i, (label, values, areas) in enumerate(blocks):
        if i == 1:
            parts.append(_arrow(x, rows * side, ink))
        x += 0 if i == 0 else _GAP if i == 1 else 12
        named = label if i != 2 or gradient else ""
        parts.append(_grid(x, named, values, areas, side, rows, ink))
        x += max(values.shape[1] * side, 7.0 * len(named))
    width = x + 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {TALL}" '
        f'width="{width:.0f}" height="{TALL}" font-family="sans-serif">{"".join(parts)}</svg>'
    )


def _arrow(x: float, height: float, ink: str) -> str:
    y, left, right = _LABEL + height / 2, x + 5, x + _GAP - 5
    return (
        f'<path d="M{left:.1f} {y:.1f}H{right:.1f}m-5 -4l5 4l-5 4" fill="none" stroke="{ink}" '
        f'stroke-width="1.5"/>'
    )


def _grid(
    x: float,
    label: str,
    values: np.ndarray,
    areas: np.ndarray | None,
    side: float,
    rows: int,
    ink: str,
) -> str:
    top = _LABEL + (rows - values.shape[0]) * side / 2
    parts = [
        f'<text x="{x:.1f}" y="{top - 5:.1f}" font-size="11" fill="{ink}" opacity="0.75">'
        f"{escape(label)}</text>"
    ]
    most = 1.0 if areas is None else max(1.0, float(np.abs(areas).max(initial=0)))
    for (r, c), value in np.ndenumerate(values):
        cx, cy = x + (c + 0.5) * side, top + (r + 0.5) * side
        if areas is not None and areas[r, c]:
            full = side * float(np.sqrt(abs(areas[r, c]) / most))
            colour = BLUE if areas[r, c] > 0 else ORANGE
            parts.append(_square(cx, cy, full, f'fill="{colour}" fill-opacity="0.5"'))
        parts.append(_square(cx, cy, side, f'fill="none" stroke="{ink}" stroke-opacity="0.35"'))
        text = _short(float(value))
        size = min(16.0, side * 0.48, 1.6 * side / max(len(text), 1))
        parts.append(
            f'<text x="{cx:.1f}" y="{cy + size * 0.35:.1f}" font-size="{size:.1f}" fill="{ink}" '
            f'text-anchor="middle">{text}</text>'
        )
    return "".join(parts)


def _square(cx: float, cy: float, side: float, look: str) -> str:
    return (
        f'<rect x="{cx - side / 2:.1f}" y="{cy - side / 2:.1f}" width="{side:.1f}" '
        f'height="{side:.1f}" {look}/>'
    )


def _short(value: float) -> str:
    """At most three digits: a card is small.

    >>> _short(4.330127), _short(-0.0564), _short(15.0)
    ('4.33', '−0.0564', '15')
    """
    return number(float(f"{value:.3g}"))
