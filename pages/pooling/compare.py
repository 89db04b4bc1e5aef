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
from poolviz.ui.desk import lay_out
from poolviz.ui.lesson import lesson
from poolviz.ui.play import choose_region
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

desk = lay_out(state)
with desk.beside if lesson().present else desk.left:
    others_control(state)
with desk.left:
    runs = runs_of(state, desk.chosen.matrix, desk.geometry)
    play_compare(state, runs, choose_region(state, runs[0]), desk.chosen.palette)

st.header(_("Experiments"))
play_experiment(state, desk.chosen.matrix)
copy_link(state, compare_settings)
