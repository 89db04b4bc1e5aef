"""Pictures side by side on one sheet, each under its title: for files."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.figure import Figure

from poolviz.figures.lettering import letters, wrapped, writable

ACROSS = 4
EDGE = 2.2
"""Inches of one picture's side."""


def sheet(planes: Sequence[tuple[str, np.ndarray]], below: str = "") -> Figure:
    """(title, pixels) each: uint8 pixels of shape (H, W) in grey or (H, W, 3), drawn as squares.

    ``below``: a sentence under them all.

    >>> figure = sheet([("Input", np.zeros((2, 3), np.uint8))])
    >>> [axes.get_title() for axes in figure.axes]
    ['Input']
    """
    across = min(len(planes), ACROSS)
    down = ceil(len(planes) / across)
    figure = Figure(figsize=(across * EDGE, down * (EDGE + 0.6)), layout="constrained")
    for place, (title, pixels) in enumerate(planes, start=1):
        axes = figure.add_subplot(down, across, place)
        axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_title("\n".join(wrapped(writable(title), 26)), **letters(fontsize=9))
        axes.set_axis_off()
    if below:
        figure.supxlabel("\n".join(wrapped(writable(below), 28 * across)), **letters(fontsize=9))
    return figure
