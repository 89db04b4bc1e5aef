"""A gradient that runs back through a pooling: a step an output cell, from it to its window.

What an output sends is ``run.jacobian() * dy``; where windows overlap the cells add up.
"""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers, rounded
from poolviz.pooling import Pooled
from poolviz.stage.cache import kept
from poolviz.stage.scene import Panel, Scene, Track
from poolviz.text import _, together
from poolviz.wings.pooling.core.window_scene import (
    LONGEST,
    SPOKEN,
    Frame,
    Region,
    mark_of,
    reach,
    value_range,
    window,
)

LARGEST_TABLE = 4_000_000
"""Windows x cells up to which the whole jacobian is laid out at once."""


def gradient_scene(
    run: Pooled,
    dy: np.ndarray,
    title: str,
    region: Region | None = None,
    hidden_from: int | None = None,
    palette: str = "sequence",
) -> Scene:
    """The gradient dy, shape of the output, run back: panels input, dx (summed) and dy.

    Weights and what is added are ``flow``; what a padding cell would receive is drawn, and lost.
    From step ``hidden_from`` on nothing is sent and the narration asks.
    """
    region = region or Region.within(run)
    cells = region.cells
    known = np.arange(len(cells)) < (len(cells) if hidden_from is None else hidden_from)
    frame = Frame(run, cells)
    sent = np.where(known[:, None], flow(run, dy, cells), 0)
    inside = index_of(run, cells) >= 0
    added = np.where(inside, sent, 0)
    total = np.zeros(frame.values.size)
    with np.errstate(all="ignore"):
        np.add.at(total, np.maximum(frame.lit, 0), np.where(frame.lit >= 0, added, 0))
    low, high = value_range(run.x)
    block = dy[region.row : region.row + region.rows, region.col : region.col + region.cols]
    panels = (
        frame.panel(low, high, palette),
        Panel(
            "dx", _("Received: dL/dx"), total.reshape(frame.values.shape), *reach(total),
            "diverging", "summed", frame.kind, _("lost") if run.variant.sees_padding else "",
            frame.origin,
        ),
        Panel(
            "dy", _("Sent: dL/dy"), block.astype(float), *reach(block), "diverging",
            origin=(region.row, region.col),
        ),
    )  # fmt: skip
    tracks = (
        Track("input", frame.lit, None, frame.chosen(known), mark_of(run)),
        Track(
            "dx", frame.lit, sent.astype(np.float32), added=added.astype(np.float32),
            withheld=hidden_from,
        ),
    )  # fmt: skip
    short = len(cells) > SPOKEN or frame.lit.shape[1] > LONGEST
    held: dict[int, list[float]] = {}
    told = []
    for cell, row, seen in zip(map(tuple, cells.tolist()), sent, known, strict=True):
        said = sentence(run, dy, cell, row, held, short) if seen else question(dy, cell)
        told.append(rounded(said))
    return Scene(
        title, panels, tracks, tuple(told), run.variant.story, ("dy", np.arange(len(cells))),
        "backward",
    )  # fmt: skip


def flow(run: Pooled, dy: np.ndarray, cells: np.ndarray | None = None) -> np.ndarray:
    """What each cell of each window is sent: dy * jacobian, ``(S, K)`` at output cells ``(S, 2)``.

    No gradient, no flow: 0 times infinity is 0, as in ``backward``.
    """
    local, here = jacobian_at(run, cells), (dy if cells is None else dy[tuple(cells.T)])
    with np.errstate(all="ignore"):
        here = here.reshape(-1, 1).astype(float)
        sent: np.ndarray = np.where((local == 0) | (here == 0), 0, local * here)
    return sent


def jacobian_at(run: Pooled, cells: np.ndarray | None = None) -> np.ndarray:
    """dy/da of these windows, ``(S, K)``. A draw is made for all windows at once, the rest not."""
    if cells is None or run.variant.stochastic or len(cells) == run.output.size:
        whole = run.jacobian()
        return whole.reshape(-1, whole.shape[-1]) if cells is None else whole[tuple(cells.T)]
    at = tuple(cells.T)
    with np.errstate(all="ignore"):
        seen = np.broadcast_to(run.seen, run.cells.shape)[at]
        return run.variant.jacobian(run.cells[at], seen)


def index_of(run: Pooled, cells: np.ndarray) -> np.ndarray:
    """The table of positions of these windows, ``(S, K)``."""
    return np.broadcast_to(run.windows.index, run.cells.shape)[tuple(cells.T)]


