"""Adaptive pooling on the page: the output size, both rules, and the ordinary pool they equal."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from poolviz.figures.adaptive import span_chart
from poolviz.pooling import Adaptive, Variant
from poolviz.stage.link import pair, write_pair
from poolviz.stage.matrix import choose_sample
from poolviz.stage.scene import Scene
from poolviz.text import _, language
from poolviz.ui import share
from poolviz.ui.handouts import scene_handout
from poolviz.ui.in_turn import fragment
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import pictures, show_chart
from poolviz.ui.pooling import pooled, pooling_settings
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.share import Setting, State
from poolviz.ui.stepper import stepper
from poolviz.ui.takeaway import downloads
from poolviz.wings.pooling.adaptive.scene import (
    AxisWindows,
    adaptive_scene,
    axis_windows,
    back_again,
    conversion,
    lengths_question,
    ordinary,
)
from poolviz.wings.pooling.core.filenames import geometry_name, slug

LARGEST_OUT = 28
PARTING = "ramp"
"""The sample of 5 × 5 cells: to 3 × 3 outputs the two rules differ."""
LARGEST_SHOWN = 64 * 64


def adaptive_settings(state: State) -> tuple[Setting, ...]:
    """The wing's settings and the output size."""
    size = Setting("output_size", "output_size", (3, 3), pair(1, LARGEST_OUT), write_pair)
    return (*pooling_settings(state), size)


def output_size_controls(state: State) -> tuple[int, int]:
    """Rows and columns of the output, in the row of controls."""
    shown = (_("Output rows"), _("Output columns")) if lesson().shows("output_size") else ()
    for axis, label in enumerate(shown):
        key = f"control.output_size.{axis}"
        st.session_state[key] = state["output_size"][axis]
        st.number_input(
            label,
            1,
            LARGEST_OUT,
            step=1,
            key=key,
            width=150,
            disabled=lesson().holds("output_size"),
            on_change=_took,
            args=(state, axis, key),
        )
    rows, cols = state["output_size"]
    return rows, cols


def _took(state: State, axis: int, key: str) -> None:
    sizes = list(state["output_size"])
    sizes[axis] = int(st.session_state[key] or sizes[axis])
    state["output_size"] = tuple(sizes)


@fragment
def play_adaptive(state: State, matrix: np.ndarray, variant: Variant) -> None:
    """Predict the lengths, then play both rules, then compare them window by window."""
    size = state["output_size"]
    lines = axis_windows(matrix.shape, size)
    parted = _where_they_part(lines)
    open_ = _ask(state, f"adaptive {matrix.shape} {size}", parted or _distinct(lines))
    if lesson().answers_hidden or (open_ and not parted):
        share.save(state, adaptive_settings)
        return
    predicting = state["mode"] == "predict"
    if predicting and not open_:  # the answer, drawn
        _example(state, parted)
    files = f"adaptive-{slug(type(variant).__name__)}-{geometry_name(Adaptive(size))}"
    if matrix.size <= LARGEST_SHOWN:
        scene = _scene(
            f"{language()}{matrix.shape}{matrix.tobytes()!r}{variant!r}{size}",
            matrix,
            variant,
            size,
        )
        step = min(state["step"], len(scene) - 1)
        state["step"] = stepper(scene, key="adaptive", step=step).step
        pictures(scene, state["step"], files, "adaptive")
        scene_handout(
            state,
            adaptive_settings,
            lambda _secret: scene,
            (variant.formula,),
            lambda: [lengths_question(line) for line in _distinct(lines)],
            files,
            "adaptive",
            telling=True,
        )
    else:
        st.info(_("An input over 64 × 64 is too large to play here; the windows are drawn below."))
    for axis, line in zip(("rows", "columns"), lines, strict=True):
        compare(line, axis)
    if not predicting:
        _example(state, parted)
    rules = {
        rule: pooled(matrix, variant, Adaptive(size, rule=rule)) for rule in ("torch", "equal")
    }
    differ = int((rules["torch"].output != rules["equal"].output).sum())
    st.markdown(
        _("**{differ} of {all} outputs differ** between the two rules for this input.").format(
            differ=differ, all=rules["torch"].output.size
        )
    )
    titles = {"torch": _("PyTorch's rule"), "equal": _("Equal windows")}
    for rule, run in rules.items():
        downloads(run.output, f"{files}-{rule}", f"adaptive.{rule}", what=titles[rule])
    share.save(state, adaptive_settings)


