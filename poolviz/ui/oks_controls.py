"""Controls of the page on OKS: the person, the scale, sigmas, area and k."""

from math import sqrt

import numpy as np
import streamlit as st

from poolviz.numbers import number
from poolviz.text import _, listed
from poolviz.ui.chosen import chosen
from poolviz.ui.lesson import lesson
from poolviz.ui.oks_state import (
    LEAST_AREA,
    LEAST_SIGMA,
    LINKS,
    MOST_SIGMA,
    OWN,
    choose_person,
    current_joint,
    current_posing,
    scale_limits,
)
from poolviz.ui.share import State
from poolviz.wings.pose.oks.posing import Posing, shipped_people


def person_control(state: State) -> None:
    """The people of the shipped annotations by image, and one's own pose once it is there."""
    if not lesson().shows("person"):
        return
    people = {person.name: person for person in shipped_people()}
    options = [*people, *([OWN] if state.get("own") else [])]
    images = list(dict.fromkeys(person.image for person in people.values()))

    def named(name: str) -> str:
        if name == OWN:
            return _("your own pose")
        person = people[name]
        place = [p.name for p in people.values() if p.image == person.image].index(name) + 1
        return _("image {image}, person {n} · {labelled} of 17 labelled").format(
            image=images.index(person.image) + 1, n=place, labelled=person.labelled
        )

    key = shown("person", state["person"] if state["person"] in options else options[0])

    def took() -> None:
        name = chosen(key, options)
        if name is not None:
            choose_person(state, name)

    st.selectbox(
        _("Person"),
        options,
        key=key,
        format_func=named,
        width=330,
        disabled=lesson().holds("person"),
        help=_("Real people of COCO's validation set, drawn without their photographs."),
        on_change=took,
    )


def scale_control(state: State, posing: Posing) -> None:
    """The one slider to begin with: s, the square root of the area."""
    if not lesson().shows("area"):
        return
    least, most = scale_limits(posing.person)
    key = shown("scale", round(min(max(posing.scale, least), most), 1))

    def took() -> None:
        state["area"] = round(float(st.session_state[key]) ** 2, 2)

    st.slider(
        _("Scale s = √area, pixels"),
        least,
        most,
        key=key,
        step=1.0,
        format="%.1f",
        disabled=lesson().holds("area"),
        help=_("How large OKS takes the person to be. The annotated mask gives {s}.").format(
            s=number(round(sqrt(posing.person.area), 1))
        ),
        on_change=took,
    )


def sigma_control(state: State, posing: Posing, joint: int) -> None:
    """The sigma of the selected joint; its counterpart or all others may follow."""
    if not lesson().shows("sigmas"):
        return
    key = shown("sigma", float(np.clip(posing.sigmas[joint], LEAST_SIGMA, MOST_SIGMA)))
    st.slider(
        _("σ of the selected joint: {name}").format(name=posing.names[joint]),
        LEAST_SIGMA,
        MOST_SIGMA,
        key=key,
        step=0.001,
        format="%.3f",
        disabled=not posing.factor or lesson().holds("sigmas"),
        help=_("How far annotators stray from each other on this joint, as a share of s."),
        on_change=lambda: set_sigma(state, joint, float(st.session_state[key])),
    )


def set_sigma(state: State, joint: int, sigma: float) -> None:
    """Give a joint a sigma; by ``link`` its other side takes it too, or all in proportion."""
    posing = current_posing(state)
    sigmas = list(posing.sigmas)
    if state["link"] == "all":
        share = sigma / sigmas[joint]
        sigmas = [round(min(max(s * share, 0.001), 1.0), 5) for s in sigmas]
    elif state["link"] == "sides":
        sigmas[posing.person.skeleton.mirror[joint]] = sigma
    sigmas[joint] = sigma
    state["sigmas"] = None if tuple(sigmas) == posing.person.sigmas else tuple(sigmas)


