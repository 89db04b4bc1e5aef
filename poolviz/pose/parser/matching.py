"""Pairs of candidates, one to one: greedily by score, or with the largest sum."""

import numpy as np
from numpy.typing import ArrayLike

MATCHES = ("greedy", "optimal")


def match_links(
    score: ArrayLike, accepted: ArrayLike | None = None, match: str = "greedy"
) -> list[tuple[int, int]]:
    """The matched pairs (a, b) in the order of a; ``score`` and ``accepted`` (A, B).

    "greedy" takes the best pair that is left, the earlier one of equals; "optimal" takes the pairs
    with the largest sum (the Hungarian algorithm). ``accepted`` None: all pairs above 0.

    >>> match_links([[0.9, 0.8], [0.8, 0.1]])
    [(0, 0), (1, 1)]
    >>> match_links([[0.9, 0.8], [0.8, 0.1]], match="optimal")
    [(0, 1), (1, 0)]
    """
    if match not in MATCHES:
        raise ValueError(f"match must be one of {MATCHES}, got {match!r}")
    s = np.asarray(score, dtype=np.float64)
    allowed = s > 0 if accepted is None else np.asarray(accepted, dtype=bool)
    if not allowed.any():
        return []
    if match == "optimal":
        from scipy.optimize import linear_sum_assignment

        rows, cols = linear_sum_assignment(np.where(allowed, s, 0.0), maximize=True)
        return [(int(a), int(b)) for a, b in zip(rows, cols, strict=True) if allowed[a, b]]
    rows, cols = np.nonzero(allowed)
    taken: dict[int, int] = {}
    for i in np.argsort(-s[rows, cols], kind="stable").tolist():
        a, b = int(rows[i]), int(cols[i])
        if a not in taken and b not in taken.values():
            taken[a] = b
    return sorted(taken.items())
