"""A picture, noise upon it, and what filters make of it: pure arithmetic in [0, 1]."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from poolviz.attention import NonLocalMeans, attend
from poolviz.numbers import number
from poolviz.pooling import Adaptive, Average, pool
from poolviz.stage.cache import kept
from poolviz.wings.pooling.core.channels import scaled

LARGEST = 64
"""Rows and columns of a picture at most; larger ones are shrunk."""
WHITE = 255.0
BLURS = tuple(round(0.1 * n, 1) for n in range(4, 21))
"""Standard deviations of the Gaussians that are tried, in pixels."""
RATIOS = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)
"""h over the noise's standard deviation, for the curve."""

NEAR = 1.5
"""Standard deviation of the bilateral filter's nearness, in pixels."""
LIKE = (2.0, 2.5)
"""Standard deviations of its likeness that are tried, over the noise's."""
LEAST = np.float32(-87)
"""exp of less would be a denormal number, with which float32 takes many times as long."""


@kept
def prepared(x: np.ndarray, grey: bool) -> np.ndarray:
    """A picture in [0, 1], at most 64 x 64: black 0, white 1 (else its least and its largest).

    Larger ones are averaged over equal parts of the picture.

    >>> prepared(np.full((2, 2), 51.0), True).tolist()
    [[0.2, 0.2], [0.2, 0.2]]
    """
    shape = shrunk(x.shape)
    if shape != x.shape:
        x = pool(x, Average(), Adaptive(shape)).output
    clean = np.clip(x / WHITE, 0, 1) if grey else scaled(x)
    clean.flags.writeable = False
    return clean


def shrunk(shape: tuple[int, ...]) -> tuple[int, int]:
    """The rows and columns that a picture keeps.

    >>> shrunk((224, 112)), shrunk((19, 19))
    ((64, 32), (19, 19))
    """
    rows, cols = shape
    most = max(rows, cols, LARGEST)
    return max(1, round(rows * LARGEST / most)), max(1, round(cols * LARGEST / most))


@kept
def noised(clean: np.ndarray, noise: float, seed: int) -> np.ndarray:
    """clean + noise/255 N(0, 1), drawn by ``default_rng(seed)``, not clipped."""
    drawn = np.random.default_rng(seed).standard_normal(clean.shape)
    noisy = clean + noise / WHITE * drawn
    noisy.flags.writeable = False
    return noisy


def psnr(picture: np.ndarray, clean: np.ndarray) -> float:
    """10 log10(1 / mean squared error) in dB, of values clipped to [0, 1]; inf: no error.

    >>> psnr(np.full((2, 2), 0.6), np.full((2, 2), 0.5)).__round__(6)
    20.0
    """
    error = float(((np.clip(picture, 0, 1) - clean) ** 2).mean())
    return float("inf") if error == 0 else float(-10 * np.log10(error))


def decibel(value: float) -> str:
    """A PSNR as it is written: two decimals."""
    return number(value) if np.isinf(value) else f"{value:.2f}"


def margin(block: NonLocalMeans) -> int:
    """How far beyond the picture a window and a patch in it reach."""
    return block.window // 2 + block.patch // 2


@kept
def means(noisy: np.ndarray, block: NonLocalMeans) -> np.ndarray:
    """NLM(noisy), in float32, for exp is what takes time. Windows go on beyond the border, where
    the picture is mirrored; the whole picture ends there."""
    if not block.window:
        return whole(noisy, block)
    if not margin(block):
        return noisy
    factor = np.float32(-1 / (block.patch * block.h) ** 2)
    total = np.zeros(noisy.shape, np.float32)
    taken = np.zeros_like(total)
    padded = np.pad(noisy, margin(block), mode="reflect").astype(np.float32)
    for w, there in rows_of_offsets(padded, block):
        w *= factor
        np.exp(np.maximum(w, LEAST, out=w), out=w)
        total += w.sum(0)
        taken += np.einsum("krc,krc->rc", w, there)
    y = (taken / total).astype(np.float64)
    y.flags.writeable = False
    return y


