"""Numbers in formulas."""

import numpy as np

from poolviz.numbers import number


def tex(value: float, digits: int = 3) -> str:
    """A number of so many digits for LaTeX.

    >>> tex(-0.123456), tex(float("inf"))
    ('-0.123', '\\\\infty')
    """
    text = number(value if not np.isfinite(value) else float(f"{value:.{digits}g}"))
    return text.replace("−", "-").replace("∞", r"\infty").replace("NaN", r"\text{NaN}")
