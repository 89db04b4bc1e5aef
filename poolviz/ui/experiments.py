"""The experiments of /compare: for each what it asks, and what it shows once asked."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from poolviz.figures.experiments import Line, bar_chart, board_chart, line_chart, map_chart
from poolviz.numbers import number
from poolviz.samples import sample
from poolviz.scenes import experiments_alias as alias
from poolviz.scenes import experiments_cost as cost
from poolviz.scenes import experiments_go as go
from poolviz.scenes import experiments_noise as noise
from poolviz.scenes import experiments_shift as shift
from poolviz.scenes import experiments_swap as swap
from poolviz.scenes.predict import Question
from poolviz.text import N_, _, language
from poolviz.ui.share import Setting, State, one_of, whole

PICTURES = {
    "photograph": N_("Photograph, 64 × 64"),
    "digit": N_("Handwritten digit, 28 × 28"),
    "input": N_("The input above"),
}
LEAST, MOST = 8, 64
"""Sides of an input that an experiment can use: smaller ones have no inside, larger are cut."""


@dataclass(frozen=True)
class Prepared:
    """An experiment that has been run: its name for the quiz, its questions, how to show it."""

    name: str
    questions: tuple[Question, ...]
    show: Callable[[], None]


@dataclass(frozen=True)
class Experiment:
    """An experiment on the menu; ``prepare`` takes the state and the page's input."""

    title: str
    about: str
    reference: str
    prepare: Callable[[State, np.ndarray], Prepared]


def experiment_settings() -> tuple[Setting, ...]:
    """What a link holds of the experiments. Numbers are in percent."""
    return (
        Setting("picture_used", "picture", "photograph", one_of(*PICTURES)),
        Setting("noise", "noise", 30, whole(0, 100)),
        Setting("perturbed", "perturbed", 10, whole(0, 100)),
        Setting("draws", "draws", 0, whole(0, 999_999)),
        Setting("frequency", "frequency", 40, whole(5, 50)),
    )


def _picture(state: State, matrix: np.ndarray) -> np.ndarray:
    """The picture that the experiment uses, chosen here; at most 64 x 64 of it."""
    usable = min(matrix.shape) >= LEAST
    names = [name for name in PICTURES if usable or name != "input"]
    shown = state["picture_used"] if state["picture_used"] in names else names[0]
    widget = "control.picture_used"
    st.session_state[widget] = shown
    st.segmented_control(
        _("Picture"),
        names,
        key=widget,
        format_func=lambda name: _(PICTURES[name]),
        required=True,
        on_change=_took,
        args=(state, "picture_used", widget, str),
    )
    if not usable:
        st.caption(_("The input above joins the choice from {n} × {n} on.").format(n=LEAST))
    x = matrix if shown == "input" else sample(shown)
    return np.nan_to_num(x[:MOST, :MOST].astype(float), posinf=0.0, neginf=0.0)


def _took(state: State, key: str, widget: str, convert: Callable[[Any], Any]) -> None:
    value = st.session_state[widget]
    if value is not None:
        state[key] = convert(value)


def _slider(state: State, key: str, label: str, least: int, most: int, shown: str) -> None:
    widget = f"control.{key}"
    st.session_state[widget] = state[key]
    st.slider(
        label,
        least,
        most,
        key=widget,
        format=shown,
        on_change=_took,
        args=(state, key, widget, int),
    )


def _digest(x: np.ndarray) -> str:
    return hashlib.blake2b(x.tobytes() + str(x.shape).encode(), digest_size=8).hexdigest()


def _chart(figure: Any, key: str, alt: str) -> None:
    st.plotly_chart(figure, key=f"experiment.{key}", config={"displayModeBar": False}, alt=alt)


def _listed(lines: Sequence[str]) -> None:
    st.subheader(_("What to notice"))
    st.markdown("\n".join(f"- {line}" for line in lines))


# Shift


@st.cache_data(max_entries=8, show_spinner=False)
def _shifted(name: str, _x: np.ndarray) -> shift.Shift:
    return shift.shift_experiment(_x)


def _prepare_shift(state: State, matrix: np.ndarray) -> Prepared:
    x = _picture(state, matrix)
    found = _shifted(_digest(x), x)
    return Prepared(_digest(x), shift.shift_questions(found), partial(_show_shift, found))


