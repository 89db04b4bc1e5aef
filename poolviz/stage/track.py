"""Tracks: what happens on a panel, step by step."""

from dataclasses import dataclass, replace

import numpy as np

from poolviz.stage.weighing import Weighing

COLUMNS = ("cells", "weights", "chosen", "written", "added", "odds", "pointer", "nodes")
"""The columns of a track, one entry a step."""
LOOKS = ("inset", "veil")
MARKS = ("", "up", "down", "pin")


@dataclass(frozen=True, eq=False)
class Track:
    """What happens on one panel, columnar: entry s of every array belongs to step s.

    ``cells`` (S, K): flat cells of the panel that are lit, -1 for none. ``weights`` (S, K): their
    weight, signed where gradients are shown; None: outlined without weight. ``chosen`` (S,): the
    ringed cell; ``mark`` "up" or "down" says which extreme it is, "pin" that the place was
    remembered. ``written`` (S,): the cell that is revealed. ``added`` (S, K): what a "summed"
    panel's lit cells receive; from step ``withheld`` on that is an answer, and they are "?"
    (nothing of it may be in ``added``). ``odds`` (S, K) and ``pointer`` (S,) in [0, 1): a draw,
    the strip's proportions and where on the strip it landed. ``nodes`` (S, 3 n - 2): a tree of n
    leaves that weighs the cells, what its 2 n - 1 nodes hold, root first, then the share that each
    of the n - 1 inner nodes takes of its left child.

    A panel may have several tracks; ``title`` says which is which in the legend. ``weighing``:
    weights that are made where they are drawn, instead of ``weights``; without ``cells`` every
    cell of the panel is a key, else key m is cell m. ``relative``: the largest weight of a step
    fills its cell, where there are so many that none would be seen; then only the heaviest are
    linked to a source. A weighing's are. ``look``: "inset", squares whose area is the weight, or
    "veil", for cells too small for squares: a colour over the cell, the denser the heavier (on
    pictures and "grey" panels: it is one of the colours of the others).

    Errors: ``ValueError`` where shapes or words do not fit.
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
    weighing: Weighing | None = None
    relative: bool = False
    look: str = "inset"
    title: str = ""
    nodes: np.ndarray | None = None
    withheld: int | None = None

    def __post_init__(self) -> None:
        if self.look not in LOOKS:
            raise ValueError(f"look must be one of {', '.join(LOOKS)}, got {self.look!r}")
        if self.mark not in MARKS:
            raise ValueError(f"mark must be up, down, pin or nothing, got {self.mark!r}")
        if self.weighing is not None and self.weights is not None:
            raise ValueError(f"{self.panel!r} has weights and a weighing: one of them is meant")
        for name in ("weights", "added", "odds"):
            column = getattr(self, name)
            if column is None:
                continue
            shape = None if self.cells is None else np.shape(self.cells)
            if np.shape(column) != shape:
                raise ValueError(
                    f"{name} of {self.panel!r} must be {shape} as its cells, got {np.shape(column)}"
                )

    def cells_at(self, s: int) -> np.ndarray:
        """The lit cells of step s ``(K,)``, -1 for none."""
        if self.cells is not None:
            return np.asarray(self.cells[s])
        keys = 0 if self.weighing is None else len(self.weighing.key)
        return np.arange(keys)

    def weights_at(self, s: int) -> np.ndarray | None:
        """Their weights ``(K,)``, given or made; None: they are outlined alone."""
        if self.weighing is not None:
            return self.weighing.row(s, self.cells_at(s))
        return None if self.weights is None else np.asarray(self.weights[s])

    def until(self, steps: int) -> "Track":
        """Its first steps."""
        columns = {name: getattr(self, name) for name in COLUMNS}
        cut = {name: each[:steps] for name, each in columns.items() if each is not None}
        if self.weighing is not None:
            cut["weighing"] = self.weighing.until(steps)
        return replace(self, **cut)

    @property
    def ranked(self) -> bool:
        """Whether weights are relative to the step's largest."""
        return self.relative or self.weighing is not None


@dataclass(frozen=True)
class Lit:
    """One panel at one step, as plain values: for exports, tests and the data view."""

    panel: str
    cells: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    chosen: int = -1
    written: int = -1
    added: tuple[float, ...] = ()


def lit_of(track: Track, s: int) -> Lit:
    """What a track does at step s."""
    cells, weights = track.cells_at(s), track.weights_at(s)
    lit = cells >= 0

    def row(column: np.ndarray | None) -> tuple[float, ...]:
        return () if column is None else tuple(np.asarray(column)[lit].tolist())

    def one(column: np.ndarray | None) -> int:
        return -1 if column is None else int(column[s])

    return Lit(
        track.panel,
        tuple(cells[lit].tolist()),
        row(weights),
        one(track.chosen),
        one(track.written),
        row(None if track.added is None else track.added[s]),
    )
