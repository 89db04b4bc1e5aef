"""The worked case of a block: small inputs, parameters by a rule, and what comes out of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np


@dataclass(frozen=True)
class Pattern:
    """Parameters by rule number ``n``, times ``factor``; or given ``values``.

    A matrix holds ((3 r + 5 c + 2 n) mod 7 - 3) / 4, a vector ((2 r + n) mod 5 - 2) / 8.
    """

    n: int = 0
    factor: float = 1.0
    values: tuple[float, ...] | None = None

    def array(self, shape: tuple[int, ...]) -> np.ndarray:
        """The parameters in this shape.

        >>> Pattern(1).array((2, 2)).tolist(), Pattern(0).array((3,)).tolist()
        ([[-0.25, -0.75], [0.5, 0.0]], [-0.25, 0.0, 0.25])
        """
        if self.values is not None:
            return np.array(self.values, dtype=np.float64).reshape(shape)
        if len(shape) == 1:
            return self.factor * ((2 * np.arange(shape[0]) + self.n) % 5 - 2) / 8
        r, c = np.indices(shape)
        return self.factor * ((3 * r + 5 * c + 2 * self.n) % 7 - 3) / 4


@dataclass(frozen=True)
class Worked:
    """A golden case: ``z`` is the output at three ``cells`` (channel, row, column) and its sum;
    ``dx`` the gradient of channel 0's sum at ``DX`` of the input, and its sum.

    ``input`` is X2 = (a, a^T) or X4 = (a, a^T, a a, 1 - a), with a = A / 8; ``fields`` differ from
    the defaults; parameters that are not named in ``parameters`` are 0.
    """

    A: ClassVar[tuple[tuple[float, ...], ...]] = (
        (1, 3, 2, 1),
        (4, 7, 1, 0),
        (2, 2, 5, 3),
        (0, 6, 1, 8),
    )

    DX: ClassVar[tuple[tuple[int, int, int], ...]] = ((0, 1, 1), (1, 1, 1), (0, 3, 3))

    input: str
    z: tuple[float, float, float, float]
    dx: tuple[float, float, float, float]
    parameters: tuple[tuple[str, Pattern], ...] = ()
    fields: tuple[tuple[str, Any], ...] = ()
    cells: tuple[tuple[int, int, int], ...] = ((0, 1, 1), (1, 0, 2), (0, 3, 3))

    @property
    def x(self) -> np.ndarray:
        """The input ``(2 or 4, 4, 4)``."""
        return worked_input(self.input)

    def values(self, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
        """The parameters in these shapes."""
        given = dict(self.parameters)
        return {
            name: given[name].array(shape) if name in given else np.zeros(shape)
            for name, shape in shapes.items()
        }


def worked_input(name: str) -> np.ndarray:
    """X2 or X4, float64.

    >>> worked_input("X4")[:, 1, 1].tolist()
    [0.875, 0.875, 0.765625, 0.125]
    """
    a = np.array(Worked.A) / 8
    return np.stack((a, a.T) if name == "X2" else (a, a.T, a * a, 1 - a))
