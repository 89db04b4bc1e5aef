"""Controls made from the declarations: which variant, which geometry. State in, choice out.

A control reads its value from the wing's state and writes it back, so that it survives page changes
and comes from a link. Impossible values cannot be chosen; where one became impossible because
something else changed, it moves to the nearest possible one and a sentence says so.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from math import inf
from typing import Any, Literal

import streamlit as st

from poolviz.pooling import VARIANTS, Sliding, Variant
from poolviz.pooling.variant import Param
from poolviz.stage.link import either, flag, one_of, pair, write_pair
from poolviz.stage.link import write_plain as write_field
from poolviz.text import _
from poolviz.ui.chosen import chosen
from poolviz.ui.lesson import lesson
from poolviz.ui.share import Setting, State, read_field
from poolviz.wings.pooling.core.fit import LARGEST, limit
from poolviz.wings.pooling.core.fit import fit_geometry as fit_geometry

SAME = ("same_upper", "same_lower")
NARROW = 150
"""Width of a number, in pixels: five controls stand in a row on a laptop, two on a phone."""
BY_NAME = {variant.__name__: variant for variant in VARIANTS}


def variant_settings(state: State) -> tuple[Setting, ...]:
    """The variant's name, and the hyper-parameters of the one that is chosen."""
    cls = BY_NAME[state.get("variant", "Max")]
    return (
        Setting("variant", "variant", "Max", one_of(*BY_NAME)),
        *(
            Setting(
                f"{cls.__name__}.{f.name}",
                link_name(state, f.name),
                f.default,
                partial(read_field, f.metadata["param"]),
                write_field,
            )
            for f in fields(cls)  # type: ignore[arg-type]
        ),
    )


def link_name(state: State, key: str) -> str:
    """The name in the URL of a key of the state: with a random input, seed= is the input's.

    >>> link_name({"sample": "random"}, "Stochastic.seed"), link_name({}, "Lp.p")
    ('draw_seed', 'p')
    """
    name = key.rsplit(".", 1)[-1]
    return "draw_seed" if (name, state.get("sample")) == ("seed", "random") else name


def geometry_settings(state: State) -> tuple[Setting, ...]:
    """Kernel, stride, padding, dilation, ceil mode. The stride defaults to the kernel."""
    return (
        Setting("kernel_size", "kernel_size", (2, 2), pair(1, LARGEST), write_pair),
        Setting("stride", "stride", None, pair(1, LARGEST), write_pair),
        Setting("padding", "padding", (0, 0), either(one_of(*SAME), pair(0, LARGEST)), write_pair),
        Setting("dilation", "dilation", (1, 1), pair(1, LARGEST), write_pair),
        Setting("ceil_mode", "ceil_mode", False, flag, write_field),
    )


def variant_control(state: State) -> None:
    """Choose a variant: the basic six, or all of them once a person asked for more."""
    basic = [name for name, cls in BY_NAME.items() if cls.basic]
    every = state.get("every_variant") or state["variant"] not in basic
    names = [*basic, *(name for name in BY_NAME if name not in basic and every)]
    _choose(state, "variant", _("Variant"), names, lambda name: _(BY_NAME[name].title), width=220)


def variant_details(state: State) -> None:
    """The folded part: every variant, and the hyper-parameters of the chosen one."""
    if not lesson().holds("variant") and len(BY_NAME) > sum(cls.basic for cls in BY_NAME.values()):
        _toggle(state, "every_variant", _("Offer every variant"))
    cls = BY_NAME[state["variant"]]
    for f in fields(cls):  # type: ignore[arg-type]
        _field(state, f"{cls.__name__}.{f.name}", f.name, f.metadata["param"])


def chosen_variant(state: State) -> Variant:
    """The variant that the state describes."""
    cls = BY_NAME[state["variant"]]
    given = {f.name: state.get(f"{cls.__name__}.{f.name}", f.default) for f in fields(cls)}  # type: ignore[arg-type]
    return cls(**given)


