"""Two levels on a picture, as SegNet has them, and pictures of planes."""

import numpy as np
import streamlit as st

from poolviz.figures.export import saved
from poolviz.figures.planes import sheet
from poolviz.numbers import number
from poolviz.samples import sample
from poolviz.scenes.between import Between
from poolviz.scenes.levels import Levels, levels
from poolviz.scenes.snippet_levels import levels_code
from poolviz.scenes.snippet_plan import file_name
from poolviz.text import _
from poolviz.ui.pictures import picture_files
from poolviz.ui.programs import show_programs
from poolviz.ui.share import State
from poolviz.ui.way_back import PICTURES, between

SHOWN = 256
"""Pixels of the longer side of a picture."""


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
    st.session_state["control.levels"] = state["levels"]

    def took() -> None:
        state["levels"] = st.session_state["control.levels"] or state["levels"]

    names = {"photograph": _("Photograph"), "digit": _("Digit"), "cat": _("Cat")}
    st.segmented_control(
        _("Picture"),
        PICTURES,
        format_func=lambda name: names[name],
        key="control.levels",
        on_change=took,
        required=True,
    )
    way = _levels(f"{state['levels']}{between(state)!r}", state["levels"], between(state))
    planes = [
        (_("Input"), way.x, ""),
        (_("Pooled once"), way.pooled[0], ""),
        (_("Pooled twice"), way.pooled[1], ""),
        (_("Unpooled once"), way.unpooled[0], ""),
        (_("Unpooled twice"), way.unpooled[1], way.error(way.unpooled[1])),
        (_("With convolutions"), way.filled, way.error(way.filled)),
        (_("Nearest, twice"), way.nearest, way.error(way.nearest)),
    ]
    drawn = []
    with st.container(horizontal=True, gap="small"):
        for title, plane, error in planes:
            label = _("{title} {rows} × {columns}").format(
                title=title, rows=plane.shape[0], columns=plane.shape[1]
            )
            if error != "":
                label = _("{title}: error {error}").format(
                    title=label, error=number(float(f"{error:.2g}"))
                )
            with st.container(width=165):  # two side by side on a phone
                st.image(larger(grey(plane, 0, 255)), label, width=160, alt=label)
            drawn.append((label, grey(plane, 0, 255)))
    picture_files(
        lambda kind: saved(lambda: sheet(drawn), kind, _("Two levels on a picture, as in SegNet")),
        f"unpooling-two-levels-{state['levels']}",
        "unpooling.levels",
        _("Save these pictures"),
    )
    files = {file_name(way.x): way.x.astype(np.float64)}
    show_programs("levels.code", lambda: (levels_code(way.x, between(state)), files))


@st.cache_resource(max_entries=16, show_spinner=False)
def _levels(name: str, picture: str, _between: Between) -> Levels:
    return levels(sample(picture), _between)


def grey(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values from low (black) to high (white), uint8."""
    part: np.ndarray = np.clip(np.nan_to_num((values - low) / (high - low or 1)), 0, 1)
    return (part * 255).astype(np.uint8)


def larger(picture: np.ndarray) -> np.ndarray:
    """The picture with whole pixels repeated until it is about SHOWN wide."""
    times = max(1, SHOWN // max(picture.shape[:2]))
    return picture.repeat(times, axis=0).repeat(times, axis=1)
