"""A chart of the page (Plotly, drawn by the browser) as a Matplotlib figure, for files.

Covers what poolviz's charts are made of: lines, marks, bars, maps, rules, notes and pictures.
What it does not know is an error, so that no chart is exported with a part missing.
"""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from poolviz.figures.lettering import letters, writable
from poolviz.figures.notes import INK, colour, plain, write_notes, write_shapes, write_underlay

GRID = "#dde3ea"
DASHES = {
    "solid": "-", "dash": "--", "dot": ":", "dashdot": "-.", "longdash": (0, (8, 3)),
}  # fmt: skip
MARKS = {
    "circle": "o", "square": "s", "diamond": "D", "triangle-up": "^", "x": "X",
}  # fmt: skip


def redrawn(figure: go.Figure, inches: float = 7.0) -> Figure:
    """The chart, ``inches`` wide, on white. ``ValueError`` for a kind of trace that is unknown."""
    layout = figure.layout.to_plotly_json()
    height = inches * min(1.4, (layout.get("height") or 360) / 560)
    made = Figure(figsize=(inches, height), facecolor="white", layout="constrained")
    axes = made.add_subplot()
    axes.set_facecolor(colour(layout.get("plot_bgcolor")) or "none")
    for axis in ("left", "bottom", "right", "top"):
        axes.spines[axis].set_color(GRID)
    write_underlay(axes, layout)
    for trace in figure.data:
        _TRACES.get(trace.type, _unknown)(axes, decoded(trace.to_plotly_json()))
    _axis(axes, layout.get("xaxis", {}), "x", figure)
    _axis(axes, layout.get("yaxis", {}), "y", figure)
    write_shapes(axes, layout)
    write_notes(axes, layout)
    title = plain((layout.get("title") or {}).get("text") or "")
    if title:
        axes.set_title(writable(title), **letters(color=INK, fontsize=11))
    _legend(axes, layout)
    return made


def decoded(part: Any) -> Any:
    """The same with arrays where Plotly has packed them ({"dtype", "bdata", "shape"})."""
    if not isinstance(part, dict):
        return part
    if "bdata" not in part:
        return {name: decoded(value) for name, value in part.items()}
    flat = np.frombuffer(base64.b64decode(part["bdata"]), np.dtype(part["dtype"]))
    shape = str(part.get("shape", flat.size)).split(",")
    return flat.reshape([int(n) for n in shape])


def _unknown(axes: Any, trace: dict[str, Any]) -> None:
    raise ValueError(f"trace must be one of {', '.join(_TRACES)}, got {trace.get('type')!r}")


def _numbers(values: Any) -> np.ndarray:
    """Floats, NaN where there is none."""
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def _places(axes: Any, values: Any, which: str) -> np.ndarray:
    """Where values stand on an axis: numbers as they are, words one after the other."""
    if len(values) and isinstance(values[0], str):
        names = [plain(value) for value in values]
        ticks = np.arange(len(names), dtype=float)
        named = [writable(name) for name in names]
        getattr(axes, f"set_{which}ticks")(ticks, named)
        return ticks
    return _numbers(values)


def _scatter(axes: Any, trace: dict[str, Any]) -> None:
    x, y = _places(axes, trace["x"], "x"), _numbers(trace["y"])
    mode, line, marker = trace.get("mode", "lines"), trace.get("line", {}), trace.get("marker", {})
    name = plain(trace.get("name") or "") if trace.get("showlegend", True) else ""
    label, given = writable(name) if name else "_", line.get("color")
    if "lines" in mode:
        axes.plot(
            x, y, color=colour(given), linewidth=0.8 * line.get("width", 2), label=label,
            linestyle=DASHES[line.get("dash", "solid")], zorder=3,
            marker=MARKS[marker.get("symbol", "circle")] if "markers" in mode else "",
            markersize=5,
        )  # fmt: skip
    else:
        edge = marker.get("line", {})
        colours = marker.get("color")
        axes.scatter(
            x, y, s=np.square(0.8 * np.asarray(marker.get("size", 8), dtype=float)), zorder=4,
            c=[colour(c) for c in colours] if isinstance(colours, (list, tuple)) else None,
            color=None if isinstance(colours, (list, tuple)) else colour(colours),
            marker=MARKS[marker.get("symbol", "circle")], label=label,
            edgecolors=colour(edge.get("color")) or "none", linewidths=edge.get("width", 0),
        )  # fmt: skip
    _errors(axes, x, y, trace.get("error_y"), colour(given) or INK)


def _errors(axes: Any, x: np.ndarray, y: np.ndarray, error: Any, ink: Any) -> None:
    if error:
        up = _numbers(error["array"])
        down = _numbers(error["arrayminus"]) if "arrayminus" in error else up
        given = colour(error.get("color")) or ink
        axes.errorbar(x, y, (down, up), fmt="none", ecolor=given, capsize=3, zorder=5)


