"""A declared page in a browser: choose, compute, show; in one place for all pages."""

from functools import partial

import streamlit as st

import poolviz.ui.trains  # noqa: F401  (draws a kind of part)
from poolviz.stage.control import Matrix, Values, Visit
from poolviz.stage.files import travels_alone
from poolviz.stage.matrix import mend
from poolviz.stage.page import Page
from poolviz.stage.part import CLASS, Now, Part, Play, Posed, Row, Stack, Still
from poolviz.stage.work import WATCHED
from poolviz.text import _
from poolviz.ui import edits, share
from poolviz.ui.asking import beneath, draw_question, moment, picked
from poolviz.ui.frame import visited
from poolviz.ui.in_turn import fragment
from poolviz.ui.inputs import Asked, carry_out
from poolviz.ui.parts import Desk, on_screen, poses_key, show_parts, takes_numbers
from poolviz.ui.progress import Bar
from poolviz.ui.rail import draw_rail, drawer_key, in_sight, input_key
from poolviz.ui.share import State
from poolviz.ui.standing import MODE, predicts, settle
from poolviz.ui.takeaway import copy_link, link_key
from poolviz.ui.uploads import take_files
from poolviz.ui.widgets import take_grids, take_joints

WHOLE = "whole"
"""In the state: the whole page runs, not the picture's part alone."""


def show(page: Page) -> None:
    """Read the link, then compute, draw the controls, and show the page's parts."""
    state = share.load(page.keeps, share.settings_of(page))
    with st.container(key="page"):
        _head(page)
        _whole(page, state)


@fragment
def _whole(page: Page, state: State) -> None:
    """The page without the frame around it: all that a control can change.

    The picture stands first, the controls beside or below it (assets/frame.css); where the page's
    controls choose among what is shown, they stand above it.
    """
    WATCHED.set(Bar)
    settings = share.settings_of(page)
    share.hold(state, settings)
    asked = _take_input(page, state)
    take_files(page.controls, state)
    state.update({c.key: visited() for c in page.controls if isinstance(c.kind, Visit)})
    before = page.values(state)
    wrong = take_grids(page.present(before), state, before)
    if asked is not None:
        wrong += edits.take(page.address, state)
    take_joints(poses_key(page), page.present(before), state, before)
    values, sentences = settle(page, state)
    state[WHOLE] = True
    desk = Desk(page, state, values, moment(page, state, values))
    rail = partial(draw_rail, desk, asked, (*sentences, *wrong))
    if page.filters:
        rail()
    _hero(page, state, values)
    desk = Desk(page, state, values, moment(page, state, values))
    if not page.filters:
        rail()
    with st.container(key="rest"):
        show_parts(desk, _split(page.parts(values))[1])
        copy_link(state, settings, _note(page, values))


def _head(page: Page) -> None:
    """The title and what the page is about, on one line where there is room."""
    st.title(_(page.heading or page.title), anchor=False)
    if page.intro:
        st.markdown(_(page.intro))


def _note(page: Page, values: Values) -> str | None:
    """What a person reads above the link, where it does not hold everything."""
    if not travels_alone(page, values):
        return None
    return _(
        "Uploaded files do not travel in this link; the other choices do. Save the state as a "
        "file, and they come along as far as all is under 5 MB."
    )


def _take_input(page: Page, state: State) -> Asked | None:
    """Make the state of an input whole, and do what its widgets ask for, where it has them here."""
    if takes_numbers(page):
        return carry_out(state, input_key(page))
    if any(isinstance(c.kind, Matrix) for c in page.controls):
        mend(state)
    return None


def _split(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The parts that move with the picture and its questions, up to the last one; the rest."""
    last = max((i for i, part in enumerate(parts, start=1) if _moves(part)), default=0)
    return parts[:last], parts[last:]


def _moves(part: Part) -> bool:
    """Whether a part changes with the step or with an answer."""
    if part.tells not in (0, CLASS) or isinstance(part, Play | Posed | Still | Now):
        return True
    return isinstance(part, Row | Stack) and any(map(_moves, part.parts))


@fragment
def _hero(page: Page, state: State, values: Values) -> None:
    """The question, the picture, and what moves with them."""
    WATCHED.set(Bar)
    if not state.pop(WHOLE, False):
        values = _moved_on(page, state, values)
    parts, _rest = _split(page.parts(values))
    first, last = _stepped(parts)
    with st.container(key="hero"):
        share.show_complaints(state)
        if predicts(page, state):
            draw_question(page, state, values, parts)
        desk = Desk(page, state, values, moment(page, state, values))
        show_parts(desk, parts[:first])
        _stage(page, state, values, first, last)
        if predicts(page, state):
            show_parts(desk, beneath(page, state, values))
    if any(map(on_screen, filter(desk.moment.shows, parts[last:]))):
        with st.container(key="after"):
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
    _seen, drawer = in_sight(page, now)
    opened = any(c in drawer for c in changed) and st.session_state.get(drawer_key(page))
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
    if takes_numbers(page) and edits.waiting(page.address):
        st.rerun()
    parts, _rest = _split(page.parts(values))
    desk = Desk(page, state, values, moment(page, state, values))
    show_parts(desk, parts[first:last])
    if predicts(page, state) and picked(page, state, values):
        st.rerun()
    share.save(state, share.settings_of(page))
