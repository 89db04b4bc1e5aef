"""Sequences: pooling over time, and the words of a sentence that survive it."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.play import mode_control
from poolviz.ui.present import controls_place
from poolviz.ui.sequences import play_sequence, pool_controls, sentence_control, sequence_settings
from poolviz.ui.takeaway import copy_link

state = share.load("sequences", sequence_settings)

st.title(_("Sequences"))
st.write(
    _(
        "A sentence can have any length, a classifier wants a fixed one. Pooling over time keeps, "
        "for each feature, the words where it is largest: one, k in order, or one in each part."
    )
)
share.show_complaints(state)

with controls_place():
    sentence = sentence_control(state)
    row, mode = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
with row, st.container(horizontal=True, vertical_alignment="bottom"):
    operator = pool_controls(state, sentence)
with mode:
    mode_control(state)
play_sequence(state, sentence, operator)
copy_link(state, sequence_settings)
st.caption(_("Source: {reference}").format(reference=operator.reference))
