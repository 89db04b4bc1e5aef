"""One widget a kind of control: made from the declaration, bound to state, link and lesson here.

A widget shows the state's value and writes it back before the page runs again, so that it survives
page changes and comes from a link. What a teacher's link hides is not drawn, what it fixes cannot
be moved.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from poolviz.readers import pack_matrix
from poolviz.stage.control import (
    Block,
    Choice,
    Control,
    Dial,
    Flag,
    Grid,
    Index,
    Kind,
    Matrix,
    Pair,
    Real,
    Several,
    Silent,
    Sliders,
    Span,
    Text,
    Typed,
    Values,
    Visit,
    Whole,
)
from poolviz.stage.files import Files
from poolviz.stage.handmade import Brings, Joints
from poolviz.stage.words import plain
from poolviz.text import _, titled
from poolviz.ui.boxes import Ends, number_box
from poolviz.ui.chosen import chosen, several
from poolviz.ui.grid import edit_grid, edited_grid
from poolviz.ui.keypoints import moved
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State
from poolviz.ui.uploads import draw_files

NARROW = 150
"""Width of a number, in pixels: five controls stand in a row on a laptop, two on a phone."""
MENU, WIDE = 220, 480
"""Of a menu, and of one with long titles."""
SEVERAL = 460
"""Of a list of which several are chosen: four short names stand side by side."""


@dataclass(frozen=True)
class Bound:
    """A control on the page that a person sees: its declaration, the state that it moves."""

    control: Control
    state: State
    values: Values

    @property
    def key(self) -> str:
        """The key of its value in the state."""
        return self.control.key

    @property
    def widget(self) -> str:
        """The key of its widget."""
        return f"control.{self.control.key}"

    @property
    def held(self) -> bool:
        """Whether a teacher's link fixes it."""
        return lesson().holds(self.control.bound_by)

    @property
    def now(self) -> Values:
        """The values at this moment, which a click finds where it may have moved on."""
        return Values({key: self.state.get(key, value) for key, value in self.values.items()})

    @property
    def label(self) -> str:
        """What stands beside it."""
        return _(self.control.label)

    @property
    def help(self) -> str | None:
        """What it says when asked."""
        return _(self.control.help) or None

    def shows(self, value: Any, part: str = "", overwrite: bool = True) -> str:
        """The key of a widget, which is made to show a value; ``part`` of several."""
        widget = f"{self.widget}.{part}" if part else self.widget
        if overwrite or widget not in st.session_state:
            st.session_state[widget] = value
        return widget

    def take(self, value: Any) -> None:
        """A person moved it: the state takes the value before the page runs."""
        self.state.update({**(self.control.resets or {}), self.key: value})

    def take_from(self, widget: str, convert: Callable[[Any], Any]) -> None:
        """The same from a widget; an emptied box keeps what was there."""
        value = st.session_state.get(widget)
        if value is not None:
            self.take(convert(value))


def draw(controls: Iterable[Control], state: State, values: Values) -> None:
    """The widgets of some controls, in their order."""
    for control in controls:
        if not control.bound_by or lesson().shows(control.bound_by):
            widget_of(control.kind)(Bound(control, state, values))


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
        now = bound.state[kind.default_of]
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


def choice(bound: Bound) -> None:
    """A menu, or a few that stand side by side; a long list begins with its first ones."""
    kind: Choice = bound.control.kind  # type: ignore[assignment]
    offered = list(kind.offered(bound.values))
    now = bound.state[bound.key]
    every = f"every_{bound.key}"
    if kind.first and not bound.state.get(every) and now in kind.first:
        offered = list(kind.first)
    now = kind.stands(bound.values, now)
    widget = bound.shows(now if now in offered else offered[0])
    args = (bound, widget, offered)
    if kind.look == "segments":
        st.segmented_control(
            bound.label, offered, key=widget, format_func=kind.title, help=bound.help,
            label_visibility="collapsed", width="stretch", disabled=bound.held,
            on_change=_take_choice, args=args, required=True,
        )  # fmt: skip
        return
    if kind.look == "named":
        st.segmented_control(
            bound.label, offered, key=widget, format_func=kind.title, help=bound.help,
            disabled=bound.held, on_change=_take_choice, args=args, required=True,
        )  # fmt: skip
        return
    st.selectbox(
        bound.label, offered, key=widget, format_func=kind.title, help=bound.help,
        width=WIDE if kind.look == "wide" else MENU,
        disabled=bound.held, on_change=_take_choice, args=args,
    )  # fmt: skip


def _take_choice(bound: Bound, widget: str, offered: list[str]) -> None:
    kind: Choice = bound.control.kind  # type: ignore[assignment]
    value = chosen(widget, offered)
    if value is not None:
        more = kind.also(bound.now, value) if kind.also else {}
        bound.state.update({**more, bound.key: value})


