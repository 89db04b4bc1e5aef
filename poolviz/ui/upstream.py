"""The upstream gradient, dL/dy: ones, random by a seed, one hot, or a person's own numbers."""

import secrets
from typing import Any

import numpy as np
import streamlit as st

from poolviz.readers import LARGEST_PACKED, pack_matrix, unpack_matrix
from poolviz.stage.link import one_of, pair, whole, write_pair
from poolviz.stage.matrix import LARGEST_SEED
from poolviz.text import _
from poolviz.ui.chosen import chosen
from poolviz.ui.grid import edit_grid, edited_grid
from poolviz.ui.lesson import lesson
from poolviz.ui.share import Setting, State

UPSTREAMS = ("ones", "random", "one-hot", "own")
KEY = "upstream"


def upstream_settings(state: State) -> tuple[Setting, ...]:
    """What a link holds of it: the kind, and what belongs to the kind."""
    more = {
        "random": Setting("dy_seed", "dy_seed", 0, whole(0, LARGEST_SEED)),
        "one-hot": Setting("dy_cell", "dy_cell", (0, 0), pair(0, 10**6), write_pair),
        "own": Setting("dy", "dy", None, lambda text: pack_matrix(unpack_matrix(text)), str),
    }
    kind = state.get("upstream", UPSTREAMS[0])
    return (
        Setting("upstream", "upstream", UPSTREAMS[0], one_of(*UPSTREAMS)),
        *([more[kind]] if kind in more else []),
    )


def upstream(state: State, shape: tuple[int, ...]) -> np.ndarray:
    """The gradient that the state describes, for an output of this shape: float64 (H, W).

    Random numbers are multiples of 0.5 from -2 to 2 without 0. One's own are cut to the shape, and
    filled up with 1.
    """
    kind = state["upstream"]
    dy = np.ones(shape)
    if kind == "random":
        steps = np.random.default_rng(state["dy_seed"]).integers(1, 5, (*shape, 2))
        dy = np.where(steps[..., 1] > 2, 0.5, -0.5) * steps[..., 0]
    elif kind == "one-hot":
        dy = np.zeros(shape)
        dy[_inside(state["dy_cell"], shape)] = 1
    elif kind == "own" and state["dy"]:
        given = unpack_matrix(state["dy"])
        rows, cols = np.minimum(given.shape, shape)
        dy[:rows, :cols] = given[:rows, :cols]
    return dy


def upstream_control(state: State, shape: tuple[int, ...]) -> np.ndarray:
    """Choose it, and give it. Up to 16 x 16 numbers may be one's own."""
    small = max(shape) <= LARGEST_PACKED
    names = {
        "ones": _("All ones"),
        "random": _("Random"),
        "one-hot": _("One hot"),
        "own": _("Your own numbers"),
    }
    if state["upstream"] == "own" and not small:
        state["upstream"] = "ones"
        st.info(_("Numbers of your own need an output of at most 16 × 16; these are ones."))
    fill_in(state)
    if not lesson().shows("upstream"):
        return upstream(state, shape)
    st.session_state["control.upstream"] = state["upstream"]
    st.selectbox(
        _("Upstream gradient, dL/dy"),
        [name for name in UPSTREAMS if small or name != "own"],
        format_func=lambda name: names[name],
        key="control.upstream",
        disabled=lesson().holds("upstream"),
        on_change=_took,
        args=(state, shape),
        help=_("What the rest of the network hands back: how much the loss moves per output."),
    )
    if state["upstream"] == "random" and not lesson().holds("upstream"):
        _seed(state)
    if state["upstream"] == "one-hot" and not lesson().holds("upstream"):
        _cell(state, shape)
    dy = upstream(state, shape)
    if state["upstream"] != "own" or lesson().holds("upstream"):
        return dy
    new, wrong = edited_grid(KEY, dy)
    dy = dy if new is None else new
    state["dy"] = pack_matrix(dy)
    edit_grid(KEY, dy)
    for told in wrong:
        st.error(told)
    return dy


def fill_in(state: State) -> None:
    """What belongs to the chosen kind, where it is still missing."""
    for setting in upstream_settings(state):
        state.setdefault(setting.key, setting.default)


def _took(state: State, shape: tuple[int, ...]) -> None:
    kind = chosen("control.upstream", UPSTREAMS) or state["upstream"]
    if kind == "own":  # from where one is
        state["dy"] = pack_matrix(upstream(state, shape))
    state["upstream"] = kind
    fill_in(state)


def _seed(state: State) -> None:
    _whole(state, _("Seed"), "dy_seed", state["dy_seed"], LARGEST_SEED, int)
    st.button(_("New seed"), key="control.dy_new", on_click=_new_seed, args=(state,))


def _new_seed(state: State) -> None:
    state["dy_seed"] = secrets.randbelow(10_000)


def _cell(state: State, shape: tuple[int, ...]) -> None:
    here = _inside(state["dy_cell"], shape)
    for axis, (place, label) in enumerate(
        zip(st.columns(2), (_("Output row"), _("Output column")), strict=True)
    ):
        with place:
            _whole(
                state,
                label,
                "dy_cell",
                here[axis],
                shape[axis] - 1,
                lambda value, axis=axis: (value, here[1]) if axis == 0 else (here[0], value),
                axis,
            )


def _whole(
    state: State, label: str, key: str, value: int, most: int, convert: Any, axis: int = 0
) -> None:
    widget = f"control.{key}.{axis}"
    st.session_state[widget] = value

    def took() -> None:
        state[key] = convert(int(st.session_state[widget]))

    st.number_input(label, 0, most, step=1, key=widget, on_change=took)


def _inside(cell: tuple[int, int], shape: tuple[int, ...]) -> tuple[int, int]:
    return min(cell[0], shape[0] - 1), min(cell[1], shape[1] - 1)