def joint_control(state: State, posing: Posing) -> None:
    """The selected joint, for those who do not pick it in the picture."""
    if not lesson().shows("joint"):
        return
    key, joints = shown("joint", current_joint(state)), range(len(posing.names))

    def took() -> None:
        joint = chosen(key, joints)
        if joint is not None:
            state["joint"] = joint

    st.selectbox(
        _("Selected joint"),
        joints,
        key=key,
        format_func=lambda i: posing.names[i],
        disabled=lesson().holds("joint"),
        on_change=took,
    )


def constants(state: State, posing: Posing, hidden: bool) -> None:
    """The folded part: which sigmas change together, COCO's values, k, the area, arrows."""
    left, middle, right = st.columns(3)
    with left:
        joint_control(state, posing)
        words = {"sides": _("left = right"), "all": _("all"), "free": _("alone")}
        _segments(state, "link", _("σ changes"), {name: words[name] for name in LINKS})
        if lesson().shows("sigmas"):
            st.button(
                _("COCO's σ values") if posing.person.skeleton.sigmas else _("One σ for all"),
                key="oks.coco",
                disabled=state["sigmas"] is None or lesson().holds("sigmas"),
                on_click=state.update,
                args=({"sigmas": None},),
            )
    with middle:
        _segments(
            state, "k", _("Fall-off constant k"), {"2": "k = 2σ", "1": "k = σ", "unit": "k = 1"}
        )
        if not lesson().holds("area"):
            _area(state, posing)
    with right:
        if lesson().shows("arrows"):
            _arrows(state)
        st.caption(
            _(
                "Flags belong to the truth: click v in the list of joints. v = 1 and v = 2 count "
                "the same, v = 0 takes the joint out of both sums."
            )
        )
        st.button(
            _("Flags as annotated"),
            key="oks.flags",
            disabled=state["flags"] is None,
            on_click=state.update,
            args=({"flags": None},),
        )
    if not hidden:  # it is asked where a slip costs most
        each = zip(posing.names, posing.sigmas, strict=True)
        st.caption(
            _("σ of every joint: {sigmas}.").format(sigmas=listed(f"{n} {s:.4g}" for n, s in each))
        )


def _arrows(state: State) -> None:
    key = shown("arrows", bool(state["arrows"]))
    st.toggle(
        _("Arrows: the way that improves OKS most"),
        key=key,
        disabled=lesson().holds("arrows"),
        on_change=lambda: state.update(arrows=bool(st.session_state[key])),
    )


def _area(state: State, posing: Posing) -> None:
    kinds = {"mask": _("mask"), "box": _(".53 × box"), "other": _("other")}
    if state["person"] == OWN and state.get("own_area") is None:
        kinds.pop("mask")
    now = state["area"] if state["area"] in kinds else "other"
    if state["area"] == "mask" and "mask" not in kinds:
        now = "box"
    key = shown("area_kind", now)

    def took() -> None:
        kind = st.session_state[key]
        state["area"] = round(posing.area, 2) if kind == "other" else kind

    st.segmented_control(
        _("Area s²"), list(kinds), key=key, format_func=lambda k: kinds[k], required=True,
        on_change=took,
    )  # fmt: skip
    typed = shown("area", round(posing.area, 2))

    def took_number() -> None:
        state["area"] = float(st.session_state[typed] or posing.area)

    st.number_input(
        _("Area, pixels²"), LEAST_AREA, 1e8, key=typed, step=100.0, on_change=took_number
    )
    box = posing.person.bbox
    st.caption(
        _("The mask has {mask} px², .53 × box has {box} px².").format(
            mask=number(round(posing.person.area)), box=number(round(0.53 * box[2] * box[3]))
        )
    )


def _segments(state: State, name: str, label: str, words: dict[str, str]) -> None:
    if not lesson().shows(name):
        return
    key = shown(name, state[name])
    st.segmented_control(
        label,
        list(words),
        key=key,
        format_func=lambda w: words[w],
        required=True,
        disabled=lesson().holds(name),
        on_change=lambda: state.update({name: st.session_state[key]}),
    )


def shown(name: str, value: object) -> str:
    """The key of a widget, which is made to show this value.

    Only where it shows another one: a widget that is set in every run loses what a person does to
    it while one is under way.
    """
    key = f"control.oks.{name}"
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return key
