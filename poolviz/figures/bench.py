"""The weigh beat of a step on paper: what stands on the bench, and where."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.figures.lettering import letters, writable
from poolviz.figures.stories import story
from poolviz.numbers import number
from poolviz.stage.scene import Scene, Track
from poolviz.text import _

INK, LINE, FADED = "#16202c", "#b6c2d0", "#d7e3ef"
FILL, WRITE, RING, MINUS = "#5f9fd3", "#00714f", "#c94700", "#b35900"
SLOTS = 64
"""A window of more cells has no room on the bench."""


@dataclass(frozen=True, eq=False)
class Bench:
    """The cells of one window, in a box of the axes whose y grows downwards.

    ``values``, ``weights`` (None: none), ``odds`` (None: none): ``(K,)``; ``chosen``: which of
    them, -1 for none; ``result``: what is written, NaN where it is withheld or nothing is.
    ``nodes``: of a tree (``Track``). ``top`` of all windows' weights. Cells fill ``left`` to
    ``right``, bars stand on ``floor``.
    """

    values: np.ndarray
    weights: np.ndarray | None
    odds: np.ndarray | None
    chosen: int
    pointer: float
    result: float
    low: float
    high: float
    top: float
    left: float
    right: float
    ceiling: float
    floor: float
    points: float
    nodes: np.ndarray | None = None

    ink, fill, ring = INK, FILL, RING

    @property
    def pitch(self) -> float:
        return (self.right - self.left) / len(self.values)

    def slots(self) -> np.ndarray:
        """The middle of each cell's place ``(K,)``."""
        return self.left + self.pitch * (np.arange(len(self.values)) + 0.5)

    @property
    def known(self) -> bool:
        """Whether the step says what it does with its cells."""
        return self.chosen >= 0 or bool(self.weights is not None and np.any(self.weights != 0))

    def bars(self, axes: Any, heights: np.ndarray, floor: float, faded: np.ndarray) -> None:
        """Bars of these heights (units of the axes) from the floor upwards, and their line."""
        for x, height, out in zip(self.slots(), heights.tolist(), faded.tolist(), strict=True):
            if np.isfinite(height):
                half = self.pitch * 0.38
                axes.fill(
                    [x - half, x - half, x + half, x + half],
                    [floor, floor - height, floor - height, floor],
                    facecolor=FADED if out else FILL,
                    edgecolor=LINE if out else INK,
                    linewidth=0.8,
                )
        axes.plot([self.left, self.right], [floor, floor], color=LINE, linewidth=0.8)

    def level(self, axes: Any, height: float, text: str) -> None:
        """A dashed line at this height over the floor, with what it says."""
        y = self.floor - height
        axes.plot([self.left, self.right], [y, y], color=WRITE, linewidth=2, linestyle="--")
        look = letters(color=WRITE, fontsize=self.points, fontweight="bold")
        axes.text(self.right, y - 0.06, text, ha="right", va="bottom", **look)

    def under(self, axes: Any, texts: list[str], row: float, colour: str = INK) -> None:
        """A text below each cell, ``row`` lines under the floor."""
        look = letters(color=colour, fontsize=min(self.points, self.pitch * self.points * 1.6))
        for x, text in zip(self.slots(), texts, strict=True):
            axes.text(x, self.floor + 0.12 + 0.3 * row, text, ha="center", va="top", **look)

    def unit(self) -> tuple[float, float]:
        """How high a value of 1 stands, and how far 0 is above the floor."""
        low, high = min(0.0, self.low), max(0.0, self.high)
        unit = (self.floor - self.ceiling) / ((high - low) or 1)
        return unit, -low * unit

    def label(self, axes: Any, x: float, y: float, text: str, va: str = "center") -> None:
        """A short text at a place."""
        axes.text(x, y, text, ha="center", va=va, **letters(color=INK, fontsize=self.points))

    def values_under(self, axes: Any, order: np.ndarray | None = None) -> None:
        """The values below the bars, the chosen one in the colour of its ring."""
        order = np.arange(len(self.values)) if order is None else order
        texts = [
            "" if np.isnan(self.values[i]) or i == self.chosen else number(self.values[i])
            for i in order
        ]
        self.under(axes, texts, 0)
        if self.chosen >= 0:
            ring = [number(self.values[i]) if i == self.chosen else "" for i in order]
            self.under(axes, ring, 0, RING)

    def shares(self, axes: Any, order: np.ndarray | None = None) -> None:
        """Bars of the weights on the scale of all windows, values and weights below them."""
        self.values_under(axes, order)
        if self.weights is None or not self.known:
            return
        order = np.arange(len(self.values)) if order is None else order
        weights = self.weights[order]
        heights = np.abs(weights) / (self.top or 1) * (self.floor - self.ceiling)
        self.bars(axes, heights, self.floor, weights == 0)
        self.under(axes, [f"{number(round(float(w), 3))}" for w in weights], 1)


