"""Gradients: the questions, the scene, and the numbers behind the step that is shown."""

import hashlib

import numpy as np
import streamlit as st

from poolviz.numbers import number
from poolviz.pooling import Pooled
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import _, language
from poolviz.ui import share
from poolviz.ui.asked import ask_cases
from poolviz.ui.difference_check import difference_check
from poolviz.ui.handouts import scene_handout
from poolviz.ui.in_turn import fragment
from poolviz.ui.lesson import lesson
from poolviz.ui.play import asked_cell, save_whole
from poolviz.ui.pooling import play, pooling_settings, signature
from poolviz.ui.share import Setting, State
from poolviz.ui.takeaway import downloads
from poolviz.ui.tex import tex
from poolviz.ui.upstream import upstream_settings
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.window_scene import Region
from poolviz.wings.pooling.gradients.check import Check, checked
from poolviz.wings.pooling.gradients.questions import Asked, gradient_questions
from poolviz.wings.pooling.gradients.scene import (
    Balance,
    any_tie,
    balance,
    flow,
    gradient_scene,
    index_of,
    jacobian_at,
    question,
    sentence,
)

KEY = "gradients"
WRITTEN_OUT = 25
"""Windows of up to this many cells are written out as matrices."""


def gradient_settings(state: State) -> tuple[Setting, ...]:
    """What a link to this page holds: the wing's settings, and the upstream gradient."""
    return (*pooling_settings(state), *upstream_settings(state))


def ties_control(state: State, run: Pooled) -> None:
    """Where a window has a tie: to whom its gradient goes."""
    ties = getattr(run.variant, "ties", None)
    if ties is None or not any_tie(run) or not lesson().shows("ties"):
        return
    names = {"first": _("The first cell takes all"), "shared": _("Equal cells share")}
    st.session_state["control.gradient_ties"] = ties

    def took() -> None:
        chosen = st.session_state["control.gradient_ties"]
        state[f"{type(run.variant).__name__}.ties"] = chosen

    st.segmented_control(
        _("There are ties"),
        list(names),
        format_func=lambda name: names[name],
        key="control.gradient_ties",
        help=_(
            "Pooling layers of all frameworks send a tie's gradient to one cell; x.amax() in "
            "PyTorch shares it. Both are right: at a tie the slope is not defined."
        ),
        disabled=lesson().holds("ties"),
        on_change=took,
        required=True,
    )


@fragment
def play_gradients(state: State, run: Pooled, dy: np.ndarray, region: Region, palette: str) -> None:
    """Ask, play, and explain what the output of the current step sends."""
    name = f"{signature(run)}{hashlib.blake2b(dy.tobytes(), digest_size=12).hexdigest()}"
    hidden = None
    if state["mode"] == "predict":
        cell = asked_cell(state, region)
        asked = _asked(f"{language()}{name}{cell}", run, dy, cell)
        hidden = ask_cases(state, asked, name, KEY, {"upstream": "ones"})
    scene = _scene(f"{language()}{name}", hidden, region, palette, run, dy)
    files = run_name(KEY, run)
    at = play(state, scene, KEY, files)
    cell = tuple(int(i) for i in region.cells[at.step])
    withheld = hidden is not None and at.step >= hidden
    st.latex(run.variant.gradient)
    _numbers(run, dy, cell, withheld)
    dx = run.backward(dy)
    shape = "x".join(str(n) for n in dx.shape)
    downloads(dx, f"{files}-dx-{shape}", KEY, hidden is not None, "dL/dx")
    save_whole(run, region, files, KEY)
    first, title = asked_cell(state, region), _title(run)
    scene_handout(
        state,
        gradient_settings,
        lambda secret: gradient_scene(run, dy, title, region, 0 if secret else None, palette),
        (run.variant.formula, run.variant.gradient),
        lambda: [each.question for each in gradient_questions(run, dy, first)],
        *(files, KEY, hidden is not None),
    )
    if hidden is None:
        sums(run, balance(run, dy))
        difference_check(run, _checked(name, run, region))
        notice(run, dy, dx, region)
    share.save(state, gradient_settings)


def _title(run: Pooled) -> str:
    return _("Gradient of {variant}").format(variant=_(run.variant.title))


@st.cache_resource(max_entries=48, show_spinner=False)
def _scene(
    name: str, hidden: int | None, region: Region, palette: str, _run: Pooled, _dy: np.ndarray
) -> Scene:
    scene = gradient_scene(_run, _dy, _title(_run), region, hidden, palette)
    assert scene.wire  # computed here, once
    return scene


@st.cache_resource(max_entries=256, show_spinner=False)
def _asked(name: str, _run: Pooled, _dy: np.ndarray, _cell: tuple[int, ...]) -> tuple[Asked, ...]:
    return gradient_questions(_run, _dy, _cell)


@st.cache_data(max_entries=256, show_spinner=False)
def _checked(name: str, _run: Pooled, region: Region) -> Check | None:
    return checked(_run, region)


def _numbers(run: Pooled, dy: np.ndarray, cell: tuple[int, ...], withheld: bool) -> None:
    """The chain rule with the numbers of this window in it."""
    if withheld:
        st.markdown(plain(question(dy, cell)))
        return
    at = np.array([cell])
    sent, local, index = flow(run, dy, at)[0], jacobian_at(run, at)[0], index_of(run, at)[0]
    if sent.size <= WRITTEN_OUT:
        columns = run.geometry.axes(run.windows.in_shape)[1].kernel  # type: ignore[attr-defined]
        slope, share = st.columns(2)
        slope.latex(rf"\frac{{\partial y}}{{\partial a}} = {_matrix(local, index, columns)}")
        share.latex(
            rf"{tex(float(dy[cell]))} \cdot \frac{{\partial y}}{{\partial a}} = "
            rf"{_matrix(sent, index, columns)}"
        )
        return
    st.markdown(plain(sentence(run, dy, cell, sent, {})))


