"""Build an input that fulfils a condition: every matrix that does is right.

The engine runs over what was built; the answer names the windows that fail, with their numbers.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from poolviz.exercises import Exercise, Option, Unsuited
from poolviz.exercises.exercise import place_name
from poolviz.numbers import number
from poolviz.pooling import Average, Max, Pooled, Sliding, Stochastic, pool, unpool
from poolviz.stage.task import Build
from poolviz.text import _, together
from poolviz.wings.pooling.core.window_scene import narration
from poolviz.wings.pooling.exercises.material import Material, setting_name
from poolviz.wings.pooling.exercises.pictures import Built
from poolviz.wings.pooling.exercises.predictions import chooses

LARGEST = 1e6
NAMED = 4
"""Failing windows that are named; the others are counted."""

Failures = Callable[[np.ndarray], list[str]]


def _build(
    m: Material,
    text: str,
    failures: Failures,
    why: Callable[[np.ndarray], str],
    example: np.ndarray,
    page: str = "windows",
) -> Exercise:
    """The exercise to change ``m.x`` until nothing fails; it must not be so from the start.

    ``example``: a matrix that does it.
    """
    if not failures(m.x) or (np.abs(m.x) > LARGEST).any():
        raise Unsuited

    def check(x: np.ndarray) -> Option:
        if not np.isfinite(x).all() or (np.abs(x) > LARGEST).any():
            raise ValueError(_("Every cell needs a finite number, from −1,000,000 to 1,000,000."))
        failing, label = failures(x), _("Your input")
        if not failing:
            return Option(label, True, why(x))
        lines = together(failing[:NAMED])
        if len(failing) > NAMED:
            lines = _("{lines} {more} more fail.").format(lines=lines, more=len(failing) - NAMED)
        return Option(label, False, lines)

    picture = Built(m.run, text=text, example=example, back=page == "gradients")
    return Exercise(
        text, Build(m.x), check, lambda: check(example), picture, page, notes=m.notes, again=True,
        many=_("The input in the picture, and many others"),
    )  # fmt: skip


def max_equals_average(m: Material) -> Exercise:
    """Max pooling equals average pooling in every window."""
    geometry = m.geometry

    def failures(x: np.ndarray) -> list[str]:
        high, mean = (pool(x, v, geometry).output for v in (Max(), Average()))
        return [
            _("Output {place}: max {high}, average {mean}.").format(
                place=place_name(cell), high=number(high[cell]), mean=number(mean[cell])
            )
            for cell in np.ndindex(high.shape)
            if not _equal(high[cell], mean[cell])
        ]

    other = m.using(Max())
    text = _("Change the numbers so that max and average pooling give the same output everywhere.")
    return _build(
        other, _asked(other, text), failures,
        lambda x: _(
            "Max and average agree in all {n} windows. The largest of some numbers is their mean "
            "only if they are all equal."
        ).format(n=pool(x, Max(), geometry).output.size),
        np.zeros(m.x.shape),
    )  # fmt: skip


def silent_corner(m: Material) -> Exercise:
    """No gradient reaches the corner, in row 0, column 0."""
    other = m if chooses(m) else m.using(Max())

    def run(x: np.ndarray) -> Pooled:
        return pool(x, other.variant, other.geometry)

    def reached(x: np.ndarray) -> float:
        done = run(x)
        return float(done.backward(np.ones(done.output.shape))[0, 0])

    def failures(x: np.ndarray) -> list[str]:
        done = run(x)
        if reached(x) == 0:
            return []
        assert done.locations is not None
        taken = [cell for cell in np.ndindex(done.output.shape) if done.locations[cell] == 0]
        return [
            _("Output {place} takes the corner: {sentence}.").format(
                place=place_name(cell), sentence=narration(done, cell)
            )
            for cell in taken
        ]

    low, high = np.ones(other.x.shape), np.ones(other.x.shape)
    low[0, 0], high[0, 0] = 0, 2
    if reached(low) and reached(high):
        raise Unsuited  # a window that holds the corner alone
    x = other.x.copy()
    if not failures(x):  # let the corner win to begin with
        x[0, 0] = x.max() + 1 if reached(low) == 0 else x.min() - 1
    other = replace(other, x=x)
    text = _("Change the numbers so that no gradient reaches the corner, row 0, column 0.")
    return _build(
        other, _asked(other, text), failures,
        lambda x: _(
            "The corner holds {value} and wins none of the windows that hold it: it receives "
            "{received}. Training would not move it."
        ).format(value=number(x[0, 0]), received=number(reached(x))),
        high if reached(low) else low,
        page="gradients",
    )  # fmt: skip


def expectation_is_mean(m: Material) -> Exercise:
    """The expectation of stochastic pooling, sum a² / sum a, equals the mean in every window."""
    axes = m.geometry.axes(m.x.shape)
    geometry = Sliding(tuple(a.kernel for a in axes), tuple(a.stride for a in axes))
    other = replace(m, x=np.abs(m.x)).using(Stochastic(phase="test"), geometry)

    def failures(x: np.ndarray) -> list[str]:
        if (x < 0).any():
            raise ValueError(_("Stochastic pooling draws by value: no number may be below 0."))
        drawn = pool(x, Stochastic(phase="test"), geometry).output
        mean = pool(x, Average(), geometry).output
        return [
            _("Output {place}: expectation {drawn}, mean {mean}.").format(
                place=place_name(cell), drawn=number(drawn[cell]), mean=number(mean[cell])
            )
            for cell in np.ndindex(mean.shape)
            if not _equal(drawn[cell], mean[cell])
        ]

    text = _(
        "Change the numbers so that what stochastic pooling gives on average, Σa² / Σa, is the "
        "mean in every window."
    )
    return _build(
        other, _asked(other, text), failures,
        lambda x: _(
            "Expectation and mean agree in all {n} windows. Their difference is variance / mean, "
            "so the cells of each window must be equal."
        ).format(n=pool(x, Average(), geometry).output.size),
        np.ones(m.x.shape),
    )  # fmt: skip


def unpooling_restores(m: Material) -> Exercise:
    """Max unpooling gives the whole input back."""
    geometry = m.geometry

    def back(x: np.ndarray) -> np.ndarray:
        run = pool(x, Max(), geometry)
        assert run.locations is not None
        return unpool(run.output, run.locations, x.shape)

    def failures(x: np.ndarray) -> list[str]:
        if not x.any():
            return [_("All zeros come back, but at least one number must not be 0.")]
        found = back(x)
        return [
            _("The {value} in {place} comes back as {found}.").format(
                value=number(x[cell]), place=place_name(cell), found=number(found[cell])
            )
            for cell in np.ndindex(x.shape)
            if found[cell] != x[cell]
        ]

    other = m.using(Max())
    lone = (_lone(m.x.shape, cell) for cell in np.ndindex(m.x.shape))
    example = next((x for x in lone if not failures(x)), None)
    if example is None:
        raise Unsuited
    text = _(
        "Change the numbers so that max pooling and unpooling give the whole input back. At least "
        "one must not be 0."
    )
    return _build(
        other, _asked(other, text), failures,
        lambda x: _(
            "All {n} cells come back: those that win by their place, the {zeros} zeros because "
            "unpooling fills in zeros. Any other loser would be lost."
        ).format(n=x.size, zeros=int((x == 0).sum())),
        example,
        page="unpooling",
    )  # fmt: skip


def one_takes_all(m: Material) -> Exercise:
    """One cell receives the gradient of every output."""
    other = m.using(Max())
    if _shared(other) is None:
        other = m.using(Max(), Sliding(3, 1))
    shared = _shared(other)
    if shared is None:
        raise Unsuited
    geometry = other.geometry

    def failures(x: np.ndarray) -> list[str]:
        run = pool(x, Max(), geometry)
        assert run.locations is not None
        cells, times = np.unique(run.locations, return_counts=True)
        most = int(cells[times.argmax()])
        favourite = (most // x.shape[1], most % x.shape[1])
        return [
            _("{best} wins {times} outputs, but output {place} goes elsewhere: {sentence}.").format(
                best=place_name(favourite).capitalize(), times=int(times.max()),
                place=place_name(cell), sentence=narration(run, cell),
            )
            for cell in np.ndindex(run.output.shape)
            if run.locations[cell] != most
        ]  # fmt: skip

    text = _("Change the numbers so that one cell receives the gradient of every output.")
    return _build(
        other, _asked(other, text), failures,
        lambda x: _(
            "One cell wins all {n} windows, so it receives {n} gradients, and they add up: its "
            "dL/dx is {n} when each output sends 1."
        ).format(n=pool(x, Max(), geometry).output.size),
        _lone(other.x.shape, shared),
        page="gradients",
    )  # fmt: skip


def _shared(m: Material) -> tuple[int, ...] | None:
    """A cell that lies in all windows, where there are several windows."""
    index = m.run.windows.index.reshape(-1, m.run.windows.size)
    every = (c for c in np.ndindex(m.x.shape) if (index == m.x.shape[1] * c[0] + c[1]).any(1).all())
    return next(every, None) if len(index) > 1 else None


def _lone(shape: tuple[int, ...], cell: tuple[int, ...]) -> np.ndarray:
    x = np.zeros(shape)
    x[cell] = 1
    return x


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.isclose(a, b, rtol=1e-9, atol=1e-12))


def _asked(m: Material, text: str) -> str:
    return _("{setting}. {question}").format(setting=setting_name(m), question=text)
