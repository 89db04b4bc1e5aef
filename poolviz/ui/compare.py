"""Comparison on the page: one input, several variants, the same window at the same time."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from poolviz.numbers import number
from poolviz.pooling import OPERATORS, Operated, Pooled, Sliding, Variant
from poolviz.stage.link import one_of
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import _, language, listed, titled
from poolviz.ui import share
from poolviz.ui.chosen import several
from poolviz.ui.code import show_all
from poolviz.ui.controls import BY_NAME, chosen_variant
from poolviz.ui.experiments import EXPERIMENTS, experiment_settings
from poolviz.ui.handouts import scene_handout
from poolviz.ui.in_turn import fragment
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import pictures
from poolviz.ui.play import asked_cell, save_whole
from poolviz.ui.pooling import pooled, pooling_settings, signature
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.share import Setting, State, took
from poolviz.ui.stepper import stepper
from poolviz.ui.takeaway import downloads
from poolviz.wings.pooling.compare.operators import in_step, operated, shape_note
from poolviz.wings.pooling.compare.scene import (
    DIRECTIONS,
    Statistics,
    compare_scene,
    differences,
    largest_question,
    statistics,
    title_of,
)
from poolviz.wings.pooling.core.filenames import geometry_name, slug
from poolviz.wings.pooling.core.operators import laid_out
from poolviz.wings.pooling.core.window_scene import LONGEST, Region, narration

OTHERS = ("Max", "Average", "Stochastic", "SoftPool")
MOST = 5
"""Variants and operators compared with the chosen one, at most."""
SHAPED = {cls.__name__: cls for cls in OPERATORS}
"""Operators by name: they stand beside the variants, each with a shape of its own."""


def compare_settings(state: State) -> tuple[Setting, ...]:
    """The wing's settings, what the variant is compared with, and the experiment below."""
    return (
        *pooling_settings(state),
        Setting("others", "with", OTHERS, _read_names, ",".join),
        Setting("direction", "direction", DIRECTIONS[0], one_of(*DIRECTIONS)),
        Setting("experiment", "experiment", next(iter(EXPERIMENTS)), one_of(*EXPERIMENTS)),
        *experiment_settings(),
    )


def _read_names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if len(names) > MOST or any(name not in BY_NAME and name not in SHAPED for name in names):
        raise ValueError(_("up to {n} names of variants are needed").format(n=MOST))
    return names


def others_control(state: State) -> None:
    """What the chosen variant is compared with, and which way the numbers run."""
    if not lesson().shows("with"):
        return
    widget = "control.others"
    st.session_state[widget] = list(state["others"])
    st.multiselect(
        _("Compared with"),
        [*BY_NAME, *SHAPED],
        key=widget,
        format_func=lambda name: _((BY_NAME.get(name) or SHAPED[name]).title),
        max_selections=MOST,
        placeholder=_("None: choose"),
        disabled=lesson().holds("with"),
        on_change=_chose,
        args=(state, widget),
    )


def direction_control(state: State) -> None:
    """Forward: outputs. Backward: what each input cell receives when every output sends 1."""
    if not lesson().shows("direction"):
        return
    names = {"forward": _("Forward"), "backward": _("Backward")}
    widget = "control.direction"
    st.session_state[widget] = state["direction"]
    st.segmented_control(
        _("Direction"),
        DIRECTIONS,
        key=widget,
        format_func=lambda each: names[each],
        required=True,
        disabled=lesson().holds("direction"),
        on_change=took,
        args=(state, "direction", widget, str),
    )


def _chose(state: State, widget: str) -> None:
    state["others"] = tuple(several(widget, [*BY_NAME, *SHAPED]))


def compared(state: State) -> list[Variant]:
    """The chosen variant with its hyper-parameters, then the others with their defaults."""
    first = chosen_variant(state)
    names = [name for name in state["others"] if name != state["variant"]]
    return [first, *(BY_NAME[name]() for name in names if name in BY_NAME)]


