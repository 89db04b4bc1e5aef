"""A run of attention: its output block by block, its weights where they are asked for, and the way
back along values, keys, queries and bias."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, NamedTuple

import numpy as np

from poolviz.attention.rows import HARMLESS, Rows, effective_keys, rows_of
from poolviz.text import _

__all__ = ["Attended", "Gradients", "summed_to"]

BLOCK = 256
"""Queries at work at once: a block of weights that stays in the processor's cache."""
MOST = 2**22
"""Weights at work at once, however many leading axes there are."""
LARGEST = 2**28
"""Bytes that weights or scores may take when they are asked for as a whole: 268 MB."""


class Gradients(NamedTuple):
    """What comes back to each argument, in its shape; ``dbias`` is None without a bias."""

    dq: np.ndarray
    dk: np.ndarray
    dv: np.ndarray
    dbias: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Attended:
    """A run of ``attend``: its arguments, and what follows from them, computed when asked for."""

    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    mask: np.ndarray | None
    scale: float
    norm: str
    bias: np.ndarray | None
    dtype: np.dtype[Any]

    def check(self) -> None:
        """``ValueError`` where shapes do not fit."""
        q, k, v = self.q.shape, self.k.shape, self.v.shape
        if q[-1] != k[-1]:
            raise ValueError(
                _("q and k must have the same number of columns, got {q} and {k}").format(q=q, k=k)
            )
        if k[-2] != v[-2]:
            raise ValueError(
                _("k and v must have the same number of rows, got {k} and {v}").format(k=k, v=v)
            )
        if self.mask is not None and self.mask.dtype != bool:
            raise ValueError(
                _("mask must be bool, True where a query may look, got {dtype}").format(
                    dtype=self.mask.dtype
                )
            )
        try:
            whole = (*self.lead, q[-2], k[-2])
            for each in (self.mask, self.bias):
                if each is not None and np.broadcast_shapes(each.shape, whole) != whole:
                    raise ValueError
        except ValueError:
            shapes = [
                x.shape for x in (self.q, self.k, self.v, self.mask, self.bias) if x is not None
            ]
            raise ValueError(
                _("leading axes, mask and bias must broadcast to (..., N, M), got {shapes}").format(
                    shapes=shapes
                )
            ) from None

    @cached_property
    def lead(self) -> tuple[int, ...]:
        """The leading axes of the output."""
        return np.broadcast_shapes(self.q.shape[:-2], self.k.shape[:-2], self.v.shape[:-2])

    @property
    def shape(self) -> tuple[int, ...]:
        """That of weights and scores: ``(..., N, M)``."""
        return (*self.lead, self.q.shape[-2], self.k.shape[-2])

    @cached_property
    def _working(self) -> np.dtype[Any]:
        return np.dtype(np.float32) if self.dtype == np.float16 else self.dtype

    @cached_property
    def _factors(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """scale q, k transposed, v, ready for products."""
        q = np.multiply(self.q, self.scale, dtype=self._working)
        k = np.ascontiguousarray(np.swapaxes(self.k, -1, -2), dtype=self._working)
        return q, k, np.ascontiguousarray(self.v, dtype=self._working)

    @cached_property
    def _step(self) -> int:
        """Queries of a block."""
        each = prod(self.lead) * self.k.shape[-2]
        return max(1, min(BLOCK, MOST // max(each, 1)))

    def _blocks(self) -> Iterator[slice]:
        n = self.q.shape[-2]
        return (slice(at, min(at + self._step, n)) for at in range(0, n, self._step))

    @cached_property
    def _small(self) -> bool:
        """Whether the exponential of every score is harmless: |q . k| <= |q| |k|, so that no row
        needs its maximum found and taken off."""
        q, k, _v = self._factors
        with np.errstate(invalid="ignore", over="ignore"):
            asking = np.einsum("...id,...id->...i", q, q).max(initial=0)
            asked = np.einsum("...dj,...dj->...j", k, k).max(initial=0)
            most = np.sqrt(asking * asked)
            if self.bias is not None:
                most = most + np.abs(self.bias).max(initial=0)
        return bool(most <= HARMLESS)  # NaN is not

    @cached_property
    def _room(self) -> np.ndarray | None:
        """Where the scores of a block are written; None where v has leading axes of its own."""
        both = np.broadcast_shapes(self.q.shape[:-2], self.k.shape[:-2])
        if both != self.lead:
            return None
        return np.empty((*both, self._step, self.k.shape[-2]), self._working)

    def _scores(self, some: slice, room: np.ndarray | None = None) -> np.ndarray:
        q, k, _v = self._factors
        asking = q[..., some, :]
        out = None if room is None else room[..., : asking.shape[-2], :]
        with np.errstate(invalid="ignore", over="ignore"):  # what is masked may be anything
            scores = np.matmul(asking, k, out=out)
            if self.bias is not None:
                bias = _some(self.bias, some).astype(self._working, copy=False)
                scores = scores + bias if out is None else np.add(scores, bias, out=out)
        if scores.shape[:-2] != self.lead:
            scores = np.broadcast_to(scores, (*self.lead, *scores.shape[-2:])).copy()
        return scores

    def _rows(self, some: slice, room: np.ndarray | None = None) -> Rows:
        """The rows of a block; in ``room`` they last until the next."""
        allowed = None if self.mask is None else _some(self.mask, some)
        with np.errstate(invalid="ignore", over="ignore"):
            return rows_of(self._scores(some, room), self.norm, allowed, self._small)

    @cached_property
    def _strange(self) -> np.ndarray:
        """Keys whose values are not all finite: products with a weight of 0 would be NaN."""
        finite = np.isfinite(self.v).reshape(-1, *self.v.shape[-2:]).all((0, 2))
        return np.flatnonzero(~finite)

    def _taken(self, rows: Rows, some: slice) -> np.ndarray:
        """W V of a block."""
        v = self._factors[2]
        if self.mask is None or not self._strange.size:
            with np.errstate(invalid="ignore", over="ignore"):
                return (rows.weights @ v) * rows.share
        y = (rows.weights @ np.where(np.isfinite(v), v, 0)) * rows.share
        allowed = np.broadcast_to(_some(self.mask, some), rows.weights.shape)
        weights = rows.divided()
        for j in self._strange:  # there are few; each is taken only where it may be looked at
            value = v[..., j, None, :]
            with np.errstate(invalid="ignore"):
                part = weights[..., j, None] * np.where(np.isfinite(value), 0, value)
            y = y + np.where(allowed[..., j, None], part, 0)
        return y

    @property
    def _linear(self) -> bool:
        """Whether Q (K^T V) gives the same as (Q K^T) V."""
        return self.norm == "count" and self.mask is None and self.bias is None

    @cached_property
    def _output(self) -> np.ndarray:
        """The output in the precision computed with."""
        q, k, v = self._factors
        if self._linear:
            return q @ ((k @ v) / max(k.shape[-1], 1))
        y = np.empty((*self.lead, self.q.shape[-2], self.v.shape[-1]), self._working)
        for some in self._blocks():
            y[..., some, :] = self._taken(self._rows(some, self._room), some)
        return y

    @property
    def output(self) -> np.ndarray:
        """Y = W V ``(..., N, e)``."""
        return self._output.astype(self.dtype, copy=False)

    def _whole(self, what: str) -> None:
        needed = prod(self.shape) * self._working.itemsize
        if needed > LARGEST:
            raise ValueError(
                _(
                    "{what} of shape {shape} would take {size} MB, at most {most} are allowed: "
                    "ask for some rows of them, or for the output alone"
                ).format(what=what, shape=self.shape, size=needed // 10**6, most=LARGEST // 10**6)
            )

    def rows(self, at: slice) -> np.ndarray:
        """The weights of some queries ``(..., n, M)``."""
        return self._rows(at).divided().astype(self.dtype, copy=False)

    @cached_property
    def weights(self) -> np.ndarray:
        """W ``(..., N, M)``: row i says how much of each value goes into output i."""
        self._whole("weights")
        out = np.empty(self.shape, self.dtype)
        for some in self._blocks():
            out[..., some, :] = self.rows(some)
        return out

    @cached_property
    def scores(self) -> np.ndarray:
        """S ``(..., N, M)``, -inf where a query may not look."""
        self._whole("scores")
        scores = self._scores(slice(0, self.q.shape[-2]))
        if self.mask is not None:
            np.copyto(scores, -np.inf, where=~self.mask)
        return scores.astype(self.dtype, copy=False)

    @cached_property
    def effective(self) -> np.ndarray:
        """exp of the entropy of each row ``(..., N)``: how many keys a query really uses."""
        out = np.empty(self.shape[:-1], self.dtype)
        for some in self._blocks():
            out[..., some] = effective_keys(self._rows(some).divided())
        return out

    def score_gradient(self, dy: Any) -> np.ndarray:
        """dL/dS ``(..., N, M)``, 0 where a query may not look: it only redistributes (its rows sum
        to 0 under softmax)."""
        self._whole("dS")
        return self._backward(dy, keep=True)[1].astype(self.dtype, copy=False)

    def backward(self, dy: Any) -> Gradients:
        """What an upstream gradient ``dy (..., N, e)`` gives q, k, v and bias, in their shapes.

        dV = W^T dY; softmax: dS = W (dY V^T - sum dY Y); dQ = scale dS K; dK = scale dS^T Q; dbias
        is dS, summed where the bias was broadcast. Weights are made again, block by block.
        """
        return self._backward(dy, keep=False)[0]

    def _backward(self, dy: Any, keep: bool) -> tuple[Gradients, np.ndarray]:
        q, kt, v = self._factors
        k = np.swapaxes(kt, -1, -2)
        dy = np.asarray(dy, self._working)
        if dy.shape != self._output.shape:
            raise ValueError(
                _("dy must have the output's shape {shape}, got {got}").format(
                    shape=self._output.shape, got=dy.shape
                )
            )
        if self.mask is not None:  # what nobody may look at is no factor either
            k, v, q = (np.where(np.isfinite(each), each, 0) for each in (k, v, q))
        softmax = self.norm == "softmax"
        vt = np.swapaxes(v, -1, -2)
        if softmax:  # a row of ones takes the sum off within the product
            vt = np.concatenate((vt, np.ones_like(vt[..., :1, :])), -2)
        room = None if self._room is None else np.empty_like(self._room)
        dq = np.empty((*self.lead, *q.shape[-2:]), self._working)
        dk = np.zeros((*self.lead, *k.shape[-2:]), self._working)
        dv = np.zeros((*self.lead, *v.shape[-2:]), self._working)
        dbias = None if self.bias is None else np.zeros(self.bias.shape, self._working)
        kept = np.empty(self.shape, self._working) if keep else np.empty(0)
        for some in self._blocks():
            rows, upstream = self._rows(some, self._room), dy[..., some, :]
            shared = upstream * rows.share
            dv += np.swapaxes(rows.weights, -1, -2) @ shared
            if softmax:
                sums = (shared * self._output[..., some, :]).sum(-1, keepdims=True)
                shared = np.concatenate((shared, -sums), -1)
            out = None if room is None else room[..., : shared.shape[-2], :]
            ds = rows.score_gradient(np.matmul(shared, vt, out=out))
            if self.mask is not None:
                np.copyto(ds, 0, where=~_some(self.mask, some))
            dq[..., some, :] = ds @ k
            dk += np.swapaxes(ds, -1, -2) @ q[..., some, :]
            if dbias is not None:
                part = _some(dbias, some)
                part += summed_to(ds, part.shape)
            if keep:
                kept[..., some, :] = ds
        dq *= self.scale
        back = [
            summed_to(d, x.shape).astype(self.dtype, copy=False)
            for d, x in zip((dq, dk, dv), (self.q, self.k, self.v), strict=True)
        ]
        given = None if dbias is None else dbias.astype(self.dtype, copy=False)
        return Gradients(back[0], back[1], back[2], given), kept


def _some(whole: np.ndarray, some: slice) -> np.ndarray:
    """The rows of a mask or a bias that belong to a block of queries; one row is everybody's."""
    whole = np.atleast_2d(whole) if whole.ndim < 2 else whole
    return whole if whole.shape[-2] == 1 else whole[..., some, :]


def summed_to(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The sum over the axes along which ``shape`` was broadcast.

    >>> summed_to(np.ones((3, 2)), (2,)).tolist(), summed_to(np.ones((3, 2)), (3, 1)).tolist()
    ([3.0, 3.0], [[2.0], [2.0], [2.0]])
    """
    extra = array.ndim - len(shape)
    if extra:
        array = array.sum(tuple(range(extra)))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and array.shape[i] != 1)
    return array.sum(axes, keepdims=True) if axes else array
