"""From a heat map to a place between its cells: six ways, and what each assumes.

A map is (rows, columns), places are (x, y) in cells, the centre of a cell at whole numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poolviz.text import N_

LEAST = 1e-10
"""Below it a map's logarithm is not taken."""


def blob(x: float, y: float, sigma: float, shape: tuple[int, int] = (48, 48)) -> np.ndarray:
    """h(p) = exp(-|p - (x, y)|² / 2σ²), the map of a joint at (x, y).

    >>> blob(1, 0, 2, (1, 3)).round(4).tolist()
    [[0.8825, 1.0, 0.8825]]
    """
    rows, cols = np.ogrid[: shape[0], : shape[1]]
    return np.exp(-((cols - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))


def argmax(h: np.ndarray) -> np.ndarray:
    """The cell of the largest number; of several the first."""
    row, col = np.unravel_index(int(np.argmax(h)), h.shape)
    return np.array([col, row], dtype=float)


def _around(h: np.ndarray, reach: int = 1) -> tuple[np.ndarray, np.ndarray] | None:
    """The cell of the maximum and the square of numbers around it, None at the rim."""
    peak = argmax(h)
    col, row = peak.astype(int)
    if not (reach <= row < h.shape[0] - reach and reach <= col < h.shape[1] - reach):
        return None
    return peak, h[row - reach : row + reach + 1, col - reach : col + reach + 1]


def quarter(h: np.ndarray) -> np.ndarray:
    """A quarter of a cell from the maximum towards the higher neighbour, on each axis.

    >>> quarter(blob(20.3, 17.8, 2)).tolist()
    [20.25, 17.75]
    """
    found = _around(h)
    if found is None:
        return argmax(h)
    peak, near = found
    return peak + 0.25 * np.sign([near[1, 2] - near[1, 0], near[2, 1] - near[0, 1]])


def parabola(h: np.ndarray) -> np.ndarray:
    """The top of the parabola through the maximum and its two neighbours, on each axis.

    μ = m + (r - l) / (2 (2c - l - r)).
    """
    found = _around(h)
    if found is None:
        return argmax(h)
    peak, near = found
    before = np.array([near[1, 0], near[0, 1]])
    after = np.array([near[1, 2], near[2, 1]])
    bend = 2 * near[1, 1] - before - after
    step = np.divide(after - before, 2 * bend, out=np.zeros(2), where=bend > 0)
    return peak + step


def dark(h: np.ndarray) -> np.ndarray:
    """One Newton step on log h from the maximum, μ = m - H^-1 ∇: exact for a Gaussian.

    Its logarithm is a parabola (DARK; Zhang et al., CVPR 2020). Differences of neighbours stand
    for the derivatives; where the log does not bend down, the maximum stays.
    """
    found = _around(h)
    if found is None:
        return argmax(h)
    peak, near = found
    g = np.log(np.maximum(near, LEAST))
    slope = np.array([g[1, 2] - g[1, 0], g[2, 1] - g[0, 1]]) / 2
    xx, yy = g[1, 2] - 2 * g[1, 1] + g[1, 0], g[2, 1] - 2 * g[1, 1] + g[0, 1]
    xy = (g[2, 2] - g[2, 0] - g[0, 2] + g[0, 0]) / 4
    if not (xx < 0 and yy < 0 and xx * yy - xy * xy > 0):
        return peak
    return peak - np.linalg.solve(np.array([[xx, xy], [xy, yy]]), slope)


def soft_argmax(h: np.ndarray, beta: float = 1.0) -> np.ndarray:
    """The mean place with weights exp(β h): the background weighs e^0 a cell, too."""
    return _mean_place(np.exp(beta * (h - h.max())))


def centre_of_mass(h: np.ndarray) -> np.ndarray:
    """The mean place with the map's own numbers as weights."""
    return _mean_place(h)


def _mean_place(weights: np.ndarray) -> np.ndarray:
    """Where the weights balance; where they add up to 0, nowhere (NaN)."""
    total = weights.sum()
    if not total:
        return np.full(2, np.nan)
    rows, cols = np.arange(weights.shape[0]), np.arange(weights.shape[1])
    return np.array([weights.sum(0) @ cols, weights.sum(1) @ rows]) / total


@dataclass(frozen=True)
class Decoder:
    """A way to read a map: its name in links, its title, what it assumes, and ``place(h, β)``."""

    name: str
    title: str
    says: str
    place: Callable[[np.ndarray, float], np.ndarray]


DECODERS = (
    Decoder("argmax", N_("argmax"), N_("the largest cell, and nothing between cells"),
            lambda h, beta: argmax(h)),
    Decoder("quarter", N_("quarter"), N_("a quarter of a cell towards the higher neighbour"),
            lambda h, beta: quarter(h)),
    Decoder("parabola", N_("parabola"), N_("a parabola through three cells of each axis"),
            lambda h, beta: parabola(h)),
    Decoder("dark", "DARK", N_("a parabola through the logarithms: the map is a Gaussian"),
            lambda h, beta: dark(h)),
    Decoder("soft", N_("soft-argmax"), N_("the mean of all places, weighed by exp(βh)"),
            soft_argmax),
    Decoder("mass", N_("centre of mass"), N_("the mean of all places, weighed by h"),
            lambda h, beta: centre_of_mass(h)),
)  # fmt: skip
"""In the order in which they were thought of; all in one table."""


def errors(sigma: float, noise: float, beta: float, count: int, seed: int) -> dict[str, float]:
    """Mean distance of each decoder from the truth, in cells, over ``count`` maps of 48 x 48.

    Centres lie anywhere from cell 15 to 33, noise is normal of standard deviation ``noise``.
    """
    rng = np.random.default_rng(seed)
    away: dict[str, list[float]] = {decoder.name: [] for decoder in DECODERS}
    for x, y in rng.uniform(15, 33, (count, 2)):
        h = blob(x, y, sigma) + noise * rng.standard_normal((48, 48))
        for decoder in DECODERS:
            away[decoder.name].append(float(np.hypot(*(decoder.place(h, beta) - (x, y)))))
    return {name: float(np.mean(each)) for name, each in away.items()}
