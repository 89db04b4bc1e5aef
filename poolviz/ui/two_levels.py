"""Two levels on a picture, as SegNet has them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from poolviz.figures.export import saved
from poolviz.figures.planes import sheet
from poolviz.numbers import number
from poolviz.samples import sample
from poolviz.text import _
from poolviz.ui.images import fitted, grey, png
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import picture_files
from poolviz.ui.programs import show_programs
from poolviz.ui.share import State
from poolviz.ui.way_back import PICTURES, between
from poolviz.wings.pooling.programs.levels import levels_code
from poolviz.wings.pooling.programs.plan import file_name
from poolviz.wings.pooling.unpooling.between import Between
from poolviz.wings.pooling.unpooling.levels import Levels, levels

SIDE = 160
"""Pixels of a picture's side: two beside each other on a phone."""


def _picture(state: State) -> None:
    """Which picture goes through both levels."""
    st.session_state["control.levels"] = state["levels"]

    def took() -> None:
        state["levels"] = st.session_state["control.levels"] or state["levels"]

    names = {"photograph": _("Photograph"), "digit": _("Digit"), "cat": _("Cat")}
    st.segmented_control(
        _("Picture"),
        PICTURES,
        format_func=lambda name: names[name],
        key="control.levels",
        disabled=lesson().holds("picture"),
        on_change=took,
        required=True,
    )


def two_levels(state: State) -> None:
    """Pool, pool, unpool, unpool on a picture, as SegNet does."""
    st.subheader(_("Two levels on a picture, as in SegNet"))
    st.write(
        _(
            "Max pooling 2 × 2, twice; each level remembers its own locations, and on the way "
            "back each level uses them. Edges come back where they were. The holes are filled by "
            "convolutions, which a network learns; here it is a 3 × 3 mean of what is there."
        )
    )
    if lesson().shows("picture"):
        _picture(state)
    shown = _levels(f"{state['levels']}{between(state)!r}", state["levels"], between(state))
    way, labels = shown.way, _labels(shown.way)
    st.image(list(shown.pictures), labels, width=SIDE, output_format="PNG", alt=labels)
    drawn = list(zip(labels, shown.greys, strict=True))
    picture_files(
        lambda kind: saved(lambda: sheet(drawn), kind, _("Two levels on a picture, as in SegNet")),
        f"unpooling-two-levels-{state['levels']}",
        "unpooling.levels",
        _("Save these pictures"),
    )
    files = {file_name(way.x): way.x.astype(np.float64)}
    show_programs("levels.code", lambda: (levels_code(way.x, between(state)), files))


@dataclass(frozen=True)
class _Shown:
    """The way and its pictures, encoded once."""

    way: Levels

    @property
    def planes(self) -> tuple[np.ndarray, ...]:
        way = self.way
        return (way.x, *way.pooled, *way.unpooled, way.filled, way.nearest)

    @cached_property
    def greys(self) -> tuple[np.ndarray, ...]:
        return tuple(grey(plane, 0, 255) for plane in self.planes)

    @cached_property
    def pictures(self) -> tuple[bytes, ...]:
        return tuple(png(fitted(plane, SIDE)) for plane in self.greys)


def _labels(way: Levels) -> list[str]:
    named = [
        (_("Input"), way.x, None),
        (_("Pooled once"), way.pooled[0], None),
        (_("Pooled twice"), way.pooled[1], None),
        (_("Unpooled once"), way.unpooled[0], None),
        (_("Unpooled twice"), way.unpooled[1], way.error(way.unpooled[1])),
        (_("With convolutions"), way.filled, way.error(way.filled)),
        (_("Nearest, twice"), way.nearest, way.error(way.nearest)),
    ]
    labels = []
    for title, plane, error in named:
        label = _("{title} {rows} × {columns}").format(
            title=title, rows=plane.shape[0], columns=plane.shape[1]
        )
        if error is not None:
            label = _("{title}: error {error}").format(
                title=label, error=number(float(f"{error:.2g}"))
            )
        labels.append(label)
    return labels


@st.cache_resource(max_entries=16, show_spinner=False)
def _levels(name: str, picture: str, _between: Between) -> _Shown:
    shown = _Shown(levels(sample(picture), _between))
    assert shown.pictures  # encoded here, once
    return shown
