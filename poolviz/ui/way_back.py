"""The controls of the way back: what happens in between, how to unpool, and what duplicates do."""

import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st

from poolviz.pooling import Pooled
from poolviz.stage.link import one_of, whole
from poolviz.stage.matrix import LARGEST_SEED
from poolviz.text import _, together
from poolviz.ui.chosen import chosen
from poolviz.ui.lesson import lesson
from poolviz.ui.pooling import pooling_settings
from poolviz.ui.share import Setting, State
from poolviz.wings.pooling.unpooling.between import FILTER_TITLES, FILTERS, KINDS, Between
from poolviz.wings.pooling.unpooling.journey import METHODS, times_remembered

GAINS, NOISES = (-10.0, 10.0), (0.0, 100.0)
PICTURES = ("photograph", "digit", "cat")


def unpooling_settings(state: State) -> tuple[Setting, ...]:
    """What a link to the page holds: the wing's settings, and those of the way back."""
    more = {
        "gain": (Setting("gain", "gain", 2.0, real(*GAINS)),),
        "noise": (
            Setting("sigma", "noise", 1.0, real(*NOISES)),
            Setting("noise_seed", "noise_seed", 0, whole(0, LARGEST_SEED)),
        ),
        "convolution": (Setting("filter", "filter", "blur", one_of(*FILTERS)),),
    }
    return (
        *pooling_settings(state),
        Setting("unpooling", "unpooling", "Locations", one_of(*METHODS)),
        Setting("duplicates", "duplicates", "last", one_of("last", "sum")),
        Setting("between", "between", "nothing", one_of(*KINDS)),
        *more.get(state.get("between", "nothing"), ()),
        Setting("levels", "picture", PICTURES[0], one_of(*PICTURES)),
    )


def real(least: float, most: float) -> Callable[[str], float]:
    """Reader of a number in [least, most]."""

    def read(text: str) -> float:
        allowed = _("a number from {least} to {most} is needed").format(least=least, most=most)
        try:
            value = float(text)
        except ValueError:
            raise ValueError(allowed) from None
        if not least <= value <= most:
            raise ValueError(allowed)
        return value

    return read


def between(state: State) -> Between:
    """The operation that the state describes."""
    given = {
        name: state[key]
        for name, key in (
            ("gain", "gain"),
            ("noise", "sigma"),
            ("seed", "noise_seed"),
            ("filter", "filter"),
        )
        if key in state
    }
    return Between(state["between"], **given)


def way_back_controls(state: State, run: Pooled) -> None:
    """Choose the operation, and a way to unpool that this run admits."""
    _choose(state, "between", _("In between"), {k: _(v) for k, v in KINDS.items()})
    for setting in unpooling_settings(state):
        state.setdefault(setting.key, setting.default)
    _details(state)
    possible = [name for name, way in METHODS.items() if way.possible(run)]
    if state["unpooling"] not in possible:
        told = _("{method} is not possible here. {needs}").format(
            method=_(METHODS[state["unpooling"]].title), needs=_(METHODS[state["unpooling"]].needs)
        )
        st.info(told)
    _choose(
        state,
        "unpooling",
        _("Unpool by"),
        {name: _(METHODS[name].title) for name in possible},
        method_of(state, run),
    )
    missing = [_(way.needs) for name, way in METHODS.items() if name not in possible]
    if missing and state["unpooling"] in possible:
        st.caption(together(dict.fromkeys(missing)))
    if method_of(state, run) == "Locations" and times_remembered(run).max(initial=0) > 1:
        names = {"last": _("The last one stands"), "sum": _("Add them up")}
        _choose(state, "duplicates", _("Cells remembered twice"), names)


def method_of(state: State, run: Pooled) -> str:
    """The way to unpool: the chosen one, or the first that this run admits."""
    wanted = [state["unpooling"], *METHODS]
    return next((name for name in wanted if METHODS[name].possible(run)), "")


def _details(state: State) -> None:
    kind = state["between"]
    if kind == "gain":
        _number(state, "gain", _("Factor"), GAINS)
    if kind == "noise":
        _number(state, "sigma", _("Standard deviation"), NOISES)
        _number(state, "noise_seed", _("Seed"), (0, LARGEST_SEED))
        if not lesson().holds("noise_seed"):
            st.button(_("New seed"), key="control.noise_new", on_click=_new_seed, args=(state,))
    if kind == "convolution":
        _choose(state, "filter", _("Weights"), {k: _(v) for k, v in FILTER_TITLES.items()})


def _new_seed(state: State) -> None:
    state["noise_seed"] = secrets.randbelow(10_000)


def _choose(
    state: State, key: str, label: str, names: dict[str, str], value: str | None = None
) -> None:
    if not lesson().shows(key):
        return
    widget = f"control.{key}"
    st.session_state[widget] = value or state[key]
    st.selectbox(
        label,
        list(names),
        format_func=lambda name: names.get(name, name),
        key=widget,
        disabled=lesson().holds(key),
        on_change=_chose,
        args=(state, key, widget, tuple(names)),
    )


def _number(state: State, key: str, label: str, limits: tuple[Any, Any]) -> None:
    name = "noise" if key == "sigma" else key
    if not lesson().shows(name):
        return
    widget = f"control.{key}"
    st.session_state[widget] = state[key]
    held = lesson().holds(name)
    st.number_input(
        label, *limits, key=widget, disabled=held, on_change=_took, args=(state, key, widget)
    )


def _chose(state: State, key: str, widget: str, names: tuple[str, ...]) -> None:
    """Take a choice; one that the last run no longer offered is not taken."""
    state[key] = chosen(widget, names) or state[key]


def _took(state: State, key: str, widget: str) -> None:
    state[key] = st.session_state[widget]
