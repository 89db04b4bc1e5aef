"""A declaration as an entry that can be searched, with what it does on one fixed input.

A variant is shown on the window [1, 3, 4, 7], an operator on the example that it declares.
"""

import re
import unicodedata
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import Operated, Pooled, Sliding, Variant, pool
from poolviz.text import _

WINDOW = ((1.0, 3.0), (4.0, 7.0))
"""The window that every variant is shown on."""
Withheld = Literal["nothing", "output", "all"]
"""What a picture does not tell."""


@dataclass(frozen=True)
class Parameter:
    """A hyper-parameter as a card lists it, in words."""

    name: str
    default: str
    allowed: str
    help: str


@dataclass(frozen=True)
class Sketch:
    """What a card's picture shows.

    ``cells`` (rows, cols) the input; ``shares`` how much of the output each cell is, ``slopes`` the
    gradient of the output, both signed and of that shape; ``outputs`` a list of grids. What is
    asked about is NaN.
    """

    cells: np.ndarray
    shares: np.ndarray
    slopes: np.ndarray
    outputs: tuple[np.ndarray, ...]

    @property
    def alt(self) -> str:
        """The picture in words."""
        return _(
            "{cells} become {outputs}. Shares of the output, cell by cell: {shares}. Gradient: "
            "{slopes}."
        ).format(
            cells=numbers(self.cells),
            outputs="; ".join(_asked(grid) for grid in self.outputs),
            shares=_asked(self.shares.round(3)),
            slopes=_asked(self.slopes.round(3)),
        )

    def withheld(self, which: Withheld) -> "Sketch":
        """The picture while it is asked about, without its output or with the input alone.

        >>> one = np.ones((1, 1))
        >>> Sketch(one, one, one, (one,)).withheld("output").alt
        '1 become ?. Shares of the output, cell by cell: 1. Gradient: 1.'
        """
        if which == "nothing":
            return self
        outputs = tuple(np.full_like(grid, np.nan) for grid in self.outputs)
        if which == "output":
            return replace(self, outputs=outputs)
        unknown = np.full_like(self.cells, np.nan)
        return Sketch(self.cells, unknown, unknown, outputs)


def _asked(grid: np.ndarray) -> str:
    return "?" if np.isnan(grid).all() else numbers(grid)


@dataclass(frozen=True)
class Entry:
    """One declaration, and what its card says."""

    cls: Any

    @property
    def name(self) -> str:
        """The name of the class, which stands in links."""
        return str(self.cls.__name__)

    @property
    def takes_windows(self) -> bool:
        """Whether it is a variant, which any window page can show."""
        return issubclass(self.cls, Variant)

    @property
    def year(self) -> int:
        """When it was published: the year that it declares, or the first in its reference."""
        found = re.search(r"\b(?:18|19|20)\d\d\b", self.cls.reference)
        return int(self.cls.year or (found.group() if found else 0))

    @cached_property
    def made(self) -> Any:
        """The declaration at its defaults; an operator as its example has it."""
        return self.cls() if self.takes_windows else self.cls(**dict(self.cls.worked.fields))

    @cached_property
    def run(self) -> Pooled | Operated:
        """The run over the input of the card."""
        if self.takes_windows:
            return pool(np.array(WINDOW), self.made, Sliding(2))
        run: Operated = self.made(np.asarray(self.cls.worked.x, dtype=np.float64))
        return run

    @property
    def plays(self) -> bool:
        """Whether its example has steps of its own that are worth playing."""
        return not self.takes_windows

    @cached_property
    def sentence(self) -> str:
        """The first output with its numbers in."""
        first = (0,) * self.run.output.ndim
        if isinstance(self.run, Operated):
            return self.run.arithmetic(first)
        return str(self.made.arithmetic(self.run.cells[first], self.run.seen[first]))

    @cached_property
    def sketch(self) -> Sketch:
        """The picture of the card."""
        x = np.atleast_2d(self.run.x)
        table = self.run.windows
        planes = self.run.output.reshape(-1, *self.run.output.shape[-2:])
        if self.run.output.ndim == 1:
            planes = self.run.output[None, None]

        def per_cell(weights: np.ndarray) -> np.ndarray:
            total = np.zeros(x.size)
            index = np.broadcast_to(table.index, weights.shape)
            np.add.at(total, index[index >= 0], weights[index >= 0])
            return total.reshape(x.shape)

        return Sketch(
            x,
            per_cell(self.run.contributions()),
            per_cell(self.run.jacobian()),
            tuple(planes),
        )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The hyper-parameters, with their ranges and what they do."""
        return tuple(
            Parameter(
                f.name, _shown(f.default), f.metadata["param"].allowed, _(f.metadata["param"].help)
            )
            for f in fields(self.cls)
        )

    @property
    def names(self) -> dict[str, str]:
        """Framework -> what it is called there; empty where there is none."""
        names = self.cls.names
        return {"PyTorch": names.pytorch, "Keras": names.keras, "ONNX": names.onnx}

    @property
    def domain(self) -> str:
        """For which numbers it is made."""
        return {
            "real": _("any numbers"),
            "nonnegative": _("numbers of at least 0"),
            "positive": _("numbers above 0"),
        }[self.cls.domain]

    @property
    def about(self) -> tuple[str, ...]:
        """What else its card says, a line each."""
        return (_("Made for {domain}.").format(domain=self.domain),)

    def matches(self, words: str) -> bool:
        """Whether all words occur in the name, title, family, reference or a framework's name."""
        facts = (self.name, _(self.cls.title), _(self.cls.family), self.cls.reference)
        text = _folded(" ".join((*facts, self.cls.__doc__ or "", *self.names.values())))
        return all(word in text for word in _folded(words).split())


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(_shown(v) for v in value) + ")"
    plain = isinstance(value, (bool, str)) or value is None
    return str(value) if plain else number(value)


def _folded(text: str) -> str:
    """Lower case, without accents, so that "Radenovic" finds Radenović."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).casefold()
