"""A pooling run as a scene: one step for each output cell, from its window to its number."""

from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np

from poolviz.numbers import number, rounded
from poolviz.pooling import Pooled, Sliding
from poolviz.pooling.variant import uniform
from poolviz.stage.scene import Kind, Panel, Scene, Track
from poolviz.text import _

SIDE = 28
"""A scene shows at most SIDE x SIDE output cells: more could neither be read nor sent."""
WEIGHTS = 24_000
"""At most so many cells lie in the windows of a scene, so that it stays under 150 kB."""
LONGEST = 16
"""Windows with more cells than this are narrated without listing their cells."""
SPOKEN = 256
"""Scenes with more steps than this are narrated in short sentences: they are played, not read."""


@dataclass(frozen=True)
class Region:
    """The block of output cells that a scene shows: its first cell, its rows and columns."""

    row: int
    col: int
    rows: int
    cols: int

    @classmethod
    def of(cls, out_shape: tuple[int, ...], start: tuple[int, int] | None = None) -> "Region":
        """The block from (row, col) on, as near as the output allows; None: the middle."""
        rows, cols = (min(n, SIDE) for n in out_shape)
        return cls._placed(out_shape, (rows, cols), start)

    @classmethod
    def within(cls, run: Pooled, start: tuple[int, int] | None = None) -> "Region":
        """The block of a run, smaller where its windows are large; ``start`` as in ``of``."""
        side = max(isqrt(WEIGHTS // run.windows.size), 1)
        rows, cols = (min(n, SIDE, side) for n in run.output.shape)
        if rows * cols * run.windows.size < WEIGHTS:  # one axis is short: the other may be longer
            rows = min(run.output.shape[0], SIDE, max(WEIGHTS // (cols * run.windows.size), 1))
            cols = min(run.output.shape[1], SIDE, max(WEIGHTS // (rows * run.windows.size), 1))
        return cls._placed(run.output.shape, (rows, cols), start)

    @classmethod
    def _placed(
        cls, out_shape: tuple[int, ...], sizes: tuple[int, int], start: tuple[int, int] | None
    ) -> "Region":
        room = [n - size for n, size in zip(out_shape, sizes, strict=True)]
        first = [most // 2 for most in room] if start is None else start
        row, col = (min(max(at, 0), most) for at, most in zip(first, room, strict=True))
        return cls(row, col, *sizes)

    @property
    def cells(self) -> np.ndarray:
        """(row, col) of every output cell of the block, row-major, ``(S, 2)``."""
        grid = np.mgrid[self.row : self.row + self.rows, self.col : self.col + self.cols]
        return grid.reshape(2, -1).T

    def cell(self, step: int) -> tuple[int, int]:
        """(row, col) of the output cell of a step, of the last one where there are fewer."""
        row, col = divmod(min(step, self.rows * self.cols - 1), self.cols)
        return self.row + row, self.col + col

    def whole(self, out_shape: tuple[int, ...]) -> bool:
        """Whether the block is the whole output."""
        return (self.rows, self.cols) == tuple(out_shape)


def window_scene(
    run: Pooled,
    title: str,
    region: Region | None = None,
    hidden_from: int | None = None,
    palette: str = "sequence",
) -> Scene:
    """The run (over one plane, x of shape (H, W)) as a scene: input, output, a step an output cell.

    Lit weights are ``run.contributions()``. From step ``hidden_from`` on the answers are withheld:
    no weights, no chosen cell, no value, and the narration asks.
    """
    region = region or Region.within(run)
    cells = region.cells
    steps = len(cells)
    hidden = steps if hidden_from is None else hidden_from
    known = np.arange(steps) < hidden

    frame = Frame(run, cells)
    weights = np.where(known[:, None], shares(run, cells), 0)
    chosen = frame.chosen(known)
    odds = run.odds()
    odds = None if odds is None else np.where(known[:, None], _at(odds, cells), 0)

    output = run.output[
        region.row : region.row + region.rows, region.col : region.col + region.cols
    ]
    written = np.arange(steps)
    kind = np.where(known, Kind.CELL, Kind.SECRET).reshape(output.shape).astype(np.uint8)
    low, high = value_range(run.x)
    panels = (
        frame.panel(low, high, palette),
        Panel(
            "output",
            _("Output"),
            np.where(kind == Kind.SECRET, np.nan, output.astype(float)),
            *value_range(np.append(run.output.ravel(), (low, high))),
            palette,
            shown="written",
            kind=kind,
            origin=(region.row, region.col),
        ),
    )
    tracks = (
        Track(
            "input",
            frame.lit,
            weights.astype(np.float32),
            np.full(steps, -1) if chosen is None else chosen,
            mark=mark_of(run),
            odds=odds,
            pointer=None if odds is None else np.where(known, _pointer(run, cells, odds), 0),
            nodes=_nodes(run, cells, known),
        ),
        Track("output", written[:, None], None, written=written),
    )

    def scene(short: bool) -> Scene:
        sentences = tuple(
            narration(run, tuple(cell), short) if seen else question(run, tuple(cell))
            for cell, seen in zip(cells.tolist(), known, strict=True)
        )
        return Scene(title, panels, tracks, sentences, run.variant.story)

    return scene(short=steps > SPOKEN or frame.lit.shape[1] > LONGEST)


def narration(run: Pooled, cell: tuple[int, ...], short: bool = False) -> str:
    """What happens at one output cell, with the numbers: "max(1, 3) = 3, from row 0, column 1"."""
    w, seen = window(run, cell)
    y = run.output[cell]
    if not seen.any():
        return _("No cell of the input lies in this window: {value}").format(value=number(y))
    if short or seen.size > LONGEST:
        count = int(seen.sum())
        told = _("{variant} of {count} cells = {value}")
        if count == 1:
            told = _("{variant} of one cell = {value}")
        sentence = told.format(variant=_(run.variant.title), count=count, value=number(y))
    else:
        with np.errstate(all="ignore"):
            sentence = run.variant.arithmetic(w, seen)
    sentence = rounded(sentence)
    if run.locations is None or run.locations[cell] < 0:
        return sentence
    row, col = divmod(int(run.locations[cell]), run.x.shape[-1])
    return _("{sentence}, from row {row}, column {column}").format(
        sentence=sentence, row=row, column=col
    )


def question(run: Pooled, cell: tuple[int, ...]) -> str:
    """The same window, with the answer left out."""
    return _("Output row {row}, column {column}: {variant} of this window is … ?").format(
        row=cell[0], column=cell[1], variant=_(run.variant.title)
    )


def window(run: Pooled, cell: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The cells ``(K,)`` of one window and which of them the variant sees."""
    return run.cells[cell], np.broadcast_to(run.seen, run.cells.shape)[cell]


def overview(values: np.ndarray, rows: slice, cols: slice) -> np.ndarray:
    """The whole plane as a grey picture, uint8 (H, W, 3), with an orange frame around a block."""
    low, high = value_range(values)
    grey = np.clip(np.nan_to_num((values - low) / (high - low)), 0, 1) * 255
    picture = np.repeat(grey.astype(np.uint8)[..., None], 3, axis=-1)
    frame = np.zeros(values.shape, dtype=bool)
    frame[max(rows.start - 2, 0) : rows.stop + 2, max(cols.start - 2, 0) : cols.stop + 2] = True
    frame[rows, cols] = False
    picture[frame] = (255, 140, 0)
    return picture


def value_range(values: np.ndarray) -> tuple[float, float]:
    """The finite range of values, never empty: a fixed colour range."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def reach(values: np.ndarray) -> tuple[float, float]:
    """-m to m, m the largest finite magnitude: the range of a diverging palette."""
    finite = abs(values[np.isfinite(values)])
    top = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    return -top, top


def mark_of(run: Pooled) -> str:
    """Which extreme a chosen cell is, as ``Track.mark`` has it."""
    return {-np.inf: "up", np.inf: "down"}.get(run.variant.identity, "")


def padding_text(variant: Any) -> str:
    """What a padding cell holds: its value where the variant meets it, or that it is left out."""
    if variant.sees_padding or np.isinf(variant.identity):
        return number(variant.identity)
    return _("excluded")


class Frame:
    """The input panel: the padded plane as far as the shown windows reach, and their lit cells."""

    def __init__(self, run: Pooled, cells: np.ndarray):
        self.run, self.cells = run, cells
        # Real cells come from the engine's table, what lies around them from the geometry.
        table = _at(np.broadcast_to(run.windows.index, run.cells.shape), cells)
        rows, cols, pads = _coordinates(run, cells, table)
        reached = (rows != NOWHERE) & (cols != NOWHERE)
        whole = len(cells) == run.output.size
        spans = [
            _span(at[reached], n, pad, whole)
            for at, n, pad in zip((rows, cols), run.x.shape, pads, strict=True)
        ]
        self.origin = (spans[0][0], spans[1][0])
        self.columns, self.width = run.x.shape[1], spans[1][1] - spans[1][0]
        around = (rows - self.origin[0]) * self.width + cols - self.origin[1]
        self.lit = np.where(table >= 0, self.cell_of(table), np.where(reached, around, -1))

        kinds = [_kind(*line) for line in zip(spans, run.x.shape, pads, strict=True)]
        kind = np.maximum.outer(*kinds).astype(np.uint8)
        self.kind = kind if kind.any() else None
        self.values = np.full(kind.shape, np.nan)
        real = [slice(max(a, 0), min(b, n)) for (a, b), n in zip(spans, run.x.shape, strict=True)]
        self.values[kind == Kind.CELL] = run.x[real[0], real[1]].ravel()

    def panel(self, low: float, high: float, palette: str) -> Panel:
        """The input, in colours from low to high."""
        return Panel(
            "input", _("Input"), self.values, low, high, palette,
            kind=self.kind, padding_text=padding_text(self.run.variant), origin=self.origin,
        )  # fmt: skip

    def chosen(self, known: np.ndarray) -> np.ndarray | None:
        """The cell that each step's window selects ``(S,)``, -1 where that is not known."""
        if self.run.locations is None:
            return None
        return np.where(known, self.cell_of(_at(self.run.locations, self.cells)), -1)

    def cell_of(self, place: np.ndarray) -> np.ndarray:
        """Flat positions in the plane -> flat cells of the panel; -1 stays."""
        row, col = np.divmod(np.maximum(place, 0), self.columns)
        cell = (row - self.origin[0]) * self.width + col - self.origin[1]
        return np.where(place < 0, -1, cell)


NOWHERE = -(2**40)
"""The coordinate of a filler place in a ragged window."""
Pads = tuple[tuple[int, int], tuple[int, int]]


def _coordinates(
    run: Pooled, cells: np.ndarray, table: np.ndarray
) -> tuple[np.ndarray, np.ndarray, Pads]:
    """Row and column ``(S, K)`` of every place of every window, and the (before, after) pads."""
    if not isinstance(run.geometry, Sliding):
        rows, cols = np.divmod(table, run.x.shape[1])
        return np.where(table < 0, NOWHERE, rows), np.where(table < 0, NOWHERE, cols), ((0, 0),) * 2
    vertical, horizontal = run.geometry.axes(run.windows.in_shape)
    rows = vertical.coordinates[cells[:, 0]][:, :, None]
    cols = horizontal.coordinates[cells[:, 1]][:, None, :]
    shape = (len(cells), rows.shape[1], cols.shape[2])
    pads = (vertical.before, vertical.after), (horizontal.before, horizontal.after)
    return (
        np.broadcast_to(rows, shape).reshape(table.shape),
        np.broadcast_to(cols, shape).reshape(table.shape),
        pads,
    )


def _span(at: np.ndarray, n: int, pad: tuple[int, int], whole: bool) -> tuple[int, int]:
    """First and last + 1 coordinate to draw: what is reached, with all of the plane if whole."""
    first, last = (int(at.min()), int(at.max()) + 1) if at.size else (0, n)
    return (min(first, -pad[0]), max(last, n + pad[1])) if whole else (first, last)


def _kind(span: tuple[int, int], n: int, pad: tuple[int, int]) -> np.ndarray:
    at = np.arange(*span)
    padded = (at >= -pad[0]) & (at < n + pad[1])
    return np.where((at >= 0) & (at < n), Kind.CELL, np.where(padded, Kind.PADDING, Kind.OUTSIDE))


def _at(values: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """values (*out, ...) at output cells (S, 2)."""
    return values[cells[:, 0], cells[:, 1]]


def shares(run: Pooled, cells: np.ndarray) -> np.ndarray:
    """Contributions ``(S, K)``. A draw is made for all windows at once, the rest is not."""
    if run.variant.stochastic or len(cells) == run.output.size:
        return _at(run.contributions(), cells)
    seen = _at(np.broadcast_to(run.seen, run.cells.shape), cells)
    with np.errstate(all="ignore"):
        return run.variant.contributions(_at(run.cells, cells), seen)


def _nodes(run: Pooled, cells: np.ndarray, known: np.ndarray) -> np.ndarray | None:
    """What the nodes of the variant's tree hold at these outputs, 0 where that is withheld."""
    seen = _at(np.broadcast_to(run.seen, run.cells.shape), cells)
    with np.errstate(all="ignore"):
        nodes = run.variant.nodes(_at(run.cells, cells), seen)
    return None if nodes is None else np.where(known[:, None], nodes, 0)


def _pointer(run: Pooled, cells: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """Where on the strip of odds the draw landed: the draw, or the middle of the drawn part."""
    ends = np.cumsum(odds, axis=1)
    starts = ends - odds
    draw = _at(uniform(getattr(run.variant, "seed", 0), run.output.shape), cells)
    if run.locations is None:
        return draw
    table = _at(np.broadcast_to(run.windows.index, run.cells.shape), cells)
    hit = table == _at(run.locations, cells)[:, None]
    first = np.where(hit.any(1), hit.argmax(1), 0)[:, None]
    start = np.take_along_axis(starts, first, 1)[:, 0]
    end = np.take_along_axis(ends, first, 1)[:, 0]
    pointer = np.where((draw >= start) & (draw < end), draw, (start + end) / 2)
    none = _at(run.locations, cells) < 0  # max-pooling dropout may drop them all
    return np.where(none, (ends[:, -1] + 1) / 2, pointer)
