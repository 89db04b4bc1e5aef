"""A person's numbers or picture, read into float64 (H, W), or refused in one clear sentence.

Pure functions of bytes and text. Whatever comes in, they return a ``Reading`` or raise a
``ReadError``, quickly and in bounded memory.
"""

from poolviz.readers.compressed import GZIP, unpack_gzip
from poolviz.readers.containers import JPEG, PNG
from poolviz.readers.image import CHANNELS, Channel, read_image, read_photo
from poolviz.readers.marks import DECIMALS, Decimal
from poolviz.readers.npy import MAGIC, read_npy
from poolviz.readers.packed import LARGEST_PACKED, pack_matrix, shortest, unpack_matrix
from poolviz.readers.planes import LAYOUTS
from poolviz.readers.reading import (
    LARGEST_NUMBER,
    LARGEST_SIDE,
    Layout,
    Planes,
    ReadError,
    Reading,
    narrow,
    parse_number,
    quoted,
)
from poolviz.readers.table import read_csv

__all__ = [
    "CHANNELS",
    "DECIMALS",
    "LARGEST_NUMBER",
    "LARGEST_PACKED",
    "LARGEST_SIDE",
    "LAYOUTS",
    "Channel",
    "Decimal",
    "Layout",
    "Planes",
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
    "read_photo",
    "shortest",
    "unpack_matrix",
]

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
    *,
    decimal: Decimal | None = None,
    layout: Layout | None = None,
    plane: int = 0,
) -> Reading:
    """An uploaded file of any kind that is read. ``name`` only chooses the words of a refusal.

    ``channel`` and ``size`` choose from pictures, ``decimal`` from text, ``layout`` and ``plane``
    from arrays of more than two axes; each leaves the other kinds alone. A file packed by gzip is
    unpacked, once.

    >>> read_file(b"1,2\\n3,4", "x.csv").matrix.shape
    (2, 2)
    """
    if data.startswith(GZIP):
        data, name = unpack_gzip(data), name.lower().removesuffix(".gz")
    if data.startswith(MAGIC) or (name.lower().endswith(".npy") and data):
        return read_npy(data, layout=layout, plane=plane)
    if data and is_picture(data, name):
        return read_image(data, channel, size)
    return read_csv(data, decimal=decimal, layout=layout, plane=plane)
