"""Global pooling: one number a map, instead of a fully connected layer."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.evidence import blocks_note, play_evidence
from poolviz.ui.global_pool import global_settings, play_heads, size_controls
from poolviz.ui.inputs import choose_input
from poolviz.ui.play import mode_control
from poolviz.ui.present import controls_place, sides
from poolviz.ui.takeaway import copy_link

state = share.load("global", global_settings)

st.title(_("Global"))
st.write(
    _(
        "Global pooling has one window: the whole map. It takes the place of the large fully "
        "connected layer at the end of a network, and it lets us see where a class found its "
        "evidence."
    )
)
share.show_complaints(state)

place = controls_place()
with place:
    sizes, mode = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
with sizes, st.container(horizontal=True, vertical_alignment="bottom"):
    maps = size_controls(state)
with mode:
    mode_control(state)
play_heads(state, maps)

st.header(_("Where is the evidence? Class activation maps"))
left, right = sides(place)
with right:
    chosen = choose_input(state, key="global_input")
with left:
    st.write(blocks_note(chosen.matrix.shape))
    play_evidence(state, chosen)

copy_link(state, global_settings)
st.caption(
    _("Source: {reference}").format(
        reference="Lin, Chen & Yan, ICLR 2014 (Network in Network); "
        "Zhou, Khosla, Lapedriza, Oliva & Torralba, CVPR 2016"
    )
)
st.caption(
    "PyTorch: `torch.nn.AdaptiveAvgPool2d(1)` · Keras: `keras.layers.GlobalAveragePooling2D` · "
    "ONNX: `GlobalAveragePool`"
)