def offer_all(control: Control, state: State) -> None:
    """The switch to all options of a list that begins with its first ones."""
    if not isinstance(control.kind, Choice) or not control.kind.first:
        return
    if lesson().holds(control.bound_by):
        return
    key = f"every_{control.key}"
    widget = f"control.{key}"
    st.session_state[widget] = bool(state.get(key))
    st.toggle(
        _("Offer every choice of “{name}”").format(name=_(control.label)), key=widget,
        on_change=_take_all, args=(state, key, widget),
    )  # fmt: skip


def _take_all(state: State, key: str, widget: str) -> None:
    state[key] = bool(st.session_state[widget])


def some(bound: Bound) -> None:
    """A list of which several can be chosen."""
    kind: Several = bound.control.kind  # type: ignore[assignment]
    offered = kind.offered(bound.values)
    widget = bound.shows([each for each in bound.state[bound.key] if each in offered])
    if kind.look == "pills":
        st.pills(
            bound.label, offered, selection_mode="multi", key=widget, format_func=kind.title,
            help=bound.help, disabled=bound.held,
            on_change=_take_several, args=(bound, widget, offered),
        )  # fmt: skip
        return
    st.multiselect(
        bound.label, offered, key=widget, format_func=kind.title, help=bound.help,
        placeholder=_(kind.empty), max_selections=kind.most, disabled=bound.held, width=SEVERAL,
        on_change=_take_several, args=(bound, widget, offered),
    )  # fmt: skip


def _take_several(bound: Bound, widget: str, offered: tuple[str, ...]) -> None:
    wanted = several(widget, offered)
    kind: Several = bound.control.kind  # type: ignore[assignment]
    bound.take(tuple(wanted if kind.as_chosen else (e for e in offered if e in wanted)))


def flag(bound: Bound) -> None:
    """A switch."""
    widget = bound.shows(bool(bound.state[bound.key]))
    st.toggle(
        bound.label, key=widget, help=bound.help, disabled=bound.held,
        on_change=bound.take_from, args=(widget, bool),
    )  # fmt: skip


def text(bound: Bound) -> None:
    """A box for a text, of one line or several."""
    kind: Text = bound.control.kind  # type: ignore[assignment]
    widget = bound.shows(bound.state[bound.key])
    convert = kind.read
    if kind.lines == 1:
        st.text_input(
            bound.label, key=widget, help=bound.help, placeholder=_(kind.placeholder),
            icon=f":material/{kind.icon}:" if kind.icon else None, disabled=bound.held,
            on_change=bound.take_from, args=(widget, convert),
        )  # fmt: skip
        return
    st.text_area(
        bound.label, key=widget, help=bound.help, placeholder=_(kind.placeholder),
        height=24 * kind.lines + 20, disabled=bound.held,
        on_change=bound.take_from, args=(widget, convert),
    )  # fmt: skip


def typed(bound: Bound) -> None:
    """What is typed stays in its box as long as it says the value; a bad text, too, and then the
    last good value stands."""
    kind: Typed = bound.control.kind  # type: ignore[assignment]
    wrong = bound.state.setdefault("typed", {}).get(bound.key)
    raw = bound.state.setdefault("raw", {}).get(bound.key)
    stays = wrong is not None or (raw is not None and raw[1] == bound.state[bound.key])
    widget = bound.shows(raw[0] if stays and raw else kind.write(bound.state[bound.key]))
    said = f"{bound.help or ''} {_('Allowed:')} {kind.allowed}.".strip() if kind.allowed else None
    st.text_input(
        bound.label, key=widget, help=said or bound.help, disabled=bound.held,
        on_change=_take_typed, args=(bound, kind, widget),
    )  # fmt: skip
    if wrong is not None:
        reason = _("{reason}. The last good value stands.").format(reason=wrong.rstrip("."))
        st.error(titled(bound.label, plain(reason)))
    elif stays and raw and kind.note and (note := kind.note(raw[0])):
        st.warning(note)


def _take_typed(bound: Bound, kind: Typed, widget: str) -> None:
    text = st.session_state.get(widget) or ""
    try:
        value = kind.read(text.strip())
    except ValueError as error:
        bound.state["typed"][bound.key] = str(error)
        bound.state["raw"][bound.key] = text, None
        return
    bound.state["typed"].pop(bound.key, None)
    bound.state["raw"][bound.key] = text, value
    bound.take(value)


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


