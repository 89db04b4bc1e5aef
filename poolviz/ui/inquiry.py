"""Questions of a part of the page: asked in a fragment of their own, with what they withhold."""

import hashlib
from dataclasses import replace

import streamlit as st

from poolviz.stage.control import Values
from poolviz.stage.part import Inquiry, Moment, Part
from poolviz.stage.words import plain
from poolviz.ui import share
from poolviz.ui.in_turn import fragment
from poolviz.ui.lesson import lesson
from poolviz.ui.parts import PARTS, Desk, show_parts
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.share import State
from poolviz.ui.standing import predicts, settle


@fragment
def inquiry(desk: Desk, part: Inquiry) -> None:
    """Its controls, its question, and what may be shown of its answer.

    What a control in here has moved is computed here; the rest of the page stays as it is.
    """
    values: Values = desk.values
    sentences: tuple[str, ...] = ()
    if desk.page.values(desk.state) != values:  # else the page around it has just been computed
        values, sentences = settle(desk.page, desk.state)
    there = [p for p in inquiries(desk.page.parts(values)) if p.name == part.name]
    for now in there:
        here = replace(desk, values=values)
        show_parts(here, now.before)
        for sentence in sentences:
            st.info(plain(sentence))
        _answer(here, now)
    share.save(desk.state, share.settings_of(desk.page))


def _answer(desk: Desk, part: Inquiry) -> None:
    moment = Moment()
    if predicts(desk.page, desk.state):
        with st.container(border=True):
            ask(progress_of(desk.state, part), part.questions, part.name)
        secret = lesson().answers_hidden
        answered = () if secret else answered_in(desk.state, (part,))
        moment = Moment(0, secret=secret, inquiries=answered).inside(part)
    show_parts(replace(desk, moment=moment), part.after)
    if part.waits and not all(map(moment.shows, part.after)):
        st.caption(part.waits)


def inquiries(parts: tuple[Part, ...]) -> list[Inquiry]:
    """Those of a page."""
    return [part for part in parts if isinstance(part, Inquiry)]


def progress_of(state: State, part: Inquiry) -> State:
    """The progress through its questions."""
    name = hashlib.blake2b(f"{part.name} {part.about}".encode(), digest_size=12).hexdigest()
    return quiz(state, name, f"{part.name}_quiz")


def answered_in(state: State, parts: tuple[Part, ...]) -> tuple[tuple[str, int], ...]:
    """How many questions of each inquiry are answered."""
    counts = []
    for part in inquiries(parts):
        progress = progress_of(state, part)
        counts.append((part.name, progress["at"] + (progress["label"] is not None)))
    return tuple(counts)


PARTS[Inquiry] = inquiry
