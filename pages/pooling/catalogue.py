"""Catalogue: every way to pool that poolviz knows, as cards that can be searched."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.catalogue import cards, catalogue_settings, filters, guess
from poolviz.ui.takeaway import copy_link

state = share.load("catalogue", catalogue_settings)

st.title(_("Catalogue"))
st.write(
    _(
        "Every way to pool, each on a fixed input. The filled area of a cell is its share of the "
        "output, and the gradient says what comes back to it."
    )
)
share.show_complaints(state)

guess()
cards(state, filters(state))
copy_link(state, catalogue_settings)
share.save(state, catalogue_settings)
