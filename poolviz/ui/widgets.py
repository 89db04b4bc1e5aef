"""One widget a kind of control: made from the declaration, bound to state, link and lesson here.

A widget shows the state's value and writes it back before the page runs again, so that it survives
page changes and comes from a link. What a teacher's link hides is not drawn, what it fixes cannot
be moved.
"""

from collections.abc import Callable, Iterable

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
from poolviz.ui.bound import MENU, SEVERAL, WIDE, Bound
from poolviz.ui.brings import brings
from poolviz.ui.chosen import chosen, several
from poolviz.ui.grid import edit_grid, edited_grid
from poolviz.ui.keypoints import moved
from poolviz.ui.lesson import lesson
from poolviz.ui.number_widgets import block, dial, pair, real, sliders, span, whole
from poolviz.ui.share import State
from poolviz.ui.uploads import draw_files


def draw(controls: Iterable[Control], state: State, values: Values) -> None:
    """The widgets of some controls, in their order."""
    for control in controls:
        if not control.bound_by or lesson().shows(control.bound_by):
            widget_of(control.kind)(Bound(control, state, values))


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
    said = (
        f"{bound.help or ''} {_('Allowed:')} {_(kind.allowed)}.".strip() if kind.allowed else None
    )
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


def grid(bound: Bound) -> None:
    """A small matrix, edited in place."""
    kind: Grid = bound.control.kind  # type: ignore[assignment]
    if bound.held:
        return
    if kind.toggles:
        with st.container(gap="xsmall", width="content"):
            st.caption(plain(bound.label))
            edit_grid(bound.widget, kind.now(bound.values), toggles=True)
    else:
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
