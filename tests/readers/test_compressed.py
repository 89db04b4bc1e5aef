"""Gzip: unpacked once, and never further than a file may be large."""

import gzip
import tracemalloc

import numpy as np
import pytest

from poolviz.readers import ReadError, read_file
from poolviz.readers.compressed import unpack_gzip
from poolviz.readers.reading import LARGEST_FILE
from tests.readers.files import NUMBERS, npy

CSV = b"1;2,5\n3;4\n"
PACKED = gzip.compress(CSV)


@pytest.mark.parametrize("name", ["x.csv.gz", "x.gz", "x", "x.CSV.GZ"])
def test_a_packed_table_is_read(name):
    assert read_file(PACKED, name).matrix.tolist() == [[1, 2.5], [3, 4]]


def test_other_kinds_members_and_zeros_at_the_end():
    np.testing.assert_array_equal(
        read_file(gzip.compress(npy(NUMBERS)), "x.npy.gz").matrix, NUMBERS
    )
    assert read_file(PACKED + gzip.compress(b"5;6") + b"\0" * 512).matrix.shape == (3, 2)


def test_the_limit_is_that_of_a_file_to_the_byte():
    text = b"1,2\n".ljust(LARGEST_FILE, b"\n")
    assert read_file(gzip.compress(text)).matrix.tolist() == [[1, 2]]
    with pytest.raises(ReadError, match="Unpacked, the file has more than 5 MB"):
        read_file(gzip.compress(text + b"\n"))
    with pytest.raises(ReadError, match="Unpacked, the file has more than 5 MB"):
        read_file(gzip.compress(text[:-3]) + gzip.compress(b"\n" * 4))


def test_a_bomb_is_unpacked_no_further_than_the_limit():
    """50 MB of zeros in 50 kB: a peak of the 5 MB allowed and what unpacking them takes beside."""
    bomb = gzip.compress(bytes(50 * 1024**2))
    tracemalloc.start()
    try:
        with pytest.raises(ReadError, match="Unpacked"):
            unpack_gzip(bomb)
        assert tracemalloc.get_traced_memory()[1] < 3 * LARGEST_FILE
    finally:
        tracemalloc.stop()


FAULTS = {
    "cut": (PACKED[:-3], "gzip file is damaged"),
    "cut in its head": (PACKED[:5], "gzip file is damaged"),
    "a wrong sum": (PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "gzip file is damaged"),
    "rubbish behind it": (PACKED + b"x", "gzip file is damaged"),
    "nothing in it": (gzip.compress(b""), "file is empty"),
    "packed twice": (gzip.compress(PACKED), "not text"),
}


@pytest.mark.parametrize(("data", "words"), FAULTS.values(), ids=FAULTS)
def test_gzip_faults(data, words):
    with pytest.raises(ReadError, match=words):
        read_file(data, "x.csv.gz")
