"""Your own f: Y = f(P), a weighted sum of the sorted cells, with a slider for each weight."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from poolviz.numbers import number
from poolviz.pooling import Ordinal, Pooled
from poolviz.text import N_, _
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State

MOST = 9
"""Most cells of a window that get a slider each."""
LONGEST = 64
"""Most weights that a link can hold."""
NAME = Ordinal.__name__
KEY = f"{NAME}.weights"

PRESETS: dict[str, Callable[[int], list[float]]] = {
    N_("max"): lambda k: [1.0, *[0.0] * (k - 1)],
    N_("min"): lambda k: [*[0.0] * (k - 1), 1.0],
    N_("mean"): lambda k: [1.0] * k,
    N_("median"): lambda k: [float(r in ((k - 1) // 2, k // 2)) for r in range(k)],
}
"""Name -> the weights of k ranks, the largest cell first."""


def own_f(state: State, run: Pooled) -> None:
    """Sliders and presets. Moving one chooses the variant, so that the page plays it.

    The link then holds the weights, as it holds every hyper-parameter.
    """
    if lesson().holds("variant") or lesson().holds("weights"):
        return
    mine = state["variant"] == NAME
    folded = st.expander(
        _("Your own f"),
        expanded=mine,
        icon=":material/tune:",
        key="own_f.open",
        on_change="rerun",
    )
    if folded.open:
        with folded:
            _weights(state, run, mine)


def _weights(state: State, run: Pooled, mine: bool) -> None:
    st.write(
        _(
            "Pooling is Y = f(P): sort the cells of a window and weigh each rank. Max, min, "
            "mean and median are four settings of the same sliders."
        )
    )
    k = run.windows.size
    if k > LONGEST:
        st.info(_("Choose a window of at most {most} cells.").format(most=LONGEST))
        return
    with st.container(horizontal=True):
        for name, weights in PRESETS.items():
            st.button(
                _(name),
                key=f"own_f.{name}",
                on_click=_set,
                args=(state, weights(k)),
            )
    given = current(state, k)
    if k <= MOST:
        _sliders(state, given)
    else:
        st.caption(_("Sliders come with windows of at most {most} cells.").format(most=MOST))
    if state.pop("own_f_refused", False):
        st.warning(_("One weight must stay above 0: the last good weights stand."))
    if mine:
        st.latex(_formula(given / given.sum()))
    else:
        st.caption(_("Move a slider or choose a preset, and the page plays your f."))


def _formula(shares: np.ndarray) -> str:
    """The weighted ranks that count, in LaTeX; a long sum is shortened."""
    terms = [
        ("" if share == 1 else f"{number(share)}\\, ") + f"a_{{({rank + 1})}}"
        for rank, share in enumerate(shares)
        if share
    ]
    shown = terms if len(terms) <= MOST else [*terms[:4], r"\dots", terms[-1]]
    return f"y = {' + '.join(shown)}" + r", \quad a_{(1)} \ge a_{(2)} \ge \dots"


def current(state: State, k: int) -> np.ndarray:
    """The weights of k ranks that the state holds, the largest at 1 if they were not made for k."""
    weights = state.get(KEY)
    if weights is not None and len(weights) == k:
        return np.asarray(weights, dtype=np.float64)
    rank = np.arange(1, k + 1)
    shares = Ordinal(weights).share(rank, np.asarray(k))
    return np.round(shares / shares.max(), 2)


def _sliders(state: State, given: np.ndarray) -> None:
    k = len(given)
    top = max(1.0, float(given.max()))
    across = st.columns(min(k, 5))
    for rank, weight in enumerate(given):
        label = _("rank {rank}").format(rank=rank + 1)
        if rank == 0:
            label = _("largest")
        elif rank == k - 1:
            label = _("smallest")
        widget = f"own_f.{k}.{rank}"
        st.session_state[widget] = float(weight)
        across[rank % 5].slider(
            label,
            0.0,
            top,
            step=0.01,
            key=widget,
            on_change=_moved,
            args=(state, given, rank, widget),
        )


def _moved(state: State, given: np.ndarray, rank: int, widget: str) -> None:
    weights = given.tolist()
    weights[rank] = round(float(st.session_state[widget]), 4)
    _set(state, weights)


def _set(state: State, weights: list[float]) -> None:
    if sum(weights) <= 0:
        state["own_f_refused"] = True
        return
    state.update({"variant": NAME, KEY: tuple(weights)})
