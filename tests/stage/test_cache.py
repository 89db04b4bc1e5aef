"""What is kept: by content and language, bounded by bytes, what is large in a store of its own."""

from functools import partial

import numpy as np

from poolviz.stage.cache import Store, kept_in, name_of, size_of
from poolviz.stage.control import Values
from poolviz.stage.files import Upload
from poolviz.text import use_language


def test_what_is_larger_than_a_quarter_is_not_kept_unless_the_store_is_for_such():
    usual, large = Store(1000), Store(1000, largest=10**9)
    for store, kept in ((usual, False), (large, True)):
        store.get("a", lambda: bytes(5000))
        assert (len(store.get("a", lambda: b"")) == 5000) == kept


def test_the_last_one_stays_and_drives_out_the_others():
    store = Store(3000, largest=10**9)
    for name in "abc":
        store.get(name, lambda: bytes(5000))
    assert store.bytes < 6000
    made = []
    store.get("c", lambda: made.append("c"))
    store.get("b", lambda: made.append("b"))
    assert made == ["b"]


def test_it_is_kept_by_content_and_language():
    calls = []

    @kept_in(Store())
    def costly(files, array):
        calls.append(1)
        return files

    try:
        for language in ("en", "zh"):
            use_language(language)
            for _again in range(2):
                costly((Upload(b"x"), 1), np.zeros(2))
    finally:
        use_language("en")
    assert len(calls) == 2
    costly((Upload(b"y"), 1), np.zeros(2))
    costly((Upload(b"x"), 1), np.ones(2))
    assert len(calls) == 4


def test_a_name_holds_no_content():
    upload = Upload(bytes(10**6))
    assert size_of(name_of((upload, "own"))) < 1000
    assert size_of(Values({"own": (upload, upload)}).name) < 1000
    assert name_of(upload) != name_of(Upload(b""))


def test_what_a_function_was_given_counts_and_once():
    data = bytes(10**5)
    assert 10**5 < size_of(partial(len, data)) < 11 * 10**4
    assert 10**5 < size_of((partial(len, data), partial(str, data), data)) < 11 * 10**4
    assert size_of((data, bytes(10**5 - 1) + b"x")) > 2 * 10**5
