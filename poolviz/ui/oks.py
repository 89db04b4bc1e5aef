"""The page on OKS: predict, drag, then read why."""

import json
from typing import Any

import numpy as np
import streamlit as st

from poolviz.figures.export import saved
from poolviz.figures.handout import Sheet
from poolviz.figures.pose_picture import SHAPE, draw_pose, pose_picture
from poolviz.figures.posing import falloff_chart, oks_heat_map
from poolviz.numbers import number
from poolviz.pose import csv_text
from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.download import offered
from poolviz.ui.handouts import address_of, handouts
from poolviz.ui.in_turn import fragment
from poolviz.ui.keypoints import keypoints, moved
from poolviz.ui.lesson import lesson
from poolviz.ui.oks_controls import (
    constants,
    person_control,
    scale_control,
    sigma_control,
)
from poolviz.ui.oks_mistakes import mistakes
from poolviz.ui.oks_own import current_ground, own_pose
from poolviz.ui.oks_state import (
    current_joint,
    current_posing,
    oks_settings,
    snapshot,
    take_truth,
)
from poolviz.ui.pictures import picture_files, show_chart
from poolviz.ui.play import mode_control
from poolviz.ui.present import controls_place, sides
from poolviz.ui.programs import show_pose_programs
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.share import State
from poolviz.ui.takeaway import copy_link, downloads
from poolviz.wings.pooling.core.filenames import slug
from poolviz.wings.pose.oks.field import oks_field
from poolviz.wings.pose.oks.posing import Posing, measures
from poolviz.wings.pose.oks.programs import numpy_code, pycocotools_code
from poolviz.wings.pose.oks.questions import guess_question, pose_questions
from poolviz.wings.pose.oks.words import (
    OKS_FORMULA,
    disagreement_sentences,
    joint_latex,
    k_sentence,
    measure_rows,
    oks_latex,
    oks_numbers,
)

KEY = "oks"
CSV_HEADER = ("keypoint", "x", "y", "v", "found_x", "found_y", "sigma", "k", "d", "similarity")


@fragment
def play_oks(state: State) -> None:
    """Everything under the title: controls, prediction, picture, and what explains it."""
    _take_moves(state)
    place = controls_place()
    with place:
        row = st.container(horizontal=True, vertical_alignment="bottom")
    question, mode = sides(place)
    with mode:
        mode_control(state)
    with row:
        person_control(state)
    posing, joint = current_posing(state), current_joint(state)
    with row:
        scale_control(state, posing)
        sigma_control(state, posing, joint)
    with question:
        hidden = _predict(state)
    keypoints(
        posing.poses,
        key=KEY,
        id=_identity(state),
        joint=joint,
        hidden=hidden,
        arrows=bool(state["arrows"]),
        by_truth=state["move_truth"],
        ground=current_ground(state),
    )
    picture_and_handout(state, posing, joint, hidden)
    if not hidden:
        mistakes(state, posing, joint)
    elif not lesson().answers_hidden:
        st.caption(_("The numbers, the formula and the charts come with your guess."))
    with st.expander(_("More: k, area, flags, which σ change together, arrows")):
        constants(state, posing, hidden)
    if not lesson().holds("person"):
        with st.expander(_("Your own skeleton and coordinates")):
            own_pose(state)
    if not hidden:
        explain(posing, joint)
        compare(posing)
        take_away(posing)
        notice()
    share.save(state, oks_settings)
    copy_link(state, oks_settings)


def _identity(state: State) -> str:
    """Which truth is shown; setting its joints by hand leaves it the same."""
    return f"{state['visit']} {state.get('chosen', 0)}"


def _take_moves(state: State) -> None:
    """What was moved in the picture since the last run becomes the state."""
    posing = current_posing(state)
    told = moved(KEY, len(posing.names))
    if told is None:
        return
    if not lesson().holds("joint"):
        state["joint"] = told.joint
    if told.truth != tuple(map(tuple, posing.person.points.tolist())):
        take_truth(state, told.truth, told.visibility)
    if told.found != tuple(map(tuple, posing.pred.tolist())):
        state.update(pose=told.found, said="")
    annotated = current_posing(state).person.visibility
    state["flags"] = None if told.visibility == annotated else told.visibility


def _predict(state: State) -> bool:
    """Ask, if a person wants to be asked; whether the numbers are still withheld."""
    if state["mode"] != "predict":
        return False
    progress = quiz(state, _identity(state), "oks_quiz")
    if progress["label"] is None:
        progress["setup"] = snapshot(state)
    asked = pose_questions(current_posing({**state, **progress["setup"]}))
    guess = next(i for i, q in enumerate(asked) if q.text == _guess_text(state, progress))
    with st.container(border=True):
        ask(progress, asked, "oks")
    return bool(progress["at"] < guess or (progress["at"] == guess and progress["label"] is None))


def _guess_text(state: State, progress: State) -> str:
    return guess_question(current_posing({**state, **progress["setup"]})).text


