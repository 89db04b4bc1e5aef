"""A declared page in a browser: choose, compute, show; in one place for all pages."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from poolviz.stage.control import Control, Matrix, Pair, Values, Visit
from poolviz.stage.files import travels_alone
from poolviz.stage.matrix import mend
from poolviz.stage.page import Page
from poolviz.stage.part import (
    ALL,
    CLASS,
    Moment,
    Now,
    Part,
    Play,
    Posed,
    Row,
    Stack,
    Still,
    first_play,
)
from poolviz.stage.question import Question, withheld_from
from poolviz.stage.task import Task
from poolviz.stage.words import plain
from poolviz.stage.work import WATCHED
from poolviz.text import _
from poolviz.ui import exchange, share
from poolviz.ui.frame import visited
from poolviz.ui.in_turn import fragment
from poolviz.ui.inputs import Asked, carry_out, draw_input, draw_menu
from poolviz.ui.inquiry import answered_in
from poolviz.ui.lesson import lesson
from poolviz.ui.parts import Desk, poses_key, show_parts, step_key
from poolviz.ui.present import controls_place
from poolviz.ui.progress import Bar
from poolviz.ui.quiz import answer, ask, quiz
from poolviz.ui.save import save_menu
from poolviz.ui.share import State
from poolviz.ui.standing import MODE, predicts, settle
from poolviz.ui.takeaway import copy_link, link_key
from poolviz.ui.task import ask_task, built_matrix, give, take
from poolviz.ui.uploads import take_files
from poolviz.ui.widgets import axes_differ, draw, offer_all, take_grids, take_joints

WHOLE = "whole"
"""In the state: the whole page runs, not the picture's part alone."""


def show(page: Page) -> None:
    """Read the link, compute, draw the controls, and show the page's parts."""
    settings = share.settings_of(page)
    WATCHED.set(Bar)
    state = share.load(page.keeps, settings)
    asked = _take_input(page, state)
    take_files(page.controls, state)
    state.update({c.key: visited() for c in page.controls if isinstance(c.kind, Visit)})
    before = page.values(state)
    wrong = take_grids(page.present(before), state, before)
    take_joints(poses_key(page), page.present(before), state, before)
    values, sentences = settle(page, state)
    st.title(_(page.heading or page.title))
    if page.intro:
        st.markdown(_(page.intro))
    share.show_complaints(state)
    _controls(page, state, values, asked)
    for sentence in sentences:
        st.info(plain(sentence))
    for sentence in wrong:
        st.error(sentence)
    for note in state["notes"] if asked is not None else ():
        st.caption(note)
    state[WHOLE] = True
    _hero(page, state, values)
    desk = Desk(page, state, values, moment(page, state, values))
    show_parts(desk, _split(page.parts(values))[1])
    copy_link(state, settings, _note(page, values))


def _note(page: Page, values: Values) -> str | None:
    """What a person reads above the link, where it does not hold everything."""
    if not travels_alone(page, values):
        return None
    return _(
        "Uploaded files do not travel in this link; the other choices do. Save the state as a "
        "file, and they come along as far as all is under 5 MB."
    )


def input_key(page: Page) -> str:
    """What the keys of an input's widgets begin with: pages that share it share them."""
    return "input" if page.keeps == "pooling" else f"{page.keeps}_input"


def _take_input(page: Page, state: State) -> Asked | None:
    """Make the state of an input whole, and do what its widgets ask for, where it has them here."""
    inputs = [c for c in page.controls if isinstance(c.kind, Matrix)]
    if not inputs:
        return None
    if inputs[0].elsewhere:
        mend(state)
        return None
    return carry_out(state, input_key(page))


