"""Six queries of each net as key panels in the same colours; and those of a net that learns."""

from base64 import b64decode
from collections.abc import Sequence

import numpy as np

from poolviz.attention.tiny import FLAG, KINDS, SIDE, TASKS, Maps, Net
from poolviz.numbers import number, rounded
from poolviz.stage.scene import Ground, Overlay, Panel, Scene, Track
from poolviz.text import _, clauses, titled
from poolviz.wings.attention.context.nets import (
    CHUNK,
    KIND_NAMES,
    QUERIES,
    Shown,
    drawn,
    looked_at,
)

CELLS = SIDE * SIDE
CLEAR = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP4//8/AwAI/AL+eMSy"
    "sAAAAABJRU5ErkJggg=="
)
"""A pixel that nobody sees, as PNG: the ground is the page's own, white on paper."""


def queries_scene(nets: Sequence[Shown], hidden: int | None = None) -> Scene:
    """A row of six key panels a net, a step a query, which asks in all nets at once.

    From step ``hidden`` on no panel says where it looks.
    """
    steps, told = np.arange(QUERIES), QUERIES if hidden is None else hidden
    parts = []
    for net in nets:
        for k in range(QUERIES):
            panel, dots = _panel(net.net.task.name, k, net.maps, breaks=k == 0)
            rows = np.where((steps[:, None] >= k) & (k < told), net.rows[k], 0)
            chosen = np.where(steps >= k, net.queries[k], -1)
            parts.append((panel, _track(panel.name, rows, chosen), dots))
    sentences = []
    for k in range(QUERIES):
        looks = [titled(_(net.net.task.title), net.looks(k)) for net in nets]
        said = clauses(looks) if k < told else _("predict first")
        sentences.append(titled(_("Query {n}").format(n=k + 1), said))
    panels, tracks, overlays = zip(*parts, strict=True)
    return Scene(
        _("Six queries of three nets"), panels, tracks, tuple(map(rounded, sentences)),
        overlays=overlays,
    )  # fmt: skip


def training_scene(task: str, block: str, seed: int, steps: int, most: int) -> Scene:
    """The six maps of a net while it learns: a step each time that it is looked at."""
    at = [*range(0, steps, CHUNK), steps]
    looks = [looked_at(task, block, seed, done) for done in at]
    net = Shown(Net.fresh(task, block, seed), drawn(task, seed))
    parts = []
    for k in range(QUERIES):
        panel, dots = _panel(task, k, net.maps)
        rows = np.stack([rows[k] for rows, _loss, _found in looks])
        track = _track(panel.name, rows, np.full(len(at), net.queries[k]))
        parts.append((panel, track, dots))
    text = _("{steps} steps: loss {loss}, D of the dots {distance}, effective keys {effective}")
    sentences = tuple(
        rounded(
            text.format(
                steps=done, loss=number(loss), distance=number(found.at_dots, 3),
                effective=number(found.effective, 3),
            )
        )
        for done, (_rows, loss, found) in zip(at, looks, strict=True)
    )  # fmt: skip
    panels, tracks, overlays = zip(*parts, strict=True)
    return Scene(
        titled(_(TASKS[task].title), _("six queries while it learns")), panels, tracks, sentences,
        overlays=overlays, run=f"{task} {block} {seed}", growing=steps < most,
    )  # fmt: skip


def _track(name: str, rows: np.ndarray, chosen: np.ndarray) -> Track:
    """The veil of a panel, rows ``(S, 64)``, and the cell that asks ``(S,)``."""
    lit = rows.any(-1, keepdims=True)
    cells = np.where(lit, np.arange(CELLS), -1)
    return Track(name, cells, rows, chosen, relative=True, look="veil")


def _panel(task: str, k: int, maps: Maps, breaks: bool = False) -> tuple[Panel, Overlay]:
    """An empty panel, and the dots of the map over it: their kind, and which are flagged."""
    name = f"{task}.{k}"
    nothing = Ground(CLEAR, _("an empty map"))
    title = titled(_(TASKS[task].title), str(k + 1))
    panel = Panel(name, title, np.zeros((SIDE, SIDE)), 0.0, 1.0, ground=nothing, breaks=breaks)
    dots = np.sort(maps.dots[0])
    x = maps.x[0, dots]
    kinds, flagged = x[:, :KINDS].argmax(-1), x[:, FLAG] > 0
    labels = tuple(
        _("flagged {kind}").format(kind=_(KIND_NAMES[kind])) if flag else _(KIND_NAMES[kind])
        for kind, flag in zip(kinds, flagged, strict=True)
    )
    places = np.stack((dots % SIDE + 0.5, dots // SIDE + 0.5), -1)
    return panel, Overlay(name, _("Dots"), places, groups=kinds, hollow=~flagged, labels=labels)
