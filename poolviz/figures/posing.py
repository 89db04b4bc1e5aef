"""Charts of a pose: the fall-off of every joint, and OKS over the places of one of them."""

import numpy as np
import plotly.graph_objects as go

from poolviz.figures.style import BLUE, GREEN, ORANGE, assembled
from poolviz.stage.posing import Poses
from poolviz.text import _, listed, titled

PLACES = 81
"""On a curve."""
FAINT = "rgba(135,149,166,.75)"


def falloff_chart(poses: Poses, joint: int) -> go.Figure:
    """ks against d, a curve for each different k, the selected joint's in front; a dot a joint."""
    reach = float(dict(poses.rings)[0.5].max()) if poses.rings else 2.0 * poses.scale
    far = max(2.2 * reach, 1.0)
    if poses.counts[joint] and not poses.bare:
        far = max(far, min(1.1 * float(poses.distances[joint]), 3 * far))
    d = np.linspace(0, far, PLACES, dtype=np.float32)  # a chart is sent anew at every drag
    traces = []
    for k in sorted({float(value) for value in poses.k}):
        named = [name for name, own in zip(poses.names, poses.k, strict=True) if own == k]
        chosen = float(poses.k[joint]) == k
        label = listed(_without_sides(named))
        line = {"color": BLUE if chosen else FAINT, "width": 4 if chosen else 1.5}
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": label,
                "x": d,
                "y": np.exp(-(d**2) / (2 * poses.area * k**2)).astype(np.float32),
                "line": line,
                "hovertemplate": titled(label, "%{y:.3f}<br>%{x:.1f} px<extra></extra>"),
            }
        )
    if not poses.bare:
        counted = np.flatnonzero(poses.counts & (poses.distances <= far))
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": _("the joints, where they are now"),
                "x": poses.distances[counted],
                "y": poses.similarities[counted],
                "marker": {
                    "color": [ORANGE if i == joint else "rgba(224,123,26,.55)" for i in counted],
                    "size": [13 if i == joint else 8 for i in counted],
                },
                "text": [poses.names[i] for i in counted],
                "hovertemplate": titled("%{text}", "%{y:.3f}<br>%{x:.1f} px<extra></extra>"),
            }
        )
    level = {"type": "line", "xref": "paper", "x0": 0, "x1": 1}
    level["line"] = {"width": 1, "dash": "dot", "color": FAINT}
    return assembled(
        traces,
        360,
        _("distance d, pixels"),
        _("similarity"),
        {"range": [-0.02 * far, far]},
        {"range": [0, 1.04], "tickvals": [0, 0.25, 0.5, 0.75, 0.85, 1]},
        checked=False,
        showlegend=False,
        shapes=[level | {"y0": t, "y1": t} for t in (0.5, 0.75, 0.85)],
    )


def _without_sides(names: list[str]) -> list[str]:
    """ "left eye", "right eye" as "eye", each once."""
    short = [name.removeprefix("left ").removeprefix("right ") for name in names]
    return list(dict.fromkeys(short))


def oks_heat_map(
    poses: Poses, joint: int, x: np.ndarray, y: np.ndarray, z: np.ndarray
) -> go.Figure:
    """OKS ``z`` (y, x) with the selected joint at each place, everything else as it is."""
    values = np.round(z, 5)
    # Where the place makes no difference, a range of its own would be drawn around the one value.
    ends = {"zmin": 0, "zmax": 1} if np.ptp(values) == 0 else {}
    field = {
        "type": "heatmap",
        "x": x,
        "y": y,
        "z": values,
        **ends,
        "colorscale": [
            [0, "#0a3163"], [0.25, "#1f65ab"], [0.5, "#5f9fd3"], [0.75, "#b5d2ea"], [1, "#eef4fa"],
        ],
        "colorbar": {"title": {"text": "OKS"}, "thickness": 12, "tickformat": ".3f", "nticks": 6},
        "hovertemplate": "OKS %{z:.4f}<br>%{x:.1f}, %{y:.1f}<extra></extra>",
    }  # fmt: skip
    places = [(poses.found[joint], _("detected"), "circle", "#c94700")]
    if poses.visibility[joint] > 0:
        places.insert(0, (poses.truth[joint], _("truth"), "square", GREEN))
    marks = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": [point[0]],
            "y": [point[1]],
            "marker": {
                "symbol": symbol,
                "size": 13,
                "color": colour,
                "line": {"color": "#fff", "width": 2},
            },
            "hovertemplate": f"{name}<extra></extra>",
        }
        for point, name, symbol, colour in places
    ]
    return assembled(
        [field, *marks],
        380,
        _("x, pixels"),
        _("y, pixels"),
        {"constrain": "domain"},
        {"autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
        checked=False,
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
