"""The way there and back as a scene: pool, carry, unpool, and what is lost, a step a value.

A ``Method`` says which cells a carried value is written to. ``journey`` is the whole way as arrays,
``unpool_scene`` plays it: panels input, pooled, carried (where something happened in between),
output and residual.
"""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import UNPOOLINGS, Pooled, RoundTrip, Sliding, Unpooling, unpool
from poolviz.pooling.transposed import fitted_weights, transposed
from poolviz.scenes.between import Between
from poolviz.scenes.gradients import added_up
from poolviz.scenes.scene import Kind, Panel, Scene, Track
from poolviz.scenes.windows import SPOKEN, Frame, Region, padding_text, value_range
from poolviz.text import N_, _

LARGEST_FIT = 2_000_000
"""Cells x weights up to which a transposed convolution is fitted."""
MANY = 5_000
"""Numbers of a scene from which on precision that nobody sees is left out."""
MOST_AT_ONCE = 64
"""Cells in no window, up to which they are all shown lost at the last step."""


class Method:
    """A way to unpool. ``spread`` gives flat cells ``(*out, K)`` and what is written to each."""

    title = ""
    formula = ""
    needs = ""

    def possible(self, run: Pooled) -> bool:
        """Whether this run can be unpooled so."""
        raise NotImplementedError

    def spread(self, run: Pooled, carried: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Flat cells of the plane, -1 for none, and the amounts."""
        raise NotImplementedError

    def output(self, run: Pooled, carried: np.ndarray, duplicates: str) -> np.ndarray:
        """The unpooled plane."""
        raise NotImplementedError

    def told(self, run: Pooled, value: float, cells: np.ndarray, amounts: np.ndarray) -> str:
        """One step in words; ``cells`` and ``amounts`` are those that receive something."""
        if len(cells) == 1:
            return _("{value} goes to {place}.").format(
                value=number(value), place=place_of(int(cells[0]), run.x.shape[1])
            )
        if len(cells) and np.ptp(amounts) == 0:
            told = (
                _("{value} goes to each of {count} cells.")
                if amounts[0] == value
                else _("{value} is split: {amount} goes to each of {count} cells.")
            )
            return told.format(value=number(value), amount=number(amounts[0]), count=len(cells))
        return _("{value} times the weights: {amounts}.").format(
            value=number(value), amounts=numbers(amounts)
        )


class ByLocation(Method):
    """Max unpooling: each value goes back to the cell that it came from."""

    title = N_("Max unpooling: by location")
    formula = r"\hat{x}_c = \begin{cases} y_w & c = \ell_w \\ 0 & \text{else} \end{cases}"
    needs = N_("Locations are remembered only by variants that select one cell, such as max.")

    def possible(self, run: Pooled) -> bool:
        return run.locations is not None

    def spread(self, run: Pooled, carried: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert run.locations is not None
        return run.locations[..., None], carried[..., None]

    def output(self, run: Pooled, carried: np.ndarray, duplicates: str) -> np.ndarray:
        assert run.locations is not None
        return unpool(carried, run.locations, run.x.shape, duplicates)

    def told(self, run: Pooled, value: float, cells: np.ndarray, amounts: np.ndarray) -> str:
        if not len(cells):
            return _("{value}: no location is remembered, nothing is written.").format(
                value=number(value)
            )
        return _("{value} goes back to {place}, where it came from.").format(
            value=number(value), place=place_of(int(cells[0]), run.x.shape[1])
        )


class ByRule(Method):
    """Unpooling by a rule of the engine, over windows that lie side by side."""

    needs = N_(
        "Nearest, average and bed of nails need windows side by side: stride = kernel, square, no "
        "padding."
    )

    def __init__(self, rule: type[Unpooling]):
        self.rule, self.title, self.formula = rule, rule.title, rule.formula

    def possible(self, run: Pooled) -> bool:
        geometry = run.geometry
        if not isinstance(geometry, Sliding):
            return False
        axes = geometry.axes(run.windows.in_shape)
        plain = all((a.kernel, a.before, a.after, a.dilation) == (a.stride, 0, 0, 1) for a in axes)
        return plain and axes[0].kernel == axes[1].kernel

    def _done(self, run: Pooled, carried: np.ndarray):  # type: ignore[no-untyped-def]
        kernel = run.geometry.axes(run.windows.in_shape)[0].kernel  # type: ignore[attr-defined]
        return self.rule(kernel_size=kernel)(carried, run.x.shape)  # type: ignore[call-arg]

    def spread(self, run: Pooled, carried: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        done = self._done(run, carried)
        with np.errstate(all="ignore"):
            amounts = np.where(done.shares == 0, 0, carried[..., None] * done.shares)
        return done.windows.index, amounts

    def output(self, run: Pooled, carried: np.ndarray, duplicates: str) -> np.ndarray:
        plane: np.ndarray = self._done(run, carried).output
        return plane


class ByConvolution(Method):
    """A transposed convolution whose weights are those that bring this input back best."""

    title = N_("Transposed convolution")
    formula = r"\hat{x}_c = \sum_{w \ni c} y_w\, \theta_{c - w}"
    needs = N_("The weights are fitted to the input: it must be finite, and not too large.")

    def possible(self, run: Pooled) -> bool:
        fits = run.x.size * run.windows.size <= LARGEST_FIT
        return fits and bool(np.isfinite(run.x).all() and np.isfinite(run.output).all())

    def weights(self, run: Pooled, carried: np.ndarray) -> np.ndarray:
        """The fitted weights (K,)."""
        return fitted_weights(carried, run.x, run.windows)

    def spread(self, run: Pooled, carried: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        index = run.windows.index
        return index, np.where(index >= 0, carried[..., None] * self.weights(run, carried), 0)

    def output(self, run: Pooled, carried: np.ndarray, duplicates: str) -> np.ndarray:
        return transposed(carried, self.weights(run, carried), run.windows)


METHODS: dict[str, Method] = {
    "Locations": ByLocation(),
    **{rule.__name__: ByRule(rule) for rule in UNPOOLINGS},
    "Transposed": ByConvolution(),
}
"""The ways to unpool, by the name that a link holds."""


@dataclass(frozen=True, eq=False)
class Journey:
    """There and back: the run, what was carried, how it was unpooled, and what is left of x."""

    run: Pooled
    between: Between
    carried: np.ndarray
    method: Method
    duplicates: str
    trip: RoundTrip


def journey(
    run: Pooled,
    between: Between | None = None,
    method: str = "Locations",
    duplicates: str = "last",
) -> Journey:
    """Pool, do something in between, and unpool to the size of x."""
    between = between or Between()
    carried, way = between(run.output), METHODS[method]
    output = way.output(run, carried, duplicates)
    remembered = np.zeros(run.x.shape, dtype=bool)
    if run.locations is not None:
        remembered = unpool(np.ones(run.locations.shape, dtype=bool), run.locations, run.x.shape)
    same = (output == run.x) | (np.isnan(output) & np.isnan(run.x))
    trip = RoundTrip(run.x, output, same & remembered, same & ~remembered)
    return Journey(run, between, carried, way, duplicates, trip)


def times_remembered(run: Pooled) -> np.ndarray:
    """How many windows remember each cell, int (H, W); zeros where the variant blends."""
    if run.locations is None:
        return np.zeros(run.x.shape, dtype=np.int64)
    ones = np.ones(run.locations.shape, dtype=np.int64)
    return unpool(ones, run.locations, run.x.shape, "sum")


def unpool_scene(
    done: Journey,
    title: str,
    names: tuple[str, str],
    region: Region | None = None,
    hidden_from: int | None = None,
    palette: str = "sequence",
) -> Scene:
    """The way there and back; ``names``: of the pooled values, and of what became of them.

    From step ``hidden_from`` on nothing is written and the narration asks.
    """
    run = done.run
    region = region or Region.within(run)
    at = region.cells
    known = np.arange(len(at)) < (len(at) if hidden_from is None else hidden_from)
    frame = Frame(run, at)
    cells, amounts = (a[tuple(at.T)] for a in done.method.spread(run, done.carried))
    amounts = np.where(known[:, None] & (cells >= 0), amounts, 0)
    added, sentences = _written(done, at, cells, amounts, known)
    by_location = isinstance(done.method, ByLocation)
    lit = np.where(known[:, None] & ((amounts != 0) | by_location), frame.cell_of(cells), -1)
    pins = lit[:, 0] if by_location else None
    lost_cells, lost = _lost(done, frame, known)

    low, high = value_range(np.concatenate([run.x.ravel(), [0.0]]))
    block = slice(region.row, region.row + region.rows), slice(region.col, region.col + region.cols)
    ring = None
    if run.locations is not None:
        ring = np.where(known, frame.cell_of(run.locations[tuple(at.T)]), -1)
    plain = frame.kind if frame.kind is None else np.where(frame.kind == Kind.CELL, 0, Kind.OUTSIDE)
    kind = None if plain is None else plain.astype(np.uint8)
    blank = np.zeros(frame.values.shape)
    changed = done.between.kind != "nothing"
    carried = done.carried[block]
    panels = (
        Panel(
            "input", _("Input"), frame.values, low, high, palette,
            kind=frame.kind, padding_text=padding_text(run.variant), origin=frame.origin,
        ),
        *(
            [
                Panel(
                    "pooled", names[0], run.output[block].astype(float), low, high, palette,
                    origin=(region.row, region.col),
                )
            ]
            if changed
            else []
        ),
        Panel(
            "carried", names[1] if changed else names[0], carried,
            *value_range(np.concatenate([carried.ravel(), (low, high)])), palette,
            origin=(region.row, region.col),
        ),
        Panel(
            "output", _("Unpooled"), blank, *value_range(
                np.concatenate([done.trip.output.ravel(), (low, high)])
            ), palette, "summed", kind, origin=frame.origin,
        ),
        Panel(
            "residual", _("Lost: input − unpooled"), blank, *_reach(done.trip.residual),
            "diverging", "summed", kind, origin=frame.origin,
        ),
    )  # fmt: skip
    tracks = (
        Track("input", frame.lit, None, ring),
        Track("output", lit, amounts if by_location else None, pins, "pin", added=lean(added)),
        Track("residual", lost_cells, np.zeros(lost.shape), added=lean(lost)),
    )
    return Scene(
        title, panels, tracks, sentences, run.variant.story, ("carried", np.arange(len(at)))
    )


def question(done: Journey, cell: tuple[int, ...]) -> str:
    """A step with the answer left out."""
    return _("{value} goes back: to which cell … ?").format(value=number(done.carried[cell]))


def place_of(cell: int, columns: int) -> str:
    """A flat cell in words."""
    row, column = divmod(cell, columns)
    return _("row {row}, column {column}").format(row=row, column=column)


def _written(
    done: Journey, at: np.ndarray, cells: np.ndarray, amounts: np.ndarray, known: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    """What each step changes ``(S, K)``, and its sentence. An overwritten cell is changed."""
    added, told = amounts.astype(np.float64).copy(), []
    over = isinstance(done.method, ByLocation)
    held: dict[int, list[float]] = {}
    short = len(at) > SPOKEN
    for s, cell in enumerate(map(tuple, at.tolist())):
        if not known[s]:
            told.append(question(done, cell))
            continue
        value = float(done.carried[cell])
        some = (cells[s] >= 0) & ((amounts[s] != 0) | over)
        sentence = done.method.told(done.run, value, cells[s][some], amounts[s][some])
        if over and some.any():
            before = held.setdefault(int(cells[s, 0]), [])
            if before and done.duplicates == "last":
                sentence += " " + _(
                    "It overwrites the {old} that an earlier window put there."
                ).format(old=number(before[-1]))
                added[s, 0] = value - before[-1]
            elif before and not short:
                sentence += " " + _("It is added: {sum} = {total}.").format(
                    sum=added_up([*before, value]), total=number(round(sum([*before, value]), 6))
                )
            before.append(value)
        told.append(sentence)
    return np.nan_to_num(added, nan=np.nan).astype(np.float32), tuple(told)


def _lost(done: Journey, frame: Frame, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The residual: each cell at the last step whose window holds it, ``(S, M)`` and amounts."""
    steps, (rows, cols) = len(known), frame.values.shape
    real = np.ones(rows * cols, bool) if frame.kind is None else frame.kind.ravel() == Kind.CELL
    owner = np.full(rows * cols, -1)
    inside = frame.lit >= 0
    np.maximum.at(owner, frame.lit[inside], np.nonzero(inside)[0])
    free = np.flatnonzero(real & (owner < 0))
    owner[free] = steps - 1 if free.size <= MOST_AT_ONCE else np.arange(free.size) % steps
    own = np.flatnonzero(real)
    own = own[np.argsort(owner[own], kind="stable")]
    at = owner[own]
    slot = np.arange(own.size) - np.searchsorted(at, at)
    cells = np.full((steps, int(slot.max(initial=0)) + 1), -1)
    lost = np.zeros(cells.shape, dtype=np.float32)
    shown = known[at]
    row, col = np.divmod(own, cols)
    residual = done.trip.residual[row + frame.origin[0], col + frame.origin[1]]
    cells[at[shown], slot[shown]] = own[shown]
    lost[at[shown], slot[shown]] = residual[shown]
    return cells, lost


def lean(values: np.ndarray) -> np.ndarray:
    """float32; where there are many, of 16 bits of precision, which pack better.

    >>> lean(np.array([0.1])).dtype
    dtype('float32')
    """
    single = np.ascontiguousarray(values, dtype=np.float32)
    if single.size > MANY:
        single = (single.view(np.uint32) & np.uint32(0xFFFFFF00)).view(np.float32)
    return single


def _reach(values: np.ndarray) -> tuple[float, float]:
    finite = abs(values[np.isfinite(values)])
    top = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    return -top, top
