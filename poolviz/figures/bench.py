"""The bench on paper: the cells of a window in a row, being weighed. As assets/stepper/bench.js.

How they are weighed, a module of stories/ says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from poolviz.figures.cells import Cells, Tone, cells_of, draw_cell, draw_value, tone
from poolviz.figures.layout import FEW, SLOTS, TITLE, weighing
from poolviz.figures.lettering import em, width, wrapped
from poolviz.figures.paper import INK, LINE, PAPER, RING, WRITE, Pen, Rect, px
from poolviz.figures.stories import story
from poolviz.numbers import number
from poolviz.stage.scene import Scene, Track
from poolviz.text import _


@dataclass(frozen=True)
class Slot:
    """A cell of the window: where its place begins, and what the step says of it."""

    cell: int
    x: float
    value: float | None
    tone: Tone
    weight: float
    odds: float | None
    out: bool
    """Whether it fades, for it has no weight."""

    @property
    def fill(self) -> Any:
        return self.tone.faded if self.out else self.tone.full


@dataclass(frozen=True, eq=False)
class Bench:
    """What a story draws with; ``slots`` stand in the order of the window or of its values.

    ``known``: whether the step says what it does with its cells. ``chosen``: a cell, -1 for none.
    ``result``: what is written, NaN where it is withheld or nothing is. ``nodes``: of a tree
    (``Track``). ``top``: the weight that reaches from ``base`` up to ``room``. Tiles hang from
    ``floor``.
    """

    cells: Cells
    slots: list[Slot]
    known: bool
    chosen: int
    mark: str
    pointer: float
    result: float
    nodes: np.ndarray
    top: float
    pitch: float
    left: float
    right: float
    floor: float
    base: float
    room: float

    ring = RING

    def bars(self, pen: Pen, zero: float, tall: Callable[[Slot], float]) -> None:
        """A bar over each cell that has a value, from the height ``zero`` upwards."""
        for slot in self.slots:
            if slot.value is None or np.isnan(tall(slot)):
                continue
            pad = min(px(8), self.pitch * 0.12)
            height = tall(slot)
            bar = (slot.x + pad, zero - max(height, 0), self.pitch - 2 * pad, abs(height))
            pen.block(bar, slot.fill)
            pen.frame(bar, 0, 1, LINE if slot.out else INK)
        pen.lines([(self.left, zero), (self.right, zero)], 1, LINE)

    @property
    def numbers(self) -> list[float]:
        """The values that there are."""
        return [s.value for s in self.slots if s.value is not None and not np.isnan(s.value)]

    def values(self, pen: Pen) -> None:
        """Bars of the values."""
        self.bars(pen, self.at(0), lambda slot: self.at(0) - self.at(slot.value or 0))

    def at(self, value: float) -> float:
        """How high on the bench a value stands."""
        low, high = min(0.0, self.cells.panel.low), max(0.0, self.cells.panel.high)
        part = (value - low) / ((high - low) or 1)
        return self.base - min(max(part, 0), 1) * self.room

    def rule(self, pen: Pen, y: float) -> None:
        """A dotted line at this height."""
        pen.lines([(self.left - px(4), y), (self.right + px(4), y)], 1.5, INK, (2, 3))

    def shares(self, pen: Pen) -> None:
        """Bars of the weights, on the scale of all windows."""
        if any(slot.weight for slot in self.slots):
            self.bars(pen, self.base, lambda slot: slot.weight / self.top * self.room)

    def strip(self, pen: Pen) -> None:
        """A strip cut in the proportions of the odds, and where on it the pointer landed."""
        total = sum(slot.odds or 0 for slot in self.slots)
        tall = min(px(40), self.room / 2)
        x, y = self.left, self.base - tall - px(8)
        for slot in self.slots:
            rect = (x, y, (slot.odds or 0) / total * (self.right - self.left), tall)
            x += rect[2]
            pen.block(rect, slot.tone.full)
            pen.frame(rect, -0.5, 1, INK)
            if slot.value is not None:
                draw_value(pen, slot.value, rect, slot.tone.digits)
        if self.chosen >= 0:
            at = self.left + self.pointer * (self.right - self.left)
            pen.lines([(at, y - px(8)), (at, y + tall / 4)], 2.5, RING)
            pen.mark("down", (at, y - px(12)), px(7))

    def level(self, pen: Pen) -> None:
        """A dashed line where the result stands, with it over the lower of the outer bars."""
        if np.isnan(self.result):
            return
        y, ends = self.at(self.result), (self.left - px(6), self.right + px(6))
        pen.lines([(x, y) for x in ends], 3, WRITE, (9, 4))
        first, last = (self.slots[i].value or 0 for i in (0, -1))
        x, side = (ends[0], "left") if first < last else (ends[1], "right")
        text = number(self.result)
        pen.print(text, (x, y - px(11)), px(14), WRITE, bold=True, ha=side)

    def tree(self, pen: Pen) -> None:
        """The nodes of a tree, its root above; a branch is as thick as its share."""
        leaves = (len(self.nodes) + 2) // 3
        depth, gates = log2(leaves), self.nodes[2 * leaves - 1 :]
        wide = self.right - self.left
        radius = min(px(15), self.room / (depth + 1) / 2.2, wide / leaves / 2.1)

        def at(i: int) -> tuple[float, float]:
            level = int(log2(i + 1))
            x = self.left + wide * (i + 1.5 - 2**level) / 2**level
            return x, self.base - radius - (depth - level) / depth * (self.room - 2 * radius)

        for i in range(1, 2 * leaves - 1):
            parent = (i - 1) // 2
            share = gates[parent] if i % 2 else 1 - gates[parent]
            pen.lines([at(i), at(parent)], 0.6 + 4 * float(share), INK)
        for i in range(2 * leaves - 1):
            (x, y), value = at(i), float(self.nodes[i])
            pen.disc((x, y), radius, 1.2 if i else 3, INK if i else WRITE, PAPER)
            inside = (x - radius, y - radius, 2 * radius, 2 * radius)
            pen.print_first([number(value, digits) for digits in (3, 2, 1)], inside, 0.45, INK)


def draw_bench(pen: Pen, scene: Scene, step: int, box: Rect) -> None:
    """The weigh beat of a step in a box, with its title."""
    track = weighing(scene)
    assert track is not None
    told = story(scene.story)
    pen.box(box, px(8), LINE)
    _title(pen, _(told.TITLE), box)
    bench = bench_of(scene, track, step, box)
    if not bench.slots:
        return
    _heaviest(pen, track, step, bench, box)
    drawn = any(slot.odds for slot in bench.slots)  # a draw, whatever is told of it
    (story("draw") if drawn else told).draw(pen, bench)
    for slot in bench.slots:
        _tile(pen, bench, slot, quiet=told.QUIET)


def _heaviest(pen: Pen, track: Track, step: int, bench: Bench, box: Rect) -> None:
    """How much of all weight stands on the bench, where not all cells do."""
    given, lit = track.weights_at(step), track.cells_at(step) >= 0
    if given is None or not bench.known or int(lit.sum()) <= len(bench.slots):
        return
    share = sum(abs(slot.weight) for slot in bench.slots) / float(np.abs(given[lit]).sum())
    told = _("the {n} heaviest of {all}: {share} of all weight").format(
        n=len(bench.slots), all=int(lit.sum()), share=number(share, 2)
    )
    pen.print(told, (box[0] + box[2] / 2, box[1] + px(32)), px(11))


def _title(pen: Pen, title: str, box: Rect) -> None:
    """On a line, or on two where it is too long for one."""
    room, size = box[2] - px(14), px(15)
    lines = [title]
    if em(title, bold=True) * size > room:
        lines = wrapped(title, width(title) // 2 + 3)
        size = min(px(14), room / max(em(line, bold=True) for line in lines))
    for i, line in enumerate(lines):
        y = box[1] + px(17) + (i - (len(lines) - 1) / 2) * (size + px(2))
        pen.print(line, (box[0] + box[2] / 2, y), size, bold=True)


def bench_of(scene: Scene, track: Track, step: int, box: Rect) -> Bench:
    """Where everything stands at a step, and the measures."""
    x, y, wide, tall = box[0] + px(8), box[1], box[2] - px(16), box[3]
    panel, told = scene.panel(track.panel), story(scene.story)
    cells = cells_of(scene, panel, step)
    lit = np.flatnonzero(track.cells_at(step) >= 0)
    given = track.weights_at(step)
    every = np.zeros(len(lit)) if given is None else np.asarray(given, float)[lit]
    if len(lit) > SLOTS:
        lit = lit[np.sort(np.argsort(-np.abs(every), kind="stable")[:FEW])]
    at = track.cells_at(step)[lit]
    weights = np.zeros(len(lit)) if given is None else np.asarray(given, float)[lit]
    chosen = -1 if track.chosen is None else int(track.chosen[step])
    known = bool(weights.any()) or chosen >= 0
    values = [cells.value(cell) for cell in at]
    order = np.arange(len(lit))
    if told.SORTS and known:
        heights = [-np.inf if v is None or np.isnan(v) else v for v in values]
        order = np.argsort(-np.array(heights), kind="stable")
    pitch = min(wide / max(len(lit), 1), px(64))
    left = x + (wide - pitch * len(lit)) / 2
    floor = y + tall - min(pitch, px(44)) - px(24)
    slots = [
        Slot(
            int(at[i]),
            left + place * pitch,
            values[i],
            tone(panel, values[i]),
            float(weights[i]),
            None if track.odds is None else float(track.odds[step][lit[i]]),
            bool(told.FADES and weights.any() and not weights[i]),
        )
        for place, i in enumerate(order.tolist())
    ]
    base = floor - px(6)
    return Bench(
        cells,
        slots,
        known,
        chosen,
        track.mark,
        0.0 if track.pointer is None else float(track.pointer[step]),
        _result(scene, step),
        np.zeros(0) if track.nodes is None else np.asarray(track.nodes[step], float),
        (np.abs(weights).max(initial=0) if track.ranked else heaviest(scene, panel.name)) or 1.0,
        pitch,
        left,
        left + pitch * len(lit),
        floor,
        base,
        base - (y + TITLE + px(20)),
    )


def heaviest(scene: Scene, panel: str) -> float:
    """The largest weight of all steps on a panel, whatever its sign; 0 if there is none."""
    given = [track.weights for track in scene.tracks_of(panel) if track.weights is not None]
    return max((float(np.abs(weights).max(initial=0)) for weights in given), default=0.0)


def _result(scene: Scene, step: int) -> float:
    name, cell = written(scene, step)
    return float(scene.shown(name, step).flat[cell]) if name else float("nan")


def written(scene: Scene, step: int) -> tuple[str, int]:
    """The panel and the cell that a step writes; "" where it writes none."""
    for track in scene.tracks:
        if track.written is not None and track.written[step] >= 0:
            return track.panel, int(track.written[step])
    return "", -1


def _tile(pen: Pen, bench: Bench, slot: Slot, quiet: bool) -> None:
    """A cell on the bench, and below it its odds or its weight."""
    side = min(bench.pitch, px(44))
    rect = (slot.x + (bench.pitch - side) / 2, bench.floor + px(2), side, side)
    if slot.value is None:
        draw_cell(pen, bench.cells, slot.cell, rect)
    else:
        pen.block(rect, slot.fill)
        pen.frame(rect, -0.5, 1, LINE)
        draw_value(pen, slot.value, rect, INK if slot.out else slot.tone.digits)
    if slot.cell == bench.chosen and side < px(30):
        pen.outline(rect, RING, 3)
    elif slot.cell == bench.chosen:
        pen.ring(rect, bench.mark)
    under = slot.odds
    if under is None and bench.known and not quiet:
        under = slot.weight
    if under is not None and bench.pitch >= px(26):
        below = (slot.x, bench.floor + side + px(4), bench.pitch, px(18))
        pen.print_first([number(under, digits) for digits in (2, 1)], below, 0.72, INK)
