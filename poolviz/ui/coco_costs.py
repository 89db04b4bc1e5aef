"""What each kind of error costs, and what the sigmas do to AP."""

import numpy as np
import streamlit as st

from poolviz.figures.coco_eval import factor_chart, gain_chart
from poolviz.pose import KeypointEvaluation
from poolviz.text import N_, _, listed
from poolviz.ui.coco_derived import SMALL, ap_by_factor, detections, gains_of
from poolviz.ui.pictures import show_chart
from poolviz.wings.pose.coco_eval.scene import FACTORS

KINDS = {
    "jitter": N_("jitter"),
    "inversion": N_("inversion"),
    "swap": N_("swap"),
    "miss": N_("miss"),
    "score": N_("score"),
    "background": N_("background"),
    "missed": N_("missed people"),
}


def errors_and_sigmas(
    base: KeypointEvaluation, evaluation: KeypointEvaluation, factor: float
) -> dict[str, np.ndarray] | None:
    """The kinds of error with their cost, and AP under larger and smaller sigmas.

    Gives what mending each kind would bring; None while nobody has asked: it takes a dozen
    evaluations.
    """
    label = _("What the errors cost, and what σ does")
    folded = st.expander(label, key="coco.costs.open", on_change="rerun")
    if not folded.open:
        return None
    with folded:
        return _costs(base, evaluation, factor)


def _costs(
    base: KeypointEvaluation, evaluation: KeypointEvaluation, factor: float
) -> dict[str, np.ndarray] | None:
    total = detections(evaluation)
    if total > SMALL and not st.toggle(
        _("Compute for these {n} detections (takes a while)").format(n=total), key="coco.costs"
    ):
        return None
    gains = gains_of(evaluation)
    left, right = st.columns(2, gap="medium")
    with left:
        title = _("What mending each error would bring")
        st.markdown(f"**{title}**")
        show_chart(
            gain_chart([_(KINDS[kind]) for kind in gains], [float(g[0]) for g in gains.values()]),
            "coco-gain-by-error", key="coco.gains", alt=title,
        )  # fmt: skip
        st.caption(
            _("Keypoints: {counts}.").format(
                counts=listed(f"{_(k)} {n}" for k, n in evaluation.errors().counts.items())
            )
        )
    with right:
        title = _("AP under other σ")
        st.markdown(f"**{title}**")
        aps = ap_by_factor(base)
        show_chart(
            factor_chart(list(FACTORS), list(aps), factor, float(evaluation.stats[0])),
            "coco-ap-by-sigma", key="coco.factors", alt=title,
        )  # fmt: skip
        st.caption(
            _("× {factor}: AP {ap}; COCO's σ: {before}. Numbers under other σ are no AP of COCO.")
            .format(factor=f"{factor:g}", ap=f"{evaluation.stats[0]:.4f}",
                    before=f"{base.stats[0]:.4f}")
        )  # fmt: skip
    return gains
