"""A declared page in a browser: choose, compute, show; in one place for all pages."""

import hashlib
from typing import Any

import streamlit as st

from poolviz.stage import address
from poolviz.stage.control import Control, Matrix, Pair, Values
from poolviz.stage.files import travels_alone
from poolviz.stage.page import Page
from poolviz.stage.part import ALL, CLASS, Moment, Now, Part, Play, Row, Stack, first_play
from poolviz.stage.question import Question, withheld_from
from poolviz.stage.words import plain
from poolviz.stage.work import WATCHED
from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.in_turn import fragment
from poolviz.ui.inputs import Asked, carry_out, draw_input, draw_menu
from poolviz.ui.lesson import lesson
from poolviz.ui.parts import Desk, show_parts
from poolviz.ui.present import controls_place, sides
from poolviz.ui.progress import Bar
from poolviz.ui.quiz import answer, ask, quiz
from poolviz.ui.save import save_menu
from poolviz.ui.share import State
from poolviz.ui.takeaway import copy_link
from poolviz.ui.uploads import take_files
from poolviz.ui.widgets import axes_differ, draw, offer_all, take_grids

MODE = "mode"
"""The control that says whether a person predicts first."""


def show(page: Page) -> None:
    """Read the link, compute, draw the controls, and show the page's parts."""
    settings = share.settings_of(page)
    WATCHED.set(Bar)
    state = share.load(page.keeps, settings)
    asked = carry_out(state, input_key(page)) if _has_input(page) else None
    take_files(page.controls, state)
    wrong = take_grids(page.present(page.values(state)), state, page.values(state))
    values, sentences = settle(page, state)
    st.title(_(page.heading or page.title))
    if page.intro:
        st.markdown(_(page.intro))
    share.show_complaints(state)
    left = _controls(page, state, values, asked)
    with left:
        for sentence in sentences:
            st.info(plain(sentence))
        for sentence in wrong:
            st.error(sentence)
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


def _has_input(page: Page) -> bool:
    return any(isinstance(c.kind, Matrix) for c in page.controls)


GOOD = "good"
"""In the state: the values with which the page was computed last."""


def settle(page: Page, state: State) -> tuple[Values, tuple[str, ...]]:
    """Values that go together and can be computed, written back to the state; and what moved."""
    values, moved = address.settle(page, page.values(state), state.get(GOOD))
    state[GOOD] = {c.key: values[c.key] for c in page.controls}
    state.update(state[GOOD])
    return values, moved


def _controls(page: Page, state: State, values: Values, asked: Asked | None) -> Any:
    """The controls that matter in one row, the rest folded, an input beside the picture.

    Gives the place of the picture.
    """
    there = page.present(values)
    matters = [c for c in there if not (c.is_folded(values) or c.placed or c.key == MODE)]
    folded = [c for c in there if c.is_folded(values) and not c.placed]
    place = controls_place()
    with place:
        row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        if asked is not None:
            draw_menu(state, input_key(page))
        draw(matters, state, values)
    pairs = [c for c in there if isinstance(c.kind, Pair) and not c.kind.both]
    with place:
        more, mode = st.columns([3, 1], gap="medium") if folded or pairs else (place, place)
        with mode:
            _mode(page, state, values)
        if folded or pairs:
            with more:
                _folded(page, folded, pairs, there, state, values)
    if asked is None:
        return st.container()
    left, right = sides(place)
    with right:
        draw_input(state, asked, input_key(page))
    return left


def _mode(page: Page, state: State, values: Values) -> None:
    draw([c for c in page.controls if c.key == MODE], state, values)


def _folded(
    page: Page, folded: list[Control], pairs: list[Control], there: tuple[Control, ...],
    state: State, values: Values,
) -> None:  # fmt: skip
    """What most visitors leave as it is; drawn when it is opened."""
    more = st.expander(_("More"), key=f"{page.address}.more", on_change="rerun")
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
    if part.tells not in (0, CLASS) or isinstance(part, Play | Now):
        return True
    return isinstance(part, Row | Stack) and any(map(_moves, part.parts))


def _predicts(page: Page, state: State) -> bool:
    """Whether a person is asked: always where the page leaves no choice, or a class is asked."""
    chosen = any(control.key == MODE for control in page.controls)
    return not chosen or state[MODE] == "predict" or lesson().answers_hidden


def moment(page: Page, state: State, values: Values) -> Moment:
    """Where the person stands."""
    secret = lesson().answers_hidden
    step = int(state.get("step", 0))
    if secret:
        return Moment(0, step, 0, True, at=0)
    if not _predicts(page, state):
        return Moment(ALL, step)
    progress, asked = _progress(page, state, values)
    at = progress["at"]
    answered = at + (progress["label"] is not None)
    done = at >= len(asked)
    return Moment(ALL if done else answered, step, withheld_from(asked, answered), at=at)


def _progress(page: Page, state: State, values: Values) -> tuple[State, Any]:
    """The progress through the questions, and these."""
    step = share.asked_step(state) if "step" in state else 0
    asked = page.asked(page.result(values), step, lesson().answers_hidden)
    return quiz(state, signature(page, values), f"{page.address}_quiz"), asked


def signature(page: Page, values: Values) -> str:
    """A short name of what is asked about."""
    text = repr(page.asks_about(values)).encode()
    return hashlib.blake2b(text, digest_size=12).hexdigest()


@fragment
def _hero(page: Page, state: State, values: Values) -> None:
    """The question, the picture, what moves with them, and the menu "Save"."""
    WATCHED.set(Bar)
    if page.computes(page.values(state)) != page.computes(values):
        st.rerun()  # a control in here was moved: all that depends on it is made anew
    parts, _rest = _split(page.parts(values))
    if _predicts(page, state):
        _ask(page, state, values, parts)
    desk = Desk(page, state, values, moment(page, state, values))
    show_parts(desk, parts)
    save_menu(desk)
    share.save(state, share.settings_of(page))


def _ask(page: Page, state: State, values: Values, parts: tuple[Part, ...]) -> None:
    progress, asked = _progress(page, state, values)
    if not asked:
        return
    _take_pick(page, state, values, progress, asked, parts)
    if progress["shown"] != progress["at"] and not lesson().answers_hidden:
        at = progress["at"]
        step = asked[-1].lands if at >= len(asked) else asked[at].stands
        if step is None and at < len(asked):
            step = asked[at].step
        progress["shown"] = at
        if step is not None:
            state["step"] = step
    with st.container(border=True):
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
    told = st.session_state.get(f"{page.address}_saved", {})
    news = told.get("n", 0) != progress.get("told", told.get("n", 0))
    progress["told"] = told.get("n", 0)
    at = progress["at"]
    if not news or at >= len(asked) or told.get("panel") != "input" or not asked[at].cells:
        return
    here = moment(page, state, values)
    play = first_play(parts, here)
    if play is None:
        return
    panel = play.scene(here.hidden).panel("input")
    row, col = divmod(int(told["cell"]), panel.values.shape[1])
    if panel.kind is None or panel.kind[row, col] == 0:
        picked = (row + panel.origin[0], col + panel.origin[1], float(panel.values[row, col]))
        answer(progress, asked[at].picked(*picked), picked)
