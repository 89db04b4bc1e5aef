"""The controls of /attend: the five choices of attention, who asks, and in which direction."""

from typing import Any

import numpy as np

from poolviz.pooling import Average, Sliding, pool
from poolviz.readers import pack_matrix
from poolviz.samples import sample
from poolviz.stage.control import Choice, Control, Dial, Flag, Pair, Real, Several, Typed, Values
from poolviz.stage.link import between, pair
from poolviz.stage.page import Fitted
from poolviz.text import N_, _
from poolviz.wings.attention.attend.forms import FORMS, MASKS, NORMS, Grid
from poolviz.wings.pooling.core import controls as shared

SIDE = 28
"""Rows and columns at most; larger maps are averaged over blocks."""
TOKENS = {"cells": N_("each cell"), "rows": N_("each row: q, k, v")}
DIRECTIONS = {"forward": N_("forward"), "backward": N_("backward")}
PATHS = {"values": N_("values"), "keys": N_("keys"), "query": N_("query")}
START = {"embedded": (0.5, 0.25)}
"""Weights of queries and keys that choosing a form sets, where they are not 1."""


def learned(values: Values) -> bool:
    """Whether queries and keys have weights of their own."""
    return FORMS[values["form"]].learned


def cells_ask(values: Values) -> bool:
    """Whether each cell is a token."""
    return bool(values["tokens"] == "cells")


def norm_of(values: Values) -> str:
    """The norm, that of the form where none is chosen."""
    norm: str = values["norm"]
    return FORMS[values["form"]].norm if norm == "form" else norm


def subsampled(values: Values) -> bool:
    """Whether keys and values are those of a map pooled 2 x 2."""
    return bool(values["subsample"]) and cells_ask(values)


def backward(values: Values) -> bool:
    """Whether gradients run back."""
    return bool(values["direction"] == "backward") and norm_of(values) != "queries"