def explain(posing: Posing, joint: int) -> None:
    """The formula with the numbers in, the fall-off of the joints, and the map of one."""
    st.subheader(_("OKS with the numbers in"))
    one, all_ = st.columns(2)
    with one:
        st.latex(joint_latex(posing, joint))
        st.caption(_("The selected joint: {name}").format(name=posing.names[joint]))
    with all_:
        st.latex(oks_latex(posing))
        st.caption(_("The mean over the joints that count; each stands in the list above."))
    st.markdown(k_sentence(posing, joint))
    if posing.bare:
        st.info(
            _(
                "Nobody has labelled this person: COCO measures to the box enlarged by its own "
                "size on every side (dashed), and averages over all joints. Such a person never "
                "counts as found; the match only excuses the detection."
            )
        )
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(_("**How each joint falls off**"))
        show_chart(
            falloff_chart(posing.poses, joint),
            f"{_file_name(posing)}-falloff-{slug(posing.person.skeleton.names[joint])}",
            key="oks.falloff",
            alt=_("Similarity against distance, a curve for each σ; dots are the joints"),
        )
        st.caption(
            _(
                "Thick blue line: {name}. Thin grey lines: the other σ. Dots: the joints where "
                "they are, the selected one larger."
            ).format(name=posing.names[joint])
        )
    with right:
        st.markdown(_("**OKS for every place of the {name}**").format(name=posing.names[joint]))
        show_chart(
            oks_heat_map(posing.poses, joint, *oks_field(posing, joint)),
            f"{_file_name(posing)}-map-{slug(posing.person.skeleton.names[joint])}",
            key="oks.map",
            alt=_("OKS over the position of the selected joint, highest at the truth")
            if posing.visibility[joint] > 0
            else _("OKS over the position of the selected joint"),
        )


def compare(posing: Posing) -> None:
    """PCK, PCKh and IoU on the same poses, and where they say something else."""
    st.subheader(_("The same pose under other measures"))
    found = measures(posing)
    names, values, views = zip(*measure_rows(posing, found), strict=True)
    st.table({_("measure"): names, _("value"): values, _("what it looks at"): views})
    st.markdown("\n".join(f"- {line}" for line in disagreement_sentences(posing, found)))


def notice() -> None:
    """What to look for; it would answer the questions, so it comes after them."""
    st.subheader(_("What to notice"))
    st.markdown(
        "\n".join(
            "- " + line
            for line in (
                _("Equal errors in pixels do not cost equally: an eye is judged four times "
                  "as strictly as a hip."),
                _("Only d/s matters: enlarge image and person together, and OKS stays."),
                _("k is 2σ, and s² is the area of the mask, not of the box."),
                _("The flags of the truth decide what counts; a detection's are never read."),
                _("A joint can cost at most 1/n, and once it is far off, further does not matter."),
            )
        )
    )  # fmt: skip


def take_away(posing: Posing) -> None:
    """The code for this state, and its numbers as CSV and JSON."""
    show_pose_programs(
        "oks.code", lambda: {"pycocotools": pycocotools_code(posing), "NumPy": numpy_code(posing)}
    )
    name = _file_name(posing)
    downloads(posing.similarities, f"{name}-similarities", "oks.ks", what=_("Similarities"))
    with st.container(horizontal=True):
        offered(_("Joints as CSV"), lambda: joints_csv(posing), f"{name}-joints.csv", "oks.csv")
        offered(
            _("Everything as JSON"),
            lambda: json.dumps(as_json(posing), indent=1),
            f"{name}-pose-and-results.json",
            "oks.json",
        )


def _file_name(posing: Posing) -> str:
    return f"oks-{slug(posing.person.name)}"


def picture_and_handout(state: State, posing: Posing, joint: int, hidden: bool) -> None:
    """The pose as it stands, to keep, and as a sheet with the questions."""
    name = _file_name(posing)
    address = address_of(state, oks_settings)
    with st.container(horizontal=True):
        picture_files(
            lambda kind: saved(lambda: pose_picture(posing.poses, joint, hidden), kind, name),
            name, "oks.picture", _("Save this picture"),
        )  # fmt: skip
        handouts(lambda answers: _sheet(posing, joint, not answers, address), name, "oks", hidden)


def _sheet(posing: Posing, joint: int, hidden: bool, address: str) -> Sheet:
    mean = _("The mean of the similarities is {oks}.").format(oks=number(posing.oks))
    numbers = () if hidden else (rf"\mathrm{{OKS}} = {oks_numbers(posing)}",)
    return Sheet(
        _("OKS: a pose against its truth"),
        lambda axes, inches: draw_pose(axes, posing.poses, joint, hidden, inches),
        SHAPE,
        (OKS_FORMULA, *numbers),
        () if hidden else (mean,),
        pose_questions(posing),
        address,
    )


def joints_csv(posing: Posing) -> str:
    """A line a joint; the similarity is empty where it does not count."""
    columns = (posing.sigmas, posing.k.tolist(), posing.distances.tolist())
    rows = []
    for i, name in enumerate(posing.person.skeleton.names):
        found = [posing.visibility[i], *posing.pred[i].tolist(), *(column[i] for column in columns)]
        ks = float(posing.similarities[i])
        rows.append([name, *posing.person.points[i].tolist(), *found, "" if np.isnan(ks) else ks])
    return csv_text(CSV_HEADER, rows)


def as_json(posing: Posing) -> dict[str, Any]:
    """The state in the form that "your own coordinates" reads back, with the results."""
    person = posing.person
    truth = np.column_stack([person.points, posing.visibility])
    return {
        "keypoints": truth.ravel().tolist(),
        "found": posing.pred.ravel().tolist(),
        "names": list(person.skeleton.names),
        "skeleton": [[a + 1, b + 1] for a, b in person.skeleton.edges],
        "sigmas": list(posing.sigmas),
        "area": posing.area,
        "bbox": list(person.bbox),
        "k": posing.k.tolist(),
        "similarities": [None if np.isnan(ks) else float(ks) for ks in posing.similarities],
        "oks": posing.oks,
    }
