"""What lies over and under a panel on paper: points, edges, arrows and boxes; a picture."""

import io
from typing import Any

import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle
from PIL import Image

from poolviz.figures.layout import Place
from poolviz.figures.paper import PAPER
from poolviz.stage.scene import Ground, Overlay

TINTS = ("#0b57a4", "#c94700", "#00714f", "#16202c")
"""Of groups, in the order of assets/stepper/overlay.js."""
MARKERS = "osD^"


def pixels_of(ground: Ground) -> np.ndarray:
    """The picture under a panel, uint8 ``(H, W)`` or ``(H, W, 3)``."""
    if isinstance(ground.image, np.ndarray):
        return ground.image
    with Image.open(io.BytesIO(ground.image)) as image:
        return np.asarray(image.convert("RGB"))


def draw_overlay(axes: Any, overlay: Overlay, place: Place, step: int) -> None:
    """Everything that lies over a panel at a step."""
    now = overlay.at(step)
    side = place.cell
    groups = np.zeros(len(now.points), int) if overlay.groups is None else overlay.groups

    def to(x: float, y: float) -> tuple[float, float]:
        return place.rect[0] + x * side, place.rect[1] + y * side

    for i, (x, y, width, height) in enumerate(now.boxes.tolist()):
        for colour, line in ((PAPER, 3.2), (TINTS[i % 4], 1.6)):
            look: dict[str, Any] = {"edgecolor": colour, "linewidth": line, "zorder": 4}
            box = Rectangle(to(x, y), width * side, height * side, fill=False, **look)
            axes.add_patch(box)
    strengths = overlay.strengths
    most = 1.0 if strengths is None else float(np.nanmax(np.abs(strengths), initial=0)) or 1.0
    for (a, b), strength in zip(now.edges.tolist(), now.strengths.tolist(), strict=True):
        (x0, y0), (x1, y1) = to(*now.points[a]), to(*now.points[b])
        line = 1.6 * (1 if strengths is None else 0.4 + 1.8 * abs(strength) / most)
        axes.plot([x0, x1], [y0, y1], color=PAPER, linewidth=line + 1.6, zorder=4)
        axes.plot(
            [x0, x1], [y0, y1], color=TINTS[int(groups[a]) % 4], linewidth=line, zorder=4,
            linestyle="--" if strength < 0 else "-",
        )  # fmt: skip
    for x, y, right, down in now.arrows.tolist():
        axes.add_patch(
            FancyArrowPatch(
                to(x, y),
                to(x + right, y + down),
                arrowstyle="-|>",
                mutation_scale=6,
                shrinkA=0,
                shrinkB=0,
                color=TINTS[1],
                linewidth=1.1,
                zorder=4,
            )
        )
    for i, (x, y) in enumerate(now.points.tolist()):
        if np.isfinite(x) and np.isfinite(y):
            group = int(groups[i]) % 4
            fill = PAPER if now.hollow[i] else TINTS[group]
            axes.plot(
                *to(x, y), MARKERS[group], markersize=5.5, zorder=5,
                markerfacecolor=fill, markeredgecolor=TINTS[group],
            )  # fmt: skip