def sentence(
    run: Pooled,
    dy: np.ndarray,
    cell: tuple[int, ...],
    sent: np.ndarray,
    held: dict[int, list[float]],
    short: bool = False,
) -> str:
    """What one output sends (``sent`` (K,), its ``flow``), with the numbers.

    ``held``: what each cell of the plane was sent before; it grows.
    """
    index = index_of(run, np.array([cell]))[0]
    takers = np.flatnonzero((sent != 0) & (index >= 0))
    lost = float(sent[(index < 0) & (sent != 0)].sum())
    for i in takers:
        held.setdefault(int(index[i]), []).append(float(sent[i]))
    place = _("Output row {row}, column {column}").format(row=cell[0], column=cell[1])
    if dy[cell] == 0:
        return _("{place} has gradient 0: it sends nothing.").format(place=place)
    if not takers.size and not lost:
        return _("{place} sends {dy}, and no cell receives any of it.").format(
            place=place, dy=number(dy[cell])
        )
    if takers.size == 1 and not lost:
        return _one_taker(run, dy, cell, place, int(index[takers[0]]), sent[takers[0]], held)
    even = np.ptp(sent[takers]) <= 1e-12 * abs(sent[takers]).max() if takers.size else False
    if even:
        told = _("{place} sends {dy}: {sent} to each of {count} cells.")
        if takers.size == 1:
            told = _("{place} sends {dy}: {sent} to one cell.")
        told = told.format(
            place=place, dy=number(dy[cell]), sent=number(sent[takers[0]]), count=takers.size
        )
    elif short or takers.size > LONGEST:
        told = _("{place} sends {dy} to {count} cells, {total} in all.").format(
            place=place,
            dy=number(dy[cell]),
            count=takers.size,
            total=number(round(float(sent[takers].sum()), 6)),
        )
    else:
        told = _("{place} sends {dy}; its cells receive {sent}.").format(
            place=place, dy=number(dy[cell]), sent=numbers(sent[index >= 0])
        )
    if lost:
        note = _("{lost} goes to padding and is lost.").format(lost=number(round(lost, 6)))
        told = together((told, note))
    tie = tied(run, cell)
    if len(tie) > 1:
        told = together((told, _("A tie: {count} cells share it.").format(count=len(tie))))
    return told


def _one_taker(
    run: Pooled,
    dy: np.ndarray,
    cell: tuple[int, ...],
    place: str,
    taker: int,
    sent: float,
    held: dict[int, list[float]],
) -> str:
    row, column = divmod(taker, run.x.shape[1])
    told = _(
        "{place} sends {dy}: the {value} in row {row}, column {column} receives {sent}"
    ).format(
        place=place,
        dy=number(dy[cell]),
        value=number(run.x[row, column]),
        row=row,
        column=column,
        sent=number(sent),
    )
    before = held[taker]
    if len(before) > 1:
        told += _(", together {sum} = {total}").format(
            sum=added_up(before), total=number(round(sum(before), 6))
        )
    tie = tied(run, cell)
    if len(tie) > 1:
        told += _(". A tie of {count} cells: the first one takes it all").format(count=len(tie))
    return told + "."


def added_up(terms: list[float]) -> str:
    """ "1 + 1 − 0.5": what a cell received, in order; a long row is cut in the middle."""
    shown = [number(term) for term in terms]
    if len(shown) > 8:
        shown = [*shown[:4], "…", *shown[-2:]]
    return " + ".join(shown).replace("+ −", "− ")


def question(dy: np.ndarray, cell: tuple[int, ...]) -> str:
    """The same step, with the answer left out."""
    return _("Output row {row}, column {column} sends {dy} back: to which cells … ?").format(
        row=cell[0], column=cell[1], dy=number(dy[cell])
    )


def tied(run: Pooled, cell: tuple[int, ...]) -> np.ndarray:
    """Positions in the plane of the cells that tie for being selected, none where it blends."""
    if run.locations is None or run.variant.stochastic:
        return np.array([], dtype=int)
    w, seen = window(run, cell)
    index = index_of(run, np.array([cell]))[0]
    found: np.ndarray = index[seen & (w == run.output[cell]) & (index >= 0)]
    return found


@kept
def any_tie(run: Pooled) -> bool:
    """Whether some window of the run has more than one cell that could be selected."""
    if run.locations is None or run.variant.stochastic:
        return False
    equal = np.broadcast_to(run.seen, run.cells.shape) & (run.cells == run.output[..., None])
    return bool((equal.sum(-1) > 1).any())


@dataclass(frozen=True)
class Balance:
    """Sum in, sum out: ``received = sent + gained - lost``.

    ``gained``: by weights that do not sum to 1; ``lost``: to padding. ``least`` and ``most`` are
    the window's smallest and largest sum of weights. The last four are None for a large run.
    """

    sent: float
    received: float
    gained: float | None = None
    lost: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def kept(self) -> bool:
        """Whether as much arrives as was sent."""
        return bool(np.isclose(self.sent, self.received, rtol=1e-9, atol=1e-12))


@kept
def balance(run: Pooled, dy: np.ndarray) -> Balance:
    """The sums of a gradient on both sides of the pooling, and where the difference goes."""
    with np.errstate(all="ignore"):
        sent, received = float(dy.sum()), float(run.backward(dy).sum())
        if run.output.size * run.windows.size > LARGEST_TABLE:
            return Balance(sent, received)
        moved, weights = flow(run, dy), jacobian_at(run).sum(-1)
        outside = run.windows.index.reshape(-1, run.windows.size) < 0
        lost = float(moved[outside].sum())
        return Balance(
            sent,
            received,
            float(moved.sum()) - sent,
            lost,
            float(weights.min()),
            float(weights.max()),
        )
