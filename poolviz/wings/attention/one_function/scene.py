"""The stages as a scene: a step a stage; keys, two rows of W, and the output."""

import numpy as np

from poolviz.numbers import number
from poolviz.samples import sample
from poolviz.stage.scene import Kind, Panel, Scene, Track
from poolviz.text import _
from poolviz.wings.attention.one_function.stages import SIDE, Done

Cell = tuple[int, int]
PLANE = sample("worked-example")


def named(cell: Cell) -> str:
    """A cell as it is spoken of: its value, and where it is."""
    return _("the {value} at {row},{col}").format(
        value=number(PLANE[cell]), row=cell[0], col=cell[1]
    )


def flat(cell: Cell) -> int:
    """The index of a cell."""
    return cell[0] * SIDE + cell[1]


def stages_scene(
    done: tuple[Done, ...], first: Cell, second: Cell, hidden: int | None
) -> Scene:  # fmt: skip
    """Keys with the weights of the first query, the rows of W of both, and the output.

    From step ``hidden`` on weights and outputs are withheld, and the narration asks.
    """
    steps = len(done)
    known = np.arange(steps) < (steps if hidden is None else hidden)
    secret = np.where(known, Kind.CELL, Kind.SECRET)[:, None, None]
    kind = np.broadcast_to(secret, (steps, SIDE, SIDE)).astype(np.uint8)
    rows = {cell: np.array([each.maps[0][flat(cell)] for each in done]) for cell in (first, second)}
    outputs = np.array([each.output for each in done])
    allowed = np.array([_allowed(each, flat(first)) for each in done])
    cells = np.where(allowed, np.arange(SIDE**2), -1)
    weights = np.where(known[:, None] & allowed, rows[first], 0)

    def frames(name: str, title: str, values: np.ndarray, high: float) -> Panel:
        values = np.where(kind == Kind.CELL, values.reshape(kind.shape), np.nan)
        return Panel(name, title, values, 0, high, shown="replaced", kind=kind)

    row = _("W: {row},{col} asks")
    panels = [
        Panel("keys", _("Keys"), PLANE, 0, 8),
        frames("first", row.format(row=first[0], col=first[1]), rows[first], 1),
        frames("second", row.format(row=second[0], col=second[1]), rows[second], 1),
        frames("output", _("Output"), outputs, 8),
    ]
    own = {cell: np.full(steps, flat(cell)) for cell in (first, second)}
    tracks = (
        Track("keys", cells, weights, own[first]),
        Track("first", own[first][:, None]),
        Track("second", own[second][:, None]),
        Track("output", own[first][:, None]),
        Track("output", own[second][:, None]),
    )
    told = tuple(
        narration(done, step, first, second) if seen else asks(done, step)
        for step, seen in enumerate(known)
    )
    return Scene(
        _("From average pooling to a Transformer head"), tuple(panels), tracks, told, "exp",
    )  # fmt: skip


def _allowed(done: Done, query: int) -> np.ndarray:
    mask = done.run.mask
    return np.ones(SIDE**2, bool) if mask is None else np.asarray(mask[query])


def asks(done: tuple[Done, ...], step: int) -> str:
    """What changes at a stage, before it is told what comes of it."""
    stage = done[step].stage
    return _("{n}. {title}: {means}. Which numbers move, and which way … ?").format(
        n=step, title=_(stage.title), means=_(stage.means)
    )


def narration(done: tuple[Done, ...], step: int, first: Cell, second: Cell) -> str:
    """The changed argument, and what the pinned queries take now."""
    stage, now = done[step].stage, done[step]
    sentence = _("{n}. {title}: {means}; {first} → {a}, {second} → {b}; {keys} of 16 keys count")
    told = sentence.format(
        n=step, title=_(stage.title), means=_(stage.means), first=named(first),
        second=named(second), a=three(now.output[first]), b=three(now.output[second]),
        keys=three(now.effective[0, flat(first)]),
    )  # fmt: skip
    if stage.heads > 1:
        told += _(" in head 1, {keys} in head 2").format(keys=three(now.effective[1, flat(first)]))
    return told


def three(value: float) -> str:
    """A number with three digits."""
    return number(float(f"{value:.3g}"))
