"""A page's state as the parameters of a link, and back; and values that can be computed."""

from collections.abc import Mapping
from typing import Any

from poolviz.stage.control import Control, Values
from poolviz.stage.link import LONGEST
from poolviz.stage.page import Page
from poolviz.text import _, listed


def parameters(page: Page, values: Values) -> dict[str, str]:
    """name -> text of every control that is there and not at its default."""
    return {
        c.name: c.kind.write(values[c.key])
        for c in page.present(values)
        if c.name and values[c.key] != c.default
    }


def read(page: Page, given: Mapping[str, str]) -> tuple[Values, tuple[str, ...]]:
    """The defaults and what a link gives; a sentence for each value that is unusable."""
    state: dict[str, Any] = {c.key: c.default for c in page.controls}
    complaints: list[str] = []
    done: set[str] = set()
    for _round in range(2):  # the first controls may bring further ones
        for control in page.present(Values(state)):
            text = given.get(control.name)
            if text is None or control.key in done:
                continue
            done.add(control.key)
            try:
                if len(text) > LONGEST:
                    raise ValueError(_("at most {n} characters are read").format(n=LONGEST))
                state[control.key] = control.kind.read(text)
            except (ValueError, OverflowError) as error:
                complaints.append(unusable(control.name, str(error)))
    return Values(state), tuple(complaints)


def unusable(name: str, reason: str) -> str:
    """The sentence for a value of a link that could not be used."""
    return _("The link's “{name}” could not be used: {reason}. The default stands.").format(
        name=name, reason=reason.rstrip(".")
    )


def settle(
    page: Page, values: Values, good: Mapping[str, Any] | None = None
) -> tuple[Values, tuple[str, ...]]:
    """Values that go together and can be computed, and a sentence for what had to move.

    What the page cannot compute goes back to ``good``, the values that it was computed with last
    (by default those of the controls), with the reason.
    """
    fitted: Values = values
    moved: tuple[str, ...] = ()
    try:
        fitted, moved = page.fit(values)
        page.result(fitted)
    except ValueError as error:
        fitted, sentence = _taken_back(page, fitted, good or {}, str(error).rstrip("."))
        moved = (*moved, sentence)
    return fitted, moved


def _taken_back(
    page: Page, values: Values, good: Mapping[str, Any], reason: str
) -> tuple[Values, str]:
    """The nearest values that can be computed: one changed control taken back, or all of them."""
    before = {c.key: good.get(c.key, c.default) for c in page.controls}
    changed = [c for c in page.present(values) if values[c.key] != before[c.key] and not c.passing]
    changed.sort(key=lambda c: c.name != reason.partition(" ")[0])  # which the reason names, first
    attempts = [*([c for c in changed if _belong(c, control)] for control in changed), changed]
    for attempt in attempts:
        try:
            there, _moved = page.fit(values.but(**{c.key: before[c.key] for c in attempt}))
            page.result(there)
        except ValueError:
            continue
        if {c.bound_by for c in attempt} == {attempt[0].bound_by} and any(
            c.name == reason.partition(" ")[0] for c in attempt
        ):
            return there, _("{reason}. The last good value stands.").format(reason=reason)
        names = listed(_(c.label) or c.name for c in attempt if c.label or c.name)
        text = _("{names}: {reason}. The last good value stands.")
        return there, text.format(names=names, reason=reason)
    there, _moved = page.fit(Values({c.key: c.default for c in page.controls}))
    return there, _("{reason}. The page is as it is at first.").format(reason=reason)


def _belong(one: Control, other: Control) -> bool:
    """Whether two controls are taken back together, as a matrix and that it is the input."""
    return one is other or (one.bound_by == other.bound_by != "")
