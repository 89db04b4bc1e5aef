"""Variants that line the cells up by value and weigh the ranks; ``order`` says how they rank."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling.cells import missing
from poolviz.pooling.code import RANK, Code
from poolviz.pooling.order import Ranked, geometric, ranks, top
from poolviz.pooling.selecting import extreme
from poolviz.pooling.variant import Names, Worked, one_hot, param, take
from poolviz.text import N_

__all__ = [  # noqa: RUF022  (menu order)
    "Median",
    "RankAverage",
    "RankWeighted",
    "MaxTwoMean",
    "TopBottom",
]


@dataclass(frozen=True)
class Median(Ranked):
    """The middle of the ordered cells; of an even number the mean of the two, or the lower.

    NumPy and scikit-image take the mean, ``torch.median`` the lower (``even="lower"``), which is a
    cell of the window and so has a location. NaN: the last NaN, which receives the gradient.
    Padding is left out; an empty window gives 0.

    >>> import poolviz as pv
    >>> x = np.array([[1, 3], [4, 7]])
    >>> pv.pool(x, pv.Median(), pv.Sliding(2)).output
    array([[3.5]])
    >>> pv.pool(x, pv.Median(even="lower"), pv.Sliding(2)).locations
    array([[1]])
    """

    even: str = param(
        "mean",
        N_("Of an even number of cells: the mean of the two in the middle, or the lower."),
        title=N_("Middle of an even number"),
        called=(N_("Mean of the two"), N_("Lower of the two")),
        choices=("mean", "lower"),
    )

    title = N_("Median")
    family = N_("Ranks")
    formula = r"y = a_{((n+1)/2)}, \quad n \text{ even: } \tfrac12\big(a_{(n/2)} + a_{(n/2+1)}\big)"
    gradient = (
        r"\frac{\partial y}{\partial a_i} = 1 \text{ in the middle, or } \tfrac12 \text{ twice}"
    )
    reference = (
        "Tukey, Exploratory Data Analysis, 1977 (running medians); scikit-image block_reduce"
    )
    story = "rank"
    names = Names("torch.median over x.unfold(...) (the lower)", "", "")
    worked = Worked((4, 2, 6, 3), gradient=(0, 0.5, 0.5, 0))

    @property
    def selects(self) -> bool:
        return self.even == "lower"

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        low, high = n // 2 + 1, n - n // 2  # ranks of the lower and the upper middle
        if self.selects:
            return np.where(rank == low, 1.0, 0.0)
        return 0.5 * (rank == low) + 0.5 * (rank == high)

    def select(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if not self.selects:
            return super().select(w, valid)
        middle = ranks(w, valid) == valid.sum(-1, keepdims=True) // 2 + 1
        position = np.where(valid.any(-1), (middle & valid).argmax(-1), -1)
        return np.where(missing(w, valid), extreme(w, valid, np.maximum), position)

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if self.selects:
            return take(w, self.select(w, valid), self.identity)
        return super().forward(w, valid)

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        if self.selects:
            return one_hot(self.select(w, valid), w)
        nan, share = missing(w, valid), super().jacobian(w, valid)
        if nan.any():
            share = np.where(nan[..., None], one_hot(extreme(w, valid, np.maximum), w), share)
        return share

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        return f"median({numbers(w[valid])}) = {number(self.forward(w, valid))}"

    def code(self, size: int) -> Code:
        if self.selects:
            return Code(
                "y = np.sort(a, -1)[..., (a.shape[-1] - 1) // 2]",
                f"{RANK}\ng = rank == a.shape[-1] // 2",
                torch="y = torch.median(a, -1).values",
            )
        return Code(
            "y = np.median(a, -1)",
            f"{RANK}\nhigh, low = (a.shape[-1] - 1) // 2, a.shape[-1] // 2\n"
            "g = 0.5 * (rank == high) + 0.5 * (rank == low)",
            torch="y = torch.quantile(a, 0.5, -1)  # torch.median takes the lower of two",
        )


@dataclass(frozen=True)
class RankAverage(Ranked):
    """y = mean of the t largest cells (of all, where there are fewer). t = 1: max; t = n: average.

    The formula is that of the paper's abstract and text (rank-based average pooling, RAP).

    >>> import poolviz as pv
    >>> pv.pool(np.array([[1, 3], [4, 7]]), pv.RankAverage(t=2), pv.Sliding(2)).output
    array([[5.5]])
    """

    t: int = param(
        3, N_("How many of the largest cells are averaged."), title=N_("Largest cells, t"), low=1
    )

    title = N_("Rank average (RAP)")
    family = N_("Ranks")
    formula = r"y = \frac{1}{t} \sum_{r \le t} a_{(r)}"
    gradient = r"\frac{\partial y}{\partial a_i} = \frac{1}{t} [\, r_i \le t \,]"
    reference = "Shi, Ye & Wu, Neural Networks 83, 2016 (RAP)"
    story = "rank"
    worked = Worked((5.5, 3, 7.5, 6.5), fields=(("t", 2),), gradient=(0, 0, 0.5, 0.5))

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        return top(rank, n, self.t)

    def code(self, size: int) -> Code:
        return top_code(self.t)


@dataclass(frozen=True)
class RankWeighted(Ranked):
    """y = sum over ranks of alpha (1 - alpha)^(r - 1) a_(r). alpha to 1: max.

    The weights add up to 1 - (1 - alpha)^n, not to 1, so a constant window comes out smaller. The
    formula is that of the paper's text (rank-based weighted pooling, RWP).

    >>> import poolviz as pv
    >>> pv.pool(np.array([[1, 3], [4, 7]]), pv.RankWeighted(), pv.Sliding(2)).output
    array([[4.9375]])
    """

    alpha: float = param(
        0.5,
        N_("Weight of the largest cell; each next rank gets (1 - alpha) times as much."),
        title=N_("Weight of the largest, α"),
        low=0,
        high=1,
        open_low=True,
    )

    title = N_("Rank weighted (RWP)")
    family = N_("Ranks")
    formula = r"y = \sum_r \alpha (1 - \alpha)^{r - 1} a_{(r)}"
    gradient = r"\frac{\partial y}{\partial a_i} = \alpha (1 - \alpha)^{r_i - 1}"
    reference = "Shi, Ye & Wu, Neural Networks 83, 2016 (RWP)"
    story = "rank"
    worked = Worked((4.6875, 2.8125, 6.625, 5.8125), gradient=(0.0625, 0.125, 0.25, 0.5))

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        return geometric(rank, self.alpha)

    def code(self, size: int) -> Code:
        return weights_code(
            f"q = {self.alpha!r} * {1 - self.alpha!r} ** np.arange(a.shape[-1], dtype=float)"
        )


@dataclass(frozen=True)
class MaxTwoMean(Ranked):
    """y = mean of the two largest cells: an intermediate value between max and average.

    It is ``RankAverage(t=2)`` under the name by which surveys know it. One cell: that cell.

    >>> import poolviz as pv
    >>> pv.pool(np.array([[1, 3], [4, 7]]), pv.MaxTwoMean(), pv.Sliding(2)).output
    array([[5.5]])
    """

    title = N_("Max-two mean")
    family = N_("Ranks")
    formula = r"y = \tfrac12 \big(a_{(1)} + a_{(2)}\big)"
    gradient = r"\frac{\partial y}{\partial a_i} = \tfrac12 [\, r_i \le 2 \,]"
    reference = N_(
        "A name of the surveys for RAP with t = 2: Shi, Ye & Wu, Neural Networks 83, 2016"
    )
    story = "rank"
    worked = Worked((5.5, 3, 7.5, 6.5), gradient=(0, 0, 0.5, 0.5))

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        return top(rank, n, 2)

    def code(self, size: int) -> Code:
        return top_code(2)


@dataclass(frozen=True)
class TopBottom(Ranked):
    """y = mean of the k+ largest cells + alpha times the mean of the k- smallest (WELDON).

    The low cells speak against the class, so they count as well. A cell may belong to both. The
    weights add up to 1 + alpha. alpha = 0 and k+ = 1: max. With alpha the formula is that of the
    later papers. ``halved`` gives half of it, as WILDCAT's code does (wildcat.pytorch; unless
    alpha is 0, where it leaves the mean of the largest as it is).

    >>> import poolviz as pv
    >>> x = np.array([[1, 3], [4, 7]])
    >>> pv.pool(x, pv.TopBottom(alpha=0.5), pv.Sliding(2)).output
    array([[7.5]])
    """

    k_top: int = param(
        1, N_("How many of the largest cells are averaged."), title=N_("Largest cells"), low=1
    )
    k_bottom: int = param(
        1, N_("How many of the smallest cells are averaged."), title=N_("Smallest cells"), low=1
    )
    alpha: float = param(
        0.7, N_("Weight of the smallest cells."), title=N_("Weight of the smallest, α")
    )
    halved: bool = param(
        False,
        N_("Half of the sum, as in the published code of WILDCAT."),
        title=N_("Half of the sum"),
    )

    title = N_("Top and bottom (WELDON)")
    family = N_("Ranks")
    formula = (
        r"y = \frac{1}{k^+} \sum_{r \le k^+} a_{(r)} "
        r"+ \frac{\alpha}{k^-} \sum_{r > n - k^-} a_{(r)}"
    )
    gradient = (
        r"\frac{\partial y}{\partial a_i} = \frac{1}{k^+} [\, r_i \le k^+ \,] "
        r"+ \frac{\alpha}{k^-} [\, r_i > n - k^- \,]"
    )
    reference = "Durand, Thome & Cord, CVPR 2016 (WELDON); Durand, Mordan, Thome & Cord, CVPR 2017"
    story = "rank"
    worked = Worked((6.7, 4.7, 10.8, 9.7), gradient=(0.7, 0, 0, 1))

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        both = top(rank, n, self.k_top) + self.alpha * top(n + 1 - rank, n, self.k_bottom)
        return both / 2 if self._halves else both

    @property
    def _halves(self) -> bool:
        return self.halved and self.alpha != 0

    def code(self, size: int) -> Code:
        high, low, alpha = self.k_top, self.k_bottom, self.alpha
        half_y, half_g = ("\ny = y / 2", "\ng = g / 2") if self._halves else ("", "")
        return Code(
            "s = np.sort(a, -1)\n"
            f"y = np.mean(s[..., -{high}:], -1) + {alpha!r} * np.mean(s[..., :{low}], -1){half_y}",
            f"{RANK}\n"
            f"n = a.shape[-1]\nhigh, low = min({high}, n), min({low}, n)\n"
            f"g = (rank < high) / high + {alpha!r} * (rank >= n - low) / low{half_g}",
        )


def top_code(t: int) -> Code:
    """The mean of the t largest cells."""
    return Code(
        f"y = np.mean(np.sort(a, -1)[..., -{t}:], -1)",
        f"{RANK}\nt = min({t}, a.shape[-1])\ng = (rank < t) / t",
    )


def weights_code(setup: str, whole: str = "") -> Code:
    """The sum over ranks, the largest cell first, with the weights q that ``setup`` makes."""
    return Code(
        "y = np.sum(q * -np.sort(-a, -1), -1)",
        f"{RANK}\ng = q[rank]",
        setup=setup,
        constants=("q",),
        whole=whole,
    )
