"""Charts of the experiments: lines, bars with their spread, and small maps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from poolviz.figures.style import BLUE, GREEN, GREY, ORANGE, dressed
from poolviz.numbers import number

COLOURS = (BLUE, ORANGE, GREEN, "#8e5bd0", GREY)
MARKS = ("circle", "square", "diamond", "triangle-up", "x")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
SCALES = {
    "grey": "gray",
    "sequence": [[0, "#eef4fb"], [1, "#0b4f9e"]],
    "diverging": [[0, "#e07b1a"], [0.5, "#eceff3"], [1, "#0b4f9e"]],
    "stones": [[0, "#ffffff"], [0.5, "#dfb66a"], [1, "#111111"]],
}


@dataclass(frozen=True, eq=False)
class Line:
    """A curve: y over x, with ``low`` and ``high`` where it has a spread."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    marks: bool = True


def line_chart(
    lines: Sequence[Line],
    x: str,
    y: str,
    levels: Sequence[tuple[float, str]] = (),
    limit: tuple[float, str] | None = None,
    log: bool = False,
    log_x: bool = False,
) -> go.Figure:
    """Curves told apart by colour, dash and mark; ``levels`` across, ``limit`` upright."""
    figure = go.Figure()
    for i, line in enumerate(lines):
        error = None
        if line.low is not None and line.high is not None:
            error = {
                "type": "data",
                "symmetric": False,
                "array": list(np.subtract(line.high, line.y)),
                "arrayminus": list(np.subtract(line.y, line.low)),
                "thickness": 1.5,
            }
        figure.add_scatter(
            x=list(line.x),
            y=list(line.y),
            name=line.name,
            mode="lines+markers" if line.marks else "lines",
            line={"color": COLOURS[i % 5], "dash": DASHES[i % 5], "width": 2.5},
            marker={"symbol": MARKS[i % 5], "size": 8},
            error_y=error,
        )
    for level, label in levels:
        figure.add_hline(level, line={"color": GREY, "dash": "dot"}, annotation_text=label)
    if limit is not None:
        figure.add_vline(limit[0], line={"color": GREY}, annotation_text=limit[1])
    dressed(figure, 380, x, y)
    figure.update_layout(legend={"y": -0.28, "yanchor": "top"}, margin={"t": 24})
    if log:
        figure.update_yaxes(type="log", dtick=1)
    if log_x:
        figure.update_xaxes(type="log", dtick=1)
    return figure


def bar_chart(
    names: Sequence[str], values: Sequence[float], spreads: Sequence[float] | None, y: str
) -> go.Figure:
    """A bar each, with its number; ``spreads`` as bars of error."""
    figure = go.Figure(
        go.Bar(
            x=[f"{name}<br><b>{value:.3g}</b>" for name, value in zip(names, values, strict=True)],
            y=list(values),
            error_y=None
            if spreads is None
            else {"type": "data", "array": list(spreads), "color": GREY, "thickness": 2},
            marker={"color": [COLOURS[i % 5] for i in range(len(names))]},
        )
    )
    dressed(figure, 300, "", y)
    figure.update_layout(margin={"t": 16}, showlegend=False)
    return figure


def map_chart(
    values: np.ndarray,
    title: str,
    palette: str = "grey",
    low: float = 0.0,
    high: float = 1.0,
    axes: tuple[str, str] | None = None,
) -> go.Figure:
    """Cells in one colour range; with ``axes`` labelled, without a picture of squares."""
    small = values.size <= 100
    figure = go.Figure(
        go.Heatmap(
            z=values,
            zmin=low,
            zmax=high,
            colorscale=SCALES[palette],
            showscale=False,
            xgap=1 if small else 0,
            ygap=1 if small else 0,
            text=[[number(v) for v in row] for row in values] if small else None,
            texttemplate="%{text}" if small else None,
            textfont={"size": 14},
            hovertemplate="%{y}, %{x}: %{z:.3g}<extra></extra>",
        )
    )
    dressed(figure, 320, axes[0] if axes else "", axes[1] if axes else "")
    figure.update_layout(title={"text": title}, margin={"t": 40})
    rows, cols = values.shape
    figure.update_xaxes(visible=axes is not None, range=[-0.5, cols - 0.5], dtick=1)
    figure.update_yaxes(visible=axes is not None, range=[rows - 0.5, -0.5], dtick=1)
    if axes is None:  # a picture: its cells are squares
        figure.update_xaxes(constrain="domain")
        figure.update_yaxes(scaleanchor="x")
    return figure


def board_chart(board: np.ndarray, title: str, ring: tuple[int, int]) -> go.Figure:
    """A Go board: black stones where it is 1, white where it is -1; one point is ringed."""
    figure = go.Figure()
    for value, colour in ((1, "#111111"), (-1, "#ffffff")):
        rows, cols = np.nonzero(board == value)
        figure.add_scatter(
            x=cols,
            y=rows,
            mode="markers",
            marker={"color": colour, "size": 13, "line": {"color": "#111111", "width": 1}},
            hoverinfo="skip",
        )
    row, col = ring
    figure.add_shape(
        type="circle", x0=col - 0.9, x1=col + 0.9, y0=row - 0.9, y1=row + 0.9,
        line={"color": "#d6336c", "width": 4},
    )  # fmt: skip
    dressed(figure, 380, "", "")
    figure.update_layout(
        title={"text": title}, margin={"t": 40}, plot_bgcolor="#dfb66a", showlegend=False
    )
    sides = {"dtick": 1, "showgrid": True, "gridcolor": "#7a5a1e", "showticklabels": False}
    last = len(board) - 0.4
    figure.update_xaxes(range=[-0.6, last], constrain="domain", tick0=0, **sides)
    figure.update_yaxes(range=[last, -0.6], scaleanchor="x", constrain="domain", tick0=0, **sides)
    return figure
