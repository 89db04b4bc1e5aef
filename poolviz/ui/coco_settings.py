"""What the page on COCO's evaluation can be set to: its link, and the controls."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from poolviz.pose import AREAS
from poolviz.stage.link import one_of, whole
from poolviz.text import _
from poolviz.ui.chosen import chosen
from poolviz.ui.lesson import lesson
from poolviz.ui.share import Setting, State


def _between(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ValueError(
                _("a number from {least} to {most} is needed").format(least=least, most=most)
            )
        return value

    return read


def eval_settings(state: State) -> tuple[Setting, ...]:
    """What the link holds."""
    return (
        Setting("mode", "mode", "predict", one_of("predict", "watch")),
        Setting("noise", "noise", 1.0, _between(0, 8)),
        Setting("seed", "seed", 0, whole(0, 9999)),
        Setting("inverted", "inverted", 0.1, _between(0, 1)),
        Setting("missed", "missed", 0.1, _between(0, 1)),
        Setting("background", "background", 1, whole(0, 10)),
        Setting("factor", "sigma_factor", 1.0, _between(0.25, 4)),
        Setting("threshold", "threshold", 0.5, _threshold),
        Setting("area", "area", "all", one_of(*AREAS)),
        Setting("image", "image", "", _image),
        Setting("category", "category", "", _image),
        Setting("step", "step", 0, whole(0, 100_000)),
    )


def part_name(state: State) -> str:
    """ "oks-0.75-medium": the threshold and the people that a file is about."""
    return f"oks-{state['threshold']:.2f}-{state['area']}"


def _threshold(text: str) -> float:
    value = _between(0.5, 0.95)(text)
    steps = round(100 * value)
    if steps % 5 or abs(100 * value - steps) > 1e-6:
        raise ValueError(_("one of .50, .55, … .95 is needed"))
    return float(steps / 100)


def _image(text: str) -> str:
    if len(text) > 100:
        raise ValueError(_("the id of an image is needed"))
    return text


def shown(key: str, value: object) -> str:
    """The name of a control, which is made to show this value.

    Only where it shows another one: a control that is set in every run loses what a person does to
    it while one is under way.
    """
    name = f"coco.control.{key}"
    if st.session_state.get(name) != value:
        st.session_state[name] = value
    return name


def slider(state: State, key: str, label: str, least: float, most: float, step: float) -> None:
    """A slider of one value of the state."""
    asked = "sigma_factor" if key == "factor" else key
    if not lesson().shows(asked):
        return
    name = shown(key, state[key])
    st.slider(
        label, least, most, step=step, key=name, width=260, disabled=lesson().holds(asked),
        on_change=took, args=(state, key, name),
    )  # fmt: skip


def number(state: State, key: str, label: str, most: int) -> None:
    """A whole number of the state, from 0."""
    if not lesson().shows(key):
        return
    name = shown(key, state[key])
    st.number_input(
        label, 0, most, step=1, key=name, width=150, disabled=lesson().holds(key),
        on_change=took, args=(state, key, name),
    )  # fmt: skip


def choice(
    state: State,
    key: str,
    label: str,
    options: list[Any],
    at: Any,
    width: int,
    named: Callable[[Any], str] = str,
) -> None:
    """A menu that shows ``at``; what is chosen becomes the state's."""
    if not lesson().shows(key):
        return
    name = shown(key, at)
    st.selectbox(
        label, options, key=name, format_func=named, width=width, disabled=lesson().holds(key),
        on_change=chose, args=(state, key, name, options),
    )  # fmt: skip


def took(state: State, key: str, name: str) -> None:
    """What a control was set to becomes the state's; an emptied one changes nothing."""
    value = st.session_state[name]
    state[key] = state[key] if value is None else value


def chose(state: State, key: str, name: str, options: list[Any]) -> None:
    """What was chosen becomes the state's, where it is on offer."""
    choice = chosen(name, options)
    state[key] = state[key] if choice is None else choice


def choices(state: State) -> tuple[int, str]:
    """Which threshold, by its place, and which people the charts and the matching are about."""
    with st.container(horizontal=True):
        levels = [round(0.5 + 0.05 * i, 2) for i in range(10)]
        names = {"all": _("everybody"), "medium": _("medium"), "large": _("large")}
        for key, label, options, named in (
            ("threshold", _("OKS threshold"), levels, lambda v: f"{v:.2f}"),
            ("area", _("People"), list(AREAS), lambda v: names[v]),
        ):
            choice(state, key, label, options, state[key], width=200, named=named)
    return levels.index(state["threshold"]), state["area"]
