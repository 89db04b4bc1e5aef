"""How numbers are written in sentences and cells: one rule for narration, tables and pictures."""

import re
from typing import Any

import numpy as np


def number(value: Any) -> str:
    """A number as a sentence writes it: four significant digits, a true minus sign.

    >>> number(-0.08312), number(7.0), number(1e9)
    ('−0.08312', '7', '1e+09')
    """
    value = float(value)
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    whole = value == round(value) and abs(value) < 1e7
    text = f"{value:.0f}" if whole else f"{value:.4g}"
    return "0" if float(text) == 0 else text.replace("-", "−", 1 if value < 0 else 0)


def numbers(values: np.ndarray, join: str = ", ") -> str:
    """Several numbers in a row; a long window is shortened in the middle."""
    values = np.asarray(values).ravel()
    if values.size <= 16:
        return join.join(number(v) for v in values)
    head, tail = join.join(map(number, values[:8])), join.join(map(number, values[-3:]))
    return f"{head}{join}…{join}{tail}"


def products(weights: np.ndarray, values: np.ndarray, join: str = " + ") -> str:
    """A weighted sum written out: "0.5·7 + 0.25·4"; a long one is shortened in the middle.

    >>> products(np.array([0.5, 0.25]), np.array([7, -4]))
    '0.5·7 + 0.25·−4'
    """
    terms = [
        f"{number(a)}·{number(b)}" for a, b in zip(weights.ravel(), values.ravel(), strict=True)
    ]
    return join.join(terms if len(terms) <= 16 else [*terms[:8], "…", *terms[-3:]])


def rounded(sentence: str) -> str:
    """A sentence with its fractions to three significant digits, as it is read aloud.

    >>> rounded("0.06667·4 + 1.523e-08 = 0.2667, of 12345 from row 10")
    '0.0667·4 + 1.52e-08 = 0.267, of 12345 from row 10'
    """
    return re.sub(r"\d+\.\d+(e[+-]?\d+)?", lambda found: f"{float(found[0]):.3g}", sentence)
