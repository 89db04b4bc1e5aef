"""Scene: pure data that can be played. Panels of numbers, and steps that light their cells.

One scene has four outlets, which therefore agree: the stepper in the browser (``wire``), exports,
the table of values (``table``), and the alt text (``alt_text``). Nothing here computes pooling.
"""

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.text import _, clauses, listed


class Kind(IntEnum):
    """What a cell of a panel is."""

    CELL = 0
    PADDING = 1
    """Around the input: hatched, its value shown (−∞, 0) or said to be excluded."""
    OUTSIDE = 2
    """Past the padded plane (overrun of ceil mode): drawn empty, never counted."""
    SECRET = 3
    """An answer that is withheld: drawn as "?", its value is not in the data."""


@dataclass(frozen=True, eq=False)
class Panel:
    """A titled grid of numbers with one fixed colour range.

    ``values`` (rows, cols), float. ``kind`` (rows, cols) of ``Kind``; None: all cells. ``shown``:
    "always"; "written", a cell appears at the step that writes it; "summed", a cell shows the sum
    of what the steps so far added. ``origin`` is the (row, col) that the top left cell is called:
    (-1, -1) with one padding row and column. ``padding_text`` is what padding cells hold.
    ``palette``: "sequence", "diverging" (0 in the middle) or "grey" (pictures).
    """

    name: str
    title: str
    values: np.ndarray
    low: float
    high: float
    palette: str = "sequence"
    shown: str = "always"
    kind: np.ndarray | None = None
    padding_text: str = ""
    origin: tuple[int, int] = (0, 0)
    row_labels: tuple[str, ...] = ()
    col_labels: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the panel without its padding and what lies outside."""
        if self.kind is None:
            return int(self.values.shape[0]), int(self.values.shape[1])
        real = (np.asarray(self.kind) == Kind.CELL) | (np.asarray(self.kind) == Kind.SECRET)
        return int(real.any(1).sum()), int(real.any(0).sum())

    @property
    def told(self) -> np.ndarray:
        """The values without those that are withheld, which are NaN here."""
        if self.kind is None:
            return self.values
        return np.where(np.asarray(self.kind) == Kind.SECRET, np.nan, self.values)

    @property
    def heading(self) -> str:
        """Its title with its size: "Input 4 × 4"."""
        rows, cols = self.size
        return _("{title} {rows} × {columns}").format(title=self.title, rows=rows, columns=cols)

    def label(self, cell: int) -> str:
        """What a cell is called: its labels, or "row 0, column 1"."""
        row, col = divmod(int(cell), self.values.shape[1])
        if self.row_labels or self.col_labels:
            names = [t[i] for t, i in ((self.row_labels, row), (self.col_labels, col)) if t]
            return listed(names)
        return _("row {row}, column {column}").format(
            row=row + self.origin[0], column=col + self.origin[1]
        )


@dataclass(frozen=True, eq=False)
class Track:
    """What happens on one panel, columnar: entry s of every array belongs to step s.

    ``cells`` (S, K): flat cells of the panel that are lit, -1 for none. ``weights`` (S, K): their
    weight, signed where gradients are shown; None: outlined without weight. ``chosen`` (S,): the
    ringed cell; ``mark`` "up" or "down" says which extreme it is, "pin" that the place was
    remembered. ``written`` (S,): the cell that is revealed. ``added`` (S, K): what a "summed"
    panel's lit cells receive. ``odds`` (S, K) and ``pointer`` (S,) in [0, 1): a draw, the strip's
    proportions and where on the strip it landed.
    """

    panel: str
    cells: np.ndarray | None = None
    weights: np.ndarray | None = None
    chosen: np.ndarray | None = None
    mark: str = ""
    written: np.ndarray | None = None
    added: np.ndarray | None = None
    odds: np.ndarray | None = None
    pointer: np.ndarray | None = None


@dataclass(frozen=True)
class Lit:
    """One panel at one step, as plain values: for exports, tests and the data view."""

    panel: str
    cells: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    chosen: int = -1
    written: int = -1
    added: tuple[float, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step: its narration, and what is lit on each panel."""

    narration: str
    lit: dict[str, Lit]
    source: tuple[str, int] | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """Panels and steps; ``story`` names the weigh beat: select, share, power, draw, exp or rank.

    ``source`` is a panel and its (S,) cells from which links are drawn to the lit cells of the
    other panels that carry a weight or receive something; cells without either are outlined alone.
    ``flow`` says what the links tell: "forward", or "backward" for gradients (open arrowheads).
    """

    title: str
    panels: tuple[Panel, ...]
    tracks: tuple[Track, ...]
    narration: tuple[str, ...]
    story: str = "share"
    source: tuple[str, np.ndarray] | None = None
    flow: str = "forward"
    note: str = ""

    def __post_init__(self) -> None:
        names = [panel.name for panel in self.panels]
        for track in self.tracks:
            if track.panel not in names:
                raise ValueError(f"panel must be one of {names}, got {track.panel!r}")
            for column in ("cells", "weights", "chosen", "written", "added", "odds", "pointer"):
                values = getattr(track, column)
                if values is not None and len(values) != len(self):
                    raise ValueError(
                        f"{column} of {track.panel!r} must have {len(self)} steps, "
                        f"got {len(values)}"
                    )

    def __len__(self) -> int:
        """The number of steps."""
        return len(self.narration)

    def __iter__(self) -> Iterator[Step]:
        return (self.step(s) for s in range(len(self)))

    def panel(self, name: str) -> Panel:
        """The panel of this name."""
        return next(panel for panel in self.panels if panel.name == name)

    def step(self, s: int) -> Step:
        """Step s as plain values."""
        source = self.source and (self.source[0], int(self.source[1][s]))
        return Step(self.narration[s], {t.panel: _lit(t, s) for t in self.tracks}, source)

    def shown(self, name: str, s: int) -> np.ndarray:
        """The values of a panel after step s, NaN where nothing is written yet or is withheld."""
        panel = self.panel(name)
        values = np.asarray(panel.values, dtype=float).copy()
        if panel.kind is not None:
            values[panel.kind != Kind.CELL] = np.nan
        if panel.shown == "always":
            return values
        track = next((t for t in self.tracks if t.panel == name), Track(name))
        if panel.shown == "summed":
            total = np.zeros(values.size)
            if track.cells is not None and track.added is not None:
                cells, added = track.cells[: s + 1], track.added[: s + 1]
                np.add.at(total, cells[cells >= 0], added[cells >= 0])
            real = panel.kind is None or panel.kind == Kind.CELL
            return np.where(real, total.reshape(values.shape), np.nan)
        seen = np.zeros(values.size, dtype=bool)
        if track.written is not None:
            written = track.written[: s + 1]
            seen[written[written >= 0]] = True
        return np.where(seen.reshape(values.shape), values, np.nan)

    def sizes(self) -> str:
        """The panels and how large they are: "Input: 4 by 4 cells; Output: 2 by 2 cells"."""
        return clauses(
            _("{title}: {rows} by {columns} cells").format(
                title=p.title, rows=p.size[0], columns=p.size[1]
            )
            for p in self.panels
        )

    def alt_text(self, s: int) -> str:
        """The picture at step s in a sentence or two."""
        place = _("Step {step} of {steps}").format(step=s + 1, steps=len(self))
        return _("{title}. {sizes}. {place}. {narration}").format(
            title=self.title, sizes=self.sizes(), place=place, narration=self.narration[s]
        )

    def table(self, name: str, s: int | None = None) -> list[list[str]]:
        """A panel as rows of text after step s (default: the last), for CSV and screen readers."""
        panel = self.panel(name)
        values = self.shown(name, len(self) - 1 if s is None else s)
        kind = panel.kind if panel.kind is not None else np.zeros(values.shape, dtype=int)
        other = {Kind.PADDING: panel.padding_text, Kind.OUTSIDE: "", Kind.SECRET: "?"}
        never = np.isnan(values) & ~np.isnan(np.asarray(panel.values, dtype=float))
        return [
            [
                other.get(Kind(int(kind[r, c])), "")
                if kind[r, c]
                else ""
                if never[r, c]
                else number(values[r, c])
                for c in range(values.shape[1])
            ]
            for r in range(values.shape[0])
        ]

    @cached_property
    def wire(self) -> str:
        """The scene for the browser: base64 of zlib of a header and its typed arrays, columnar.

        Layout before compression: uint32 length of the header (little endian), the header (JSON,
        UTF-8, padded with spaces to a multiple of 4), then the arrays, each padded to 4 bytes.
        Where the header holds ``{"at": offset, "type": "f4", "shape": [...]}`` an array starts
        at that offset behind the header. Types: f4, f2, i4, i2, u1, and "text" (UTF-8 lines,
        ``shape`` is ``[bytes]``).
        """
        arrays = _Arrays()
        header = {
            "title": self.title,
            "steps": len(self),
            "story": self.story,
            "flow": self.flow,
            "note": self.note,
            "panels": [
                {
                    "name": p.name,
                    "title": p.heading,
                    "rows": p.values.shape[0],
                    "cols": p.values.shape[1],
                    "low": p.low,
                    "high": p.high,
                    "palette": p.palette,
                    "shown": p.shown,
                    "values": arrays.put(p.told, "f4"),
                    "kind": arrays.put(p.kind, "u1"),
                    "padding_text": p.padding_text,
                    "origin": p.origin,
                    "row_labels": p.row_labels,
                    "col_labels": p.col_labels,
                }
                for p in self.panels
            ],
            "tracks": [
                {
                    "panel": t.panel,
                    "mark": t.mark,
                    "cells": arrays.put(t.cells, "cell"),
                    "weights": arrays.put(t.weights, "f2"),
                    "chosen": arrays.put(t.chosen, "cell"),
                    "written": arrays.put(t.written, "cell"),
                    "added": arrays.put(t.added, "f4"),
                    "odds": arrays.put(t.odds, "f2"),
                    "pointer": arrays.put(t.pointer, "f4"),
                }
                for t in self.tracks
            ],
            "source": self.source
            and {"panel": self.source[0], "cells": arrays.put(self.source[1], "cell")},
            "narration": arrays.put_text("\n".join(n.replace("\n", " ") for n in self.narration)),
        }
        head = json.dumps(
            header, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
        head += b" " * (-len(head) % 4)
        blob = len(head).to_bytes(4, "little") + head + b"".join(arrays.parts)
        return base64.b64encode(zlib.compress(blob, 9)).decode("ascii")


class _Arrays:
    """Typed arrays, one behind the other."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length = 0

    def put(self, values: np.ndarray | None, kind: str) -> dict[str, Any] | None:
        if values is None:
            return None
        values = np.asarray(values)
        if kind == "cell":
            kind = "i2" if values.size == 0 or values.max() < 2**15 else "i4"
        with np.errstate(over="ignore"):
            raw = np.ascontiguousarray(values, dtype=np.dtype(kind).newbyteorder("<"))
        return self._append(raw.tobytes(), kind, list(raw.shape))

    def put_text(self, text: str) -> dict[str, Any]:
        raw = text.encode()
        return self._append(raw, "text", [len(raw)])

    def _append(self, raw: bytes, kind: str, shape: list[int]) -> dict[str, Any]:
        at = self.length
        raw += b"\0" * (-len(raw) % 4)
        self.parts.append(raw)
        self.length += len(raw)
        return {"at": at, "type": kind, "shape": shape}


def _lit(track: Track, s: int) -> Lit:
    lit = track.cells[s] >= 0 if track.cells is not None else None

    def row(column: np.ndarray | None) -> tuple[float, ...]:
        return () if column is None or lit is None else tuple(column[s][lit].tolist())

    def one(column: np.ndarray | None) -> int:
        return -1 if column is None else int(column[s])

    cells = () if track.cells is None or lit is None else tuple(track.cells[s][lit].tolist())
    return Lit(
        track.panel,
        cells,
        row(track.weights),
        one(track.chosen),
        one(track.written),
        row(track.added),
    )
