"""Every declaration as a card, of pooling and of attention; how cards are searched and guessed."""

from functools import cache

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import OPERATORS, VARIANTS
from poolviz.stage.question import Choice, Question
from poolviz.text import _
from poolviz.wings.pooling.catalogue.block_cards import block_entries
from poolviz.wings.pooling.catalogue.entry import WINDOW, Entry


@cache
def entries() -> tuple[Entry, ...]:
    """All declarations, in menu order.

    >>> [entry.name for entry in entries()[:2]]
    ['Max', 'Min']
    """
    return (*(Entry(cls) for cls in (*VARIANTS, *OPERATORS)), *block_entries())


@cache
def families() -> tuple[str, ...]:
    """The families, in menu order, untranslated."""
    return tuple(dict.fromkeys(entry.cls.family for entry in entries()))


@cache
def years() -> tuple[int, ...]:
    """The years of publication, each once, rising."""
    return tuple(sorted({entry.year for entry in entries()}))


def found(
    words: str = "",
    chosen: tuple[str, ...] = (),
    since: int | None = None,
    until: int | None = None,
) -> list[Entry]:
    """The entries that match all filters; no family chosen means all of them.

    >>> [entry.name for entry in found("zeiler")]
    ['Stochastic']
    """
    return [
        entry
        for entry in entries()
        if entry.matches(words)
        and (not chosen or entry.cls.family in chosen)
        and (since is None or entry.year >= since)
        and (until is None or entry.year <= until)
    ]


@cache
def _guessed() -> tuple[tuple[Entry, float], ...]:
    """The basic variants without a draw, those first whose value is no cell of the window."""
    basic = [e for e in entries() if e.takes_windows and e.cls.basic and not e.made.stochastic]
    values = [(e, float(e.run.output[0, 0])) for e in basic]
    return tuple(sorted(values, key=lambda pair: pair[1] in np.ravel(WINDOW)))


def guesses() -> tuple[Question, ...]:
    """Which variant gives this number for the window? One question for each basic variant."""
    known = _guessed()
    asked = []
    for entry, value in known[:4]:
        others = [e for e, v in known if v != value][:3]
        shown = sorted([entry, *others], key=lambda e: e.name)
        text = _("Which variant makes {value} of the window {cells}?").format(
            value=number(value), cells=numbers(np.ravel(WINDOW))
        )
        choices = tuple(Choice(_(e.cls.title), e is entry, e.sentence) for e in shown)
        asked.append(Question(text, choices, example={"card": entry.name}))
    return tuple(asked)
