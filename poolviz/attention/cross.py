"""Attention along a cell's own row and column, without the other cells' scores."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.attention.flow import Grid, Rule, Value
from poolviz.attention.rows import HARMLESS, effective_keys


@dataclass(frozen=True, eq=False)
class Cross:
    """A map of weights of which row u holds the H + W - 1 cells of u's row and column.

    ``row`` (..., H, W, W): cell (r, c) to the cells of row r; ``column`` (..., W, H, H): cell
    (r, c), at [c, r], to those of column c, where the cell itself weighs 0, for it stands in its
    row already. Both times ``share`` (..., H, W) are weights.
    """

    row: np.ndarray
    column: np.ndarray
    share: np.ndarray
    grid: Grid

    @cached_property
    def cells(self) -> np.ndarray:
        """The keys of each query, flat cells ``(N, W + H - 1)``: its row, then the rest of its
        column."""
        h, w = self.grid
        r, c = (each.ravel()[:, None] for each in np.indices(self.grid))
        others = np.arange(h - 1)
        column = (others + (others >= r)) * w + c
        return np.concatenate((r * w + np.arange(w), column), 1)

    @cached_property
    def weights(self) -> np.ndarray:
        """W ``(..., N, W + H - 1)``, as ``cells`` lists them."""
        h, w = self.grid
        lead = self.share.shape[:-2]
        row = self.row * self.share[..., None]
        column = across(self.column) * self.share[..., None]
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
        out = np.zeros((*self.weights.shape[:-1], n), self.share.dtype)
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
    cross = _weighed(queries, keys, grid)
    row, column, share = cross.row, cross.column, cross.share[..., None]
    y = row @ values
    y += across(column @ across(values))
    y *= share
    held: dict[str, object] = {}

    def back(d: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        dy = maps(d) * share
        along, down = dy, across(dy)
        dv = _t(row) @ along + across(_t(column) @ down)
        delta = (dy * y).sum(-1, keepdims=True)
        ds_row = row * (along @ _t(values) - delta)
        ds_column = column * (down @ _t(across(values)) - across(delta))
        dq = ds_row @ keys + across(ds_column @ across(keys))
        dk = _t(ds_row) @ queries + across(_t(ds_column) @ across(queries))
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
    return made, cross


def _weighed(queries: np.ndarray, keys: np.ndarray, grid: Grid) -> Cross:
    """One softmax over the scores of each cell's row and column."""
    h, w = grid
    row, column = queries @ _t(keys), across(queries) @ _t(across(keys))
    most = max(np.abs(each).max(initial=0) for each in (row, column))
    cell = np.arange(h)
    column[..., cell, cell] = -np.inf  # its second copy
    if not most <= HARMLESS:
        top = np.maximum(row.max(-1), np.swapaxes(column.max(-1), -1, -2))
        row -= top[..., None]
        column -= np.swapaxes(top, -1, -2)[..., None]
    np.exp(row, out=row)
    np.exp(column, out=column)
    total = row @ np.ones(w, row.dtype)
    total += np.swapaxes(column @ np.ones(h, column.dtype), -1, -2)
    return Cross(row, column, 1 / total, grid)


def _t(array: np.ndarray) -> np.ndarray:
    return np.swapaxes(array, -1, -2)


def across(array: np.ndarray) -> np.ndarray:
    """Rows of a map as its columns: (..., H, W, n) as (..., W, H, n)."""
    return np.swapaxes(array, -2, -3)