def _show_shift(found: shift.Shift) -> None:
    names = {name: _(title) for name, (title, _run) in shift.POOLS.items()}
    lines = [
        Line(names[name], found.shifts.tolist(), (100 * errors).tolist())
        for name, errors in found.errors.items()
    ]
    _chart(
        line_chart(
            lines, _("the picture moves by … pixels"), _("output changed by … % of its spread")
        ),
        "shift",
        ", ".join(f"{names[n]}: {number(round(found.at_one(n), 1))} %" for n in names),
    )
    for (name, rows), place in zip(
        ((n, found.lone[n]) for n in ("max", "blur")), st.columns(2), strict=True
    ):
        with place:
            _chart(
                map_chart(
                    rows, _("A lone 1, {pool}").format(pool=names[name]), "sequence",
                    axes=(_("output"), _("column of the 1")),
                ),
                f"lone.{name}",
                _("Each row is the output for a 1 in one column"),
            )  # fmt: skip
    _listed(
        (
            _("Every pool of stride 2 is exact again after 2 pixels: only odd shifts break it."),
            _("One pixel changes max by {a} % of its spread, BlurPool by {b} %.").format(
                a=number(round(found.at_one("max"), 1)), b=number(round(found.at_one("blur"), 1))
            ),
            _("Under max the 1 jumps from output to output; under BlurPool it glides."),
        )
    )


# Two errors


@st.cache_data(max_entries=16, show_spinner=False)
def _noisy(name: str, _x: np.ndarray, sigma: int, weights: int, seed: int) -> noise.Noise:
    return noise.noise_experiment(_x, sigma / 100, weights / 100, seed)


def _prepare_noise(state: State, matrix: np.ndarray) -> Prepared:
    x = _picture(state, matrix)
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        _slider(state, "noise", _("Noise, of the activations' spread"), 0, 100, "%d %%")
    with middle:
        _slider(state, "perturbed", _("Perturbed weights, of their size"), 0, 100, "%d %%")
    with right:
        st.session_state["control.draws"] = state["draws"]
        st.number_input(
            _("Seed of the draws"),
            0,
            999_999,
            key="control.draws",
            on_change=_took,
            args=(state, "draws", "control.draws", int),
        )
    settings = (state["noise"], state["perturbed"], state["draws"])
    found = _noisy(_digest(x), x, *settings)
    return Prepared(
        f"{_digest(x)}{settings}",
        noise.noise_questions(found),
        partial(_show_noise, found, state["draws"]),
    )


