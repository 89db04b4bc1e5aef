"""The first minute: one window, two variants, a prediction each; then the window moves."""

from collections.abc import Sequence

import streamlit as st

from poolviz.pooling import Pooled
from poolviz.stage.question import Question
from poolviz.text import _
from poolviz.ui.handouts import scene_handout
from poolviz.ui.in_turn import fragment
from poolviz.ui.offers import told
from poolviz.ui.pictures import pictures
from poolviz.ui.pooling import scene_of
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.stepper import stepper
from poolviz.ui.takeaway import downloads
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.window_scene import window_scene

KEY = "home"


@fragment
def first_minute(runs: Sequence[Pooled], asked: Sequence[Question]) -> None:
    """Ask about the first window of each run in turn; at the end the first run may be played."""
    state = st.session_state.setdefault("home_state", {})
    progress = quiz(state, KEY)
    at = progress["at"]
    finished = at >= len(runs) or told()
    run = runs[0] if finished else runs[at]
    hidden = None if finished else int(progress["label"] is not None)
    left, right = st.columns([3, 2], gap="large")
    with left:
        scene = scene_of(run, hidden)
        step = stepper(scene, key=KEY, step=1 if finished else 0).step
    with right:
        if finished:
            st.success(
                _("Max kept the largest cell, average the mean of all. Press Play, or step on.")
            )
        ask(
            progress,
            tuple(asked),
            KEY,
            next_label=_("The same window, average?") if at == 0 else _("Move the window"),
        )
    _take_away(run, step, hidden, tuple(each.variant.formula for each in runs), asked)


def _take_away(
    run: Pooled, step: int, hidden: int | None, formulas: tuple[str, ...], asked: Sequence[Question]
) -> None:
    """The step as a picture, the run as a GIF, the numbers, and a sheet with the questions."""
    name, secret = run_name(KEY, run), hidden is not None
    title = _("{variant} pooling").format(variant=_(run.variant.title))
    with st.container(horizontal=True, vertical_alignment="center"):
        pictures(scene_of(run, hidden), step, name, KEY)
        scene_handout(
            {"step": step},
            lambda _state: (),
            lambda withheld: window_scene(run, title, hidden_from=0 if withheld else None),
            formulas,
            lambda: asked,
            name,
            KEY,
            secret,
        )
        downloads(run.output, f"{name}-output", KEY, secret)
