"""Experiments on patterns and counts: stripes, a Go board, the cost of a kernel."""

from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Any

from poolviz.numbers import number
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.part import Fold, Part, Row, Says, Sets, Table
from poolviz.text import _
from poolviz.wings.pooling.compare import alias, cost, go
from poolviz.wings.pooling.compare.experiment import Prepared, chart, notices

_aliased = kept(alias.alias_experiment)
_board = kept(go.go_experiment)


def halved_stripes(values: Values) -> Prepared:
    """Fine stripes under pools and under a convolution of stride 2."""
    f = values["frequency"] / 100
    return Prepared(f"{f}", (alias.alias_question(f),), partial(_after_halving, f))


def _after_halving(frequency: float) -> tuple[Part, ...]:
    seen = alias.alias_of(frequency)
    alt = _("Stripes with a period of {p} cells look like a period of {q} cells").format(
        p=number(round(1 / frequency, 2)), q=number(round(1 / seen, 2)) if seen > 1e-9 else "∞"
    )
    rows = alias.halvings()
    table = {
        _("halves 64 maps"): [row.title for row in rows],
        _("weights"): [f"{row.weights:,}" for row in rows],
        _("multiplications an output"): [f"{row.multiplications:,}" for row in rows],
        _("sees"): [row.sees for row in rows],
    }
    return (
        Says(f"**{_('The stripes, and every second cell of them')}**"),
        chart(partial(_stripes_chart, frequency), "stripes", alt),
        Says(f"**{_('How strong stripes come out')}**"),
        chart(_alias_chart, "alias", _("Strength of stripes after each pool")),
        Table(table),
        *notices(
            (
                _(
                    "A convolution of stride 2 can learn to blur; nothing makes it, so it aliases "
                    "too."
                ),
                _(
                    "Average damps fine stripes: |cos πf| of them is left. Max damps the finest "
                    "less."
                ),
                _(
                    "BlurPool blurs what max gives; but max itself makes coarse stripes out of the "
                    "finest, and no later blur removes those."
                ),
            )
        ),
    )


@kept
def _stripes_chart(frequency: float) -> Any:
    from poolviz.figures.experiments import Line, line_chart  # Plotly, only where it is drawn

    halved = alias.halved(frequency)
    names = {name: _(title) for name, (title, _run) in alias.POOLS.items()}
    middle = (halved.at + 0.5).tolist()
    lines = [
        Line(_("stripes"), list(range(halved.x.size)), halved.x.tolist()),
        Line(names["every"], halved.at.tolist(), halved.outputs["every"].tolist()),
        Line(names["average"], middle, halved.outputs["average"].tolist()),
    ]
    return line_chart(lines, _("cell"), _("value"))


@kept
def _alias_chart() -> Any:
    from poolviz.figures.experiments import Line, line_chart

    aliased = _aliased()
    lines = [
        Line(_(alias.POOLS[name][0]), aliased.frequencies.tolist(), strength.tolist(), marks=False)
        for name, strength in aliased.kept.items()
    ]
    return line_chart(
        lines,
        _("stripes a cell"),
        _("strength, 1 as before"),
        limit=(alias.LIMIT, _("beyond: all of it is alias")),
    )


def go_board(values: Values) -> Prepared:
    """A game of Go under pooling."""
    return Prepared("go", (go.go_question(_board()),), _after_go)


def _after_go() -> tuple[Part, ...]:
    board = _board()
    pooled = tuple(
        chart(
            partial(_pooled_chart, i),
            f"go.{type(variant).__name__}",
            _("{black} outputs say black, {white} white").format(
                black=each.black, white=each.white
            ),
        )
        for i, (variant, each) in enumerate(zip(go.POOLS, board.told, strict=True))
    )
    table: dict[str, Sequence[object]] = {
        _("2 × 2 pool"): [each.title for each in board.told],
        _("outputs that say black"): [each.black for each in board.told],
        _("that say white"): [each.white for each in board.told],
        _("in between"): [each.between for each in board.told],
    }
    moved = _("The board with one stone moved by a point")
    return (
        Row(
            (
                chart(partial(_board_chart, False), "go.board", _("The board")),
                chart(partial(_board_chart, True), "go.other", moved),
            )
        ),
        Row(pooled),
        Table(table),
        *notices(
            (
                _(
                    "Both positions above have the same max-pooled board: one stone moved by one "
                    "point, another game, and the network could not know."
                ),
                _("{n} points, the last row and column, lie in no window: 19 is odd.").format(
                    n=board.unseen
                ),
                _(
                    "The networks that learned Go keep all 19 × 19 points through every "
                    "convolution."
                ),
            )
        ),
    )


