"""A page: what it is called, what can be set, what is computed, asked and shown; declared once.

Browser, command line, exports, handouts, links, saved states, teacher's links and tests read the
declaration; nothing here or in a page knows them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from poolviz.stage.cache import STORE
from poolviz.stage.control import Control, Values, present, values_of
from poolviz.stage.part import Part
from poolviz.stage.question import Question
from poolviz.text import language

Fitted = tuple[Values, tuple[str, ...]]
"""Values that go together, and a sentence for each that had to move."""


def as_it_is(values: Values) -> Fitted:
    """All values go together."""
    return values, ()


def asks_nothing(run: Any) -> Sequence[Question]:
    """A page without questions."""
    return ()


@dataclass(frozen=True)
class Page:
    """A page of the app.

    ``address``: its place in the URL. ``wing``, ``title``, ``icon`` (of Material's), ``shows`` (one
    sentence, for Home and the README), ``intro`` (the sentences under the title), ``heading`` (the
    title on the page where it is not that of the navigation), ``group`` (the heading over it in the
    navigation where a wing has several): texts marked with ``N_``.
    ``shares``: pages of one name keep their values together; by default a page keeps its own.
    ``filters``: its controls choose among what is shown, and stand above it.
    ``tells``: it could tell a class what a teacher's link keeps back, and is not there then.

    ``run(values)`` computes; it raises ``ValueError`` for values that it cannot take, and the last
    good ones stand. ``about``: keys of the values with which the questions begin again, where
    they are about a picture that a person goes on changing; by default all that are computed with.
    ``view(run)`` gives the parts, ``questions(run)`` what is asked, and
    ``question_at(run, step)`` what is asked about one step, where a class is asked about that
    alone. ``fit(values)`` moves what does not go together. ``file_name(run)`` begins the names of
    files that are the whole page's. ``sheet(run, answers)`` gives a handout's own content, a
    ``figures.handout.Sheet`` without its link, where it is not made of the page's first scene.
    """

    address: str
    wing: str
    title: str
    icon: str
    controls: tuple[Control, ...]
    run: Callable[[Values], Any]
    view: Callable[[Any], tuple[Part, ...]]
    shows: str = ""
    intro: str = ""
    heading: str = ""
    group: str = ""
    questions: Callable[[Any], Sequence[Question]] = asks_nothing
    question_at: Callable[[Any, int], Question | None] | None = None
    fit: Callable[[Values], Fitted] = as_it_is
    file_name: Callable[[Any], str] | None = None
    sheet: Callable[[Any, bool], Any] | None = None
    about: tuple[str, ...] = ()
    shares: str = ""
    filters: bool = False
    tells: bool = False

    def __post_init__(self) -> None:
        seen: set[tuple[str, str]] = set()
        for control in self.controls:
            pair = (control.name, control.key)
            if pair in seen:
                raise ValueError(f"controls of {self.address} must differ, got {pair} twice")
            seen.add(pair)

    @property
    def keeps(self) -> str:
        """The name under which a visit keeps the values of its controls."""
        return self.shares or self.address

    def values(self, state: Any) -> Values:
        """The values of all controls, defaults where the state has none."""
        return values_of(self.controls, state)

    def present(self, values: Values) -> tuple[Control, ...]:
        """The controls that are there in this state."""
        name = "present", self.address, id(self.controls)
        return values.once(name, lambda: present(self.controls, values))

    def computes(self, values: Values) -> Values:
        """The values that ``run`` depends on: of controls that are there and not passing."""
        return values.once(
            ("computes", self.address, id(self.controls)),
            lambda: values.only({c.key for c in self.present(values) if not c.passing}),
        )

    def asks_about(self, values: Values) -> Values:
        """The values with which its own questions begin again: not those of an ``Inquiry``."""
        computed = self.computes(values)
        if self.about:
            return computed.only(set(self.about))
        return computed.only(set(computed) - {c.key for c in self.controls if c.within})

    def result(self, values: Values) -> Any:
        """What ``run`` gives for these values, kept for the next who asks."""
        needed = self.computes(values)
        return STORE.get(("run", self.address, needed.name), lambda: self.run(values))

    def parts(self, values: Values) -> tuple[Part, ...]:
        """What ``view`` gives for these values in the language spoken, kept."""
        needed = self.computes(values)
        name = ("view", self.address, language(), needed.name)
        return STORE.get(name, lambda: self.view(self.result(values)))

    @property
    def steps(self) -> bool:
        """Whether the step of its picture is one of its controls, which links may hold."""
        return any(control.key == "step" for control in self.controls)

    def first_step(self, values: Values) -> int:
        """Where its picture stands at first: at its step, else at that of the first question."""
        if self.steps:
            return int(values["step"] or 0)
        asked = self.questions(self.result(values))
        return asked[0].stands_at if asked else 0

    def kept_questions(self, values: Values, step: int, alone: bool) -> Sequence[Question]:
        """``asked`` of these values in the language spoken, kept."""
        needed = self.computes(values).name
        name = ("asked", self.address, language(), needed, step if alone else None)
        return STORE.get(name, lambda: self.asked(self.result(values), step, alone))

    def name_of_files(self, run: Any) -> str:
        """What the names of files begin with that are the whole page's."""
        return self.file_name(run) if self.file_name else self.address

    def asked(self, run: Any, step: int, alone: bool) -> Sequence[Question]:
        """What is asked; ``alone``: about this step of the picture, or the first question."""
        if not alone:
            return self.questions(run)
        if self.question_at is not None:
            question = self.question_at(run, step)
            return () if question is None else (question,)
        return tuple(self.questions(run)[:1])
