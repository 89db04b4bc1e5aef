"""The values with which a page can be computed, and whether a person is asked first."""

from poolviz.stage import address
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State

MODE = "mode"
"""The control that says whether a person predicts first."""
GOOD = "good"
"""In the state: the values with which the page was computed last."""


def settle(page: Page, state: State) -> tuple[Values, tuple[str, ...]]:
    """Values that go together and can be computed, written back to the state; and what moved."""
    values, moved = address.settle(page, page.values(state), state.get(GOOD))
    state[GOOD] = {c.key: values[c.key] for c in page.controls}
    state.update(state[GOOD])
    return values, moved


def predicts(page: Page, state: State) -> bool:
    """Whether a person is asked: always where the page leaves no choice, or a class is asked."""
    chosen = any(control.key == MODE for control in page.controls)
    return not chosen or state[MODE] == "predict" or lesson().answers_hidden
