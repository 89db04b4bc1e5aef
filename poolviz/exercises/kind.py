"""A kind of exercise, declared once by its wing, and what its exercises are made of."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from poolviz.exercises.exercise import Exercise, Misconception, Unsuited
from poolviz.stage.cache import NAMING, kept
from poolviz.stage.control import Control, Values
from poolviz.stage.page import Fitted, as_it_is
from poolviz.stage.part import Part
from poolviz.text import N_, _

PREDICT, BUILD, FIND = N_("Predict"), N_("Build an input"), N_("Find")
WRONG = N_("What people get wrong")
GROUPS = (PREDICT, BUILD, FIND, WRONG)
"""In menu order."""


def made_of_nothing(values: Values, seed: int) -> tuple[Part, ...]:
    """Exercises that nothing of the state goes into."""
    return ()


@dataclass(frozen=True)
class Source:
    """What the exercises of a wing are made of.

    ``attempts(values, seed)`` gives material, one after the other: an exercise takes the first that
    can be asked about. ``controls`` of the wing's pages that go into it, which ``fit`` brings
    together; ``shares`` is the name under which these pages keep them. ``made_of`` says on the page
    what an exercise was made of.
    """

    attempts: Callable[[Values, int], Iterator[Any]]
    controls: tuple[Control, ...] = ()
    fit: Callable[[Values], Fitted] = as_it_is
    shares: str = ""
    made_of: Callable[[Values, int], tuple[Part, ...]] = made_of_nothing


@dataclass(frozen=True)
class Kind:
    """A kind of exercise: the name that a link holds, its group, its title, and what makes one of
    material, or raises ``Unsuited``.

    The title of what people get wrong says what it is about, and not the misconception: to name
    that would answer the question.
    """

    name: str
    group: str
    title: str
    ask: Callable[[Any], Exercise]
    source: Source
    misconception: Misconception | None = None

    def exercise(self, values: Values, seed: int) -> Exercise:
        """The exercise of this seed in the language spoken; ``values`` are those of a page."""
        wanted = {control.key for control in self.source.controls}
        return _exercise(self, values.only(wanted), seed)

    @property
    def menu(self) -> str:
        """The kind in the menu: its group and what it is about."""
        if self.misconception is None:
            return _("{group}: {what}").format(group=_(self.group), what=_(self.title))
        template = _("{group} ({n}): {what}")
        return template.format(group=_(self.group), n=self.misconception.number, what=_(self.title))


NAMING[Kind] = lambda kind: kind.name


@kept
def _exercise(kind: Kind, values: Values, seed: int) -> Exercise:
    return first(kind.ask, kind.source.attempts(values, seed))


def first(ask: Callable[[Any], Exercise], attempts: Iterable[Any]) -> Exercise:
    """The exercise of the first material that can be asked about."""
    for material in attempts:
        with suppress(Unsuited):
            return ask(material)
    raise LookupError("no material makes this exercise")


def by_name(kinds: Iterable[Kind]) -> dict[str, Kind]:
    """name -> kind, in the order of their groups."""
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: GROUPS.index(kind.group))}
