"""The way there and back as a scene: pool, carry, unpool, and what is lost, a step a value.

``unpool_scene`` plays a ``Journey``: panels input, pooled, carried (where something happened in
between), output and residual.
"""

import numpy as np

from poolviz.numbers import number, rounded
from poolviz.stage.scene import Kind, Panel, Scene, Track
from poolviz.text import _, together
from poolviz.wings.pooling.core.window_scene import SPOKEN, Frame, Region, reach, value_range
from poolviz.wings.pooling.gradients.scene import added_up, index_of
from poolviz.wings.pooling.unpooling.journey import ByLocation, Journey

MANY = 5_000
"""Numbers of a scene from which on precision that nobody sees is left out."""
MOST_AT_ONCE = 64
"""Cells in no window, up to which they are all shown lost at the last step."""


def unpool_scene(
    done: Journey,
    title: str,
    names: tuple[str, str],
    region: Region | None = None,
    hidden_from: int | None = None,
    palette: str = "sequence",
) -> Scene:
    """The way there and back; ``names``: of the pooled values, and of what became of them.

    From step ``hidden_from`` on nothing is written, what could be is unknown, and the narration
    asks. Where a value goes by location, its whole window is lit: the rest of it becomes 0.
    """
    run = done.run
    region = region or Region.within(run)
    at = region.cells
    known = np.arange(len(at)) < (len(at) if hidden_from is None else hidden_from)
    frame = Frame(run, at)
    cells, amounts = (a[tuple(at.T)] for a in done.method.spread(run, done.carried))
    amounts = np.where(known[:, None] & (cells >= 0), amounts, 0)
    added, sentences = _written(done, at, cells, amounts, known)
    by_location = isinstance(done.method, ByLocation)
    lit, pins = np.where(cells >= 0, frame.cell_of(cells), -1), None
    if by_location:
        pins = np.where(known, lit[:, 0], -1)
        lit = np.where(index_of(run, at) >= 0, frame.lit, -1)
        here = (lit == pins[:, None]) & (lit >= 0)
        amounts, added = np.where(here, amounts, 0), np.where(here, added, 0)
    lost_cells, lost = _lost(done, frame, known)

    low, high = value_range(np.concatenate([run.x.ravel(), [0.0]]))
    block = slice(region.row, region.row + region.rows), slice(region.col, region.col + region.cols)
    plain = frame.kind if frame.kind is None else np.where(frame.kind == Kind.CELL, 0, Kind.OUTSIDE)
    kind = None if plain is None else plain.astype(np.uint8)
    blank = np.zeros(frame.values.shape)
    changed = done.between.kind != "nothing"
    carried = done.carried[block]
    panels = (
        frame.panel(low, high, palette),
        *(
            [
                Panel(
                    "pooled", names[0], run.output[block].astype(float), low, high, palette,
                    origin=(region.row, region.col),
                )
            ]
            if changed
            else []
        ),
        Panel(
            "carried", names[1] if changed else names[0], carried,
            *value_range(np.concatenate([carried.ravel(), (low, high)])), palette,
            origin=(region.row, region.col),
        ),
        Panel(
            "output", _("Unpooled"), blank, *value_range(
                np.concatenate([done.trip.output.ravel(), (low, high)])
            ), palette, "summed", kind, origin=frame.origin,
        ),
        Panel(
            "residual", _("Lost: input − unpooled"), blank, *reach(done.trip.residual),
            "diverging", "summed", kind, origin=frame.origin,
        ),
    )  # fmt: skip
    tracks = (
        Track("input", frame.lit, None, frame.chosen(known)),
        Track(
            "output", lit, amounts if by_location else None, pins, "pin", added=lean(added),
            withheld=hidden_from,
        ),
        Track(
            "residual", lost_cells, np.zeros(lost.shape), added=lean(lost), withheld=hidden_from
        ),
    )  # fmt: skip
    return Scene(
        title, panels, tracks, sentences, run.variant.story, ("carried", np.arange(len(at)))
    )


def question(done: Journey, cell: tuple[int, ...]) -> str:
    """A step with the answer left out."""
    return _("{value} goes back: to which cell … ?").format(value=number(done.carried[cell]))


def _written(
    done: Journey, at: np.ndarray, cells: np.ndarray, amounts: np.ndarray, known: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    """What each step changes ``(S, K)``, and its sentence. An overwritten cell is changed."""
    added, told = amounts.astype(np.float64).copy(), []
    over = isinstance(done.method, ByLocation)
    held: dict[int, list[float]] = {}
    short = len(at) > SPOKEN
    for s, cell in enumerate(map(tuple, at.tolist())):
        if not known[s]:
            told.append(rounded(question(done, cell)))
            continue
        value = float(done.carried[cell])
        some = (cells[s] >= 0) & ((amounts[s] != 0) | over)
        sentence = done.method.told(done.run, value, cells[s][some], amounts[s][some])
        if over and some.any():
            before = held.setdefault(int(cells[s, 0]), [])
            if before and done.duplicates == "last":
                note = _("It overwrites the {old} that an earlier window put there.")
                sentence = together((sentence, note.format(old=number(before[-1]))))
                added[s, 0] = value - before[-1]
            elif before and not short:
                note = _("It is added: {sum} = {total}.").format(
                    sum=added_up([*before, value]), total=number(round(sum([*before, value]), 6))
                )
                sentence = together((sentence, note))
            before.append(value)
        told.append(rounded(sentence))
    return np.nan_to_num(added, nan=np.nan).astype(np.float32), tuple(told)


def _lost(done: Journey, frame: Frame, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The residual: each cell at the last step whose window holds it, ``(S, M)`` and amounts."""
    steps, (rows, cols) = len(known), frame.values.shape
    real = np.ones(rows * cols, bool) if frame.kind is None else frame.kind.ravel() == Kind.CELL
    owner = np.full(rows * cols, -1)
    inside = frame.lit >= 0
    np.maximum.at(owner, frame.lit[inside], np.nonzero(inside)[0])
    free = np.flatnonzero(real & (owner < 0))
    owner[free] = steps - 1 if free.size <= MOST_AT_ONCE else np.arange(free.size) % steps
    own = np.flatnonzero(real)
    own = own[np.argsort(owner[own], kind="stable")]
    at = owner[own]
    slot = np.arange(own.size) - np.searchsorted(at, at)
    cells = np.full((steps, int(slot.max(initial=0)) + 1), -1)
    lost = np.zeros(cells.shape, dtype=np.float32)
    cells[at, slot] = own
    shown = known[at]
    row, col = np.divmod(own, cols)
    residual = done.trip.residual[row + frame.origin[0], col + frame.origin[1]]
    lost[at[shown], slot[shown]] = residual[shown]
    return cells, lost


def lean(values: np.ndarray) -> np.ndarray:
    """float32; where there are many, of 16 bits of precision, which pack better.

    >>> lean(np.array([0.1])).dtype
    dtype('float32')
    """
    single = np.ascontiguousarray(values, dtype=np.float32)
    if single.size > MANY:
        single = (single.view(np.uint32) & np.uint32(0xFFFFFF00)).view(np.float32)
    return single
