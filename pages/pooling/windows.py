"""Windows: one input, one variant, and the window that moves over it."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.code import show_code
from poolviz.ui.desk import lay_out
from poolviz.ui.explain import shapes, sources
from poolviz.ui.frameworks import show_frameworks
from poolviz.ui.own_f import own_f
from poolviz.ui.play import choose_region, play_windows
from poolviz.ui.pooling import pooling_settings
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

desk = lay_out(state)

run = desk.run(state)
with desk.left:
    play_windows(state, run, choose_region(state, run), desk.chosen.palette)

shapes(run)
own_f(state, run)
show_frameworks(run)
copy_link(state, pooling_settings)
show_code(run, "windows.code")
sources(run.variant)
