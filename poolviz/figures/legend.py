"""The signs that occur in a scene, each with its meaning: below the stepper and below pictures."""

from collections.abc import Iterator

import numpy as np

from poolviz.figures.stories import story
from poolviz.stage.scene import Kind, Scene, Track
from poolviz.text import _

OUTLINES = ("window", "track1", "track2", "track3")
"""Signs in the legend of a panel's first, second ... track."""


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
