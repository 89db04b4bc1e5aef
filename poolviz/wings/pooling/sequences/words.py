"""A sentence as numbers: words, and features of them that a person can compute by hand."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from poolviz.text import N_, _

LONGEST_TEXT = 200
MOST_WORDS = 24
LONGEST_LABEL = 14
FREQUENT = "etaoinshrdlcumwfgypbvkjxqz"
"""The 26 letters from the most to the least frequent in English text."""
_TIES = "\u200c\u200d"
"""Joiners without a width, which hold emoji and the letters of some scripts together."""
_JOINS = "'’-" + _TIES
"""Signs that belong to a word when they stand inside it."""


def clean(text: str) -> str:
    """One line without control characters, at most 200 characters.

    >>> clean("two\\n  words\\x07")
    'two words'
    """
    kept = "".join(
        sign if sign in _JOINS or not unicodedata.category(sign).startswith("C") else " "
        for sign in text[: 4 * LONGEST_TEXT]
    )
    return re.sub(r"\s+", " ", kept).strip()[:LONGEST_TEXT].rstrip()


def split(text: str) -> list[str]:
    """The words of a text in any script; Chinese and Japanese signs stand alone, as do stops.

    >>> split("It isn't over, 你好!")
    ['It', "isn't", 'over', ',', '你', '好', '!']
    """
    words: list[str] = []
    glue = False  # whether the last word may go on
    for sign in clean(text):
        kind = unicodedata.category(sign)[0]
        spells = kind in "LN" and not _alone(sign)
        tied = bool(words) and (kind == "M" or sign in _TIES or words[-1][-1] in _TIES)
        if tied or (glue and (spells or sign in _JOINS)):
            words[-1] += sign
        elif not sign.isspace():
            words.append(sign)
            glue = spells
        else:
            glue = False
    return [_trimmed(word) for word in words]


def _trimmed(word: str) -> str:
    return word.rstrip(_JOINS) or word


def _alone(sign: str) -> bool:
    """Whether a sign is a word of its own: Han, Hiragana, Katakana."""
    name = unicodedata.name(sign, "")
    return name.startswith(("CJK UNIFIED", "CJK COMPATIBILITY", "HIRAGANA", "KATAKANA"))


def label(word: str) -> str:
    """The word, shortened where it is long."""
    return word if len(word) <= LONGEST_LABEL else word[: LONGEST_LABEL - 1] + "…"


@dataclass(frozen=True)
class Feature:
    """A number of each word: its short title, and the rule in a sentence. ``own``: whether it
    depends on the word alone, not on its place.
    """

    name: str
    title: str
    why: str
    own: bool = True


FEATURES: tuple[Feature, ...] = (
    Feature("letters", N_("letters"), N_("How many letters and digits the word has.")),
    Feature(
        "vowels",
        N_("vowels"),
        N_("The share of its letters that are a, e, i, o, u or y, to two digits."),
    ),
    Feature("capital", N_("capital"), N_("1 if it begins with a capital letter, else 0.")),
    Feature(
        "rare",
        N_("rare"),
        N_(
            "The mean rank of its letters by frequency in English: e is 1, z is 26; other letters "
            "do not count."
        ),
    ),
    Feature(
        "contrast",
        N_("contrast"),
        N_("Its letters minus the mean of its neighbours': a filter of width 3, as a network has."),
        own=False,
    ),
    Feature(
        "place", N_("place"), N_("Which word of the sentence it is, counted from 1."), own=False
    ),
)


def token_features(words: list[str]) -> np.ndarray:
    """The features of T words: float64 (F, T), in the order of ``FEATURES``.

    >>> token_features(["An", "owl", "sees"])[:2].round(2)
    array([[2.  , 3.  , 4.  ],
           [0.5 , 0.33, 0.5 ]])
    """
    bare = [_letters(word) for word in words]
    letters = np.array([len(word) for word in bare], dtype=np.float64)
    around = np.pad(letters, 1, mode="edge") if words else letters
    rows = [
        letters,
        [_vowels(word) for word in bare],
        [float(word[:1].isupper()) for word in words],
        [_rank(word) for word in bare],
        letters - (around[:-2] + around[2:]) / 2 if words else letters,
        np.arange(1.0, len(words) + 1),
    ]
    return np.array(rows, dtype=np.float64).reshape(len(FEATURES), len(words))


def _letters(word: str) -> list[str]:
    """The letters and digits of a word, lower case, without their accents."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    return [sign for sign in plain if unicodedata.category(sign)[0] in "LN"]


def _vowels(word: list[str]) -> float:
    return round(sum(sign in "aeiouy" for sign in word) / len(word), 2) if word else 0.0


def _rank(word: list[str]) -> float:
    ranks = [FREQUENT.index(sign) + 1 for sign in word if sign in FREQUENT]
    return round(sum(ranks) / len(ranks), 2) if ranks else 0.0


@dataclass(frozen=True, eq=False)
class Sentence:
    """``words`` (T), their labels, and ``x`` (F, T); ``left_out`` words did not fit."""

    words: tuple[str, ...]
    labels: tuple[str, ...]
    x: np.ndarray
    left_out: int

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, text: str) -> "Sentence":
        """The first words of a text, the same object for the same; without any, ``ValueError``."""
        words = split(text)
        if not words:
            raise ValueError(_("the sentence must have a word"))
        kept = words[:MOST_WORDS]
        return cls(
            tuple(kept), tuple(map(label, kept)), token_features(kept), len(words) - len(kept)
        )

    def quoted(self, at: int) -> str:
        """A word in quotes."""
        return f"“{self.labels[at]}”"
