"""Widgets of numbers: boxes, sliders, pairs, dials."""

import secrets
from functools import partial

import streamlit as st

from poolviz.stage.control import (
    Block,
    Control,
    Dial,
    Pair,
    Real,
    Sliders,
    Span,
    Whole,
)
from poolviz.text import _
from poolviz.ui.bound import MENU, NARROW, WIDE, Bound
from poolviz.ui.boxes import Ends, number_box
from poolviz.ui.chosen import chosen
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State


def whole(bound: Bound) -> None:
    """An integer: a box, or a slider."""
    kind: Whole = bound.control.kind  # type: ignore[assignment]
    most = kind.highest(bound.values)
    widget = bound.shows(min(int(bound.state[bound.key]), most))
    if kind.look == "pages":
        if most > 1:
            _pages(bound, most)
        return
    if kind.look == "slider":
        if most > kind.least:
            st.slider(
                bound.label, kind.least, most, key=widget, help=bound.help, disabled=bound.held,
                format=f"%d {kind.unit.replace('%', '%%')}".strip(),
                on_change=bound.take_from, args=(widget, int),
            )  # fmt: skip
        return
    number_box(
        bound.label, Ends(kind.least, most), widget, bound.take,
        step=1, help=bound.help, width=NARROW, disabled=bound.held,
    )  # fmt: skip
    if kind.look == "seed" and not bound.held:
        st.button(_("New seed"), key=f"{bound.widget}.new", on_click=_new_seed, args=(bound,))


def _pages(bound: Bound, most: int) -> None:
    """A row of page numbers; its key says the page, for it is told only what it begins with."""
    now = min(int(bound.state[bound.key]), most)
    widget = f"{bound.widget}.{most}.{now}"
    st.pagination(most, default=now, key=widget, on_change=bound.take_from, args=(widget, int))


def span(bound: Bound) -> None:
    """A slider with two ends."""
    kind: Span = bound.control.kind  # type: ignore[assignment]
    low, high = sorted((bound.state[bound.key], bound.state[kind.other]))
    widget = bound.shows((low, high))
    st.slider(
        bound.label, kind.least, kind.most, key=widget, help=bound.help, disabled=bound.held,
        on_change=_take_span, args=(bound, kind, widget), width=MENU,
    )  # fmt: skip


def _take_span(bound: Bound, kind: Span, widget: str) -> None:
    ends = st.session_state.get(widget)
    if isinstance(ends, tuple) and len(ends) == 2:
        bound.take(ends[0])
        bound.state[kind.other] = ends[1]


def _new_seed(bound: Bound) -> None:
    bound.take(secrets.randbelow(10_000))


def real(bound: Bound) -> None:
    """A number: a slider, or a box."""
    kind: Real = bound.control.kind  # type: ignore[assignment]
    widget = bound.shows(float(bound.state[bound.key]))
    least, most, step = float(kind.least), float(kind.most), float(kind.step)
    if kind.look == "slider":
        st.slider(
            bound.label, least, most, step=step, key=widget, help=bound.help,
            disabled=bound.held, on_change=bound.take_from, args=(widget, float),
        )  # fmt: skip
        return
    number_box(
        bound.label, Ends(least, most), widget, bound.take,
        step=step, help=bound.help, disabled=bound.held,
    )  # fmt: skip


PER_AXIS = "per_axis"
"""In the state: whether rows and columns have boxes of their own."""


def pair(bound: Bound) -> None:
    """One box for both axes, a menu where words are among the values, or a box for each axis."""
    kind: Pair = bound.control.kind  # type: ignore[assignment]
    now = bound.state[bound.key]
    if now is None:
        now = kind.stands_in(bound.values) if kind.stands_in else bound.state[kind.default_of]
    differ = (kind.both or bound.state.get(PER_AXIS)) and not isinstance(now, str)
    if differ or (not isinstance(now, str) and now[0] != now[1]):
        names = (_("{label}, rows"), _("{label}, columns"))
        for axis, name in enumerate(names):
            widget = bound.shows(now[axis], str(axis))
            number_box(
                name.format(label=bound.label), _ends(bound, axis), widget,
                partial(_set_axis, bound, now, axis),
                step=1, help=bound.help, width=NARROW, disabled=bound.held,
            )  # fmt: skip
    elif kind.words:
        most = min(kind.highest(bound.values, axis) for axis in (0, 1))
        options = [*(str(n) for n in range(kind.least, most + 1)), *kind.words]
        words = {word: _(title) for word, title in kind.words.items()}
        widget = bound.shows(now if isinstance(now, str) else str(now[0]))
        st.selectbox(
            bound.label, options, key=widget, format_func=lambda o: words.get(o, o),
            help=bound.help, width=NARROW, disabled=bound.held,
            on_change=_take_word, args=(bound, kind, widget, options),
        )  # fmt: skip
    else:
        widget = bound.shows(now[0])
        both = min((_ends(bound, axis) for axis in (0, 1)), key=lambda ends: ends.most or 0)
        number_box(
            bound.label, both, widget, lambda n: bound.take((int(n), int(n))),
            step=1, help=bound.help, width=NARROW, disabled=bound.held,
        )  # fmt: skip


