"""The loss of a training, step by step, on a scale of powers of ten."""

import numpy as np
import plotly.graph_objects as go

from poolviz.figures.style import BLUE, GREY, assembled
from poolviz.text import _

SMOOTH = 20
"""Steps over which the darker line is a mean."""


def loss_chart(losses: np.ndarray) -> go.Figure:
    """``losses (S,)``, one a step, and their running mean."""
    steps = np.arange(1, len(losses) + 1)
    sums = np.cumsum(np.concatenate(([0.0], losses)))
    begin = np.maximum(steps - SMOOTH, 0)
    mean = (sums[steps] - sums[begin]) / (steps - begin)
    common = {"type": "scatter", "mode": "lines", "x": steps}
    return assembled(
        [
            {**common, "y": losses, "name": _("each step"), "line": {"color": GREY, "width": 1}},
            {
                **common, "y": mean, "name": _("mean of the last 20"),
                "line": {"color": BLUE, "width": 2.5},
            },
        ],
        260, _("step"), _("loss"), yaxis={"type": "log", "exponentformat": "power"},
    )  # fmt: skip
