"""Adaptive pooling: the output size is given, and two rules disagree about the windows."""

import streamlit as st

from poolviz.pooling import Adaptive
from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.adaptive import adaptive_settings, output_size_controls, play_adaptive
from poolviz.ui.code import show_code
from poolviz.ui.controls import chosen_variant, variant_control, variant_details
from poolviz.ui.frameworks import show_frameworks
from poolviz.ui.inputs import choose_input
from poolviz.ui.lesson import lesson
from poolviz.ui.own_f import own_f
from poolviz.ui.play import mode_control
from poolviz.ui.pooling import pooled
from poolviz.ui.present import controls_place, sides
from poolviz.ui.takeaway import copy_link

state = share.load("pooling", adaptive_settings)

st.title(_("Adaptive"))
st.write(
    _(
        "Adaptive pooling is told how many outputs to give, and chooses its windows itself. "
        "PyTorch's rule lets their lengths differ; many texts describe windows of equal length."
    )
)
share.show_complaints(state)

place = controls_place()
with place:
    row = st.container(horizontal=True, vertical_alignment="bottom")
    folded, mode = st.columns([3, 1], gap="medium")
left, right = sides(place)
with right:
    chosen = choose_input(state, row)
with row:
    variant_control(state)
    output_size_controls(state)
with folded, st.expander(_("More: hyper-parameters")):
    variant_details(state)
with mode:
    mode_control(state)
with left:
    play_adaptive(state, chosen.matrix, chosen_variant(state))
run = pooled(chosen.matrix, chosen_variant(state), Adaptive(state["output_size"]))

noticed = (
    _("Where the output size divides the input, both rules are the same ordinary pool."),
    _("With one output both rules look at everything: global average or global max."),
    _("Both rules cover every cell; where they differ, equal windows overlap more."),
    _("Asked for more outputs than cells, PyTorch repeats cells."),
)
if not lesson().answers_hidden:
    st.subheader(_("What to notice"))
    st.markdown("\n".join(f"- {line}" for line in noticed))
own_f(state, run)
show_frameworks(run)
copy_link(state, adaptive_settings)
show_code(run, "adaptive.code")
st.caption(_("Source: {reference}").format(reference="torch.nn.AdaptiveAvgPool2d"))
