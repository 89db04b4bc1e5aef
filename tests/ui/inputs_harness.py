"""A page of nothing but the input controls, for test_inputs.py. State is the caller's to seed."""

import streamlit as st

from poolviz.ui.inputs import choose_input

chosen = choose_input("in")
st.session_state["chosen"] = (chosen.name, chosen.seed, chosen.matrix.tolist(), chosen.notes)