def side_of(shape: tuple[int, ...]) -> int:
    """The side of the blocks that are averaged, so that a map has at most 28 x 28 cells."""
    return -(-max(shape) // SIDE)


def grid_of(values: Values) -> Grid:
    """Rows and columns of the map of queries."""
    shape = shared.matrix_of(values).shape
    if not cells_ask(values):
        return min(shape[0], SIDE), 1
    side = min(side_of(shape), *shape)
    return shape[0] // side, shape[1] // side


def shrunk(matrix: np.ndarray) -> np.ndarray:
    """A map of at most 28 x 28 cells: the averages of blocks, a rest at the edge left out."""
    side = min(side_of(matrix.shape), *matrix.shape)
    return matrix if side == 1 else pool(matrix, Average(), Sliding(side)).output


def _last(values: Values, axis: int) -> int:
    return grid_of(values)[axis] - 1


def _ends(values: Values) -> tuple[float, float]:
    """Of the slider of the scale: numbers of a picture lie between 0 and 1."""
    least, most = (0.0, 100.0) if shared.palette_of(values) == "grey" else (-1.0, 4.0)
    now = float(values["scale"])
    return min(least, now), max(most, now)


def _place(text: str) -> tuple[int, int] | None:
    return pair(0, 10**6)(text) if text.strip() else None


def _starts(values: Values, form: str) -> dict[str, float]:
    theta, phi = START.get(form, (1.0, 1.0))
    return {"theta": theta, "phi": phi}


def _weight(name: str, label: str, help: str, when: Any, default: float = 1.0) -> Control:
    return Control(
        name, label, Real(-10, 10, 0.05, "box"), default, help, folded=True, when=when
    )  # fmt: skip


def _always(values: Values) -> bool:
    return True


ATTENTION = (
    Control(
        "form", N_("How strongly"),
        Choice(tuple(FORMS), lambda form: _(FORMS[form].title), also=_starts), "gaussian",
        N_("How two cells are compared. Similar is non-local means (Buades et al., CVPR 2005); the "
           "other four are those of Wang et al., CVPR 2018."),
    ),
    Control(
        "scale", N_("Scale"),
        Dial(lambda values: float(values["scale"]), _ends, lambda values, scale: {"scale": scale},
             0.025, "%.3f", reader=between(-1000, 1000), tries=(0.125, 2.0, -1.0, 50.0)), 1.0,
        N_("Multiplies the scores. Wang et al. have none; their code 1/√d behind a switch; "
           "Transformers always 1/√d (Vaswani et al., 2017). Here d = 1."),
    ),
    Control(
        "mask", N_("Who may be asked"),
        Choice(tuple(MASKS), lambda mask: _(MASKS[mask].title)), "none",
        N_("Row and column is CCNet's (2019), causal a Transformer decoder's, 3 × 3 that of local "
           "attention (2019)."),
        when=lambda values: not subsampled(values),
    ),
    Control(
        "direction", N_("Direction"),
        Choice(tuple(DIRECTIONS), lambda one: _(DIRECTIONS[one]), look="named"), "forward",
        N_("Backward: what an upstream gradient of 1 at each output gives values, keys and query."),
        when=lambda values: norm_of(values) != "queries",
    ),
    Control(
        "paths", N_("Paths of the gradient"),
        Several(tuple(PATHS), lambda one: _(PATHS[one]), look="pills"), tuple(PATHS),
        N_("Three ways back: dV = Wᵀ dY, dK = c dSᵀ Q, dQ = c dS K."),
        folded=True, when=backward,
    ),
    Control(
        "query", N_("Query"), Pair(0, SIDE - 1, _last, both=True), (1, 1),
        N_("The cell that asks first. Rows and columns count from 0."), folded=True,
        resets={"step": 0},
    ),
    Control(
        "query2", N_("Second query"), Typed(_place, "1,3", (None, (0, 0), (1, 0))), None,
        N_("Another cell, to compare with: row, column."), folded=True,
    ),
    Control(
        "subsample", N_("Pool the keys 2 × 2"), Flag(), False,
        N_("Max-pooled keys and values, a quarter as many (Wang et al., CVPR 2018, section 3.3)."),
        folded=True, when=cells_ask,
    ),
    Control(
        "pool_at", N_("Pool"),
        Choice(("before", "after"),
               lambda at: {"before": _("before the weights"), "after": _("after the weights")}[at]),
        "before",
        N_("Before the weights φ and g: the official code. After: the paper's text, common ports."),
        folded=True, when=subsampled,
    ),
    Control(
        "norm", N_("Norm"), Choice(tuple(NORMS), lambda norm: _(NORMS[norm])), "form",
        N_("What makes weights of scores. The number of keys counts those that remain after "
           "pooling, as in the official code."),
        folded=True,
    ),
    _weight("theta", N_("Weight of queries θ"), N_("W_θ of a map with one channel."), learned),
    _weight("phi", N_("Weight of keys φ"), N_("W_φ of a map with one channel."), learned),
    _weight("g", N_("Weight of values g"), N_("W_g of a map with one channel."), _always),
    _weight("bias", N_("Bias of keys"), N_("Added to each key. Watch what it changes."),
            _always, 0.0),
    _weight("query_bias", N_("Bias of queries"),
            N_("Added to each query: the same for all, as GCNet's one query (Cao et al., 2019)."),
            _always, 0.0),
    _weight("value_bias", N_("Bias of values"), N_("Added to each value."), _always, 0.0),
    Control(
        "residual", N_("Add it to the input"), Flag(), False,
        N_("z = x + W_z y, the whole block (Wang et al., CVPR 2018, eq. 6)."), folded=True,
    ),
    _weight("w_z", N_("Last weight W_z"),
            N_("0 at the start, so that a fresh block changes nothing (Wang et al., section 4.1)."),
            lambda values: bool(values["residual"]), 0.0),
    Control(
        "tokens", N_("A token is"),
        Choice(tuple(TOKENS), lambda one: _(TOKENS[one])), "cells",
        N_("Each cell asks all cells; or each row of a matrix with three columns is a query, a "
           "key and a value of its own."),
        folded=True, resets={"step": 0},
    ),
)  # fmt: skip

CONTROLS = (*shared.INPUT, *ATTENTION, shared.MODE, shared.STEP)
ASKED_ABOUT = tuple(
    control.key
    for control in CONTROLS
    if not control.passing and control.key not in ("query2", "paths")
)
"""With these the questions begin again; what is only looked at beside takes no answer away."""


def fit(values: Values) -> Fitted:
    """Queries that lie in the map, and a sentence for each that had to move."""
    grid = grid_of(values)
    said = []
    for control in ATTENTION:
        if control.key not in ("query", "query2") or values[control.key] is None:
            continue
        old = values[control.key]
        new = tuple(min(at, n - 1) for at, n in zip(old, grid, strict=True))
        if new == old:
            continue
        values = values.but(**{control.key: new})
        if control.key == "query" and old == control.default:
            continue  # nobody asked for it
        told = _("{name} was {old}; the map ends at {new}.")
        said.append(told.format(name=_(control.label), old=_of(old), new=_of(new)))
    return values, tuple(said)


def _of(place: tuple[int, ...]) -> str:
    return ",".join(map(str, place))


PLAIN: dict[str, Any] = {
    "sample": "worked-example", "matrix": None, "large": None, "picture": False,
    **{control.key: control.default for control in ATTENTION},
}  # fmt: skip
"""The page as it is at first: the worked example, Gaussian."""


def at(**changed: Any) -> dict[str, Any]:
    """The page as it is at first, with these values changed."""
    return {**PLAIN, **changed}


def with_matrix(matrix: Any, **changed: Any) -> dict[str, Any]:
    """The page as it is at first, but over a matrix."""
    return {**PLAIN, "sample": "own", "matrix": pack_matrix(np.asarray(matrix, float)), **changed}


THREE = ((1.0, 0.0, 6.0), (1.0, float(np.log(2)), 3.0), (1.0, float(np.log(3)), 2.0))
"""Three tokens with one query: keys 0, ln 2, ln 3 and values 6, 3, 2."""
PAIRED = ((1.0, 1.0, 1.0), (1.0, 1.0, 2.0), (1.0, 0.0, 5.0))
"""Two keys that are equally best, with values 1 and 2."""


def three_keys(**changed: Any) -> dict[str, Any]:
    """The values that show the three keys."""
    return with_matrix(THREE, tokens="rows", query=(0, 0), **changed)


def shuffled() -> np.ndarray:
    """The cells of the worked example in another order, the same at each time."""
    x = sample("worked-example")
    return x.ravel()[np.random.default_rng(1).permutation(x.size)].reshape(x.shape)
