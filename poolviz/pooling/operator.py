"""Operators: poolings with a shape of their own. Called on x, they give an ``Operated``.

Most are pooling runs put in a row or side by side. An operator names its ``stages`` (each a
``Pooled``) and what the output is made of; picture, gradient and sentence follow from there. One
that is not made of windows writes ``combine``, ``table`` and ``pull`` itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, ClassVar

import numpy as np

from poolviz.numbers import number, products
from poolviz.pooling.engine import Pooled, array, pool
from poolviz.pooling.limits import BLOCK, MAX_WORK, fits
from poolviz.pooling.table import OUTSIDE, Geometry, Windows
from poolviz.pooling.variant import Names, Param, Variant, check_fields
from poolviz.text import _

NAMES = "x and its windows"
"""What an operator's table is too large for: its fields and the input decide together."""


@dataclass(frozen=True)
class Example:
    """The golden case of an operator: x, its output, and the fields that are not the defaults."""

    x: tuple
    output: tuple
    fields: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """Which cells make an output cell, and how: arrays ``(*batch, *out, K)`` over ``windows``.

    ``jacobian`` is dy/dx of each listed cell, ``contributions`` how much of the output it is.
    Weights of a geometry are counted in, and no cell is listed twice in a window.
    """

    windows: Windows
    jacobian: np.ndarray
    contributions: np.ndarray


class PerAxis(Param):
    """A whole number, or one for each axis: of two, unless ``length`` says another number."""

    @property
    def allowed(self) -> str:
        words = _("an integer of at least {least}, or two")
        if self.length is not None:
            words = _("an integer of at least {least}, or one an axis")
        words = words.format(least=f"{self.low:g}")
        return _("{what} or None").format(what=words) if self.optional else words

    def admits(self, value: Any) -> bool:
        one = Param(self.help, low=self.low, kind="int")
        if isinstance(value, tuple):
            fits = len(value) == 2 or (self.length is not None and len(value) > 0)
            return fits and all(one.admits(v) for v in value)
        return one.admits(value) or (value is None and self.optional)


class Operator:
    """Base of all operators: the same facts as a ``Variant``, and ``op(x)``.

    By default an operator is one ``variant`` over one ``geometry``.
    """

    title: ClassVar[str]
    family: ClassVar[str]
    formula: ClassVar[str]
    gradient: ClassVar[str]
    reference: ClassVar[str]
    year: ClassVar[int | None] = None  # of publication, if not the first in reference
    story: ClassVar[str]
    names: ClassVar[Names] = Names()
    domain: ClassVar[str] = "real"
    worked: ClassVar[Example]
    differentiable: ClassVar[bool] = True
    why_not_differentiable: ClassVar[str] = ""

    @property
    def variant(self) -> Variant:
        """What happens in a window, or in the first stage's."""
        raise TypeError(f"{type(self).__name__} declares no variant")

    @property
    def geometry(self) -> Geometry:
        """Which cells a window has, or the first stage's."""
        raise TypeError(f"{type(self).__name__} declares no geometry")

    @property
    def ndim(self) -> int:
        """Number of axes of x, the last ones, that are pooled."""
        return self.geometry.ndim

    @property
    def selects(self) -> bool:
        """Whether each output is one cell of the input, so that it has a location."""
        return self.variant.selects

    @property
    def stochastic(self) -> bool:
        """Whether the output depends on ``seed``."""
        return False

    def __post_init__(self) -> None:
        check_fields(self)

    def __call__(self, x: np.ndarray) -> "Operated":
        """Pool x ``(*batch, *spatial)``. Errors: ``ValueError`` naming the argument."""
        x = array("x", x)
        if x.ndim < self.ndim:
            raise ValueError(
                f"x must have at least {self.ndim} axes for {type(self).__name__}, "
                f"got shape {x.shape}"
            )
        return Operated(self, x)

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        """The pooling runs that the operator is made of."""
        return (pool(x, self.variant, self.geometry),)

    def combine(self, run: "Operated") -> np.ndarray:
        """The output, from the stages."""
        return run.stages[-1].output

    def locations(self, run: "Operated") -> np.ndarray | None:
        """Flat position in the plane of the selected cell of each output, -1 for none."""
        return run.stages[0].locations if self.selects else None

    def table(self, run: "Operated") -> Table:
        """The cells of each output, with their gradient and their share."""
        return stage_table(run.stages[0])

    def pull(self, run: "Operated", dy: np.ndarray) -> np.ndarray:
        """dL/dy -> dL/dx."""
        return run.stages[0].backward(dy)

    def arithmetic(self, run: "Operated", cell: tuple[int, ...]) -> str:
        """The formula of one output cell with its numbers."""
        return written(run.stages[0], cell)


