"""Pictures as numbers: one channel, a chosen size, values from 0 to 255."""

import io
import threading
from typing import TYPE_CHECKING, Literal

import numpy as np

from poolviz.readers.containers import Container, cut_short, open_container
from poolviz.readers.reading import LARGEST_SIDE, ReadError, Reading, check_file_size
from poolviz.text import _

if TYPE_CHECKING:
    from PIL import Image

# Pillow is loaded where a picture is read: whoever reads none does not wait for it.

Channel = Literal["luminance", "red", "green", "blue"]
CHANNELS: tuple[Channel, ...] = ("luminance", "red", "green", "blue")
LARGEST_PICTURE = {"JPEG": 25_000_000, "PNG": 12_000_000, "WEBP": 9_000_000}
"""Pixels that are decoded: a telephone's photograph has 12 to 25 million. A JPEG is decoded at a
fraction of its size; a PNG takes up to 12 bytes a pixel meanwhile, a WebP 20."""

# One large picture in memory at a time, however many students upload one.
_one_at_a_time = threading.Lock()


def read_image(
    data: bytes, channel: Channel = "luminance", size: tuple[int, int] | int | None = None
) -> Reading:
    """A PNG, JPEG or WebP file -> ``Reading`` with float64 (H, W) from 0 to 255.

    Luminance is Rec. 601's, .299 red + .587 green + .114 blue, as Pillow's "L". ``size``: (rows,
    columns), or the most that the longer side may have, or None, which means 512; pixels that fall
    on one cell are averaged. Turned upright by its EXIF orientation; transparency is laid on white;
    of an animation the first frame; colour profiles are ignored. What had to be changed is in
    ``notes``. Anything else, or more than ``LARGEST_PICTURE``, is a ``ReadError``, undecoded.

    >>> from PIL import Image
    >>> file = io.BytesIO(); Image.new("RGB", (2, 1), (255, 0, 0)).save(file, "PNG")
    >>> read_image(file.getvalue()).matrix
    array([[76., 76.]])
    """
    if channel not in CHANNELS:
        raise ValueError(f"channel must be one of {', '.join(CHANNELS)}, got {channel!r}")
    picture, notes = _read(data, size)
    return Reading(_plane(picture, channel), tuple(notes))


