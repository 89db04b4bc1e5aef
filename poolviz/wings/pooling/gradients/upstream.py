"""The upstream gradient, dL/dy: ones, random by a seed, one hot, or a person's own numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from poolviz.readers import LARGEST_PACKED, pack_matrix, unpack_matrix
from poolviz.stage.control import Choice, Control, Grid, Pair, Values, Whole
from poolviz.stage.link import write_pair
from poolviz.stage.matrix import LARGEST_SEED
from poolviz.stage.page import Fitted
from poolviz.text import N_, _
from poolviz.wings.pooling.core.controls import Is, run_of

KINDS = {
    "ones": N_("All ones"),
    "random": N_("Random"),
    "one-hot": N_("One hot"),
    "own": N_("Your own numbers"),
}


def upstream(values: Mapping[str, Any], shape: tuple[int, ...]) -> np.ndarray:
    """The gradient that the values describe, for an output of this shape: float64 (H, W).

    Random numbers are multiples of 0.5 from -2 to 2 without 0. One's own are cut to the shape, and
    filled up with 1.
    """
    kind = values["upstream"]
    dy = np.ones(shape)
    if kind == "random":
        steps = np.random.default_rng(values["dy_seed"]).integers(1, 5, (*shape, 2))
        dy = np.where(steps[..., 1] > 2, 0.5, -0.5) * steps[..., 0]
    elif kind == "one-hot":
        dy = np.zeros(shape)
        row, col = values["dy_cell"]
        dy[min(row, shape[0] - 1), min(col, shape[1] - 1)] = 1
    elif kind == "own" and values["dy"]:
        given = unpack_matrix(values["dy"])
        rows, cols = np.minimum(given.shape, shape)
        dy[:rows, :cols] = given[:rows, :cols]
    return dy


def _out(values: Values) -> tuple[int, ...]:
    return run_of(values).output.shape


def _offered(values: Values) -> tuple[str, ...]:
    small = max(_out(values)) <= LARGEST_PACKED
    return tuple(kind for kind in KINDS if small or kind != "own")


def _taking(values: Values, kind: str) -> Mapping[str, Any]:
    """One's own numbers begin where one is."""
    return {"dy": pack_matrix(upstream(values, _out(values)))} if kind == "own" else {}


UPSTREAM = (
    Control(
        "upstream", N_("Upstream gradient, dL/dy"),
        Choice(_offered, lambda kind: _(KINDS[kind]), known=tuple(KINDS), also=_taking), "ones",
        N_("What the rest of the network hands back: how much the loss moves per output."),
    ),
    Control(
        "dy_seed", N_("Seed"), Whole(0, LARGEST_SEED, look="seed"), 0,
        when=Is("upstream", "random"), with_="upstream",
    ),
    Control(
        "dy_cell", N_("Output cell"),
        Pair(0, 10**6, both=True), (0, 0),
        when=Is("upstream", "one-hot"), with_="upstream",
    ),
    Control(
        "dy", N_("dL/dy, each number"), Grid(lambda values: upstream(values, _out(values))), None,
        when=Is("upstream", "own"), with_="upstream",
    ),
)  # fmt: skip


def fit(values: Values) -> Fitted:
    """A cell that the output has; one's own numbers need an output that they fit."""
    out = _out(values)
    if values["upstream"] == "one-hot":
        cell = values["dy_cell"]
        there = min(cell[0], out[0] - 1), min(cell[1], out[1] - 1)
        if there == cell:
            return values, ()
        told = _("{name} was {old}; {new} is the most that is possible here.").format(
            name=_("Output cell"), old=write_pair(cell), new=write_pair(there)
        )
        return values.but(dy_cell=there), (told,)
    if values["upstream"] != "own" or max(out) <= LARGEST_PACKED:
        return values, ()
    said = _("Numbers of your own need an output of at most 16 × 16; these are ones.")
    return values.but(upstream="ones"), (said,)
