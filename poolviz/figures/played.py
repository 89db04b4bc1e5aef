"""What a played scene is made of besides its data: scripts and words; a page that plays by itself.

The page is one file of HTML without any outside request, for slides and course sites.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from poolviz.figures.stories import names, story
from poolviz.numbers import number
from poolviz.stage.scene import Kind, Scene, Track
from poolviz.text import _, language

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SCRIPTS = (
    *("weighing", "decode", "ledger", "words", "theme", "layout", "paint", "overlay", "bench"),
    "links",
    *(f"stories/{name}" for name in names()),
    *("room", "motion", "pointing", "stepper"),
)
"""One module in parts, joined in this order."""
RATES = (0.5, 1, 2, 5, 10, 20)
"""Speeds, in steps a second."""
EVERY_FRAME = 1000
"""Faster than any display: one step each display frame."""
OUTLINES = ("window", "track1", "track2", "track3")
"""Signs in the legend of a panel's first, second ... track."""


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
            "Enter picks it, Escape lets it go."
        ),
        "part": _("(the first {rows} × {columns})"),
        "cell": _("row {row}, column {column}"),
        "value": _("{cell}: {value}"),
        "weight": _("weight {weight}"),
        "place": _("Step {step} of {steps}"),
        "story": _(story(scene.story).TITLE),
        "point": _("point {number}"),
        "arrow": _("arrow"),
        "box": _("box"),
    }


def legend(scene: Scene) -> list[tuple[str, str]]:
    """The signs that occur in the scene, each with its meaning."""
    tracks, linked = scene.tracks, scene.source is not None
    given = [w for t in tracks for w in (t.weights, t.added) if w is not None]
    kinds = {int(k) for p in scene.panels if p.kind is not None for k in np.unique(p.kind)}
    weighs = [t for t in tracks if t.weighing or (t.weights is not None and t.weights.any())]
    insets = not linked and story(scene.story).WEIGHS
    signs = {
        "window": any(_lights(t) and t.written is None and not t.title for t in tracks),
        "chosen": any(t.chosen is not None and (t.chosen >= 0).any() for t in tracks),
        "weight": insets and any(t.look == "inset" for t in weighs),
        "veil": any(t.look == "veil" for t in weighs),
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
        "veil": _("the denser, the more weight"),
        "written": _("source") if linked else _("output"),
        "plus": _("positive"),
        "minus": _("negative"),
        "zero": _("nothing received"),
        "padding": _("padding"),
        "outside": _("outside: never counted"),
    }
    return [
        *((sign, words[sign]) for sign, shown in signs.items() if shown),
        *_titled(scene),
    ]


def _lights(track: Track) -> bool:
    return track.cells is not None or track.weighing is not None


def _titled(scene: Scene) -> Iterator[tuple[str, str]]:
    """The outlines of tracks that have titles: each track of a panel has its own."""
    for panel in scene.panels:
        for order, track in enumerate(scene.tracks_of(panel.name)):
            if track.title and _lights(track):
                yield OUTLINES[order % len(OUTLINES)], track.title
