"""The windows of adaptive pooling over one axis, both rules drawn over each other."""

from collections.abc import Sequence

import plotly.graph_objects as go

from poolviz.figures.style import BLUE, ORANGE, assembled
from poolviz.text import _

Spans = Sequence[tuple[int, int]]


def span_chart(n: int, torch: Spans, equal: Spans, axis: str) -> go.Figure:
    """The windows (start, end) over an axis of n cells, a row for each: PyTorch's as a filled bar,
    the equal one as an outline over it."""
    rows = list(range(len(torch)))
    looks = (
        (_("PyTorch's rule"), torch, {"color": BLUE, "opacity": 0.55, "line": {"width": 0}}),
        (
            _("Equal windows"),
            equal,
            {"color": "rgba(0,0,0,0)", "line": {"color": ORANGE, "width": 3}},
        ),
    )
    bars = [
        {
            "type": "bar",
            "name": name,
            "orientation": "h",
            "y": rows,
            "base": [start - 0.5 for start, _end in spans],
            "x": [end - start for start, end in spans],
            "customdata": [[start, end - 1, end - start] for start, end in spans],
            "meta": [_("start"), _("end"), _("length")],
            "marker": mark,
            "hovertemplate": [
                _("window {i}: cells {start} to {end}").format(i=i, start=start, end=end - 1)
                + "<extra></extra>"
                for i, (start, end) in enumerate(spans)
            ],
        }
        for name, spans, mark in looks
    ]
    return assembled(
        bars,
        min(120 + 26 * len(torch), 520),
        _("cell of the input, {axis}").format(axis=axis),
        _("window"),
        {"range": [-0.6, n - 0.4], **({"dtick": 1} if n <= 20 else {})},
        {"autorange": "reversed", **({"dtick": 1} if len(torch) <= 14 else {})},
        barmode="overlay",
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
