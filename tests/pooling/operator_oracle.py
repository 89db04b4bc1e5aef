"""Operators written from their definitions with loops; nothing here comes from poolviz."""

import cmath
import math
from fractions import Fraction

import numpy as np


def spectral(x, out):
    """Crop the centred DFT of a plane to ``out`` and go back; every sum written as a loop."""
    (height, width), (rows, cols) = x.shape, out
    low_u, low_v = -(rows // 2), -(cols // 2)
    kept = {}
    for u in range(low_u, low_u + rows):
        for v in range(low_v, low_v + cols):
            kept[u, v] = sum(
                x[i, j] * cmath.exp(-2j * math.pi * (u * i / height + v * j / width))
                for i in range(height)
                for j in range(width)
            ) / (height * width)
    y = np.empty(out)
    for i in range(rows):
        for j in range(cols):
            y[i, j] = sum(
                c * cmath.exp(2j * math.pi * (u * i / rows + v * j / cols))
                for (u, v), c in kept.items()
            ).real
    return y


def strip(x):
    height, width = x.shape
    y = np.zeros(x.shape)
    for i in range(height):
        for j in range(width):
            y[i, j] = sum(x[i, v] for v in range(width)) / width
            y[i, j] += sum(x[u, j] for u in range(height)) / height
    return y


def max_stride_one(x, k):
    """Max of k x k windows that begin at each cell, cut off at the border."""
    height, width = x.shape
    z = np.empty(x.shape)
    for i in range(height):
        for j in range(width):
            z[i, j] = x[i : i + k, j : j + k].max()
    return z


def s3pool(x, k, rows, cols):
    """Stage 1, then the rows and columns that were kept."""
    z = max_stride_one(x, k)
    return np.array([[z[r, c] for c in cols] for r in rows])


def s3pool_mean(x, k, s):
    z = max_stride_one(x, k)
    out = (-(-x.shape[0] // s), -(-x.shape[1] // s))
    return np.array(
        [
            [z[i * s : i * s + s, j * s : j * s + s].mean() for j in range(out[1])]
            for i in range(out[0])
        ]
    )


def bilinear(x, u, v):
    """x read between its cells, each cell reaching one cell far; constant beyond the border."""
    height, width = x.shape
    if u < -1 or v < -1 or u > height or v > width:
        return [(0.0, 0.0)] * 4
    u, v = min(max(u, 0), height - 1), min(max(v, 0), width - 1)
    i, j = math.floor(u), math.floor(v)
    corners = []
    for a, wa in ((i, 1 - (u - i)), (i + 1, u - i)):
        for b, wb in ((j, 1 - (v - j)), (j + 1, v - j)):
            corners.append((wa * wb, x[min(a, height - 1), min(b, width - 1)]))
    return corners


def roi_align(x, box, out, scale=1.0, ratio=0, aligned=True, mode="avg"):
    """One box (x1, y1, x2, y2) over one plane."""
    shift = 0.5 if aligned else 0.0
    x1, y1, x2, y2 = (v * scale - shift for v in box)
    height, width = y2 - y1, x2 - x1
    if not aligned:
        height, width = max(height, 1.0), max(width, 1.0)
    y = np.zeros(out)
    for i in range(out[0]):
        for j in range(out[1]):
            down = ratio or math.ceil(height / out[0])
            across = ratio or math.ceil(width / out[1])
            samples = []
            for a in range(down):
                for b in range(across):
                    u = y1 + (i + (a + 0.5) / down) * height / out[0]
                    v = x1 + (j + (b + 0.5) / across) * width / out[1]
                    samples.append(bilinear(x, u, v))
            if mode == "avg":
                y[i, j] = sum(w * p for s in samples for w, p in s) / max(down * across, 1)
            else:
                y[i, j] = max((w * p for s in samples for w, p in s), default=0)
    return y


def roi_pool(x, box, out, scale=1.0):
    def rounded(v):
        return math.floor(v + 0.5) if v >= 0 else -math.floor(-v + 0.5)

    x1, y1, x2, y2 = (rounded(v * scale) for v in box)
    height, width = max(y2 - y1 + 1, 1), max(x2 - x1 + 1, 1)
    y = np.zeros(out)
    for i in range(out[0]):
        for j in range(out[1]):
            rows = range(y1 + i * height // out[0], y1 + math.ceil((i + 1) * height / out[0]))
            cols = range(x1 + j * width // out[1], x1 + math.ceil((j + 1) * width / out[1]))
            inside = [
                x[r, c] for r in rows for c in cols if 0 <= r < x.shape[0] and 0 <= c < x.shape[1]
            ]
            y[i, j] = max(inside, default=0)
    return y


def blur_pool(x, k, s, m, border="reflect"):
    """Max of stride 1, a border around it, binomial filter, every s-th cell."""
    height, width = x.shape[0] - k + 1, x.shape[1] - k + 1
    z = np.array([[x[i : i + k, j : j + k].max() for j in range(width)] for i in range(height)])
    before, after = (m - 1) // 2, m // 2
    mode = {"reflect": "reflect", "replicate": "edge", "zero": "constant"}[border]
    z = np.pad(z, (before, after), mode=mode)
    row = np.array([1.0])
    for _ in range(m - 1):
        row = np.convolve(row, [0.5, 0.5])
    return np.array(
        [
            [
                sum(row[a] * row[b] * z[i + a, j + b] for a in range(m) for b in range(m))
                for j in range(0, width, s)
            ]
            for i in range(0, height, s)
        ]
    )


def k_max(a, k):
    """Take away the smallest cell, the last of equals, until k are left."""
    left = list(range(len(a)))
    while len(left) > k:
        left.remove(min(left, key=lambda i: (a[i], -i)))
    return [a[i] for i in left], left


def rmac_regions(height, width, levels):
    """(row, col, side) of the regions, by the paper's words: even, side by side, border to border.

    Along the longer axis as many squares of the first scale as overlap by nearest to 40 %.
    """
    short, long = min(height, width), max(height, width)
    overlap = {m: (short - (long - short) / (m - 1)) / short for m in range(2, 8)}
    m = 1 if short == long else min(overlap, key=lambda m: abs(overlap[m] - 0.4))
    regions = []
    for scale in range(1, levels + 1):
        side = math.floor(2 * short / (scale + 1))
        many = {short: scale, long: scale + m - 1}
        rows, cols = (
            [math.floor(i * Fraction(n - side, max(many[n] - 1, 1))) for i in range(many[n])]
            for n in (height, width)
        )
        regions += [(r, c, side) for r in rows for c in cols]
    return regions


def statistics(cells, weights, unbiased):
    """Weighted mean and deviation of a list of cells, with sums in exact fractions."""
    v = [Fraction(w) for w in weights]
    a = [Fraction(float(cell)) for cell in cells]
    total = sum(v)
    mean = sum(w * b for w, b in zip(v, a, strict=True)) / total
    squares = sum(w * (b - mean) ** 2 for w, b in zip(v, a, strict=True))
    count = total - sum(w * w for w in v) / total if unbiased else total
    return float(mean), math.sqrt(squares / count) if count else 0.0


def s3pool_cut_mean(x, k, s):
    """The authors' testing: no padding in stage 1, then padding that does not count."""
    z = np.array(
        [
            [x[i : i + k, j : j + k].max() for j in range(x.shape[1] - k + 1)]
            for i in range(x.shape[0] - k + 1)
        ]
    )
    z = np.pad(z, s // 2, constant_values=np.nan)
    rows, cols = (range(0, n - s + 1, s) for n in z.shape)
    return np.array([[np.nanmean(z[i : i + s, j : j + s]) for j in cols] for i in rows])
