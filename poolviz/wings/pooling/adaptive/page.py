"""Adaptive pooling: the output size is given, and two rules disagree about the windows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from poolviz.pooling import Adaptive, Ordinal, Pooled, Variant
from poolviz.stage.cache import kept
from poolviz.stage.control import Control, Pair, Values
from poolviz.stage.page import Page
from poolviz.stage.part import CLASS, Chart, Fold, Formula, Numbers, Part, Play, Says, Stack, Table
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _, counted, titled
from poolviz.wings.pooling.adaptive.scene import (
    RULES,
    AxisWindows,
    adaptive_scene,
    axis_windows,
    back_again,
    conversion,
    lengths_question,
    ordinary,
)
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.filenames import geometry_name, slug
from poolviz.wings.pooling.core.own_f import own_f, own_f_control
from poolviz.wings.pooling.core.telling import frameworks, noticed, program

ADDRESS = "adaptive"
LARGEST_OUT = 28
LARGEST_SHOWN = 64 * 64
PARTING = "ramp"
"""The sample of 5 × 5 cells, at first: to 3 × 3 outputs the two rules differ."""
OUTPUT_SIZE = Control(
    "output_size",
    N_("Output size"),
    Pair(1, LARGEST_OUT, lambda values, axis: LARGEST_OUT, both=True),
    (3, 3),
)


@dataclass(frozen=True, eq=False)
class Run:
    """The input under both rules, and the windows of each axis."""

    x: np.ndarray
    variant: Variant
    size: tuple[int, int]
    runs: dict[str, Pooled]
    lines: tuple[AxisWindows, ...]

    @property
    def name(self) -> str:
        """What its files are called."""
        geometry = geometry_name(Adaptive(self.size))
        return f"{ADDRESS}-{slug(type(self.variant).__name__)}-{geometry}"

    @property
    def distinct(self) -> tuple[AxisWindows, ...]:
        """One line for both axes where they are alike."""
        rows, cols = self.lines
        if (rows.n, rows.out) != (cols.n, cols.out):
            return self.lines
        return (replace(rows, name=_("rows and columns")),)

    @property
    def example(self) -> tuple[AxisWindows, ...]:
        """Where both rules agree about every axis: the smallest sizes about which they do not."""
        if not all(all(line.agree) for line in self.lines):
            return ()
        return (replace(axis_windows((5, 5), (3, 3))[0], name=_("an example")),)


def run_of(values: Values) -> Pooled:
    """The chosen variant under PyTorch's rule."""
    return _pooled(values, "torch")


def _pooled(values: Values, rule: str) -> Pooled:
    geometry = Adaptive(values["output_size"], rule=rule)
    return shared.pooled(shared.matrix_of(values), shared.chosen_variant(values), geometry)


def compute(values: Values) -> Run:
    """Both rules over the chosen input."""
    x, size = shared.matrix_of(values), values["output_size"]
    runs = {rule: _pooled(values, rule) for rule in RULES}
    return Run(x, shared.chosen_variant(values), size, runs, tuple(axis_windows(x.shape, size)))


def asked(run: Run) -> tuple[Question, ...]:
    """How long PyTorch's windows are, about each axis; where both rules agree, elsewhere."""
    if run.example:
        shown = {"sample": PARTING, "matrix": None, "output_size": (3, 3)}
        return tuple(replace(lengths_question(line), example=shown) for line in run.example)
    return tuple(replace(lengths_question(line), step=0) for line in run.distinct)


def view(run: Run) -> tuple[Part, ...]:
    """Both rules played, then compared window by window; then what to notice, one's own f, code."""
    tells = CLASS if run.example else len(run.distinct)
    titles = {"torch": _("PyTorch's rule"), "equal": _("Equal windows")}
    torch, equal = run.runs["torch"].output, run.runs["equal"].output
    differ = counted(
        torch.size,
        _("**The one output is the same** under both rules."),
        _("**{differ} of {n} outputs differ** between the two rules for this input."),
    ).format(differ=int((torch != equal).sum()))
    axes = zip(("rows", "columns"), run.distinct, strict=False)
    return (
        _picture(run),
        Formula(run.variant.formula, screen=False),
        *(
            Stack(compared(line, name), tells=CLASS if run.example else asked_before)
            for asked_before, (name, line) in enumerate(axes, start=1)
        ),
        *(Stack(compared(line, "example"), tells=1) for line in run.example),
        Says(differ, tells=tells),
        *(
            Numbers(each.output, titles[rule], name=f"{run.name}-{rule}", tells=tells)
            for rule, each in run.runs.items()
        ),
        _notice(),
        own_f(run.runs["torch"], isinstance(run.variant, Ordinal)),
        frameworks(run.runs["torch"]),
        program(run.runs["torch"]),
        Says(_("Source: {reference}").format(reference="torch.nn.AdaptiveAvgPool2d"), "caption"),
    )


