"""Channels that can be named: filters whose numbers one can read, in place of learned ones."""

from dataclasses import dataclass

import numpy as np

from poolviz.pooling import Average, Sliding, pool
from poolviz.text import N_

SIDE = 16
"""Maps have at most this many rows and columns, as the last maps of a network do."""


@dataclass(frozen=True)
class Channel:
    """f = mean over blocks of |kernel * x + bias|: its name, numbers and meaning."""

    name: str
    title: str
    kernel: tuple[tuple[float, ...], ...]
    why: str
    bias: float = 0.0


CHANNELS: tuple[Channel, ...] = (
    Channel("bright", N_("bright"), ((1,),), N_("The cell itself: 1 is white.")),
    Channel("dark", N_("dark"), ((-1,),), N_("One minus the cell: 1 is black."), 1.0),
    Channel(
        "horizontal",
        N_("horizontal edges"),
        ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
        N_("Below minus above, the sign dropped."),
    ),
    Channel(
        "vertical",
        N_("upright edges"),
        ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
        N_("Right minus left, the sign dropped."),
    ),
    Channel(
        "diagonal",
        N_("diagonal edges"),
        ((0, 1, 2), (-1, 0, 1), (-2, -1, 0)),
        N_("Upper right minus lower left, the sign dropped."),
    ),
    Channel(
        "spots",
        N_("spots"),
        ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
        N_("Centre minus surround, the sign dropped: dots, tips and fine texture."),
    ),
)
"""In the order of the page. Kernels are divided by the sum of their positive numbers."""


def scaled(x: np.ndarray) -> np.ndarray:
    """x with its darkest cell at 0 and its lightest at 1; what is not finite counts as these.

    >>> scaled(np.array([[2.0, 4.0, np.inf]]))
    array([[0., 1., 1.]])
    """
    x = np.asarray(x, dtype=np.float64)
    finite = x[np.isfinite(x)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    clean = np.clip(np.nan_to_num(x, nan=low), low, high)
    return (clean - low) / (high - low) if high > low else np.zeros(x.shape)


def filtered(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Correlation of x (H, W) with an odd kernel, the border repeated: float64 (H, W).

    >>> filtered(np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[-1.0, 0.0, 1.0]]))
    array([[0., 1., 1., 0.]])
    """
    height, width = kernel.shape
    padded = np.pad(x, ((height // 2,) * 2, (width // 2,) * 2), mode="edge")
    y = np.zeros(x.shape)
    for (row, col), weight in np.ndenumerate(kernel):
        if weight:
            y += weight * padded[row : row + x.shape[0], col : col + x.shape[1]]
    return y


def response(x: np.ndarray, channel: Channel) -> np.ndarray:
    """|kernel * x + bias| of a picture in [0, 1], in [0, 1]: (H, W)."""
    kernel = np.array(channel.kernel, dtype=np.float64)
    positive = kernel[kernel > 0].sum() or 1.0
    return np.abs(filtered(x, kernel / positive) + channel.bias)


def block(shape: tuple[int, ...]) -> int:
    """The side of the blocks that are averaged, so that maps have at most 16 x 16 cells."""
    return max(1, -(-max(shape) // SIDE))


def features(x: np.ndarray) -> np.ndarray:
    """The named channels of a picture, averaged over blocks: (C, H, W), H and W at most 16."""
    picture = scaled(x)
    maps = np.stack([response(picture, channel) for channel in CHANNELS])
    side = min(block(x.shape), *x.shape)
    return pool(maps, Average(), Sliding(side)).output
