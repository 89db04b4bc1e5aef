"""The picture of a catalogue card: cells by their share, the output, and the gradient.

HTML, which the style of a deck of cards (assets/deck) draws: a card takes a few hundred bytes.
"""

from collections.abc import Sequence
from html import escape
from typing import Protocol

import numpy as np

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
    @property
    def alt(self) -> str: ...


WIDE, TALL = 340, 108
"""Room for the cells of every card, so that cards stand in line."""
_LARGEST = 52.0
_ARROW = 30
_GAP = 14
_DIGIT = 0.58
"""Width of a digit, of its size."""
Block = tuple[str, np.ndarray, np.ndarray | None]
"""A grid under its label, with the filled areas of its cells."""


def card_picture(sketch: Sketch, gradient: bool) -> str:
    """Input, arrow and output, and with ``gradient`` what each cell receives back.

    The filled area of a cell is its share of the output, blue; orange if it takes away. NaN, which
    is asked about, is "?" and no area.
    """
    blocks: list[Block] = [(_("input"), sketch.cells, sketch.shares)]
    for i, grid in enumerate(sketch.outputs):
        blocks.append(("" if i else _("output"), grid, None))
    if gradient:
        blocks.append((_("gradient"), sketch.slopes, sketch.slopes))
    rows = max(values.shape[0] for _label, values, _areas in blocks)
    cols = sum(values.shape[1] for _label, values, _areas in blocks)
    gaps = _ARROW + _GAP * (len(blocks) - 2) + 4
    side = min(_LARGEST, TALL / rows, (WIDE - gaps) / cols)
    grids = "".join(_grid(*block, side) for block in blocks)
    alt = escape(sketch.alt)
    return f"<figure role='img' aria-label='{alt}' style='--side:{side:.4g}'>{grids}</figure>"


def _grid(label: str, values: np.ndarray, areas: np.ndarray | None, side: float) -> str:
    """The cells, their numbers all of one size that fits the longest."""
    texts = [_short(float(value)) for value in values.flat]
    size = min(16.0, side * 0.48, 0.9 * side / (_DIGIT * max(map(len, texts), default=1)))
    areas = np.zeros(values.shape) if areas is None else np.nan_to_num(areas)
    widths = np.sqrt(np.abs(areas) / max(1.0, float(np.abs(areas).max(initial=0))))
    cells = map(_cell, texts, widths.flat, (areas < 0).flat)
    title = f"<b>{escape(label)}</b>" if label else ""
    return f"<p style='--n:{values.shape[1]};--size:{size:.3g}'>{title}{''.join(cells)}</p>"


def _cell(text: str, width: float, less: bool) -> str:
    look = " class='less'" if less else ""
    filled = f" style='--w:{width:.2g}'" if width else ""
    return f"<i{look}{filled}>{text}</i>"


def _short(value: float) -> str:
    """At most three digits, two of a number below .1, for a card is small; "?" for NaN.

    >>> _short(4.330127), _short(-0.0564), _short(0.000552), _short(2e-7), _short(np.nan)
    ('4.33', '−0.056', '0.0006', '≈ 0', '?')
    """
    if np.isnan(value):
        return "?"
    if 0 < abs(value) < 1e-4:
        return "≈ 0"
    digits = 3 if abs(value) >= 0.1 else 2 if abs(value) >= 0.01 else 1
    return number(float(f"{value:.{digits}g}"))
