"""One input under several variants at once: the same window, the answers side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import Operated, Pooled
from poolviz.stage.question import Choice, Question
from poolviz.stage.scene import Kind, Panel, Scene, Track
from poolviz.text import _, clauses, counted, listed, titled
from poolviz.wings.pooling.compare.operators import (
    Ran,
    block,
    gradient_panels,
    in_step,
    largest_gradient,
    output_panels,
    title_of,
)
from poolviz.wings.pooling.core.window_scene import SPOKEN, Frame, Region, value_range, window
from poolviz.wings.pooling.gradients.scene import flow, index_of

DIRECTIONS = ("forward", "backward")
LISTED = 4
"""Windows with more cells than this are not listed in sentences on several variants."""
LARGEST_SENT = 45_000
"""Runs x steps x cells of a window up to which a gradient is played step by step."""


def compare_scene(
    runs: Sequence[Pooled],
    direction: str = "forward",
    region: Region | None = None,
    hidden: bool = False,
    palette: str = "sequence",
    more: Sequence[Operated] = (),
) -> Scene:
    """A step an output cell; each run writes its output, or adds its gradient of ones.

    The runs share input and geometry; ``more`` are operators over the same input. While ``hidden``
    no answer is in the scene. Where too much would be added to be sent, the panels show the whole
    gradient from the start.
    """
    region = region or Region.of(runs[0].output.shape)
    frame = Frame(runs[0], region.cells)
    low, high = value_range(runs[0].x)
    first = Panel(
        "input", _("Input"), frame.values, low, high, palette, kind=frame.kind, origin=frame.origin
    )
    side = _outputs if direction == "forward" else _gradients
    panels, tracks, told = side(runs, more, region, frame, hidden, palette)
    return Scene(
        _("Side by side"), (first, *panels), (Track("input", frame.lit), *tracks), told, "share"
    )


Side = tuple[list[Panel], list[Track], tuple[str, ...]]


def _outputs(
    runs: Sequence[Pooled],
    more: Sequence[Operated],
    region: Region,
    frame: Frame,
    hidden: bool,
    palette: str,
) -> Side:
    panels, tracks = output_panels(runs, more, region, hidden, palette)
    if hidden:
        asks = _("Output row {row}, column {column}: what does each variant write?")
        return panels, tracks, _asked(asks, region)
    all_: tuple[Ran, ...] = (*runs, *more)
    together = [run for run in all_ if in_step(run, runs[0])]
    values = [[number(v) for v in block(run.output, region).ravel()] for run in together]
    return panels, tracks, _listed(together, values)


def _gradients(
    runs: Sequence[Pooled],
    more: Sequence[Operated],
    region: Region,
    frame: Frame,
    hidden: bool,
    palette: str,
) -> Side:
    cells = region.cells
    inside = index_of(runs[0], cells) >= 0
    ones = np.ones(runs[0].output.shape)
    sent = [np.where(inside, flow(run, ones, cells), 0) for run in runs]
    totals = [np.zeros(frame.values.size) for _run in runs]
    for total, rows in zip(totals, sent, strict=True):
        np.add.at(total, np.maximum(frame.lit, 0), np.where(frame.lit >= 0, rows, 0))
    finite = np.concatenate([total[np.isfinite(total)] for total in totals])
    most = max(float(np.abs(finite).max(initial=0)), largest_gradient(more)) or 1.0
    played = inside.size * len(runs) <= LARGEST_SENT
    kind = frame.kind
    if hidden:
        kind = np.full(frame.values.shape, Kind.SECRET, dtype=np.uint8)
    panels = [
        Panel(
            f"dx {i}", _(run.variant.title), total.reshape(frame.values.shape), -most, most,
            "diverging", "summed" if played else "always", kind, origin=frame.origin,
        )
        for i, (run, total) in enumerate(zip(runs, totals, strict=True))
    ]  # fmt: skip
    beside = gradient_panels(more, frame, hidden, most)
    if hidden:
        asks = _("Output row {row}, column {column} sends 1 back: who receives what?")
        tracks = [Track(panel.name, frame.lit) for panel in panels]
        return panels + beside, tracks, _asked(asks, region)
    tracks = [
        Track(panel.name, frame.lit, *(_added(rows, most) if played else ()))
        for panel, rows in zip(panels, sent, strict=True)
    ]
    return panels + beside, tracks, _listed(runs, [_received(rows) for rows in sent])


def _added(sent: np.ndarray, most: float) -> tuple[Any, ...]:
    """The columns of a track behind its cells: weights, and at the end what is added.

    Many steps go without what the eye cannot see: areas, and digits below 1e-4 of the colours.
    """
    if len(sent) <= SPOKEN:
        return sent.astype(np.float32), None, "", None, sent
    fine = 1e-4 * most
    return None, None, "", None, np.round(sent / fine) * fine


def _asked(text: str, region: Region) -> tuple[str, ...]:
    return tuple(text.format(row=row, column=col) for row, col in region.cells.tolist())


def _listed(runs: Sequence[Ran], told: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A sentence a step: every variant's title and what it has to say."""
    titles = [title_of(run) for run in runs]
    return tuple(
        clauses(titled(title, text) for title, text in zip(titles, step, strict=True))
        for step in zip(*told, strict=True)
    )


