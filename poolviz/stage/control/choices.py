"""Kinds of controls that hold what is chosen of a list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from poolviz.stage import link
from poolviz.stage.control.kind import Kind
from poolviz.stage.control.values import Values
from poolviz.text import _


@dataclass(frozen=True)
class Choice(Kind):
    """One of ``options``; ``title`` says what a person reads for each.

    ``first``: what is offered until a person asks for all. ``look``: "menu", "wide" for long
    titles, or "segments" for a few that stand side by side.
    """

    options: tuple[str, ...] | Callable[[Values], tuple[str, ...]]
    title: Callable[[str], str] = str
    first: tuple[str, ...] = ()
    look: str = "menu"
    """ "menu", "wide" for one with long titles, "segments", or "named" segments with the label."""
    known: tuple[str, ...] = ()
    """Every option of any state, where ``options`` depends on it."""
    also: Callable[[Values, str], Mapping[str, Any]] | None = None
    """Other values that choosing an option sets."""
    longest: int = 0
    """Characters of a text that may be an option in another state: a link's is then read as it is,
    and what is not offered is the page's to tell."""
    instead: Callable[[Values], str] | None = None
    """What stands in for an option that is not offered; without it the first one."""

    def offered(self, values: Values) -> tuple[str, ...]:
        """What can be chosen in this state."""
        return self.options(values) if callable(self.options) else self.options

    def stands(self, values: Values, option: str) -> str:
        """The option, or what stands in for it in this state."""
        offered = self.offered(values)
        if option in offered:
            return option
        return self.instead(values) if self.instead else offered[0]

    def read(self, text: str) -> str:
        """The option."""
        if self.longest:
            if len(text) > self.longest:
                raise ValueError(_("at most {n} characters are read").format(n=self.longest))
            return text
        return link.one_of(*(self.known if callable(self.options) else self.options))(text)

    def examples(self, values: Values) -> tuple[str, ...]:
        """All of them."""
        return self.offered(values)


@dataclass(frozen=True)
class Several(Kind):
    """Any of ``options``, in their order; in a link with commas.

    ``known``: every option of any state, where ``options`` depends on it. ``as_chosen``: they
    stand in the order in which a person chose them.
    """

    options: tuple[str, ...] | Callable[[Values], tuple[str, ...]]
    title: Callable[[str], str] = str
    empty: str = ""
    """What stands where nothing is chosen."""
    most: int = 64
    known: tuple[str, ...] = ()
    as_chosen: bool = False
    look: str = "list"
    """ "list", or "pills" for a few that stand side by side."""

    def offered(self, values: Values) -> tuple[str, ...]:
        """What can be chosen in this state."""
        return self.options(values) if callable(self.options) else self.options

    def read(self, text: str) -> tuple[str, ...]:
        """The options that are named."""
        one = link.one_of(*(self.known if callable(self.options) else self.options))
        named = tuple(dict.fromkeys(one(part.strip()) for part in text.split(",") if part.strip()))
        if len(named) > self.most:
            raise ValueError(_("at most {n} are needed").format(n=self.most))
        return named

    def write(self, value: Any) -> str:
        """The options with commas."""
        return ",".join(value)

    def examples(self, values: Values) -> tuple[tuple[str, ...], ...]:
        """None, one, and the first few."""
        offered = self.offered(values)
        return (), offered[:1], offered[: min(3, self.most)]


@dataclass(frozen=True)
class Flag(Kind):
    """True or false."""

    def read(self, text: str) -> bool:
        """The truth."""
        return link.flag(text)

    def examples(self, values: Values) -> tuple[bool, ...]:
        """Both."""
        return True, False
