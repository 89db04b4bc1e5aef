"""A page of nothing but the input controls, for test_inputs.py. State is the caller's to seed."""

import streamlit as st

from poolviz.ui.inputs import choose_input

state = st.session_state.setdefault("in_state", {})
st.session_state["in_own"] = True  # the folded box, opened
if not st.session_state.get("elsewhere"):  # as on another page, where these widgets are not
    chosen = choose_input(state, st.container(horizontal=True), key="in")
    st.session_state["chosen"] = (
        chosen.name,
        chosen.seed,
        chosen.matrix.tolist(),
        chosen.notes,
        chosen.palette,
    )
