"""Numbers as text: what spreadsheets and people write, and every way to get it wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolviz.readers import ReadError, parse_number, quoted, read_csv

NAN, INF = np.nan, np.inf


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
    "a Python list": ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
    "a list of one row": ("[1, 2.5]", [[1, 2.5]]),
    "lists in lines": ("[1, 2]\n[3, 4],\n", [[1, 2], [3, 4]]),
    "a NumPy array": ("array([[1., 2.],\n       [3., nan]])", [[1, 2], [3, NAN]]),
    "an array and its type": ("np.array([[1], [-3]], dtype=np.int8)", [[1], [-3]]),
    "a printed array": ("[[ 1  2]\n [ 3 -4]]", [[1, 2], [3, -4]]),
    "a printed row of two lines": ("[[1 2\n  3]\n [4 5\n  6]]", [[1, 2, 3], [4, 5, 6]]),
    "a MATLAB matrix": ("[1 2; 3 4]", [[1, 2], [3, 4]]),
    "a PyTorch tensor": ("tensor([[1., 2.], [3., 4.]])", [[1, 2], [3, 4]]),
    "full-width signs": ("１，−２．５\n＋３　，４", [[1, -2.5], [3, 4]]),
    "full-width commas and semicolons": ("1，2；3，4", [[1, 2], [3, 4]]),
    "full-width semicolons": ("1；2,5", [[1, 2.5]]),
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
    "a header": ("width,height\n1,2", "Line 1 .*“width”.* header"),
    "text in a cell": ("1,2\n3,four", "Line 2, column 2: “four” is not a number"),
    "text that comes first": ("x,1", "Line 1, column 1: “x” is not a number"),
    "an empty cell": ("1,,3", "Line 1, column 2 is empty"),
    "an empty cell at the start": (",2\n3,4", "Line 1, column 1 is empty"),
    "ragged rows, one short": ("1,2,3\n4,5", "Numbers in line 2: 2; in the first row: 3"),
    "ragged rows, one long": ("1,2\n3,4,5", "Numbers in line 2: 3; in the first row: 2"),
    "a hexadecimal number": ("0x1F,2", "“0x1F” is not a number"),
    "a complex number": ("1+2j,2", "“1.2j” is not a number|“1\\+2j” is not a number"),
    "a date": ("2024-01-02,2", "“2024-01-02” is not a number"),
    "a time": ("12:30,2", "“12:30” is not a number"),
    "digit groups": ("1_000,2", "“1_000” is not a number"),
    "two points": ("1.2.3,2", "“1.2.3” is not a number"),
    "a percentage": ("5%,2", "“5%” is not a number"),
    "a currency": ("€5,2", "“€5” is not a number"),
    "a power": ("3²,2", "“3²” is not a number"),
    "digits of another script": ("٣,2", "is not a number"),
    "a formula": ("=1+1,2", "“=1\\+1” is not a number"),
    "a script": ("<script>alert(1)</script>,1", r"“·script·alert\(1\)·/scrip…” is not"),
    "a picture in Markdown": ("![x](//a.b),1", r"“·\[x\]·//a.b\)” is not a number"),
    "lists of two depths": ("[[1], [[2]]]", "not of one shape"),
    "lists of two lengths": ("[[[1], [2]], [[3]]]", "not of one shape"),
    "a list nine deep": ("[" * 9 + "1" + "]" * 9, "at most 8 axes"),
    "text in a list": ("[[1, 2], [3, x]]", "Line 2, column 2: “x” is not a number"),
    "a list that is not closed": ("[[1, 2], [3, 4]", r"“\[\[1” is not a number"),
    "an empty list": ("[[]]", "no numbers"),
    "lists too many": ("[" * 2_000_000 + "]" * 2_000_000, "more than 262656 lists"),
    "a quote that never ends": ('"1,2\n3,4', "is not a number"),
    "an exponent too far": ("1,1e999", "Line 1, column 2: “1e999” is too large"),
    "a number over 1e100": ("-1e101", "Line 1, column 1: “-1e101” is too large"),
    "a number of a million digits": ("1" * 10**6, "Line 1, column 1: “1+…” is not a number"),
    "a row too long": (",".join("1" * 513), "Line 1 has more than 512 numbers"),
    "rows too many": ("1\n" * 513, "more than 512 rows"),
    "text over 5 MB": ("1" * (5 * 1024**2 + 1), "at most 5242880"),
    "a file over 5 MB": (b"1" * (5 * 1024**2 + 1), "at most 5 MB"),
    "bytes that are no text": (b"\xff\xfe\xfa1,2\x80", "not text"),
    "Latin-1": ("1,é".encode("latin-1"), "not text"),
    "zero bytes": (b"1,2\0", "not text"),
    "a spreadsheet": (b"PK\3\4\x14\0\6\0", "not text"),
    "HTML": ("<html><body>1</body></html>", "Line 1 .* header"),
}


@pytest.mark.parametrize(("data", "words"), BAD_CSV.values(), ids=BAD_CSV)
def test_csv_faults(data, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_csv(data)
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_a_fault_is_named_by_the_line_it_stands_on():
    with pytest.raises(ReadError, match="Line 5, column 2"):
        read_csv("\n1,2\n\n3,4\n5,x")


@pytest.mark.parametrize("text", ["", "x", "--1", "1e", "e5", ".", "in", "1 2", "0b1", "1" * 101])
def test_no_number(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


@given(st.text(max_size=40))
def test_quoted_text_holds_no_markup(text):
    assert not set(quoted(text)) & set("<>!`$*#|{}\\~&@^\n")
    assert "](" not in quoted(text)
    assert len(quoted(text)) <= 26


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[[1", "“[[1”"),
        ("（１）；", "“（１）；”"),
        ("12:30", "“12:30”"),
        ("1:100:1", "“1·100:1”"),
        ("www.a.b WWW.a", "“www·a.b WWW·a”"),
        (":red[x]", "“·red[x]”"),
        ("https://a.b", "“https·//a.b”"),
        ("[a](b)", "“[a]·b)”"),
        ("_a_ b_c", "“·a· b_c”"),
        ("a\u202eb\u200b\x07c", "“a·b··c”"),
    ],
)
def test_quoted_text_is_as_it_was_typed_where_that_is_harmless(text, shown):
    assert quoted(text) == shown


@pytest.mark.parametrize("text", ["[1.5，2；3，4]", "1.5，2；3，4", "[[1.5，2]，[3，4]]"])
def test_full_width_signs_in_lists_and_out_of_them(text):
    assert read_csv(text).matrix.tolist() == [[1.5, 2], [3, 4]]


@pytest.mark.parametrize("text", ["[]" + " " * 1_000_000 + "x", "[" + "] " * 500_000 + "x"])
def test_what_nearly_is_a_list_is_read_in_one_go(text):
    """Tried again from every space, it would take hours."""
    with pytest.raises(ReadError):
        read_csv(text)
