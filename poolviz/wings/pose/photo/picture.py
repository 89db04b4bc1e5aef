"""The photographs of the page: shipped ones, what is made of them, and a person's own."""

import io
from dataclasses import dataclass
from functools import cache

import numpy as np

from poolviz.pose.photo.heads import Found, find
from poolviz.pose.photo.network import SIDE
from poolviz.pose.topdown.crop import inverse, moved, resized, scaled, turned, turning
from poolviz.readers import read_photo
from poolviz.samples import IMAGES
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.files import Upload
from poolviz.text import N_

OWN = "own"
PICTURES = {
    "astronaut": N_("an astronaut"),
    "covered": N_("the same, the face covered"),
    "two": N_("two people"),
    "cat": N_("a cat"),
}
FACE = (slice(70, 190), slice(160, 300))
"""Rows and columns of the astronaut's face, and of the grey patch over it."""
SHOWN = 336
"""Pixels of the crop as a person sees it; the network sees 192."""


@cache
def shipped(name: str) -> np.ndarray:
    """A picture of ``PICTURES``, uint8 (H, W, 3), which nobody may write into.

    >>> shipped("two").shape
    (512, 768, 3)
    """
    file = "cat.png" if name == "cat" else "photos/astronaut.png"
    pixels, _notes = read_photo((IMAGES / file).read_bytes())
    if name == "covered":
        pixels = pixels.copy()
        pixels[FACE] = 128
    if name == "two":
        pixels = np.hstack([pixels[:, 64:448], pixels[:, 64:448][:, ::-1]])
    pixels = np.ascontiguousarray(pixels)
    pixels.setflags(write=False)
    return pixels


def held(data: bytes) -> tuple[Upload, tuple[str, ...]]:
    """A file of one's own as this visit keeps it, 512 pixels a side at most, and notes on it."""
    pixels, notes = read_photo(data)
    rows, columns = pixels.shape[:2]
    return Upload(rows.to_bytes(2) + columns.to_bytes(2) + pixels.tobytes()), notes


def pixels_of(values: Values) -> np.ndarray:
    """The picture that is chosen; one's own without a picture is the first."""
    if values["picture"] == OWN and values["own"] is not None:
        content = values["own"].content
        rows, columns = int.from_bytes(content[:2]), int.from_bytes(content[2:4])
        return np.frombuffer(content, np.uint8, offset=4).reshape(rows, columns, 3)
    name = values["picture"] if values["picture"] in PICTURES else next(iter(PICTURES))
    return shipped(name)


def box_in(shape: tuple[int, ...], size: int, across: int, down: int) -> tuple[float, ...]:
    """A square box about the middle: per cent of the longer side, moved by per cent of that.

    >>> box_in((100, 200), 50, 10, 0)
    (70.0, 0.0, 100.0, 100.0)
    """
    rows, columns = shape[:2]
    side = float(max(rows, columns))
    whole = ((columns - side) / 2, (rows - side) / 2, side, side)
    return scaled(whole, size / 100, across / 100, down / 100)


@dataclass(frozen=True, eq=False)
class Looked:
    """What the network found in a box of a picture; ``places`` (17, 2), x and y in its pixels."""

    pixels: np.ndarray
    box: tuple[float, ...]
    rotate: int
    seen: np.ndarray
    found: Found

    @property
    def places(self) -> np.ndarray:
        """Back from the crop, and turned back."""
        x, y, w, h = self.box
        there = self.found.places[:, ::-1] * (w, h) + (x, y)
        return moved(there, inverse(turning(self.box, self.rotate)))

    @property
    def rows(self) -> np.ndarray:
        """A row a joint ``(17, 3)``: x and y in pixels of the picture, and the score."""
        return np.column_stack((self.places, self.found.scores))

    @property
    def inside(self) -> float:
        """The share of the box that lies in the picture, as it stands unturned."""
        x, y, w, h = self.box
        rows, columns = self.pixels.shape[:2]
        across = max(0.0, min(x + w, columns) - max(x, 0))
        down = max(0.0, min(y + h, rows) - max(y, 0))
        return across * down / (w * h)


def noisy(pixels: np.ndarray, noise: int, seed: int = 0) -> np.ndarray:
    """Normal noise of this standard deviation on each pixel and colour, whole numbers again."""
    if not noise:
        return pixels
    drawn = np.random.default_rng(seed).normal(0, noise, pixels.shape)
    return np.clip(np.rint(pixels + drawn), 0, 255).astype(np.uint8)


@kept
def look(pixels: np.ndarray, box: tuple[float, ...], rotate: int = 0, noise: int = 0) -> Looked:
    """Turn the picture about the box, crop it, add noise, and find the joints."""
    upright = turned(pixels, box, rotate)
    seen = noisy(resized(upright, box, (SIDE, SIDE)), noise)
    return Looked(pixels, box, rotate, seen, find(seen))


def looked_at(values: Values) -> Looked:
    """What the network finds in this state."""
    pixels = pixels_of(values)
    box = box_in(pixels.shape, values["box"], values["across"], values["down"])
    return look(pixels, box, values["rotate"], values["noise"])


def pale(pixels: np.ndarray, side: int = SHOWN) -> bytes:
    """A square picture as a JPEG for the eye, pale, so that a veil over it is seen."""
    from PIL import Image  # a page without pictures does not wait for it

    buffer = io.BytesIO()
    large = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
    grey = large.convert("L").convert("RGB")
    large = Image.blend(Image.blend(large, grey, 0.8), Image.new("RGB", large.size, "white"), 0.4)
    large.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
