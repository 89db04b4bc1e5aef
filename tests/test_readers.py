"""What a person brings: numbers and pictures read exactly, each fault told in one sentence."""

import io
import json
import os
import random
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from poolviz.readers import (
    ReadError,
    pack_matrix,
    parse_number,
    quoted,
    read_csv,
    read_file,
    read_image,
    read_npy,
    unpack_matrix,
)

NAN, INF = np.nan, np.inf


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


# Numbers as text ---------------------------------------------------------------------------------

GOOD_CSV = {
    "commas": ("1,3\n4,7", [[1, 3], [4, 7]]),
    "semicolons": ("1;3\n4;7", [[1, 3], [4, 7]]),
    "tabs": ("1\t3\n4\t7", [[1, 3], [4, 7]]),
    "spaces": ("  1   3 \n 4 7", [[1, 3], [4, 7]]),
    "commas and spaces": ("1, 3\n4 ,7", [[1, 3], [4, 7]]),
    "a decimal comma between semicolons": ("1,5;-2,25\n0,1;3e0", [[1.5, -2.25], [0.1, 3]]),
    "a decimal comma between tabs": ("1,5\t2", [[1.5, 2]]),
    "DOS line ends": ("1,3\r\n4,7\r\n", [[1, 3], [4, 7]]),
    "old Mac line ends": ("1,3\r4,7", [[1, 3], [4, 7]]),
    "blank lines": ("\n\n1,3\n\n4,7\n \n", [[1, 3], [4, 7]]),
    "commas at the end": ("1,3,,\n4,7,\n,,\n", [[1, 3], [4, 7]]),
    "quotes": ('"1","3.5"\n"4","7"', [[1, 3.5], [4, 7]]),
    "one number": ("42", [[42]]),
    "one column": ("1\n2\n3", [[1], [2], [3]]),
    "nan and inf": ("nan,NaN,inf\n-inf,+Infinity,−∞", [[NAN, NAN, INF], [-INF, INF, -INF]]),
    "the true minus sign": ("−1,−2e−3", [[-1, -0.002]]),
    "points and exponents": (".5,5.,1e3,1E-3,+7", [[0.5, 5, 1000, 0.001, 7]]),
    "the largest number": ("1e100,-1e100", [[1e100, -1e100]]),
    "a number too small for a float64": ("1e-400,-0", [[0, -0.0]]),
    "a byte order mark": ("\ufeff1,2", [[1, 2]]),
}


@pytest.mark.parametrize(("text", "matrix"), GOOD_CSV.values(), ids=GOOD_CSV)
def test_csv(text, matrix):
    for data in (text, text.encode()):
        x = read_csv(data).matrix
        np.testing.assert_array_equal(x, matrix)
        assert x.dtype == np.float64


def test_csv_in_utf_16_as_some_spreadsheets_save_it():
    for encoding in ("utf-16", "utf-8-sig"):
        np.testing.assert_array_equal(read_csv("1\t−2".encode(encoding)).matrix, [[1, -2]])
    big = b"\xfe\xff" + "5".encode("utf-16-be")
    np.testing.assert_array_equal(read_csv(big).matrix, [[5]])


def test_csv_of_the_largest_size():
    assert read_csv("\n".join([",".join(["-0.125"] * 512)] * 512)).matrix.shape == (512, 512)


