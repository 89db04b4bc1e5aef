"""What a variant declares so that its code can be written down for a framework.

``poolviz.wings.pooling.programs`` turns it into programs: NumPy's as it stands, PyTorch's and
Keras' by translating the few functions that the lines use.
"""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Code:
    """Lines of NumPy over ``a`` ``(..., n)``, the cells of a window along the last axis.

    ``value`` makes ``y`` ``(...)``; ``slope`` then makes ``g``, dy/da ``(..., n)``. A variant that
    selects gives ``place`` instead, an expression for the position of its cell. ``setup`` runs
    before: NumPy in every framework, making the arrays that ``constants`` names, of K places
    along the last axis if the variant is ``ordered``. ``value`` may also read ``u`` ``(...)``, one
    draw in [0, 1) a window, if ``seed`` is given. Functions that PyTorch has under another name are
    translated; ``torch`` and ``keras`` replace ``value`` where a person would write it differently.
    ``neutral``: cells that hold the variant's identity change nothing, so that a padded window can
    be reduced like a whole one. ``whole``: a shorter ``setup`` for windows that lack no cell.

    >>> Code("y = np.max(a, -1)", place="np.argmax(a, -1)").slope
    'g = np.arange(a.shape[-1]) == np.argmax(a, -1)[..., None]'
    """

    value: str
    slope: str = ""
    place: str = ""
    setup: str = ""
    constants: tuple[str, ...] = ()
    seed: int | None = None
    torch: str = ""
    keras: str = ""
    neutral: bool = False
    whole: str = ""

    def __post_init__(self) -> None:
        if self.place and not self.slope:
            hot = f"g = np.arange(a.shape[-1]) == {self.place}[..., None]"
            object.__setattr__(self, "slope", hot)


@dataclass(frozen=True)
class Native:
    """A pooling that the frameworks have as one call: ``op`` is "max", "average" or "lp".

    ``sign`` -1: of -x, and negated. ``counts_padding`` and ``divisor`` are the average's (None: the
    number of cells), ``power``, ``magnitude`` and ``mean`` (over the number of cells) the lp's.
    """

    op: str
    sign: int = 1
    counts_padding: bool = True
    divisor: int | None = None
    power: float = 2
    magnitude: bool = True
    mean: bool = False


RANK = "rank = np.argsort(np.argsort(-a, -1, stable=True), -1)  # 0: the largest cell"
"""The line that ranks the cells of every window."""


def array(values: Any) -> str:
    """Numbers as the text of an array, wrapped if they are many.

    >>> array([1, 0.5])
    'np.array([1.0, 0.5])'
    """
    text = f"np.array({np.asarray(values, dtype=np.float64).tolist()})"
    return "\n".join(wrap(text, 88, subsequent_indent="    ", break_long_words=False))
