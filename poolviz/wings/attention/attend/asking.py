"""What /attend computes: queries, keys and values of a map, the run, and its gradients."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.attention.attended import Attended
from poolviz.attention.flow import Value, attended, ones_beside, pooled, scaled
from poolviz.attention.rows import effective_keys
from poolviz.pooling import Max, Sliding
from poolviz.stage.cache import NAMING
from poolviz.stage.control import Values
from poolviz.text import _, together
from poolviz.wings.attention.attend.controls import (
    PATHS,
    backward,
    cells_ask,
    norm_of,
    shrunk,
    side_of,
    subsampled,
)
from poolviz.wings.attention.attend.forms import FORMS, MASKS, Grid
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.channels import scaled as from_0_to_1

MANY = 64
"""Queries up to which all weights travel as they are, and every step of a gradient is played."""
LARGEST = 1e6
PARTING = 256
"""Queries up to which a causal mask is played: half of all pairs travel with it."""


@dataclass(frozen=True, eq=False)
class Made:
    """A run and what it was made of. ``map``: the numbers that are shown, ``x``: those that ask,
    a column; ``q`` and ``k`` one number a token (``wide``: the form has a second, constant one).

    ``size`` of the map of queries, ``keys`` of that of keys. ``said``: what became of the input.
    """

    values: Values
    map: np.ndarray
    palette: str
    said: tuple[str, ...]
    x: Value
    q: Value
    k: Value
    v: Value
    y: Value
    run: Attended
    size: Grid
    keys: Grid

    @property
    def wide(self) -> bool:
        """Whether queries and keys have a constant beside their number."""
        return bool(self.values["form"] == "concatenation")

    @property
    def norm(self) -> str:
        """The norm, "queries" for the mistaken one."""
        return norm_of(self.values)

    @property
    def scale(self) -> float:
        """c."""
        return self.run.scale

    @property
    def backward(self) -> bool:
        """Whether gradients run back."""
        return backward(self.values)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that are shown, all where none is chosen."""
        return tuple(self.values["paths"]) or tuple(PATHS)

    @property
    def tokens(self) -> bool:
        """Whether rows of q, k and v are tokens, not the cells of a map."""
        return not cells_ask(self.values)

    @property
    def here(self) -> bool:
        """Whether the keys are cells of the map itself."""
        return not self.tokens and self.keys == self.size

    @property
    def plain(self) -> bool:
        """Whether keys and values are the map's own numbers, so that one panel shows all."""
        own = self.x.array
        return self.here and all(np.array_equal(one.array, own) for one in (self.k, self.v))

    @property
    def query(self) -> int:
        """The token that asks first."""
        row, col = self.values["query"]
        return int(row * self.size[1] + col)

    @property
    def second(self) -> int | None:
        """The second pinned query."""
        place = self.values["query2"]
        return None if place is None else int(place[0] * self.size[1] + place[1])

    @cached_property
    def order(self) -> np.ndarray:
        """The token that each step is about: the pinned one, then all others as they are read."""
        n = self.size[0] * self.size[1]
        return np.array([self.query, *(i for i in range(n) if i != self.query)])

    @property
    def small(self) -> bool:
        """Whether all weights are few enough to be kept."""
        return len(self.q.array) * len(self.k.array) <= PARTING**2

    def rows(self, which: Sequence[int] | np.ndarray) -> np.ndarray:
        """The weights of some queries ``(n, M)``."""
        if self.norm == "queries":
            return self.over_queries[np.asarray(which)]
        if self.small:
            return self.run.weights[np.asarray(which)]
        return np.concatenate([self.run.rows(slice(int(i), int(i) + 1)) for i in which])

    def row(self, token: int) -> np.ndarray:
        """The weights of one query ``(M,)``."""
        row: np.ndarray = self.rows([token])[0]
        return row

    @cached_property
    def over_queries(self) -> np.ndarray:
        """The mistake: weights whose columns sum to 1, not their rows."""
        scores = self.run.scores
        raised = np.exp(scores - scores.max(0))
        return np.asarray(raised / raised.sum(0))

    @cached_property
    def taken(self) -> np.ndarray:
        """y ``(N,)``, before anything is done with it."""
        if self.norm == "queries":
            return np.asarray(self.over_queries @ self.v.array[:, 0])
        return self.y.array[:, 0]

    @cached_property
    def output(self) -> np.ndarray:
        """y, or z = x + W_z y, ``(N,)``."""
        if not self.values["residual"]:
            return self.taken
        return np.asarray(self.x.array[:, -1] + self.values["w_z"] * self.taken)

    @cached_property
    def effective(self) -> np.ndarray:
        """How many keys each query really uses ``(N,)``."""
        if self.norm == "queries":
            return effective_keys(self.over_queries)
        return self.run.effective

    @cached_property
    def upstream(self) -> float:
        """What each y receives where each output receives 1."""
        return float(self.values["w_z"]) if self.values["residual"] else 1.0

    @cached_property
    def received(self) -> np.ndarray:
        """What the numbers of the input receive where every output sends 1, in the map's shape."""
        self.y.backward(np.full(self.y.shape, self.upstream))
        given = self.x.gradient
        assert given is not None
        if self.values["residual"]:
            given = given + np.eye(given.shape[1])[-1]
        return given.reshape(self.map.shape)

    def number(self, token: int) -> float:
        """The number that a token asks with, as it stands in the map."""
        return float(self.x.array[token, 0])


