"""Experiments on a picture: a shift, two kinds of noise, swapped halves."""

from functools import partial
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.stage.cache import kept, name_of
from poolviz.stage.control import Values
from poolviz.stage.part import Formula, Part, Row, Says, Table
from poolviz.text import _, listed, titled, together
from poolviz.wings.pooling.compare import noise, shift, swap
from poolviz.wings.pooling.compare.experiment import Prepared, chart, notices, picture_used

_shifted = kept(shift.shift_experiment)
_swapped = kept(swap.swap_experiment)
_drawn = kept(noise.expectation)


def shifted_by_a_pixel(values: Values) -> Prepared:
    """The input moves by one pixel."""
    used, x = picture_used(values)
    questions = shift.shift_questions(_shifted(x))
    return Prepared(repr(name_of(x)), questions, partial(_after_shift, used, x))


def _after_shift(used: str, x: np.ndarray) -> tuple[Part, ...]:
    moved, names = _shifted(x), _names(shift.POOLS)
    alt = listed(titled(names[n], f"{number(round(moved.at_one(n), 1))} %") for n in names)
    lone = tuple(
        chart(
            partial(_lone_chart, name),
            f"lone.{name}",
            _("Each row is the output for a 1 in one column"),
        )
        for name in ("max", "blur")
    )
    return (
        chart(partial(_shift_chart, x), "shift", alt, used),
        Row(lone),
        *notices(
            (
                _(
                    "Every pool of stride 2 is exact again after 2 pixels: only odd shifts break "
                    "it."
                ),
                _("One pixel changes max by {a} % of its spread, BlurPool by {b} %.").format(
                    a=number(round(moved.at_one("max"), 1)),
                    b=number(round(moved.at_one("blur"), 1)),
                ),
                _("Under max the 1 jumps from output to output; under BlurPool it glides."),
            )
        ),
    )


def _names(pools: dict[str, Any]) -> dict[str, str]:
    """Name -> title of pools."""
    return {name: _(title) for name, (title, _pool) in pools.items()}


@kept
def _shift_chart(x: np.ndarray) -> Any:
    from poolviz.figures.experiments import Line, line_chart  # Plotly, only where it is drawn

    moved, names = _shifted(x), _names(shift.POOLS)
    lines = [
        Line(names[name], moved.shifts.tolist(), (100 * errors).tolist())
        for name, errors in moved.errors.items()
    ]
    return line_chart(
        lines, _("the picture moves by … pixels"), _("output changed by … % of its spread")
    )


@kept
def _lone_chart(name: str) -> Any:
    from poolviz.figures.experiments import map_chart

    title = _("A lone 1, {pool}").format(pool=_(shift.POOLS[name][0]))
    axes = (_("output"), _("column of the 1"))
    return map_chart(shift.lone_one()[name], title, "sequence", axes=axes)


@kept
def _noisy(x: np.ndarray, sigma: int, weights: int, seed: int) -> noise.Noise:
    return noise.noise_experiment(x, sigma / 100, weights / 100, seed)


def two_errors(values: Values) -> Prepared:
    """Noise in the windows, and perturbed weights before them."""
    used, x = picture_used(values)
    settings = (values["noise"], values["perturbed"], values["draws"])
    questions = noise.noise_questions(_noisy(x, *settings))
    about = f"{name_of(x)}{settings}"
    return Prepared(about, questions, partial(_after_noise, used, x, settings))


Settings = tuple[int, int, int]
"""Noise and perturbation in percent, the seed of the draws."""


def _bars(measured: noise.Noise) -> tuple[tuple[str, list[float], list[float] | None, str], ...]:
    """Each chart's title, values, spreads and unit."""
    variation, drift = measured.variation.values(), measured.drift.values()
    return (
        (_("Noise: an output varies"), [m.value for m in variation],
         [m.spread for m in variation], _("% of the mean")),
        (_("Perturbed weights: the mean moves"), [m.value for m in drift],
         [m.spread for m in drift], _("% of the mean")),
        (_("Texture kept"), list(measured.texture.values()), None, _("% of the spread before")),
    )  # fmt: skip


