"""The flip test: the mirrored picture is run too, its maps are mirrored back and averaged.

A joint at pixel x lies at cell x / s of a map with stride s, or at (x + .5) / s - .5 where pixels
and cells are counted by their centres. Only with the second does mirroring twice change nothing.
"""

import numpy as np

from poolviz.pose import COCO17


def cell_of(x: float, stride: int, centres: bool = True) -> float:
    """The cell in which pixel x lies: (x + .5) / s - .5, or x / s without ``centres``.

    >>> cell_of(8, 4), cell_of(8, 4, centres=False)
    (1.625, 2.0)
    """
    return (x + 0.5) / stride - 0.5 if centres else x / stride


def mirrored_back(maps: np.ndarray, mirrored: tuple[int, ...] = COCO17.mirror) -> np.ndarray:
    """Maps (joints, rows, columns) of a mirrored picture as those of the picture itself."""
    return maps[list(mirrored), :, ::-1]


def flip_shift(stride: int, centres: bool = True) -> float:
    """By how many cells a map moves that goes through the mirror and back: (s - 1) / s, or 0.

    The picture of width W mirrors x to W - 1 - x, the map of W / s cells c to W / s - 1 - c.

    >>> flip_shift(4, centres=False), flip_shift(4)
    (0.75, 0.0)
    """
    width = 16 * stride
    there = cell_of(width - 1 - 0.0, stride, centres)
    back = width / stride - 1 - there
    return cell_of(0.0, stride, centres) - back


def flip_averaged(
    maps: np.ndarray, flipped: np.ndarray, shift: int = 0, mirrored: tuple[int, ...] = COCO17.mirror
) -> np.ndarray:
    """Half of the maps and half of those of the mirrored picture, moved ``shift`` cells right.

    The column that ``shift`` leaves empty keeps its own number, as HRNet has it.
    """
    back = mirrored_back(flipped, mirrored).copy()
    if shift:
        back[:, :, shift:] = back[:, :, :-shift].copy()
    return (maps + back) / 2
