"""Parts that lead to other states and pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from poolviz.stage.part.base import Part


@dataclass(frozen=True, eq=False)
class Card(Part):
    """A face, HTML of trusted text alone, and a button under it that sets controls, if it has
    one."""

    face: Callable[[], str]
    button: str = ""
    sets: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Deck(Part):
    """Cards side by side, as many in a row as there is room for; ``name`` tells it from others."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Stop:
    """A page on a way: its address, title and one sentence; ``picture`` makes SVG."""

    address: str
    title: str
    text: str
    picture: Callable[[], str]


@dataclass(frozen=True, eq=False)
class Way(Part):
    """Pages one after the other, each with a small picture."""

    stops: tuple[Stop, ...]


@dataclass(frozen=True, eq=False)
class Leads(Part):
    """A link to a page in a state: its address, its parameters, and what a person reads, with
    "{page}" for the page's title. ``as_left``: the rest of that page is as the visit left it.
    """

    address: str
    label: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    as_left: bool = False
