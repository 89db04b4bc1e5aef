"""Operators for sequences x ``(..., T)``: how much of time is kept."""

from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling.arguments import plane
from poolviz.pooling.engine import Pooled
from poolviz.pooling.layout import Boxes, bound
from poolviz.pooling.limits import BLOCK, MAX_BOXES, fits
from poolviz.pooling.operator import Example, Operated, Operator
from poolviz.pooling.operator_table import Table
from poolviz.pooling.selecting import Max
from poolviz.pooling.table import Geometry, Windows
from poolviz.pooling.variant import Names, Param, one_hot, param
from poolviz.pooling.windows import Global
from poolviz.text import N_, _

__all__ = ["KMax", "DynamicKMax", "ChunkMax", "MaxOverTime"]  # noqa: RUF022  (menu order)

_SEQUENCE = (3, 1, 4, 1, 5, 9, 2, 6)


class _Largest(Operator):
    """The largest cells of the last axis, in the order in which they came."""

    def count(self, length: int) -> int:
        """How many cells of a sequence are kept; ``ValueError`` if it is too short."""
        raise TypeError(f"{type(self).__name__} declares no count")

    @property
    def ndim(self) -> int:
        return 1

    @property
    def selects(self) -> bool:
        return True

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        return ()

    def combine(self, run: Operated) -> np.ndarray:
        return np.take_along_axis(run.x, run.locations, -1)  # type: ignore[arg-type]

    def locations(self, run: Operated) -> np.ndarray:
        k, length = self.count(run.x.shape[-1]), run.x.shape[-1]
        fits(length, "x", what="cells of a sequence")
        rows = run.x.reshape(prod(run.x.shape[:-1]), length)
        at = np.empty((len(rows), k), np.int64)
        for start in range(0, len(rows), step := max(BLOCK // length, 1)):
            at[start : start + step] = _largest(rows[start : start + step], k)
        return at.reshape(*run.x.shape[:-1], k)

    def table(self, run: Operated) -> Table:
        at, length = run.locations, run.x.shape[-1]
        assert at is not None
        fits(at.shape[-1] * length, "x")
        index = np.tile(np.arange(length), (at.shape[-1], 1))
        hot = one_hot(at, np.broadcast_to(run.x[..., None, :], (*at.shape, length)))
        return Table(Windows((length,), (at.shape[-1],), index), hot, hot)

    def pull(self, run: Operated, dy: np.ndarray) -> np.ndarray:
        dx = np.zeros(run.x.shape, np.promote_types(dy.dtype, np.float32))
        np.put_along_axis(dx, run.locations, dy, -1)  # type: ignore[arg-type]
        return dx

    def arithmetic(self, run: Operated, cell: tuple[int, ...]) -> str:
        k, cells = run.output.shape[-1], numbers(run.x[cell[:-1]])
        return f"{k}-max({cells})[{cell[-1]}] = {number(run.output[cell])}"


def _largest(rows: np.ndarray, k: int) -> np.ndarray:
    """``(n, T)`` -> ``(n, k)``: where the k largest cells of each row lie, ties to the first."""
    if not len(rows):
        return np.zeros((0, k), np.intp)
    least = np.partition(rows, -k, axis=-1)[:, -k, None]  # NaN comes last, as the largest
    equal, larger = rows == least, rows > least
    if rows.dtype.kind == "f":
        nan, none = np.isnan(rows), np.isnan(least)
        equal, larger = equal | (nan & none), larger | (nan & ~none)
    room = k - larger.sum(-1, keepdims=True)
    kept = larger | (equal & (np.cumsum(equal, -1) <= room))
    return np.nonzero(kept)[1].reshape(len(rows), k)


@dataclass(frozen=True)
class KMax(_Largest):
    """The k largest cells, in their original order. Ties: the first cells; NaN counts as largest.

    x ``(..., T)`` -> ``(..., k)``. ``locations`` are positions in the sequence.

    >>> run = KMax(k=3)(np.array([3, 1, 4, 1, 5, 9, 2, 6]))
    >>> run.output, run.locations
    (array([5, 9, 6]), array([4, 5, 7]))
    """

    k: int = param(3, N_("How many cells are kept."), title=N_("Cells kept, k"), low=1)

    title = N_("k-max over time")
    family = N_("Sequences")
    formula = r"y = \big(a_i : r_i \le k\big) \text{ in the order of } i"
    gradient = r"\frac{\partial y_j}{\partial a_i} = [\, i = i_j \,], \quad r_{i_j} \le k"
    reference = "Kalchbrenner, Grefenstette & Blunsom, ACL 2014"
    story = "select"
    names = Names("x.gather(-1, x.topk(k).indices.sort().values)")
    worked = Example(_SEQUENCE, (5, 9, 6), (("k", 3),))

    def count(self, length: int) -> int:
        if self.k > length:
            raise ValueError(f"k must be at most the length {length} of x, got {self.k}")
        return self.k


@dataclass(frozen=True)
class DynamicKMax(_Largest):
    """k-max with k = max(k_top, ceil((L - l) / L * T)) in layer l of L.

    Lower layers keep more of a long sequence, the top layer always k_top. x ``(..., T)`` -> ``(...,
    k)``.

    >>> x = np.arange(18.0)
    >>> [DynamicKMax(layer=l)(x).output.size for l in (1, 2, 3)]
    [12, 6, 3]
    """

    layer: int = param(1, N_("Which layer this is, counted from 1."), title=N_("Layer"), low=1)
    layers: int = param(3, N_("How many such layers the network has."), title=N_("Layers"), low=1)
    k_top: int = param(3, N_("What the top layer keeps."), title=N_("Top layer keeps"), low=1)

    title = N_("Dynamic k-max")
    family = N_("Sequences")
    formula = r"k_l = \max\Big(k_{\text{top}}, \Big\lceil \frac{L - l}{L}\, T \Big\rceil\Big)"
    gradient = r"\frac{\partial y_j}{\partial a_i} = [\, i = i_j \,], \quad r_{i_j} \le k_l"
    reference = "Kalchbrenner, Grefenstette & Blunsom, ACL 2014"
    story = "select"
    worked = Example(_SEQUENCE, (3, 4, 5, 9, 2, 6), ())

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.layer > self.layers:
            raise ValueError(
                _("layer must be at most layers {layers}, got {layer}").format(
                    layers=self.layers, layer=self.layer
                )
            )

    def count(self, length: int) -> int:
        if self.k_top > length:
            raise ValueError(f"k_top must be at most the length {length} of x, got {self.k_top}")
        return max(self.k_top, -(-(self.layers - self.layer) * length // self.layers))


class _Cuts(Param):
    """Positions in a sequence, rising."""

    @property
    def allowed(self) -> str:
        return _("a tuple of rising whole numbers from 1 or None")

    def admits(self, value: Any) -> bool:
        if value is None:
            return True
        one = Param(self.help, low=1, kind="int")
        whole = isinstance(value, tuple) and len(value) > 0 and all(one.admits(v) for v in value)
        return whole and all(a < b for a, b in pairwise(value))


@dataclass(frozen=True)
class ChunkMax(Operator):
    """The max of each chunk of a sequence: of ``chunks`` nearly equal ones, or cut at given places.

    Equal chunks follow ``numpy.array_split``: the first T mod c are one cell longer. ``cuts`` are
    the cells at which a new chunk begins (dynamic multi-pooling cuts at a trigger word). x ``(...,
    T)`` -> ``(..., c)``.

    >>> ChunkMax(chunks=3)(np.array([3, 1, 4, 1, 5, 9, 2, 6])).output
    array([4, 9, 6])
    >>> ChunkMax(cuts=(2,))(np.array([3, 1, 4, 1])).output
    array([3, 4])
    """

    chunks: int = param(3, N_("How many chunks of nearly equal length."), title=N_("Chunks"), low=1)
    cuts: tuple[int, ...] | None = param(
        None,
        N_("Where chunks begin, instead of equal ones."),
        title=N_("Cuts"),
        of=_Cuts,
        kind="weights",
    )

    title = N_("Chunk max")
    family = N_("Sequences")
    formula = r"y_c = \max_{i \in \text{chunk } c} a_i"
    gradient = (
        r"\frac{\partial y_c}{\partial a_i} = [\, i = \text{first } \arg\max_{\text{chunk } c} \,]"
    )
    reference = "Chen, Xu, Liu, Zeng & Zhao, ACL 2015 (DMCNN, dynamic multi-pooling)"
    story = "select"
    worked = Example(_SEQUENCE, (4, 9, 6), (("chunks", 3),))

    @property
    def variant(self) -> Max:
        return Max()

    @property
    def geometry(self) -> Geometry:
        return _Chunks(self.chunks, self.cuts)


@dataclass(frozen=True)
class _Chunks:
    chunks: int
    cuts: tuple[int, ...] | None
    ndim: int = 1

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Boxes:
        """The chunks of a sequence, as yet unwritten."""
        (length,) = plane(in_shape, 1)
        if self.cuts is None and self.chunks > length:
            raise ValueError(f"chunks must be at most the length {length} of x, got {self.chunks}")
        if self.cuts is not None and self.cuts[-1] >= length:
            raise ValueError(f"cuts must be less than the length {length} of x, got {self.cuts}")
        if self.cuts is None:
            fits(self.chunks, "chunks", MAX_BOXES, "chunks")
            short, longer = divmod(length, self.chunks)
            ends = np.cumsum(np.where(np.arange(self.chunks) < longer, short + 1, short))
        else:
            ends = np.append(np.array(self.cuts), length)
        spans = np.zeros((len(ends), 2, 2), np.intp)
        spans[:, 0, 1] = 1  # a sequence is a plane of one row
        spans[1:, 1, 0], spans[:, 1, 1] = ends[:-1], ends
        return Boxes((length,), (len(ends),), spans, "chunks")


@dataclass(frozen=True)
class MaxOverTime(Operator):
    """y = max over t: one number for a sequence of any length. x ``(..., T)`` -> ``(..., 1)``.

    >>> MaxOverTime()(np.array([3, 1, 4, 1, 5, 9, 2, 6])).output
    array([9])
    """

    title = N_("Max over time")
    family = N_("Sequences")
    formula = r"y = \max_t a_t"
    gradient = r"\frac{\partial y}{\partial a_t} = [\, t = \text{first } \arg\max a \,]"
    reference = "Collobert, Weston, Bottou, Karlen, Kavukcuoglu & Kuksa, JMLR 12, 2011"
    story = "select"
    names = Names(
        "torch.nn.AdaptiveMaxPool1d(1)", "keras.layers.GlobalMaxPooling1D", "GlobalMaxPool"
    )
    worked = Example(_SEQUENCE, (9,))

    @property
    def variant(self) -> Max:
        return Max()

    @property
    def geometry(self) -> Geometry:
        return Global(1)
