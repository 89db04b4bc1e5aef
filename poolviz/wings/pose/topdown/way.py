"""The way of one joint: box, crop, map, cell, and back into the picture; MoveNet is the network."""

from dataclasses import dataclass

import numpy as np

from poolviz.pose.photo.heads import CELLS, Found, find, read
from poolviz.pose.photo.network import SIDE, forward
from poolviz.pose.topdown.crop import crop_matrix, inverse, moved, resized
from poolviz.pose.topdown.decode import DECODERS
from poolviz.pose.topdown.flip import flip_averaged
from poolviz.stage.cache import kept
from poolviz.text import N_
from poolviz.wings.pose.photo.picture import box_in, shipped

STRIDE = SIDE // CELLS
OFFSET = "offset"
READ = ("argmax", "quarter", "parabola", "dark")
"""Decoders that ask the neighbourhood of the maximum; the others are drawn to the middle."""
WAYS = {OFFSET: N_("the network's own offset")} | {
    each.name: each.title for each in DECODERS if each.name in READ
}


@dataclass(frozen=True, eq=False)
class Way:
    """A box of the astronaut and what is found in its crop.

    ``near`` (17, 48, 48): the maps that are read; ``cells`` (17, 2), x and y in the maps' places,
    from the left top edge of the crop; ``places`` (17, 2), in pixels of the picture.
    """

    box: tuple[float, ...]
    seen: np.ndarray
    found: Found
    near: np.ndarray
    cells: np.ndarray

    @property
    def matrix(self) -> np.ndarray:
        """From the picture to the maps, by edges: W / w with W = 48 cells."""
        return crop_matrix(self.box, (CELLS, CELLS))

    @property
    def places(self) -> np.ndarray:
        """Back in the picture, by the inverse."""
        return moved(self.cells, inverse(self.matrix))

    @property
    def rows(self) -> np.ndarray:
        """A row a joint ``(17, 3)``: x and y in pixels of the picture, and the score."""
        return np.column_stack((self.places, self.found.scores))


@kept
def way(box: int, across: int, down: int, flip: bool, decode: str) -> Way:
    """Crop, run, read. With ``flip`` the mirrored crop is run too and the maps are averaged."""
    pixels = shipped("astronaut")
    square = box_in(pixels.shape, box, across, down)
    seen = resized(pixels, square, (SIDE, SIDE))
    found = find(seen)
    near = found.near
    if flip:
        other = read(forward(seen[:, ::-1]))
        share = found.near / found.heat  # what the distance to the rough place leaves
        near = flip_averaged(found.heat, other.heat) * share
    if decode == OFFSET:
        cells = found.places[:, ::-1] * CELLS
    else:
        reader = next(each for each in DECODERS if each.name == decode)
        # a decoder counts from the centre of the first cell, which is half a cell from its edge
        cells = np.array([reader.place(h, 1.0) for h in near]) + 0.5
    return Way(square, seen, found, near, cells)
