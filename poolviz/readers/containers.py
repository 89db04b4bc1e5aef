"""What a PNG, JPEG or WebP file says about itself, read before anything is decoded.

A picture of 5 MB can ask for gigabytes, or for hours. Its size, its frames and its scans stand in
plain bytes, so they are looked at first; and the parts that are not the picture (text, profiles,
thumbnails, broken animation headers) never reach the decoder.
"""

import struct
import zlib
from dataclasses import dataclass

from poolviz.readers.reading import ReadError
from poolviz.text import _

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_MOST_SCANS = 64
"""Scans of a JPEG: an ordinary progressive one has about 10; each costs a pass over the picture."""


@dataclass(frozen=True)
class Container:
    """``kind`` "PNG", "JPEG" or "WEBP"; ``data`` to decode; ``orientation`` 1 to 8 as EXIF has it.

    ``deep``: 16 bits a channel. ``colour_key``: one colour stands for transparency.
    """

    kind: str
    data: bytes
    width: int
    height: int
    orientation: int = 1
    animated: bool = False
    deep: bool = False
    colour_key: bool = False


def open_container(data: bytes) -> Container:
    """Tell what a file is by its bytes, never by its name; a ``ReadError`` for anything else."""
    try:
        if data.startswith(PNG):
            return _png(data)
        if data.startswith(JPEG):
            return _jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        raise cut_short() from None
    raise ReadError(
        _("This is {what}, whatever its name says: pictures are read as PNG, JPEG or WebP.").format(
            what=_named(data)
        )
    )


def cut_short() -> ReadError:
    return ReadError(_("The picture is damaged or cut short: save it again as PNG, JPEG or WebP."))


def _named(data: bytes) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return _("an SVG drawing")
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head or b"<script" in head:
        return _("an HTML page")
    known = {
        b"gif8": _("a GIF"),
        b"%pdf": _("a PDF"),
        b"bm": _("a BMP picture"),
        b"ii*\0": _("a TIFF picture"),
        b"mm\0*": _("a TIFF picture"),
        b"pk\3\4": _("a ZIP archive or an office document"),
        b"\x93numpy": _("a NumPy file"),
    }
    for mark, name in known.items():
        if head.startswith(mark):
            return name
    return _("a HEIC or AVIF picture") if data[4:8] == b"ftyp" else _("no picture")


def _png(data: bytes) -> Container:
    kept, at, end, orientation, animated, key = [PNG], 8, False, 1, False, False
    while not end:
        (length,), name = struct.unpack_from(">I", data, at), data[at + 4 : at + 8]
        stop = at + 12 + length
        if stop > len(data):
            raise cut_short()
        if name == b"tRNS":
            kept.append(_as_decoded(data, data[at:stop]))
        elif name in _PNG_KEPT:
            kept.append(data[at:stop])
        elif name == b"eXIf":
            orientation = _orientation(data[at + 8 : stop - 4])
        animated |= name == b"acTL"
        key |= name == b"tRNS"
        at, end = stop, name == b"IEND"
    width, height, depth = struct.unpack_from(">IIB", data, 16)
    deep = depth == 16
    return Container("PNG", b"".join(kept), width, height, orientation, animated, deep, key)


def _as_decoded(data: bytes, chunk: bytes) -> bytes:
    """A PNG's transparent colour in the bits that Pillow decodes to; other chunks as they are.

    Pillow compares it with 8 bits a channel, to which it brings grey of 2 and 4 bits by a factor,
    and colours of 16 by their upper half; grey of 16 stays. Only the file's own bits count.
    """
    depth, colour = data[24], data[25]
    if colour == 0 and depth in (2, 4) and len(chunk) == 14:
        (value,) = struct.unpack_from(">H", chunk, 8)
        top = (1 << depth) - 1
        body = b"tRNS" + struct.pack(">H", (value & top) * 255 // top)
    elif colour == 2 and depth == 16 and len(chunk) == 18:
        body = b"tRNS" + struct.pack(">3H", *(n >> 8 for n in struct.unpack_from(">3H", chunk, 8)))
    else:
        return chunk
    return chunk[:4] + body + struct.pack(">I", zlib.crc32(body))


def _jpeg(data: bytes) -> Container:
    kept, at, orientation, size = [data[:2]], 2, 1, None
    while True:
        if data[at] != 0xFF:
            raise cut_short()
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        mark = data[at + 1]
        stop = at + 2 + int(struct.unpack_from(">H", data, at + 2)[0])
        if stop > len(data) or stop < at + 4:
            raise cut_short()
        body = data[at + 4 : stop]
        if mark == 0xDA:  # the first scan; the compressed picture follows
            break
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", body, 1)
            size = size or (width, height)
        if mark == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:])
        # Application data and comments go, but for JFIF and Adobe, which say what the colours are.
        if not (0xE0 <= mark <= 0xEF or mark == 0xFE) or mark in (0xE0, 0xEE):
            kept.append(data[at:stop])
        at = stop
    # In compressed data FF is followed by 00 or D0 to D7, so this counts scans and nothing else.
    if size is None or data.count(b"\xff\xda", at) > _MOST_SCANS:
        raise cut_short()
    return Container("JPEG", b"".join([*kept, data[at:]]), *size, orientation)


def _webp(data: bytes) -> Container:
    name, size = data[12:16], int.from_bytes(data[4:8], "little") + 8
    if size > len(data):
        raise cut_short()
    orientation, animated = 1, False
    if name == b"VP8X":
        width, height = (int.from_bytes(data[i : i + 3], "little") + 1 for i in (24, 27))
        animated = bool(data[20] & 2)
        at = 12
        while at + 8 <= size:
            (length,) = struct.unpack_from("<I", data, at + 4)
            if data[at : at + 4] == b"EXIF":
                body = data[at + 8 : at + 8 + length]
                orientation = _orientation(body.removeprefix(b"Exif\0\0"))
            at += 8 + length + length % 2
    elif name == b"VP8L":
        bits = int(struct.unpack_from("<I", data, 21)[0])
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif name == b"VP8 ":
        width, height = (n & 0x3FFF for n in struct.unpack_from("<HH", data, 26))
    else:
        raise cut_short()
    return Container("WEBP", data[:size], width, height, orientation, animated)


def _orientation(exif: bytes) -> int:
    """Tag 0x0112 of the first directory of an EXIF block; 1 where there is none or it is broken."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, at)
        for entry in range(at + 2, at + 2 + 12 * min(count, 512), 12):
            tag, kind, number, value = struct.unpack_from(order + "HHIH", exif, entry)
            if (tag, kind, number) == (0x0112, 3, 1):
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
