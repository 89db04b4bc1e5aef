"""Planes as small pictures for ``st.image``, as PNG: whoever keeps one has encoded it once."""

from io import BytesIO

import numpy as np
from PIL import Image

SHOWN = 256
"""Pixels of the longer side of a picture."""


def grey(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values from low (black) to high (white), uint8."""
    part: np.ndarray = np.clip(np.nan_to_num((values - low) / (high - low or 1)), 0, 1)
    return (part * 255).astype(np.uint8)


def larger(picture: np.ndarray) -> np.ndarray:
    """The picture with whole pixels repeated until it is about SHOWN wide."""
    times = max(1, SHOWN // max(picture.shape[:2]))
    return picture.repeat(times, axis=0).repeat(times, axis=1)


def png(picture: np.ndarray) -> bytes:
    """Pixels (H, W) or (H, W, 3), uint8, as a PNG file: no edge is blurred.

    >>> png(np.zeros((2, 3), np.uint8))[:4]
    b'\\x89PNG'
    """
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
