"""Build an input that fulfils a condition: every matrix that does is right.

The engine runs over what was built; the answer names the windows that fail, with their numbers.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from poolviz.exercises import Exercise, Option, Unsuited
from poolviz.exercises.exercise import place_name
from poolviz.numbers import number
from poolviz.pooling import Average, Max, Pooled, Sliding, Stochastic, Variant, pool, unpool
from poolviz.stage.task import Build
from poolviz.text import _, together
from poolviz.wings.pooling.core.window_scene import narration
from poolviz.wings.pooling.exercises.material import Material, asked
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
    text = asked(m, text)

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


def _differing(sentence: str, geometry: Sliding, **variants: Variant) -> Failures:
    """The windows in which two variants, by their names in the sentence, do not agree."""

    def failures(x: np.ndarray) -> list[str]:
        outputs = {name: pool(x, v, geometry).output for name, v in variants.items()}
        one, other = outputs.values()
        return [
            sentence.format(
                place=place_name((int(row), int(col))),
                **{name: number(output[row, col]) for name, output in outputs.items()},
            )
            for row, col in np.argwhere(~np.isclose(one, other, rtol=1e-9, atol=1e-12))
        ]

    return failures


def _windows(m: Material) -> int:
    return int(m.run.output.size)


def max_equals_average(m: Material) -> Exercise:
    """Max pooling equals average pooling in every window."""
    other = m.using(Max())
    told = _("Output {place}: max {high}, average {mean}.")
    return _build(
        other,
        _("Change the numbers so that max and average pooling give the same output everywhere."),
        _differing(told, m.geometry, high=Max(), mean=Average()),
        lambda _x: _(
            "Max and average agree in every window. The largest of some numbers is their mean "
            "only if they are all equal."
        ),
        np.zeros(m.x.shape),
    )


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
    return _build(
        other,
        _("Change the numbers so that no gradient reaches the corner, row 0, column 0."),
        failures,
        lambda x: _(
            "The corner holds {value} and wins none of the windows that hold it: it receives "
            "{received}. Training would not move it."
        ).format(value=number(x[0, 0]), received=number(reached(x))),
        high if reached(low) else low,
        page="gradients",
    )


def expectation_is_mean(m: Material) -> Exercise:
    """The expectation of stochastic pooling, sum a² / sum a, equals the mean in every window."""
    axes = m.geometry.axes(m.x.shape)
    geometry = Sliding(tuple(a.kernel for a in axes), tuple(a.stride for a in axes))
    expectation = Stochastic(phase="test")
    other = replace(m, x=np.abs(m.x)).using(expectation, geometry)
    told = _("Output {place}: expectation {drawn}, mean {mean}.")
    differing = _differing(told, geometry, drawn=expectation, mean=Average())

    def failures(x: np.ndarray) -> list[str]:
        if (x < 0).any():
            raise ValueError(_("Stochastic pooling draws by value: no number may be below 0."))
        return differing(x)

    return _build(
        other,
        _(
            "Change the numbers so that what stochastic pooling gives on average, Σa² / Σa, is the "
            "mean in every window."
        ),
        failures,
        lambda _x: _(
            "Expectation and mean agree in every window. Their difference is variance / mean, "
            "so the cells of each window must be equal."
        ),
        np.ones(m.x.shape),
    )


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
    return _build(
        other,
        _(
            "Change the numbers so that max pooling and unpooling give the whole input back. At "
            "least one must not be 0."
        ),
        failures,
        lambda x: _(
            "All {n} cells come back: those that win by their place, the {zeros} zeros because "
            "unpooling fills in zeros. Any other loser would be lost."
        ).format(n=x.size, zeros=int((x == 0).sum())),
        example,
        page="unpooling",
    )


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

    return _build(
        other,
        _("Change the numbers so that one cell receives the gradient of every output."),
        failures,
        lambda _x: _(
            "One cell wins all {n} windows, so it receives {n} gradients, and they add up: its "
            "dL/dx is {n} when each output sends 1."
        ).format(n=_windows(other)),
        _lone(other.x.shape, shared),
        page="gradients",
    )


def _shared(m: Material) -> tuple[int, ...] | None:
    """A cell that lies in all windows, where there are several windows."""
    index = m.run.windows.index.reshape(-1, m.run.windows.size)
    every = (c for c in np.ndindex(m.x.shape) if (index == m.x.shape[1] * c[0] + c[1]).any(1).all())
    return next(every, None) if len(index) > 1 else None


def _lone(shape: tuple[int, ...], cell: tuple[int, ...]) -> np.ndarray:
    x = np.zeros(shape)
    x[cell] = 1
    return x
