"""The stepper: the browser component that plays any Scene."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from poolviz.figures.played import SCRIPTS, labels
from poolviz.stage.scene import Scene
from poolviz.ui.browser import component, sent
from poolviz.ui.lesson import lesson

LARGER = 1.4
"""How much larger the digits of a picture are in presentation, where its keys need no click."""

_mount = component(
    "stepper",
    html=sent("stepper/stepper.html"),
    css=sent("stepper/stepper.css"),
    js="\n".join(sent(f"stepper/{name}.js") for name in SCRIPTS),
)


@dataclass(frozen=True)
class At:
    """Where a person stands: the step, and the cell that is pinned (panel "", cell -1: none)."""

    step: int
    panel: str = ""
    cell: int = -1


def stepper(scene: Scene, *, key: str, step: int = 0, height: int | None = None) -> At:
    """Play ``scene``, from ``step`` on; gives the step and the cell last told by the browser.

    The browser tells its step when a person pauses, scrubs, steps or picks a cell, never while
    playing. It keeps its step when the page runs again, and over page changes. A page moves it by
    passing a ``step`` that is news: neither what it passed last, nor what it was given last.
    ``height`` is the most pixels that the picture may take.

    ``st.session_state[f"{key}_saved"]`` holds what the browser told last, as step, panel and cell,
    for code that runs before the call; ``{key}_books`` is for the stepper itself.
    """
    saved = st.session_state.setdefault(f"{key}_saved", dict(NOWHERE))
    books = st.session_state.setdefault(f"{key}_books", {"asks": 0, "asked": None, "given": None})
    news = step not in (books["asked"], books["given"])
    if news:
        saved = st.session_state[f"{key}_saved"] = {**NOWHERE, "step": step, "n": saved["n"]}
        books["asks"] += 1
    books["asked"] = step
    if news or key not in st.session_state:  # else the data stays as it is, and is not sent again
        books["base"] = saved["step"]
    told = _mount(
        key=key,
        data={
            "scene": scene.wire,
            "id": hashlib.sha256(scene.wire.encode()).hexdigest()[:16],
            "step": books["base"],
            "ask": books["asks"],
            "labels": labels(scene),
            "height": None if lesson().present else height,
            "scale": LARGER if lesson().present else 1,
            "focus": lesson().present,
        },
        default={"at": None},
        on_at_change=lambda: _save(key, st.session_state[key]["at"]),
        width="stretch",
        height="content",
    )
    _save(key, told.at)
    at = _clamp(st.session_state[f"{key}_saved"], scene)
    books["given"] = at.step
    return at


NOWHERE = {"step": 0, "panel": "", "cell": -1, "n": 0}


def _save(key: str, told: Any) -> None:
    """Keep what the browser told, if it is new and of the right types."""
    saved = st.session_state[f"{key}_saved"]
    if not isinstance(told, Mapping):
        return
    found = {name: told.get(name) for name in NOWHERE}
    right = all(type(value) is type(NOWHERE[name]) for name, value in found.items())
    if right and found["n"] != saved["n"]:
        st.session_state[f"{key}_saved"] = found


def _clamp(saved: dict[str, Any], scene: Scene) -> At:
    """The saved place as far as it exists in this scene."""
    step = min(max(saved["step"], 0), max(len(scene) - 1, 0))
    sizes = {panel.name: panel.shape[0] * panel.shape[1] for panel in scene.panels}
    if 0 <= saved["cell"] < sizes.get(saved["panel"], 0):
        return At(step, saved["panel"], saved["cell"])
    return At(step)