NAMING[Made] = lambda made: made.values.only(set(made.values) - {"step", "mode"}).name


def compute(values: Values) -> Made:
    """The chosen attention over the chosen input."""
    shown, palette, said = _map(values)
    tokens = not cells_ask(values)
    if tokens:
        x = Value(shown)
        asks, asked, taken = (_column(x, i) for i in range(3))
        size: Grid = (len(shown), 1)
    else:
        x = asks = asked = taken = Value(shown.reshape(-1, 1))
        size = (shown.shape[0], shown.shape[1])
    form, learns = values["form"], FORMS[values["form"]].learned
    theta, phi = (values["theta"], values["phi"]) if learns else (1.0, 1.0)
    q = _view(asks, theta, values["query_bias"])
    keys = size
    if not subsampled(values):
        k, v = _view(asked, phi, values["bias"]), _view(taken, values["g"], values["value_bias"])
    elif min(size) < 2:
        raise ValueError(_("subsample needs a map of at least 2 × 2 cells"))
    elif values["pool_at"] == "before":
        small, keys = pooled(x, size, Max(), Sliding(2))
        k, v = _view(small, phi, values["bias"]), _view(small, values["g"], values["value_bias"])
    else:
        k, keys = pooled(_view(x, phi, values["bias"]), size, Max(), Sliding(2))
        v = pooled(_view(x, values["g"], values["value_bias"]), size, Max(), Sliding(2))[0]
    mask, c, norm = _mask(values, size), float(values["scale"]), norm_of(values)
    if norm == "queries" and max(len(q.array), len(k.array)) > MANY:
        raise ValueError(_("norm over queries is shown on maps of at most 8 × 8 cells"))
    wide = form == "concatenation"
    y, run = attended(
        ones_beside(q, after=True) if wide else q,
        ones_beside(k, after=False) if wide else k,
        v,
        mask=mask,
        scale=c,
        norm="softmax" if norm == "queries" else norm,
        bias=scaled(k * k, -c / 2).T if form == "similar" else None,
    )
    return Made(values, shown, palette, said, x, q, k, v, y, run, size, keys)


def _map(values: Values) -> tuple[np.ndarray, str, tuple[str, ...]]:
    """The numbers of the input, its colours, and what became of it."""
    matrix, palette = shared.matrix_of(values), shared.palette_of(values)
    if not np.isfinite(matrix).all() or np.abs(matrix).max() > LARGEST:
        raise ValueError(_("matrix must hold numbers from −1,000,000 to 1,000,000 here"))
    if not cells_ask(values):
        if matrix.shape[1] != 3 or len(matrix) > MANY:
            raise ValueError(
                _("tokens as rows need three columns, q, k and v, and at most {most} rows").format(
                    most=MANY
                )
            )
        return matrix, palette, ()
    said = []
    small = shrunk(matrix)
    if small.shape != matrix.shape:
        side = side_of(matrix.shape)
        said.append(
            _("Shrunk from {h} × {w} to {rows} × {cols}: means of {side} × {side} cells.").format(
                h=matrix.shape[0], w=matrix.shape[1], rows=small.shape[0], cols=small.shape[1],
                side=min(side, *matrix.shape),
            )
        )  # fmt: skip
    if palette == "grey":
        small = from_0_to_1(small)
        said.append(_("The picture counts from 0 (its darkest cell) to 1 (its lightest)."))
    return small, palette, (together(said),) if said else ()


def _mask(values: Values, size: Grid) -> np.ndarray | None:
    name = "none" if subsampled(values) else values["mask"]
    n = size[0] * size[1]
    if name == "causal" and n > PARTING:
        raise ValueError(
            _("mask “{mask}” is shown on maps of at most 16 × 16 cells").format(
                mask=_(MASKS[name].title)
            )
        )
    mask = MASKS[name].make(n, size)
    return None if mask is None else np.asarray(mask)


def _column(x: Value, i: int) -> Value:
    """One column of tokens; its gradient belongs to that column."""
    hot = np.arange(x.shape[1]) == i
    return Value(x.array[:, i : i + 1], (x, lambda d: d * hot))


def _view(x: Value, weight: float, bias: float) -> Value:
    """weight x + bias, x itself where that changes nothing."""
    if (weight, bias) == (1.0, 0.0):
        return x
    seen = x if weight == 1.0 else scaled(x, weight)
    return seen + Value(np.full((1,), bias)) if bias else seen
