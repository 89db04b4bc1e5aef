"""Compare: one input under several variants, and experiments that tell them apart."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.compare import (
    compare_settings,
    others_control,
    play_compare,
    play_experiment,
    runs_of,
)
from poolviz.ui.controls import fit_geometry, geometry_controls, variant_control, variant_details
from poolviz.ui.inputs import choose_input
from poolviz.ui.play import choose_region, mode_control
from poolviz.ui.takeaway import copy_link

state = share.load("pooling", compare_settings)

st.title(_("Compare"))
st.write(
    _(
        "The same input, the same windows, several variants at once: see where they agree, where "
        "they part, and what each sends back. Below, six experiments that tell them apart."
    )
)
share.show_complaints(state)

row = st.container(horizontal=True, vertical_alignment="bottom")
folded, mode = st.columns([3, 1], gap="medium")
details = folded.expander(_("More: dilation, ceil mode, rows and columns, hyper-parameters"))
left, right = st.columns([3, 1], gap="medium")
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
    others_control(state)
    runs = runs_of(state, chosen.matrix, geometry)
    play_compare(state, runs, choose_region(state, runs[0]), chosen.palette)

st.header(_("Experiments"))
play_experiment(state, chosen.matrix)
copy_link(state, compare_settings)