def read_photo(
    data: bytes, size: tuple[int, int] | int | None = None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """A PNG, JPEG or WebP file -> its colours, uint8 (H, W, 3), and what had to be changed.

    As ``read_image`` in everything else.

    >>> from PIL import Image
    >>> file = io.BytesIO(); Image.new("RGB", (1, 1), (255, 0, 0)).save(file, "PNG")
    >>> read_photo(file.getvalue())[0].tolist()
    [[[255, 0, 0]]]
    """
    picture, notes = _read(data, size)
    if picture.mode == "F":  # Pillow cuts off where it turns these to whole numbers
        planes = np.clip(np.round(np.asarray(picture)), 0, 255).astype(np.uint8)
        return np.repeat(planes[:, :, None], 3, axis=2), tuple(notes)
    return np.asarray(picture.convert("RGB")), tuple(notes)


def _read(data: bytes, size: tuple[int, int] | int | None) -> "tuple[Image.Image, list[str]]":
    """The picture, upright and of the size, in mode "RGB", "L" or "F"; and notes."""
    check_file_size(len(data))
    container = open_container(data)
    width, height = container.width, container.height
    if width < 1 or height < 1:
        raise cut_short()
    most = LARGEST_PICTURE[container.kind]
    if width * height > most:
        raise ReadError(
            _(
                "The picture has {width} × {height} pixels: at most {most} million are read from a "
                "{kind}. Make it smaller first."
            ).format(width=width, height=height, most=most // 1_000_000, kind=container.kind)
        )
    if container.orientation >= 5:
        width, height = height, width
    rows, cols = _target(height, width, size)
    try:
        with _one_at_a_time:
            picture, notes = _decode(container, rows, cols)
    except ReadError:
        raise
    except Exception:
        # Decoders raise a dozen kinds of exception on damaged files, and none is this program's.
        raise cut_short() from None
    if (rows, cols) != (height, width):
        notes.append(
            _("Resized from {height} × {width} to {rows} × {cols}.").format(
                height=height, width=width, rows=rows, cols=cols
            )
        )
    return picture, notes


def _target(height: int, width: int, size: tuple[int, int] | int | None) -> tuple[int, int]:
    side = LARGEST_SIDE if size is None else size
    if not all(1 <= n <= LARGEST_SIDE for n in np.atleast_1d(side)):
        raise ValueError(f"size must be 1 to {LARGEST_SIDE} a side, got {size!r}")
    if isinstance(side, tuple):
        return side
    scale = min(1.0, side / max(height, width))
    rows, cols = max(1, round(height * scale)), max(1, round(width * scale))
    return rows, cols


def _decode(container: Container, rows: int, cols: int) -> "tuple[Image.Image, list[str]]":
    """The picture, upright, (rows, cols), in mode "RGB", "L" or "F"; and notes."""
    from PIL import Image
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    # The classes themselves: Image.open would guess among formats and warn in process-wide state.
    plugins: dict[str, type[PngImageFile | JpegImageFile | WebPImageFile]] = {
        "PNG": PngImageFile,
        "JPEG": JpegImageFile,
        "WEBP": WebPImageFile,
    }
    notes = []
    before = (rows, cols) if container.orientation >= 5 else (cols, rows)
    with plugins[container.kind](io.BytesIO(container.data)) as file:
        if file.size != (container.width, container.height):
            raise cut_short()
        if container.kind == "JPEG":  # decode at 1/2, 1/4 or 1/8 where that is enough
            file.draft(file.mode, (2 * before[0], 2 * before[1]))
        file.load()
        picture: Image.Image = file
        if container.animated:
            notes.append(_("The picture is animated: its first frame is taken."))
        if container.deep:
            notes.append(_("The picture has 16 bits a channel: scaled to 0 to 255."))
        if picture.mode == "CMYK":
            notes.append(_("The picture is CMYK, made for print: turned to RGB."))
        picture, transparent = _common_mode(picture)
    picture = picture.resize(before, Image.Resampling.BOX)
    if transparent:
        notes.append(_("Transparent parts are laid on white."))
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
        if container.deep and container.colour_key:
            notes.append(_("The transparent colour is told by the upper 8 of its 16 bits."))
    if container.orientation > 1:
        picture = picture.transpose(_turn(container.orientation))
        notes.append(_("Turned upright, as its EXIF orientation says."))
    return picture, notes


def _turn(orientation: int) -> "Image.Transpose":
    """What turns a picture upright whose EXIF orientation is 2 to 8."""
    from PIL.Image import Transpose

    return (
        Transpose.FLIP_LEFT_RIGHT,
        Transpose.ROTATE_180,
        Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE,
        Transpose.ROTATE_270,
        Transpose.TRANSVERSE,
        Transpose.ROTATE_90,
    )[orientation - 2]


def _common_mode(picture: "Image.Image") -> "tuple[Image.Image, bool]":
    """The picture in mode "L", "F" (16 bits, scaled), "RGB" or "RGBA", and if it is transparent.

    "F" has no alpha: its transparent pixels are white already.
    """
    if picture.mode.startswith("I"):
        return _deep(picture)
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        if int(np.asarray(clear.getchannel("A")).min()) < 255:
            return clear, True
        picture = clear
    if picture.mode in ("1", "L"):
        return picture.convert("L"), False
    return picture.convert("RGB"), False


def _deep(picture: "Image.Image") -> "tuple[Image.Image, bool]":
    """16-bit grey from 0 to 255, the pixels of its transparent value white; if there are any."""
    from PIL import Image

    values = np.asarray(picture)
    deep = np.multiply(values, np.float32(1 / 257), dtype=np.float32)
    clear = picture.info.get("transparency")
    if clear is None or not (hidden := values == clear).any():
        return Image.fromarray(deep), False
    deep[hidden] = 255
    return Image.fromarray(deep), True


def _plane(picture: "Image.Image", channel: Channel) -> np.ndarray:
    if picture.mode == "RGB":
        if channel == "luminance":
            picture = picture.convert("L")
        else:
            picture = picture.getchannel(CHANNELS.index(channel) - 1)
    return np.asarray(picture, dtype=np.float64)
