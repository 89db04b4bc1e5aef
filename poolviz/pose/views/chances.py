"""How many cameras, and how many trials, until enough views are right."""

from math import ceil, comb, log


def at_least(right: int, count: int, chance: float) -> float:
    """P(``right`` or more of ``count``) = sum over i >= right of C(count, i) p^i (1-p)^(count-i).

    Each view is right with probability ``chance``, by itself. Raises ``ValueError`` for counts
    below 0 and for a chance outside [0, 1].

    >>> round(at_least(3, 31, 0.1), 4)
    0.6114
    """
    if right < 0 or count < 0:
        raise ValueError(f"right and count must be at least 0, got {right} and {count}")
    if not 0 <= chance <= 1:
        raise ValueError(f"chance must be in [0, 1], got {chance!r}")
    odds = (
        comb(count, i) * chance**i * (1 - chance) ** (count - i) for i in range(right, count + 1)
    )
    return min(sum(odds), 1.0)


def trials(inliers: float, sample: int = 2, sure: float = 0.99) -> int:
    """ceil(ln(1 - sure) / ln(1 - w^sample)): draws until one holds right views alone, ``sure``-ly.

    w = ``inliers`` is the share of right views. Raises ``ValueError`` for shares outside (0, 1],
    ``sure`` outside (0, 1) and samples below 1.

    Source: M. Fischler and R. Bolles, Random Sample Consensus, CACM 24 (1981).

    >>> [trials(w) for w in (0.3, 0.5, 0.7, 0.9)]
    [49, 17, 7, 3]
    """
    if not 0 < inliers <= 1:
        raise ValueError(f"inliers must be in (0, 1], got {inliers!r}")
    if not 0 < sure < 1:
        raise ValueError(f"sure must be in (0, 1), got {sure!r}")
    if sample < 1:
        raise ValueError(f"sample must be at least 1, got {sample}")
    missed = 1 - inliers**sample
    return 1 if missed == 0 else max(1, ceil(log(1 - sure) / log(missed)))
