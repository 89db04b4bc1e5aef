"""The line integral: how well a field agrees with the way from one peak to another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.parser.rules import EXACT, Rules


@dataclass(frozen=True)
class Links:
    """Every pair (a, b) of candidates of one limb, with all that led to its score.

    ``points`` (A, B, n, 2) the samples, ``used`` (A, B, n) which of them count, ``agrees``
    (A, B, n) F(p_i)·u at them, ``passing`` (A, B) how many exceed the least, ``penalty`` and
    ``score`` (A, B), ``accepted`` (A, B) what the gate lets through.
    """

    points: np.ndarray
    used: np.ndarray
    agrees: np.ndarray
    passing: np.ndarray
    penalty: np.ndarray
    score: np.ndarray
    accepted: np.ndarray


def link_scores(field: ArrayLike, a: ArrayLike, b: ArrayLike, rules: Rules = EXACT) -> Links:
    """score = mean_i F(p_i)·u, at n points from each of ``a`` (A, 2) to each of ``b`` (B, 2).

    ``field`` (2, H, W); it is read in the nearest cell. Two candidates in one place have no
    direction: u = 0, and the link is refused. Cao et al., CVPR 2017, equations 10 and 11.

    >>> field = np.stack([np.ones((3, 9)), np.zeros((3, 9))])
    >>> links = link_scores(field, [[1, 1]], [[7, 1], [1, 2]])
    >>> links.score.tolist(), links.accepted.tolist()
    ([[1.0, 0.0]], [[True, False]])
    """
    f = np.asarray(field, dtype=np.float64)
    start, end = (np.asarray(x, dtype=np.float64).reshape(-1, 2) for x in (a, b))
    way = end[None] - start[:, None]
    length = np.hypot(way[..., 0], way[..., 1])
    unit = way / np.where(length > 0, length, 1.0)[..., None]
    count = _counts(way, rules)
    k = np.arange(count.max(initial=2))
    t = k / np.maximum(count - rules.both_ends, 1)[..., None]
    used = k < count[..., None]
    points = start[:, None, None] + np.minimum(t, 1.0)[..., None] * way[:, :, None]
    cell = np.floor(points + 0.5).astype(np.int64)
    col, row = (np.clip(cell[..., i], 0, f.shape[2 - i] - 1) for i in (0, 1))
    agrees = np.where(used, f[0, row, col] * unit[..., :1] + f[1, row, col] * unit[..., 1:], 0.0)
    passes = used & (agrees > rules.passes)
    passing = passes.sum(axis=-1)
    if rules.score == "all":
        score = agrees.sum(axis=-1) / count
    else:
        score = np.where(passes, agrees, 0.0).sum(axis=-1) / np.maximum(passing, 1)
    room = f.shape[1] / (2 * np.where(length > 0, length, 1.0)) - 1
    penalty = np.minimum(room, 0.0) if rules.punished else np.zeros_like(score)
    score = score + penalty
    # The slack holds 7 of 10 equal to the share .7.
    need = rules.share * count
    enough = passing >= need - 1e-9 if rules.reached else passing > need + 1e-9
    accepted = enough & (score > rules.least_score) & (length > 0)
    return Links(points, used, agrees, passing, penalty, score, accepted)


def _counts(way: np.ndarray, rules: Rules) -> np.ndarray:
    """How many samples each pair gets, int64 (A, B)."""
    if rules.samples:
        return np.full(way.shape[:2], rules.samples)
    longest = np.abs(way).max(axis=-1)
    return np.clip(np.floor(np.sqrt(5 * longest) + 0.5), 5, 25).astype(np.int64)
