"""How exported pictures are lettered: the fonts, what they can write, and where lines break."""

import unicodedata
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

FONT = Path(__file__).resolve().parents[2] / "assets" / "fonts" / "poolviz-sans-sc.ttf"
"""The characters of Chinese, shipped, for a bare machine has none."""
FAMILIES = ("DejaVu Sans", "poolviz Sans SC")
MISSING = "□"


@cache
def fonts() -> list[str]:
    """The families to write with: Matplotlib's own, then the shipped one for what it lacks."""
    fontManager.addfont(FONT)
    [entry] = [each for each in fontManager.ttflist if each.fname == str(FONT)][-1:]
    fontManager.ttflist.append(replace(entry, weight=700))  # bold is written with the same file
    return list(FAMILIES)


@cache
def glyphs() -> frozenset[int]:
    """The code points that the two fonts hold between them."""
    families = fonts()
    paths = [findfont(FontProperties(family=name), fallback_to_default=False) for name in families]
    return frozenset(code for path in paths for code in get_font(path).get_charmap())


def writable(text: str) -> str:
    """The text with a box for each character that neither font holds.

    >>> writable("5 × 5 池化 🙂")
    '5 × 5 池化 □'
    """
    held = glyphs()
    return "".join(c if c == "\n" or ord(c) in held else MISSING for c in text)


def letters(**look: Any) -> dict[str, Any]:
    """Arguments for Matplotlib's ``text``: the families, and no formulas in a person's words."""
    return {"fontfamily": fonts(), "parse_math": False, **look}


def width(text: str) -> int:
    """How wide a text is, in Latin letters: an ideograph counts for two.

    >>> width("ab"), width("池化")
    (2, 4)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@cache
def _advance(char: str, bold: bool) -> float:
    """How wide a character is, in sizes of the type."""
    weight = "bold" if bold else "normal"
    for family in fonts():
        font = get_font(findfont(FontProperties(family=family, weight=weight)))
        if ord(char) in font.get_charmap():
            font.set_size(100, 72)
            return float(font.load_char(ord(char)).linearHoriAdvance) / 65536 / 100
    return _advance(MISSING, bold)


def em(text: str, bold: bool = False) -> float:
    """How wide a text is written, in sizes of its type.

    >>> round(em("7"), 2), round(em("池化"), 2), em("1.5", bold=True) > em("1.5")
    (0.64, 2.0, True)
    """
    return sum(_advance(char, bold) for char in writable(text))


def wrapped(text: str, length: int, lines: int | None = None) -> list[str]:
    """Lines of at most ``length``; broken at spaces and between ideographs.

    With ``lines``, the rest of a longer text becomes an ellipsis.

    >>> wrapped("a window moves over it", 12)
    ['a window', 'moves over', 'it']
    >>> wrapped("池化窗口", 4), wrapped("a window moves over it", 12, 2)
    (['池化', '窗口'], ['a window', 'moves over…'])
    """
    told, line = [], ""
    for piece in _pieces(text):
        if width((line + piece).rstrip()) <= length:
            line += piece
            continue
        if line.strip():
            told.append(line.rstrip())
        line = piece.lstrip()
        while width(line.rstrip()) > length:  # a word that no line can hold
            cut = _fitting(line, length)
            told.append(line[:cut])
            line = line[cut:]
    told.append(line.rstrip())
    told = [part for part in told if part] or [""]
    if lines is not None and len(told) > lines:
        last = told[lines - 1]
        told = [*told[: lines - 1], last[: _fitting(last, length - 1)].rstrip() + "…"]
    return told


def _pieces(text: str) -> list[str]:
    """Words with the spaces behind them; ideographs one by one, punctuation at what it follows."""
    pieces: list[str] = []
    for c in text.replace("\n", " "):
        wide = unicodedata.east_asian_width(c) in "WF"
        closing = wide and unicodedata.category(c).startswith("P") and c not in "“‘（《【"
        last = pieces[-1][-1] if pieces else " "
        new = not pieces or (wide and not closing) or (last == " " and c != " ")
        after_wide = unicodedata.east_asian_width(last) in "WF" and not wide and c != " "
        if new or after_wide:
            pieces.append(c)
        else:
            pieces[-1] += c
    return pieces


def _fitting(text: str, length: int) -> int:
    """How many characters fit, at least one."""
    total = 0
    for i, c in enumerate(text):
        total += width(c)
        if total > length:
            return max(i, 1)
    return len(text)
