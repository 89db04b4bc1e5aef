"""Where things stand on a page of the pooling wing, and the controls that these pages share."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from poolviz.pooling import Pooled, Sliding
from poolviz.text import _
from poolviz.ui.controls import (
    chosen_variant,
    fit_geometry,
    geometry_controls,
    variant_control,
    variant_details,
)
from poolviz.ui.inputs import Chosen, choose_input
from poolviz.ui.play import mode_control
from poolviz.ui.pooling import pooled
from poolviz.ui.present import controls_place, sides
from poolviz.ui.share import State


@dataclass(frozen=True, eq=False)
class Desk:
    """What is chosen, and two places: ``left`` for the picture, ``beside`` above the input."""

    chosen: Chosen
    geometry: Sliding
    left: Any
    beside: Any

    def run(self, state: State) -> Pooled:
        """The chosen variant over the chosen input."""
        return pooled(self.chosen.matrix, chosen_variant(state), self.geometry)


def lay_out(state: State) -> Desk:
    """Draw the shared controls: one row, the folded rest, the mode, the input at the right.

    In presentation all of them are in one folded box, and the picture has the whole width.
    """
    place = controls_place()
    with place:
        row = st.container(horizontal=True, vertical_alignment="bottom")
        folded, mode = st.columns([3, 1], gap="medium")
    details = folded.expander(_("More: dilation, ceil mode, rows and columns, hyper-parameters"))
    left, right = sides(place)
    beside = right.container()
    with right:
        chosen = choose_input(state, row)
    with row:
        variant_control(state)
        moved = fit_geometry(state, chosen.matrix.shape)
        geometry = geometry_controls(state, chosen.matrix.shape, row, details)
    with mode:
        mode_control(state)
    with details:
        variant_details(state)
    with left:
        for sentence in moved:
            st.info(sentence)
    return Desk(chosen, geometry, left, beside)