def _ask(state: State, name: str, lines: list[AxisWindows]) -> bool:
    """The question about each of these axes; whether the first is still open."""
    if state["mode"] != "predict":
        return False
    progress = quiz(state, name, "adaptive_quiz")
    with st.container(border=True):
        ask(progress, tuple(lengths_question(line) for line in lines), "adaptive")
    return bool(progress["at"] == 0 and progress["label"] is None)


def _where_they_part(lines: list[AxisWindows]) -> list[AxisWindows]:
    """Where both rules agree about every axis: the smallest sizes about which they do not."""
    if not all(all(line.agree) for line in lines):
        return []
    return [replace(axis_windows((5, 5), (3, 3))[0], name=_("an example"))]


def _example(state: State, lines: list[AxisWindows]) -> None:
    """Where the rules part, and the way to see it played."""
    for line in lines:
        compare(line, "example")
        if st.button(_("See it in the picture"), key="adaptive.show"):
            choose_sample(state, PARTING)
            state.update(output_size=(3, 3), mode="watch", step=0)
            st.rerun()


def _distinct(lines: list[AxisWindows]) -> list[AxisWindows]:
    """One question where both axes are alike."""
    alike = (lines[0].n, lines[0].out) == (lines[1].n, lines[1].out)
    return lines[:1] if alike else lines


@st.cache_resource(max_entries=16, show_spinner=False)
def _scene(name: str, _matrix: np.ndarray, _variant: Variant, _size: tuple[int, int]) -> Scene:
    scene = adaptive_scene(_matrix, _variant, _size)
    assert scene.wire  # computed here, once
    return scene


@lru_cache(maxsize=64)
def _chart(spoken: str, line: AxisWindows) -> Any:
    return span_chart(line)


def compare(line: AxisWindows, name: str) -> None:
    """One axis: the chart, the sentence, the table; ``name`` is in the name of its file."""
    st.subheader(
        _("{axis}: {n} cells, {out} outputs").format(
            axis=line.name.capitalize(), n=line.n, out=line.out
        )
    )
    agree = sum(line.agree)
    chart = _chart(language(), line)
    show_chart(
        chart,
        f"adaptive-windows-{name}-{line.n}-to-{line.out}",
        key=f"adaptive.chart.{name}",
        alt=_("{agree} of {out} windows are the same under both rules").format(
            agree=agree, out=line.out
        ),
    )
    st.markdown(
        _("**{agree} of {out} windows agree.** {conversion}").format(
            agree=agree, out=line.out, conversion=conversion(line)
        )
    )
    if back_again(line):
        kernel, stride = ordinary(line)
        st.caption(
            _(
                "And back: kernel {kernel} and stride {stride} over {n} cells give "
                "⌊({n} − {kernel}) / {stride}⌋ + 1 = {out} outputs."
            ).format(kernel=kernel, stride=stride, n=line.n, out=line.out)
        )
    with st.expander(_("The table for these sizes: {axis}").format(axis=line.name)):
        st.table(
            {
                _("window"): list(range(line.out)),
                _("PyTorch's rule"): [f"[{a}, {b})" for a, b in line.torch],
                _("its length"): list(line.lengths[0]),
                _("equal windows"): [f"[{a}, {b})" for a, b in line.equal],
                _("their length"): list(line.lengths[1]),
                _("the same"): [_("yes") if same else _("no") for same in line.agree],
            }
        )
