"""Variants that draw one cell by its rank."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers, products
from poolviz.pooling.cells import missing
from poolviz.pooling.code import RANK, Code
from poolviz.pooling.order import Ranked, geometric, ranks
from poolviz.pooling.selecting import extreme
from poolviz.pooling.variant import Worked, one_hot, param, take, uniform
from poolviz.text import N_

__all__ = ["RankStochastic", "MaxDropout"]  # noqa: RUF022  (menu order)


class _RankDraw(Ranked):
    """Train: one draw a window picks a rank with the odds ``share``. Test: the expectation."""

    seed: int
    phase: str

    @property
    def selects(self) -> bool:
        return self.phase == "train"

    @property
    def stochastic(self) -> bool:
        return self.phase == "train"

    @property
    def may_draw_none(self) -> bool:
        """Whether the odds may leave room for drawing no cell at all."""
        return False

    def odds(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return self.rank_weights(w, valid)

    def select(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        hit = ranks(w, valid) == self._drawn(valid, uniform(self.seed, w.shape[:-1]))[..., None]
        position = np.where(hit.any(-1), hit.argmax(-1), -1)
        if not missing(w, valid).any():
            return position
        return np.where(missing(w, valid), extreme(w, valid, np.maximum), position)

    def _drawn(self, valid: np.ndarray, draw: np.ndarray) -> np.ndarray:
        """The rank on whose part of the odds the draw falls; 0 for none."""
        n = np.broadcast_to(valid.sum(-1), draw.shape)
        rank = np.zeros(draw.shape, np.intp)
        for cells in np.unique(n[n > 0]):
            ladder = np.cumsum(self.share(np.arange(1, cells + 1), np.array([cells])))
            step = np.searchsorted(ladder, draw[n == cells], side="right") + 1
            over = 0 if self.may_draw_none else cells  # rounding may leave the ladder below 1
            rank[n == cells] = np.where(step > cells, over, step)
        return rank

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if self.selects:
            return take(w, self.select(w, valid), self.identity)
        return super().forward(w, valid)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if self.selects:
            return one_hot(self.select(w, valid), w)
        return self.rank_weights(w, valid)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        odds, y = self.rank_weights(w, valid)[valid], number(self.forward(w, valid))
        if self.selects:
            return f"p = ({numbers(odds)}), l ~ p: y = {y}"
        return f"{products(odds, w[valid])} = {y}"


@dataclass(frozen=True)
class RankStochastic(_RankDraw):
    """Train: y = a_(r), r drawn with p_r = alpha (1 - alpha)^(r - 1) over their sum. Test: E y.

    Unlike ``Stochastic`` it takes negative cells: only the order matters. NaN: the last NaN is
    drawn. The test phase is the expectation, that is ``RankWeighted`` with its weights made to add
    up to 1. The formula is that of the paper's text (rank-based stochastic pooling, RSP).

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.RankStochastic(phase="test"), pv.Sliding(2)).output.round(3)
    array([[5.267]])
    """

    alpha: float = param(
        0.5,
        N_("Odds of the largest cell; each next rank has (1 - alpha) times as much."),
        title=N_("Odds of the largest, α"),
        low=0,
        high=1,
        open_low=True,
    )
    seed: int = param(
        0,
        N_("Fixes the draw, so that it can be repeated."),
        title=N_("Seed"),
        low=0,
        high=2**32 - 1,
    )
    phase: str = param(
        "train",
        N_("Training draws one cell; testing takes the expectation."),
        title=N_("Phase"),
        called=(N_("Training"), N_("Testing")),
        choices=("train", "test"),
    )

    title = N_("Rank stochastic (RSP)")
    family = N_("Selecting")
    formula = (
        r"p_r = \frac{\alpha (1 - \alpha)^{r-1}}{1 - (1 - \alpha)^n}, \quad "
        r"\text{train: } y = a_{(r)},\ r \sim p; \quad \text{test: } y = \sum_r p_r a_{(r)}"
    )
    gradient = r"\text{train: } [\, i \text{ drawn} \,]; \quad \text{test: } p_{r_i}"
    reference = "Shi, Ye & Wu, Neural Networks 83, 2016 (RSP)"
    story = "draw"
    worked = Worked(
        (5, 3, 6.625 / 0.9375, 6.2),
        fields=(("phase", "test"),),
        gradient=(1 / 15, 2 / 15, 4 / 15, 8 / 15),
    )

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        if self.alpha == 1:
            return np.where(rank == 1, 1.0, 0.0)
        return geometric(rank, self.alpha) / -np.expm1(n * np.log1p(-self.alpha))

    def code(self, size: int) -> Code:
        odds = f"odds = {self.alpha!r} * {1 - self.alpha!r} ** np.arange(a.shape[-1])"
        return _rank_code(self, f"{odds}\nodds = odds / np.sum(odds)", "ladder[-1] * ")


@dataclass(frozen=True)
class MaxDropout(_RankDraw):
    """Train: each cell is dropped with probability q, y is the max of the rest, 0 if none is left.

    So rank r is the output with probability (1 - q) q^(r - 1), and none with q^n: one draw a window
    picks the rank, as the authors note. Test: y = sum (1 - q) q^(r - 1) a_(r), which is
    ``RankWeighted(1 - q)``. q = 0: max. Made for activations a >= 0. NaN: the last NaN is drawn.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> pv.pool(x, pv.MaxDropout(phase="test"), pv.Sliding(2)).output
    array([[4.9375]])
    """

    q: float = param(
        0.5,
        N_("Probability that a cell is dropped."),
        title=N_("Chance to be dropped, q"),
        low=0,
        high=1,
        open_high=True,
    )
    seed: int = param(
        0,
        N_("Fixes the draw, so that it can be repeated."),
        title=N_("Seed"),
        low=0,
        high=2**32 - 1,
    )
    phase: str = param(
        "train",
        N_("Training drops cells; testing takes the expectation."),
        title=N_("Phase"),
        called=(N_("Training"), N_("Testing")),
        choices=("train", "test"),
    )

    title = N_("Max-pooling dropout")
    family = N_("Selecting")
    formula = (
        r"\text{train: } y = \max_{i \text{ kept}} a_i; \quad "
        r"\text{test: } y = \sum_r (1 - q)\, q^{r-1} a_{(r)}"
    )
    gradient = (
        r"\text{train: } [\, i = \arg\max_{\text{kept}} \,]; \quad \text{test: } (1-q)\,q^{r_i - 1}"
    )
    reference = "Wu & Gu, Neural Networks 71, 2015"
    domain = "nonnegative"
    story = "draw"
    worked = Worked(
        (4.6875, 2.8125, 6.625, 5.8125),
        fields=(("phase", "test"),),
        gradient=(0.0625, 0.125, 0.25, 0.5),
    )

    @property
    def may_draw_none(self) -> bool:
        return True

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        return geometric(rank, 1 - self.q)

    def code(self, size: int) -> Code:
        odds = f"odds = {1 - self.q!r} * {self.q!r} ** np.arange(a.shape[-1])"
        return _rank_code(self, odds, "")


def _rank_code(variant: _RankDraw, odds: str, whole: str) -> Code:
    """The code of a draw among ranks with these ``odds`` lines; ``whole`` scales the draw."""
    if not variant.selects:
        return Code(
            "y = np.sum(odds * -np.sort(-a, -1), -1)",
            f"{RANK}\ng = odds[rank]",
            setup=odds,
            constants=("odds",),
        )
    n = "a.shape[-1]"
    value = (
        f"r = np.sum(ladder <= {whole}u[..., None], -1)  # the rank that is drawn, from 0\n"
        f"kept = np.where(r < {n}, r, 0)\n"
        "y = np.take_along_axis(-np.sort(-a, -1), kept[..., None], -1)[..., 0]"
    )
    if variant.may_draw_none:
        value += f"\ny = np.where(r < {n}, y, 0)  # every cell was dropped"
    return Code(
        value,
        f"{RANK}\ng = rank == r[..., None]",
        setup=f"{odds}\nladder = np.cumsum(odds)",
        constants=("ladder",),
        seed=variant.seed,
    )