def geometry_controls(state: State, in_shape: tuple[int, ...], place: Any, details: Any) -> Sliding:
    """Kernel, stride and padding in ``place``, the rest in ``details``."""
    differ = state.get("per_axis") or any(
        isinstance(state[key], tuple) and state[key][0] != state[key][1]
        for key in ("kernel_size", "stride", "padding", "dilation")
    )
    with place:
        _pair(state, "kernel_size", _("Kernel size"), in_shape, differ)
        _pair(state, "stride", _("Stride"), in_shape, differ)
        _padding(state, in_shape, differ)
    with details:
        _pair(state, "dilation", _("Dilation"), in_shape, differ)
        _toggle(state, "ceil_mode", _("Ceil mode"), _help("ceil_mode"))
        state["per_axis"] = bool(differ)
        if any(map(lesson().shows, ("kernel_size", "stride", "padding", "dilation"))):
            label = _("Rows and columns differ")
            _toggle(state, "per_axis", label, on_change=_one_for_both)
    return chosen_geometry(state)


def chosen_geometry(state: State) -> Sliding:
    """The geometry that the state describes."""
    stride = state["stride"] or state["kernel_size"]
    return Sliding(
        state["kernel_size"], stride, state["padding"], state["dilation"], state["ceil_mode"]
    )


def _pair(
    state: State, key: str, label: str, in_shape: tuple[int, ...], differ: bool, least: int = 1
) -> None:
    if not lesson().shows(key):
        return
    held = lesson().holds(key)
    limits = [limit(key, state, n, axis) for axis, n in enumerate(in_shape)]
    values = state[key] or state["kernel_size"]
    if not differ:
        widget = _show(state, key, values[0])
        st.number_input(
            label,
            least,
            min(limits),
            step=1,
            key=widget,
            help=_help(key),
            width=NARROW,
            disabled=held,
            on_change=_took,
            args=(state, key, widget, lambda v: (int(v), int(v))),
        )
        return
    for axis, name in enumerate((_("{label}, rows"), _("{label}, columns"))):
        widget = _show(state, f"{key}.{axis}", values[axis])
        st.number_input(
            name.format(label=label),
            least,
            limits[axis],
            step=1,
            key=widget,
            help=_help(key),
            width=NARROW,
            disabled=held,
            on_change=_took_axis,
            args=(state, key, axis, widget),
        )


def _padding(state: State, in_shape: tuple[int, ...], differ: bool) -> None:
    now = state["padding"]
    if differ and not isinstance(now, str):
        _pair(state, "padding", _("Padding"), in_shape, True, least=0)
        return
    if not lesson().shows("padding"):
        return
    most = min(limit("padding", state, n, axis) for axis, n in enumerate(in_shape))
    words = {"same_upper": _("same (upper)"), "same_lower": _("same (lower)")}
    options = [*(str(p) for p in range(most + 1)), *words]
    widget = _show(state, "padding", now if isinstance(now, str) else str(now[0]))
    st.selectbox(
        _("Padding"),
        options,
        key=widget,
        format_func=lambda o: words.get(o, o),
        help=_help("padding"),
        width=NARROW,
        disabled=lesson().holds("padding"),
        on_change=_chose,
        args=(state, "padding", widget, options, lambda o: o if o in SAME else (int(o), int(o))),
    )


def _help(key: str) -> str:
    return {
        "kernel_size": _("How many cells the window spans on each axis."),
        "stride": _("How far the window moves. PyTorch's default is the kernel size."),
        "padding": _("Cells added around the input. “Same” gives ⌈in / stride⌉ outputs."),
        "ceil_mode": _("Round the output size up: the last window may reach past the input."),
        "dilation": _("The gap between the cells of a window; 1 means neighbours."),
    }[key]