def _received(sent: np.ndarray) -> list[str]:
    """What the cells of each window receive, when its output sends 1."""
    if sent.shape[1] <= LISTED:
        return [numbers(row.round(4)) for row in sent]
    counts, most = (sent != 0).sum(1), sent.max(1).round(4)
    text = _("{cells}, at most {most}")
    return [
        text.format(cells=counted(int(n), _("{n} cell"), _("{n} cells")), most=number(m))
        for n, m in zip(counts, most, strict=True)
    ]


@dataclass(frozen=True)
class Statistics:
    """One run in numbers: of its output, and of the gradient when every output sends 1.

    ``detail``: the spread of the output over that of the input, in percent. ``reached``: input
    cells that receive a gradient.
    """

    title: str
    mean: float
    spread: float
    least: float
    most: float
    detail: float
    sent: float
    received: float
    reached: int
    largest: float


def statistics(run: Ran) -> Statistics:
    """The numbers of a run."""
    y, x = run.output.astype(float), run.x.astype(float)
    with np.errstate(all="ignore"):
        dx = run.backward(np.ones(run.output.shape))
        spread, before = float(y.std()), float(x.std())
        return Statistics(
            title_of(run),
            float(y.mean()),
            spread,
            float(y.min()),
            float(y.max()),
            100 * spread / before if before > 0 else 0.0,
            float(y.size),
            float(dx.sum()),
            int((dx != 0).sum()),
            float(dx.max()),
        )


def differences(found: Sequence[Statistics]) -> list[str]:
    """Where these variants part, in sentences with their numbers."""
    detail, reached = attrgetter("detail"), attrgetter("reached")
    rich, poor = max(found, key=detail), min(found, key=detail)
    few, many = min(found, key=reached), max(found, key=reached)
    lines = [
        _("{a} keeps most of the input's spread, {x} %; {b} least, {y} %.").format(
            a=rich.title, x=number(rich.detail), b=poor.title, y=number(poor.detail)
        )
    ]
    if few.reached < many.reached:
        lines.append(
            _("The gradient of {a} reaches {cells}, that of {b} {y}.").format(
                a=few.title,
                cells=counted(few.reached, _("{n} cell"), _("{n} cells")),
                b=many.title,
                y=many.reached,
            )
        )
    lost = [each for each in found if not np.isclose(each.received, each.sent)]
    lines += [
        _("{a} receives {x} in all for {y} sent: its weights do not add up to 1.").format(
            a=each.title, x=number(round(each.received, 4)), y=number(each.sent)
        )
        for each in lost
    ]
    if not lost:
        lines.append(_("All that is sent back arrives: their weights add up to 1."))
    return lines


def largest_question(runs: Sequence[Pooled], cell: tuple[int, ...] = (0, 0)) -> Question:
    """Which of the variants writes the largest number into an output cell, by default the first?"""
    w, seen = window(runs[0], cell)
    values = [float(run.output[cell]) for run in runs]
    top = max((v for v in values if not np.isnan(v)), default=np.nan)
    all_ = listed(
        f"{_(run.variant.title)} {number(v)}" for run, v in zip(runs, values, strict=True)
    )
    text = _("The first window holds {cells}. Which of these writes the largest number?")
    if any(cell):
        text = _(
            "The window of output row {row}, column {column} holds {cells}. Which of these writes "
            "the largest number?"
        )
    text = text.format(
        cells=numbers(w[seen]) or _("no cell of the input"), row=cell[0], column=cell[1]
    )
    right = [bool(v == top) or (np.isnan(top) and i == 0) for i, v in enumerate(values)]
    choices = tuple(
        Choice(
            _(run.variant.title),
            right[i],
            _("It writes {value}. All of them: {listed}.").format(
                value=number(values[i]), listed=all_
            )
            if right[i]
            else _("It writes {value} here.").format(value=number(values[i])),
        )
        for i, run in enumerate(runs)
    )
    return Question(text, choices)
