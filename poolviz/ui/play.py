"""Playing a pooling run: the stepper, the question in front of it, and the numbers behind it."""

import numpy as np
import streamlit as st

from poolviz.figures.export import saved
from poolviz.figures.images import png
from poolviz.figures.planes import sheet
from poolviz.pooling import Pooled
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import _, language, titled
from poolviz.ui import exchange, share
from poolviz.ui.explain import notice
from poolviz.ui.handouts import scene_handout
from poolviz.ui.in_turn import fragment
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import picture_files
from poolviz.ui.pooling import play, pooling_settings, scene_of, signature
from poolviz.ui.quiz import answer, ask, hidden_from, quiz
from poolviz.ui.share import State
from poolviz.ui.takeaway import downloads
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.predict import questions, window_question
from poolviz.wings.pooling.core.window_scene import (
    Region,
    narration,
    overview,
    question,
    window_scene,
)

KEY = "windows"


def mode_control(state: State) -> None:
    """Predict first, or just watch."""
    if not lesson().shows("mode"):
        return
    names = {"predict": _("Predict first"), "watch": _("Just watch")}
    st.session_state["control.mode"] = state["mode"]

    def took() -> None:
        state["mode"] = st.session_state["control.mode"] or state["mode"]

    st.segmented_control(
        _("Mode"),
        list(names),
        key="control.mode",
        format_func=lambda mode: names[mode],
        label_visibility="collapsed",
        width="stretch",
        disabled=lesson().holds("mode"),
        on_change=took,
        required=True,
    )


def choose_region(state: State, run: Pooled) -> Region:
    """Which block of a large output is played: moved by sliders, framed in the whole picture."""
    out = run.output.shape
    region = Region.within(run, state["region"])
    if region.whole(out):
        return region
    st.info(
        _(
            "{rows} × {cols} outputs are too many to read, so you see {shown}: rows {r0} to "
            "{r1}, columns {c0} to {c1}. Every number is computed from the whole input, and the "
            "downloads hold the whole output."
        ).format(
            rows=out[0],
            cols=out[1],
            shown=region.rows * region.cols,
            r0=region.row,
            r1=region.row + region.rows - 1,
            c0=region.col,
            c1=region.col + region.cols - 1,
        )
    )
    sliders, inputs, outputs = st.columns([2, 1, 1], vertical_alignment="center")
    with sliders:
        for axis, label in enumerate((_("From output row"), _("From output column"))):
            _from(state, region, axis, label, out[axis])
    name = signature(run)
    alts = {"input": _("The whole input, in grey"), "output": _("The whole output, in grey")}
    for place, (which, label) in zip((inputs, outputs), _planes().items(), strict=False):
        picture = _overview(name, region, which, run)
        place.image(picture, label, output_format="PNG", alt=alts[which])
    return region


def _planes() -> dict[str, str]:
    """The planes that are shown as a whole, and what stands under them."""
    planes = {"input": _("Whole input"), "output": _("Whole output")}
    return {"input": planes["input"]} if lesson().answers_hidden else planes


def save_whole(run: Pooled, region: Region, name: str, key: str) -> None:
    """The whole planes as files, where ``choose_region`` shows them."""
    if region.whole(run.output.shape):
        return
    planes = _planes()
    label = _("Save the whole input and output") if len(planes) > 1 else _("Save the whole input")
    picture_files(
        lambda kind: saved(
            lambda: sheet([(told, _pixels(region, which, run)) for which, told in planes.items()]),
            kind, label,
        ),
        f"{name}-whole", f"{key}.whole", label,
    )  # fmt: skip


@st.cache_data(max_entries=32, show_spinner=False)
def _overview(name: str, region: Region, which: str, _run: Pooled) -> bytes:
    return png(_pixels(region, which, _run))


def _pixels(region: Region, which: str, run: Pooled) -> np.ndarray:
    """A whole plane with the block that is shown framed in it."""
    if which == "output":
        rows = slice(region.row, region.row + region.rows)
        cols = slice(region.col, region.col + region.cols)
        return overview(run.output, rows, cols)
    scene = window_scene(run, "", region, hidden_from=0)
    panel = scene.panel("input")
    (top, left), (height, width) = panel.origin, panel.values.shape
    seen = slice(max(top, 0), top + height), slice(max(left, 0), left + width)
    return overview(run.x, *seen)


