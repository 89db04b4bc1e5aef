"""Words in any script, and features that can be computed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolviz.wings.pooling.sequences.words import (
    FEATURES,
    LONGEST_TEXT,
    MOST_WORDS,
    Sentence,
    clean,
    split,
    token_features,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It isn't over!", ["It", "isn't", "over", "!"]),
        ("über-gut d’accord", ["über-gut", "d’accord"]),
        ("你好, 世界", ["你", "好", ",", "世", "界"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("👨\u200d👩\u200d👧 ok", ["👨\u200d👩\u200d👧", "ok"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("rock-'", ["rock"]),
        ("a\u202eb\x00c", ["a", "b", "c"]),
    ],
)
def test_words(text, words):
    assert split(text) == words


def test_features_by_hand():
    x = token_features(["An", "Owl", "zz", "!"])
    np.testing.assert_array_equal(x[0], [2, 3, 2, 0])
    np.testing.assert_allclose(x[1], [0.5, 0.33, 0, 0])
    np.testing.assert_array_equal(x[2], [1, 1, 0, 0])
    # a 3, n 6; o 4, w 15, l 11; z 26
    np.testing.assert_array_equal(x[3], [4.5, 10, 26, 0])
    np.testing.assert_array_equal(x[4], [2 - 2.5, 3 - 2, 2 - 1.5, 0 - 1])
    np.testing.assert_array_equal(x[5], [1, 2, 3, 4])


def test_accents_and_other_scripts_have_letters_too():
    x = token_features(["été", "дом", "你"])
    np.testing.assert_array_equal(x[0], [3, 3, 1])
    np.testing.assert_allclose(x[1], [0.67, 0, 0])
    np.testing.assert_array_equal(x[3], [round((1 + 2 + 1) / 3, 2), 0, 0])


@given(st.text(max_size=400))
def test_any_text_is_bounded_and_has_finite_features(text):
    line = clean(text)
    assert len(line) <= LONGEST_TEXT
    assert "\n" not in line
    line.encode()
    words = split(text)
    assert all(word.strip() for word in words)
    x = token_features(words)
    assert x.shape == (len(FEATURES), len(words))
    assert np.isfinite(x).all()
    if words:
        sentence = Sentence.of(text)
        assert len(sentence.words) == min(len(words), MOST_WORDS)


def test_no_word_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="must have a word"):
        Sentence.of(" \x00 ")
