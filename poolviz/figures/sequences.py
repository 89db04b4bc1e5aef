"""The words that each layer of dynamic k-max leaves."""

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from poolviz.figures.style import assembled
from poolviz.numbers import number


def layers_chart(
    labels: Sequence[str], x: np.ndarray, layers: Sequence[tuple[str, int, tuple[int, ...]]]
) -> go.Figure:
    """A row a word, a column a layer (name, k, places): filled where the word is still there, with
    its value of ``x`` (T,)."""
    z = np.full((x.size, len(layers)), np.nan)
    for column, (_name, _k, places) in enumerate(layers):
        z[list(places), column] = x[list(places)]
    cells = {
        "type": "heatmap",
        "z": z,
        "text": [[number(v) if np.isfinite(v) else "" for v in row] for row in z],
        "texttemplate": "%{text}",
        "textfont": {"size": 13},
        "x": [f"{name}<br>k = {k}" for name, k, _places in layers],
        "y": list(range(x.size)),
        "colorscale": [[0, "#cfe3f8"], [1, "#2f7ed8"]],
        "showscale": False,
        "xgap": 3,
        "ygap": 2,
        "hoverinfo": "skip",
    }
    ticks = {
        "autorange": "reversed",
        "tickvals": list(range(x.size)),
        "ticktext": [escape(label) for label in labels],
        "showgrid": False,
    }
    return assembled([cells], 90 + 26 * x.size, "", "", {"side": "top", "showgrid": False}, ticks)
