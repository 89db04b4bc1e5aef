"""COCO keypoint evaluation: ten numbers, and every decision on the way to them."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.coco_eval import eval_settings, play_evaluation

state = share.load("coco_eval", eval_settings)

st.title(_("COCO evaluation"))
st.badge(_("Advanced"))
st.write(
    _(
        "Which detections count as found? COCO matches them to people by OKS at ten thresholds, "
        "then averages precision over recall. Here every match, and every one of the ten numbers, "
        "can be looked into; they equal pycocotools' to the last digit."
    )
)
share.show_complaints(state)
play_evaluation(state)
st.caption(
    _(
        "Sources: COCO keypoint evaluation (cocodataset.org/#keypoints-eval); pycocotools 2.0.11; "
        "Ronchi and Perona, ICCV 2017. Annotations: COCO Consortium, CC BY 4.0 (Lin et al., 2014)."
    )
)
