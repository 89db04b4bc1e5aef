"""The picture of a catalogue card, as SVG: cells by their share, the output, and the gradient."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Protocol
from xml.sax.saxutils import escape

import numpy as np

from poolviz.figures.style import BLUE, INK, ORANGE
from poolviz.numbers import number
from poolviz.text import _


class Sketch(Protocol):
    """What a card's picture shows: cells, what of the output each is, its gradient, the outputs."""

    @property
    def cells(self) -> np.ndarray: ...
    @property
    def shares(self) -> np.ndarray: ...
    @property
    def slopes(self) -> np.ndarray: ...
    @property
    def outputs(self) -> Sequence[np.ndarray]: ...


WIDE, TALL = 340, 128
"""Size of every card's picture, so that cards stand in line."""
_LABEL = 16
_ARROW = 30
_GAP = 14


def card_image(sketch: Sketch, theme: str, gradient: bool, alt: str) -> str:
    """The picture as an HTML image as wide as there is room."""
    svg = card_svg(sketch, theme, gradient)
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img src="{source}" alt="{escape(alt, {chr(34): "&quot;"})}" style="width:100%">'


def card_svg(sketch: Sketch, theme: str, gradient: bool) -> str:
    """Input, arrow and output, and with ``gradient`` what each cell receives back.

    The filled area of a cell is its share of the output, blue; orange if it takes away. NaN, which
    is asked about, is "?" and no area.
    """
    ink = INK[theme]
    blocks: list[tuple[str, np.ndarray, np.ndarray | None]] = []
    blocks.append((_("input"), sketch.cells, sketch.shares))
    for i, grid in enumerate(sketch.outputs):
        blocks.append(("" if i else _("output"), grid, None))
    if gradient:
        blocks.append((_("gradient"), sketch.slopes, sketch.slopes))
    rows = max(values.shape[0] for _label, values, _areas in blocks)
    cols = sum(values.shape[1] for _label, values, _areas in blocks)
    gaps = _ARROW + _GAP * (len(blocks) - 2) + 4
    side = min(52.0, (TALL - _LABEL - 4) / rows, (WIDE - gaps) / cols)
    middle = (TALL + _LABEL) / 2
    x = 2.0
    parts = []
    for i, (label, values, areas) in enumerate(blocks):
        if i == 1:
            parts.append(_arrow(x, middle, ink))
        x += (0, _ARROW)[i] if i < 2 else _GAP
        parts.append(_grid(x, middle, label, values, areas, side, ink))
        x += values.shape[1] * side
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {TALL}" '
        f'width="{WIDE}" height="{TALL}" font-family="sans-serif">{"".join(parts)}</svg>'
    )


def _arrow(x: float, y: float, ink: str) -> str:
    left, right = x + 6, x + _ARROW - 6
    return (
        f'<path d="M{left:.1f} {y:.1f}H{right:.1f}m-5 -4l5 4l-5 4" fill="none" stroke="{ink}" '
        f'stroke-width="1.5"/>'
    )


def _grid(
    x: float,
    middle: float,
    label: str,
    values: np.ndarray,
    areas: np.ndarray | None,
    side: float,
    ink: str,
) -> str:
    top = middle - values.shape[0] * side / 2
    parts = [
        f'<text x="{x:.1f}" y="{top - 5:.1f}" font-size="11" fill="{ink}" opacity="0.75">'
        f"{escape(label)}</text>"
    ]
    areas = None if areas is None else np.nan_to_num(areas)
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
    """At most three digits, for a card is small; "?" for NaN.

    >>> _short(4.330127), _short(-0.0564), _short(0.000552), _short(2e-7), _short(np.nan)
    ('4.33', '−0.0564', '0.0006', '≈ 0', '?')
    """
    if np.isnan(value):
        return "?"
    if 0 < abs(value) < 1e-4:
        return "≈ 0"
    return number(float(f"{value:.1g}" if abs(value) < 0.01 else f"{value:.3g}"))
