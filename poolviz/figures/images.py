"""Planes as small pictures for ``st.image``, as PNG: whoever keeps one has encoded it once."""

from io import BytesIO

import numpy as np

from poolviz.stage.cache import kept


def grey(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values from low (black) to high (white), uint8."""
    part: np.ndarray = np.clip(np.nan_to_num((values - low) / (high - low or 1)), 0, 1)
    return (part * 255).astype(np.uint8)


def fitted(picture: np.ndarray, side: int) -> np.ndarray:
    """The picture no larger than ``side``: a large one made smaller, a small one with its pixels
    repeated.

    >>> fitted(np.zeros((3, 4), np.uint8), 10).shape, fitted(np.zeros((40, 20), np.uint8), 10).shape
    ((6, 8), (10, 5))
    """
    longer = max(picture.shape[:2])
    if longer <= side:
        return picture.repeat(side // longer, axis=0).repeat(side // longer, axis=1)
    from PIL import Image

    rows, cols = (max(1, round(n * side / longer)) for n in picture.shape[:2])
    return np.asarray(Image.fromarray(picture).resize((cols, rows), Image.Resampling.BOX))


def png(picture: np.ndarray) -> bytes:
    """Pixels (H, W) or (H, W, 3), uint8, as a PNG file: no edge is blurred.

    >>> png(np.zeros((2, 3), np.uint8))[:4]
    b'\\x89PNG'
    """
    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


@kept
def png_within(picture: np.ndarray, width: int) -> bytes:
    """The same at most so many pixels wide, made smaller where it is wider; 0: as it is.

    >>> from PIL import Image
    >>> Image.open(BytesIO(png_within(np.zeros((4, 8), np.uint8), 6))).size
    (6, 3)
    """
    if width and picture.shape[1] > width:
        from PIL import Image

        size = width, max(1, picture.shape[0] * width // picture.shape[1])
        picture = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR))
    return png(picture)