BAD_CSV = {
    "an empty file": (b"", "file is empty"),
    "nothing but line ends": ("\n\n\n", "no numbers"),
    "nothing but separators": (",,,\n,,\n", "no numbers"),
    "a header": ("width,height\n1,2", "Row 1 .*“width”.* header"),
    "text in a cell": ("1,2\n3,four", "Row 2, column 2: “four” is not a number"),
    "text that comes first": ("x,1", "Row 1, column 1: “x” is not a number"),
    "an empty cell": ("1,,3", "Row 1, column 2 is empty"),
    "an empty cell at the start": (",2\n3,4", "Row 1, column 1 is empty"),
    "ragged rows, one short": ("1,2,3\n4,5", "Row 2 has 2 numbers, but the first row has 3"),
    "ragged rows, one long": ("1,2\n3,4,5", "Row 2 has 3 numbers, but the first row has 2"),
    "a hexadecimal number": ("0x1F,2", "“0x1F” is not a number"),
    "a complex number": ("1+2j,2", "“1.2j” is not a number|“1\\+2j” is not a number"),
    "a date": ("2024-01-02,2", "“2024-01-02” is not a number"),
    "a time": ("12:30,2", "“12·30” is not a number"),
    "digit groups": ("1_000,2", "“1_000” is not a number"),
    "two points": ("1.2.3,2", "“1.2.3” is not a number"),
    "a percentage": ("5%,2", "“5%” is not a number"),
    "a currency": ("€5,2", "“·5” is not a number"),
    "digits of another script": ("٣,2", "is not a number"),
    "full-width digits": ("１,2", "is not a number"),
    "a formula": ("=1+1,2", "“=1\\+1” is not a number"),
    "a script": ("<script>alert(1)</script>,1", "“·script·alert·1··/scrip…” is not"),
    "a picture in Markdown": ("![x](//a.b),1", "“··x··//a.b·” is not a number"),
    "a Python list": ("[[1, 2], [3, 4]]", "Row 1, column 1: “··1” is not a number"),
    "a decimal comma in quotes": ('"1,5","2"', "is not a number"),
    "a quote that never ends": ('"1,2\n3,4', "is not a number"),
    "an exponent too far": ("1,1e999", "Row 1, column 2: “1e999” is too large"),
    "a number over 1e100": ("-1e101", "Row 1, column 1: “-1e101” is too large"),
    "a number of a million digits": ("1" * 10**6, "Row 1, column 1: “1+…” is not a number"),
    "a row too long": (",".join("1" * 513), "Row 1 has more than 512 numbers"),
    "rows too many": ("1\n" * 513, "more than 512 rows"),
    "text over 5 MB": ("1" * (5 * 1024**2 + 1), "at most 5242880"),
    "a file over 5 MB": (b"1" * (5 * 1024**2 + 1), "at most 5 MB"),
    "bytes that are no text": (b"\xff\xfe\xfa1,2\x80", "not text"),
    "Latin-1": ("1,é".encode("latin-1"), "not text"),
    "zero bytes": (b"1,2\0", "not text"),
    "a spreadsheet": (b"PK\3\4\x14\0\6\0", "not text"),
    "HTML": ("<html><body>1</body></html>", "Row 1 .* header"),
}


