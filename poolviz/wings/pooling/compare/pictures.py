"""Experiments on a picture: a shift, two kinds of noise, swapped halves."""

from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.stage.cache import kept, name_of
from poolviz.stage.control import Values
from poolviz.stage.part import Formula, Part, Row, Says, Table
from poolviz.text import _, listed, titled, together
from poolviz.wings.pooling.compare import noise, shift, swap
from poolviz.wings.pooling.compare.experiment import Prepared, chart, notices, picture_used, titles

_shifted = kept(shift.shift_experiment)
_swapped = kept(swap.swap_experiment)
_noisy = kept(noise.noise_experiment)
_drawn = kept(noise.expectation)


def shifted_by_a_pixel(values: Values) -> Prepared:
    """The input moves by one pixel."""
    used, x = picture_used(values)
    questions = shift.shift_questions(_shifted(x))
    return Prepared(repr(name_of(x)), questions, partial(_after_shift, used, x))


def _after_shift(used: str, x: np.ndarray) -> tuple[Part, ...]:
    moved, names = _shifted(x), titles(shift.POOLS)
    alt = listed(titled(names[n], f"{number(round(moved.at_one(n), 1))} %") for n in names)
    errors = chart(
        lambda draw: draw.line_chart(
            [draw.Line(names[n], moved.shifts, 100 * moved.errors[n]) for n in names],
            _("the picture moves by … pixels"),
            _("output changed by … % of its spread"),
        ),
        "shift", alt, x, used,
    )  # fmt: skip
    return (
        errors,
        Row(tuple(_lone(name, names[name], moved.lone[name]) for name in ("max", "blur"))),
        *notices(
            _("Every pool of stride 2 is exact again after 2 pixels: only odd shifts break it."),
            _("One pixel changes max by {a} % of its spread, BlurPool by {b} %.").format(
                a=number(round(moved.at_one("max"), 1)), b=number(round(moved.at_one("blur"), 1))
            ),
            _("Under max the 1 jumps from output to output; under BlurPool it glides."),
        ),
    )


def _lone(name: str, title: str, rows: np.ndarray) -> Part:
    """What becomes of a lone 1 at each place of a line."""
    named = _("A lone 1, {pool}").format(pool=title)
    axes = (_("output"), _("column of the 1"))
    alt = _("Each row is the output for a 1 in one column")
    return chart(
        lambda draw: draw.map_chart(rows, named, "sequence", axes=axes), f"lone.{name}", alt
    )


def two_errors(values: Values) -> Prepared:
    """Noise in the windows, and perturbed weights before them."""
    used, x = picture_used(values)
    noisy, perturbed, seed = values["noise"], values["perturbed"], values["draws"]
    found = _noisy(x, noisy / 100, perturbed / 100, seed)
    about = f"{name_of(x)}{(noisy, perturbed, seed)}"
    return Prepared(
        about, noise.noise_questions(found), partial(_after_noise, found, about, used, seed)
    )


def _after_noise(found: noise.Noise, about: str, used: str, seed: int) -> tuple[Part, ...]:
    of_mean = _("% of the mean")
    variation, drift = found.variation.values(), found.drift.values()
    bars = (
        (_("Noise: an output varies"), [m.value for m in variation],
         [m.spread for m in variation], of_mean),
        (_("Perturbed weights: the mean moves"), [m.value for m in drift],
         [m.spread for m in drift], of_mean),
        (_("Texture kept"), list(found.texture.values()), None, _("% of the spread before")),
    )  # fmt: skip
    charts = tuple(_bars(i, about, used, *each) for i, each in enumerate(bars))
    drawn = _("Bars of error: the standard deviation over {n} draws, the same draws for all.")
    less = _("With perturbed weights max moved less than average in {n} of the {all} draws.")
    less = less.format(n=found.max_moved_less, all=noise.DRAWS)
    return (
        Row(charts),
        Says(drawn.format(n=noise.DRAWS), "caption"),
        Says(together((noise.verdict(found), less))),
        *_many_draws(seed),
    )


def _bars(
    i: int, about: str, used: str, title: str, heights: list[float], spreads: list[float] | None,
    unit: str,
) -> Part:  # fmt: skip
    names = list(titles(noise.POOLS).values())
    alt = listed(f"{n} {number(round(v, 1))}" for n, v in zip(names, heights, strict=True))
    return chart(
        lambda draw: draw.bar_chart(names, heights, spreads, unit, title),
        f"noise.{i}", alt, about, used,
    )  # fmt: skip


def _many_draws(seed: int) -> tuple[Part, ...]:
    """What stochastic pooling of one window comes to."""
    drawn = _drawn(seed=seed)
    tends_to = number(drawn.tends_to)
    formula = r"E\,y = \sum_i p_i a_i = \frac{\sum_i a_i^2}{\sum_i a_i}"
    draws = np.unique(np.geomspace(1, drawn.running.size, 200).astype(int))
    so_far = _("mean of the draws so far")
    means = chart(
        lambda draw: draw.line_chart(
            [draw.Line(so_far, draws, drawn.running[draws - 1], marks=False)],
            _("draws from the window 1, 3, 4, 7"),
            _("mean"),
            levels=(
                (drawn.tends_to, _("Σa² / Σa = {v}").format(v=tends_to)),
                (drawn.mean, _("mean of the cells = {v}").format(v=number(drawn.mean))),
            ),
            log_x=True,
        ),
        "expectation", _("The mean of the draws tends to {v}").format(v=tends_to), seed,
    )  # fmt: skip
    worked = r" = \frac{1 + 9 + 16 + 49}{1 + 3 + 4 + 7} = "
    return Formula(formula + worked + tends_to, sheet=False), means


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
    before, after = _("Before"), _("Halves swapped")
    halves = (
        chart(
            lambda draw: draw.map_chart(swapped.x, before), "swap.before", _("The picture"), x, used
        ),
        chart(lambda draw: draw.map_chart(swapped.swapped, after), "swap.after", after, x, used),
    )
    return (
        Row(halves),
        Table(table),
        *notices(
            _("{moved} of {all} outputs of a 2 × 2 max pool are other numbers now.").format(
                moved=swapped.moved, all=swapped.windows
            ),
            _("The global pools cannot tell: what they throw away is where things are."),
            _("Good for “is there a face?”, fatal for “is the nose under the eyes?”."),
        ),
    )
