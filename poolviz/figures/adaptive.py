"""The windows of adaptive pooling over one axis, both rules drawn over each other."""

import plotly.graph_objects as go

from poolviz.figures.style import BLUE, ORANGE, dressed
from poolviz.text import _
from poolviz.wings.pooling.adaptive.scene import AxisWindows


def span_chart(line: AxisWindows) -> go.Figure:
    """A row for each window: PyTorch's as a filled bar, the equal one as an outline over it."""
    rows = list(range(line.out))
    figure = go.Figure()
    torch, equal = line.lengths
    for name, spans, lengths, mark in (
        (
            _("PyTorch's rule"),
            line.torch,
            torch,
            {"color": BLUE, "opacity": 0.55, "line": {"width": 0}},
        ),
        (
            _("Equal windows"),
            line.equal,
            equal,
            {"color": "rgba(0,0,0,0)", "line": {"color": ORANGE, "width": 3}},
        ),
    ):
        figure.add_bar(
            name=name,
            orientation="h",
            y=rows,
            base=[start - 0.5 for start, _end in spans],
            x=list(lengths),
            marker=mark,
            hovertemplate=[
                _("window {i}: cells {start} to {end}").format(i=i, start=start, end=end - 1)
                + "<extra></extra>"
                for i, (start, end) in enumerate(spans)
            ],
        )
    figure.update_layout(barmode="overlay")
    figure.update_yaxes(autorange="reversed", dtick=1 if line.out <= 14 else None)
    figure.update_xaxes(range=[-0.6, line.n - 0.4], dtick=1 if line.n <= 20 else None)
    height = min(120 + 26 * line.out, 520)
    return dressed(
        figure, height, _("cell of the input, {axis}").format(axis=line.name), _("window")
    )
