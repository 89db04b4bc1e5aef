"""What a class sees where: channels of a picture, their weights, and the maps that add up."""

import hashlib
from typing import Any

import numpy as np
import streamlit as st

from poolviz.figures.evidence import map_chart
from poolviz.numbers import number
from poolviz.pooling import ClassActivationMap
from poolviz.stage.words import plain
from poolviz.text import _, language, titled
from poolviz.ui import share
from poolviz.ui.global_pool import LARGEST, global_settings
from poolviz.ui.handouts import scene_handout
from poolviz.ui.in_turn import fragment
from poolviz.ui.inputs import Chosen
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import pictures, show_chart
from poolviz.ui.programs import show_programs
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.share import State, took
from poolviz.ui.stepper import stepper
from poolviz.ui.tables import small_table
from poolviz.ui.takeaway import downloads
from poolviz.wings.pooling.core.channels import CHANNELS, block, features
from poolviz.wings.pooling.global_.evidence import (
    CLASSES,
    Evidence,
    channel_lines,
    crops,
    evidence,
    evidence_scene,
    score_question,
)
from poolviz.wings.pooling.global_.programs import evidence_code, features_file

SLIDER = 165
"""Pixels: two side by side on a phone, one above the other in a column of a wide page."""


@fragment
def play_evidence(state: State, chosen: Chosen) -> None:
    """The channels of a picture, their means, the scores, and the maps that add up to them."""
    found = evidence(_features(chosen.matrix), np.array([state[f"weights_{c}"] for c in (0, 1)]))
    state["step"] = min(state["step"], len(CHANNELS) + len(CLASSES) - 1)
    hidden = False
    if state["mode"] == "predict":
        name = hashlib.blake2b(chosen.matrix.tobytes(), digest_size=8).hexdigest()
        progress = quiz(state, name, "evidence_quiz")
        with st.container(border=True):
            ask(progress, (score_question(found),), "evidence")
        hidden = progress["at"] == 0 and progress["label"] is None
    _weights(state)
    _maps(chosen.matrix, found, hidden)
    scene = evidence_scene(found, hidden)
    step = min(state["step"], len(scene) - 1)
    state["step"] = stepper(scene, key="evidence", step=step, height=760).step
    pictures(scene, state["step"], "global-evidence", "evidence")
    _identity(found, state["shown_class"], hidden)
    downloads(
        found.cam.maps[state["shown_class"]],
        f"global-class-{state['shown_class']}-activation-map",
        "evidence",
        hidden=hidden,
    )
    scene_handout(
        state,
        global_settings,
        lambda secret: evidence_scene(found, secret),
        (ClassActivationMap.formula,),
        lambda: (score_question(found),),
        "global-evidence",
        "evidence",
        hidden,
    )
    if not hidden:
        _crops(found)
        _notice()
        files = {features_file(found): found.features}
        show_programs("evidence.code", lambda: (evidence_code(found), files))
    share.save(state, global_settings)


def _features(matrix: np.ndarray) -> np.ndarray:
    digest = hashlib.blake2b(matrix.tobytes(), digest_size=12).hexdigest()
    return _kept_features(f"{digest}{matrix.shape}", matrix)


@st.cache_data(max_entries=16, show_spinner=False)
def _kept_features(name: str, _matrix: np.ndarray) -> np.ndarray:
    return features(_matrix)


