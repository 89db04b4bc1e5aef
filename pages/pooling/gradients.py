"""Gradients: what each output hands back to its window, and how it adds up."""

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
from poolviz.ui.explain import sources
from poolviz.ui.gradients import gradient_settings, play_gradients, ties_control
from poolviz.ui.inputs import choose_input
from poolviz.ui.play import choose_region, mode_control
from poolviz.ui.pooling import pooled
from poolviz.ui.takeaway import copy_link
from poolviz.ui.upstream import upstream_control

state = share.load("pooling", gradient_settings)

st.title(_("Gradients"))
st.write(
    _(
        "In training the way is walked backwards: each output hands its gradient to the cells of "
        "its window, in the proportions that the variant gives. Where windows overlap, it adds up."
    )
)
share.show_complaints(state)

row = st.container(horizontal=True, vertical_alignment="bottom")
folded, mode = st.columns([3, 1], gap="medium")
details = folded.expander(_("More: dilation, ceil mode, rows and columns, hyper-parameters"))
left, right = st.columns([3, 1], gap="medium")
arriving = right.container()
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
with arriving:
    dy = upstream_control(state, run.output.shape)
    ties_control(state, run)
with left:
    for sentence in moved:
        st.info(sentence)
    play_gradients(state, run, dy, choose_region(state, run), chosen.palette)

copy_link(state, gradient_settings)
show_code(run, "gradients.code", "backward", dy)
sources(run.variant)
