"""What the experiments have in common: how they are declared, their picture, their charts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.samples import sample
from poolviz.stage.cache import STORE, kept, name_of
from poolviz.stage.control import Values
from poolviz.stage.part import Chart, Part, Says
from poolviz.stage.question import Question
from poolviz.text import N_, _, language
from poolviz.wings.pooling.core.controls import matrix_of
from poolviz.wings.pooling.core.filenames import slug

PICTURES = {
    "photograph": N_("Photograph, 64 × 64"),
    "digit": N_("Handwritten digit, 28 × 28"),
    "input": N_("The input above"),
}
LEAST, MOST = 8, 64
"""Sides of an input that an experiment can use: smaller ones have no inside, larger are cut."""


@dataclass(frozen=True)
class Prepared:
    """An experiment that has been run: what names it for its questions, these, and its result."""

    about: str
    questions: tuple[Question, ...]
    result: Callable[[], tuple[Part, ...]]


@dataclass(frozen=True)
class Experiment:
    """An experiment on the menu; ``controls``: the keys of those that it has."""

    title: str
    about: str
    reference: str
    prepare: Callable[[Values], Prepared]
    controls: tuple[str, ...] = ()


def usable(values: Values) -> tuple[str, ...]:
    """The pictures that an experiment can use; the input above is one from 8 × 8 on."""
    large = min(matrix_of(values).shape) >= LEAST
    return tuple(name for name in PICTURES if large or name != "input")


def picture_used(values: Values) -> tuple[str, np.ndarray]:
    """The picture that the experiment uses: its name, and at most 64 x 64 of it, finite."""
    names = usable(values)
    name = values["picture_used"] if values["picture_used"] in names else names[0]
    return name, _finite(matrix_of(values) if name == "input" else sample(name))


@kept
def _finite(x: np.ndarray) -> np.ndarray:
    part = np.nan_to_num(x[:MOST, :MOST].astype(float), posinf=0.0, neginf=0.0)
    part.flags.writeable = False
    return part


def chart(
    draw: Callable[[Any], Any], key: str, alt: str, about: Any = None, used: str = ""
) -> Chart:
    """A chart of an experiment, drawn once for what it is ``about``.

    ``draw`` is given the module of drawing functions; ``used``: the picture, for the name of its
    file.
    """

    def drawn() -> Any:
        from poolviz.figures import experiments  # Plotly, only where it is drawn

        return draw(experiments)

    name = ("experiment", key, language(), name_of(about))
    file = "-".join(["experiment", slug(key), *([used] if used else [])])
    return Chart(lambda: STORE.get(name, drawn), alt, name=file)


def titles(pools: Mapping[str, tuple[str, Any]]) -> dict[str, str]:
    """Name -> title of pools, in the language spoken."""
    return {name: _(title) for name, (title, _pool) in pools.items()}


def notices(*lines: str) -> tuple[Part, ...]:
    """What to notice."""
    listed = "\n".join(f"- {line}" for line in lines)
    return Says(_("What to notice"), "heading"), Says(listed)