class Operated:
    """The result of an operator: ``output`` is there at once, the rest when asked for.

    As with ``Pooled``: ``windows`` (its ``out_shape`` is that of the output), ``locations``,
    ``jacobian()``, ``contributions()``, ``backward(dy)``. x must not be changed while it is in use.
    """

    def __init__(self, operator: Operator, x: np.ndarray):
        self.operator, self.x = operator, x
        with np.errstate(all="ignore"):
            self.stages = operator.stages(x)
            output = operator.combine(self)
            self.output = output.astype(x.dtype, copy=False) if x.dtype.kind == "f" else output

    @cached_property
    def table(self) -> Table:
        """Windows, jacobian and contributions together."""
        with np.errstate(all="ignore"):
            return self.operator.table(self)

    @property
    def windows(self) -> Windows:
        """Which cells each output cell is made of."""
        return self.table.windows

    @cached_property
    def locations(self) -> np.ndarray | None:
        """int64, shape of ``output``: where each output was taken from; None if it is a blend."""
        return self.operator.locations(self)

    def jacobian(self) -> np.ndarray:
        """dy/dx ``(*batch, *out, K)`` of the cells in ``windows``."""
        return self.table.jacobian.astype(self._gradient_dtype, copy=False)

    def contributions(self) -> np.ndarray:
        """How much of the output each cell is, ``(*batch, *out, K)``; signed if it takes away."""
        return self.table.contributions

    def odds(self) -> None:
        """None: where an operator draws, it draws windows and not cells."""

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """dL/dy, shape of ``output`` -> dL/dx, shape of x."""
        dy = array("dy", dy)
        if dy.shape != self.output.shape:
            raise ValueError(f"dy must have the output's shape {self.output.shape}, got {dy.shape}")
        with np.errstate(all="ignore"):
            dx = self.operator.pull(self, dy)
        return dx.astype(self._gradient_dtype, copy=False)

    def arithmetic(self, cell: tuple[int, ...]) -> str:
        """The formula of one output cell with its numbers: "max(1, 3, 4, 7) = 7"."""
        with np.errstate(all="ignore"):
            return self.operator.arithmetic(self, cell)

    @property
    def _gradient_dtype(self) -> np.dtype[Any]:
        return self.x.dtype if self.x.dtype.kind == "f" else np.dtype(np.float64)


def stage_table(stage: Pooled) -> Table:
    """The table of one pooling run; the weights of its geometry counted in, cells listed once."""
    fits(stage.entries, NAMES)
    windows, jacobian, share = stage.windows, stage.jacobian(), stage.contributions()
    if windows.weights is None:
        return Table(windows, jacobian, share)
    fits(stage.entries, NAMES, cost=2)
    bare = Windows(windows.in_shape, windows.out_shape, windows.index)
    return merged(bare, jacobian * windows.weights, share * windows.weights)


