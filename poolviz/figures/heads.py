"""Two ways from maps to classes, as flows: boxes with their shapes, links with their weights."""

import math
from collections.abc import Sequence
from typing import Any, Protocol

import plotly.graph_objects as go

from poolviz.figures.style import BLUE, GREY, ORANGE, assembled
from poolviz.text import _

HEIGHT = 360


class Stage(Protocol):
    """One box of a flow: what it is, its shape as text, how many numbers it holds."""

    @property
    def title(self) -> str: ...
    @property
    def shape(self) -> str: ...
    @property
    def size(self) -> int: ...


class Flow(Protocol):
    """Boxes, what lies between one and the next, and the weights of the last link."""

    @property
    def title(self) -> str: ...
    @property
    def stages(self) -> Sequence[Stage]: ...
    @property
    def links(self) -> Sequence[str]: ...
    @property
    def weights(self) -> int: ...
    @property
    def biases(self) -> int: ...


def flow_chart(head: Flow, widest: int, withheld: bool = False) -> go.Figure:
    """From the maps down to the classes. A box is as wide as the logarithm of its numbers.

    ``widest``: numbers in the widest box of the figures that stand side by side. The last link is
    as thick as the logarithm of its weights; while ``withheld`` it does not say how many.
    """
    shapes, notes = [], []
    reach, centres = math.log1p(widest), (2.0, 1.0, 0.0)
    words = {"font": {"size": 14}, "showarrow": False}
    for y, stage in zip(centres, head.stages, strict=True):
        half = 0.18 + 0.3 * math.log1p(stage.size) / reach
        shapes.append(
            {
                "type": "rect",
                "x0": 0.5 - half,
                "x1": 0.5 + half,
                "y0": y - 0.19,
                "y1": y + 0.19,
                "line": {"color": BLUE, "width": 2},
                "fillcolor": "rgba(47,126,216,0.12)",
            }
        )
        notes.append({"x": 0.5, "y": y, "text": f"<b>{stage.shape}</b><br>{stage.title}", **words})
    for i, (y, link) in enumerate(zip(centres[:-1], head.links, strict=True)):
        weighed = i == len(head.links) - 1
        text, thick = link.replace(": ", ":<br>").replace("：", "：<br>"), 1.5
        if weighed:
            weights = "?" if withheld else f"{head.weights:,}"
            text = _("{link}:<br><b>weights: {weights}</b><br>+ biases: {biases}").format(
                link=link, weights=weights, biases=f"{head.biases:,}"
            )
        if weighed and not withheld:
            thick = 1 + 0.9 * math.log10(1 + head.weights)
        notes.append(_arrow(y - 0.79, y - 0.21, ORANGE if weighed else GREY, thick))
        left = {"xanchor": "left", "align": "left"}
        notes.append({"x": 0.55, "y": y - 0.5, "text": text, **words, **left})
    return assembled(
        [],
        HEIGHT,
        "",
        "",
        {"visible": False, "range": [0, 1]},
        {"visible": False, "range": [-0.3, 2.3]},
        title={"text": head.title, "x": 0.5, "xanchor": "center"},
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
        hovermode=False,
        shapes=shapes,
        annotations=notes,
    )


def _arrow(to: float, start: float, colour: str, thick: float) -> dict[str, Any]:
    """An arrow down the middle."""
    return {
        "x": 0.5,
        "y": to,
        "ax": 0.5,
        "ay": start,
        "axref": "x",
        "ayref": "y",
        "xref": "x",
        "yref": "y",
        "arrowcolor": colour,
        "arrowwidth": thick,
        "arrowhead": 2,
        "arrowsize": 0.5 if thick > 3 else 1,
        "text": "",
        "showarrow": True,
    }
