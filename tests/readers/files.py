"""Files of every kind, made in memory: whole ones, and ones that lie about themselves."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def npy(array, **how):
    file = io.BytesIO()
    np.save(file, array, **how)
    return file.getvalue()


def npy_header(text, data=b"", version=1):
    body = text.encode()
    width = "<H" if version == 1 else "<I"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack(width, len(body)) + body + data


def npy_of(shape, descr="'<f8'", data=b"\0" * 8):
    return npy_header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n", data)


def encoded(picture, kind="PNG", **how):
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_claiming(width, height, depth=8, colour=0):
    """A small file that promises a large picture."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def clear_png(depth, colour, pixels, clear):
    """One row of a PNG in which one colour stands for transparency."""
    header = struct.pack(">IIBBBBB", 3, 1, depth, colour, 0, 0, 0)
    data = chunk(b"tRNS", clear) + chunk(b"IDAT", zlib.compress(b"\0" + pixels))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def grey(rows):
    return Image.fromarray(np.array(rows, dtype=np.uint8))


STRIPES = grey([[0, 50, 100], [150, 200, 250]])
NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 30, 3), dtype=np.uint8))
JPEG = encoded(NOISE, "JPEG")


def scans(count):
    """A JPEG whose last scan is repeated: each one costs a pass over the picture."""
    progressive = encoded(NOISE, "JPEG", progressive=True)
    start = progressive.rindex(b"\xff\xda")
    return progressive[:-2] + progressive[start:-2] * count + b"\xff\xd9"


NUMBERS = np.array([[0, 1, 2], [100, 3, 1]])
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"


def deep_png():
    return encoded(Image.fromarray(np.array([[0, 257 * 7], [65535, 128 * 257]], dtype=np.uint16)))
