"""Questions about unpooling: where does a value go, what comes back, is it max's backward?

Asked about the state on the screen where it shows the answer, else about the worked example.
"""

from functools import cache

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Max
from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _
from poolviz.wings.pooling.gradients.questions import Asked, Case, run_of
from poolviz.wings.pooling.gradients.scene import added_up
from poolviz.wings.pooling.unpooling.between import Between
from poolviz.wings.pooling.unpooling.journey import (
    ByLocation,
    Journey,
    journey,
    place_of,
    times_remembered,
)


def unpool_questions(done: Journey, cell: tuple[int, ...] = (0, 0)) -> tuple[Asked, ...]:
    """Where to, what comes back, and what two windows that remember one cell do.

    ``cell``: the output cell whose value the first question is about.
    """
    plain, wide = Case(Max(), 2, 2), Case(Max(), 3, 1)
    asked = []
    for ask, case in (
        (lambda way, case: place_question(way, case, (0, 0) if case else cell), plain),
        (return_question, plain),
        (twice_question, wide),
    ):
        here = ask(done, None)
        there = Question("", ()) if here else ask(_at(case), case)
        assert there is not None
        asked.append(Asked(here) if here else Asked(there, case))
    return tuple(sorted(asked, key=lambda each: each.shown_by is not None))


@cache
def _at(case: Case) -> Journey:
    return journey(run_of(case), Between())


def _by_max(done: Journey) -> bool:
    """Whether this is max unpooling of finite numbers, with nothing in between."""
    return (
        isinstance(done.method, ByLocation)
        and done.between.kind == "nothing"
        and bool(np.isfinite(done.run.x).all() and np.isfinite(done.run.output).all())
    )


def place_question(
    done: Journey, case: Case | None, cell: tuple[int, ...] = (0, 0)
) -> Question | None:
    """Where does the value of this cell go?"""
    run = done.run
    if not _by_max(done) or run.variant.stochastic or run.locations is None:
        return None
    at, index = int(run.locations[cell]), run.windows.index[cell]
    inside = [int(i) for i in index if i >= 0]
    if at < 0 or len(inside) < 2:
        return None
    value = number(done.carried[cell])
    other = next(i for i in inside if i != at)
    centre = inside[0] if inside[0] not in (at, other) else inside[-1]
    labels = {
        at: (True, _("That cell won the window, and pooling remembered where it was.")),
        other: (False, _("A fixed corner is the bed of nails. Here the location is remembered.")),
    }
    if centre not in labels:
        labels[centre] = (False, _("Not a fixed place: the location is remembered."))
    places = [Choice(place_of(cell, run.x.shape[1]), *labels[cell]) for cell in sorted(labels)]
    places.append(
        Choice(
            _("to all {count} cells of its window").format(count=len(inside)),
            False,
            _("That is nearest unpooling. Max unpooling fills the others with zeros."),
        )
    )
    text = (
        _("{value} was pooled from the window of row {row}, column {column}. Where does unpooling "
          "put it?")
        if any(cell)
        else _("{value} was pooled from the first window. Where does unpooling put it?")
    ).format(value=value, row=cell[0], column=cell[-1])  # fmt: skip
    return Question(_placed(case, text), tuple(places))


def return_question(done: Journey, case: Case | None) -> Question | None:
    """Unpooling inverts pooling (7)."""
    if not _by_max(done):
        return None
    trip, size = done.trip, done.run.x.size
    kept, luck = int(trip.kept.sum()), int(trip.accidental.sum())
    right = kept + luck
    why = _("{kept} come back because their place was remembered{luck}. The rest is lost.").format(
        kept=kept,
        luck=_(", {luck} match by accident: a zero was filled in where a zero had been").format(
            luck=luck
        )
        if luck
        else "",
    )
    offers = [
        (right, why),
        (
            size,
            _(
                "That would be an inverse. Pooling threw away every cell that did not win; no "
                "unpooling can know them."
            ),
        ),
        (kept, _("Those are the remembered ones. Some zeros were zeros before: by accident.")),
        (done.run.output.size, _("Some windows remember the same cell.")),
        (0, _("The winners come back: value and place were kept.")),
        (2 * right, _("Count the winners, and the zeros that were zeros before.")),
    ]
    text = _(
        "Pool, then unpool by location. Of {size}, how many cells have their value again?"
    ).format(size=size)
    return Question(_placed(case, text), choices(offers))


def twice_question(done: Journey, case: Case | None) -> Question | None:
    """Unpooling is max's backward (8)."""
    times = times_remembered(done.run)
    if not _by_max(done) or times.max(initial=0) < 2 or done.run.variant.stochastic:
        return None
    at = int(times.argmax())
    count, value = int(times.flat[at]), float(done.run.x.flat[at])
    written, total = float(done.trip.output.flat[at]), float(value * count)
    if written == total == 0:
        return None
    last = done.duplicates == "last"
    offers = [
        (
            written,
            _("Each writes {value} there, and the last one stands.").format(value=number(value))
            if last
            else _("You chose to add: {sum}.").format(sum=added_up([value] * count)),
        ),
        (
            total if last else value,
            _(
                "That adds them up, as max's backward does with gradients. Unpooling writes "
                "values: the last one stands."
            )
            if last
            else _("That is the last one. You chose to add them."),
        ),
        (value / count, _("Nothing is divided.")),
        (float(count), _("That is how many windows remember it.")),
        (0.0, _("The cell was remembered, so it gets its value.")),
    ]
    text = _(
        "{count} windows overlap and remember the same cell, the {value} in {place}. What does "
        "max unpooling leave there?"
    ).format(count=count, value=number(value), place=place_of(at, done.run.x.shape[1]))
    return Question(_placed(case, text), choices(offers))


def _placed(case: Case | None, text: str) -> str:
    if case is None:
        return text
    return _("Worked example, max pooling, kernel {kernel}, stride {stride}. {question}").format(
        kernel=case.kernel, stride=case.stride, question=text
    )