def benched(scene: Scene) -> bool:
    """Whether the scene has a bench: links tell their own story, huge windows have no room."""
    track = _weighing(scene)
    return (
        track is not None
        and scene.source is None
        and len(scene) > 0
        and 1 < len(track.cells_at(0)) <= SLOTS
    )


def bench_of(scene: Scene, s: int, box: tuple[float, float, float, float]) -> Bench | None:
    """The bench of a step in ``box`` (left, right, ceiling, floor); None where there is none."""
    track = _weighing(scene)
    if track is None or not benched(scene):
        return None
    cells = track.cells_at(s)
    lit = cells >= 0
    if not lit.any():
        return None
    panel = scene.panel(track.panel)
    weights = track.weights_at(s)
    chosen = -1 if track.chosen is None else int(track.chosen[s])
    at = np.flatnonzero(cells[lit] == chosen)
    tops = [weights] if track.ranked else [track.weights]
    width = (box[1] - box[0]) * min(1.0, int(lit.sum()) / 8)
    middle = (box[0] + box[1]) / 2
    return Bench(
        scene.shown(track.panel, s).ravel()[cells[lit]],
        None if weights is None else np.asarray(weights, float)[lit],
        None if track.odds is None else np.asarray(track.odds[s], float)[lit],
        int(at[0]) if chosen >= 0 and at.size else -1,
        0.0 if track.pointer is None else float(track.pointer[s]),
        _result(scene, s),
        panel.low,
        panel.high,
        max((float(np.nanmax(np.abs(each))) for each in tops if each is not None), default=1.0),
        middle - width / 2,
        middle + width / 2,
        box[2],
        box[3],
        9.0,
        None if track.nodes is None else np.asarray(track.nodes[s], float),
    )


def draw_bench(axes: Any, scene: Scene, s: int, box: tuple[float, float, float, float]) -> None:
    """The weigh beat of a step in a box of the axes, if the scene has one."""
    bench = bench_of(scene, s, box)
    if bench is None:
        return
    told = story(scene.story)
    look = letters(color=INK, fontsize=bench.points + 1, fontweight="bold")
    middle = (box[0] + box[1]) / 2
    axes.text(middle, box[2] - 0.35, writable(_(told.TITLE)), ha="center", va="bottom", **look)
    (story("draw") if bench.odds is not None else told).draw(axes, bench)


def _weighing(scene: Scene) -> Track | None:
    subjects = {track.panel for track in scene.tracks if track.written is not None}
    for panel in scene.panels:
        tracks = scene.tracks_of(panel.name)
        if not tracks or panel.name in subjects:
            continue
        first = tracks[0]
        columns = (first.weights, first.weighing, first.odds, first.chosen)
        if subjects and any(column is not None for column in columns):
            return first
    return None


def _result(scene: Scene, s: int) -> float:
    for track in scene.tracks:
        if track.written is not None and track.written[s] >= 0:
            return float(scene.shown(track.panel, s).ravel()[int(track.written[s])])
    return float("nan")
