"""LaTeX as the pages have it (KaTeX) in the part of TeX that Matplotlib sets."""

import re

_WORDS = (
    (re.compile(r"\\[Bb]ig+[lr]?(?![a-z])"), ""),
    (re.compile(r"\\le(?![a-z])"), r"\\leq"),
    (re.compile(r"\\ge(?![a-z])"), r"\\geq"),
    (re.compile(r"\\[td]frac(?![a-z])"), r"\\frac"),
    (re.compile(r"\\frac(\d)([A-Za-z\d])"), r"\\frac{\1}{\2}"),
    (re.compile(r"\\(?:lvert|rvert)(?![a-z])"), "|"),
    (re.compile(r"\\top(?![a-z])"), "T"),
)
_CASES = re.compile(r"\\begin\{cases\}(.*?)\\end\{cases\}")


def mathtext(formula: str) -> str:
    r"""The formula between dollars.

    >>> mathtext(r"y = \Big(\tfrac12 \sum_{r \le k} a\Big)")
    '$y = (\\frac{1}{2} \\sum_{r \\leq k} a)$'
    """
    formula = _CASES.sub(_in_a_row, formula)
    for pattern, instead in _WORDS:
        formula = pattern.sub(instead, formula)
    return f"${formula}$"


def _in_a_row(found: re.Match[str]) -> str:
    """Cases beside one another, each with its condition in brackets."""
    lines = [line.split("&") for line in found[1].split(r"\\")]
    told = [line[0] + "".join(rf"\ [\,{part}\,]" for part in line[1:]) for line in lines]
    return r"\{\, " + r";\quad ".join(told)
