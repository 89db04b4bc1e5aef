"""The forms in which two cells are compared, the masks and the norms: words, formula, source."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poolviz.text import N_

Grid = tuple[int, int]


@dataclass(frozen=True)
class Form:
    """How strongly a key answers: its title, its norm, its formula and whose it is.

    ``learned``: queries and keys are views of the cells, with weights of their own. ``score`` is
    the score in LaTeX without the scale.
    """

    title: str
    norm: str
    score: str
    source: str
    learned: bool = False


FORMS = {
    "gaussian": Form(
        N_("Gaussian"), "softmax", r"x_i\, x_j",
        N_("Wang et al., CVPR 2018: Gaussian, no weights, no scale."),
    ),
    "similar": Form(
        N_("Similar"), "softmax", r"-\tfrac12 (x_i - x_j)^2",
        N_("Buades, Coll & Morel, CVPR 2005: non-local means, patches of one cell; "
           "scale 2/h². The row's constant −x_i²/2 drops out, −x_j²/2 stays."),
    ),
    "embedded": Form(
        N_("Embedded Gaussian"), "softmax", r"\theta x_i\, \phi x_j",
        N_("Wang et al., CVPR 2018: embedded Gaussian. A Transformer head with scale 1/√d "
           "(Vaswani et al., NeurIPS 2017)."), True,
    ),
    "dot": Form(
        N_("Dot product"), "count", r"\theta x_i\, \phi x_j",
        N_("Wang et al., CVPR 2018: dot product, divided by the number of keys."), True,
    ),
    "concatenation": Form(
        N_("Concatenation"), "relu", r"\theta x_i + \phi x_j",
        N_("Wang et al., CVPR 2018: concatenation; ReLU, divided by the number of keys."), True,
    ),
}  # fmt: skip
"""Form -> what it is."""

NORMS = {
    "form": N_("as the form has it"),
    "softmax": N_("softmax over keys"),
    "count": N_("divide by the number of keys"),
    "relu": N_("ReLU, then divide"),
    "queries": N_("softmax over queries (a mistake)"),
}
"""Norm -> what a person reads."""


def _everything(n: int, grid: Grid) -> None:
    """All keys."""
    return


def _by_place(may: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[int, Grid], object]:
    """A mask from the distances of rows and columns of query and key."""

    def make(n: int, grid: Grid) -> np.ndarray:
        rows, cols = np.divmod(np.arange(n), grid[1])
        return may(rows[:, None] - rows, cols[:, None] - cols)

    return make


def _window(n: int, grid: Grid) -> np.ndarray:
    """Keys of the same 2 x 2 window."""
    rows, cols = np.divmod(np.arange(n), grid[1])
    place = (rows // 2) * grid[1] + cols // 2
    return np.asarray(place[:, None] == place)


@dataclass(frozen=True)
class Mask:
    """Who may be asked: its title, whose it is, and ``make(n, grid)`` -> bool (N, N) or None."""

    title: str
    source: str
    make: Callable[[int, Grid], object]


MASKS = {
    "none": Mask(N_("everyone"), N_("No mask: a non-local block, a Transformer encoder."),
                 _everything),
    "window": Mask(
        N_("its own 2 × 2 window"),
        N_("Its own 2 × 2 window: with a query of 0 that is average pooling; Swin's windows "
           "(Liu et al., ICCV 2021)."), _window,
    ),
    "neighbourhood": Mask(
        N_("its 3 × 3 neighbours"), N_("3 × 3 neighbours: local attention "
                                       "(Ramachandran et al., NeurIPS 2019)."),
        _by_place(lambda r, c: (abs(r) <= 1) & (abs(c) <= 1)),
    ),
    "cross": Mask(
        N_("its row and column"), N_("Row and column: criss-cross attention, CCNet "
                                     "(Huang et al., ICCV 2019)."),
        _by_place(lambda r, c: (r == 0) | (c == 0)),
    ),
    "causal": Mask(
        N_("itself and those before"), N_("Causal: a Transformer decoder (Vaswani et al., "
                                          "NeurIPS 2017); is_causal in PyTorch."),
        lambda n, grid: np.tri(n, dtype=bool),
    ),
}  # fmt: skip
"""Mask -> who may be asked."""
