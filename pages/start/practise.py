"""Practise: small exercises made of a person's own state, checked by the engine."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.practise import practise, practise_settings

state = share.load("pooling", practise_settings)

st.title(_("Practise"))
st.write(
    _(
        "Predict a number, build an input, find a kernel, guess an OKS. The engine checks every "
        "answer, whatever you come up with, and says why with the numbers."
    )
)
share.show_complaints(state)

practise(state)
