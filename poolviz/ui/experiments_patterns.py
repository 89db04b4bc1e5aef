"""Experiments on patterns and counts: stripes, a Go board, the cost of a kernel."""

from functools import partial

import numpy as np
import streamlit as st

from poolviz.figures.experiments import Line, board_chart, line_chart, map_chart
from poolviz.numbers import number
from poolviz.text import _, language
from poolviz.ui.experiment import Prepared, chart, notices, slider
from poolviz.ui.share import State
from poolviz.ui.tables import small_table
from poolviz.wings.pooling.compare import alias, cost, go


@st.cache_data(max_entries=1, show_spinner=False)
def _aliased() -> alias.Alias:
    return alias.alias_experiment()


def halved_stripes(state: State, matrix: np.ndarray) -> Prepared:
    """Fine stripes under pools and under a convolution of stride 2."""
    slider(state, "frequency", _("Stripes in 100 cells"), 5, 50, "%d")
    f = state["frequency"] / 100
    return Prepared(f"{f}", (alias.alias_question(f),), partial(_show_alias, f))


def _show_alias(frequency: float) -> None:
    found, halved = _aliased(), alias.halved(frequency)
    names = {name: _(title) for name, (title, _run) in alias.POOLS.items()}
    st.markdown(f"**{_('The stripes, and every second cell of them')}**")
    chart(
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
    chart(
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
    small_table(
        {
            _("halves 64 maps"): [row.title for row in rows],
            _("weights"): [f"{row.weights:,}" for row in rows],
            _("multiplications an output"): [f"{row.multiplications:,}" for row in rows],
            _("sees"): [row.sees for row in rows],
        }
    )
    notices(
        (
            _("A convolution of stride 2 can learn to blur; nothing makes it, so it aliases too."),
            _("Average damps fine stripes: |cos πf| of them is left. Max damps the finest less."),
            _("BlurPool blurs what max gives; but max itself makes coarse stripes out of the "
              "finest, and no later blur removes those."),
        )
    )  # fmt: skip


@st.cache_data(max_entries=4, show_spinner=False)
def _board(language_: str) -> go.Board:
    return go.go_experiment()


def go_board(state: State, matrix: np.ndarray) -> Prepared:
    """A game of Go under pooling."""
    found = _board(language())
    return Prepared("go", (go.go_question(found),), partial(_show_go, found))


def _show_go(found: go.Board) -> None:
    first, second = st.columns(2)
    with first:
        chart(
            board_chart(found.board, _("The game"), found.start),
            "go.board",
            _("The board"),
        )
    with second:
        chart(
            board_chart(found.other, _("One stone elsewhere"), found.end),
            "go.other",
            _("The board with one stone moved by a point"),
        )
    for variant, told, place in zip(go.POOLS, found.told, st.columns(3), strict=True):
        with place:
            chart(
                map_chart(told.output, told.title, "stones", -1, 1),
                f"go.{type(variant).__name__}",
                _("{black} outputs say black, {white} white").format(
                    black=told.black, white=told.white
                ),
            )
    small_table(
        {
            _("2 × 2 pool"): [told.title for told in found.told],
            _("outputs that say black"): [told.black for told in found.told],
            _("that say white"): [told.white for told in found.told],
            _("in between"): [told.between for told in found.told],
        }
    )
    notices(
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


@st.cache_data(max_entries=1, ttl=60, show_spinner=False)
def _measured(turn: int) -> dict[str, tuple[cost.Timing, ...]]:
    return cost.measure()


def cost_of_kernels(state: State, matrix: np.ndarray) -> Prepared:
    """Operations, bytes and time against the kernel size."""
    return Prepared("cost", (cost.cost_question(),), partial(_show_cost, state))


def _show_cost(state: State) -> None:
    turn = int(state.get("measured", 0))
    counts = [cost.cost(k) for k in cost.KERNELS]
    kernels = [float(each.kernel) for each in counts]
    st.markdown(f"**{_('Counted')}**")
    chart(
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
    chart(
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
    st.button(_("Measure again"), key="experiment.measure", on_click=_again, args=(state, turn))
    with st.expander(_("Operations and bytes")):
        small_table(
            {
                _("kernel"): [c.kernel for c in counts],
                _("every window"): [f"{c.direct:,}" for c in counts],
                _("rows, columns"): [f"{c.separable:,}" for c in counts],
                _("convolution"): [f"{c.convolution:,}" for c in counts],
                _("bytes in and out"): [f"{c.least:,}" for c in counts],
                _("bytes of all windows"): [f"{c.windows:,}" for c in counts],
            }
        )
    notices(
        (
            _("Taken literally the rule grows with k²; rows first and columns then, with 2k."),
            _("In and out are nearly the same bytes for every kernel; copies of windows are not."),
            _("A convolution also multiplies, and does so for every pair of maps."),
        )
    )


def _again(state: State, turn: int) -> None:
    state["measured"] = turn + 1