@pytest.mark.parametrize(("data", "words"), BAD_CSV.values(), ids=BAD_CSV)
def test_csv_faults(data, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_csv(data)
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_a_fault_is_named_by_the_line_it_stands_on():
    with pytest.raises(ReadError, match="Row 5, column 2"):
        read_csv("\n1,2\n\n3,4\n5,x")


@pytest.mark.parametrize("text", ["", "x", "--1", "1e", "e5", ".", "in", "1 2", "0b1", "1" * 101])
def test_no_number(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


@given(st.text(max_size=40))
def test_quoted_text_holds_no_markup(text):
    assert not set(quoted(text)) & set("[]()<>!`$:*#|{}\\~&\n")
    assert len(quoted(text)) <= 26


# .npy --------------------------------------------------------------------------------------------

NUMBERS = np.array([[0, 1, 2], [100, 3, 1]])
KINDS = ("i2", "i4", "i8", "f2", "f4", "f8")


@pytest.mark.parametrize(
    "dtype", ["?", "i1", "u1", "u2", "u4", "u8", *(e + k for e in "<>" for k in KINDS)]
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_of_every_real_dtype_and_order(dtype, order):
    x = np.asarray(NUMBERS.astype(dtype), order=order)
    reading = read_npy(npy(x))
    np.testing.assert_array_equal(reading.matrix, NUMBERS.astype(dtype).astype(float))
    assert reading.matrix.dtype == np.float64
    assert reading.notes == ()


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_npy_headers_of_every_version(version):
    file = io.BytesIO()
    np.lib.format.write_array(file, NUMBERS, version=version)
    np.testing.assert_array_equal(read_npy(file.getvalue()).matrix, NUMBERS)


def test_npy_keeps_nan_and_infinities_without_a_warning():
    signalling = struct.pack("<I", 0x7FA00000)
    x = read_npy(npy_of((1, 3), "'<f4'", signalling + struct.pack("<ff", INF, -INF))).matrix
    np.testing.assert_array_equal(x, [[NAN, INF, -INF]])


@pytest.mark.parametrize(
    ("shape", "becomes", "word"),
    [((3,), (1, 3), "one row"), ((1, 2, 3), (2, 3), "left out"), ((2, 3, 1), (2, 3), "left out")],
)
def test_npy_shapes_that_become_a_plane_are_told(shape, becomes, word):
    x = np.arange(np.prod(shape)).reshape(shape)
    reading = read_npy(npy(x))
    np.testing.assert_array_equal(reading.matrix, x.reshape(becomes))
    assert word in reading.notes[0]


def test_npy_says_when_whole_numbers_are_rounded():
    reading = read_npy(npy(np.array([[2**63 + 1025]], dtype=np.uint64)))
    assert "2^53" in reading.notes[0]


BAD_NPY = {
    "an empty file": (b"", "file is empty"),
    "objects": (npy(np.array([[{}]], dtype=object), allow_pickle=True), "pickle.*never"),
    "a pickle called .npy": (b"\x80\x04\x95cos\nsystem\n", "not a .npy file"),
    "a .npz archive": (b"PK\3\4" + b"\0" * 50, "not a .npy file"),
    "complex numbers": (npy(np.array([[1j]])), "complex numbers"),
    "text": (npy(np.array([["a"]])), "holds text"),
    "bytes": (npy(np.array([[b"a"]])), "holds text"),
    "dates": (npy(np.array([["2020-01-01"]], dtype="M8[D]")), "the type “·M8·D··”|the type"),
    "records": (npy(np.zeros((2, 2), dtype=[("a", "f8")])), "structured records"),
    "voids": (npy(np.zeros((2, 2), dtype="V8")), "the type"),
    "a dtype that does not exist": (npy_of((1, 1), "'<q9'"), "the type"),
    "extended precision": (npy_of((1, 1), "'<f16'"), "the type"),
    "a dtype that is code": (npy_of((1, 1), "__import__('os').system('x')"), "damaged"),
    "a header that is code": (npy_header("__import__('os').system('x')"), "damaged"),
    "a shape that is code": (npy_of("(9**9**9, 1)"), "damaged"),
    "a header of brackets": (npy_header("(" * 4000), "damaged"),
    "a header with a wrong escape": (npy_header(r"{'descr': '\d'}"), "damaged|the type"),
    "a header too long": (npy_header(" " * 60_000), "damaged"),
    "a header beyond the file": (npy(NUMBERS)[:40], "damaged"),
    "a version to come": (b"\x93NUMPY\x09\0" + npy(NUMBERS)[8:], "damaged"),
    "only the magic": (b"\x93NUMPY", "cut short"),
    "numbers cut short": (npy(NUMBERS)[:-3], "promises 6 numbers and holds 5"),
    "10,000 x 10,000": (npy_of((10_000, 10_000)), "10000 × 10000 is too large.*512"),
    "a shape of 10^30": (npy_of("(1000000000000000000000000000000, 1)"), "too large"),
    "a negative shape": (npy_of("(-1, 5)"), "damaged"),
    "no rows": (npy(np.zeros((0, 3))), "no number"),
    "a single number": (npy(np.array(5.0)), "0 axes"),
    "a colour picture": (npy(np.zeros((4, 4, 3))), "3 axes .4 × 4 × 3"),
    "four axes": (npy(np.zeros((2, 2, 2, 2))), "4 axes"),
    "sixty axes": (npy_of("(" + "1, " * 60 + ")"), "60 axes"),
    "a row too long": (npy(np.zeros(513)), "1 × 513 is too large"),
    "a number over 1e100": (npy(np.array([[1, 2], [3, -1e300]])), "Row 2, column 2: -1e.300"),
    "over 5 MB": (npy(np.zeros(700_000)), "at most 5 MB"),
}


@pytest.mark.parametrize(("data", "words"), BAD_NPY.values(), ids=BAD_NPY)
def test_npy_faults(data, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_npy(data)
    assert len(str(caught.value)) < 200


# Pictures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "how"), [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})]
)
def test_lossless_pictures_are_read_exactly(kind, how):
    reading = read_image(encoded(STRIPES, kind, **how))
    np.testing.assert_array_equal(reading.matrix, [[0, 50, 100], [150, 200, 250]])
    assert reading.matrix.dtype == np.float64
    assert reading.notes == ()


def test_a_jpeg_is_read_as_pillow_decodes_it():
    expected = np.asarray(Image.open(io.BytesIO(JPEG)).convert("L"), dtype=float)
    np.testing.assert_array_equal(read_image(JPEG).matrix, expected)


@pytest.mark.parametrize("how", [{}, {"quality": 30}], ids=["VP8", "VP8 small"])
def test_a_lossy_webp(how):
    data = encoded(NOISE, "WEBP", **how)
    expected = np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=float)
    np.testing.assert_array_equal(read_image(data).matrix, expected)


def test_luminance_is_rec_601_and_channels_are_themselves():
    data = encoded(Image.new("RGB", (2, 2), (200, 100, 50)))
    assert read_image(data).matrix[0, 0] == round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)
    for channel, value in (("red", 200), ("green", 100), ("blue", 50)):
        assert read_image(data, channel).matrix[0, 0] == value


def test_a_pixel_and_a_line_are_pictures():
    assert read_image(encoded(grey([[7]]))).matrix.tolist() == [[7]]
    assert read_image(encoded(Image.new("L", (5000, 1)))).matrix.shape == (1, 512)


def test_a_size_can_be_chosen_and_is_told():
    data = encoded(Image.new("L", (100, 50), 9))
    assert read_image(data, size=20).matrix.shape == (10, 20)
    assert read_image(data, size=500).matrix.shape == (50, 100), "it is not made larger"
    reading = read_image(data, size=(7, 3))
    assert reading.matrix.shape == (7, 3)
    assert reading.notes == ("Resized from 50 × 100 to 7 × 3.",)


def test_pixels_that_fall_on_one_cell_are_averaged():
    data = encoded(grey([[0, 100, 10, 20], [50, 50, 30, 40]]))
    assert read_image(data, size=(1, 2)).matrix.tolist() == [[50, 25]]


@pytest.mark.parametrize("argument", [{"channel": "alpha"}, {"size": 0}, {"size": (1, 513)}])
def test_wrong_arguments_are_the_callers_fault(argument):
    with pytest.raises(ValueError, match=f"{next(iter(argument))} must be") as caught:
        read_image(encoded(STRIPES), **argument)
    assert not isinstance(caught.value, ReadError)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(kind, orientation):
    upright = grey(np.kron([[10, 240, 10], [10, 10, 100]], np.ones((16, 16))))
    inverse = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(inverse[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    reading = read_image(encoded(stored, kind, exif=exif, quality=95))
    np.testing.assert_allclose(reading.matrix, np.asarray(upright), atol=25)
    small = read_image(encoded(stored, kind, exif=exif, quality=95), size=(2, 3)).matrix
    np.testing.assert_allclose(small, [[10, 240, 10], [10, 10, 100]], atol=12)
    assert ("Turned upright" in "".join(reading.notes)) == (orientation > 1)


def _deep_png():
    return encoded(Image.fromarray(np.array([[0, 257 * 7], [65535, 128 * 257]], dtype=np.uint16)))


def test_16_bits_are_scaled():
    reading = read_image(_deep_png())
    np.testing.assert_allclose(reading.matrix, [[0, 7], [255, 128]], atol=1e-4)
    assert "16 bits" in reading.notes[0]


def test_palettes_single_bits_and_grey_with_alpha():
    colours = Image.new("P", (2, 1))
    colours.putpalette([10, 10, 10, 200, 200, 200])
    colours.putpixel((1, 0), 1)
    assert read_image(encoded(colours)).matrix.tolist() == [[10, 200]]
    assert read_image(encoded(colours, transparency=b"\xff\0")).matrix.tolist() == [[10, 255]]
    assert read_image(encoded(colours, transparency=1)).matrix.tolist() == [[10, 255]]
    bits = Image.new("1", (2, 1))
    bits.putpixel((1, 0), 1)
    assert read_image(encoded(bits)).matrix.tolist() == [[0, 255]]
    assert read_image(encoded(Image.new("LA", (1, 1), (40, 255)))).matrix.tolist() == [[40]]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_laid_on_white_and_told(kind):
    clear = Image.new("RGBA", (2, 1), (0, 0, 0, 255))
    clear.putpixel((1, 0), (0, 0, 0, 0))
    how = {"lossless": True} if kind == "WEBP" else {}
    reading = read_image(encoded(clear, kind, **how))
    assert reading.matrix.tolist() == [[0, 255]]
    assert "white" in reading.notes[0]


def test_cmyk_is_turned_to_rgb_and_told():
    reading = read_image(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"), "red")
    assert (reading.matrix > 240).all()
    assert "CMYK" in reading.notes[0]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken_and_told(kind):
    frames = [Image.new("RGB", (4, 4), (v, v, v)) for v in (10, 200, 90)]
    how = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, **how)
    reading = read_image(data)
    assert (reading.matrix == 10).all()
    assert "first frame" in reading.notes[0]


def test_profiles_texts_and_thumbnails_do_not_reach_the_decoder():
    data = encoded(STRIPES)
    bomb = chunk(b"iTXt", b"x\0\1\0\0\0" + zlib.compress(b"\0" * 4 * 10**6))
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 4 * 10**6))
    broken_animation = chunk(b"acTL", b"\0" * 8) + chunk(b"fcTL", b"\0" * 3)
    stuffed = data[:33] + bomb * 20 + profile + broken_animation + data[33:]
    np.testing.assert_array_equal(read_image(stuffed).matrix, read_image(data).matrix)
    exif = b"Exif\0\0II*\0\xff\xff\xff\x7f"
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    stuffed = JPEG[:2] + segment * 50 + JPEG[2:]
    np.testing.assert_array_equal(read_image(stuffed).matrix, read_image(JPEG).matrix)


SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
BAD_PICTURE = {
    "an empty file": (b"", "file is empty"),
    "an SVG": (SVG, "an SVG drawing"),
    "an HTML page": (b"<!DOCTYPE html><script>alert(1)</script>", "an HTML page"),
    "a GIF": (encoded(STRIPES, "GIF"), "a GIF"),
    "a PDF": (b"%PDF-1.7", "a PDF"),
    "a BMP": (encoded(STRIPES, "BMP"), "a BMP"),
    "a TIFF": (encoded(STRIPES, "TIFF"), "a TIFF"),
    "an ICO": (encoded(NOISE, "ICO"), "no picture"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "no picture"),
    "a HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC or AVIF"),
    "a ZIP": (b"PK\3\4xxxx", "a ZIP"),
    "a NumPy file": (npy(NUMBERS), "a NumPy file"),
    "noise": (bytes(range(256)), "no picture"),
    "a PNG cut in its picture": (encoded(NOISE)[:200], "cut short"),
    "a PNG cut in its header": (encoded(NOISE)[:20], "cut short"),
    "only a PNG signature": (encoded(NOISE)[:8], "cut short"),
    "a PNG without pixels": (encoded(NOISE)[:33] + chunk(b"IEND", b""), "cut short"),
    "a PNG with broken pixels": (
        encoded(NOISE)[:33] + chunk(b"IDAT", b"garbage") + chunk(b"IEND", b""),
        "cut short",
    ),
    "a PNG with too few pixels": (png_claiming(3000, 3000), "cut short"),
    "a PNG that lies about a chunk": (
        encoded(NOISE)[:33] + b"\xff\xff\xff\xffIDAT" + b"\0" * 50,
        "cut short",
    ),
    "a PNG of no width": (png_claiming(0, 10), "cut short"),
    "a PNG of 50,000 x 50,000": (png_claiming(50_000, 50_000), "50000 × 50000.*12 million"),
    "a PNG of 2^31 x 2^31": (png_claiming(2**31 - 1, 2**31 - 1), "at most 12 million"),
    "a PNG of no known colours": (png_claiming(4, 4, 3, 5), "cut short"),
    "a JPEG cut in its picture": (JPEG[:-300], "cut short"),
    "a JPEG cut in its header": (JPEG[:150], "cut short"),
    "only a JPEG signature": (JPEG[:3], "cut short"),
    "a JPEG of 65,535 x 65,535": (
        JPEG.replace(b"\x08\0\x28\0\x1e", b"\x08\xff\xff\xff\xff", 1),
        "65535 × 65535.*25 million",
    ),
    "a JPEG of a thousand scans": (scans(1000), "damaged"),
    "a JPEG without tables": (JPEG[:2] + JPEG[JPEG.index(b"\xff\xc0") :], "damaged"),
    "a WebP cut short": (encoded(NOISE, "WEBP")[:60], "cut short"),
    "only a WebP signature": (b"RIFF\4\0\0\0WEBP", "cut short"),
    "a WebP of 16,384 x 16,384": (
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0",
        "16384 × 16384.*12 million",
    ),
    "a WebP whose canvas lies": (
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x05\0\0\x05\0\0",
        "damaged",
    ),
    "over 5 MB": (encoded(STRIPES) + b"\0" * 5 * 1024**2, "at most 5 MB"),
}


