"""The stepper: the browser component that plays any Scene."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from poolviz.figures.played import SCRIPTS, labels
from poolviz.stage.scene import Scene
from poolviz.ui import exchange
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


def name_of(scene: Scene) -> str:
    """What a browser calls a scene."""
    return hashlib.sha256(scene.wire.encode()).hexdigest()[:16]


def stepper(
    scene: Scene, *, key: str, step: int = 0, height: int | None = None,
    edits: Sequence[str] = (), on_edit: Callable[[Any], None] | None = None,
) -> At:  # fmt: skip
    """Play ``scene``, from ``step`` on; gives the step and the cell last told by the browser.

    The browser tells its step when a person pauses, scrubs, steps or picks a cell, never while
    playing. It keeps its step when the page runs again, and over page changes. A page moves it by
    passing a ``step`` that is news: neither what it passed last, nor what it was given last.
    ``height`` is the most pixels that the picture may take. ``edits``: panels in which numbers can
    be typed; ``on_edit`` hears what the browser tells of that.

    What the browser told last, ``exchange`` knows before the call: step, panel and cell.
    """
    saved = exchange.last(key) or exchange.keep(key, dict(NOWHERE))
    books = exchange.passed(key)
    news = step not in (books.get("asked"), books.get("given"))
    if news:
        saved = exchange.keep(key, {**NOWHERE, "step": step, "n": saved["n"]})
        books["asks"] = books.get("asks", 0) + 1
    books["asked"] = step
    if news or key not in st.session_state:  # else the data stays as it is, and is not sent again
        books["base"] = saved["step"]
    told = _mount(
        key=key,
        data={
            "scene": scene.wire,
            "id": name_of(scene),
            "step": books["base"],
            "ask": books.get("asks", 0),
            "labels": labels(scene),
            "height": None if lesson().present else height,
            "scale": LARGER if lesson().present else 1,
            "focus": lesson().present,
            "edits": list(edits),
        },
        default={"at": None, "edit": None},
        on_at_change=lambda: exchange.hear(key, st.session_state[key]["at"], NOWHERE),
        on_edit_change=lambda: on_edit and on_edit(st.session_state[key]["edit"]),
        width="stretch",
        height="content",
    )
    exchange.hear(key, told.at, NOWHERE)
    if on_edit is not None:
        on_edit(told.edit)
    at = _clamp(exchange.last(key), scene)
    books["given"] = at.step
    return at


NOWHERE = {"step": 0, "panel": "", "cell": -1, "n": 0}
"""What a stepper tells: a pattern, and where it begins."""


def _clamp(saved: dict[str, Any], scene: Scene) -> At:
    """The saved place as far as it exists in this scene."""
    step = min(max(saved["step"], 0), max(len(scene) - 1, 0))
    sizes = {panel.name: panel.shape[0] * panel.shape[1] for panel in scene.panels}
    if 0 <= saved["cell"] < sizes.get(saved["panel"], 0):
        return At(step, saved["panel"], saved["cell"])
    return At(step)
