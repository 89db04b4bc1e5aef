"""An operator's run as a scene: one step for each output cell.

Operators have outputs of every shape; here they are laid out in rows: a sequence is one row, and
what has more than two axes (two maps, several boxes) is put one below the other.
"""

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Operated
from poolviz.stage.scene import Panel, Scene, Track
from poolviz.text import _
from poolviz.wings.pooling.core.window_scene import LONGEST, SIDE, value_range


def operator_scene(run: Operated, title: str, palette: str = "sequence") -> Scene:
    """Forward over one plane: the cells that make an output cell light up, and it is written.

    x has the operator's axes and no batch, one or two of them. Lit weights are
    ``run.contributions()``, the ringed cell is ``run.locations``. Errors: ``ValueError`` for a
    batch, or for more output cells than can be played.
    """
    lit, weights = _columns(run, run.contributions())
    steps = np.arange(run.output.size)
    low, high = value_range(run.x)
    panels = (
        Panel("input", _("Input"), laid_out(run.x), low, high, palette),
        Panel(
            "output",
            _("Output"),
            laid_out(run.output),
            *value_range(np.append(run.output.ravel(), (low, high))),
            palette,
            shown="written",
            row_labels=row_labels(run.output.shape),
        ),
    )
    chosen = np.full(len(steps), -1) if run.locations is None else run.locations.ravel()
    tracks = (
        Track("input", lit, weights.astype(np.float32), chosen),
        Track("output", steps[:, None], written=steps),
    )
    return Scene(title, panels, tracks, _sentences(run), run.operator.story)


def _columns(run: Operated, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lit cells ``(S, K)``, -1 for none, and their values, one row an output cell."""
    if run.x.ndim != run.operator.ndim or run.x.ndim > 2:
        raise ValueError(f"x must be one plane with one or two axes to be drawn, got {run.x.shape}")
    if run.output.size > SIDE * SIDE:
        raise ValueError(
            f"x must give at most {SIDE * SIDE} output cells to be played, got {run.output.size}"
        )
    index = np.broadcast_to(run.windows.index, values.shape)
    shape = (run.output.size, run.windows.size)
    return np.maximum(index, -1).reshape(shape), values.reshape(shape)


def laid_out(values: np.ndarray) -> np.ndarray:
    """values in rows: one row of a sequence, planes below one another."""
    values = values.astype(np.float64)
    return values.reshape(1, -1) if values.ndim < 2 else values.reshape(-1, values.shape[-1])


def row_labels(shape: tuple[int, ...]) -> tuple[str, ...]:
    """For an output of several maps, which of them and which row a line is; else nothing."""
    if len(shape) < 3:
        return ()
    return tuple(
        _("map {map}, row {row}").format(map=m, row=r)
        for m in range(shape[0])
        for r in range(shape[1])
    )


def _sentences(run: Operated) -> tuple[str, ...]:
    """The formula of each output cell with its numbers; short where many cells take part."""
    if run.windows.size <= LONGEST:
        return tuple(run.arithmetic(cell) for cell in np.ndindex(run.output.shape))
    count, several = run.windows.valid.sum(-1), _("{operator} of {count} cells = {value}")
    one = _("{operator} of one cell = {value}")
    return tuple(
        (one if count[cell] == 1 else several).format(
            operator=_(run.operator.title), count=int(count[cell]), value=number(run.output[cell])
        )
        for cell in np.ndindex(run.output.shape)
    )
