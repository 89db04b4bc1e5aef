"""Charts of the experiments: lines, bars with their spread, and small maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from poolviz.figures.style import BLUE, GREEN, GREY, ORANGE, assembled
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
    data = [_curve(i, line) for i, line in enumerate(lines)]
    shapes = [_rule("x", "y", level) for level, _label in levels]
    notes = [
        {"x": 1, "xref": "paper", "xanchor": "right", "y": level, "yanchor": "bottom",
         "text": label, "showarrow": False}
        for level, label in levels
    ]  # fmt: skip
    if limit is not None:
        shapes.append(_rule("y", "x", limit[0]))
        notes.append(
            {"x": limit[0], "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom",
             "text": limit[1], "showarrow": False}
        )  # fmt: skip
    logarithmic = {"type": "log", "dtick": 1}
    return assembled(
        data,
        380,
        x,
        y,
        logarithmic if log_x else None,
        logarithmic if log else None,
        legend={"orientation": "h", "x": 0, "y": -0.28, "yanchor": "top"},
        showlegend=True,
        shapes=shapes,
        annotations=notes,
    )


def _curve(i: int, line: Line) -> dict[str, Any]:
    curve: dict[str, Any] = {
        "type": "scatter",
        "x": list(line.x),
        "y": list(line.y),
        "name": line.name,
        "mode": "lines+markers" if line.marks else "lines",
        "line": {"color": COLOURS[i % 5], "dash": DASHES[i % 5], "width": 2.5},
        "marker": {"symbol": MARKS[i % 5], "size": 8},
    }
    if line.low is not None and line.high is not None:
        curve["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": np.subtract(line.high, line.y),
            "arrayminus": np.subtract(line.y, line.low),
            "thickness": 1.5,
        }
    return curve


def _rule(along: str, across: str, at: float) -> dict[str, Any]:
    """A dotted line through the whole chart."""
    ends = {f"{along}0": 0, f"{along}1": 1, f"{along}ref": "paper"}
    place = {f"{across}0": at, f"{across}1": at, f"{across}ref": across}
    return {"type": "line", **ends, **place, "line": {"color": GREY, "dash": "dot"}}


def bar_chart(
    names: Sequence[str],
    values: Sequence[float],
    spreads: Sequence[float] | None,
    y: str,
    title: str,
) -> go.Figure:
    """A bar each, with its number under it; ``spreads`` as bars of error."""
    bars: dict[str, Any] = {
        "type": "bar",
        "x": [f"{name}<br><b>{value:.3g}</b>" for name, value in zip(names, values, strict=True)],
        "y": list(values),
        "marker": {"color": [COLOURS[i % 5] for i in range(len(names))]},
    }
    if spreads is not None:
        bars["error_y"] = {
            "type": "data", "array": list(spreads), "color": GREY, "thickness": 2,
        }  # fmt: skip
    margin = {"l": 8, "r": 8, "t": 40, "b": 8}
    return assembled([bars], 320, "", y, showlegend=False, title={"text": title}, margin=margin)


def map_chart(
    values: np.ndarray,
    title: str,
    palette: str = "grey",
    low: float = 0.0,
    high: float = 1.0,
    axes: tuple[str, str] | None = None,
) -> go.Figure:
    """Cells in one colour range; with ``axes`` labelled, without a picture of squares."""
    small, (rows, cols) = values.size <= 100, values.shape
    cells: dict[str, Any] = {
        "type": "heatmap",
        "z": values,
        "zmin": low,
        "zmax": high,
        "colorscale": SCALES[palette],
        "showscale": False,
        "hovertemplate": "%{y}, %{x}: %{z:.3g}<extra></extra>",
    }
    if small:
        cells |= {
            "xgap": 1,
            "ygap": 1,
            "text": [[number(v) for v in row] for row in values],
            "texttemplate": "%{text}",
            "textfont": {"size": 14},
        }
    xaxis = {"visible": axes is not None, "range": [-0.5, cols - 0.5], "dtick": 1}
    yaxis = {"visible": axes is not None, "range": [rows - 0.5, -0.5], "dtick": 1}
    if axes is None:  # a picture: its cells are squares
        xaxis["constrain"], yaxis["scaleanchor"] = "domain", "x"
    return assembled(
        [cells],
        320,
        axes[0] if axes else "",
        axes[1] if axes else "",
        xaxis,
        yaxis,
        title={"text": title},
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
    )


def board_chart(board: np.ndarray, title: str, ring: tuple[int, int]) -> go.Figure:
    """A Go board: black stones where it is 1, white where it is -1; one point is ringed."""
    stones = []
    for value, colour in ((1, "#111111"), (-1, "#ffffff")):
        rows, cols = np.nonzero(board == value)
        stones.append(
            {
                "type": "scatter",
                "x": cols,
                "y": rows,
                "mode": "markers",
                "marker": {"color": colour, "size": 13, "line": {"color": "#111111", "width": 1}},
                "hoverinfo": "skip",
            }
        )
    row, col = ring
    circle = {
        "type": "circle", "x0": col - 0.9, "x1": col + 0.9, "y0": row - 0.9, "y1": row + 0.9,
        "line": {"color": "#d6336c", "width": 4},
    }  # fmt: skip
    side = {
        "dtick": 1, "tick0": 0, "showgrid": True, "gridcolor": "#7a5a1e", "showticklabels": False,
        "constrain": "domain",
    }  # fmt: skip
    last = len(board) - 0.4
    return assembled(
        stones,
        380,
        "",
        "",
        {**side, "range": [-0.6, last]},
        {**side, "range": [last, -0.6], "scaleanchor": "x"},
        title={"text": title},
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        plot_bgcolor="#dfb66a",
        showlegend=False,
        shapes=[circle],
    )