@pytest.mark.parametrize(("data", "words"), BAD_PICTURE.values(), ids=BAD_PICTURE)
def test_picture_faults(data, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_image(data)
    assert len(str(caught.value)) < 200


SEEDS = {
    "png": encoded(NOISE),
    "palette.png": encoded(NOISE.quantize(16), transparency=3),
    "deep.png": _deep_png(),
    "jpeg": JPEG,
    "cmyk.jpeg": encoded(NOISE.convert("CMYK"), "JPEG"),
    "progressive.jpeg": encoded(NOISE, "JPEG", progressive=True),
    "webp": encoded(NOISE, "WEBP"),
    "lossless.webp": encoded(NOISE.convert("RGBA"), "WEBP", lossless=True),
    "npy": npy(NUMBERS),
    "csv": b"1;2,5\n-3;nan\n",
}


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_files_are_read_or_refused_and_nothing_else(name):
    """Bytes flipped, cut and repeated at random: no other exception, no warning."""
    draw = random.Random(name)
    for _ in range(150):
        data = bytearray(SEEDS[name])
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(data))
            match draw.randrange(4):
                case 0:
                    data[at] = draw.randrange(256)
                case 1:
                    del data[at : at + draw.randint(1, 30)]
                case 2:
                    data[at:at] = data[at : at + draw.randint(1, 30)]
                case _:
                    data[at : at + 4] = draw.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])
            data = data or bytearray(b"x")
        try:
            matrix = read_file(bytes(data), name).matrix
        except ReadError:
            continue
        assert matrix.dtype == np.float64
        assert max(matrix.shape) <= 512


