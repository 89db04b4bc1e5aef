"""Experiments on patterns and counts: stripes, a Go board, the cost of a kernel."""

from collections.abc import Sequence
from functools import partial
from time import monotonic

import numpy as np

from poolviz.numbers import number
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.part import Fold, Part, Row, Says, Sets, Table
from poolviz.text import _
from poolviz.wings.pooling.compare import alias, cost, go
from poolviz.wings.pooling.compare.experiment import Prepared, chart, notices, titles

_aliased = kept(alias.alias_experiment)
_board = kept(go.go_experiment)


def halved_stripes(values: Values) -> Prepared:
    """Fine stripes under pools and under a convolution of stride 2."""
    f = values["frequency"] / 100
    return Prepared(f"{f}", (alias.alias_question(f),), partial(_after_halving, f))


def _after_halving(frequency: float) -> tuple[Part, ...]:
    names, seen = titles(alias.POOLS), alias.alias_of(frequency)
    halved, aliased = alias.halved(frequency), _aliased()
    alt = _("Stripes with a period of {p} cells look like a period of {q} cells").format(
        p=number(round(1 / frequency, 2)), q=number(round(1 / seen, 2)) if seen > 1e-9 else "∞"
    )
    stripes = chart(
        lambda draw: draw.line_chart(
            [
                draw.Line(_("stripes"), range(halved.x.size), halved.x),
                draw.Line(names["every"], halved.at, halved.outputs["every"]),
                draw.Line(names["average"], halved.at + 0.5, halved.outputs["average"]),
            ],
            _("cell"),
            _("value"),
        ),
        "stripes", alt, frequency,
    )  # fmt: skip
    strength = chart(
        lambda draw: draw.line_chart(
            [
                draw.Line(names[name], aliased.frequencies, kept_, marks=False)
                for name, kept_ in aliased.kept.items()
            ],
            _("stripes a cell"),
            _("strength, 1 as before"),
            limit=(alias.LIMIT, _("beyond: all of it is alias")),
        ),
        "alias", _("Strength of stripes after each pool"),
    )  # fmt: skip
    rows = alias.halvings()
    table = {
        _("halves 64 maps"): [row.title for row in rows],
        _("weights"): [f"{row.weights:,}" for row in rows],
        _("multiplications an output"): [f"{row.multiplications:,}" for row in rows],
        _("sees"): [row.sees for row in rows],
    }
    return (
        Says(f"**{_('The stripes, and every second cell of them')}**"),
        stripes,
        Says(f"**{_('How strong stripes come out')}**"),
        strength,
        Table(table),
        *notices(
            _("A convolution of stride 2 can learn to blur; nothing makes it, so it aliases too."),
            _("Average damps fine stripes: |cos πf| of them is left. Max damps the finest less."),
            _(
                "BlurPool blurs what max gives; but max itself makes coarse stripes out of the "
                "finest, and no later blur removes those."
            ),
        ),
    )


def go_board(values: Values) -> Prepared:
    """A game of Go under pooling."""
    return Prepared("go", (go.go_question(_board()),), _after_go)


def _after_go() -> tuple[Part, ...]:
    board = _board()
    said = _("{black} outputs say black, {white} white")
    pooled = tuple(
        _map(f"go.{type(variant).__name__}", said.format(black=each.black, white=each.white), each)
        for variant, each in zip(go.POOLS, board.told, strict=True)
    )
    table: dict[str, Sequence[object]] = {
        _("2 × 2 pool"): [each.title for each in board.told],
        _("outputs that say black"): [each.black for each in board.told],
        _("that say white"): [each.white for each in board.told],
        _("in between"): [each.between for each in board.told],
    }
    moved = _("The board with one stone moved by a point")
    games = (
        _game("board", _("The board"), _("The game"), board.board, board.start),
        _game("other", moved, _("One stone elsewhere"), board.other, board.end),
    )
    return (
        Row(games),
        Row(pooled),
        Table(table),
        *notices(
            _(
                "Both positions above have the same max-pooled board: one stone moved by one "
                "point, another game, and the network could not know."
            ),
            _("{n} points, the last row and column, lie in no window: 19 is odd.").format(
                n=board.unseen
            ),
            _("The networks that learned Go keep all 19 × 19 points through every convolution."),
        ),
    )


def _game(key: str, alt: str, title: str, board: np.ndarray, ring: tuple[int, int]) -> Part:
    return chart(lambda draw: draw.board_chart(board, title, ring), f"go.{key}", alt)


def _map(key: str, alt: str, told: go.Told) -> Part:
    return chart(lambda draw: draw.map_chart(told.output, told.title, "stones", -1, 1), key, alt)


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
    counts = [cost.cost(k) for k in cost.KERNELS]
    size = _("kernel size, stride 1")
    counted = chart(
        lambda draw: draw.line_chart(
            [
                draw.Line(
                    _("max, every window for itself"), cost.KERNELS, [c.direct for c in counts]
                ),
                draw.Line(
                    _("max, rows then columns"), cost.KERNELS, [c.separable for c in counts]
                ),
                draw.Line(_("convolution, one map"), cost.KERNELS, [c.convolution for c in counts]),
            ],
            size,
            _("operations"),
            log=True,
        ),
        "cost.counted", _("Operations against kernel size"),
    )  # fmt: skip
    measured = chart(
        lambda draw: draw.line_chart(
            [
                draw.Line(_(cost.WAYS[name][0]), *zip(*timings, strict=True))
                for name, timings in cost.measure().items()
            ],
            size,
            _("milliseconds"),
            log=True,
        ),
        "cost.measured", _("Milliseconds against kernel size"), (turn, int(monotonic() // FRESH)),
    )  # fmt: skip
    table: dict[str, Sequence[object]] = {
        _("kernel"): cost.KERNELS,
        _("every window"): [f"{c.direct:,}" for c in counts],
        _("rows, columns"): [f"{c.separable:,}" for c in counts],
        _("convolution"): [f"{c.convolution:,}" for c in counts],
        _("bytes in and out"): [f"{c.least:,}" for c in counts],
        _("bytes of all windows"): [f"{c.windows:,}" for c in counts],
    }
    return (
        Says(f"**{_('Counted')}**"),
        counted,
        Says(f"**{_('Measured here and now')}**"),
        measured,
        Says(about, "caption"),
        Sets(((_("Measure again"), {"measured": turn + 1}),), name="measure"),
        Fold(_("Operations and bytes"), lambda: (Table(table),), name="bytes"),
        *notices(
            _("Taken literally the rule grows with k²; rows first and columns then, with 2k."),
            _("In and out are nearly the same bytes for every kernel; copies of windows are not."),
            _("A convolution also multiplies, and does so for every pair of maps."),
        ),
    )
