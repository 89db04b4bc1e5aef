"""OKS: a detected pose against the true one, joint by joint."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.oks import play_oks
from poolviz.ui.oks_state import oks_settings

state = share.load("oks", oks_settings)

st.title(_("OKS"))
st.write(
    _(
        "Object keypoint similarity says how near a detected pose comes to the true one, from 0 to "
        "1. A slip in pixels counts by the size of the person, s, and by the joint: σ says how far "
        "even careful annotators stray there."
    )
)
share.show_complaints(state)
play_oks(state)

st.caption(
    _(
        "Sources: COCO keypoint evaluation (cocodataset.org/#keypoints-eval); pycocotools 2.0.11; "
        "Ronchi and Perona, ICCV 2017. Annotations: COCO Consortium, CC BY 4.0 (Lin et al., 2014)."
    )
)
