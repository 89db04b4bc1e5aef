"""Unpooling: the way back to the input's size, and what it cannot bring back."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.desk import lay_out
from poolviz.ui.explain import sources
from poolviz.ui.play import choose_region
from poolviz.ui.takeaway import copy_link
from poolviz.ui.two_levels import two_levels
from poolviz.ui.unpooling import play_unpooling, way_code
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

desk = lay_out(state)

run = desk.run(state)
with desk.beside:
    way_back_controls(state, run)
with desk.left:
    play_unpooling(state, run, choose_region(state, run), desk.chosen.palette)

way_code(state, run)
two_levels(state)
copy_link(state, unpooling_settings)
st.caption(
    _("Source: {reference}").format(
        reference="Zeiler, Taylor & Fergus, ICCV 2011; Zeiler & Fergus, ECCV 2014; "
        "Badrinarayanan, Kendall & Cipolla (SegNet), PAMI 2017"
    )
)
sources(run.variant)
