"""Attention along a cell's own row and column, without the other cells' scores."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.attention.flow import Grid, Rule, Value
from poolviz.attention.rows import effective_keys, rows_of


@dataclass(frozen=True, eq=False)
class Cross:
    """A map of weights of which row u holds the H + W - 1 cells of u's row and column.

    ``both`` (..., H, W, W + H): the weights of the row's cells from the left, then of the column's
    from the top, where the cell itself weighs 0, for it stands in its row already.
    """

    both: np.ndarray
    grid: Grid

    @cached_property
    def cells(self) -> np.ndarray:
        """The keys of each query, flat cells ``(N, W + H - 1)``: its row, then the rest of its
        column."""
        return np.broadcast_to(self._cells, (self.grid[0] * self.grid[1], self._cells.shape[-1]))

    @cached_property
    def _cells(self) -> np.ndarray:
        h, w = self.grid
        r, c = (each.ravel()[:, None] for each in np.indices(self.grid))
        row = r * w + np.arange(w)
        others = np.arange(h - 1)
        column = (others + (others >= r)) * w + c
        return np.concatenate((row, column), 1)

    @cached_property
    def weights(self) -> np.ndarray:
        """W ``(..., N, W + H - 1)``, as ``cells`` lists them."""
        h, w = self.grid
        lead = self.both.shape[:-3]
        row, column = np.split(self.both, [w], -1)
        others = np.arange(h)[:, None] != np.arange(h)
        kept = np.broadcast_to(others[:, None], (*lead, h, w, h))
        column = column[kept].reshape(*lead, h * w, h - 1)
        return np.concatenate((row.reshape(*lead, h * w, w), column), -1)

    @cached_property
    def effective(self) -> np.ndarray:
        """How many keys a query really uses ``(..., N)``."""
        return effective_keys(self.weights)

    def dense(self) -> np.ndarray:
        """The same as N x N weights, 0 off the cross."""
        n = len(self.cells)
        out = np.zeros((*self.weights.shape[:-1], n), self.both.dtype)
        at = np.broadcast_to(self.cells, self.weights.shape)
        np.put_along_axis(out, at, self.weights, -1)
        return out


def criss_cross(q: Value, k: Value, v: Value, grid: Grid) -> tuple[Value, Cross]:
    """y_u = sum over the cells of u's row and column of softmax(q_u . k) v.

    Two batched products, rows and columns of the map, and one softmax over both; the cell itself
    is counted once. Tokens ``(..., N, d)`` -> ``(..., N, e)``; memory O(N (H + W)).
    """
    h, w = grid

    def maps(tokens: np.ndarray) -> np.ndarray:
        return tokens.reshape(*tokens.shape[:-2], h, w, tokens.shape[-1])

    def tokens(array: np.ndarray) -> np.ndarray:
        return array.reshape(*array.shape[:-3], h * w, array.shape[-1])

    queries, keys, values = (maps(each.array) for each in (q, k, v))
    both = np.concatenate((queries @ _t(keys), _across(_across(queries) @ _t(_across(keys)))), -1)
    r = np.arange(h)
    both[..., r, :, w + r] = -np.inf  # its second copy
    rows = rows_of(both, "softmax", None)
    weights = rows.divided()
    row, column = weights[..., :w], _across(weights[..., w:])
    y = row @ values + _across(column @ _across(values))
    held: dict[str, object] = {}

    def back(d: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        dy = maps(d)
        across = _across(dy)
        dv = _t(row) @ dy + _across(_t(column) @ across)
        dw = np.concatenate((dy @ _t(values), _across(across @ _t(_across(values)))), -1)
        ds = weights * (dw - (dy * y).sum(-1, keepdims=True))
        along, down = ds[..., :w], _across(ds[..., w:])
        dq = along @ keys + _across(down @ _across(keys))
        dk = _t(along) @ queries + _across(_t(down) @ _across(queries))
        return tokens(dq), tokens(dk), tokens(dv)

    def rule(i: int) -> Rule:
        def one(d: np.ndarray) -> np.ndarray:
            if held.get("of") is not d:
                held.update(of=d, parts=back(d))
            parts = held["parts"]
            assert isinstance(parts, tuple)
            return np.asarray(parts[i])

        return one

    made = Value(tokens(y), *((each, rule(i)) for i, each in enumerate((q, k, v))))
    return made, Cross(weights, grid)


def _t(array: np.ndarray) -> np.ndarray:
    return np.swapaxes(array, -1, -2)


def _across(array: np.ndarray) -> np.ndarray:
    """Rows of a map as its columns."""
    return np.swapaxes(array, -2, -3)
