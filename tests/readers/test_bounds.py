"""Whatever comes in, the readers end, in bounded work and memory, with a Reading or ReadError."""

import contextlib
import gzip
import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolviz.readers import ReadError, read_csv, read_file, unpack_matrix
from tests.readers.files import (
    JPEG,
    NOISE,
    NUMBERS,
    STRIPES,
    SVG,
    clear_png,
    deep_png,
    encoded,
    npy,
)


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


@given(st.text(alphabet="0123456789.-_e+naif;,x []|\\\\&\"'\n", max_size=60) | st.text(max_size=60))
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
    "csv.gz": gzip.compress(b"1;2,5\n-3;nan\n"),
    "printed.txt": b"tensor([[[[1., -2.], [3., 4e1]]]], grad_fn=<Mul>)",
    "table.md": b"| a | b |\n|---|:-:|\n| 1 | **2** |\n",
    "table.tex": b"\\begin{tabular}{cc} a & b \\\\ \\hline 1 & $2{,}5$ \\\\ \\end{tabular}",
    "layers.npy": npy(np.arange(24.0).reshape(2, 3, 4)),
    "clear.png": clear_png(16, 2, bytes(18), bytes(6)),
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
import gzip, resource, warnings, zlib, struct
warnings.simplefilter("error")
from PIL import Image
from poolviz.readers import ReadError, read_csv, read_file, read_image, read_npy, unpack_matrix

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
    "lists": lambda: read_csv("[" + "[]," * 262_000 + "]"),
    "nested lists": lambda: read_csv("[[" + "[1,2],[3,4]],[" * (M // 15) + "[1,2],[3,4]]]"),
    "gzip of zeros": lambda p=gzip.compress(bytes(10 * M)): read_file(p * 100),
    "gzip of nothing": lambda p=gzip.compress(b""): read_file(p * (M // len(p))),
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
for name, case in cases.items():
    try:
        case()
    except ReadError:
        pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024)
"""


def test_bombs_of_up_to_5_mb_end_in_bounded_memory():
    done = subprocess.run(
        [sys.executable, "-c", BOMBS],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 250


REPEATED = (
    ",", "\n", " ", "1", "1,", "1\n", " ,\n", '"', '"1,5",', '"1', "[", "[]", "[1,2],", "[[", "]",
    "|", "|-|\n", "|1|\n", "\\\\", "&", "1&2\\\\", "\\begin{", "\\begin{array}{c}", "%", "\\cline{",
    "\\cmidrule(l", "\\text{", "1\\times 10^{", "1'", "1'000", "1,234 ", "1.234.", "−", "...", ";",
    "\t1", "，１", "a=", "{", "$", "1,2\n", "1\r", "\u00a0", "_",
)  # fmt: skip
"""What a hostile text repeats."""
BEFORE = ("", "[", "\\begin{array}", "1&\\\\")
SMALL, TIMES = 8 * 1024, 8


def processor_time(text):
    start = time.process_time()
    for read in (read_csv, unpack_matrix):
        with contextlib.suppress(ReadError):
            read(text)
    return time.process_time() - start


@pytest.mark.parametrize("before", BEFORE)
def test_a_text_of_eight_times_the_size_takes_eight_times_the_work(before):
    """Not sixty-four times, as where each place is tried again from all places before it.

    A ratio of two sizes in one run, so it says the same on any machine. The
    clock's own noise, 2 ms, is added to the small one.
    """
    for repeated in REPEATED:
        small = before + repeated * (SMALL // len(repeated))
        large = before + repeated * (TIMES * SMALL // len(repeated))
        work = min(processor_time(small) for _ in range(2)) + 0.002
        assert min(processor_time(large) for _ in range(2)) < 3 * TIMES * work, repeated
