"""What the experiments of /compare have in common: how they ask, and their controls."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from poolviz.samples import sample
from poolviz.stage.question import Question
from poolviz.text import N_, _
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import show_chart
from poolviz.ui.share import State, took
from poolviz.wings.pooling.core.filenames import slug

PICTURES = {
    "photograph": N_("Photograph, 64 × 64"),
    "digit": N_("Handwritten digit, 28 × 28"),
    "input": N_("The input above"),
}
LEAST, MOST = 8, 64
"""Sides of an input that an experiment can use: smaller ones have no inside, larger are cut."""


@dataclass(frozen=True)
class Prepared:
    """An experiment that has been run: its name for the quiz, its questions, how to show it."""

    name: str
    questions: tuple[Question, ...]
    show: Callable[[], None]


@dataclass(frozen=True)
class Experiment:
    """An experiment on the menu; ``prepare`` takes the state and the page's input."""

    title: str
    about: str
    reference: str
    prepare: Callable[[State, np.ndarray], Prepared]


def picture_control(state: State, matrix: np.ndarray) -> tuple[str, np.ndarray]:
    """The picture that the experiment uses, chosen here: its name, and at most 64 x 64 of it."""
    usable = min(matrix.shape) >= LEAST
    names = [name for name in PICTURES if usable or name != "input"]
    shown = state["picture_used"] if state["picture_used"] in names else names[0]
    if lesson().shows("picture"):
        widget = "control.picture_used"
        st.session_state[widget] = shown
        st.segmented_control(
            _("Picture"),
            names,
            key=widget,
            format_func=lambda name: _(PICTURES[name]),
            required=True,
            disabled=lesson().holds("picture"),
            on_change=took,
            args=(state, "picture_used", widget, str),
        )
    if not usable and not lesson().holds("picture"):
        st.caption(_("The input above joins the choice from {n} × {n} on.").format(n=LEAST))
    x = matrix if shown == "input" else sample(shown)
    return shown, np.nan_to_num(x[:MOST, :MOST].astype(float), posinf=0.0, neginf=0.0)


def slider(state: State, key: str, label: str, least: int, most: int, shown: str) -> None:
    if not lesson().shows(key):
        return
    widget = f"control.{key}"
    st.session_state[widget] = state[key]
    st.slider(
        label,
        least,
        most,
        key=widget,
        format=shown,
        disabled=lesson().holds(key),
        on_change=took,
        args=(state, key, widget, int),
    )


def digest(x: np.ndarray) -> str:
    return hashlib.blake2b(x.tobytes() + str(x.shape).encode(), digest_size=8).hexdigest()


def chart(figure: Any, key: str, alt: str, used: str = "") -> None:
    """A chart of an experiment, with its files; ``used``: the picture, for their names."""
    name = "-".join(["experiment", slug(key), *([used] if used else [])])
    show_chart(figure, name, key=f"experiment.{key}", alt=alt)


def notices(lines: Sequence[str]) -> None:
    st.subheader(_("What to notice"))
    st.markdown("\n".join(f"- {line}" for line in lines))