def _field(state: State, key: str, name: str, limits: Param) -> None:
    """A control for one hyper-parameter, from its declaration."""
    if not lesson().shows(link_name(state, key)):
        return
    help_text = _(limits.help)
    if limits.choices == (False, True):
        _toggle(state, key, name, help_text)
    elif limits.choices is not None:
        _choose(state, key, name, list(limits.choices), str, help_text)
    elif limits.kind == "int" and not limits.optional:
        widget = _show(state, key, int(state[key]))
        low, high = (None if abs(v) == inf else int(v) for v in (limits.low, limits.high))
        st.number_input(
            name,
            low,
            high,
            step=1,
            key=widget,
            help=help_text,
            disabled=lesson().holds(link_name(state, key)),
            on_change=_took,
            args=(state, key, widget, int),
        )
    else:
        _text_field(state, key, name, limits, help_text)


def _text_field(state: State, key: str, name: str, limits: Param, help_text: str) -> None:
    """Open-ended, optional or several numbers are typed; a bad text keeps the last good value."""
    wrong = state.setdefault("typed", {}).get(key)
    widget = _show(state, key, "" if state[key] is None else write_field(state[key]), wrong is None)
    st.text_input(
        name,
        key=widget,
        help=f"{help_text} {_('Allowed:')} {limits.allowed}.",
        disabled=lesson().holds(link_name(state, key)),
        on_change=_took_text,
        args=(state, key, widget, limits),
    )
    if wrong is not None:
        st.error(_("{name}: {reason}. The last good value stands.").format(name=name, reason=wrong))


def _choose(
    state: State,
    key: str,
    label: str,
    options: list[str],
    show: Callable[[str], str],
    help_text: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    if not lesson().shows(link_name(state, key)):
        return
    widget = _show(state, key, state[key])
    st.selectbox(
        label,
        options,
        key=widget,
        format_func=show,
        help=help_text,
        width=width,
        disabled=lesson().holds(link_name(state, key)),
        on_change=_chose,
        args=(state, key, widget, options, str),
    )


def _toggle(
    state: State,
    key: str,
    label: str,
    help_text: str | None = None,
    on_change: Callable[..., None] | None = None,
) -> None:
    if not lesson().shows(link_name(state, key)):
        return
    widget = _show(state, key, bool(state.get(key)))
    st.toggle(
        label,
        key=widget,
        help=help_text,
        disabled=lesson().holds(link_name(state, key)),
        on_change=on_change or _took,
        args=(state, key, widget, bool),
    )


def _show(state: State, key: str, value: Any, overwrite: bool = True) -> str:
    """The key of a widget, which is made to show the state's value."""
    widget = f"control.{key}"
    if overwrite or widget not in st.session_state:
        st.session_state[widget] = value
    return widget


def _took(state: State, key: str, widget: str, convert: Callable[[Any], Any]) -> None:
    """A person moved a control: the state takes its value before the page runs."""
    state[key] = convert(st.session_state[widget])


def _chose(
    state: State, key: str, widget: str, offered: list[str], convert: Callable[[str], Any]
) -> None:
    """A person chose from a list: what is on offer is taken."""
    choice = chosen(widget, offered)
    if choice is not None:
        state[key] = convert(choice)


def _took_axis(state: State, key: str, axis: int, widget: str) -> None:
    values = list(state[key] or state["kernel_size"])
    values[axis] = int(st.session_state[widget])
    state[key] = tuple(values)


def _took_text(state: State, key: str, widget: str, limits: Param) -> None:
    try:
        state[key] = read_field(limits, st.session_state[widget].strip())
        state["typed"].pop(key, None)
    except ValueError as error:
        state["typed"][key] = str(error)


def _one_for_both(state: State, key: str, widget: str, convert: Callable[[Any], Any]) -> None:
    _took(state, key, widget, convert)
    for name in ("kernel_size", "stride", "padding", "dilation"):
        if not state[key] and isinstance(state[name], tuple):
            state[name] = (state[name][0],) * 2
