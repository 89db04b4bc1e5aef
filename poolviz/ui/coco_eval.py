"""The page on COCO's evaluation: numbers, curves, the walk through an image, errors, sigmas."""

import numpy as np
import streamlit as st

from poolviz.pose import AREAS, KeypointEvaluation
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.coco_costs import errors_and_sigmas
from poolviz.ui.coco_derived import charts_of, under_factor, verdicts_of
from poolviz.ui.coco_settings import choice, choices, eval_settings, number, part_name, slider
from poolviz.ui.coco_takeaway import take_away
from poolviz.ui.coco_uploads import evaluated, uploads
from poolviz.ui.handouts import scene_handout
from poolviz.ui.in_turn import fragment
from poolviz.ui.pictures import pictures, show_chart
from poolviz.ui.play import mode_control
from poolviz.ui.present import controls_place
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.share import State
from poolviz.ui.stepper import stepper
from poolviz.ui.tables import small_table
from poolviz.ui.takeaway import copy_link
from poolviz.wings.pooling.core.filenames import slug
from poolviz.wings.pose.coco_eval.scene import (
    LARGEST_MATRIX,
    Made,
    ap_latex,
    ap_lines,
    eval_questions,
    made_evaluation,
    stat_rows,
    verdict_columns,
    walk_scene,
)

LARGEST_TABLE = 100
LAST_QUESTION = 2
"""It asks what is written where nobody counts."""


@fragment
def play_evaluation(state: State) -> None:
    """Everything under the title."""
    with controls_place():
        row = st.container(horizontal=True, vertical_alignment="bottom")
        folded, mode = st.columns([3, 1], gap="medium")
    with folded, st.expander(_("Your own files")):
        uploads(state)
    with mode:
        mode_control(state)
    own = state.get("own")
    made = Made(*(state[k] for k in ("noise", "seed", "inverted", "missed", "background")))
    with row:
        if own is None:
            slider(state, "noise", _("Noise of the detector"), 0.0, 8.0, 0.25)
            number(state, "seed", _("Seed"), 9999)
        slider(state, "factor", _("Factor on all σ"), 0.25, 4.0, 0.25)
    if own is None:
        with folded, st.expander(_("More: mistakes of the detector")):
            slider(state, "inverted", _("Share with left and right exchanged"), 0.0, 1.0, 0.05)
            slider(state, "missed", _("Share of people not found"), 0.0, 1.0, 0.05)
            number(state, "background", _("Detections of nobody, each image"), 10)
    seen = LAST_QUESTION
    if own is None and state["mode"] == "predict":
        progress = quiz(state, "coco_eval", "coco_quiz")
        with st.container(border=True):
            ask(progress, eval_questions(made), "coco_quiz")
        seen = progress["at"] - (progress["label"] is None)
    base = made_evaluation(made) if own is None else evaluated(own)
    evaluation = under_factor(base, state["factor"])
    for note in evaluation.notes[:5]:
        st.caption(note)
    numbers(evaluation, seen >= LAST_QUESTION)
    t, area = choices(state)
    charts(evaluation, t, AREAS.index(area), part_name(state))
    matching(state, evaluation, made if own is None else None, seen < LAST_QUESTION)
    gains = errors_and_sigmas(base, evaluation, state["factor"])
    take_away(state, evaluation, gains, made if own is None else None)
    share.save(state, eval_settings)
    note = _(
        "Uploaded files do not travel in this link; the other choices do. Save the state as a "
        "file, and they come along as far as all is under 5 MB."
    )
    copy_link(state, eval_settings, None if own is None else note)