@kept
def _board_chart(other: bool) -> Any:
    from poolviz.figures.experiments import board_chart

    board = _board()
    if other:
        return board_chart(board.other, _("One stone elsewhere"), board.end)
    return board_chart(board.board, _("The game"), board.start)


@kept
def _pooled_chart(which: int) -> Any:
    from poolviz.figures.experiments import map_chart

    pooled = _board().told[which]
    return map_chart(pooled.output, pooled.title, "stones", -1, 1)


def cost_of_kernels(values: Values) -> Prepared:
    """Operations, bytes and time against the kernel size."""
    result = partial(_after_cost, values["measured"])
    return Prepared("cost", (cost.cost_question(),), result)


FRESH = 60
"""Seconds for which a measurement stands for everyone who has not asked for another one."""


def _after_cost(turn: int) -> tuple[Part, ...]:
    about = _(
        "Median of {n} runs on this server over {side} × {side} float32, with the range; "
        "others may be at work on it too."
    ).format(n=cost.REPEATS, side=cost.SIDE)
    return (
        Says(f"**{_('Counted')}**"),
        chart(_counted_chart, "cost.counted", _("Operations against kernel size")),
        Says(f"**{_('Measured here and now')}**"),
        chart(
            partial(_measured_chart, turn),
            "cost.measured",
            _("Milliseconds against kernel size"),
        ),
        Says(about, "caption"),
        Sets(((_("Measure again"), {"measured": turn + 1}),), name="measure"),
        Fold(_("Operations and bytes"), _bytes_table, name="bytes"),
        *notices(
            (
                _("Taken literally the rule grows with k²; rows first and columns then, with 2k."),
                _(
                    "In and out are nearly the same bytes for every kernel; copies of windows are "
                    "not."
                ),
                _("A convolution also multiplies, and does so for every pair of maps."),
            )
        ),
    )


@kept
def _counted_chart() -> Any:
    from poolviz.figures.experiments import Line, line_chart

    counts = [cost.cost(k) for k in cost.KERNELS]
    kernels = [float(each.kernel) for each in counts]
    return line_chart(
        [
            Line(_("max, every window for itself"), kernels, [c.direct for c in counts]),
            Line(_("max, rows then columns"), kernels, [c.separable for c in counts]),
            Line(_("convolution, one map"), kernels, [c.convolution for c in counts]),
        ],
        _("kernel size, stride 1"),
        _("operations"),
        log=True,
    )


def _measured_chart(turn: int) -> Any:
    return _timed_chart(turn, int(monotonic() // FRESH))


@kept
def _timed_chart(turn: int, minute: int) -> Any:
    from poolviz.figures.experiments import Line, line_chart

    lines = [
        Line(
            _(cost.WAYS[name][0]),
            [float(t.kernel) for t in timings],
            [t.median for t in timings],
            [t.least for t in timings],
            [t.most for t in timings],
        )
        for name, timings in cost.measure().items()
    ]
    return line_chart(lines, _("kernel size, stride 1"), _("milliseconds"), log=True)


def _bytes_table() -> tuple[Part, ...]:
    counts = [cost.cost(k) for k in cost.KERNELS]
    table: dict[str, Sequence[object]] = {
        _("kernel"): [c.kernel for c in counts],
        _("every window"): [f"{c.direct:,}" for c in counts],
        _("rows, columns"): [f"{c.separable:,}" for c in counts],
        _("convolution"): [f"{c.convolution:,}" for c in counts],
        _("bytes in and out"): [f"{c.least:,}" for c in counts],
        _("bytes of all windows"): [f"{c.windows:,}" for c in counts],
    }
    return (Table(table),)