def rows_of_offsets(
    padded: np.ndarray, block: NonLocalMeans
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """A row of a window's offsets at a time: the summed squared differences of the patches, and
    the pixels there, both ``(window, H, W)``. ``padded`` has ``margin(block)`` pixels around.
    """
    edge, reach = block.patch // 2, block.window // 2
    rows, cols = (n - 2 * margin(block) for n in padded.shape)
    size = rows + 2 * edge, cols + 2 * edge
    here = padded[reach : reach + size[0], reach : reach + size[1]]
    for there in np.lib.stride_tricks.sliding_window_view(padded, size):
        squared = here - there
        squared *= squared
        tall = squared[:, :rows].copy()
        for i in range(1, block.patch):
            tall += squared[:, i : i + rows]
        boxes = tall[..., :cols].copy()
        for i in range(1, block.patch):
            boxes += tall[..., i : i + cols]
        yield boxes, there[:, edge : edge + rows, edge : edge + cols]


def whole(noisy: np.ndarray, block: NonLocalMeans) -> np.ndarray:
    """The same with every pixel as a key: ``attend``."""
    keys = block.patches(noisy[None]).astype(np.float32)
    bias = -(keys * keys).sum(-1) / block.h**2
    values = noisy.reshape(-1, 1).astype(np.float32)
    y = attend(keys, keys, values, scale=2 / block.h**2, bias=bias.astype(np.float32)).output
    return y.reshape(noisy.shape).astype(np.float64)


@kept
def curve(noisy: np.ndarray, clean: np.ndarray, block: NonLocalMeans, noise: float) -> np.ndarray:
    """PSNR of NLM for each of ``RATIOS`` times the noise: one walk over the offsets for all."""
    inverse = [-1 / (ratio * noise / WHITE) ** 2 / block.patch**2 for ratio in RATIOS]
    total = np.zeros((len(RATIOS), *noisy.shape), np.float32)
    taken = np.zeros_like(total)
    padded = np.pad(noisy, margin(block), mode="reflect").astype(np.float32)
    for squared, there in rows_of_offsets(padded, block):
        for i, factor in enumerate(inverse):
            w = np.exp(np.maximum(np.float32(factor) * squared, LEAST))
            total[i] += w.sum(0)
            taken[i] += np.einsum("krc,krc->rc", w, there)
    return np.array([psnr(y, clean) for y in taken / total])


def best(noisy: np.ndarray, clean: np.ndarray, noise: float, block: NonLocalMeans,
         ratios: tuple[float, ...]) -> tuple[float, float]:  # fmt: skip
    """The largest PSNR over some h, and that h over the noise's standard deviation."""
    found = [
        (psnr(means(noisy, replace(block, h=ratio * noise / WHITE)), clean), ratio)
        for ratio in ratios
    ]
    return max(found)


@dataclass(frozen=True, eq=False)
class Filtered:
    """What a filter made of the noisy picture; ``width``: the Gaussian's, in pixels."""

    picture: np.ndarray
    width: float = 0.0


@kept
def mean3(noisy: np.ndarray) -> np.ndarray:
    """The mean of each 3 x 3 window, the border mirrored.

    >>> mean3(np.eye(3)).round(3)[1, 1]
    np.float64(0.333)
    """
    return np.asarray(_windows(noisy, 1).mean((-2, -1)))


@kept
def median3(noisy: np.ndarray) -> np.ndarray:
    """The median of each 3 x 3 window, the border mirrored."""
    nine = _windows(noisy, 1).reshape(*noisy.shape, 9)
    return np.partition(nine, 4, axis=-1)[..., 4]


def gaussian(noisy: np.ndarray, width: float) -> np.ndarray:
    """A Gaussian blur of standard deviation ``width``, cut at four of them, the border mirrored."""
    rows, cols = (_blurs(n, width) for n in noisy.shape)
    return np.asarray(rows @ noisy @ cols.T)


@kept
def _blurs(n: int, width: float) -> np.ndarray:
    """The blur of n pixels in a line as a matrix (n, n)."""
    reach = max(1, round(4 * width))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    mirrored = np.pad(np.eye(n), ((0, 0), (reach, reach)), mode="reflect")
    lines = np.lib.stride_tricks.sliding_window_view(mirrored, 2 * reach + 1, axis=1)
    return np.asarray((lines @ (taps / taps.sum())).T)


def _windows(x: np.ndarray, reach: int) -> np.ndarray:
    padded = np.pad(x, reach, mode="reflect")
    return np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1,) * 2)


@kept
def best_gaussian(noisy: np.ndarray, clean: np.ndarray) -> Filtered:
    """The blur of ``BLURS`` that comes nearest to the clean picture."""
    return max(
        (Filtered(gaussian(noisy, width), width) for width in BLURS),
        key=lambda each: psnr(each.picture, clean),
    )


@kept
def bilateral(noisy: np.ndarray, clean: np.ndarray, noise: float) -> np.ndarray:
    """The mean of each 9 x 9 window, weighed by nearness and by likeness of the single pixels.

    w_ij = exp(-|i - j|² / (2 NEAR²) - (u_i - u_j)² / (2 r²)), the border mirrored; r is that of
    ``LIKE`` times the noise that comes nearest to the clean picture.

    Source: Tomasi & Manduchi, ICCV 1998.
    """
    block = NonLocalMeans(patch=1, window=9)
    padded = np.pad(noisy, margin(block), mode="reflect").astype(np.float32)
    far = (np.arange(block.window) - block.window // 2) ** 2 / (2 * NEAR**2)
    factors = [-1 / (2 * (ratio * noise / WHITE) ** 2) for ratio in LIKE]
    total = np.zeros((len(LIKE), *noisy.shape), np.float32)
    taken = np.zeros_like(total)
    for row, (squared, there) in zip(far, rows_of_offsets(padded, block), strict=True):
        place = (row + far).astype(np.float32)[:, None, None]
        for i, factor in enumerate(factors):
            w = np.exp(np.maximum(np.float32(factor) * squared - place, LEAST))
            total[i] += w.sum(0)
            taken[i] += np.einsum("krc,krc->rc", w, there)
    made = (taken / total).astype(np.float64)
    found = max(made, key=lambda each: psnr(each, clean)).copy()
    found.flags.writeable = False  # so that its digest is taken once
    return found


def best_gate(noisy: np.ndarray, mean: np.ndarray, clean: np.ndarray) -> float:
    """The gamma of noisy + gamma (mean - noisy) that comes nearest to clean: <d, t> / <d, d>."""
    d, t = mean - noisy, clean - noisy
    length = float((d * d).sum())
    return float((d * t).sum()) / length if length else 0.0