# What a file is, is told by its bytes ------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.csv", "x.npy", "x.png", "x.jpg", "x", "../../etc/passwd"])
def test_the_name_does_not_decide(name):
    np.testing.assert_array_equal(read_file(npy(NUMBERS), name).matrix, NUMBERS)
    if not name.endswith("npy"):
        assert read_file(encoded(STRIPES), name).matrix.shape == (2, 3)


@pytest.mark.parametrize(
    ("name", "words"), [("x.png", "SVG"), ("x.npy", "not a .npy"), ("x.csv", "Row 1")]
)
def test_the_name_chooses_the_words_of_a_refusal(name, words):
    with pytest.raises(ReadError, match=words):
        read_file(SVG, name)


# Links -------------------------------------------------------------------------------------------

LINKABLE = st.floats(-1e100, 1e100) | st.sampled_from([NAN, INF, -INF, -0.0, 5e-324, 1e100])


@given(arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=16), elements=LINKABLE))
def test_a_packed_matrix_comes_back_to_the_bit(matrix):
    text = pack_matrix(matrix)
    again = unpack_matrix(text)
    np.testing.assert_array_equal(again, matrix)
    np.testing.assert_array_equal(np.signbit(again)[matrix == 0], np.signbit(matrix)[matrix == 0])
    assert set(text) <= set("0123456789.-_einfa"), "a URL carries it without escapes"


