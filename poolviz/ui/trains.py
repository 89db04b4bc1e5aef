"""Long work that a person sees as it goes on: a piece a run of its fragment, so that it can be
stopped, and that others are served between two pieces."""

from uuid import uuid4

import streamlit as st

from poolviz.stage.part import Trains
from poolviz.stage.work import WATCHED, Seat
from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.in_turn import fragment
from poolviz.ui.parts import PARTS, Desk, show_parts
from poolviz.ui.progress import Bar

SEAT = Seat()
"""Of this process."""


def trains(desk: Desk, part: Trains) -> None:
    """The work as far as it is; whatever else is moved on the page stops it."""
    if desk.state.pop(_going(part), False):
        SEAT.leave(_me())
    _piece(desk, part)


@fragment
def _piece(desk: Desk, part: Trains) -> None:
    """Buttons, one piece of the work if it goes on, and what is seen now."""
    WATCHED.set(Bar)
    state = desk.state
    done = min(int(state.get(part.key, part.at)), part.most)
    refused = False
    if state.get(_going(part)):
        if SEAT.take(_me()):
            done = state[part.key] = min(done + part.piece, part.most)
        else:
            state[_going(part)], refused = False, True
    if done >= part.most and state.pop(_going(part), False):
        SEAT.leave(_me())
    going = bool(state.get(_going(part)))
    _buttons(desk, part, done, going)
    if refused:
        st.info(_("Another training goes on here just now. Begin again when it has ended."))
    show_parts(desk, part.make(done))
    share.save(state, share.settings_of(desk.page))
    if going:
        st.rerun(scope="fragment")


def _buttons(desk: Desk, part: Trains, done: int, going: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if going:
            label, icon = _("Pause"), "pause"
        else:
            label, icon = (part.label if not done else _("Go on")), "play_arrow"
        st.button(
            label, key=desk.key(part, "go"), icon=f":material/{icon}:", type="primary",
            disabled=done >= part.most, on_click=_go, args=(desk, part, not going),
        )  # fmt: skip
        st.button(
            _("From the beginning"), key=desk.key(part, "anew"), icon=":material/replay:",
            disabled=not done, on_click=_anew, args=(desk, part),
        )  # fmt: skip
        st.progress(done / part.most, part.unit.format(done=done, most=part.most), width=260)


def _go(desk: Desk, part: Trains, on: bool) -> None:
    desk.state[_going(part)] = on
    if not on:
        SEAT.leave(_me())


def _anew(desk: Desk, part: Trains) -> None:
    _go(desk, part, False)
    desk.state[part.key] = 0


def _going(part: Trains) -> str:
    return f"{part.name}_going"


def _me() -> str:
    name: str = st.session_state.setdefault("seat", uuid4().hex)
    return name


PARTS[Trains] = trains
