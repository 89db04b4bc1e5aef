"""Means of a pyramid of bins as keys, on pictures: what is asked less, and how far off it is."""

from dataclasses import dataclass

import numpy as np

from poolviz.attention import attend
from poolviz.pooling import Adaptive, Average, pool
from poolviz.samples import sample
from poolviz.stage.cache import kept
from poolviz.text import N_
from poolviz.wings.pooling.core.channels import scaled

PATCH, SCALE = 5, 2.0
"""Rows and columns of the patches that are compared, and what multiplies their products."""
SIDE = 32
PICTURES = {
    "photograph": N_("Photograph"), "cat": N_("Cat"), "digit": N_("Digit"),
    "go-board": N_("Go board"),
}  # fmt: skip
MAP = "map"
"""The map of the page, besides these."""
PYRAMIDS: tuple[tuple[int, ...], ...] = ((1,), (1, 2, 3, 6), (1, 3, 6, 8), (1, 4, 8, 12))


@kept
def picture_of(name: str) -> np.ndarray:
    """A picture in [0, 1], of at most 32 x 32 cells, each the mean of a block."""
    x = scaled(sample(name))
    if max(x.shape) > SIDE:
        x = pool(x, Average(), Adaptive(SIDE)).output
    return x


def patches(x: np.ndarray) -> np.ndarray:
    """The 5 x 5 cells around each cell, reflected at the border, less the mean of all: (N, 25)."""
    wide = x
    for axis in (0, 1):  # one row or column has nothing to reflect
        pads = [(0, 0), (0, 0)]
        pads[axis] = (PATCH // 2,) * 2
        wide = np.pad(wide, pads, mode="reflect" if x.shape[axis] > 1 else "edge")
    seen = np.lib.stride_tricks.sliding_window_view(wide, (PATCH, PATCH)).reshape(x.size, -1)
    return np.asarray(seen - seen.mean())


def bins(tokens: np.ndarray, grid: tuple[int, int], sizes: tuple[int, ...]) -> np.ndarray:
    """Means of the bins of all adaptive pools, one after the other: (S, channels)."""
    maps = tokens.T.reshape(-1, *grid)
    pooled = [pool(maps, Average(), Adaptive(n)).output for n in sizes]
    return np.concatenate([each.reshape(len(maps), -1) for each in pooled], 1).T


@dataclass(frozen=True, eq=False)
class Anchored:
    """A picture (H, W) attended in full, and with fewer keys; ``keys`` are asked.

    ``error``: the norm of the difference, over that of the full output around its mean, so that
    one key, the mean, has about 1.
    """

    picture: str
    x: np.ndarray
    keys: int
    full: np.ndarray
    y: np.ndarray

    @property
    def error(self) -> float:
        """How far off y is."""
        spread = float(np.linalg.norm(self.full - self.full.mean()))
        off = float(np.linalg.norm(self.y - self.full))
        return off / spread if spread else 0.0


@kept
def _full(name: str, x: np.ndarray) -> np.ndarray:
    tokens = patches(x)
    return attend(tokens, tokens, x.reshape(-1, 1), scale=SCALE).output


def anchored(name: str, x: np.ndarray, sizes: tuple[int, ...]) -> Anchored:
    """The picture with the bins of a pyramid as keys and values; without sizes: every second row
    and column of cells."""
    tokens, values = patches(x), x.reshape(-1, 1)
    if sizes:
        keys, values = (bins(each, (x.shape[0], x.shape[1]), sizes) for each in (tokens, values))
    else:
        some = np.arange(x.size).reshape(x.shape)[::2, ::2].ravel()
        keys, values = tokens[some], values[some]
    y = attend(tokens, keys, values, scale=SCALE).output
    full = _full(name, x)
    return Anchored(name, x, len(keys), full.reshape(x.shape), y.reshape(x.shape))


@kept
def of_picture(name: str, sizes: tuple[int, ...]) -> Anchored:
    """The same for a shipped picture."""
    return anchored(name, picture_of(name), sizes)


@kept
def errors() -> dict[str, tuple[float, ...]]:
    """Every shipped picture with every pyramid, and with a quarter of its cells."""
    return {
        name: tuple(of_picture(name, sizes).error for sizes in (*PYRAMIDS, ())) for name in PICTURES
    }
