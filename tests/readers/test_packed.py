"""Links: a small matrix comes back to the bit, hostile text does not come in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from poolviz.readers import ReadError, pack_matrix, unpack_matrix

NAN, INF = np.nan, np.inf


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
