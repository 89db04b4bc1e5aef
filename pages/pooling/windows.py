"""Windows: one input, one variant, and the window that moves over it."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.code import show_code
from poolviz.ui.controls import (
    chosen_variant,
    fit_geometry,
    geometry_controls,
    variant_control,
    variant_details,
)
from poolviz.ui.explain import shapes, sources
from poolviz.ui.frameworks import show_frameworks
from poolviz.ui.inputs import choose_input
from poolviz.ui.own_f import own_f
from poolviz.ui.play import choose_region, mode_control, play_windows
from poolviz.ui.pooling import pooled, pooling_settings
from poolviz.ui.takeaway import copy_link

state = share.load("pooling", pooling_settings)

st.title(_("Windows"))
st.write(
    _(
        "A window moves over the input. What lies in it becomes one number of the output: the "
        "variant says how, the kernel, stride and padding say where."
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

run = pooled(chosen.matrix, chosen_variant(state), geometry)
with left:
    for sentence in moved:
        st.info(sentence)
    play_windows(state, run, choose_region(state, run), chosen.palette)

shapes(run)
own_f(state, run)
show_frameworks(run)
copy_link(state, pooling_settings)
show_code(run, "windows.code")
sources(run.variant)
