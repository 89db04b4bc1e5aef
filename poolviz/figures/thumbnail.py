"""A played scene as a small picture whose frame moves: for a list of pages. No number is told."""

from collections.abc import Iterator

import numpy as np

from poolviz.stage.panel import Panel
from poolviz.stage.scene import Scene, Step

TALL, GAP, MOST = 64, 14, 4
"""Pixels: the height, and between panels. How many steps and panels are shown."""
INK, SHADE, WRITTEN = "#7d8894", "#2f7fc1", "#00a06b"
"""Colours that stand out on a light ground and on a dark one."""
STYLE = """
.beat { opacity: 0; animation: beat 2.4s steps(1) 2; }
.beat:nth-of-type(1) { opacity: 1; }
.beat:nth-of-type(2) { animation-delay: 0.6s; }
.beat:nth-of-type(3) { animation-delay: 1.2s; }
.beat:nth-of-type(4) { animation-delay: 1.8s; }
@keyframes beat { 0% { opacity: 1; } 25% { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .beat { animation: none; } }
"""
"""One beat after the other, twice through: under the five seconds after which WCAG 2.2.2 asks for
a way to stop it."""


def thumbnail(scene: Scene) -> str:
    """SVG: the panels side by side, their cells as shades, and the frames of up to four steps.

    What is written later is an empty cell, so no answer is told.
    """
    panels = scene.panels[:MOST]
    cell = TALL / max(panel.shape[0] for panel in panels)
    steps = np.linspace(0, len(scene) - 1, min(MOST, len(scene))).round().astype(int)
    lit = [scene.step(int(i)) for i in steps]
    x = 2.0
    cells: list[str] = []
    frames: list[list[str]] = [[] for _ in lit]
    for panel in panels:
        rows, cols = panel.shape
        top = (TALL - rows * cell) / 2 + 2
        cells += _cells(panel, x, top, cell)
        for beat, step in zip(frames, lit, strict=True):
            beat += _frame(panel, step, x, top, cell)
        x += cols * cell + GAP
    beats = "".join(f'<g class="beat">{"".join(beat)}</g>' for beat in frames)
    wide = round(x - GAP + 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {TALL + 4}" '
        f'width="{wide}" height="{TALL + 4}"><style>{STYLE}</style>{"".join(cells)}{beats}</svg>'
    )


def _cells(panel: Panel, x: float, y: float, cell: float) -> Iterator[str]:
    span = (panel.high - panel.low) or 1.0
    for (row, col), value in np.ndenumerate(panel.values.reshape(-1, *panel.shape)[0]):
        known = panel.shown == "always" and not np.isnan(value)
        shade = (float(value) - panel.low) / span if known else 0.0
        yield (
            f'<rect x="{x + col * cell:.1f}" y="{y + row * cell:.1f}" width="{cell:.1f}" '
            f'height="{cell:.1f}" fill="{SHADE}" fill-opacity="{np.clip(shade, 0, 1):.2f}" '
            f'stroke="{INK}" stroke-opacity="0.5"/>'
        )


def _frame(panel: Panel, step: Step, x: float, y: float, cell: float) -> Iterator[str]:
    """A frame around what is lit on a panel, and around what is written there."""
    lit = step.lit.get(panel.name)
    if lit is None:
        return
    cols = panel.shape[1]
    for cells, colour in ((lit.cells, INK), ((lit.written,), WRITTEN)):
        inside = [int(i) for i in cells if i >= 0]
        if not inside:
            continue
        rows, across = np.divmod(inside, cols)
        yield (
            f'<rect x="{x + across.min() * cell:.1f}" y="{y + rows.min() * cell:.1f}" '
            f'width="{(np.ptp(across) + 1) * cell:.1f}" height="{(np.ptp(rows) + 1) * cell:.1f}" '
            f'fill="none" stroke="{colour}" stroke-width="2.5"/>'
        )
