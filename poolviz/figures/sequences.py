"""The words that each layer of dynamic k-max leaves."""

from html import escape

import numpy as np
import plotly.graph_objects as go

from poolviz.figures.style import assembled
from poolviz.numbers import number
from poolviz.wings.pooling.sequences.scene import Layer
from poolviz.wings.pooling.sequences.words import Sentence


def layers_chart(sentence: Sentence, feature: int, layers: tuple[Layer, ...]) -> go.Figure:
    """A row a word, a column a layer: filled where the word is still there, with its value."""
    x = sentence.x[feature]
    z = np.full((x.size, len(layers)), np.nan)
    for column, layer in enumerate(layers):
        z[list(layer.places), column] = x[list(layer.places)]
    cells = {
        "type": "heatmap",
        "z": z,
        "text": [[number(v) if np.isfinite(v) else "" for v in row] for row in z],
        "texttemplate": "%{text}",
        "textfont": {"size": 13},
        "x": [f"{layer.name}<br>k = {layer.k}" for layer in layers],
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
        "ticktext": [escape(label) for label in sentence.labels],
        "showgrid": False,
    }
    return assembled([cells], 90 + 26 * x.size, "", "", {"side": "top", "showgrid": False}, ticks)