def _ends(bound: Bound, axis: int) -> Ends:
    kind: Pair = bound.control.kind  # type: ignore[assignment]
    most = None if kind.limit is None else kind.highest(bound.values, axis)
    return Ends(kind.least, most)


def _take_axis(bound: Bound, now: tuple[int, int], axis: int, widget: str) -> None:
    if st.session_state.get(widget) is not None:
        _set_axis(bound, now, axis, st.session_state[widget])


def _set_axis(bound: Bound, now: tuple[int, int], axis: int, value: int) -> None:
    pair = list(now)
    pair[axis] = int(value)
    bound.take(tuple(pair))


def _take_word(bound: Bound, kind: Pair, widget: str, options: list[str]) -> None:
    choice = chosen(widget, options)
    if choice is not None:
        bound.take(choice if choice in (kind.words or ()) else (int(choice), int(choice)))


def axes_differ(state: State, pairs: list[Control]) -> None:
    """A switch that gives rows and columns boxes of their own, where the page has pairs."""
    shown = [c for c in pairs if lesson().shows(c.bound_by)]
    if not shown:
        return
    differ = any(isinstance(state[c.key], tuple) and len(set(state[c.key])) > 1 for c in shown)
    state[PER_AXIS] = bool(differ or state.get(PER_AXIS))
    widget = f"control.{PER_AXIS}"
    st.session_state[widget] = state[PER_AXIS]
    st.toggle(
        _("Rows and columns differ"), key=widget, on_change=_one_for_both,
        args=(state, shown, widget),
    )  # fmt: skip


def _one_for_both(state: State, pairs: list[Control], widget: str) -> None:
    state[PER_AXIS] = bool(st.session_state[widget])
    for control in pairs:
        now = state[control.key]
        if not state[PER_AXIS] and isinstance(now, tuple):
            state[control.key] = (now[0], now[0])


def block(bound: Bound) -> None:
    """Two sliders for the first row and column of the block that is shown."""
    kind: Block = bound.control.kind  # type: ignore[assignment]
    room, now = kind.room(bound.values), kind.start(bound.values)
    for axis, label in enumerate((_("From output row"), _("From output column"))):
        if room[axis] < 1:
            continue
        widget = bound.shows(now[axis], str(axis))
        st.slider(
            label, 0, room[axis], key=widget, disabled=bound.held,
            on_change=_take_axis, args=(bound, now, axis, widget),
        )  # fmt: skip


def sliders(bound: Bound) -> None:
    """A slider for each number; what cannot be had leaves them as they were, with the reason."""
    kind: Sliders = bound.control.kind  # type: ignore[assignment]
    labels, now = kind.labels(bound.values), kind.now(bound.values)
    rows = -(-len(labels) // 5)
    across = st.columns(-(-len(labels) // rows))
    top = kind.most if kind.most is not None else max(1.0, *now)
    helps = kind.helps(bound.values) if kind.helps else ()
    for i, label in enumerate(labels):
        widget = bound.shows(float(now[i]), f"{len(labels)}.{i}")
        with across[i % len(across)]:
            st.slider(
                label, kind.least, top, step=kind.step, key=widget, disabled=bound.held,
                help=helps[i] if helps else None,
                on_change=_take_slider, args=(bound, kind, now, i, widget),
            )  # fmt: skip
    refused = bound.state.setdefault("typed", {}).pop(bound.key, None)
    if refused is not None:
        st.warning(refused)


def _take_slider(bound: Bound, kind: Sliders, now: tuple[float, ...], i: int, widget: str) -> None:
    moved = (*now[:i], round(float(st.session_state[widget]), 4), *now[i + 1 :])
    try:
        bound.state.update(kind.sets(moved))
    except ValueError as error:
        bound.state["typed"][bound.key] = str(error)


def dial(bound: Bound) -> None:
    """A slider or a box for a number that stands for a value."""
    kind: Dial = bound.control.kind  # type: ignore[assignment]
    least, most = kind.ends(bound.values)
    widget = bound.shows(min(max(kind.now(bound.values), least), most))
    label = kind.label(bound.values) if kind.label else bound.label
    note = kind.note(bound.values) if kind.note else bound.help
    still = bound.held or (kind.still is not None and kind.still(bound.values))
    if kind.look == "slider":
        st.slider(
            label, least, most, key=widget, step=kind.step, format=kind.form, help=note,
            disabled=still, width=WIDE, on_change=_take_dial, args=(bound, kind, widget),
        )  # fmt: skip
        return
    number_box(
        label, Ends(least, most), widget, lambda value: _set_dial(bound, kind, value),
        step=kind.step, format=kind.form, help=note, disabled=still, width=NARROW,
    )  # fmt: skip


def _take_dial(bound: Bound, kind: Dial, widget: str) -> None:
    value = st.session_state.get(widget)
    if value is not None:
        _set_dial(bound, kind, value)


def _set_dial(bound: Bound, kind: Dial, value: float) -> None:
    bound.state.update(kind.sets(bound.now, float(value)))
