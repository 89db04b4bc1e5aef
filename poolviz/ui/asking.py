"""A page's questions as a strip over its picture, and where a person stands among them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import ALL, Moment, Part, first_play
from poolviz.stage.question import Question, withheld_from
from poolviz.stage.task import Task
from poolviz.text import _
from poolviz.ui import exchange, share
from poolviz.ui.inquiry import answered_in
from poolviz.ui.lesson import lesson
from poolviz.ui.parts import step_key
from poolviz.ui.quiz import answer, ask, quiz
from poolviz.ui.share import State
from poolviz.ui.standing import predicts
from poolviz.ui.task import ask_task, built_matrix, give, take

Asked = Sequence[Question]


def moment(page: Page, state: State, values: Values) -> Moment:
    """Where the person stands."""
    secret = lesson().answers_hidden
    step = int(state.get(step_key(page), 0))
    if secret:
        progress, _asked = progress_of(page, state, values)
        return Moment(0, step, 0, True, at=0, built=built_matrix(progress))
    if not predicts(page, state):
        return Moment(ALL, step)
    progress, asked = progress_of(page, state, values)
    at, given = progress["at"], progress["label"] is not None
    done = at >= len(asked)
    decided = at + (given and not done and asked[at].decided(progress["correct"]))
    away = progress["about"] is not values and _is_example(page, progress, asked, values)
    return Moment(
        ALL if done or away else at + given, step,
        None if away else withheld_from(asked, decided), at=at,
        inquiries=answered_in(state, page.parts(values)), built=built_matrix(progress),
    )  # fmt: skip


def progress_of(page: Page, state: State, values: Values) -> tuple[State, Asked]:
    """The progress through the questions, and these.

    They begin again with other values, but not where a person does what the question asks about.
    """
    key = f"{page.address}_quiz"
    before: State = state.get(key, {})
    step = share.asked_step(state) if page.steps else 0
    alone = lesson().answers_hidden
    if "about" in before and _is_example(
        page, before, page.kept_questions(before["about"], step, alone), values
    ):
        return before, page.kept_questions(before["about"], step, alone)
    visit = state["visit"] if page.about else 0
    progress = quiz(state, f"{signature(page, values)} {visit}", key, page.steps)
    if progress["label"] is None:  # else what was asked stays, whatever a person changes meanwhile
        progress["about"] = values
    return progress, page.kept_questions(progress["about"], step, alone)


def _is_example(page: Page, progress: State, asked: Asked, values: Values) -> bool:
    """Whether these values are those that the present question asks about."""
    at = progress["at"]
    if at >= len(asked) or asked[at].example is None:
        return False
    there = page.fit(progress["about"].but(**_moved(page, asked[at].example)))[0]
    return page.asks_about(there) == page.asks_about(values)


def _moved(page: Page, example: Mapping[str, Any] | None) -> dict[str, Any]:
    """What an example changes, as far as no teacher's link holds it."""
    held = {c.key for c in page.controls if lesson().holds(c.bound_by)}
    return {key: value for key, value in (example or {}).items() if key not in held}


def signature(page: Page, values: Values) -> str:
    """A short name of what is asked about."""
    return values.once(("signature", page.address), lambda: _digest(page.asks_about(values)))


def _digest(asked_about: Values) -> str:
    return hashlib.blake2b(repr(asked_about).encode(), digest_size=12).hexdigest()


def draw_question(page: Page, state: State, values: Values, parts: tuple[Part, ...]) -> None:
    """The present question, or what became of it."""
    progress, asked = progress_of(page, state, values)
    if not asked:
        return
    _take_pick(page, state, values, progress, asked, parts)
    at = progress["at"]
    now = asked[at] if at < len(asked) else None
    task = now if isinstance(now, Task) else None
    if task is not None:
        take(progress, task, page.address)
    if progress["shown"] != at:
        step = asked[-1].lands if at >= len(asked) else asked[at].stands
        if step is None and at < len(asked):
            step = asked[at].step
        progress["shown"] = at
        if step is not None:
            state[step_key(page)] = step
    with st.container(key="question"):
        if task is not None:
            ask_task(progress, task, page.address)
            return
        ask(progress, asked, page.address)
        _offer_example(page, state, values, progress, asked)


def beneath(page: Page, state: State, values: Values) -> tuple[Part, ...]:
    """What belongs to a task and stands below its picture."""
    progress, asked = progress_of(page, state, values)
    at = progress["at"]
    task = asked[at] if at < len(asked) else None
    return task.under if isinstance(task, Task) else ()


def _offer_example(page: Page, state: State, values: Values, progress: State, asked: Asked) -> None:
    """A question about another state has that shown in the picture, once it is answered; and from
    there a way back."""
    at = progress["at"]
    if at >= len(asked) or progress["label"] is None or not _moved(page, asked[at].example):
        return
    away = progress["about"] is not values and _is_example(page, progress, asked, values)
    label = _("Back to the question") if away else _("Show me")
    st.button(
        label, key=f"{page.address}.example", icon=":material/undo:" if away else None,
        on_click=_return if away else _show_example, args=(page, state, progress, asked[at]),
    )  # fmt: skip


def _show_example(page: Page, state: State, progress: State, question: Question) -> None:
    progress["left_at"] = state.get(step_key(page), 0)
    state.update(_moved(page, question.example))
    state[step_key(page)] = 0


def _return(page: Page, state: State, progress: State, question: Question) -> None:
    about = progress["about"]
    state.update({key: about[key] for key in _moved(page, question.example)})
    state[step_key(page)] = progress.get("left_at", 0)


def picked(page: Page, state: State, values: Values) -> bool:
    """Whether a cell was clicked that the open question takes for an answer."""
    progress, asked = progress_of(page, state, values)
    at = progress["at"]
    if at >= len(asked) or progress["label"] is not None or not asked[at].pickable:
        return False
    message = exchange.last(page.address)
    waiting = message.get("n", 0) != progress.get("heard", message.get("n", 0))
    return waiting and message.get("panel") == "input"


def _take_pick(
    page: Page, state: State, values: Values, progress: State, asked: Asked,
    parts: tuple[Part, ...],
) -> None:  # fmt: skip
    """A cell of the input that was clicked since the last time is an answer."""
    message, at = exchange.news(page.address, progress), progress["at"]
    if message is None or at >= len(asked) or not asked[at].pickable or message["panel"] != "input":
        return
    if progress["label"] is not None:
        return
    here = moment(page, state, values)
    play = first_play(parts, here)
    if play is None:
        return
    panel = play.scene(here.hidden).panel("input")
    row, col = divmod(int(message["cell"]), panel.values.shape[1])
    if panel.kind is None or panel.kind[row, col] == 0:
        cell = (row + panel.origin[0], col + panel.origin[1], float(panel.values[row, col]))
        if isinstance(asked[at], Task):
            give(progress, progress["signature"], cell[:2])
        else:
            answer(progress, asked[at].picked(*cell), cell)
