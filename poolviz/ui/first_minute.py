"""The first minute: one window, two variants, a prediction each; then the window moves."""

from collections.abc import Sequence

import streamlit as st

from poolviz.pooling import Pooled
from poolviz.scenes.predict import Question
from poolviz.text import _
from poolviz.ui.in_turn import fragment
from poolviz.ui.pooling import scene_of
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.stepper import stepper


@fragment
def first_minute(runs: Sequence[Pooled], asked: Sequence[Question]) -> None:
    """Ask about the first window of each run in turn; at the end the first run may be played."""
    state = st.session_state.setdefault("home_state", {})
    progress = quiz(state, "home")
    at = progress["at"]
    finished = at >= len(runs)
    run = runs[0] if finished else runs[at]
    hidden = None if finished else int(progress["label"] is not None)
    left, right = st.columns([3, 2], gap="large")
    with left:
        stepper(scene_of(run, hidden), key="home", step=1 if finished else 0)
    with right:
        if finished:
            st.success(
                _("Max kept the largest cell, average the mean of all. Press Play, or step on.")
            )
        ask(
            progress,
            tuple(asked),
            "home",
            next_label=_("The same window, average?") if at == 0 else _("Move the window"),
        )
