"""A person's numbers or picture, read into float64 (H, W), or refused in one clear sentence.

Pure functions of bytes and text. Whatever comes in, they return a ``Reading`` or raise a
``ReadError``, quickly and in bounded memory.
"""

from typing import TYPE_CHECKING, Any

from poolviz.readers.containers import JPEG, PNG
from poolviz.readers.npy import MAGIC, read_npy
from poolviz.readers.packed import LARGEST_PACKED, pack_matrix, shortest, unpack_matrix
from poolviz.readers.reading import (
    CHANNELS,
    LARGEST_NUMBER,
    LARGEST_SIDE,
    Channel,
    ReadError,
    Reading,
    narrow,
    parse_number,
    quoted,
)
from poolviz.readers.table import read_csv

if TYPE_CHECKING:
    from poolviz.readers.image import read_image

__all__ = [
    "CHANNELS",
    "LARGEST_NUMBER",
    "LARGEST_PACKED",
    "LARGEST_SIDE",
    "Channel",
    "ReadError",
    "Reading",
    "is_picture",
    "narrow",
    "pack_matrix",
    "parse_number",
    "quoted",
    "read_csv",
    "read_file",
    "read_image",
    "read_npy",
    "shortest",
    "unpack_matrix",
]


def __getattr__(name: str) -> Any:
    """``read_image`` when it is asked for: numbers alone are read without Pillow."""
    if name == "read_image":
        from poolviz.readers.image import read_image

        return read_image
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


def is_picture(data: bytes, name: str = "") -> bool:
    """Whether a file claims to be a picture, by its bytes or by its name."""
    riff = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return data.startswith((PNG, JPEG)) or riff or name.lower().endswith(_PICTURES)


def read_file(
    data: bytes,
    name: str = "",
    channel: Channel = "luminance",
    size: tuple[int, int] | int | None = None,
) -> Reading:
    """An uploaded file of any kind that is read. ``name`` only chooses the words of a refusal.

    >>> read_file(b"1,2\\n3,4", "x.csv").matrix.shape
    (2, 2)
    """
    if data.startswith(MAGIC) or (name.lower().endswith(".npy") and data):
        return read_npy(data)
    if data and is_picture(data, name):
        from poolviz.readers.image import read_image

        return read_image(data, channel, size)
    return read_csv(data)
