"""Charts of a COCO evaluation: precision and recall, AP by threshold, by error, by sigma."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from poolviz.figures.style import BLUE, GREY, ORANGE, assembled
from poolviz.text import _


def curve_chart(
    recall: np.ndarray, precision: np.ndarray, thresholds: Sequence[float], t: int
) -> go.Figure:
    """Precision (T, R) against recall (R,) at every threshold, the chosen one in front."""
    x = recall.tolist()
    order = [i for i in range(len(thresholds)) if i != t] + [t]
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": precision[i].tolist(),
            "name": f"OKS {thresholds[i]:.2f}",
            "showlegend": False,
            "line": {"color": BLUE if i == t else GREY, "width": 4 if i == t else 1.2},
            "hovertemplate": f"OKS {thresholds[i]:.2f}: %{{y:.3f}}<extra></extra>",
        }
        for i in order
        if precision[i, 0] > -1
    ]
    return assembled(
        lines, 340, _("recall"), _("precision"), {"range": [0, 1.01]}, {"range": [0, 1.04]}
    )


def threshold_chart(aps: Sequence[float], thresholds: Sequence[float], t: int) -> go.Figure:
    """AP at each threshold, -1 where nobody counts; the chosen one in orange."""
    bars = {
        "type": "bar",
        "x": [f"{v:.2f}" for v in thresholds],
        "y": [v if v > -1 else None for v in aps],
        "marker": {"color": [ORANGE if i == t else BLUE for i in range(len(thresholds))]},
        "hovertemplate": "OKS %{x}: %{y:.4f}<extra></extra>",
    }
    return assembled(
        [bars], 340, _("OKS threshold"), _("AP"), {"type": "category"}, {"range": [0, 1.04]}
    )


def gain_chart(names: list[str], gains: list[float]) -> go.Figure:
    """What mending each kind of error brings in AP."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": gains,
        "marker": {"color": BLUE},
        "text": [f"{g:+.3f}" for g in gains],
        "hovertemplate": "%{y}: %{x:+.4f}<extra></extra>",
    }
    return assembled(
        [bars], 320, _("rise of AP"), "", yaxis={"autorange": "reversed", "automargin": True}
    )


def factor_chart(factors: list[float], aps: list[float], chosen: float, ap: float) -> go.Figure:
    """AP against the factor on all sigmas; the chosen one as a dot."""
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": factors,
        "y": aps,
        "showlegend": False,
        "line": {"color": BLUE},
        "hovertemplate": "× %{x}: %{y:.4f}<extra></extra>",
    }
    dot = {
        "type": "scatter",
        "mode": "markers",
        "x": [chosen],
        "y": [ap],
        "showlegend": False,
        "marker": {"color": ORANGE, "size": 14},
        "hovertemplate": "× %{x}: %{y:.4f}<extra></extra>",
    }
    return assembled(
        [line, dot],
        320,
        _("factor on all σ"),
        _("AP"),
        {"type": "log", "tickvals": factors, "ticktext": [f"{f:g}" for f in factors]},
        {"range": [0, 1.04]},
    )