def _after_noise(used: str, x: np.ndarray, settings: Settings) -> tuple[Part, ...]:
    measured, names = _noisy(x, *settings), _names(noise.POOLS).values()
    bars = tuple(
        chart(
            partial(_bar_chart, x, settings, i),
            f"noise.{i}",
            listed(f"{n} {number(round(v, 1))}" for n, v in zip(names, heights, strict=True)),
            used,
        )
        for i, (_title, heights, _spreads, _unit) in enumerate(_bars(measured))
    )
    drawn = _("Bars of error: the standard deviation over {n} draws, the same draws for all.")
    less = _("With perturbed weights max moved less than average in {n} of the {all} draws.")
    less = less.format(n=measured.max_moved_less, all=noise.DRAWS)
    tends_to = number(_drawn(seed=settings[2]).tends_to)
    formula = r"E\,y = \sum_i p_i a_i = \frac{\sum_i a_i^2}{\sum_i a_i}"
    return (
        Row(bars),
        Says(drawn.format(n=noise.DRAWS), "caption"),
        Says(together((noise.verdict(measured), less))),
        Formula(formula + r" = \frac{1 + 9 + 16 + 49}{1 + 3 + 4 + 7} = " + tends_to, sheet=False),
        chart(
            partial(_draws_chart, settings[2]),
            "expectation",
            _("The mean of the draws tends to {v}").format(v=tends_to),
        ),
    )


@kept
def _bar_chart(x: np.ndarray, settings: Settings, which: int) -> Any:
    from poolviz.figures.experiments import bar_chart

    title, heights, spreads, unit = _bars(_noisy(x, *settings))[which]
    return bar_chart(list(_names(noise.POOLS).values()), heights, spreads, unit, title)


@kept
def _draws_chart(seed: int) -> Any:
    from poolviz.figures.experiments import Line, line_chart

    drawn = _drawn(seed=seed)
    draws = np.unique(np.geomspace(1, drawn.running.size, 200).astype(int))
    means = drawn.running[draws - 1].tolist()
    return line_chart(
        [Line(_("mean of the draws so far"), draws.tolist(), means, marks=False)],
        _("draws from the window 1, 3, 4, 7"),
        _("mean"),
        levels=(
            (drawn.tends_to, _("Σa² / Σa = {v}").format(v=number(drawn.tends_to))),
            (drawn.mean, _("mean of the cells = {v}").format(v=number(drawn.mean))),
        ),
        log_x=True,
    )


def swapped_halves(values: Values) -> Prepared:
    """Two halves change places."""
    used, x = picture_used(values)
    questions = (swap.swap_question(_swapped(x)),)
    return Prepared(repr(name_of(x)), questions, partial(_after_swap, used, x))


def _after_swap(used: str, x: np.ndarray) -> tuple[Part, ...]:
    swapped = _swapped(x)
    table = {
        _("global pool"): [pair.title for pair in swapped.pairs],
        _("before"): [number(pair.before) for pair in swapped.pairs],
        _("after"): [number(pair.after) for pair in swapped.pairs],
        _("difference"): [number(pair.gap) for pair in swapped.pairs],
    }
    return (
        Row(
            (
                chart(partial(_half_chart, x, False), "swap.before", _("The picture"), used),
                chart(partial(_half_chart, x, True), "swap.after", _("Halves swapped"), used),
            )
        ),
        Table(table),
        *notices(
            (
                _("{moved} of {all} outputs of a 2 × 2 max pool are other numbers now.").format(
                    moved=swapped.moved, all=swapped.windows
                ),
                _("The global pools cannot tell: what they throw away is where things are."),
                _("Good for “is there a face?”, fatal for “is the nose under the eyes?”."),
            )
        ),
    )


@kept
def _half_chart(x: np.ndarray, after: bool) -> Any:
    from poolviz.figures.experiments import map_chart

    swapped = _swapped(x)
    title = _("Halves swapped") if after else _("Before")
    return map_chart(swapped.swapped if after else swapped.x, title)