def _matrix(values: np.ndarray, index: np.ndarray, columns: int) -> str:
    """A window as a matrix; places that are no cells of the input are dots unless they take some.

    What goes to padding stands in brackets.
    """
    digits = 3 if columns < 3 else 2
    texts = [
        tex(v, digits) if i >= 0 else r"\cdot" if v == 0 else f"[{tex(v, digits)}]"
        for v, i in zip(values.tolist(), index.tolist(), strict=True)
    ]
    rows = [" & ".join(texts[i : i + columns]) for i in range(0, len(texts), columns)]
    return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"


def sums(run: Pooled, balanced: Balance) -> None:
    """Sum in, sum out: what is sent, what arrives, and where the rest is."""
    st.subheader(_("Sum in, sum out"))
    parts = [(_("sent by the outputs"), balanced.sent)]
    if balanced.gained is not None and not np.isclose(balanced.gained, 0, atol=1e-9):
        more = balanced.gained > 0
        parts.append((_("added by weights") if more else _("taken by weights"), balanced.gained))
    if balanced.lost is not None and not np.isclose(balanced.lost, 0, atol=1e-9):
        parts.append((_("lost to padding"), -balanced.lost))
    parts.append((_("received by the input"), balanced.received))
    with st.container(horizontal=True, gap="large"):
        for label, value in parts:
            st.metric(label, number(round(value, 6)), width="content")
    for line in _why(run, balanced):
        st.markdown(plain(line))


def _why(run: Pooled, balanced: Balance) -> list[str]:
    if balanced.gained is None:
        return [_("This run is too large to be taken apart.")]
    lines = []
    assert balanced.least is not None
    assert balanced.most is not None
    uneven = not np.allclose((balanced.least, balanced.most), 1, atol=1e-9)
    if uneven:
        low, high = (number(float(f"{v:.4g}")) for v in (balanced.least, balanced.most))
        lines.append(
            _(
                "The weights of a window of {variant} do not sum to 1: here they sum to {span}. "
                "Add 1 to every cell, and the output does not rise by 1."
            ).format(
                variant=_(run.variant.title),
                span=low if low == high else _("{low} to {high}").format(low=low, high=high),
            )
        )
    if balanced.lost:
        lines.append(
            _(
                "Padding counts as cells here. It gets its part of the gradient, and nobody is "
                "there to use it."
            )
        )
    if not lines:
        lines.append(
            _(
                "The weights of every window sum to 1, and padding takes no part: what is sent "
                "arrives, to the last bit."
            )
        )
    return lines


def notice(run: Pooled, dy: np.ndarray, dx: np.ndarray, region: Region) -> None:
    """What to look for in this state, with its numbers."""
    st.subheader(_("What to notice"))
    takers = int((dx != 0).sum())
    told = _(
        "{takers} of the {cells} cells receive a gradient. Training moves what made these; "
        "the others get no signal from here."
    )
    if takers == 1:
        told = _(
            "One of the {cells} cells receives a gradient. Training moves what made this one; the "
            "others get no signal from here."
        )
    if takers == dx.size:
        told = _("Each of the {cells} cells receives a gradient.")
    lines = [told.format(takers=takers, cells=dx.size)]
    often = _often(run, dy)
    if often:
        lines.append(often)
    pushed = int((dx < 0).sum() if (dy >= 0).all() else 0)
    if pushed:
        lines.append(
            _(
                "Every output asks for more, and {pushed} cells are pushed down all the same: "
                "raising them would lower an output."
            ).format(pushed=pushed)
        )
    if run.variant.stochastic:
        lines.append(_("The draw is the one of the forward pass: backward draws nothing anew."))
    if not region.whole(run.output.shape):
        lines.append(
            _(
                "The picture adds up what its own outputs send; cells at its rim receive from "
                "others as well. Sums, check and downloads are of the whole."
            )
        )
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def _often(run: Pooled, dy: np.ndarray) -> str:
    """The cell that most outputs send to."""
    if run.locations is None or getattr(run.variant, "ties", "first") != "first":
        reached = int((run.windows.index >= 0).sum())
        if reached <= run.x.size:
            return ""
        return _(
            "Windows overlap: a cell is sent {times} gradients on average, and they add up."
        ).format(times=number(round(reached / run.x.size, 2)))
    chosen, times = np.unique(run.locations[run.locations >= 0], return_counts=True)
    if not times.size or times.max() < 2:
        return _chosen_once(run)
    at = int(chosen[times.argmax()])
    row, column = divmod(at, run.x.shape[1])
    return _(
        "The {value} in row {row}, column {column} wins {times} windows, so it receives {times} "
        "gradients, and they add up."
    ).format(value=number(run.x[row, column]), row=row, column=column, times=int(times.max()))


def _chosen_once(run: Pooled) -> str:
    """That nothing adds up, and what would overlap if it is not what is set."""
    reached = run.windows.index[run.windows.index >= 0]
    if np.unique(reached).size < reached.size:
        return _("Windows overlap, but no cell is chosen twice: nothing adds up.")
    axes = run.geometry.axes(run.windows.in_shape)  # type: ignore[attr-defined]
    if min(run.x.shape) > 3 and any((axis.kernel, axis.stride) != (3, 1) for axis in axes):
        return _("No cell is chosen twice: nothing adds up. Try kernel 3, stride 1.")
    return _("No cell is chosen twice: nothing adds up.")