def test_a_small_matrix_is_short_and_readable():
    assert pack_matrix(np.array([[1, 3, 2, 1], [4, 7, 1, 0]])) == "1_3_2_1__4_7_1_0"
    assert pack_matrix(np.array([[-0.5, 1e22, NAN, -INF]])) == "-0.5_1e22_nan_-inf"


def test_the_longest_packed_matrix_can_be_unpacked():
    matrix = np.full((16, 16), -1.2345678901234567e-100)
    np.testing.assert_array_equal(unpack_matrix(pack_matrix(matrix)), matrix)


def test_a_person_may_write_commas_and_semicolons():
    np.testing.assert_array_equal(unpack_matrix("1,3;4,-7.5"), [[1, 3], [4, -7.5]])


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.zeros((17, 1)), "16 × 16"),
        (np.zeros((1, 0)), "1 × 1"),
        (np.zeros(3), r"shape \(3,\)"),
        (np.array([[1e101]]), "too large"),
    ],
)
def test_what_does_not_fit_a_link_is_refused(matrix, words):
    with pytest.raises(ValueError, match=words):
        pack_matrix(matrix)


BAD_LINK = {
    "nothing": ("", "not made of numbers"),
    "a word": ("one", "not made of numbers"),
    "an empty cell": ("1___2", "different lengths|not made of numbers"),
    "a separator at the end": ("1_2_", "not made of numbers"),
    "rows of different lengths": ("1_2__3", "different lengths"),
    "seventeen columns": ("_".join("1" * 17), "1 × 17"),
    "seventeen rows": ("__".join("1" * 17), "17 × 1"),
    "a million rows": ("1__" * 10**6, "too long"),
    "a huge length": ("9" * 10**7, "too long"),
    "an exponent too far": ("1e999", "too large"),
    "a negative exponent too far the other way": ("-1e400", "too large"),
    "a script": ("<script>alert(1)</script>", "not made of numbers"),
    "digits of another script": ("١_٢", "not made of numbers"),
    "a hexadecimal number": ("0x10", "not made of numbers"),
    "an underscore number": ("1_0x_0", "not made of numbers"),
    "zero bytes": ("1\0", "not made of numbers"),
    "line ends": ("1\n2", "not made of numbers"),
}