def _controls(page: Page, state: State, values: Values, asked: Asked | None) -> None:
    """The controls that matter in one row; under it boxes with the rest, an input, and the mode."""
    there = tuple(c for c in page.present(values) if not c.elsewhere)
    matters = [c for c in there if not (c.is_folded(values) or c.placed or c.key == MODE)]
    folded = [c for c in there if c.is_folded(values) and not c.placed]
    pairs = [c for c in there if isinstance(c.kind, Pair) and not c.kind.both]
    boxes: list[Callable[[], None]] = []
    if folded or pairs:
        boxes.append(partial(_folded, page, folded, pairs, there, state, values))
    if asked is not None:
        boxes.append(partial(draw_input, state, asked, input_key(page)))
    if any(c.key == MODE for c in there) and lesson().shows(MODE):
        boxes.append(partial(_mode, page, state, values))
    with controls_place():
        if matters or asked is not None:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                if asked is not None:
                    draw_menu(state, input_key(page))
                draw(matters, state, values)
        places = st.columns(len(boxes), gap="medium") if len(boxes) > 1 else [st.container()]
        for place, box in zip(places, boxes, strict=False):
            with place:
                box()


def _mode(page: Page, state: State, values: Values) -> None:
    draw([c for c in page.controls if c.key == MODE], state, values)


def more_key(page: Page) -> str:
    """The key of the box with what most visitors leave as it is."""
    return f"{page.address}.more"


def _folded(
    page: Page, folded: list[Control], pairs: list[Control], there: tuple[Control, ...],
    state: State, values: Values,
) -> None:  # fmt: skip
    """What most visitors leave as it is; drawn when it is opened."""
    more = st.expander(_("More"), key=more_key(page), on_change="rerun")
    if not more.open:
        return
    with more:
        for control in there:
            offer_all(control, state)
        draw(folded, state, values)
        if pairs:
            axes_differ(state, pairs)


