"""Global pooling on the page: its settings, and two heads with their weights."""

from dataclasses import replace
from typing import Any

import streamlit as st

from poolviz.figures.heads import flow_chart
from poolviz.figures.style import INK
from poolviz.numbers import number
from poolviz.stage.link import one_of, whole
from poolviz.text import N_, _, language
from poolviz.ui.in_turn import fragment
from poolviz.ui.inputs import input_settings
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import show_chart
from poolviz.ui.pooling import MODES
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.share import Setting, State, took
from poolviz.ui.tables import small_table
from poolviz.wings.pooling.core.channels import CHANNELS
from poolviz.wings.pooling.global_.evidence import CLASSES, WEIGHTS
from poolviz.wings.pooling.global_.heads import (
    Head,
    Maps,
    fits,
    heads,
    size_question,
    weights_question,
)

SIZES = (
    ("channels", N_("Maps C"), 512, 8192),
    ("rows_of_maps", N_("Rows H"), 7, 256),
    ("cols_of_maps", N_("Columns W"), 7, 256),
    ("classes", N_("Classes N"), 1000, 100_000),
)
"""Key, label, default and most of each size of the heads."""
LARGEST = 10.0
"""Weights of a class lie between minus this and this."""


def global_settings(state: State) -> tuple[Setting, ...]:
    """What a link to this page holds; its picture is its own, a photograph at first."""
    picture, *rest = input_settings(state)
    return (
        replace(picture, default="photograph"),
        *rest,
        *(Setting(key, key, default, whole(1, most)) for key, _label, default, most in SIZES),
        *(
            Setting(f"weights_{c}", f"weights_{c}", weights, _read_weights, _write_weights)
            for c, weights in enumerate(WEIGHTS)
        ),
        Setting("shown_class", "class", 0, whole(0, len(CLASSES) - 1)),
        Setting("mode", "mode", "predict", one_of(*MODES)),
        Setting("step", "step", 0, whole(0, 99)),
    )


def _read_weights(text: str) -> tuple[float, ...]:
    said = _("{n} numbers from −{most} to {most} are needed").format(
        n=len(CHANNELS), most=number(LARGEST)
    )
    try:
        weights = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(said) from None
    if len(weights) != len(CHANNELS) or not all(-LARGEST <= w <= LARGEST for w in weights):
        raise ValueError(said)
    return weights


def _write_weights(weights: tuple[float, ...]) -> str:
    return ",".join(f"{w:g}" for w in weights)


def size_controls(state: State) -> Maps:
    """C, H, W and N, in the row of controls."""
    for key, label, _default, most in SIZES:
        if not lesson().shows(key):
            continue
        widget = f"control.{key}"
        st.session_state[widget] = state[key]
        st.number_input(
            _(label),
            1,
            most,
            step=1,
            key=widget,
            width=150,
            disabled=lesson().holds(key),
            on_change=took,
            args=(state, key, widget, int),
        )
    return Maps(*(state[key] for key, *_rest in SIZES))


@fragment
def play_heads(state: State, maps: Maps) -> None:
    """Predict the weights, see both flows, then which of them takes another size."""
    seen = 2
    if state["mode"] == "predict":
        progress = quiz(state, repr(maps), "heads_quiz")
        with st.container(border=True):
            ask(progress, (weights_question(maps), size_question(maps)), "heads")
        seen = progress["at"] + (progress["label"] is not None)
    flat, gap = both = heads(maps)
    widest = max(stage.size for head in both for stage in head.stages)
    for place, head in zip(st.columns(2), both, strict=True):
        withheld = head is gap and seen < 1
        with place:
            show_chart(
                _flow(language(), head, widest, INK[st.context.theme.type or "light"], withheld),
                f"global-{'means' if head is gap else 'flatten'}-{state['channels']}-maps",
                key=f"global.flow.{head.title}",
                alt=_("{title}: {shapes}").format(
                    title=head.title, shapes=" → ".join(stage.shape for stage in head.stages)
                ),
            )
    c, h, w, n = (state[key] for key, *_rest in SIZES)
    st.latex(rf"C H W N = {c} \cdot {h} \cdot {w} \cdot {n} = {_tex(flat.weights)}")
    if seen < 1:
        st.latex(r"C N = \;?")
        return
    st.latex(rf"C N = {c} \cdot {n} = {_tex(gap.weights)}")
    st.markdown(
        _(
            "**{times} times fewer weights** to learn, to store and to overfit with; {biases} "
            "biases on both sides come on top. Network in Network goes one step further: its last "
            "convolution gives one map a class, and their means are the scores."
        ).format(times=f"{h * w:,}", biases=f"{n:,}")
    )
    if seen >= 2:
        _sizes(maps)


@st.cache_resource(max_entries=32, show_spinner=False)
def _flow(spoken: str, head: Head, widest: int, ink: str, withheld: bool) -> Any:
    return flow_chart(head, widest, ink, withheld)


def _tex(count: int) -> str:
    return f"{count:,}".replace(",", r"\,")


def _sizes(maps: Maps) -> None:
    st.subheader(_("The size of the input is free"))
    rows = fits(maps)
    small_table(
        {
            _("maps"): [f"{fit.rows} × {fit.cols}" for fit in rows],
            _("flattened"): [f"{fit.flattened:,}" for fit in rows],
            _("fully connected"): [_("runs") if fit.flatten_fits else _("error") for fit in rows],
            _("means"): [f"{fit.means:,}" for fit in rows],
            _("linear"): [_("runs")] * len(rows),
        }
    )
