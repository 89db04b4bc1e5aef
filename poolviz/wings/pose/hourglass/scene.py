"""A module as a figure of an hourglass on its side: a floor a row, a step a stop of the forward."""

import numpy as np

from poolviz.pose.networks.hourglass import Counts, Stop, residual_parameters
from poolviz.stage.scene import Kind, Panel, Scene, Track
from poolviz.text import _, together


def place(counts: Counts, stop: Stop) -> int:
    """The flat cell of a stop: down on the left, beside in the middle, up on the right."""
    n, columns = counts.order, 2 * counts.order + 1
    column = {
        "input": 0, "pool": stop.depth, "middle": n, "skip": n, "up": 2 * n - stop.depth,
        "merge": 2 * n - stop.depth,
    }[stop.does]  # fmt: skip
    return stop.depth * columns + column


def hourglass_scene(counts: Counts, hidden: int | None) -> Scene:
    """A step a stop. The number in a cell is the side of the map there; cells that go into a merge
    are linked to it. From step ``hidden`` on the sides are not there."""
    way, n = counts.way, counts.order
    steps, columns = len(way), 2 * n + 1
    told = steps if hidden is None else hidden
    shape = n + 1, columns
    sides, kind = np.zeros(shape), np.zeros(shape, np.uint8)
    cells, written = np.full((steps, 2), -1), np.zeros(steps, int)
    for s, stop in enumerate(way):
        at = written[s] = place(counts, stop)
        if s < told:
            sides.flat[at], kind.flat[at] = stop.side, Kind.CELL
            cells[s] = _from(counts, stop, at)
        elif not sides.flat[at]:
            kind.flat[at] = Kind.SECRET
    panel = Panel(
        "module", _("Sides of the maps, {c} channels each").format(c=counts.width), sides, 0.0,
        float(counts.side), shown="written", kind=kind,
        row_labels=tuple(_("floor {n}").format(n=depth) for depth in range(n + 1)),
        col_labels=(
            *(_("down {n}").format(n=i) for i in range(n)), _("beside"),
            *(_("up {n}").format(n=i) for i in reversed(range(n))),
        ),
    )  # fmt: skip
    weights = np.where(cells >= 0, 1.0, 0.0)
    merges = np.array([stop.does == "merge" for stop in way])
    shares = np.where(merges[:, None], 0.5, 1.0) * weights
    track = Track("module", cells, shares, written=written)
    said = tuple(
        told_of(counts, s) if s < told else _("Stop {n}: predict first.").format(n=s + 1)
        for s in range(steps)
    )
    title = _("An hourglass of order {n}").format(n=n)
    return Scene(title, (panel,), (track,), said)


def _from(counts: Counts, stop: Stop, at: int) -> tuple[int, int]:
    """The cells that go into a stop, -1 where there is one alone."""
    n, columns = counts.order, 2 * counts.order + 1
    row = at // columns
    if stop.does == "merge":
        return row * columns + n, at
    if stop.does == "input":
        return -1, -1
    if stop.does == "skip":
        return row * columns + row, -1
    if stop.does == "pool":
        return (row - 1) * columns + row - 1, -1
    return at, -1


def told_of(counts: Counts, s: int) -> str:
    """What happens at a stop, with the residuals and merges so far."""
    stop = counts.way[s]
    before = counts.way[: s + 1]
    merges = sum(each.does == "merge" for each in before)
    residuals = sum(each.does not in ("input", "merge") for each in before)
    names = {"side": stop.side, "half": 2 * stop.side, "n": stop.depth}
    what = {
        "input": _("A map of {side} × {side} comes in."),
        "skip": _("Floor {n}: a residual beside keeps {side} × {side} for later."),
        "pool": _("Max pooling 2 × 2, then a residual: {half} becomes {side}."),
        "middle": _("The deepest floor: a residual at {side} × {side}."),
        "up": _("A residual at {side} × {side}; then each value fills 2 × 2 cells."),
        "merge": _("Back at {side} × {side}: what was kept on floor {n} is added."),
    }[stop.does]
    if stop.does == "merge" and counts.merge == "concat":
        what = _(
            "Back at {side} × {side}: what was kept on floor {n} is put beside it, and a 1 × 1 "
            "convolution takes {twice} channels to {c}."
        )
    said = what.format(twice=2 * counts.width, c=counts.width, **names)
    count = _("So far: residuals {residuals}, merges {merges}.").format(
        residuals=residuals, merges=merges
    )
    return together((said, count))


def terms(counts: Counts) -> str:
    """The parameters of a module as a product, with the numbers."""
    one = residual_parameters(counts.width)
    said = f"{counts.residuals} · {one:,}"
    if counts.merge == "concat":
        each = 2 * counts.width**2 + counts.width
        said += f" + {counts.skips} · {each:,}"
    return f"{said} = {counts.parameters:,}"