def _bar(axes: Any, trace: dict[str, Any]) -> None:
    across = trace.get("orientation") == "h"
    at = _places(axes, trace["y" if across else "x"], "y" if across else "x")
    length = _numbers(trace["x" if across else "y"])
    base = _numbers(trace.get("base", np.zeros(len(at))))
    marker = trace.get("marker", {})
    given, edge = marker.get("color"), marker.get("line", {})
    many = isinstance(given, (list, tuple))
    look = {
        "color": [colour(c) for c in given] if many else colour(given) or "none",
        "edgecolor": colour(edge.get("color")) or "none",
        "linewidth": 0.7 * edge.get("width", 0),
        "alpha": None if edge.get("color") else marker.get("opacity"),
        "label": writable(plain(trace.get("name") or "_")),
        "zorder": 3,
    }
    if across:
        axes.barh(at, length, 0.8, left=base, **look)
    else:
        axes.bar(at, length, 0.8, bottom=base, **look)
        _errors(axes, at, length, trace.get("error_y"), INK)
    for place, value, text in zip(at, length, trace.get("text", ()), strict=False):
        where = (value, place) if across else (place, value)
        axes.annotate(
            writable(plain(text)), where, (4, 0) if across else (0, 4), va="center",
            textcoords="offset points", **letters(fontsize=9, color=INK),
        )  # fmt: skip


def _scale(given: Any) -> Colormap | str:
    if isinstance(given, str):
        return given
    stops = [(float(at), colour(stop)) for at, stop in given]
    return LinearSegmentedColormap.from_list("chart", stops)


def _heatmap(axes: Any, trace: dict[str, Any]) -> None:
    z = np.asarray(trace["z"], dtype=float)
    rows, cols = z.shape
    x = _places(axes, trace["x"], "x") if "x" in trace else np.arange(float(cols))
    y = _places(axes, trace["y"], "y") if "y" in trace else np.arange(float(rows))
    dx, dy = ((v[-1] - v[0]) / (len(v) - 1) if len(v) > 1 else 1.0 for v in (x, y))
    drawn = axes.imshow(
        z, cmap=_scale(trace["colorscale"]), vmin=trace.get("zmin"), vmax=trace.get("zmax"),
        extent=(x[0] - dx / 2, x[-1] + dx / 2, y[-1] + dy / 2, y[0] - dy / 2), aspect="auto",
        alpha=trace.get("opacity"), interpolation="nearest", zorder=2,
    )  # fmt: skip
    if trace.get("showscale", True):
        bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.8)
        bar.ax.set_title(plain((trace.get("colorbar", {}).get("title") or {}).get("text") or ""))
    if "text" in trace:
        low, high = drawn.get_clim()
        for (row, col), value in np.ndenumerate(z):
            dark = drawn.cmap((value - low) / ((high - low) or 1)) if np.isfinite(value) else None
            light = dark is not None and np.dot(dark[:3], (0.3, 0.59, 0.11)) < 0.5
            axes.text(
                x[col], y[row], writable(str(trace["text"][row][col])), ha="center", va="center",
                **letters(color="white" if light else INK, fontsize=9),
            )  # fmt: skip
        if trace.get("xgap"):
            for row, col in np.argwhere(np.isfinite(z)):
                corner = (float(x[col] - dx / 2), float(y[row] - dy / 2))
                axes.add_patch(Rectangle(corner, dx, dy, fill=False, edgecolor="white", zorder=2))


_TRACES = {"scatter": _scatter, "bar": _bar, "heatmap": _heatmap}


def _axis(axes: Any, given: dict[str, Any], which: str, figure: go.Figure) -> None:
    """Title, scale, range and ticks of one axis."""
    axis = getattr(axes, f"{which}axis")
    log = given.get("type") == "log"
    if log:
        getattr(axes, f"set_{which}scale")("log")
    span = given.get("range")
    if span is not None:
        ends = [10.0**v for v in span] if log else [float(v) for v in span]
        getattr(axes, f"set_{which}lim")(ends)
    elif given.get("autorange") == "reversed" and not getattr(axes, f"{which}axis_inverted")():
        getattr(axes, f"invert_{which}axis")()
    if given.get("scaleanchor"):
        axes.set_aspect("equal", adjustable="box")
    if given.get("visible") is False:
        axis.set_visible(False)
        if which == "y":
            for side in axes.spines.values():
                side.set_visible(False)
        return
    if given.get("tickvals") is not None:
        texts = given.get("ticktext", given["tickvals"])
        axis.set_ticks(list(given["tickvals"]), [writable(plain(str(text))) for text in texts])
        axis.set_ticks([], minor=True)
    elif given.get("showticklabels") is False:
        axis.set_ticklabels([])
    if given.get("side") == "top":
        axis.tick_top()
    if figure.data and figure.data[0].type != "heatmap" and given.get("showgrid", True):
        axis.grid(True, color=given.get("gridcolor", GRID), linewidth=0.8, zorder=0)
        axes.set_axisbelow(True)
    axis.set_tick_params(color=GRID, labelcolor=INK)
    for label in axis.get_ticklabels():
        label.set_fontfamily(letters()["fontfamily"])
    title = plain((given.get("title") or {}).get("text") or "")
    if title:
        axis.set_label_text(writable(title), **letters(color=INK, fontsize=10))


def _legend(axes: Any, layout: dict[str, Any]) -> None:
    """The names of the curves, below; none where there is but one."""
    handles, labels = axes.get_legend_handles_labels()
    if layout.get("showlegend") is False or len(labels) < 2:
        return
    legend = axes.figure.legend(
        handles, labels, loc="outside lower center", ncols=2, frameon=False,
        fontsize=9,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_fontfamily(letters()["fontfamily"])