def runs_of(state: State, matrix: np.ndarray, geometry: Sliding) -> list[Pooled]:
    """Every variant over the same input and windows."""
    return [pooled(matrix, variant, geometry) for variant in compared(state)]


def operators_of(state: State, run: Pooled) -> list[Operated]:
    """The chosen operators over the same input; one that is impossible here is named."""
    chosen = [SHAPED[name] for name in state["others"] if name in SHAPED]
    found = [_operated(signature(run), cls.__name__, run) for cls in chosen]
    missing = [_(cls.title) for cls, each in zip(chosen, found, strict=True) if each is None]
    if missing:
        st.info(_("Not possible with this input: {names}.").format(names=listed(missing)))
    return [each for each in found if each is not None]


@st.cache_resource(max_entries=16, show_spinner=False)
def _operated(name: str, operator: str, _run: Pooled) -> Operated | None:
    assert isinstance(_run.geometry, Sliding)
    return operated(_run.x, SHAPED[operator], _run.geometry)


@fragment
def play_compare(state: State, runs: Sequence[Pooled], region: Region, palette: str) -> None:
    """Predict who writes the largest number, then play all of them, then count."""
    more = operators_of(state, runs[0])
    names = [*map(signature, runs), *(repr(run.operator) for run in more)]
    name = hashlib.blake2b("".join(names).encode(), digest_size=12).hexdigest()
    hidden = False
    if state["mode"] == "predict" and len(runs) > 1:
        progress = quiz(state, name, "compare_quiz")
        with st.container(border=True):
            ask(progress, (largest_question(runs, asked_cell(state, region)),), "compare")
        hidden = progress["at"] == 0 and progress["label"] is None
    hidden = hidden or lesson().answers_hidden
    direction_control(state)
    key = f"{language()}{name}{state['direction']}"
    scene = _scene(key, hidden, region, palette, state["direction"], runs, more)
    step = min(state["step"], len(scene) - 1)
    at = stepper(scene, key="compare", step=step, height=760)
    state["step"] = at.step
    files = _file_name(runs, state["direction"])
    pictures(scene, at.step, files, "compare")
    if not hidden:
        cell = tuple(int(i) for i in region.cells[at.step])
        with st.expander(_("The formulas with the numbers of this window"), expanded=False):
            for run in runs:
                _formula(run, cell)
            for each in more:
                _operator_formula(each, runs[0], cell)
        found = _counted(f"{language()}{name}", [*runs, *more])
        _table(found)
        st.subheader(_("What to notice"))
        told = [*differences(found), *(shape_note(each, runs[0]) for each in more)]
        st.markdown("\n".join(f"- {plain(line)}" for line in told))
    _downloads(runs, more, hidden, files)
    save_whole(runs[0], region, files, "compare")
    if len(runs) > 1:
        first = asked_cell(state, region)
        scene_handout(
            state,
            compare_settings,
            lambda secret: compare_scene(runs, state["direction"], region, secret, palette, more),
            [run.variant.formula for run in runs],
            lambda: (largest_question(runs, first),),
            files,
            "compare",
            hidden,
        )
    if not hidden:
        show_all([*runs, *more], "compare.code", state["direction"])
    share.save(state, compare_settings)


@st.cache_resource(max_entries=32, show_spinner=False)
def _scene(
    name: str,
    hidden: bool,
    region: Region,
    palette: str,
    direction: str,
    _runs: Sequence[Pooled],
    _more: Sequence[Operated],
) -> Scene:
    scene = compare_scene(_runs, direction, region, hidden, palette, _more)
    assert scene.wire  # computed here, once
    return scene


@st.cache_data(max_entries=128, show_spinner=False)
def _counted(name: str, _runs: Sequence[Pooled | Operated]) -> list[Statistics]:
    return [statistics(run) for run in _runs]


