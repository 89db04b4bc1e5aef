"""How many pairs are compared, to scale: a square of N x N beside a strip of N x S."""

from typing import Any

import plotly.graph_objects as go

from poolviz.figures.style import BLUE, ORANGE, assembled
from poolviz.text import _


def ribbon_chart(cells: int, keys: int) -> go.Figure:
    """Every cell asks every cell, or the keys alone; areas are numbers of weights."""
    wide, gap = keys / cells, 0.3
    both = (
        (0.0, 1.0, BLUE, _("all cells"), f"N × N<br>{cells:,} × {cells:,}<br>= {cells**2:,}"),
        (1 + gap, wide, ORANGE, _("keys"), f"N × S<br>{cells:,} × {keys:,}<br>= {cells * keys:,}"),
    )
    shapes = [
        {
            "type": "rect", "x0": x, "x1": x + width, "y0": 0, "y1": 1,
            "line": {"color": colour, "width": 2}, "fillcolor": colour, "opacity": 0.35,
        }
        for x, width, colour, _title, _text in both
    ]  # fmt: skip
    notes: list[dict[str, Any]] = [
        {"x": 0.5, "y": 0.5, "text": both[0][4], "showarrow": False, "font": {"size": 14}},
        {
            "x": 1 + gap + wide + 0.06, "y": 0.5, "text": both[1][4], "showarrow": False,
            "xanchor": "left", "align": "left", "font": {"size": 14},
        },
    ]  # fmt: skip
    hidden = {"visible": False, "range": [-0.02, max(2.1, 1.9 + wide)]}
    return assembled(
        [], 240, "", "", hidden, {"visible": False, "range": [-0.05, 1.05]},
        margin={"l": 8, "r": 8, "t": 8, "b": 8}, hovermode=False, shapes=shapes, annotations=notes,
    )  # fmt: skip