def _split(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The parts that move with the picture and its questions, up to the last one; the rest."""
    last = max((i for i, part in enumerate(parts, start=1) if _moves(part)), default=0)
    return parts[:last], parts[last:]


def _moves(part: Part) -> bool:
    """Whether a part changes with the step or with an answer."""
    if part.tells not in (0, CLASS) or isinstance(part, Play | Posed | Still | Now):
        return True
    return isinstance(part, Row | Stack) and any(map(_moves, part.parts))


def moment(page: Page, state: State, values: Values) -> Moment:
    """Where the person stands."""
    secret = lesson().answers_hidden
    step = int(state.get(step_key(page), 0))
    if secret:
        progress, _asked = _progress(page, state, values)
        return Moment(0, step, 0, True, at=0, built=built_matrix(progress))
    if not predicts(page, state):
        return Moment(ALL, step)
    progress, asked = _progress(page, state, values)
    at, given = progress["at"], progress["label"] is not None
    done = at >= len(asked)
    decided = at + (given and not done and asked[at].decided(progress["correct"]))
    return Moment(
        ALL if done else at + given, step, withheld_from(asked, decided), at=at,
        inquiries=answered_in(state, page.parts(values)), built=built_matrix(progress),
    )  # fmt: skip


def _progress(page: Page, state: State, values: Values) -> tuple[State, Any]:
    """The progress through the questions, and these."""
    step = share.asked_step(state) if page.steps else 0
    visit = state["visit"] if page.about else 0
    linked = any(control.name == "step" for control in page.controls)
    name = f"{signature(page, values)} {visit}"
    progress = quiz(state, name, f"{page.address}_quiz", linked)
    if progress["label"] is None:  # else what was asked stays, whatever a person changes meanwhile
        progress["about"] = values
    return progress, page.kept_questions(progress["about"], step, lesson().answers_hidden)


def signature(page: Page, values: Values) -> str:
    """A short name of what is asked about."""
    text = repr(page.asks_about(values)).encode()
    return hashlib.blake2b(text, digest_size=12).hexdigest()


@fragment
def _hero(page: Page, state: State, values: Values) -> None:
    """The question, the picture, what moves with them, and the menu "Save"."""
    WATCHED.set(Bar)
    if not state.pop(WHOLE, False):
        values = _moved_on(page, state, values)
    parts, _rest = _split(page.parts(values))
    first, last = _stepped(parts)
    if predicts(page, state):
        _ask(page, state, values, parts)
    desk = Desk(page, state, values, moment(page, state, values))
    show_parts(desk, parts[:first])
    _stage(page, state, values, first, last)
    show_parts(desk, parts[last:])
    share.save(state, share.settings_of(page))


def _moved_on(page: Page, state: State, before: Values) -> Values:
    """The values where the picture's part of the page runs alone, after something in it was moved.

    The whole page runs where something else depends on that, as a control that is seen elsewhere,
    or an open link.
    """
    now = page.values(state)
    take_joints(poses_key(page), page.present(now), state, now)
    now, _sentences = settle(page, state)
    changed = [c for c in page.controls if now[c.key] != before[c.key]]
    far = [c for c in changed if not (c.passing or c.near or c.within) or c.key == MODE]
    opened = [c for c in changed if c.is_folded(now)] and st.session_state.get(more_key(page))
    if far or opened or (changed and st.session_state.get(link_key(page.address))):
        st.rerun()
    return now


def _stepped(parts: tuple[Part, ...]) -> tuple[int, int]:
    """From where to where parts move with the step: the picture, and what belongs to its step."""
    first = next((i for i, part in enumerate(parts) if isinstance(part, Play)), None)
    if first is None:
        first = next((i for i, part in enumerate(parts) if isinstance(part, Now)), len(parts))
    last = max((i for i, part in enumerate(parts) if isinstance(part, Now)), default=first)
    return first, min(max(first, last) + 1, len(parts))


@fragment
def _stage(page: Page, state: State, values: Values, first: int, last: int) -> None:
    """What is drawn again at a step: nothing else is."""
    WATCHED.set(Bar)
    parts, _rest = _split(page.parts(values))
    desk = Desk(page, state, values, moment(page, state, values))
    show_parts(desk, parts[first:last])
    save_menu(replace(desk, moment=replace(desk.moment, step=int(state.get(step_key(page), 0)))))
    if predicts(page, state) and _picked(page, state, values):
        st.rerun()
    share.save(state, share.settings_of(page))


def _picked(page: Page, state: State, values: Values) -> bool:
    """Whether a cell was clicked that the open question takes for an answer."""
    progress, asked = _progress(page, state, values)
    at = progress["at"]
    if at >= len(asked) or progress["label"] is not None or not asked[at].pickable:
        return False
    message = exchange.last(page.address)
    waiting = message.get("n", 0) != progress.get("heard", message.get("n", 0))
    return waiting and message.get("panel") == "input"


def _ask(page: Page, state: State, values: Values, parts: tuple[Part, ...]) -> None:
    progress, asked = _progress(page, state, values)
    if not asked:
        return
    _take_pick(page, state, values, progress, asked, parts)
    at = progress["at"]
    task = asked[at] if at < len(asked) and isinstance(asked[at], Task) else None
    if task is not None:
        take(progress, task, page.address)
    if progress["shown"] != at:
        step = asked[-1].lands if at >= len(asked) else asked[at].stands
        if step is None and at < len(asked):
            step = asked[at].step
        progress["shown"] = at
        if step is not None:
            state[step_key(page)] = step
    with st.container(border=True):
        if task is not None:
            ask_task(progress, task, page.address)
            show_parts(Desk(page, state, values, moment(page, state, values)), task.under)
            return
        ask(progress, asked, page.address)
        _offer_example(page, state, progress, asked)


def _offer_example(page: Page, state: State, progress: State, asked: Any) -> None:
    """A question about another state has that shown, once it is answered."""
    at = progress["at"]
    if at >= len(asked) or progress["label"] is None or asked[at].example is None:
        return
    st.button(
        _("See it in the picture"), key=f"{page.address}.example",
        on_click=_show_example, args=(page, state, asked[at]),
    )  # fmt: skip


def _show_example(page: Page, state: State, question: Question) -> None:
    assert question.example is not None
    held = {c.key for c in page.controls if lesson().holds(c.bound_by)}
    state.update({k: v for k, v in question.example.items() if k not in held})
    state.update({MODE: "watch", "step": 0})


def _take_pick(
    page: Page, state: State, values: Values, progress: State, asked: Any, parts: tuple[Part, ...]
) -> None:
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
        picked = (row + panel.origin[0], col + panel.origin[1], float(panel.values[row, col]))
        if isinstance(asked[at], Task):
            give(progress, progress["signature"], picked[:2])
        else:
            answer(progress, asked[at].picked(*picked), picked)