def chained(first: Pooled, second: Pooled) -> Table:
    """The table of two runs in a row, over the input of the first."""
    fits(first.entries + second.entries, NAMES, cost=2)
    a, b = stage_table(first), stage_table(second)
    batch = first.output.shape[: first.output.ndim - len(a.windows.out_shape)]
    inner, outer = (t.windows.index.reshape(-1, t.windows.size) for t in (a, b))
    planes, paths = prod(batch), inner.shape[-1] * outer.shape[-1]
    within, beyond = (
        [w.reshape(planes, *rows.shape) for w in (t.jacobian, t.contributions)]
        for t, rows in ((a, inner), (b, outer))
    )
    fits(planes * len(outer) * paths, NAMES, MAX_WORK, "paths of two windows", cost=4)

    def stretch(some: slice) -> _Listed:
        place, valid = np.maximum(outer[some], 0), outer[some, :, None] >= 0
        whole = bool(valid.all())
        index = inner[place] if whole else np.where(valid, inner[place], OUTSIDE)
        shape, weights = (planes, len(place), paths), []
        for near, far in zip(within, beyond, strict=True):
            through = far[:, some, :, None] * near[:, place]
            weights.append((through if whole else np.where(valid, through, 0)).reshape(shape))
        return _listed(a.windows.in_shape, index.reshape(shape[1:]), weights)

    step = max(BLOCK // max(paths * planes, 1), 1)
    stretches = (stretch(slice(at, at + step)) for at in range(0, len(outer), step))
    return _joined(a.windows.in_shape, batch, b.windows.out_shape, stretches)


def merged(windows: Windows, jacobian: np.ndarray, share: np.ndarray) -> Table:
    """A table in which each window lists a cell once: the weights of its repetitions add up."""
    index = windows.index.reshape(-1, windows.size)
    batch = jacobian.shape[: jacobian.ndim - windows.index.ndim]
    both = [w.reshape(prod(batch), *index.shape) for w in (jacobian, share)]
    step = max(BLOCK // max(windows.size * prod(batch), 1), 1)
    stretches = (
        _listed(windows.in_shape, index[at : at + step], [w[:, at : at + step] for w in both])
        for at in range(0, len(index), step)
    )
    return _joined(windows.in_shape, batch, windows.out_shape, stretches)


_Listed = tuple[np.ndarray, np.ndarray, np.ndarray]


def _listed(in_shape: tuple[int, ...], index: np.ndarray, weights: list[np.ndarray]) -> _Listed:
    """Windows ``(n, K)`` and weights ``(planes, n, K)``, each cell once, in order of position.

    The weights are added up in the smallest box that holds any of the windows.
    """
    many, width = len(index), in_shape[-1]
    valid: Any = index >= 0
    if valid.all():
        valid = ...
    else:  # a filler lies on a cell of its window, and is not counted there
        index = np.where(valid, index, index.max(-1, keepdims=True).clip(0))
    row = index // width
    col = index - row * width
    corner = row.min(-1, keepdims=True), col.min(-1, keepdims=True)
    row -= corner[0]
    col -= corner[1]
    rows, cols = int(row.max(initial=0)) + 1, int(col.max(initial=0)) + 1
    row *= cols
    row += col
    row += np.arange(many)[:, None] * (rows * cols)
    key = row[valid].ravel()
    seen = np.zeros(many * rows * cols, bool)
    seen[key] = True
    window, cell = np.nonzero(seen.reshape(many, -1))
    slot = (np.cumsum(seen.reshape(many, -1), -1) - 1)[window, cell]
    listed = np.full((many, int(slot.max(initial=0)) + 1), OUTSIDE, dtype=np.intp)
    down, across = np.divmod(cell, cols)
    at = (down + corner[0][window, 0]) * width + across + corner[1][window, 0]
    listed[window, slot] = at

    def added(weights: np.ndarray) -> np.ndarray:
        out = np.zeros((len(weights), *listed.shape))
        for plane, of_plane in zip(out, weights, strict=True):
            total = np.bincount(key, of_plane[valid].ravel(), len(seen))
            plane[window, slot] = total[seen]
        return out

    return listed, added(weights[0]), added(weights[1])


def _joined(
    in_shape: tuple[int, ...],
    batch: tuple[int, ...],
    out_shape: tuple[int, ...],
    stretches: Iterable[_Listed],
) -> Table:
    """One table of stretches of windows, the shorter windows filled up."""
    parts, size = [], 1
    planes, windows = prod(batch), prod(out_shape)
    for part in stretches:
        parts.append(part)
        size = max(size, part[0].shape[-1])
        fits(max(planes, 1) * windows * size, NAMES, cost=2)

    def filled(which: int, shape: tuple[int, ...], fill: int, dtype: Any) -> np.ndarray:
        whole, at = np.full((*shape, size), fill, dtype), 0
        for part in parts:
            some = part[which]
            whole[..., at : at + some.shape[-2], : some.shape[-1]] = some
            at += some.shape[-2]
        return whole

    index = filled(0, (windows,), OUTSIDE, np.intp).reshape(*out_shape, size)
    jacobian, share = (filled(i, (planes, windows), 0, np.float64) for i in (1, 2))
    shape = (*batch, *out_shape, size)
    return Table(Windows(in_shape, out_shape, index), jacobian.reshape(shape), share.reshape(shape))


def stacked(tables: Sequence[Table], signs: Sequence[int]) -> Table:
    """Tables over the same plane side by side, along a new first axis of the output."""
    first = tables[0].windows
    axis = -1 - len(first.out_shape) - 1
    windows = Windows(
        first.in_shape,
        (len(tables), *first.out_shape),
        np.stack([t.windows.index for t in tables]),
    )
    return Table(
        windows,
        np.stack([s * t.jacobian for t, s in zip(tables, signs, strict=True)], axis),
        np.stack([s * t.contributions for t, s in zip(tables, signs, strict=True)], axis),
    )


def pair(value: int | tuple[int, int]) -> tuple[int, int]:
    """A ``PerAxis`` value as one number for each of two axes."""
    return value if isinstance(value, tuple) else (value, value)


def written(stage: Pooled, cell: tuple[int, ...]) -> str:
    """The sentence of one window of a run."""
    return stage.variant.arithmetic(*stage.window(cell))


def weighed(run: Operated, cell: tuple[int, ...]) -> str:
    """One output cell as the weighted sum of its cells."""
    table = run.table
    index = np.broadcast_to(table.windows.index, table.jacobian.shape)[cell]
    weights = table.jacobian[cell]
    kept = (index >= 0) & (weights != 0)
    plane = run.x[cell[: run.x.ndim - run.operator.ndim]].reshape(-1)
    return f"{products(weights[kept], plane[index[kept]])} = {number(run.output[cell])}"
