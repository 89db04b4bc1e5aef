"""Pictures: to the pixel, upright, and refused before they are decoded."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from poolviz.readers import (
    ReadError,
    read_image,
    read_photo,
)
from tests.readers.files import (
    JPEG,
    NOISE,
    NUMBERS,
    STRIPES,
    SVG,
    chunk,
    clear_png,
    deep_png,
    encoded,
    grey,
    npy,
    png_claiming,
    scans,
)


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


def test_16_bits_are_scaled():
    reading = read_image(deep_png())
    np.testing.assert_allclose(reading.matrix, [[0, 7], [255, 128]], atol=1e-4)
    assert "16 bits" in reading.notes[0]


CLEAR_COLOURS = {
    "grey of 1 bit": ((1, 0, b"\x40", b"\0\1"), [0, 255, 0]),
    "grey of 2 bits": ((2, 0, b"\x18", b"\0\1"), [0, 255, 170]),
    "grey of 4 bits": ((4, 0, b"\x13\x20", b"\0\3"), [17, 255, 34]),
    "and bits that it has not": ((4, 0, b"\x13\x20", b"\xff\xf3"), [17, 255, 34]),
    "grey of 8 bits": ((8, 0, b"\1\3\2", b"\0\3"), [1, 255, 2]),
    "grey of 16 bits": ((16, 0, b"\1\1\3\3\3\4", b"\3\3"), [1, 255, 772 / 257]),
    "colours of 8 bits": ((8, 2, b"\1\1\1\2\3\4\2\2\2", b"\0\2\0\3\0\4"), [1, 255, 2]),
    "colours of 16 bits": (
        (16, 2, bytes([1, 9] * 3 + [2, 7, 3, 8, 4, 9] + [2, 0] * 3), b"\2\7\3\x08\4\x09"),
        [1, 255, 2],
    ),
}


@pytest.mark.parametrize(("how", "row"), CLEAR_COLOURS.values(), ids=CLEAR_COLOURS)
def test_a_transparent_colour_is_laid_on_white_in_every_depth(how, row):
    """The middle pixel is the transparent one; 16 bits stand 257 to a step."""
    reading = read_image(clear_png(*how))
    np.testing.assert_allclose(reading.matrix, [row], rtol=1e-6)
    told = " ".join(reading.notes)
    assert "white" in told
    assert ("upper 8 of its 16 bits" in told) == (how[:2] == (16, 2))


def test_a_transparent_colour_that_no_pixel_has_changes_nothing():
    reading = read_image(clear_png(16, 0, b"\1\1\3\3\3\4", b"\7\7"))
    np.testing.assert_allclose(reading.matrix, [[1, 3, 772 / 257]], rtol=1e-6)
    assert "white" not in " ".join(reading.notes)


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
        "16384 × 16384.*9 million",
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


def test_a_photograph_keeps_its_colours_and_is_otherwise_read_alike():
    pixels, notes = read_photo(encoded(Image.new("RGB", (40, 20), (200, 100, 50))), size=20)
    assert (pixels.shape, pixels.dtype) == ((10, 20, 3), np.uint8)
    assert pixels[0, 0].tolist() == [200, 100, 50]
    assert len(notes) == 1
    assert read_photo(encoded(grey([[7]])))[0].tolist() == [[[7, 7, 7]]]


def test_a_deep_photograph_is_scaled_as_a_plane_is():
    data = deep_png()
    plane = np.clip(np.round(read_image(data).matrix), 0, 255)
    np.testing.assert_array_equal(read_photo(data)[0], np.repeat(plane[:, :, None], 3, axis=2))
