"""Questions about the state on the screen, or about a case that can be brought to it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from poolviz.stage.matrix import choose_sample
from poolviz.text import _
from poolviz.ui.quiz import ask, quiz, withheld
from poolviz.ui.share import State
from poolviz.wings.pooling.gradients.questions import Asked, Case, shown_until


def ask_cases(
    state: State, asked: tuple[Asked, ...], name: str, key: str, plain: Mapping[str, Any]
) -> int | None:
    """Ask the question that is due about what ``name`` names; ``key`` is the page's.

    Gives the first step whose answer is withheld, None when none is. ``plain``: the settings of the
    page with which a case of the worked example is shown.
    """
    progress = quiz(state, name, f"{key}_quiz")
    with st.container(border=True):
        ask(progress, tuple(each.question for each in asked), key)
        if progress["at"] < len(asked) and progress["label"] is not None:
            case = asked[progress["at"]].shown_by
            if case and st.button(_("See it in the picture"), key=f"{key}.show"):
                show_case(state, case, plain)
                st.rerun()
    hidden = withheld(shown_until(asked, progress["at"], progress["label"] is not None))
    if hidden is not None and progress["shown"] != progress["at"]:  # back to what is asked about
        state["step"], progress["shown"] = 0, progress["at"]
    return hidden


def show_case(state: State, case: Case, plain: Mapping[str, Any]) -> None:
    """Bring the page to a case of the worked example, to be watched."""
    choose_sample(state, "worked-example")
    state |= {
        "variant": type(case.variant).__name__,
        "kernel_size": (case.kernel,) * 2,
        "stride": (case.stride,) * 2,
        "padding": (0, 0),
        "dilation": (1, 1),
        "ceil_mode": False,
        "mode": "watch",
        "step": 0,
        "region": None,
        **plain,
    }
