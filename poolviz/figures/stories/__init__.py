"""The weigh beat on paper: a module a story, found by its file's name.

Each has ``TITLE``, what the browser writes over it; ``WEIGHS``, whether inset areas are weights;
and ``draw(pen, bench)``. As in the browser it may say ``FADES`` (cells without weight), ``SORTS``
(cells by value) and ``QUIET`` (no weights below the cells). assets/stepper/stories holds the same
names for the browser: a new story is these two files. They draw with the bench and the pen that
they are given, so that a view does without Matplotlib.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Story:
    """What a module of this folder says; ``draw`` takes poolviz.figures.paper.Pen and a Bench."""

    TITLE: str
    WEIGHS: bool
    draw: Callable[[Any, Any], None]
    FADES: bool = False
    SORTS: bool = False
    QUIET: bool = False


@cache
def names() -> tuple[str, ...]:
    """Every story, by name."""
    files = Path(__file__).parent.glob("*.py")
    return tuple(sorted(file.stem for file in files if not file.stem.startswith("_")))


@cache
def story(name: str) -> Story:
    """The story of this name.

    >>> story("select").TITLE
    'One wins'
    """
    if name not in names():
        raise ValueError(f"story must be one of {', '.join(names())}, got {name!r}")
    module = vars(import_module(f"{__name__}.{name}"))
    return Story(**{field: module[field] for field in Story.__annotations__ if field in module})
