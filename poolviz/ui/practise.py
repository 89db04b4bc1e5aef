"""Exercises on the page: one at a time, answered, explained, and the next.

Nothing but the kind and the number of the exercise travels in the link; what was answered stays in
the session. An answer is checked in the run after it was given, in the language of the page.
"""

import hashlib
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from poolviz.exercises import KINDS, Exercise, Material, exercise, material
from poolviz.exercises.exercise import Grid, Numbers, Place, Played
from poolviz.exercises.kinds import title
from poolviz.exercises.material import setting_name
from poolviz.stage.link import one_of, whole
from poolviz.stage.matrix import LARGEST_SEED, current_matrix, mend
from poolviz.stage.words import plain
from poolviz.text import _, language
from poolviz.ui import exchange, share
from poolviz.ui.chosen import chosen
from poolviz.ui.controls import (
    chosen_geometry,
    chosen_variant,
    geometry_settings,
    variant_settings,
)
from poolviz.ui.frame import table
from poolviz.ui.handouts import address_of, handouts
from poolviz.ui.in_turn import fragment
from poolviz.ui.inputs import input_settings
from poolviz.ui.keypoints import keypoints
from poolviz.ui.lesson import lesson
from poolviz.ui.offers import told
from poolviz.ui.pooling import scene_of
from poolviz.ui.practise_forms import answer_form, built, read_answer
from poolviz.ui.practise_links import page_parameters
from poolviz.ui.practise_takeaway import (
    exercise_sheet,
    of_built,
    played_scene,
    save_numbers,
    save_picture,
    window_step,
)
from poolviz.ui.present import controls_place
from poolviz.ui.quiz import answer, quiz
from poolviz.ui.share import Setting, State
from poolviz.ui.stepper import stepper
from poolviz.ui.tables import small_table
from poolviz.ui.takeaway import copy_link
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.fit import fit_geometry
from poolviz.wings.pose.oks.posing import Posing

KEY = "practise"
FIRST = next(iter(KINDS))


def practise_settings(state: State) -> tuple[Setting, ...]:
    """What a link holds: the kind, the number, and the state that the exercise is made of."""
    return (
        Setting("kind", "kind", FIRST, one_of(*KINDS)),
        Setting("exercise", "exercise", 0, whole(0, LARGEST_SEED)),
        *input_settings(state),
        *variant_settings(state),
        *geometry_settings(state),
    )


@fragment
def practise(state: State) -> None:
    """Choose a kind, answer, read why, and go on."""
    with controls_place():
        _menu(state)
    given = _material(state)
    made = exercise(state["kind"], given)
    progress = quiz(state, _name(state, given), KEY)
    matrix = built(progress, made)
    _take_pick(progress, made)
    _take_answer(progress, made, matrix)
    _translate(progress, made, matrix)
    with st.container(border=True):
        st.markdown(f"**{plain(made.text)}**")
        answer_form(progress, made, matrix)
        _feedback(progress, made)
        _onwards(state, progress)
    _picture(state, progress, made, matrix)
    for note in made.notes:
        st.caption(plain(note))
    if not made.link:  # else it is made of a pose, or of sizes
        _made_of(given)
    share.save(state, practise_settings)
    copy_link(state, practise_settings)


def _made_of(given: Material) -> None:
    """What the exercises are made of, and where to change it."""
    st.caption(
        plain(
            _(
                "Exercises are made of what you have chosen on the pooling pages: {setting}, an "
                "input of {rows} × {cols}. Seed 0 takes the numbers as they are, others shuffle "
                "them."
            ).format(setting=setting_name(given), rows=given.x.shape[0], cols=given.x.shape[1])
        )
    )
    st.page_link(_pages()["windows"], label=_("Choose another input, variant or window"))


def _material(state: State) -> Material:
    mend(state)
    x = current_matrix(state)
    for sentence in fit_geometry(state, x.shape):
        st.info(sentence)
    return material(x, chosen_variant(state), chosen_geometry(state), state["exercise"])


def _name(state: State, given: Material) -> str:
    """A short name of the exercise, whatever the language."""
    text = f"{state['kind']} {given.seed} {given.x.shape} {given.variant!r} {given.geometry!r}"
    return hashlib.blake2b(text.encode() + given.x.tobytes(), digest_size=8).hexdigest()


def _menu(state: State) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if lesson().shows("kind"):
            st.session_state["control.kind"] = state["kind"]
            st.selectbox(
                _("Exercise"),
                list(KINDS),
                format_func=title,
                key="control.kind",
                on_change=_chose,
                args=(state,),
                disabled=lesson().holds("kind"),
                width=480,
            )
        if lesson().shows("exercise"):
            st.session_state["control.exercise"] = state["exercise"]
            st.number_input(
                _("Number (seed)"),
                0,
                LARGEST_SEED,
                step=1,
                key="control.exercise",
                on_change=_took,
                args=(state, "exercise"),
                disabled=lesson().holds("exercise"),
                help=_("The same number gives the same exercise, to everyone."),
                width=150,
            )


def _chose(state: State) -> None:
    state["kind"] = chosen("control.kind", KINDS) or state["kind"]


def _took(state: State, key: str) -> None:
    chosen = st.session_state[f"control.{key}"]
    if chosen is not None:  # an emptied box
        state[key] = chosen


def _take_pick(progress: State, made: Exercise) -> None:
    """A cell of the input that was clicked since the last time is an answer."""
    message, shown = exchange.news(KEY, progress), made.picture
    if message is None or not (isinstance(made.form, Place) and isinstance(shown, Played)):
        return
    if message["panel"] != "input" or progress["label"] is not None:
        return
    panel = scene_of(shown.run, 0).panel("input")
    row, col = divmod(int(message["cell"]), panel.values.shape[1])
    row, col = row + panel.origin[0], col + panel.origin[1]
    if 0 <= row < made.form.rows and 0 <= col < made.form.cols:
        progress["given"] = (progress["signature"], (row, col))


