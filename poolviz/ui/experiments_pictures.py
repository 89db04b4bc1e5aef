"""Experiments on a picture: a shift, two kinds of noise, swapped halves."""

from functools import partial

import numpy as np
import streamlit as st

from poolviz.figures.experiments import Line, bar_chart, line_chart, map_chart
from poolviz.numbers import number
from poolviz.text import _, language, listed, titled, together
from poolviz.ui.experiment import Prepared, chart, digest, notices, picture_control, slider
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State, took
from poolviz.ui.tables import small_table
from poolviz.wings.pooling.compare import noise, shift, swap


@st.cache_data(max_entries=8, show_spinner=False)
def _shifted(name: str, _x: np.ndarray) -> shift.Shift:
    return shift.shift_experiment(_x)


def shifted_by_a_pixel(state: State, matrix: np.ndarray) -> Prepared:
    """The input moves by one pixel."""
    used, x = picture_control(state, matrix)
    found = _shifted(digest(x), x)
    return Prepared(digest(x), shift.shift_questions(found), partial(_show_shift, found, used))


def _show_shift(found: shift.Shift, used: str) -> None:
    names = {name: _(title) for name, (title, _run) in shift.POOLS.items()}
    lines = [
        Line(names[name], found.shifts.tolist(), (100 * errors).tolist())
        for name, errors in found.errors.items()
    ]
    chart(
        line_chart(
            lines, _("the picture moves by … pixels"), _("output changed by … % of its spread")
        ),
        "shift",
        listed(titled(names[n], f"{number(round(found.at_one(n), 1))} %") for n in names),
        used,
    )
    for (name, rows), place in zip(
        ((n, found.lone[n]) for n in ("max", "blur")), st.columns(2), strict=True
    ):
        with place:
            chart(
                map_chart(
                    rows, _("A lone 1, {pool}").format(pool=names[name]), "sequence",
                    axes=(_("output"), _("column of the 1")),
                ),
                f"lone.{name}",
                _("Each row is the output for a 1 in one column"),
            )  # fmt: skip
    notices(
        (
            _("Every pool of stride 2 is exact again after 2 pixels: only odd shifts break it."),
            _("One pixel changes max by {a} % of its spread, BlurPool by {b} %.").format(
                a=number(round(found.at_one("max"), 1)), b=number(round(found.at_one("blur"), 1))
            ),
            _("Under max the 1 jumps from output to output; under BlurPool it glides."),
        )
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _noisy(name: str, _x: np.ndarray, sigma: int, weights: int, seed: int) -> noise.Noise:
    return noise.noise_experiment(_x, sigma / 100, weights / 100, seed)


def two_errors(state: State, matrix: np.ndarray) -> Prepared:
    """Noise in the windows, and perturbed weights before them."""
    used, x = picture_control(state, matrix)
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        slider(state, "noise", _("Noise, of the activations' spread"), 0, 100, "%d %%")
    with middle:
        slider(state, "perturbed", _("Perturbed weights, of their size"), 0, 100, "%d %%")
    with right:
        _draws(state)
    settings = (state["noise"], state["perturbed"], state["draws"])
    found = _noisy(digest(x), x, *settings)
    return Prepared(
        f"{digest(x)}{settings}",
        noise.noise_questions(found),
        partial(_show_noise, found, used, state["draws"]),
    )


def _draws(state: State) -> None:
    """The seed of the noise and of the perturbations."""
    if not lesson().shows("draws"):
        return
    widget = "control.draws"
    st.session_state[widget] = state["draws"]
    st.number_input(
        _("Seed of the draws"),
        0,
        999_999,
        key=widget,
        disabled=lesson().holds("draws"),
        on_change=took,
        args=(state, "draws", widget, int),
    )


def _show_noise(found: noise.Noise, used: str, seed: int) -> None:
    names = [_(title) for title, _variant in noise.POOLS.values()]
    charts: tuple[tuple[str, list[float], list[float] | None, str], ...] = (
        (
            _("Noise: an output varies"),
            [m.value for m in found.variation.values()],
            [m.spread for m in found.variation.values()],
            _("% of the mean"),
        ),
        (
            _("Perturbed weights: the mean moves"),
            [m.value for m in found.drift.values()],
            [m.spread for m in found.drift.values()],
            _("% of the mean"),
        ),
        (_("Texture kept"), list(found.texture.values()), None, _("% of the spread before")),
    )
    for i, ((title, values, spreads, unit), place) in enumerate(
        zip(charts, st.columns(3), strict=True)
    ):
        with place:
            st.markdown(f"**{title}**")
            alt = listed(f"{n} {number(round(v, 1))}" for n, v in zip(names, values, strict=True))
            chart(bar_chart(names, values, spreads, unit), f"noise.{i}", alt, used)
    st.caption(
        _("Bars of error: the standard deviation over {n} draws, the same draws for all.").format(
            n=noise.DRAWS
        )
    )
    st.markdown(
        together(
            (
                noise.verdict(found),
                _(
                    "With perturbed weights max moved less than average in {n} of the {all} draws."
                ).format(n=found.max_moved_less, all=noise.DRAWS),
            )
        )
    )
    told = noise.expectation(seed=seed)
    st.latex(r"E\,y = \sum_i p_i a_i = \frac{\sum_i a_i^2}{\sum_i a_i}")
    st.latex(r"\frac{1 + 9 + 16 + 49}{1 + 3 + 4 + 7} = " + number(told.tends_to))
    draws = np.unique(np.geomspace(1, told.running.size, 200).astype(int))
    chart(
        line_chart(
            [
                Line(
                    _("mean of the draws so far"),
                    draws.tolist(),
                    told.running[draws - 1].tolist(),
                    marks=False,
                )
            ],
            _("draws from the window 1, 3, 4, 7"),
            _("mean"),
            levels=(
                (told.tends_to, _("Σa² / Σa = {v}").format(v=number(told.tends_to))),
                (told.mean, _("mean of the cells = {v}").format(v=number(told.mean))),
            ),
            log_x=True,
        ),
        "expectation",
        _("The mean of the draws tends to {v}").format(v=number(told.tends_to)),
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _swapped(name: str, language_: str, _x: np.ndarray) -> swap.Swap:
    return swap.swap_experiment(_x)


def swapped_halves(state: State, matrix: np.ndarray) -> Prepared:
    """Two halves change places."""
    used, x = picture_control(state, matrix)
    found = _swapped(digest(x), language(), x)
    return Prepared(digest(x), (swap.swap_question(found),), partial(_show_swap, found, used))


def _show_swap(found: swap.Swap, used: str) -> None:
    left, right = st.columns(2)
    with left:
        chart(map_chart(found.x, _("Before")), "swap.before", _("The picture"), used)
    with right:
        chart(
            map_chart(found.swapped, _("Halves swapped")), "swap.after", _("Halves swapped"), used
        )
    small_table(
        {
            _("global pool"): [pair.title for pair in found.pairs],
            _("before"): [number(pair.before) for pair in found.pairs],
            _("after"): [number(pair.after) for pair in found.pairs],
            _("difference"): [number(pair.gap) for pair in found.pairs],
        }
    )
    notices(
        (
            _("{moved} of {all} outputs of a 2 × 2 max pool are other numbers now.").format(
                moved=found.moved, all=found.windows
            ),
            _("The global pools cannot tell: what they throw away is where things are."),
            _("Good for “is there a face?”, fatal for “is the nose under the eyes?”."),
        )
    )
