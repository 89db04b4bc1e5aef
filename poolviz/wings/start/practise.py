"""Practise: small exercises made of a person's own state, checked by what computes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from poolviz.exercises import Exercise, Kind
from poolviz.stage import address
from poolviz.stage.control import Choice, Control, Values, Whole
from poolviz.stage.matrix import LARGEST_SEED
from poolviz.stage.page import Fitted, Page
from poolviz.stage.part import Leads, Moment, Now, Part, Says, Sets
from poolviz.stage.question import Choice as Answer
from poolviz.stage.question import Question
from poolviz.stage.task import Task
from poolviz.stage.words import plain
from poolviz.text import N_, _

ADDRESS = "practise"


@dataclass(frozen=True, eq=False)
class Run:
    """An exercise: its kind, its number, and the values that it is made of."""

    kind: Kind
    seed: int
    values: Values

    @property
    def exercise(self) -> Exercise:
        """The exercise, in the language spoken."""
        return self.kind.exercise(self.values, self.seed)

    @property
    def prefix(self) -> str:
        """What the names of its files begin with."""
        return f"{ADDRESS}-{self.kind.name}-{self.seed}"


@dataclass(frozen=True)
class Practise:
    """The rules of the page, over the kinds of exercise and the pages that show what they ask."""

    kinds: Mapping[str, Kind]
    pages: Mapping[str, Page]

    def run(self, values: Values) -> Run:
        """The exercise of this kind and number."""
        run = Run(self.kinds[values["kind"]], values["exercise"], values)
        assert run.exercise.text  # made here, so that values which make none are refused here
        return run

    def fit(self, values: Values) -> Fitted:
        """What exercises are made of goes together as on the pages where it is chosen."""
        moved: tuple[str, ...] = ()
        for source in self.sources:
            values, sentences = source.fit(values)
            moved += sentences
        return values, moved

    @property
    def sources(self) -> tuple[Any, ...]:
        """What the exercises of all kinds are made of, each once."""
        return tuple({id(kind.source): kind.source for kind in self.kinds.values()}.values())

    def controls(self) -> tuple[Control, ...]:
        """The kind, the number, and what the exercises are made of, which is chosen elsewhere."""
        kinds = self.kinds
        kind = Choice(tuple(kinds), lambda name: kinds[name].menu, look="wide")
        return (
            Control("kind", N_("Exercise"), kind, next(iter(kinds))),
            Control(
                "exercise", N_("Number (seed)"), Whole(0, LARGEST_SEED), 0,
                N_("The same number gives the same exercise, to everyone."),
            ),
            *(replace(c, elsewhere=True) for source in self.sources for c in source.controls),
        )  # fmt: skip

    def asked(self, run: Run) -> tuple[Task, ...]:
        """The exercise."""
        exercise = run.exercise
        task = Task(
            exercise.text, exercise.options, step=0, stands=exercise.picture.step,
            form=exercise.form, check=exercise.check, solution=exercise.solution,
            again=exercise.again, number=run.seed,
            under=(self._seen_on(exercise), Now(partial(self._onwards, run))),
        )  # fmt: skip
        return (task,)

    def _seen_on(self, exercise: Exercise) -> Part:
        """The page that shows the thing, in the state of the exercise."""
        state = {**exercise.picture.state(), **exercise.state}
        page = self.pages.get(exercise.page)
        given = {name: str(value) for name, value in state.items()}
        if page is not None:
            given = address.parameters(page, page.values(state))
        return Leads(exercise.page, _("See it on the page “{page}”"), given, tells=1)

    def _onwards(self, run: Run, moment: Moment) -> tuple[Part, ...]:
        names = tuple(self.kinds)
        next_kind = names[(names.index(run.kind.name) + 1) % len(names)]
        choices = (
            (_("Another one"), {"exercise": (run.seed + 1) % (LARGEST_SEED + 1)}),
            (_("Another kind"), {"kind": next_kind}),
        )
        return (Sets(choices, onwards=moment.answered > 0, name="next"),)


def view(run: Run) -> tuple[Part, ...]:
    """What the exercise is about, what was changed for it, and what it is made of."""
    exercise = run.exercise
    notes = "\n\n".join(map(plain, exercise.notes))
    return (
        *exercise.picture.parts(run.prefix),
        *((Says(notes, "caption"),) if notes else ()),
        *(() if exercise.state else run.kind.source.made_of(run.values, run.seed)),
    )


def sheet(run: Run, answers: bool) -> Any:
    """The exercise on paper. What people get wrong comes without a formula: it would tell."""
    from poolviz.figures.handout import Sheet

    exercise, kind = run.exercise, run.kind
    formulas = (*exercise.picture.formulas, *exercise.formulas)
    drawn = exercise.picture.sheet(answers) or Sheet("", None, (1.0, 1.0), (), (), ())
    return replace(
        drawn,
        title=kind.menu,
        formulas=formulas if answers or kind.misconception is None else (),
        worked=exercise.notes,
        questions=(_on_paper(exercise, answers),),
    )


def _on_paper(exercise: Exercise, answers: bool) -> Question:
    """The exercise as a question: with its options, with one answer to write, or with none."""
    if exercise.options:
        return Question(exercise.text, exercise.options)
    right = exercise.solution()
    if not exercise.many:
        return Question(exercise.text, (right,))
    one = Answer(exercise.many, True, right.why)
    return Question(exercise.text, (one,) if answers else ())


def practise_page(kinds: Mapping[str, Kind], pages: Mapping[str, Page]) -> Page:
    """The page, over the kinds of exercise and the pages that show what these ask."""
    rules = Practise(kinds, pages)
    return Page(
        address=ADDRESS,
        wing=N_("Start"),
        title=N_("Practise"),
        icon="exercise",
        shows=N_(
            "Exercises made of your own numbers, checked by the engine: predict, build, find."
        ),
        intro=N_(
            "Predict a number, build an input, find a kernel, guess an OKS. The engine checks "
            "every answer, whatever you come up with, and says why with the numbers."
        ),
        controls=rules.controls(),
        run=rules.run,
        view=view,
        questions=rules.asked,
        fit=rules.fit,
        file_name=lambda run: run.exercise.picture.name(run.prefix),
        sheet=sheet,
        shares=next((source.shares for source in rules.sources if source.shares), ""),
    )
