"""Small planes of numbers as HTML tables side by side; every mark has a shape of its own."""

from html import escape

from poolviz.numbers import number
from poolviz.stage.part import Plane, Planes

CELL = 40
"""Width of a cell of a table, in pixels."""
SOLID = "box-shadow:inset 0 0 0 2.5px #1f7ac4"
DASHED = "outline:2px dashed #d9822b;outline-offset:-4px"
PALE = "opacity:.45"


def planes_html(part: Planes) -> str:
    """The planes in a row that wraps."""
    width = max(165, CELL * max(plane.values.shape[1] for plane in part.planes) + 8)
    drawn = (
        f'<div style="width:{width}px"><p style="margin:0 0 .4rem"><strong>{escape(plane.title)}'
        f"</strong></p>{_table(plane)}"
        f'<p style="font-size:.875rem;margin:.4rem 0 0">{escape(plane.caption)}</p></div>'
        for plane in part.planes
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:1rem">{"".join(drawn)}</div>'


def _table(plane: Plane) -> str:
    rows = []
    for r, values in enumerate(plane.values.tolist()):
        cells = []
        for c, value in enumerate(values):
            style = SOLID if plane.solid[r, c] else DASHED if plane.dashed[r, c] else PALE
            text = escape(number(float(f"{value:.3g}")))
            cells.append(
                f'<td style="width:{CELL}px;height:34px;padding:0;text-align:center;'
                f'border:1px solid #8886;{style}">{text}</td>'
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<table role="img" aria-label="{escape(plane.alt)}" '
        f'style="border-collapse:collapse;font-size:.9rem">{"".join(rows)}</table>'
    )
