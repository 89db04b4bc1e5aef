"""A box of a picture becomes a crop of a fixed size, and joints found there go back.

A box is (x, y, width, height) in pixels of the picture. Edges are continuous, from 0 to the
width; the centre of the pixel in column c is at c + .5 there, and at c for whoever counts pixels:
that half a pixel is what ``centres`` is about.
"""

from collections.abc import Sequence

import numpy as np

Box = Sequence[float]


def crop_matrix(box: Box, size: tuple[int, int], centres: bool = False) -> np.ndarray:
    """The 2 x 3 matrix from the picture to its crop: (x - x0) W / w, (y - y0) H / h.

    ``size``: (W, H) of the crop. ``centres``: for places that are counted from the centre of the
    first pixel, (x - x0 + .5) W / w - .5. Errors: ``ValueError`` for a box without area.

    >>> (crop_matrix((40, 20, 80, 160), (192, 256)) @ [100, 60, 1]).tolist()
    [144.0, 64.0]
    """
    x, y, w, h = box
    if not (w > 0 and h > 0):
        raise ValueError(f"box must have a width and a height above 0, got {(w, h)}")
    across, down = size[0] / w, size[1] / h
    half = 0.5 if centres else 0.0
    return np.array([[across, 0, (half - x) * across - half], [0, down, (half - y) * down - half]])


def inverse(matrix: np.ndarray) -> np.ndarray:
    """The way back of a 2 x 3 matrix: [γ1 γ2] = [θ1 θ2]^-1, γ3 = -[γ1 γ2] θ3.

    So RMPE's SDTN undoes its STN (Fang et al., ICCV 2017). Errors: ``ValueError`` where there is
    no way back, for what is flat.

    >>> inverse(np.array([[2.0, 0, 1], [0, 4.0, -2]])).tolist()
    [[0.5, 0.0, -0.5], [0.0, 0.25, 0.5]]
    """
    turn, shift = matrix[:, :2], matrix[:, 2]
    if abs(np.linalg.det(turn)) < 1e-12:
        raise ValueError(f"matrix must have an inverse, got {turn.tolist()}")
    back = np.linalg.inv(turn)
    return np.column_stack([back, -back @ shift + 0.0])