def _from(state: State, region: Region, axis: int, label: str, length: int) -> None:
    """A slider for the first row or column of the block."""
    most = length - (region.rows, region.cols)[axis]
    if most < 1 or not lesson().shows("region"):
        return
    key = f"control.region.{axis}"
    st.session_state[key] = (region.row, region.col)[axis]
    held = lesson().holds("region")
    args = (state, region, axis, key)
    st.slider(label, 0, most, key=key, disabled=held, on_change=_moved, args=args)


def _moved(state: State, region: Region, axis: int, key: str) -> None:
    values = [region.row, region.col]
    values[axis] = int(st.session_state[key])
    state["region"] = tuple(values)


def asked_cell(state: State, region: Region) -> tuple[int, ...]:
    """The output cell that a page asks about first: a teacher's link may name it by its step."""
    step = share.asked_step(state) if lesson().answers_hidden else 0
    return tuple(int(i) for i in region.cells[min(step, len(region.cells) - 1)])


@fragment
def play_windows(state: State, run: Pooled, region: Region, palette: str) -> None:
    """Ask, play, and explain the window of the current step."""
    predicting = state["mode"] == "predict"
    hidden = None
    if predicting:
        asked = _asked(f"{language()}{signature(run)}", run)
        if lesson().answers_hidden:
            asked = (window_question(run, asked_cell(state, region)),)
        progress, windows = quiz(state, signature(run)), len(region.cells)
        before = scene_of(run, hidden_from(progress, windows), region, palette)
        _take_pick(progress, asked, run, before)
        hidden = hidden_from(progress, windows)
        if hidden is not None and progress["shown"] != progress["at"]:
            state["step"] = progress["shown"] = min(progress["at"], windows - 1)
        with st.container(border=True):
            ask(progress, asked, KEY)
    scene = scene_of(run, hidden, region, palette)
    name = run_name(KEY, run)
    at = play(state, scene, KEY, name)
    cell = tuple(int(i) for i in region.cells[at.step])
    _explain(run, cell, withheld=hidden is not None and at.step >= hidden)
    shape = "x".join(str(n) for n in run.output.shape)
    downloads(run.output, f"{name}-output-{shape}", KEY, hidden=hidden is not None)
    title = _("{variant} pooling").format(variant=_(run.variant.title))
    save_whole(run, region, name, KEY)
    scene_handout(
        state,
        pooling_settings,
        lambda secret: window_scene(run, title, region, 0 if secret else None, palette),
        (run.variant.formula,),
        lambda: asked if predicting else questions(run),
        name,
        KEY,
        hidden is not None,
    )
    if not predicting or progress["at"] >= len(asked):  # what is noticed would tell the answers
        notice(run)
    share.save(state, pooling_settings)


@st.cache_resource(max_entries=256, show_spinner=False)
def _asked(name: str, _run: Pooled) -> tuple[Question, ...]:
    return questions(_run)


def _take_pick(progress: State, asked: tuple[Question, ...], run: Pooled, scene: Scene) -> None:
    """A cell of the input that was clicked since the last time is an answer."""
    message, at = exchange.news(KEY, progress), progress["at"]
    if message is None or at >= len(asked) or not asked[at].cells or message["panel"] != "input":
        return
    panel = scene.panel("input")
    row, col = divmod(int(message["cell"]), panel.values.shape[1])
    row, col = row + panel.origin[0], col + panel.origin[1]
    if 0 <= row < run.x.shape[0] and 0 <= col < run.x.shape[1]:
        picked = (row, col, float(run.x[row, col]))
        answer(progress, asked[at].picked(*picked), picked)


def _explain(run: Pooled, cell: tuple[int, ...], withheld: bool) -> None:
    """The formula, and under it the same with the numbers of this window."""
    st.latex(run.variant.formula)
    place = _("Output row {row}, column {column}").format(row=cell[0], column=cell[1])
    if withheld:
        st.markdown(plain(question(run, cell)))
        return
    inside = int((run.windows.index[cell] >= 0).sum()) if run.windows.index.ndim == 3 else 0
    padded = run.windows.size - inside
    st.markdown(titled(f"**{plain(place)}**", plain(narration(run, cell))))
    if padded:
        st.caption(
            _(
                "{inside} cells of the input and {padded} places around it lie in this window."
            ).format(inside=inside, padded=padded)
        )
