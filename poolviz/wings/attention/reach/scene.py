"""The walk as a scene: a step a recurrence, the cells that are reached, and the bridges from v."""

import numpy as np

from poolviz.numbers import number, rounded
from poolviz.stage.scene import Kind, Overlay, Panel, Scene, Track
from poolviz.text import _, together
from poolviz.wings.attention.reach.masks import title_of
from poolviz.wings.attention.reach.walk import Hop, Walk

MOST_BRIDGES = 6
"""Cells on the way that are drawn: the heaviest."""


def place(cell: int, columns: int) -> str:
    """What a cell is called in a sentence."""
    row, col = divmod(int(cell), columns)
    return _("({row}, {column})").format(row=row, column=col)


def reach_scene(walk: Walk, palette: str, hidden: int | None = None, name: str = "input") -> Scene:
    """Panels: the map with the bridges over it, path counts, real weights. From recurrence
    ``hidden`` on (from 0) nothing of what is reached is there, and the narration asks.

    ``name`` of the map's panel: "input" where it is the input as it was given.
    """
    steps = walk.recurrences
    known = np.arange(steps) < (steps if hidden is None else hidden)
    reached = np.where(known[:, None], walk.reached, False)
    secret = np.where(known, Kind.CELL, Kind.SECRET).astype(np.uint8)
    kind = np.broadcast_to(secret[:, None, None], (steps, *walk.grid))
    told = known[:, None, None]
    counts = np.where(told, walk.counts.reshape(steps, *walk.grid), 0).astype(float)
    rows = np.where(told, walk.rows.reshape(steps, *walk.grid), 0.0)
    finite = walk.x[np.isfinite(walk.x)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if palette == "diverging":
        high = max(abs(low), abs(high))
        low = -high
    source = place(walk.u, walk.grid[1])
    hide = None if known.all() else kind
    panels = (
        Panel(name, _("Map"), walk.x, low, max(high, low + 1e-9), palette),
        Panel(
            "paths", _("Paths from {u}").format(u=source), _lean(counts), 0,
            max(float(counts.max()), 1.0), kind=hide,
        ),
        Panel(
            "weights", _("Weights of {u}").format(u=source), _lean(rows), 0,
            max(float(rows.max()), 1e-9), kind=hide,
        ),
    )  # fmt: skip
    lit = np.where(reached, np.arange(walk.cells), -1)
    looks = np.flatnonzero(walk.allowed[walk.u])
    at = np.full(steps, walk.u)
    tracks = (
        Track(name, np.broadcast_to(looks, (steps, looks.size)), chosen=at, title=_("u looks at")),
        Track("paths", lit, chosen=at, title=_("u has heard of")),
    )
    title = _("{mask}, who {u} hears of").format(mask=title_of(walk.mask), u=source)
    return Scene(
        title, panels, tracks, _narration(walk, known), "share",
        overlays=(_bridges(walk, known, name),),
    )  # fmt: skip


def _lean(values: np.ndarray) -> np.ndarray:
    return np.asarray(values, dtype=np.float32)


def _corner(cell: int, columns: int) -> tuple[float, float]:
    """Where a cell is marked: beside its number."""
    row, col = divmod(cell, columns)
    return col + 0.8, row + 0.8


def _bridges(walk: Walk, known: np.ndarray, panel: str) -> Overlay:
    """u, v and the cells between them; an edge is as wide as the weight that it stands for."""
    steps, columns = len(known), walk.grid[1]
    points = np.full((steps, 2 + MOST_BRIDGES, 2), np.nan)
    edges = np.full((steps, 2 * MOST_BRIDGES + 1, 2), -1)
    strengths = np.zeros(edges.shape[:2])
    points[:, 0], points[:, 1] = _corner(walk.u, columns), _corner(walk.v, columns)
    for s in np.flatnonzero(known):
        for i, hop in enumerate(drawn_hops(walk, int(s))):
            if hop.cell in (walk.u, walk.v):  # straight on, or v had come to u before
                edges[s, -1], strengths[s, -1] = (0, 1), max(strengths[s, -1], hop.product)
                continue
            points[s, 2 + i] = _corner(hop.cell, columns)
            edges[s, 2 * i], strengths[s, 2 * i] = (0, 2 + i), hop.last
            edges[s, 2 * i + 1], strengths[s, 2 * i + 1] = (2 + i, 1), hop.before
    most = strengths.max() or 1.0
    labels = ("u", "v", *(_("bridge {n}").format(n=i + 1) for i in range(MOST_BRIDGES)))
    return Overlay(
        panel, _("From v to u"), points, edges=edges, strengths=strengths / most,
        hollow=np.arange(2 + MOST_BRIDGES) > 1, labels=labels,
    )  # fmt: skip


def drawn_hops(walk: Walk, step: int) -> list[Hop]:
    """The heaviest ways from v to u at a step."""
    return walk.hops(step)[:MOST_BRIDGES]


def _narration(walk: Walk, known: np.ndarray) -> tuple[str, ...]:
    return tuple(
        rounded(told(walk, s))
        if known[s]
        else _("{r} recurrences: which cells … ?").format(r=s + 1)
        for s in range(len(known))
    )


def told(walk: Walk, step: int) -> str:
    """What has happened after so many recurrences, with the numbers."""
    columns = walk.grid[1]
    names = {"u": place(walk.u, columns), "v": place(walk.v, columns)}
    far = _("{r} recurrences: {u} has heard of {reached} of {all} cells.")
    if step == 0:
        far = _("1 recurrence: {u} looks at {reached} of {all} cells.")
    far = far.format(r=step + 1, reached=int(walk.reached[step].sum()), all=walk.cells, **names)
    hops, count = walk.hops(step), int(walk.counts[step, walk.v])
    if not count:
        return together((far, _("Nothing of {v} has come to it.").format(**names)))
    weight = number(walk.rows[step, walk.v])
    if step == 0:
        said = _("It takes {weight} of {v}.").format(weight=weight, **names)
        return together((far, said))
    ways = _("{count} paths lead to {v}: {sum} = {weight}.").format(
        count=f"{count:,}", sum=summed(walk, hops), weight=weight, **names
    )
    return together((far, ways))


def summed(walk: Walk, hops: list[Hop], most: int = 3) -> str:
    """The ways from v to u as a sum: what u takes from a cell, times what that had of v."""
    terms = [
        _("{last}·{before} by way of {cell}").format(
            last=number(hop.last, 3), before=number(hop.before, 3),
            cell=place(hop.cell, walk.grid[1]),
        )
        for hop in hops[:most]
    ]  # fmt: skip
    rest = sum(hop.product for hop in hops[most:])
    if len(hops) > most:
        terms.append(
            _("{rest} by way of {n} others").format(rest=number(rest, 3), n=len(hops) - most)
        )
    return " + ".join(terms)