def index(bound: Bound) -> None:
    """A menu of a list by its places."""
    kind: Index = bound.control.kind  # type: ignore[assignment]
    names = kind.names(bound.values)
    places = range(len(names))
    widget = bound.shows(min(bound.state[bound.key], places[-1]))
    st.selectbox(
        bound.label, places, key=widget, format_func=lambda i: names[i], help=bound.help,
        width=MENU, disabled=bound.held, on_change=_take_place, args=(bound, widget, places),
    )  # fmt: skip


def _take_place(bound: Bound, widget: str, places: range) -> None:
    place = chosen(widget, places)
    if place is not None:
        bound.take(place)


def brings(bound: Bound) -> None:
    """A box to paste in, where there is one, and a file; what was wrong with them."""
    kind: Brings = bound.control.kind  # type: ignore[assignment]
    if bound.held:
        return
    left, right = st.columns(2) if kind.paste else (None, st.container())
    if left is not None:
        widget = f"{bound.widget}.paste"
        left.text_area(
            _(kind.paste), key=widget, height=140, placeholder=kind.placeholder,
            on_change=_take_pasted, args=(bound, kind, widget),
        )  # fmt: skip
    right.file_uploader(
        bound.label, list(kind.endings), key=f"{bound.widget}.file", max_upload_size=5,
        help=bound.help, on_change=_take_brought, args=(bound, kind, f"{bound.widget}.file"),
    )  # fmt: skip
    wrong = bound.state.setdefault("typed", {}).get(bound.key)
    if wrong is not None:
        st.error(plain(wrong))


def _take_pasted(bound: Bound, kind: Brings, widget: str) -> None:
    text = st.session_state.get(widget) or ""
    if text.strip():
        _bring(bound, kind, text)


def _take_brought(bound: Bound, kind: Brings, widget: str) -> None:
    file = st.session_state.get(widget)
    _bring(bound, kind, None if file is None else file.getvalue())


def _bring(bound: Bound, kind: Brings, data: bytes | str | None) -> None:
    """Take it over. A new file comes as none at first, then itself: where that cannot be used, what
    was there before comes back."""
    before = bound.state.setdefault("before", {})
    before[bound.key] = bound.state.get(bound.key) or before.get(bound.key)
    wrong = bound.state.setdefault("typed", {})
    try:
        bound.state.update(kind.sets(bound.now, data))
        wrong.pop(bound.key, None)
    except ValueError as error:
        bound.state[bound.key] = before[bound.key]
        wrong[bound.key] = str(error)


def grid(bound: Bound) -> None:
    """A small matrix, edited in place."""
    kind: Grid = bound.control.kind  # type: ignore[assignment]
    if not bound.held:
        edit_grid(bound.widget, kind.now(bound.values))


def take_grids(controls: Iterable[Control], state: State, values: Values) -> list[str]:
    """Take over what was typed into grids, before anything is computed; what was no number."""
    sentences = []
    for control in controls:
        if isinstance(control.kind, Grid) and not lesson().holds(control.bound_by):
            new, wrong = edited_grid(f"control.{control.key}", control.kind.now(values))
            sentences += wrong
            if new is not None:
                state[control.key] = pack_matrix(new)
    return sentences


def take_joints(key: str, controls: Iterable[Control], state: State, values: Values) -> None:
    """Take over what was moved in the component of this key, before anything is computed."""
    there = {control.key: control for control in controls}
    for control in there.values():
        if not isinstance(control.kind, Joints):
            continue
        news = moved(key, control.kind.count(values))
        for name, value in (control.kind.takes(values, news) if news else {}).items():
            if name not in there or not lesson().holds(there[name].bound_by):
                state[name] = value


def files(bound: Bound) -> None:
    """An uploader for each file, beside each other."""
    if not bound.held:
        draw_files(bound.control, bound.state)


def nothing(bound: Bound) -> None:
    """Set by something else than a widget of its own."""


WIDGETS: dict[type[Kind], Callable[[Bound], None]] = {
    Whole: whole,
    Real: real,
    Span: span,
    Pair: pair,
    Choice: choice,
    Several: some,
    Flag: flag,
    Text: text,
    Typed: typed,
    Grid: grid,
    Block: block,
    Sliders: sliders,
    Dial: dial,
    Index: index,
    Brings: brings,
    Joints: nothing,
    Matrix: nothing,
    Files: files,
    Silent: nothing,
    Visit: nothing,
}
"""Kind -> what draws it."""


def widget_of(kind: Kind) -> Callable[[Bound], None]:
    """What draws a kind, or the kind that it is a special case of."""
    return next(WIDGETS[cls] for cls in type(kind).__mro__ if cls in WIDGETS)


def has_widget(control: Control) -> bool:
    """Whether a control is moved by a widget of its own, among the others of its page."""
    return widget_of(control.kind) is not nothing
