"""How much one call may ask for: about 1 GB beyond what it is given, and a few seconds.

Every limit is a number of cells, counted from the arguments before anything of that size is made.
Inputs have no limit of their own. What needs no table walks through the windows a ``BLOCK`` at a
time; only what is written out as a whole is held to ``MAX_TABLE``.
"""

MAX_TABLE = 20_000_000
"""Window cells of a table that is written out: positions, cells, gradients and shares of each."""
MAX_WORK = 100_000_000
"""Window cells that a call goes through, a few at a time."""
MAX_TAPS = 1_500_000_000
"""Cells that the taps of a fast path read, one strided slice after the other."""
MAX_FILLED = 40_000_000
"""Cells of an output that is larger than what it is made from: 320 MB."""
MAX_BOXES = 2_000_000
"""Boxes of which each has a size of its own, so that their corners are listed: 64 MB."""
BLOCK = 2**18
"""Window cells at work at once where a table is not written out: 2 MB, and some such arrays."""


def fits(
    entries: int, names: str, most: int = MAX_TABLE, what: str = "window cells", cost: int = 1
) -> None:
    """A ``ValueError`` that names the arguments if they ask for more than the limit.

    >>> fits(10**9, "kernel_size and stride")
    Traceback (most recent call last):
    ValueError: kernel_size and stride must give at most 20,000,000 window cells, got 1,000,000,000
    """
    if entries * cost > most:
        raise ValueError(f"{names} must give at most {most // cost:,} {what}, got {entries:,}")
