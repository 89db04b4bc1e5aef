"""Charts for the back row: every writing larger, and more height for it."""

from typing import Any

import plotly.graph_objects as go

BY = 1.4
TYPE = {"font": 19, "tick": 18, "title": 20}
"""Pixels of type in a chart where its maker gave none."""


def enlarged(figure: go.Figure) -> go.Figure:
    """A copy of the figure for a projector; the data and the colours stay.

    >>> enlarged(go.Figure(layout={"height": 100, "title": {"font": {"size": 10}}})).layout.height
    140
    """
    spec = figure.to_dict()
    _grow(spec)
    layout = spec["layout"]
    if layout.get("height"):
        layout["height"] = round(layout["height"] * BY)
    for side in ("l", "r", "t", "b"):
        if layout.get("margin", {}).get(side):
            layout["margin"][side] = round(layout["margin"][side] * BY)
    layout.setdefault("font", {}).setdefault("size", TYPE["font"])
    layout.setdefault("legend", {}).setdefault("font", {}).setdefault("size", TYPE["tick"])
    for name in [key for key in layout if key.startswith(("xaxis", "yaxis"))]:
        axis = layout[name]
        axis.setdefault("tickfont", {}).setdefault("size", TYPE["tick"])
        axis.setdefault("title", {}).setdefault("font", {}).setdefault("size", TYPE["title"])
    return go.Figure(spec)


def _grow(part: Any) -> None:
    """Make every size of type that stands in a part of a figure's description larger, in place."""
    if isinstance(part, (list, tuple)):
        for each in part:
            _grow(each)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key.endswith("font") and isinstance(value, dict):
                size = value.get("size")
                if isinstance(size, (int, float)):
                    value["size"] = round(size * BY)
            elif key != "template":
                _grow(value)
