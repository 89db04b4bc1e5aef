"""Poolings with a shape of their own beside variants: their outputs, gradients and how they differ.

An operator whose output has the shape of the variants' is written with them, step by step; another
one is laid out in rows and shown whole. An operator over sequences takes every row as one.
"""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from poolviz.pooling import Operated, Operator, Pooled, Sliding
from poolviz.stage.scene import Kind, Panel, Track
from poolviz.text import _
from poolviz.wings.pooling.core.operators import laid_out, row_labels
from poolviz.wings.pooling.core.window_scene import SIDE, Frame, Region, value_range

Ran = Pooled | Operated


def operated(x: np.ndarray, cls: type[Operator], geometry: Sliding) -> Operated | None:
    """The operator over x (H, W), with the geometry's kernel and stride where it has such fields.

    None where it cannot pool an input of this size.
    """
    axes = geometry.axes(x.shape)
    own = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    square = axes[0].kernel == axes[1].kernel and axes[0].stride == axes[1].stride
    given = {"kernel_size": axes[0].kernel, "stride": axes[0].stride, "rank": 2}
    given = {name: value for name, value in given.items() if name in own and square}
    for chosen in (given, {}):
        try:
            run = cls(**chosen)(x)
            run.backward(np.ones(run.output.shape))
        except ValueError:
            continue
        return run
    return None


def title_of(run: Ran) -> str:
    """The name of what was done, in the language spoken."""
    return _(run.variant.title if isinstance(run, Pooled) else run.operator.title)


def in_step(run: Ran, first: Pooled) -> bool:
    """Whether an output can be written cell by cell with the variants', as an operator's may not.

    >>> from poolviz import BlurPool, KMax, Max, Sliding, pool
    >>> x = np.eye(4)
    >>> first = pool(x, Max(), Sliding(2))
    >>> in_step(BlurPool()(x), first), in_step(KMax()(x), first)
    (True, False)
    """
    flat = isinstance(run, Operated) and run.operator.ndim == 1
    return not flat and run.output.shape == first.output.shape


def shape_note(run: Operated, first: Pooled) -> str:
    """What is different about the operator's output, in a sentence."""
    title, shape = title_of(run), " × ".join(str(n) for n in run.output.shape)
    if in_step(run, first):
        return _("{title} gives {shape} numbers as well, from windows of its own.").format(
            title=title, shape=shape
        )
    if run.operator.ndim == 1:
        return _(
            "{title} takes every row as a sequence and gives {shape} numbers: its output is shown "
            "whole."
        ).format(title=title, shape=shape)
    return _(
        "{title} gives {shape} numbers, another shape than the others: its output is shown whole."
    ).format(title=title, shape=shape)


def output_panels(
    runs: Sequence[Pooled], more: Sequence[Operated], region: Region, hidden: bool, palette: str
) -> tuple[list[Panel], list[Track]]:
    """A panel a run in common colours, and tracks for those that are in step."""
    everything: dict[str, Ran] = {
        **{f"output {i}": run for i, run in enumerate(runs)},
        **{f"more {i}": run for i, run in enumerate(more)},
    }
    # One colour range for the input and all outputs, so that colours can be compared.
    parts = [runs[0].x, *(run.output for run in everything.values())]
    low, high = value_range(np.concatenate([part.ravel().astype(float) for part in parts]))
    panels, tracks = [], []
    steps = np.arange(len(region.cells))
    for name, run in everything.items():
        together = in_step(run, runs[0])
        values = run.output.astype(float)
        values = block(values, region) if together else laid_out(values)[:SIDE, :SIDE]
        labels = () if together else row_labels(run.output.shape)[:SIDE]
        panel = Panel(
            name, title_of(run), values, low, high, palette, "written" if together else "always",
            np.full(values.shape, Kind.SECRET if hidden else Kind.CELL, np.uint8),
            origin=(region.row, region.col) if together else (0, 0), row_labels=labels,
        )  # fmt: skip
        panels.append(panel)
        if together:
            tracks.append(Track(name, steps[:, None], written=steps))
    return panels, tracks


def block(values: np.ndarray, region: Region) -> np.ndarray:
    """What of an output is shown."""
    rows = slice(region.row, region.row + region.rows)
    return values[rows, region.col : region.col + region.cols]


def gradient_panels(
    more: Sequence[Operated], frame: Frame, hidden: bool, most: float
) -> list[Panel]:
    """dL/dx of every operator when each of its outputs sends 1: whole, where the picture is."""
    panels = []
    for i, run in enumerate(more):
        values: np.ndarray = np.zeros(frame.values.shape)
        dx = run.backward(np.ones(run.output.shape))
        row, col = frame.origin
        top, left = max(row, 0), max(col, 0)
        part = dx[top : row + values.shape[0], left : col + values.shape[1]]
        down, right = top - row, left - col
        values[down : down + part.shape[0], right : right + part.shape[1]] = part
        kind = np.full(values.shape, Kind.SECRET, dtype=np.uint8) if hidden else frame.kind
        panel = Panel(
            f"dx more {i}", title_of(run), values, -most, most, "diverging", kind=kind,
            origin=frame.origin,
        )  # fmt: skip
        panels.append(panel)
    return panels


def largest_gradient(more: Sequence[Operated]) -> float:
    """The largest finite part of any cell's gradient, 0 for none."""
    parts = [np.abs(run.backward(np.ones(run.output.shape))) for run in more]
    return max((float(part[np.isfinite(part)].max(initial=0)) for part in parts), default=0.0)
