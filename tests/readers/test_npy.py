""".npy files: every real dtype and order, and nothing that could run or overflow."""

import io
import struct

import numpy as np
import pytest

from poolviz.readers import (
    ReadError,
    read_npy,
)
from tests.readers.files import (
    NUMBERS,
    npy,
    npy_header,
    npy_of,
)

NAN, INF = np.nan, np.inf


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
    "channels but no rows": (npy(np.zeros((0, 4, 3))), "no number"),
    "rows but no channels": (npy(np.zeros((4, 5, 0))), "no number"),
    "sixty axes": (npy_of("(" + "1, " * 60 + ")"), "60 axes"),
    "a row too long": (npy(np.zeros(513)), "1 × 513 is too large"),
    "a number over 1e100": (npy(np.array([[1, 2], [3, -1e300]])), "Row 1, column 1: -1e.300"),
    "over 5 MB": (npy(np.zeros(700_000)), "at most 5 MB"),
}


@pytest.mark.parametrize(("data", "words"), BAD_NPY.values(), ids=BAD_NPY)
def test_npy_faults(data, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_npy(data)
    assert len(str(caught.value)) < 200
