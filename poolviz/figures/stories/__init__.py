"""The weigh beat on paper: a module a story, found by its file's name.

Each has ``TITLE``, what the browser writes over it; ``WEIGHS``, whether inset areas are weights;
and ``draw(axes, bench)``. assets/stepper/stories holds the same names for the browser: a new story
is these two files. They draw with the axes' own methods, so that a view does without Matplotlib.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol


class Story(Protocol):
    """What a module of this folder offers."""

    TITLE: str
    WEIGHS: bool

    def draw(self, axes: Any, bench: Any) -> None:
        """The bench of one step on axes (``poolviz.figures.bench.Bench``)."""


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
    module: Any = import_module(f"{__name__}.{name}")
    return module
