"""Whatever comes in, the readers end soon, in bounded memory, with a Reading or ReadError."""

import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolviz.readers import ReadError, read_csv, read_file, unpack_matrix
from tests.readers.files import JPEG, NOISE, NUMBERS, STRIPES, SVG, deep_png, encoded, npy


@pytest.mark.parametrize("name", ["x.csv", "x.npy", "x.png", "x.jpg", "x", "../../etc/passwd"])
def test_the_name_does_not_decide(name):
    np.testing.assert_array_equal(read_file(npy(NUMBERS), name).matrix, NUMBERS)
    if not name.endswith("npy"):
        assert read_file(encoded(STRIPES), name).matrix.shape == (2, 3)


@pytest.mark.parametrize(
    ("name", "words"), [("x.png", "SVG"), ("x.npy", "not a .npy"), ("x.csv", "Line 1")]
)
def test_the_name_chooses_the_words_of_a_refusal(name, words):
    with pytest.raises(ReadError, match=words):
        read_file(SVG, name)


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


SEEDS = {
    "png": encoded(NOISE),
    "palette.png": encoded(NOISE.quantize(16), transparency=3),
    "deep.png": deep_png(),
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
    "webp 9M": lambda: read_image(bytes.fromhex(
        "5249464626000000574542505650384c190000002fb7cbed12075081540820000a1a02495bbced8f8f88e87f0000")),
    "png promise": lambda: read_image(png(50_000, 50_000, 8, 0, 0)),
    "png rgba 12M": lambda p=png(3400, 3500, 8, 6, 3400 * 4): read_image(p),
    "png 16 bit 12M": lambda p=png(3400, 3500, 16, 0, 3400 * 2): read_image(p),
}
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = {}
for name, case in cases.items():
    start = time.process_time()
    try:
        case()
    except ReadError:
        pass
    told[name] = time.process_time() - start
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
    # In processor time, against the largest file that is read: a busy machine changes neither.
    assert max(told.values()) < 8 * told["full"], told
