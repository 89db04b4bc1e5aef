"""Variants whose weights over the ranks are learned."""

from dataclasses import dataclass
from math import exp

import numpy as np

from poolviz.pooling.code import RANK, Code, array
from poolviz.pooling.order import Ranked
from poolviz.pooling.ranks import weights_code
from poolviz.pooling.variant import Worked, param
from poolviz.text import N_, _

__all__ = ["Ordinal", "SortPool"]


@dataclass(frozen=True)
class Ordinal(Ranked):
    """y = sum over ranks of w_r a_(r), w >= 0 and sum w = 1: an ordered weighted average (OWA).

    ``weights`` (any scale) begin with the largest cell. For a window of another length their
    running sum is stretched to n ranks (Yager's quantifier), so that they still add up to 1. None:
    w_r falls linearly, (n + 1 - r) over the sum. In a network w is learned per channel, from 1/n.

    >>> import poolviz as pv
    >>> x = np.array([[1, 3], [4, 7]])
    >>> pv.pool(x, pv.Ordinal(weights=(0.4, 0.3, 0.2, 0.1)), pv.Sliding(2)).output
    array([[4.7]])
    """

    weights: tuple[float, ...] | None = param(
        None,
        N_("Weight of each rank, the largest cell first; empty: falling linearly."),
        title=N_("Weights of the ranks"),
        kind="weights",
        low=0,
    )

    title = N_("Ordinal (OWA)")
    family = N_("Ranks")
    formula = r"y = \sum_r w_r\, a_{(r)}, \quad w_r \ge 0,\ \sum_r w_r = 1"
    gradient = r"\frac{\partial y}{\partial a_i} = w_{r_i}"
    reference = (
        "Deliège, Istasse, Kumar, De Vleeschouwer & Van Droogenbroeck, arXiv 2109.01561, 2021; "
        "Yager, IEEE Trans. SMC 18, 1988; Forcen, Pagola, Barrenechea & Bustince, 2020"
    )
    story = "rank"
    worked = Worked(
        (3.687485, 2.253462, 6.000526, 4.133532),
        fields=(("weights", (exp(0.3), exp(0.1), exp(-0.2), exp(0.4))),),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.weights is not None and not 0 < sum(self.weights) < float("inf"):
            raise ValueError(
                _("weights must have a positive, finite sum or be None, got {value}").format(
                    value=repr(self.weights)
                )
            )

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        if self.weights is None:
            return 2 * (n + 1.0 - rank) / (n * (n + 1.0))
        given = np.asarray(self.weights) / sum(self.weights)
        if np.all(n == given.size):
            return given[np.minimum(rank, given.size) - 1]
        ladder, knots = np.append(0, np.cumsum(given)), np.arange(given.size + 1) / given.size
        return np.interp(rank / n, knots, ladder) - np.interp((rank - 1) / n, knots, ladder)

    def code(self, size: int) -> Code:
        if self.weights is None:
            return weights_code(
                "n = a.shape[-1]\nq = np.arange(n, 0, -1, dtype=float) / (n * (n + 1) / 2)"
            )
        given = np.asarray(self.weights) / sum(self.weights)
        return weights_code(
            f"q = {array(given)}\n"
            "steps = np.append(0, np.cumsum(q))  # stretched to the n cells of the window\n"
            "places = np.linspace(0, 1, a.shape[-1] + 1)\n"
            f"q = np.diff(np.interp(places, np.linspace(0, 1, {given.size + 1}), steps))",
            f"q = {array(given)}  # the largest cell first" if given.size == size else "",
        )


@dataclass(frozen=True)
class SortPool(Ranked):
    """y = sum softmax(w)_j a_[j] over the K largest cells, in rising order a_[1] <= ... <= a_[K].

    ``weights`` are the K learned logits: the last belongs to the largest cell. A window with fewer
    than K cells uses the last of them. None: the four logits 0, 0.1, 0.2, 0.3. The code it follows
    has 2x2 windows of stride 2, K from 1 to 4, and pads odd sizes with zeros; here it takes any
    window.

    >>> import poolviz as pv
    >>> x = np.array([[1, 3], [4, 7]])
    >>> pv.pool(x, pv.SortPool(weights=(0.0, 0.0)), pv.Sliding(2)).output
    array([[5.5]])
    """

    weights: tuple[float, ...] | None = param(
        None,
        N_("A logit for each of the largest cells, the largest last."),
        title=N_("Logits of the ranks"),
        kind="weights",
    )

    title = N_("Sort pooling (sort_pool2d)")
    family = N_("Ranks")
    formula = r"y = \sum_{j=1}^{K} \operatorname{softmax}(w)_j\, a_{[j]}"
    gradient = (
        r"\frac{\partial y}{\partial a_i} = \operatorname{softmax}(w)_{K + 1 - r_i}, "
        r"\quad 0 \text{ for } r_i > K"
    )
    reference = N_("sort_pool2d.py of singlasahil14/sortpool2d on GitHub (as read in 2026)")
    year = 2017
    story = "rank"
    worked = Worked(
        (4.425435, 2.500178, 6.425435, 4.425791), fields=(("weights", (0.3, 0.1, -0.2)),)
    )

    def share(self, rank: np.ndarray, n: np.ndarray) -> np.ndarray:
        logits = np.asarray(self.weights or (0.0, 0.1, 0.2, 0.3))[::-1]  # by rank
        force = np.exp(logits - logits.max())
        force = np.maximum(
            force, np.finfo(float).tiny
        )  # so that a short window never divides 0 by 0
        total = np.cumsum(force)[np.clip(n, 1, force.size) - 1]
        return np.where(rank <= force.size, force[np.minimum(rank, force.size) - 1] / total, 0)

    def code(self, size: int) -> Code:
        logits = self.weights or (0.0, 0.1, 0.2, 0.3)
        return Code(
            "y = np.sum(q * np.sort(a, -1)[..., -q.shape[-1]:], -1)",
            f"{RANK}\ng = np.append(q[::-1], np.zeros(a.shape[-1]))[rank]",
            setup=f"q = np.exp({array(logits)}[-a.shape[-1]:])\nq = q / np.sum(q)",
            constants=("q",),
        )