def _weights(state: State) -> None:
    """A slider a channel, for the class that is chosen."""
    widget = "control.shown_class"
    st.session_state[widget] = state["shown_class"]
    if lesson().shows("class"):
        _class_control(state, widget)
    key = f"weights_{state['shown_class']}"
    if not lesson().shows(key):
        return
    rows = [place.container(horizontal=True) for place in st.columns(len(CHANNELS) // 2)]
    for k, channel in enumerate(CHANNELS):
        slider = f"control.{key}.{k}"
        st.session_state[slider] = state[key][k]
        with rows[k // 2]:
            st.slider(
                _(channel.title),
                -LARGEST,
                LARGEST,
                step=0.5,
                key=slider,
                width=SLIDER,
                help=_(channel.why),
                disabled=lesson().holds(key),
                on_change=_took_weight,
                args=(state, key, k, slider),
            )


def _class_control(state: State, widget: str) -> None:
    st.segmented_control(
        _("Weights of the class"),
        range(len(CLASSES)),
        key=widget,
        format_func=lambda c: _(CLASSES[c]),
        required=True,
        disabled=lesson().holds("class"),
        on_change=took,
        args=(state, "shown_class", widget, int),
    )


def _took_weight(state: State, key: str, k: int, slider: str) -> None:
    weights = list(state[key])
    weights[k] = float(st.session_state[slider])
    state[key] = tuple(weights)


@st.cache_resource(max_entries=64, show_spinner=False)
def _map(name: str, title: str, most: float, _picture: np.ndarray, _values: np.ndarray) -> Any:
    return map_chart(_picture, _values, most, title)


def _maps(picture: np.ndarray, found: Evidence, hidden: bool) -> None:
    most = float(np.abs(found.cam.maps).max()) or 1.0
    numbers = picture.tobytes() + found.cam.maps.tobytes()
    seen = f"{picture.shape}{hashlib.blake2b(numbers, digest_size=12).hexdigest()}{language()}"
    for c, place in enumerate(st.columns(2)):
        score = "?" if hidden else number(found.cam.scores[c])
        title = _("{name}: score {score}").format(name=_(CLASSES[c]), score=score)
        with place:
            show_chart(
                _map(f"{seen}{c}", title, most, picture, found.cam.maps[c]),
                f"global-class-{c}-activation-map",
                key=f"global.map.{c}",
                alt=_("Activation map of {name} over the picture").format(name=_(CLASSES[c])),
            )


def _identity(found: Evidence, c: int, hidden: bool) -> None:
    """The identity of map and score, with its numbers."""
    if hidden:
        return
    st.latex(ClassActivationMap.formula)
    mean, score = float(found.cam.maps[c].mean()), float(found.cam.scores[c])
    st.markdown(
        titled(f"**{plain(_(CLASSES[c]))}**", f"{plain(found.terms(c))} = **{number(score)}** ")
        + _("and the mean of its map is **{mean}**: they differ by {gap}.").format(
            mean=number(mean), gap=number(abs(mean - float(found.means @ found.weights[c])))
        )
    )
    lines = channel_lines(found, c)
    with st.expander(_("Channel by channel, and what each filter is")):
        small_table(
            {
                _("channel"): [line.title for line in lines],
                _("mean"): [number(line.mean) for line in lines],
                _("weight"): [number(line.weight) for line in lines],
                _("product"): [number(line.product) for line in lines],
                _("global max instead"): [number(line.largest) for line in lines],
                _("filter, rows apart"): [
                    " / ".join(" ".join(number(v) for v in row) for row in channel.kernel)
                    for channel in CHANNELS
                ],
                _("what it answers to"): [_(channel.why) for channel in CHANNELS],
            }
        )


def _crops(found: Evidence) -> None:
    st.subheader(_("The same weights, parts of the picture"))
    parts = crops(found)
    names = [_(name) for name in CLASSES]
    small_table(
        {
            _("part"): [part.title for part in parts],
            _("maps"): [f"{part.rows} × {part.cols}" for part in parts],
            **{name: [number(part.scores[c]) for part in parts] for c, name in enumerate(names)},
            _("wins"): [names[int(np.argmax(part.scores))] for part in parts],
        }
    )


def _notice() -> None:
    st.subheader(_("What to notice"))
    lines = (
        _("The map is the score, spread over the picture: its mean is the score, exactly."),
        _("Orange speaks for the class, blue against it; where nothing speaks, the picture."),
        _("Only the average has this identity. Global max keeps one cell a map."),
        _("Global pooling forgets where: swap the two halves, and the scores stay."),
    )
    st.markdown("\n".join(f"- {line}" for line in lines))


def blocks_note(shape: tuple[int, ...]) -> str:
    """How the maps came from the picture, in a sentence."""
    side = min(block(shape), *shape)
    return _(
        "The picture, from 0 (its darkest cell) to 1 (its lightest), goes through {n} filters that "
        "can be named, in place of learned ones; each map is then averaged over blocks of {side} × "
        "{side}."
    ).format(n=len(CHANNELS), side=side)