def _show_noise(found: noise.Noise, seed: int) -> None:
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
            alt = ", ".join(
                f"{n} {number(round(v, 1))}" for n, v in zip(names, values, strict=True)
            )
            _chart(bar_chart(names, values, spreads, unit), f"noise.{i}", alt)
    st.caption(
        _("Bars of error: the standard deviation over {n} draws, the same draws for all.").format(
            n=noise.DRAWS
        )
    )
    st.markdown(
        noise.verdict(found)
        + " "
        + _("With perturbed weights max moved less than average in {n} of the {all} draws.").format(
            n=found.max_moved_less, all=noise.DRAWS
        )
    )
    told = noise.expectation(seed=seed)
    st.latex(
        r"E\,y = \sum_i p_i a_i = \frac{\sum_i a_i^2}{\sum_i a_i} = \frac{1 + 9 + 16 + 49}{15} = "
        + number(told.tends_to)
    )
    draws = np.unique(np.geomspace(1, told.running.size, 200).astype(int))
    _chart(
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


# Aliasing


@st.cache_data(max_entries=1, show_spinner=False)
def _aliased() -> alias.Alias:
    return alias.alias_experiment()


def _prepare_alias(state: State, matrix: np.ndarray) -> Prepared:
    _slider(state, "frequency", _("Stripes in 100 cells"), 5, 50, "%d")
    f = state["frequency"] / 100
    return Prepared(f"{f}", (alias.alias_question(f),), partial(_show_alias, f))


def _show_alias(frequency: float) -> None:
    found, halved = _aliased(), alias.halved(frequency)
    names = {name: _(title) for name, (title, _run) in alias.POOLS.items()}
    st.markdown(f"**{_('The stripes, and every second cell of them')}**")
    _chart(
        line_chart(
            [
                Line(_("stripes"), list(range(halved.x.size)), halved.x.tolist()),
                Line(names["every"], halved.at.tolist(), halved.outputs["every"].tolist()),
                Line(names["average"], (halved.at + 0.5).tolist(),
                     halved.outputs["average"].tolist()),
            ],
            _("cell"),
            _("value"),
        ),
        "stripes",
        _("Stripes with a period of {p} cells look like a period of {q} cells").format(
            p=number(round(1 / frequency, 2)),
            q=number(round(1 / alias.alias_of(frequency), 2))
            if alias.alias_of(frequency) > 1e-9
            else "∞",
        ),
    )  # fmt: skip
    st.markdown(f"**{_('How strong stripes come out')}**")
    _chart(
        line_chart(
            [
                Line(names[name], found.frequencies.tolist(), kept.tolist(), marks=False)
                for name, kept in found.kept.items()
            ],
            _("stripes a cell"),
            _("strength, 1 as before"),
            limit=(alias.LIMIT, _("beyond: all of it is alias")),
        ),
        "alias",
        _("Strength of stripes after each pool"),
    )
    rows = alias.halvings()
    st.table(
        {
            _("halves 64 maps"): [row.title for row in rows],
            _("weights"): [f"{row.weights:,}" for row in rows],
            _("multiplications an output"): [f"{row.multiplications:,}" for row in rows],
            _("sees"): [row.sees for row in rows],
        }
    )
    _listed(
        (
            _("A convolution of stride 2 can learn to blur; nothing makes it, so it aliases too."),
            _("Average damps fine stripes: |cos πf| of them is left. Max damps the finest less."),
            _("BlurPool blurs what max gives; but max itself makes coarse stripes out of the "
              "finest, and no later blur removes those."),
        )
    )  # fmt: skip


# Swapped halves


@st.cache_data(max_entries=8, show_spinner=False)
def _swapped(name: str, language_: str, _x: np.ndarray) -> swap.Swap:
    return swap.swap_experiment(_x)


def _prepare_swap(state: State, matrix: np.ndarray) -> Prepared:
    x = _picture(state, matrix)
    found = _swapped(_digest(x), language(), x)
    return Prepared(_digest(x), (swap.swap_question(found),), partial(_show_swap, found))


def _show_swap(found: swap.Swap) -> None:
    left, right = st.columns(2)
    with left:
        _chart(map_chart(found.x, _("Before")), "swap.before", _("The picture"))
    with right:
        _chart(map_chart(found.swapped, _("Halves swapped")), "swap.after", _("Halves swapped"))
    st.table(
        {
            _("global pool"): [pair.title for pair in found.pairs],
            _("before"): [number(pair.before) for pair in found.pairs],
            _("after"): [number(pair.after) for pair in found.pairs],
            _("difference"): [number(pair.gap) for pair in found.pairs],
        }
    )
    _listed(
        (
            _("{moved} of {all} outputs of a 2 × 2 max pool are other numbers now.").format(
                moved=found.moved, all=found.windows
            ),
            _("The global pools cannot tell: what they throw away is where things are."),
            _("Good for “is there a face?”, fatal for “is the nose under the eyes?”."),
        )
    )


# Go


@st.cache_data(max_entries=4, show_spinner=False)
def _board(language_: str) -> go.Board:
    return go.go_experiment()


def _prepare_go(state: State, matrix: np.ndarray) -> Prepared:
    found = _board(language())
    return Prepared("go", (go.go_question(found),), partial(_show_go, found))


def _show_go(found: go.Board) -> None:
    first, second = st.columns(2)
    with first:
        _chart(
            board_chart(found.board, _("The game"), found.start),
            "go.board",
            _("The board"),
        )
    with second:
        _chart(
            board_chart(found.other, _("One stone elsewhere"), found.end),
            "go.other",
            _("The board with one stone moved by a point"),
        )
    for told, place in zip(found.told, st.columns(3), strict=True):
        with place:
            _chart(
                map_chart(told.output, told.title, "stones", -1, 1),
                f"go.{told.title}",
                _("{black} outputs say black, {white} white").format(
                    black=told.black, white=told.white
                ),
            )
    st.table(
        {
            _("2 × 2 pool"): [told.title for told in found.told],
            _("outputs that say black"): [told.black for told in found.told],
            _("that say white"): [told.white for told in found.told],
            _("in between"): [told.between for told in found.told],
        }
    )
    _listed(
        (
            _(
                "Both positions above have the same max-pooled board: one stone moved by one "
                "point, another game, and the network could not know."
            ),
            _("{n} points, the last row and column, lie in no window: 19 is odd.").format(
                n=found.unseen
            ),
            _("The networks that learned Go keep all 19 × 19 points through every convolution."),
        )
    )


# Cost


@st.cache_data(max_entries=1, show_spinner=False)
def _measured(turn: int) -> dict[str, tuple[cost.Timing, ...]]:
    return cost.measure()


def _prepare_cost(state: State, matrix: np.ndarray) -> Prepared:
    return Prepared("cost", (cost.cost_question(),), partial(_show_cost, state))


def _show_cost(state: State) -> None:
    turn = int(state.get("measured", 0))
    counts = [cost.cost(k) for k in cost.KERNELS]
    kernels = [float(each.kernel) for each in counts]
    st.markdown(f"**{_('Counted')}**")
    _chart(
        line_chart(
            [
                Line(_("max, every window for itself"), kernels, [c.direct for c in counts]),
                Line(_("max, rows then columns"), kernels, [c.separable for c in counts]),
                Line(_("convolution, one map"), kernels, [c.convolution for c in counts]),
            ],
            _("kernel size, stride 1"),
            _("operations"),
            log=True,
        ),
        "cost.counted",
        _("Operations against kernel size"),
    )
    st.markdown(f"**{_('Measured here and now')}**")
    timings = _measured(turn)
    _chart(
        line_chart(
            [
                Line(
                    _(cost.WAYS[name][0]),
                    [float(t.kernel) for t in found],
                    [t.median for t in found],
                    [t.least for t in found],
                    [t.most for t in found],
                )
                for name, found in timings.items()
            ],
            _("kernel size, stride 1"),
            _("milliseconds"),
            log=True,
        ),
        "cost.measured",
        _("Milliseconds against kernel size"),
    )
    st.caption(
        _(
            "Median of {n} runs on this server over {side} × {side} float32, with the range; "
            "others may be at work on it too."
        ).format(n=cost.REPEATS, side=cost.SIDE)
    )
    st.button(_("Measure again"), key="experiment.again", on_click=_again, args=(state, turn))
    with st.expander(_("Operations and bytes")):
        st.table(
            {
                _("kernel"): [c.kernel for c in counts],
                _("every window"): [f"{c.direct:,}" for c in counts],
                _("rows, columns"): [f"{c.separable:,}" for c in counts],
                _("convolution"): [f"{c.convolution:,}" for c in counts],
                _("bytes in and out"): [f"{c.least:,}" for c in counts],
                _("bytes of all windows"): [f"{c.windows:,}" for c in counts],
            }
        )
    _listed(
        (
            _("Taken literally the rule grows with k²; rows first and columns then, with 2k."),
            _("In and out are nearly the same bytes for every kernel; copies of windows are not."),
            _("A convolution also multiplies, and does so for every pair of maps."),
        )
    )


def _again(state: State, turn: int) -> None:
    state["measured"] = turn + 1


EXPERIMENTS: dict[str, Experiment] = {
    "shift": Experiment(
        N_("One pixel"),
        N_("The input moves by one pixel. What changes, and what does a blur repair?"),
        "Zhang, ICML 2019; Azulay & Weiss, JMLR 20, 2019",
        _prepare_shift,
    ),
    "noise": Experiment(
        N_("Two errors"),
        N_(
            "Noise in a window makes an output vary; perturbed filter weights before the pool move "
            "its mean. Which pool limits which?"
        ),
        "Boureau, Ponce & LeCun, ICML 2010; Zeiler & Fergus, ICLR 2013",
        _prepare_noise,
    ),
    "alias": Experiment(
        N_("Stride 2"),
        N_("Halving by a pool or by a convolution of stride 2: what happens to fine stripes?"),
        "Zhang, ICML 2019; Springenberg et al., ICLR workshop 2015",
        _prepare_alias,
    ),
    "swap": Experiment(
        N_("Swapped halves"),
        N_("Two parts of a picture change places. What does a global pool throw away?"),
        "Lin, Chen & Yan, ICLR 2014",
        _prepare_swap,
    ),
    "go": Experiment(
        N_("Go board"),
        N_("Black stones are 1, white −1, empty points 0. What does pooling make of a game?"),
        "Silver et al., Nature 529, 2016",
        _prepare_go,
    ),
    "cost": Experiment(
        N_("Cost"),
        N_("Operations, bytes and time of one plane, against the kernel size."),
        "van Herk, Pattern Recognition Letters 13, 1992; Gil & Werman, PAMI 15, 1993",
        _prepare_cost,
    ),
}
"""In the order of the menu."""
