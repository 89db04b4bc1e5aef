"""The stepper: the browser component that plays any Scene."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from poolviz.numbers import number
from poolviz.stage.scene import Kind, Scene
from poolviz.text import N_, _
from poolviz.ui import exchange
from poolviz.ui.browser import sent
from poolviz.ui.lesson import lesson

SCRIPTS = ("decode", "ledger", "words", "theme", "layout", "paint", "bench", "stepper")
"""One module in parts, joined in this order."""
RATES = (0.5, 1, 2, 5, 10, 20)
"""Speeds, in steps a second."""
LARGER = 1.4
"""How much larger the digits of a picture are in presentation, where its keys need no click."""
EVERY_FRAME = 1000
"""Faster than any display: one step each display frame."""

_mount = st.components.v2.component(
    "poolviz_stepper",
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
            "id": hashlib.sha256(scene.wire.encode()).hexdigest()[:16],
            "step": books["base"],
            "ask": books.get("asks", 0),
            "labels": labels(scene),
            "height": None if lesson().present else height,
            "scale": LARGER if lesson().present else 1,
            "focus": lesson().present,
        },
        default={"at": None},
        on_at_change=lambda: exchange.hear(key, st.session_state[key]["at"], NOWHERE),
        width="stretch",
        height="content",
    )
    exchange.hear(key, told.at, NOWHERE)
    at = _clamp(exchange.last(key), scene)
    books["given"] = at.step
    return at


NOWHERE = {"step": 0, "panel": "", "cell": -1, "n": 0}
"""What a stepper tells: a pattern, and where it begins."""


def _clamp(saved: dict[str, Any], scene: Scene) -> At:
    """The saved place as far as it exists in this scene."""
    step = min(max(saved["step"], 0), max(len(scene) - 1, 0))
    sizes = {panel.name: panel.values.size for panel in scene.panels}
    if 0 <= saved["cell"] < sizes.get(saved["panel"], 0):
        return At(step, saved["panel"], saved["cell"])
    return At(step)


STORIES = {
    "select": N_("One wins"),
    "share": N_("Share evenly"),
    "power": N_("Weigh by power"),
    "draw": N_("Draw one"),
    "exp": N_("Weigh by exponential"),
    "rank": N_("Line up by value"),
}


def labels(scene: Scene) -> dict[str, Any]:
    """Every word that the browser shows, in the current language."""
    return {
        "scene": scene.title,
        "alt": _("{title}. {sizes}.").format(title=scene.title, sizes=scene.sizes()),
        "legend": legend(scene),
        "rates": [
            *((rate, _("{rate} a second").format(rate=number(rate))) for rate in RATES),
            (EVERY_FRAME, _("every frame")),
        ],
        "play": _("Play"),
        "pause": _("Pause"),
        "first": _("First step"),
        "back": _("Previous step"),
        "next": _("Next step"),
        "last": _("Last step"),
        "loop": _("Loop"),
        "step": _("Step"),
        "speed": _("Speed"),
        "data": _("The numbers as tables"),
        "keys": _(
            "Arrow keys go step by step, Space plays. Shift with an arrow points at a cell, "
            "Enter picks it, Escape lets it go."
        ),
        "part": _("(the first {rows} × {columns})"),
        "cell": _("row {row}, column {column}"),
        "value": _("{cell}: {value}"),
        "weight": _("weight {weight}"),
        "place": _("Step {step} of {steps}"),
        "story": _(STORIES[scene.story]),
    }


def legend(scene: Scene) -> list[tuple[str, str]]:
    """The signs that occur in the scene, each with its meaning."""
    tracks, linked = scene.tracks, scene.source is not None
    given = [w for t in tracks for w in (t.weights, t.added) if w is not None]
    kinds = {int(k) for p in scene.panels if p.kind is not None for k in np.unique(p.kind)}
    signs = {
        "window": any(t.cells is not None and t.written is None for t in tracks),
        "chosen": any(t.chosen is not None and (t.chosen >= 0).any() for t in tracks),
        "weight": not linked
        and scene.story not in ("select", "draw")
        and any(t.weights is not None and t.weights.any() for t in tracks),
        "written": linked or any(t.written is not None for t in tracks),
        "plus": linked,
        "minus": linked and any((w < 0).any() for w in given),
        "zero": any(p.shown == "summed" for p in scene.panels),
        "padding": Kind.PADDING in kinds,
        "outside": Kind.OUTSIDE in kinds,
    }
    words = {
        "window": _("window"),
        "chosen": _("chosen"),
        "weight": _("area: weight"),
        "written": _("source") if linked else _("output"),
        "plus": _("positive"),
        "minus": _("negative"),
        "zero": _("nothing received"),
        "padding": _("padding"),
        "outside": _("outside: never counted"),
    }
    return [(sign, words[sign]) for sign, shown in signs.items() if shown]