def _picture(run: Run) -> Part:
    if run.x.size > LARGEST_SHOWN:
        text = _("An input over 64 × 64 is too large to play here; the windows are drawn below.")
        return Says(text, "info")
    return Play(partial(_scene, run), marks=True, name=run.name)


def _scene(run: Run, hidden: int | None) -> Scene:
    return _kept_scene(run.x, run.variant, run.size, hidden is not None and not run.example)


@kept
def _kept_scene(x: np.ndarray, variant: Variant, size: tuple[int, int], hidden: bool) -> Scene:
    scene = adaptive_scene(x, variant, size, hidden)
    assert scene.wire  # computed here, once
    return scene


def compared(line: AxisWindows, name: str) -> tuple[Part, ...]:
    """One axis: the chart, the sentence, the table; ``name`` is in the name of its file."""
    agree = sum(line.agree)
    title = titled(line.name.capitalize(), f"{line.n} → {line.out}")
    verdict = counted(
        line.out,
        _("**The one window is the whole axis under both rules.** {conversion}"),
        _("**{agree} of {n} windows agree.** {conversion}"),
    ).format(agree=agree, conversion=conversion(line))
    if back_again(line):
        kernel, stride = ordinary(line)
        back = _(
            "And back, with kernel {kernel} and stride {stride}: "
            "⌊({n} − {kernel}) / {stride}⌋ + 1 = {out}."
        ).format(kernel=kernel, stride=stride, n=line.n, out=line.out)
        verdict = f"{verdict}\n\n{back}"
    alt = _("Windows that are the same under both rules: {agree} of {out}").format(
        agree=agree, out=line.out
    )
    chart = f"{ADDRESS}-windows-{name}-{line.n}-to-{line.out}"
    table = _("The table for these sizes: {axis}").format(axis=line.name)
    return (
        Says(title, "heading"),
        Chart(partial(_chart, line), alt, name=chart),
        Says(verdict),
        Fold(table, partial(_table, line), name=f"table-{name}"),
    )


@kept
def _chart(line: AxisWindows) -> Any:
    from poolviz.figures.adaptive import span_chart  # Plotly, only where a chart is shown

    return span_chart(line.n, line.torch, line.equal, line.name)


def _table(line: AxisWindows) -> tuple[Part, ...]:
    columns: dict[str, Sequence[object]] = {_("window"): list(range(line.out))}
    rules = (_("PyTorch's rule"), line.torch), (_("equal windows"), line.equal)
    for rule, spans in rules:
        columns |= {
            titled(rule, _("start")): [start for start, _end in spans],
            titled(rule, _("end")): [end - 1 for _start, end in spans],
            titled(rule, _("length")): [end - start for start, end in spans],
        }
    columns[_("the same")] = [_("yes") if same else _("no") for same in line.agree]
    return (Table(columns),)


def _notice() -> Stack:
    lines = (
        _("Where the output size divides the input, both rules are the same ordinary pool."),
        _("With one output both rules look at everything: global average or global max."),
        _("Both rules cover every cell; where they differ, equal windows overlap more."),
        _("Asked for more outputs than cells, PyTorch repeats cells."),
    )
    return Stack(noticed(lines), tells=CLASS)


ADAPTIVE = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Adaptive"),
    icon="fit_width",
    shows=N_("Give the output size, and see where PyTorch's windows and equal ones differ."),
    intro=N_("You give the output size; the windows follow, by one of two rules."),
    controls=(
        replace(shared.INPUT[0], default=PARTING),
        *shared.INPUT[1:],
        *shared.VARIANT,
        OUTPUT_SIZE,
        shared.MODE,
        shared.STEP,
        own_f_control(run_of),
    ),
    run=compute,
    view=view,
    questions=asked,
    file_name=lambda run: run.name,
    shares=shared.SHARES,
)
