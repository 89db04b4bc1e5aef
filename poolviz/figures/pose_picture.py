"""A pose and its truth on paper: the two skeletons, the rings of a joint, and every similarity."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from poolviz.figures.lettering import letters, wrapped, writable
from poolviz.numbers import number
from poolviz.stage.posing import Poses
from poolviz.text import _

TRUTH, FOUND, INK, SOFT = "#0b7a53", "#c94700", "#16202c", "#5b6775"
"""The light colours of assets/keypoints/keypoints.css."""
ANGLES = {0.85: 150, 0.75: 30, 0.5: -90}
"""At which angle the ring of a similarity is named."""
SHAPE = (1.0, 0.62)


def pose_picture(poses: Poses, joint: int, hidden: bool = False, inches: float = 9.0) -> Figure:
    """The picture, ``inches`` wide; while ``hidden`` no similarity is told."""
    figure = Figure(figsize=(inches, SHAPE[1] * inches), dpi=110, facecolor="white")
    draw_pose(figure.add_axes((0, 0, 1, 1)), poses, joint, hidden, inches)
    return figure


def draw_pose(axes: Any, poses: Poses, joint: int, hidden: bool, inches: float) -> None:
    """The same on axes of the proportions of ``SHAPE``: the skeletons, and a list beside them."""
    axes.axis("off")
    stage = axes.inset_axes((0.02, 0.08, 0.6, 0.9))
    stage.axis("off")
    stage.set_aspect("equal")
    _stage(stage, poses, joint)
    points = 8.5 * inches / 9
    _list(axes, poses, joint, hidden, points)
    look = letters(fontsize=points, transform=axes.transAxes, va="center")
    axes.text(0.03, 0.04, writable("■ " + _("truth")), color=TRUTH, **look)
    axes.text(0.16, 0.04, writable("● " + _("detected")), color=FOUND, **look)


def _stage(stage: Any, poses: Poses, joint: int) -> None:
    known = poses.labelled
    for a, b in poses.edges:
        if known[a] and known[b]:
            stage.plot(*poses.truth[[a, b]].T, color=TRUTH, linewidth=3, alpha=0.55, zorder=1)
        stage.plot(*poses.found[[a, b]].T, color=FOUND, linewidth=1.6, linestyle="--", zorder=2)
    for true, found, counts in zip(poses.truth, poses.found, poses.counts, strict=True):
        if counts and not poses.bare:
            stage.plot(*np.array([true, found]).T, color=INK, linewidth=0.8, alpha=0.55, zorder=2)
    truth = poses.truth[known]
    stage.scatter(*truth.T, s=34, marker="s", color=TRUTH, edgecolors="white", zorder=3)
    filled = np.where(poses.counts[:, None], [0.788, 0.278, 0.0], [1.0, 1.0, 1.0])
    stage.scatter(*poses.found.T, s=38, c=filled, edgecolors=FOUND, zorder=4)
    stage.scatter(
        *poses.found[joint], s=90, facecolors="none", edgecolors=INK, linewidths=1.8, zorder=5
    )
    x, y, width, height = poses.bbox
    frame = Rectangle((x, y), width, height, fill=False, edgecolor=SOFT, linestyle=(0, (2, 3)))
    stage.add_patch(frame)
    box = np.array([(x, y), (x + width, y + height)])
    if not poses.bare:
        for level, radii in poses.rings:
            radius, angle = float(radii[joint]), ANGLES[level]
            centre = poses.truth[joint]
            stage.add_patch(Circle(tuple(centre), radius, fill=False, edgecolor=INK, alpha=0.7))
            turn = np.deg2rad(angle)
            place = centre + radius * np.array([np.cos(turn), np.sin(turn)])
            stage.text(*place, number(level), ha="center", va="center", **letters(fontsize=6.5))
    every = np.vstack([poses.found, truth, box])
    low, high = every.min(0), every.max(0)
    pad = 0.06 * float((high - low).max() or 1)
    stage.set(xlim=(low[0] - pad, high[0] + pad), ylim=(high[1] + pad, low[1] - pad))


def _list(axes: Any, poses: Poses, joint: int, hidden: bool, points: float) -> None:
    """OKS, and every joint with its distance and similarity."""
    look = letters(transform=axes.transAxes, va="center")
    told = "OKS = ?" if hidden else f"OKS = {poses.oks:.4f}"
    axes.text(0.65, 0.93, told, color=INK, fontweight="bold", **look, fontsize=1.6 * points)
    rows = list(enumerate(poses.names))
    step = min(0.045, 0.8 / (len(rows) + 1))
    size = min(points, 330 * step * points / 15)
    heads = ((0.65, _("keypoint"), "left"), (0.86, "d", "right"), (0.97, "ks", "right"))
    for place, head, side in heads:
        axes.text(place, 0.86, writable(head), ha=side, color=SOFT, fontsize=size, **look)
    for i, name in rows:
        y = 0.86 - (i + 1) * step
        ks = poses.similarities[i]
        shown = "?" if hidden else "–" if np.isnan(ks) else f"{ks:.3f}"
        far = "?" if hidden else f"{poses.distances[i]:.1f}"
        weight = "bold" if i == joint else "normal"
        label = writable(wrapped(name, 22, 1)[0])
        for place, text, side in (
            (0.65, label, "left"),
            (0.86, far, "right"),
            (0.97, shown, "right"),
        ):
            axes.text(place, y, text, ha=side, color=INK, fontsize=size, fontweight=weight, **look)