@pytest.mark.parametrize(("text", "words"), BAD_LINK.values(), ids=BAD_LINK)
def test_link_faults(text, words):
    with pytest.raises(ReadError, match=words) as caught:
        unpack_matrix(text)
    assert len(str(caught.value)) < 200


@given(st.text(alphabet="0123456789.-_e+naif;,x ", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_matrix_or_a_read_error(text):
    for read in (
        unpack_matrix,
        lambda t: read_csv(t).matrix,
        lambda t: read_csv(t.encode()).matrix,
    ):
        try:
            matrix = read(text)
        except ReadError:
            continue
        assert matrix.ndim == 2


# Bounds ------------------------------------------------------------------------------------------

BOMBS = """
import io, json, resource, sys, time, warnings, zlib, struct
warnings.simplefilter("error")
import numpy as np
from PIL import Image
from poolviz.readers import ReadError, read_csv, read_image, read_npy, unpack_matrix

def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

def png(width, height, depth, colour, row):
    press = zlib.compressobj(9)
    body = b"".join(press.compress(bytes(row + 1)) for _ in range(height)) + press.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body)
            + chunk(b"IEND", b""))

def npy(shape):
    head = repr({"descr": "<f8", "fortran_order": False, "shape": shape}).encode()
    return b"\\x93NUMPY\\1\\0" + struct.pack("<H", len(head)) + head

M = 5 * 1024 * 1024
cases = {
    "commas": lambda: read_csv(b"," * M), "line ends": lambda: read_csv(b"\\n" * M),
    "spaces": lambda: read_csv(b" " * M), "digits": lambda: read_csv(b"1" * M),
    "one row": lambda: read_csv(b"1," * (M // 2)),
    "one column": lambda: read_csv(b"1\\n" * (M // 2)),
    "blank rows": lambda: read_csv(b" ,\\n" * (M // 3)), "quotes": lambda: read_csv(b'"' * M),
    "full": lambda: read_csv("\\n".join([",".join(["-1.234567"] * 512)] * 512)),
    "link": lambda: unpack_matrix("1_" * M),
    "npy": lambda: read_npy(npy((10_000, 10_000)) + bytes(M - 200)),
    "npy 2^40": lambda: read_npy(npy((2**20, 2**20))),
    "png promise": lambda: read_image(png(50_000, 50_000, 8, 0, 0)),
    "png rgba 12M": lambda p=png(3400, 3500, 8, 6, 3400 * 4): read_image(p),
    "png 16 bit 12M": lambda p=png(3400, 3500, 16, 0, 3400 * 2): read_image(p),
}
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = {}
for name, case in cases.items():
    start = time.perf_counter()
    try:
        case()
    except ReadError:
        pass
    told[name] = time.perf_counter() - start
told["MB"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
print(json.dumps(told))
"""


def test_bombs_of_up_to_5_mb_end_soon_and_in_bounded_memory():
    done = subprocess.run(
        [sys.executable, "-c", BOMBS],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.pop("MB") < 250
    # Each takes under 1 s on an idle machine; the bound leaves room for a busy one.
    assert max(told.values()) < 5, told
