"""Unpooling: the way back to the input's size, and what it cannot bring back."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.controls import (
    chosen_variant,
    fit_geometry,
    geometry_controls,
    variant_control,
    variant_details,
)
from poolviz.ui.explain import sources
from poolviz.ui.inputs import choose_input
from poolviz.ui.play import choose_region, mode_control
from poolviz.ui.pooling import pooled
from poolviz.ui.takeaway import copy_link
from poolviz.ui.unpooling import play_unpooling, two_levels
from poolviz.ui.way_back import unpooling_settings, way_back_controls

state = share.load("pooling", unpooling_settings)

st.title(_("Unpooling"))
st.write(
    _(
        "Max pooling can remember where each value came from. Unpooling puts the values back "
        "there, and zeros everywhere else: the size comes back, most of the numbers do not."
    )
)
share.show_complaints(state)

row = st.container(horizontal=True, vertical_alignment="bottom")
folded, mode = st.columns([3, 1], gap="medium")
details = folded.expander(_("More: dilation, ceil mode, rows and columns, hyper-parameters"))
left, right = st.columns([3, 1], gap="medium")
back = right.container()
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

run = pooled(chosen.matrix, chosen_variant(state), geometry)
with back:
    way_back_controls(state, run)
with left:
    for sentence in moved:
        st.info(sentence)
    play_unpooling(state, run, choose_region(state, run), chosen.palette)

two_levels(state)
copy_link(state, unpooling_settings)
st.caption(
    _("Source: {reference}").format(
        reference="Zeiler, Taylor & Fergus, ICCV 2011; Zeiler & Fergus, ECCV 2014; "
        "Badrinarayanan, Kendall & Cipolla (SegNet), PAMI 2017"
    )
)
sources(run.variant)
