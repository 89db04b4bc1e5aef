"""Gradients: what each output hands back to its window, and how it adds up."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.code import show_code
from poolviz.ui.desk import lay_out
from poolviz.ui.explain import sources
from poolviz.ui.gradients import gradient_settings, play_gradients, ties_control
from poolviz.ui.play import choose_region
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

desk = lay_out(state)

run = desk.run(state)
with desk.beside:
    dy = upstream_control(state, run.output.shape)
    ties_control(state, run)
with desk.left:
    play_gradients(state, run, dy, choose_region(state, run), desk.chosen.palette)

copy_link(state, gradient_settings)
show_code(run, "gradients.code", "backward", dy)
sources(run.variant)