def moved(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points (n, 2) of x and y through a 2 x 3 matrix."""
    return np.asarray(points) @ matrix[:, :2].T + matrix[:, 2]


def turning(box: Box, degrees: float) -> np.ndarray:
    """The 2 x 3 matrix that turns a picture about the middle of a box, counter-clockwise as seen.

    In continuous places; y points down.

    >>> turning((0, 0, 2, 2), 90).round(12).tolist()  # the corner at the right top goes to the left
    [[0.0, 1.0, 0.0], [-1.0, 0.0, 2.0]]
    """
    angle = np.deg2rad(degrees)
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, s], [-s, c]])
    middle = np.array([box[0] + box[2] / 2, box[1] + box[3] / 2])
    return np.column_stack([turn, middle - turn @ middle])


def scaled(box: Box, by: float = 1.0, across: float = 0.0, down: float = 0.0) -> tuple[float, ...]:
    """A box made larger about its middle, and moved by shares of its own sides.

    >>> scaled((10, 10, 20, 40), 2, across=0.5)
    (10.0, -10.0, 40, 80)
    """
    x, y, w, h = box
    left, top = x + w / 2 - w * by / 2 + across * w, y + h / 2 - h * by / 2 + down * h
    return left, top, w * by, h * by


def _taps(start: float, length: float, size: int, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of ``pixels`` is the first that counts for each of ``size``, (size,), and how much it
    and those behind it count, (size, taps), whole numbers.

    A triangle over the pixels, as wide as a new pixel is where the picture shrinks; each row adds
    up to about 2^22, the fixed point in which Pillow counts.
    """
    scale = length / size
    reach = max(scale, 1.0)
    centres = start + (np.arange(size) + 0.5) * scale
    first = np.maximum((centres - reach + 0.5).astype(int), 0)
    last = np.minimum((centres + reach + 0.5).astype(int), pixels)
    places = first[:, None] + np.arange((last - first).max())
    away = np.abs((places + 0.5 - centres[:, None]) / reach)
    weights = np.where(places < last[:, None], np.maximum(1 - away, 0), 0)
    weights /= weights.sum(1, keepdims=True)
    return first, np.floor(weights * 2**22 + 0.5).astype(np.int32)


def _summed(pixels: np.ndarray, axis: int, first: np.ndarray, taps: np.ndarray) -> np.ndarray:
    """Each new row or column is the sum of its taps: few pixels each, so that no matrix is made.

    What lies beyond the picture is black and adds nothing. 255 * 2^22 is below 2^31.
    """
    shape = [*pixels.shape]
    shape[axis] = len(first)
    total = np.full(shape, 2**21, np.int32)
    along = (len(first), 1, 1) if axis == 0 else (len(first), 1)
    for k in range(taps.shape[1]):
        places = first + k
        there = (places >= 0) & (places < pixels.shape[axis])
        weight = np.where(there, taps[:, k], 0).astype(np.int32)
        if weight.any():
            each = (
                np.repeat(weight.reshape(along), shape[-1], -1) if axis else weight.reshape(along)
            )
            total += pixels.take(places, axis, mode="clip") * each
    return np.clip(total >> 22, 0, 255, out=total)


def resized(pixels: np.ndarray, box: Box, size: tuple[int, int]) -> np.ndarray:
    """The box of a picture, (W, H) = ``size`` pixels large, linear with shrinking averaged.

    ``pixels`` uint8 (rows, columns, 3) -> uint8 (H, W, 3), to the bit as Pillow's
    ``resize(size, BILINEAR, box)``. What lies outside the picture is black.
    """
    x, y, w, h = box
    if not (w > 0 and h > 0):
        raise ValueError(f"box must have a width and a height above 0, got {(w, h)}")
    rows, cols = pixels.shape[:2]
    left, top = max(0, int(np.ceil(-x))), max(0, int(np.ceil(-y)))
    right, bottom = max(0, int(np.ceil(x + w - cols))), max(0, int(np.ceil(y + h - rows)))
    column, across = _taps(x + left, w, size[0], left + cols + right)
    row, down = _taps(y + top, h, size[1], top + rows + bottom)
    # of the picture's rows those that the box sees
    start, stop = np.clip([row.min() - top, row.max() - top + down.shape[1]], 0, rows)
    half = _summed(pixels[start:stop].astype(np.int32), 1, column - left, across)
    if not len(half):
        return np.zeros((size[1], size[0], pixels.shape[2]), np.uint8)
    return _summed(half, 0, row - top - start, down).astype(np.uint8)


def turned(pixels: np.ndarray, box: Box, degrees: float) -> np.ndarray:
    """The picture turned about the middle of the box, uint8, linear, black from outside.

    Errors: none; 0° gives the picture itself.
    """
    if not degrees:
        return pixels
    rows, cols = pixels.shape[:2]
    across, down, shift = inverse(turning(box, degrees)).T
    # where each pixel comes from, counted in the picture with a black frame of one pixel
    x, y = (
        np.clip(
            (across[i] * (np.arange(cols) + 0.5))
            + (down[i] * (np.arange(rows) + 0.5) + shift[i] + 0.5)[:, None],
            0, most + 0.999,
        ).astype(np.float32)
        for i, most in enumerate((cols, rows))
    )  # fmt: skip
    c, r = np.minimum(x.astype(np.intp), cols), np.minimum(y.astype(np.intp), rows)
    right, below = (x - c).astype(np.float32), (y - r).astype(np.float32)
    around = np.pad(pixels, ((1, 1), (1, 1), (0, 0))).astype(np.float32)
    mixed, at = np.empty(pixels.shape, np.uint8), r * (cols + 2) + c
    for colour in range(pixels.shape[2]):
        plane = np.ascontiguousarray(around[:, :, colour]).ravel()
        first, second = (
            plane[line:].take(at) * (1 - right) + plane[line + 1 :].take(at) * right
            for line in (0, cols + 2)
        )
        mixed[:, :, colour] = np.rint(first * (1 - below) + second * below)
    return mixed
