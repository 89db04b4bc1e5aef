"""Material that a seed alone makes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from poolviz.exercises.kind import Source
from poolviz.stage.control import Values


@dataclass(frozen=True)
class Draw:
    """What an exercise is made of: a seed; ``attempt`` counts what was tried before."""

    seed: int
    attempt: int

    def rng(self, salt: int) -> np.random.Generator:
        """Draws that depend on the seed and the attempt alone.

        >>> Draw(3, 0).rng(7).integers(100) == Draw(3, 0).rng(7).integers(100)
        np.True_
        """
        return np.random.default_rng([self.seed, self.attempt, salt])


def draws(tries: int) -> Source:
    """So many draws one after the other, whatever the state of a page is."""

    def attempts(_values: Values, seed: int) -> Iterator[Draw]:
        return (Draw(seed, attempt) for attempt in range(tries))

    return Source(attempts)