def numbers(evaluation: KeypointEvaluation, undefined: bool) -> None:
    """The ten numbers, and the formula; ``undefined``: what is written where nobody counts, too."""
    st.subheader(_("The ten numbers"))
    left, right = st.columns(2, gap="medium")
    with left:
        small_table(stat_rows(evaluation))
    with right:
        st.latex(ap_latex(evaluation))
        st.caption(
            _(
                "p(r) is the highest precision at recall r or beyond. AR is the highest recall, "
                "averaged over the thresholds. COCO labels no joints of small people, so there is "
                "no AP_small."
            )
        )
        if undefined:
            st.caption(
                _(
                    "−1 is not a score: nobody in the file is of this size, so there is nothing to "
                    "find; leave it out of any mean."
                )
            )


def charts(evaluation: KeypointEvaluation, t: int, a: int, part: str) -> None:
    """Precision and recall, and AP against the threshold; ``part`` is in the names of files."""
    if evaluation.stats.size and evaluation.precision[t, 0, a] == -1:
        st.info(_("Nobody of this size counts: there is no curve, and the numbers are −1."))
        return
    left, right = st.columns(2, gap="medium")
    curves, levels = charts_of(evaluation, t, a)
    for column, title, key, figure in (
        (left, _("**Precision against recall**"), "curves", curves),
        (right, _("**AP against the threshold**"), "levels", levels),
    ):
        with column:
            st.markdown(title)
            show_chart(figure, f"coco-{key}-{part}", key=f"coco.{key}", alt=title.strip("*"))


def matching(state: State, evaluation: KeypointEvaluation, made: Made | None, asking: bool) -> None:
    """One image, comparison by comparison, and what each of its detections counts as.

    While the page is ``asking`` its answers are on no sheet.
    """
    st.subheader(_("Who is matched with whom"))
    ids = {str(i): i for i in evaluation.truth.image_ids}
    if not ids:
        st.info(_("The file has no images."))
        return
    kinds = {str(one.category.id): one.category.id for one in evaluation.by_category}
    if state["image"] and state["image"] not in ids:
        st.warning(_("The file has no image {image}.").format(image=plain(state["image"])))
    image_name = state["image"] if state["image"] in ids else _busiest(evaluation)
    kind_name = state["category"] if state["category"] in kinds else next(iter(kinds))
    with st.container(horizontal=True):
        for key, label, options, at in (
            ("image", _("Image"), list(ids), image_name),
            ("category", _("Category"), list(kinds), kind_name),
        ):
            if key == "image" or len(options) > 1:
                choice(state, key, label, options, at, width=260)
    image, category = ids[image_name], kinds[kind_name]
    threshold, area = state["threshold"], state["area"]
    view = evaluation.image(image, category)
    cells = view.oks.size
    scene = (
        walk_scene(view, evaluation.walk(image, category, threshold, area))
        if 0 < cells <= LARGEST_MATRIX
        else None
    )
    if scene is None:
        st.info(
            _("This image has too many comparisons to play; the table says how they ended.")
            if cells
            else _("Nobody, or no detection, is in this image: there is nothing to compare.")
        )
    else:
        step = min(state["step"], len(scene) - 1)
        state["step"] = stepper(scene, key="coco_eval", step=step).step
        name = f"coco-matching-image-{slug(image_name)}-{part_name(state)}"
        pictures(scene, state["step"], name, "coco_eval")
        scene_handout(
            state, eval_settings, lambda _hidden: scene, ap_lines(evaluation),
            lambda: eval_questions(made) if made else (), name, "coco_eval", asking,
        )  # fmt: skip
    verdicts = tuple(
        v
        for v in verdicts_of(evaluation, threshold, area)
        if v.image_id == image and v.category_id == category
    )
    if verdicts:
        small_table(verdict_columns(verdicts[:LARGEST_TABLE]))


def _busiest(evaluation: KeypointEvaluation) -> str:
    """The image with most comparisons that can still be read at a glance."""
    pairs = evaluation.by_category[0].pairs
    people = np.diff(pairs.people_start)
    found = np.bincount(pairs.image, minlength=len(people))[: len(people)]
    cells = people * found
    return str(evaluation.truth.image_ids[int(np.where(cells <= 30, cells, 0).argmax())])