def _formula(run: Pooled, cell: tuple[int, ...]) -> None:
    st.latex(run.variant.formula)
    st.markdown(titled(f"**{plain(_(run.variant.title))}**", plain(narration(run, cell))))


def _operator_formula(run: Operated, first: Pooled, cell: tuple[int, ...]) -> None:
    st.latex(run.operator.formula)
    if in_step(run, first) and run.windows.size <= LONGEST:
        st.markdown(titled(f"**{plain(title_of(run))}**", plain(run.arithmetic(cell))))
    else:
        st.markdown(titled(f"**{plain(title_of(run))}**", plain(shape_note(run, first))))


def _table(found: Sequence[Statistics]) -> None:
    st.subheader(_("In numbers"))

    def column(get: Callable[[Statistics], float]) -> list[str]:
        return [number(round(get(each), 4)) for each in found]

    st.dataframe(
        {
            _("variant"): [each.title for each in found],
            _("mean"): column(lambda s: s.mean),
            _("spread"): column(lambda s: s.spread),
            _("least"): column(lambda s: s.least),
            _("most"): column(lambda s: s.most),
            _("spread kept, %"): column(lambda s: s.detail),
            _("sent back"): column(lambda s: s.sent),
            _("received"): column(lambda s: s.received),
            _("cells reached"): column(lambda s: s.reached),
            _("largest"): column(lambda s: s.largest),
        },
        hide_index=True,
        width="stretch",
    )
    st.caption(
        _(
            "Spread is the standard deviation of the outputs; kept, its share of the input's. Sent "
            "back: every output sends a gradient of 1; received: what arrives at the input in all."
        )
    )


def _file_name(runs: Sequence[Pooled], direction: str) -> str:
    """ "compare-max-average-k2-s2", and "-backward" where the numbers run that way."""
    names = "-".join(slug(type(run.variant).__name__) for run in runs)
    back = "-backward" if direction == "backward" else ""
    return f"compare-{names}-{geometry_name(runs[0].geometry)}{back}"


def _downloads(runs: Sequence[Pooled], more: Sequence[Operated], hidden: bool, name: str) -> None:
    stacked = np.concatenate([run.output for run in runs])
    downloads(stacked, f"{name}-outputs", "compare", hidden=hidden)
    if not hidden:
        st.caption(
            _("The outputs below one another, in this order: {names}.").format(
                names=listed(_(run.variant.title) for run in runs)
            )
        )
        for each in more:
            own = type(each.operator).__name__
            file = f"{name}-{slug(own)}"
            downloads(laid_out(each.output), file, f"compare.{own}", what=title_of(each))


def experiment_control(state: State) -> None:
    """Which experiment stands below."""
    if not lesson().shows("experiment"):
        return
    widget = "control.experiment"
    st.session_state[widget] = state["experiment"]
    st.segmented_control(
        _("Experiment"),
        list(EXPERIMENTS),
        key=widget,
        format_func=lambda name: _(EXPERIMENTS[name].title),
        required=True,
        disabled=lesson().holds("experiment"),
        on_change=took,
        args=(state, "experiment", widget, str),
    )


@fragment
def play_experiment(state: State, matrix: np.ndarray) -> None:
    """Choose an experiment, choose a hypothesis, then see what happens."""
    experiment_control(state)
    chosen = EXPERIMENTS[state["experiment"]]
    st.write(_(chosen.about))
    prepared = chosen.prepare(state, matrix)
    if state["mode"] == "predict":
        asked = prepared.questions
        progress = quiz(state, f"{state['experiment']} {prepared.name}", "experiment_quiz")
        with st.container(border=True):
            ask(progress, asked, "experiment")
        seen = progress["at"] + (progress["label"] is not None)
        if seen < len(asked) or lesson().answers_hidden:
            st.caption(_("The result is shown when the hypothesis is chosen."))
            share.save(state, compare_settings)
            return
    prepared.show()
    st.caption(_("Source: {reference}").format(reference=_(chosen.reference)))
    share.save(state, compare_settings)
