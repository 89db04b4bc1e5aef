"""Two ways from maps to classes, as flows: boxes with their shapes, links with their weights."""

import math

import plotly.graph_objects as go

from poolviz.figures.style import BLUE, GREY, ORANGE, dressed
from poolviz.scenes.heads import Head
from poolviz.text import _

HEIGHT = 360


def flow_chart(head: Head, widest: int, ink: str, withheld: bool = False) -> go.Figure:
    """From the maps down to the classes. A box is as wide as the logarithm of its numbers.

    ``widest``: numbers in the widest box of the figures that stand side by side. The last link is
    as thick as the logarithm of its weights; while ``withheld`` it does not say how many. ``ink``
    is the colour of words.
    """
    figure = go.Figure()
    centres = [2.0, 1.0, 0.0]
    reach = math.log1p(widest)
    for y, stage in zip(centres, head.stages, strict=True):
        half = 0.18 + 0.3 * math.log1p(stage.size) / reach
        figure.add_shape(
            type="rect",
            x0=0.5 - half,
            x1=0.5 + half,
            y0=y - 0.19,
            y1=y + 0.19,
            line={"color": BLUE, "width": 2},
            fillcolor="rgba(47,126,216,0.12)",
        )
        figure.add_annotation(
            x=0.5,
            y=y,
            text=f"<b>{stage.shape}</b><br>{stage.title}",
            font={"color": ink, "size": 14},
            showarrow=False,
        )
    for i, (y, link) in enumerate(zip(centres[:-1], head.links, strict=True)):
        weighed = i == len(head.links) - 1
        text = link
        if weighed:
            weights = "?" if withheld else f"{head.weights:,}"
            text = _("{link}:<br><b>{weights} weights</b> + {biases} biases").format(
                link=link, weights=weights, biases=f"{head.biases:,}"
            )
        thick = 1 + 0.9 * math.log10(1 + head.weights) if weighed and not withheld else 1.5
        figure.add_annotation(
            x=0.5,
            y=y - 0.21,
            ax=0.5,
            ay=y - 0.79,
            axref="x",
            ayref="y",
            xref="x",
            yref="y",
            arrowcolor=ORANGE if weighed else GREY,
            arrowwidth=thick,
            arrowside="start",
            arrowhead=2,
            startarrowhead=2,
            arrowsize=0.5 if thick > 3 else 1,
            startarrowsize=0.5 if thick > 3 else 1,
            text="",
        )
        figure.add_annotation(
            x=0.55,
            y=y - 0.5,
            text=text,
            font={"color": ink, "size": 14},
            showarrow=False,
            xanchor="left",
            align="left",
        )
    dressed(figure, HEIGHT, "", "")
    figure.update_layout(title={"text": head.title, "x": 0.5, "xanchor": "center"}, hovermode=False)
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(visible=False, range=[-0.3, 2.3])
    return figure
