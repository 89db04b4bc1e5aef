"""There and back as arrays: a run, what was carried, how it was unpooled, and what is left of x.

A ``Method`` says which cells a carried value is written to; ``journey`` is the whole way.
"""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import UNPOOLINGS, Pooled, RoundTrip, Sliding, Unpooling, unpool
from poolviz.pooling.transposed import fitted_weights, transposed
from poolviz.stage.cache import kept
from poolviz.text import N_, _
from poolviz.wings.pooling.programs.plan import Way
from poolviz.wings.pooling.unpooling.between import Between

LARGEST_FIT = 2_000_000
"""Cells x weights up to which a transposed convolution is fitted."""


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

    def way(self, run: Pooled, between: Between, carried: np.ndarray) -> Way:
        """The same for the programs that the page shows."""
        return Way(between)

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

    def way(self, run: Pooled, between: Between, carried: np.ndarray) -> Way:
        return Way(between, self.rule)


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

    def way(self, run: Pooled, between: Between, carried: np.ndarray) -> Way:
        axes = run.geometry.axes(run.windows.in_shape)  # type: ignore[attr-defined]
        weights = self.weights(run, carried).reshape([axis.kernel for axis in axes])
        return Way(between, weights=weights)


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

    @property
    def way(self) -> Way:
        """What a program does after the pooling."""
        return self.method.way(self.run, self.between, self.carried)


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


@kept
def times_remembered(run: Pooled) -> np.ndarray:
    """How many windows remember each cell, int (H, W); zeros where the variant blends."""
    if run.locations is None:
        return np.zeros(run.x.shape, dtype=np.int64)
    ones = np.ones(run.locations.shape, dtype=np.int64)
    return unpool(ones, run.locations, run.x.shape, "sum")


def place_of(cell: int, columns: int) -> str:
    """A flat cell in words."""
    row, column = divmod(cell, columns)
    return _("row {row}, column {column}").format(row=row, column=column)
