"""One-click mistakes on the page on OKS: the pose broken in one of four ways, and mended."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from poolviz.pose import invert, jitter, miss, swap
from poolviz.text import _
from poolviz.ui.oks_controls import shown
from poolviz.ui.oks_state import MOST_PIXELS, as_primitives, current_posing
from poolviz.ui.share import State
from poolviz.wings.pose.oks.posing import Posing, others, shipped_people


def mistakes(state: State, posing: Posing, joint: int) -> None:
    """Break the pose in one of the four ways, at the selected joint or everywhere."""
    rivals = others(posing.person, shipped_people())
    whose = state["where"]
    with st.container(horizontal=True, vertical_alignment="bottom", key="oks.mistakes"):
        where = shown("where", whose)
        names = {"joint": posing.names[joint], "all": _("the whole pose")}
        st.segmented_control(
            _("Break"),
            list(names),
            key=where,
            format_func=lambda w: names[w],
            required=True,
            on_change=lambda: state.update(where=st.session_state[where]),
        )
        joints = [joint] if whose == "joint" else list(range(len(posing.names)))
        _pixels(state)
        mirror = posing.person.skeleton.mirror
        paired = any(mirror[i] != i for i in joints)
        _mistake(state, "jitter", _("Jitter"), lambda p: _jittered(state, p), joints)
        _mistake(
            state,
            "inversion",
            _("Left and right inverted"),
            lambda p: invert(p.person.points, mirror),
            joints,
            "" if paired else _("There is no left and right here."),
        )
        _mistake(
            state,
            "swap",
            _("Swapped with another person"),
            lambda p: swap(p.person.points, rivals[0].points),
            joints,
            "" if rivals else _("Nobody else is labelled in this image: choose another."),
        )
        _mistake(
            state, "miss", _("Missed"), lambda p: miss(p.person.points, p.area, p.effective), joints
        )
        st.button(
            _("Perfect"), key="oks.perfect", on_click=_broken,
            args=(state, _("Perfect"), lambda p: p.person.points, list(range(len(posing.names)))),
        )  # fmt: skip
        st.button(
            _("As at first"), key="oks.first", on_click=state.update,
            args=({"pose": None, "said": ""},),
        )  # fmt: skip
    if state.get("said"):
        st.caption(state["said"])


def _pixels(state: State) -> None:
    key = shown("pixels", state["pixels"])

    def took() -> None:
        state["pixels"] = st.session_state[key] or state["pixels"]

    st.number_input(
        _("Pixels"), 1, MOST_PIXELS, key=key, width=120, on_change=took,
        help=_("How far jitter moves a joint, in a direction drawn anew each time."),
    )  # fmt: skip


def _jittered(state: State, posing: Posing) -> np.ndarray:
    state["seed"] = state.get("seed", 0) + 1
    return jitter(posing.person.points, state["pixels"], seed=state["seed"])


def _mistake(
    state: State,
    name: str,
    label: str,
    make: Callable[[Posing], np.ndarray],
    joints: list[int],
    hindrance: str = "",
) -> None:
    """A button that breaks the pose; where that is impossible it says why."""
    st.button(
        label,
        key=f"oks.{name}",
        on_click=_broken,
        args=(state, label, make, joints),
        disabled=bool(hindrance),
        help=hindrance or None,
    )


def _broken(
    state: State, label: str, make: Callable[[Posing], np.ndarray], joints: list[int]
) -> None:
    before = current_posing(state)
    pred = before.pred.copy()
    pred[joints] = make(before)[joints]
    state["pose"] = as_primitives(pred)
    after = replace(before, pred=np.array(state["pose"]))
    what = before.names[joints[0]] if len(joints) == 1 else _("the whole pose")
    state["said"] = _("{mistake}, {what}: OKS {before} → {after}.").format(
        mistake=label, what=what, before=f"{before.oks:.4f}", after=f"{after.oks:.4f}"
    )
