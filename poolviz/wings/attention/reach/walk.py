"""A real run, told for two cells: what u takes from v at each recurrence, by way of whom."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.attention import CrissCross, PositionAttention, attend
from poolviz.attention.block import maps_of, tokens_of
from poolviz.wings.attention.reach.masks import mask_of, paths
from poolviz.wings.pooling.core.channels import scaled

CROSS = "row-or-column"
LARGEST = 28
"""The most rows and columns of a map; a larger one is shrunk."""
Parameters = dict[str, np.ndarray]


def shrunk(x: np.ndarray) -> np.ndarray:
    """A map of at most 28 x 28: means of blocks, whose last ones may be smaller.

    >>> shrunk(np.arange(120.0).reshape(2, 60)).shape, shrunk(np.ones((3, 3))).shape
    ((1, 20), (3, 3))
    """
    side = -(-max(x.shape) // LARGEST)
    if side == 1:
        return x
    starts = [np.arange(0, n, side) for n in x.shape]
    sums = np.add.reduceat(np.add.reduceat(x, starts[0], 0), starts[1], 1)
    counts = [np.diff(np.append(s, n)) for s, n in zip(starts, x.shape, strict=True)]
    return np.asarray(sums / np.outer(*counts))


def channels_of(x: np.ndarray) -> np.ndarray:
    """Two numbers a cell (2, H, W): its own, from 0 (least of the map) to 1, and that of the cell
    whose row and column are exchanged; where the map is no square, of the mirrored cell."""
    a = scaled(x)
    return np.stack((a, a.T if a.shape[0] == a.shape[1] else a[:, ::-1]))


def parameters() -> Parameters:
    """Those of the block's worked case: small, and the same on every visit."""
    return CrissCross.worked.values(CrissCross().shapes(2))


def viewed(x: np.ndarray, p: Parameters, name: str) -> np.ndarray:
    """Queries, keys or values of tokens."""
    return x @ p[f"{name}.weight"].T + p[f"{name}.bias"]


def masked_maps(
    x: np.ndarray, p: Parameters, mask: np.ndarray, recurrences: int
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Tokens after each recurrence of out = gamma Y + x under any mask, and its weights (N, N)."""
    tokens, weights = tokens_of(x), []
    for _each in range(recurrences):
        q, k, v = (viewed(tokens, p, name) for name in "qkv")
        run = attend(q, k, v, mask=mask, scale=1.0)
        tokens = run.output * p["gamma"] + tokens
        weights.append(run.weights)
    return tokens, weights


@dataclass(frozen=True)
class Hop:
    """By way of a cell: what u takes from it, and what it had taken from v."""

    cell: int
    last: float
    before: float

    @property
    def product(self) -> float:
        """What of v comes to u this way."""
        return self.last * self.before


@dataclass(frozen=True, eq=False)
class Walk:
    """Who u hears of. ``x`` (H, W) is the map, ``mask`` a name, ``offsets`` one drawn by hand."""

    x: np.ndarray
    mask: str
    offsets: np.ndarray | None
    recurrences: int
    u: int
    v: int

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.x.shape[0], self.x.shape[1]

    @property
    def cells(self) -> int:
        """N."""
        return self.x.size

    @cached_property
    def allowed(self) -> np.ndarray:
        """The mask (N, N)."""
        return mask_of(self.grid, self.mask, self.offsets)

    @cached_property
    def counts(self) -> np.ndarray:
        """How many paths lead from u to each cell (R, N)."""
        return paths(self.allowed, self.u, self.recurrences)

    @cached_property
    def reached(self) -> np.ndarray:
        """Whether u has heard of each cell (R, N)."""
        return self.counts > 0

    @cached_property
    def _run(self) -> tuple[np.ndarray, list[np.ndarray]]:
        x, p = channels_of(self.x), parameters()
        if self.mask == CROSS:
            run = CrissCross(recurrences=self.recurrences)(x, p)
            return run.output, [each.dense() for each in run.maps]  # type: ignore[union-attr]
        tokens, weights = masked_maps(x, p, self.allowed, self.recurrences)
        return maps_of(tokens, self.grid), weights

    @property
    def output(self) -> np.ndarray:
        """The block's output (2, H, W)."""
        return self._run[0]

    @property
    def maps(self) -> list[np.ndarray]:
        """W of each recurrence (N, N)."""
        return self._run[1]

    @cached_property
    def rows(self) -> np.ndarray:
        """Row u of W_r ... W_1 for each r: how much of each cell has come to u (R, N)."""
        rows = []
        for r in range(1, self.recurrences + 1):
            row = np.eye(1, self.cells, self.u)[0]
            for weights in reversed(self.maps[:r]):
                row = row @ weights
            rows.append(row)
        return np.array(rows)

    def hops(self, step: int) -> list[Hop]:
        """By way of whom v comes to u at recurrence ``step + 1``, the heaviest first: the cells
        that u looks at and that had heard of v."""
        before = np.eye(1, self.cells, self.v)[0]
        heard = before > 0
        for weights in self.maps[:step]:
            before = weights @ before
            heard = (self.allowed.astype(float) @ heard) > 0
        last = self.maps[step][self.u]
        there = np.flatnonzero(self.allowed[self.u] & heard)
        hops = [Hop(int(b), float(last[b]), float(before[b])) for b in there]
        return sorted(hops, key=lambda hop: -hop.product)

    @cached_property
    def full(self) -> np.ndarray:
        """What u would take from each cell if it could look everywhere: position attention (N,)."""
        run = PositionAttention()(channels_of(self.x), parameters())
        assert run.weights is not None
        return np.asarray(run.weights[self.u])
