"""A saved state: there and back to the bit, and refusals of everything else."""

import base64
import json

import numpy as np
import pytest

from poolviz.readers.reading import LARGEST_FILE, ReadError
from poolviz.readers.state import SavedState, read_state, write_state


def test_there_and_back_to_the_bit():
    matrix = np.random.default_rng(0).standard_normal((40, 3)) * 1e-7
    matrix[0] = (np.nan, np.inf, -0.0)
    before = SavedState("windows", {"kernel_size": "2,3", "sample": "own"}, matrix, True)
    after = read_state(write_state(before))
    assert (after.page, after.link, after.picture) == (before.page, before.link, True)
    assert after.matrix.tobytes() == matrix.tobytes()


def test_the_largest_input_fits_the_limit_of_a_file():
    assert len(write_state(SavedState("windows", {}, np.ones((512, 512))))) < LARGEST_FILE


def test_without_an_input_the_link_has_all():
    assert read_state(write_state(SavedState("oks", {"k": "1"}))).matrix is None


def changed(**parts):
    return json.dumps({"poolviz": 1, "page": "windows", "link": {}} | parts).encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"poolviz": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "“poolviz” is missing"),
        (b"{}", "“poolviz” is missing"),
        (b'{"poolviz": true}', "“poolviz” is missing"),
        (b" " * (LARGEST_FILE + 1), "at most 5 MB"),
        (changed(poolviz=2), "version 2"),
        (changed(code="import os"), "“code”, which is unknown"),
        (changed(page="../../etc"), "“page” must name a page"),
        (changed(page=7), "“page” must name a page"),
        (changed(page=""), "“page” must name a page"),
        (changed(link=[1]), "“link” must hold up to 64 texts"),
        (changed(link={"k": 3}), "“link” must hold up to 64 texts"),
        (changed(link={"k": "3" * 8001}), "“link” must hold up to 64 texts"),
        (changed(link={str(i): "" for i in range(65)}), "“link” must hold up to 64 texts"),
        (changed(input=[[1, 2]]), "“input” must be a .npy file in base64"),
        (changed(input="%%%"), "“input” must be a .npy file in base64"),
        (changed(input="é"), "“input” must be a .npy file in base64"),
        (changed(input=base64.b64encode(b"\x80\x04pickle").decode()), "not a .npy file"),
        (changed(input=""), "empty"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(data, reason):
    with pytest.raises(ReadError, match=reason) as caught:
        read_state(data)
    assert "\n" not in str(caught.value)
