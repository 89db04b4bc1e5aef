"""What it costs: a receipt by layer, the weights in memory, both sides doubled, ResNet-50."""

from functools import partial
from typing import Any

from poolviz.attention.cost import counted
from poolviz.numbers import number
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.part import (
    Chart,
    Fold,
    Inquiry,
    Metrics,
    Now,
    Part,
    Place,
    Says,
    Table,
)
from poolviz.text import _
from poolviz.wings.attention.reach.controls import COST
from poolviz.wings.attention.reach.questions import doubled_question, percent
from poolviz.wings.attention.reach.receipts import (
    BLOCKS,
    MIB,
    Receipt,
    block_title,
    inside_resnet,
    receipt_of,
)

PREFIXES = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"), (1, ""))


def short(count: int, unit: str) -> str:
    """A large count with its prefix.

    >>> short(108_152_013_952, "FLOP"), short(532_480, "MAC"), short(0, "MAC")
    ('108.15 GFLOP', '532.48 kMAC', '0 MAC')
    """
    size, prefix = next(((s, p) for s, p in PREFIXES if count >= s), (1, ""))
    return f"{count / size:.2f} {prefix}{unit}" if size > 1 else f"{count} {unit}"


def megabytes(bytes_: int) -> str:
    """Bytes in MiB.

    >>> megabytes(354_117_124), megabytes(7_263_748), megabytes(0)
    ('337.7 MiB', '6.93 MiB', '0')
    """
    if not bytes_:
        return "0"
    size = bytes_ / MIB
    return f"{size:.1f} MiB" if size >= 100 else f"{number(size, 3)} MiB"


def bill(values: Values) -> Inquiry:
    """A block's receipt; how it grows is asked first."""
    run = receipt_of(values["block"], values)
    full = receipt_of("position", values)
    question = doubled_question(full.grid, full.entries, full.doubled.entries)
    asks = BLOCKS[values["block"]].asks
    return Inquiry(
        (question,),
        COST,
        (
            Place(("block",)),
            Place(("channels", "sizes", "convention", *asks), across=True),
        ),
        (
            Now(lambda moment: receipt_parts(run, block_title(values["block"]))),
            Now(lambda moment: grown(values), tells=1),
            Says(
                _(
                    "Not counted: biases, softmax, batch norm, ReLU. A count is not a time: few "
                    "large products run faster than many small ones."
                ),
                "caption",
            ),
            Fold(
                _("Inside ResNet-50"), partial(resnet_parts, values["convention"]),
                name="resnet", icon="layers",
            ),
        ),
        _("What doubling does is shown when the question is answered."),
        name=COST,
    )  # fmt: skip


def receipt_parts(run: Receipt, title: str) -> tuple[Part, ...]:
    """The lines of a block, exactly; the sum; the memory of its weights."""
    total = max(run.total, 1)
    unit = run.convention
    columns = {
        _("line"): [each.what for each in run.lines] + [_("together")],
        unit: [f"{each.macs:,}" for each in run.lines] + [f"{run.total:,}"],
        _("share"): [percent(each.macs / total) for each in run.lines] + [percent(1)],
    }
    named = _("1 MAC is one multiply-add.") if unit == "MAC" else _("1 multiply-add counts 2 FLOP.")
    alt = ", ".join(f"{each.what}: {short(each.macs, unit)}" for each in run.lines)
    rows, cols = run.grid
    name = f"reach-receipt-{run.channels}-{rows}x{cols}-{unit.lower()}"
    return (
        Metrics(
            (
                (_("together"), short(run.total, unit)),
                (_("parameters"), f"{run.parameters:,}"),
                (_("weights W"), f"{run.entries:,}"),
                (_("W in float32"), megabytes(run.memory)),
            )
        ),
        Chart(partial(_chart, run, title), f"{title}. {alt}", name=name),
        Table(columns),
        Says(named, "caption"),
    )


@kept
def _chart(run: Receipt, title: str) -> Any:
    from poolviz.figures.experiments import bar_chart

    size, prefix = next((s, p) for s, p in PREFIXES if max(run.total, 1) >= s)
    names = [each.what for each in run.lines]
    return bar_chart(
        names, [each.macs / size for each in run.lines], None, f"{prefix}{run.convention}", title
    )


def grown(values: Values) -> tuple[Part, ...]:
    """Every block at this size, and how many times as much it is with both sides doubled."""
    runs = {name: receipt_of(name, values) for name in BLOCKS}
    unit = values["convention"]
    rows, cols = values["sizes"]
    text = _("Both sides doubled, from {rows} × {columns} to {more} × {wide}").format(
        rows=rows, columns=cols, more=2 * rows, wide=2 * cols
    )
    columns = {
        _("block"): [block_title(name) for name in runs],
        _("parameters"): [f"{run.parameters:,}" for run in runs.values()],
        unit: [short(run.total, unit) for run in runs.values()],
        _("{unit}, doubled").format(unit=unit): [
            _times(run.doubled.total, run.total) for run in runs.values()
        ],
        _("W in float32"): [megabytes(run.memory) for run in runs.values()],
        _("W, doubled"): [_times(run.doubled.entries, run.entries) for run in runs.values()],
    }
    why = _(
        "4 times as many cells: where all ask all, W is × 16; along rows and columns about × 8; "
        "with a fixed number of keys, or one query for all, × 4."
    )
    return Says(text, "heading"), Table(columns), Says(why)


def _times(after: int, before: int) -> str:
    return f"× {number(after / before, 3)}" if before else "–"


def resnet_parts(convention: str) -> tuple[Part, ...]:
    """ResNet-50 with blocks where their papers put them."""
    rows = inside_resnet()
    base = rows[0]
    columns = {
        _("network"): [row.title for row in rows],
        _("parameters"): [f"{row.parameters:,}" for row in rows],
        _("more"): [
            percent(row.parameters / base.parameters - 1) if row is not base else "–"
            for row in rows
        ],
        convention: [short(counted(row.macs, convention), convention) for row in rows],
    }
    told = _(
        "ResNet-50 for 224 × 224 pixels, a stage's stride in its first 1 × 1 convolution. Counted "
        "are convolutions, the linear layer and all lines of a block's receipt."
    )
    return Table(columns), Says(told, "caption")
