"""A class activation map over the picture that it explains."""

import base64
import io

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from poolviz.figures.style import assembled
from poolviz.text import _

SCALE = ((0.0, "#2f7ed8"), (0.5, "rgba(128,128,128,0.04)"), (1.0, "#e8590c"))
"""Against the class is blue, for it orange, neither lets the picture through."""


def map_chart(picture: np.ndarray, values: np.ndarray, most: float, title: str) -> go.Figure:
    """``values`` (h, w) laid over ``picture`` (H, W) in [0, 1], on one scale from -most to most."""
    rows, cols = values.shape
    hover = _("row {row}, column {column}: {value}").format(
        row="%{y}", column="%{x}", value="%{z:.3g}"
    )
    heat = {
        "type": "heatmap",
        "z": values.astype(np.float32),
        "zmin": -most,
        "zmax": most,
        "colorscale": [list(stop) for stop in SCALE],
        "opacity": 0.75,
        "colorbar": {"thickness": 10, "len": 0.9},
        "hovertemplate": hover + "<extra></extra>",
    }
    below = {
        "source": _source(picture),
        "xref": "x",
        "yref": "y",
        "x": -0.5,
        "y": -0.5,
        "sizex": cols,
        "sizey": rows,
        "sizing": "stretch",
        "layer": "below",
    }
    return assembled(
        [heat],
        360,
        "",
        "",
        {"visible": False, "range": [-0.5, cols - 0.5], "constrain": "domain"},
        {"visible": False, "range": [rows - 0.5, -0.5], "scaleanchor": "x"},
        title={"text": title},
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        images=[below],
    )


def _source(picture: np.ndarray) -> str:
    """The picture as a data address: grey, darkest black, lightest white."""
    grey = np.round(picture * 255).astype(np.uint8)
    small = min(grey.shape) < 32  # few cells: let each be seen as a square, with sharp edges
    kind = "png" if small else "jpeg"
    image = Image.fromarray(np.kron(grey, np.ones((8, 8), np.uint8)) if small else grey)
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=85)
    return f"data:image/{kind};base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
