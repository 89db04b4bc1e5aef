"""Experiment: two sources of error before a pool, and what average, max and stochastic do to them.

Noise in a neighbourhood makes the estimate vary; perturbed filter weights move its mean.
"""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Average, Max, Sliding, Stochastic, Variant, pool
from poolviz.stage.question import Choice, Question
from poolviz.text import N_, _, clauses, titled
from poolviz.wings.pooling.core.channels import filtered, scaled

DRAWS = 40
SIDE = 64
EDGES = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
WINDOW = np.array([[1.0, 3.0], [4.0, 7.0]])
POOLS: dict[str, tuple[str, Variant]] = {
    "average": (N_("Average"), Average()),
    "max": (N_("Max"), Max()),
    "stochastic": (N_("Stochastic"), Stochastic()),
}


@dataclass(frozen=True)
class Measured:
    """A number with the spread (standard deviation) of the draws it is the mean of."""

    value: float
    spread: float


@dataclass(frozen=True, eq=False)
class Noise:
    """Each in percent, by pool. ``variation``: how much an output varies under noise, of the mean
    output. ``drift``: how far the mean output moves when the weights are perturbed. ``texture``:
    the spread of the pool's outputs over that of what it pooled. ``max_moved_less``: in how many
    of the same draws of weights max's mean moved less than average's.
    """

    variation: dict[str, Measured]
    drift: dict[str, Measured]
    texture: dict[str, float]
    max_moved_less: int


def noise_experiment(
    x: np.ndarray, noise: float = 0.3, weights: float = 0.1, seed: int = 0
) -> Noise:
    """Upright edges of x (H, W), rectified, then 2 x 2 pools, over 40 draws of each error.

    ``noise``: its standard deviation over that of the activations. ``weights``: the standard
    deviation of what is added to each filter weight, over their root mean square.
    """
    rng = np.random.default_rng(seed)
    picture = scaled(x)[:SIDE, :SIDE]
    clean = np.maximum(filtered(picture, EDGES), 0)
    noisy = np.maximum(clean + noise * clean.std() * rng.standard_normal((DRAWS, *clean.shape)), 0)
    scale = weights * np.sqrt((EDGES**2).mean())
    taps = EDGES + scale * rng.standard_normal((DRAWS, *EDGES.shape))
    perturbed = np.maximum(np.stack([filtered(picture, tap) for tap in taps]), 0)
    variation, moves, texture = {}, {}, {}
    for name, (_title, variant) in POOLS.items():
        expected = _pooled(clean, Stochastic(phase="test") if name == "stochastic" else variant)
        mean = float(expected.mean()) or 1.0
        y = _pooled(noisy, variant)
        variation[name] = _percent(np.sqrt(((y - y.mean(0)) ** 2).mean((1, 2))) / mean)
        moves[name] = np.abs(_pooled(perturbed, variant).mean((1, 2)) - mean) / mean
        spread = float(clean.std()) or 1.0
        texture[name] = float(100 * _pooled(clean, variant).std() / spread)
    drift = {name: _percent(draws) for name, draws in moves.items()}
    return Noise(variation, drift, texture, int((moves["max"] < moves["average"]).sum()))


def _pooled(x: np.ndarray, variant: Variant) -> np.ndarray:
    return pool(x, variant, Sliding(min(2, *x.shape[-2:]))).output


def _percent(draws: np.ndarray) -> Measured:
    return Measured(float(100 * draws.mean()), float(100 * draws.std(ddof=1)))


@dataclass(frozen=True, eq=False)
class Expectation:
    """Draws of stochastic pooling in one window, their running mean, and three numbers to tell
    apart: what it tends to (sum a^2 / sum a), the mean of the cells, the largest cell.
    """

    running: np.ndarray
    tends_to: float
    mean: float
    largest: float


def expectation(draws: int = 4000, seed: int = 0) -> Expectation:
    """Pool the window 1, 3, 4, 7 again and again.

    >>> expectation().tends_to, expectation().mean
    (5.0, 3.75)
    """
    many = np.broadcast_to(WINDOW, (draws, 2, 2))
    drawn = pool(many, Stochastic(seed=seed), Sliding(2)).output.ravel()
    running = np.cumsum(drawn) / np.arange(1, draws + 1)
    test = pool(WINDOW, Stochastic(phase="test"), Sliding(2)).output
    return Expectation(running, float(test[0, 0]), float(WINDOW.mean()), float(WINDOW.max()))


def noise_questions(found: Noise) -> tuple[Question, ...]:
    """What stochastic pooling tends to (misconception 3), then who wins against which error."""
    told = expectation()
    first = Question(
        _("Stochastic pooling draws from 1, 3, 4, 7 many times. The mean of the draws tends to …?"),
        (
            Choice(
                number(told.mean),
                False,
                _("That is the mean of the cells; but a larger cell is drawn more often."),
            ),
            Choice(
                number(told.tends_to),
                True,
                _("Σa² / Σa = (1 + 9 + 16 + 49) / 15 = 5: each value weighed by its probability."),
            ),
            Choice(
                number(told.largest), False, _("That is max; the 7 is drawn 7 times in 15 only.")
            ),
            Choice(
                number(float(np.median(WINDOW))), False, _("That is the median; values count too.")
            ),
        ),
    )
    return (
        first,
        _least(
            found.variation,
            _("Noise on the activations: the output of which pool varies least?"),
            _("its output varies by {value} % of its mean"),
        ),
        _least(
            found.drift,
            _("The filter's weights are perturbed: the mean output of which pool moves least?"),
            _("its mean moves by {value} %"),
        ),
    )


def _least(values: dict[str, Measured], text: str, what: str) -> Question:
    best = min(values, key=lambda name: values[name].value)
    told = clauses(
        titled(
            _(POOLS[name][0]),
            what.format(value=f"{number(round(m.value, 1))} ± {number(round(m.spread, 1))}"),
        )
        for name, m in values.items()
    )
    return Question(
        text,
        tuple(
            Choice(
                _(title),
                name == best,
                told
                if name == best
                else what.format(value=number(round(values[name].value, 1))) + ".",
            )
            for name, (title, _variant) in POOLS.items()
        ),
    )


def verdict(found: Noise) -> str:
    """What the literature says, and whether these numbers agree."""
    steady = min(found.variation, key=lambda n: found.variation[n].value)
    still = min(found.drift, key=lambda n: found.drift[n].value)
    rich = max(found.texture, key=lambda n: found.texture[n])
    return _(
        "The often quoted rule: average limits the first error and keeps the background, max "
        "limits the second and keeps texture. Here {steady} varies least, the mean of {still} "
        "moves least, and {rich} keeps most texture."
    ).format(steady=_(POOLS[steady][0]), still=_(POOLS[still][0]), rich=_(POOLS[rich][0]))
