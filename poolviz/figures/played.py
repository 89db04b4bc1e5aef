"""What a played scene is made of besides its data: scripts and words; a page that plays by itself.

The page is one file of HTML without any outside request, for slides and course sites.
"""

import hashlib
import json
from base64 import b64encode
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from poolviz.figures.legend import legend
from poolviz.figures.stories import names, story
from poolviz.numbers import number
from poolviz.stage.scene import Scene
from poolviz.text import _, language

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SCRIPTS = (
    *("weighing", "decode", "ledger", "words", "theme", "layout", "paint", "overlay", "bench"),
    "links",
    *(f"stories/{name}" for name in names()),
    *("room", "motion", "pointing", "edit", "stepper"),
)
"""One module in parts, joined in this order."""
RATES = (0.5, 1, 2, 5, 10, 20)
"""Speeds, in steps a second."""
EVERY_FRAME = 1000
"""Faster than any display: one step each display frame."""


def scene_page(scene: Scene, step: int = 0) -> str:
    """A page of HTML that plays the scene from this step on, offline and by itself.

    Light or dark as the reader's system says. What a scene says is text, never HTML.

    Errors: ``ValueError`` if the scene has no such step.
    """
    if not 0 <= step < len(scene):
        raise ValueError(f"step must be in [0, {len(scene) - 1}], got {step}")
    script = "\n".join(_read(f"stepper/{name}.js") for name in SCRIPTS) + _read("page/start.js")
    data = {
        "scene": scene.wire,
        "id": "page",
        "step": step,
        "ask": 1,
        "labels": labels(scene),
        "height": None,
        "scale": 1,
        "focus": True,
        "edits": [],
    }
    return Template(_read("page/page.html")).substitute(
        language=escape(language()),
        hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        title=escape(scene.title),
        style=_read("page/page.css") + _read("stepper/stepper.css"),
        markup=_read("stepper/stepper.html"),
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
        script=script,
    )


def page_bytes(scene: Scene, step: int = 0) -> bytes:
    """The page as a file."""
    return scene_page(scene, step).encode()


def _read(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")


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
            "Enter picks it, Escape lets it go. A double click on a number of the input, or Enter "
            "once more, types another; dragging it up or down moves it."
        ),
        "part": _("(the first {rows} × {columns})"),
        "cell": _("row {row}, column {column}"),
        "value": _("{cell}: {value}"),
        "weight": _("weight {weight}"),
        "place": _("Step {step} of {steps}"),
        "story": _(story(scene.story).TITLE),
        "heaviest": _("the {n} heaviest of {all}: {share} of all weight"),
        "point": _("point {number}"),
        "arrow": _("arrow"),
        "box": _("box"),
    }