def _take_answer(progress: State, made: Exercise, matrix: np.ndarray) -> None:
    """Check what was given since the last run, if it belongs to this exercise."""
    if progress.get("unread_of") != progress["signature"]:
        progress.update(unread="", unread_of=progress["signature"])
    name, raw = progress.pop("given", (None, None))
    if name != progress["signature"]:
        return
    progress.update(tried=raw, said_in=language())
    try:
        verdict = made.check(read_answer(made.form, raw, matrix))
    except ValueError as error:
        progress["unread"] = str(error)
        return
    progress["read"] = raw
    if made.again and not progress["correct"]:
        progress["label"] = None
    progress["unread"] = ""
    answer(progress, verdict)


def _translate(progress: State, made: Exercise, matrix: np.ndarray) -> None:
    """Say what became of the last answer in the page's language, if that has changed since."""
    said = progress["unread"] or progress["label"] or progress["chosen"]
    if not said or progress["said_in"] == language():
        return
    progress["said_in"] = language()
    if progress["unread"]:
        try:
            made.check(read_answer(made.form, progress["tried"], matrix))
        except ValueError as error:
            progress["unread"] = str(error)
    if not progress["label"] and not progress["chosen"]:
        return
    try:
        verdict = made.check(read_answer(made.form, progress["read"], matrix))
    except ValueError:  # another matrix has been built since
        return
    if progress["label"] is None:
        progress["chosen"] = verdict.label
    elif verdict.right == progress["correct"]:
        progress.update(label=verdict.label, why=verdict.why)


def _feedback(progress: State, made: Exercise) -> None:
    if progress["unread"]:
        st.warning(plain(progress["unread"]))
    if lesson().answers_hidden:
        chosen = progress.get("chosen")
        if chosen is None:
            st.caption(_("Answer. Whether it is right, your teacher will say."))
        else:
            st.info(
                _("You answered {label}. Your teacher will say whether it is right.").format(
                    label=plain(chosen)
                )
            )
        return
    if progress["label"] is None:
        return
    label, why = plain(progress["label"]), plain(progress["why"])
    if progress["correct"]:
        st.success(_("{label}: right. {why}").format(label=label, why=why))
    else:
        st.error(_("{label}: not so. {why}").format(label=label, why=why))
    st.page_link(
        _pages()[made.page],
        label=_("See it on the page “{page}”").format(page=_pages()[made.page].title),
        query_params=page_parameters(made),
    )


def _onwards(state: State, progress: State) -> None:
    held = lesson().holds
    with st.container(horizontal=True, key=f"{KEY}.onwards"):
        if not held("exercise"):
            st.button(
                _("Another one"),
                key=f"{KEY}.next",
                type="secondary" if progress["label"] is None else "primary",
                on_click=_next,
                args=(state, "exercise"),
            )
        if not held("kind"):
            st.button(_("Another kind"), key=f"{KEY}.kind", on_click=_next, args=(state, "kind"))
    if not lesson().answers_hidden:
        st.caption(
            _("Exercise {n} · this visit: {right} of {asked} right").format(
                n=state["exercise"], right=progress["right"], asked=progress["asked"]
            )
        )


def _next(state: State, which: str) -> None:
    if which == "exercise":
        state["exercise"] = (state["exercise"] + 1) % (LARGEST_SEED + 1)
    else:
        kinds = list(KINDS)
        state["kind"] = kinds[(kinds.index(state["kind"]) + 1) % len(kinds)]


def _picture(state: State, progress: State, made: Exercise, matrix: np.ndarray) -> None:
    """What the exercise is about, its answer withheld until one is given, and as files."""
    hidden = progress["label"] is None and not told()
    shown, step = made.picture, 0
    if isinstance(shown, Posing):
        keypoints(shown.poses, key=f"{KEY}.pose", id=progress["signature"], hidden=hidden)
        if made.table is not None and not hidden:
            small_table(made.table())
    elif isinstance(shown, Numbers):
        with st.container(horizontal=True, gap="large"):
            for name, values in shown.matrices:
                with st.container(width="content"):
                    st.caption(name)
                    st.latex(_latex(values))
    elif isinstance(shown, Played):
        if isinstance(made.form, Grid):
            shown = of_built(shown, matrix, made.page == "gradients")
        if isinstance(made.form, Grid) and hidden:
            shown = Numbers(((_("Input"), matrix),))
        else:
            step = _play(progress, shown, hidden)
    untold = hidden or (made.again and not progress["correct"] and not told())
    name = f"{KEY}-{state['kind']}-{state['exercise']}"
    if isinstance(shown, Played):
        name = run_name(name, shown.run)
    sheet = partial(exercise_sheet, state["kind"], made, address_of(state, practise_settings))
    with st.container(horizontal=True):
        save_picture(made, shown, step, name, hidden)
        handouts(sheet, name, KEY, untold)
    save_numbers(shown, name, hidden)


def _play(progress: State, shown: Played, hidden: bool) -> int:
    """Play it; gives the step."""
    scene = played_scene(shown, 0 if hidden else None)
    if progress.get("played") != progress["signature"]:  # the picture goes to the window asked of
        exchange.pass_again(KEY)
        progress["played"] = progress["signature"]
    return stepper(scene, key=KEY, step=window_step(shown)).step


def _latex(values: np.ndarray) -> str:
    rows = [" & ".join(f"{v:.4g}" for v in row) for row in values.tolist()]
    return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"


def _pages() -> dict[str, Any]:
    return {address: page for wing in table().values() for address, page in wing.items()}
