"""The gradient of attention played: an output sends 1 back along three paths, and sums grow.

Values receive their weight, dV = Wᵀ dY. Scores only redistribute, dS = W ∘ (dY Vᵀ − δ); through
them keys receive dK = c dSᵀ Q and the query dQ = c dS K.
"""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, rounded
from poolviz.stage.cache import kept
from poolviz.stage.scene import Panel, Scene, Track
from poolviz.text import _, together
from poolviz.wings.attention.attend.asking import MANY, Made
from poolviz.wings.attention.attend.scene import called, input_panel, key_called
from poolviz.wings.pooling.core.window_scene import reach

FAINT = 0.005
"""A cell that receives less than this part of the most has no arrow; its sum is written."""


@dataclass(frozen=True, eq=False)
class Sent:
    """What some outputs send ``(S, M)``: to values, keys and scores; ``query`` ``(S,)``."""

    tokens: np.ndarray
    values: np.ndarray
    keys: np.ndarray
    scores: np.ndarray
    query: np.ndarray


@kept
def sent_by(made: Made) -> Sent:
    """Of all queries; on a large map of the pinned ones."""
    order = made.order
    if len(order) * len(made.k.array) > MANY**2:
        pinned = [made.query] if made.second in (None, made.query) else [made.query, made.second]
        order = np.array(pinned)
    w, dy = made.rows(order), made.upstream
    v, k = made.v.array[:, 0], made.k.array[:, 0]
    q = made.q.array[order]
    if made.norm == "softmax":
        ds = w * (dy * v - dy * made.taken[order, None])
    else:
        mask = np.ones(w.shape, bool) if made.run.mask is None else made.run.mask[order]
        let = mask if made.norm == "count" else mask & (w > 0)
        ds = np.where(let, dy * v / mask.sum(1, keepdims=True), 0)
    toward_key = 1.0 if made.wide else q - k if made.values["form"] == "similar" else q
    toward_query = np.ones(len(k)) if made.wide else k
    return Sent(order, dy * w, made.scale * ds * toward_key, ds,
                made.scale * (ds * toward_query).sum(1))  # fmt: skip


@kept
def backward_scene(made: Made, hidden: bool) -> Scene:
    """Panels input, what is received along each path (summed), and what is sent."""
    sent = sent_by(made)
    order = sent.tokens
    n, m = len(made.q.array), len(made.k.array)
    every = np.tile(np.arange(m), (len(order), 1))
    own = order[:, None]
    given = {
        "values": ("dv", _("Values: dL/dv"), every, sent.values, made.keys),
        "keys": ("dk", _("Keys: dL/dk"), every, sent.keys, made.keys),
        "query": ("dq", _("Query: dL/dq"), own, sent.query[:, None], made.size),
    }
    panels, tracks = [input_panel(made)], []
    if not made.tokens:
        tracks.append(Track("input", chosen=order))
    for path in made.paths:
        name, title, cells, added, shape = given[path]
        total = np.zeros(shape).ravel()
        np.add.at(total, cells, added)
        if hidden:
            added = np.zeros_like(added)
        drawn = np.where(np.abs(added) < FAINT * np.abs(added).max(initial=0), 0, added)
        panels.append(
            Panel(name, title, total.reshape(shape), *reach(total), "diverging", "summed")
        )
        tracks.append(
            Track(name, cells, drawn.astype(np.float32), added=added.astype(np.float32),
                  relative=True, withheld=0 if hidden else None)
        )  # fmt: skip
    dy = np.where(np.isin(np.arange(n), order), 1.0, 0.0).reshape(made.size)
    panels.append(Panel("dy", _("Sent: dL/dy"), dy, -1, 1, "diverging"))
    tell = _asked if hidden else _told
    scene = Scene(
        _("Attention backward, along three paths"), tuple(panels), tuple(tracks),
        tuple(tell(made, sent, s) for s in range(len(order))), "exp", ("dy", order), "backward",
    )  # fmt: skip
    assert scene.wire  # computed here, once
    return scene


def _asked(made: Made, sent: Sent, s: int) -> str:
    return _("The output of {who} sends 1 back: to which keys … ?").format(
        who=called(made, int(sent.tokens[s]))
    )


def _told(made: Made, sent: Sent, s: int) -> str:
    """What a step sends along each path, with the numbers."""
    token = int(sent.tokens[s])
    if made.upstream == 0:
        return _("W_z is 0: the output of {who} sends nothing to y. W_z alone learns.").format(
            who=called(made, token)
        )
    heavy = int(np.abs(sent.values[s]).argmax())
    ds = sent.scores[s]
    lines = [
        _("The output of {who} sends {one}: the value of {whom} receives {weight}.").format(
            who=called(made, token), one=number(made.upstream, 3),
            whom=key_called(made, heavy), weight=number(sent.values[s, heavy], 3),
        ),
        _("Its score receives {weight}·(v − y) = {weight}·{gap} = {ds}, its key {dk}; the query, "
          "by way of all keys, {dq}.").format(
            weight=number(sent.values[s, heavy], 3),
            gap=number(made.v.array[heavy, 0] - made.taken[token], 3), ds=number(ds[heavy], 3),
            dk=number(sent.keys[s, heavy], 3), dq=number(sent.query[s], 3),
        )
        if made.norm == "softmax"
        else _("Its score receives {ds}, its key {dk}; the query, by all keys, {dq}.").format(
            ds=number(ds[heavy], 3), dk=number(sent.keys[s, heavy], 3),
            dq=number(sent.query[s], 3),
        ),
    ]  # fmt: skip
    return rounded(together(lines))
