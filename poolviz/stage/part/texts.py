"""Parts that are read, or taken away as a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from poolviz.stage.part.base import CLASS, Part


@dataclass(frozen=True, eq=False)
class Says(Part):
    """A text in Markdown (what a person typed passes through ``plain``).

    ``look``: "text", "heading", "caption", "info", "warning", "success" or "error".
    """

    text: str
    look: str = "text"


@dataclass(frozen=True, eq=False)
class Formula(Part):
    """A formula in LaTeX, on the page (``screen``), on a handout (``sheet``), or on both."""

    latex: str
    sheet: bool = True
    screen: bool = True


@dataclass(frozen=True, eq=False)
class Numbers(Part):
    """An array to take away; ``what`` it is, "Output". It is not seen on the page."""

    values: np.ndarray
    what: str


@dataclass(frozen=True, eq=False)
class Table(Part):
    """Columns of texts or numbers under their names; what stands in cells is shown as it is."""

    columns: Mapping[str, Sequence[object]]


@dataclass(frozen=True, eq=False)
class Program(Part):
    """Programs for exactly this state, made when they are opened.

    ``make`` gives language or library -> text, ``files`` the arrays that they load by name.
    Several ``make``s stand under their names.
    """

    title: str
    make: Mapping[str, Callable[[], tuple[Mapping[str, str], Mapping[str, np.ndarray]]]]
    note: str = ""
    tells: int = field(default=CLASS, kw_only=True)


@dataclass(frozen=True, eq=False)
class Metrics(Part):
    """A few numbers that matter: label and text each."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Code(Part):
    """A text to copy; ``opens``: it is an address, and what a person reads on the way there."""

    text: str
    opens: str = ""


@dataclass(frozen=True, eq=False)
class File(Part):
    """A file to take away that is not another part's: ``name`` with its ending, "a.json"."""

    label: str
    make: Callable[[], bytes]
