"""Convolution in NumPy: shifted copies of the map, and one matrix product."""

from typing import NamedTuple

import numpy as np


class Conv(NamedTuple):
    """A convolution with its bias: weight (out, in, k, k), bias (out,), stride."""

    weight: np.ndarray
    bias: np.ndarray
    stride: int = 1


def convolve(x: np.ndarray, conv: Conv) -> np.ndarray:
    """y[b, o, i, j] = bias[o] + sum of w[o, c, u, v] x[b, c, s i + u - k//2, s j + v - k//2].

    ``x`` (B, C, H, W) with zeros around it; the result (B, O, ceil(H/s), ceil(W/s)), in x's dtype,
    as ``torch.nn.functional.conv2d(x, weight, bias, stride, k // 2)`` for odd k. The k x k shifted
    copies of x are rows of one matrix, and the sum is one product (im2col).

    >>> box = Conv(np.ones((1, 1, 3, 3)), np.zeros(1))
    >>> convolve(np.ones((1, 1, 3, 3)), box)[0, 0]
    array([[4., 6., 4.], [6., 9., 6.], [4., 6., 4.]])
    """
    b, c, h, w = x.shape
    out, _, k, _ = conv.weight.shape
    s = conv.stride
    rows, columns = -(-h // s), -(-w // s)
    weight = conv.weight.reshape(out, c * k * k)
    if k == 1 and s == 1:
        shifted = x.reshape(b, c, h * w)
    else:
        margin = k // 2
        padded = np.zeros((b, c, h + 2 * margin, w + 2 * margin), x.dtype)
        padded[:, :, margin : margin + h, margin : margin + w] = x
        copies = np.empty((b, c, k, k, rows, columns), x.dtype)
        for u in range(k):
            for v in range(k):
                copies[:, :, u, v] = padded[
                    :, :, u : u + s * (rows - 1) + 1 : s, v : v + s * (columns - 1) + 1 : s
                ]
        shifted = copies.reshape(b, c * k * k, rows * columns)
    y = np.matmul(weight, shifted)
    y += conv.bias[:, None]
    return y.reshape(b, out, rows, columns)


def relu(x: np.ndarray) -> np.ndarray:
    """max(x, 0), written over x."""
    return np.maximum(x, 0, out=x)


def max_pool(x: np.ndarray) -> np.ndarray:
    """The largest of each 2 x 2 cells: (..., H, W) to (..., H/2, W/2), H and W even."""
    return np.maximum(
        np.maximum(x[..., ::2, ::2], x[..., 1::2, ::2]),
        np.maximum(x[..., ::2, 1::2], x[..., 1::2, 1::2]),
    )


def upsample(x: np.ndarray) -> np.ndarray:
    """Each value fills 2 x 2 cells: unpooling that remembers no place."""
    return x.repeat(2, axis=-2).repeat(2, axis=-1)


def fold(
    weight: np.ndarray,
    scale: np.ndarray,
    shift: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    eps: float = 1e-5,
    bias: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """A convolution and the batch norm after it as one: w' = w g, shift + (bias - mean) g.

    g = scale / sqrt(variance + eps), one a channel (Ioffe and Szegedy, 2015, at inference).

    >>> w, b = fold(np.full((1, 1, 1, 1), 3.0), np.ones(1), np.ones(1), np.ones(1), np.full(1, 4.0))
    >>> round(float(w[0, 0, 0, 0]), 4), round(float(b[0]), 4)
    (1.5, 0.5)
    """
    gain = scale / np.sqrt(variance + eps)
    return weight * gain[:, None, None, None], shift + (bias - mean) * gain
