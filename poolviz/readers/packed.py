"""A small matrix as text for a link."""

import numpy as np

from poolviz.readers.reading import ReadError, check_numbers, parse_number, quoted
from poolviz.text import _

LARGEST_PACKED = 16
"""Rows and columns that fit a link."""
_LONGEST = 8000  # 16 × 16 numbers of 24 characters and their separators, and some air


def pack_matrix(matrix: np.ndarray) -> str:
    """Cells joined by "_", rows by "__": text that a URL carries without escapes, and exactly.

    ``matrix`` (H, W), at most 16 × 16, finite numbers up to 1e100; larger is a ``ValueError``.
    Each number is the shortest text that gives the same float64 back (NaN loses its payload).

    >>> pack_matrix(np.array([[1, 3], [-0.5, np.inf]]))
    '1_3__-0.5_inf'
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    if matrix.ndim != 2 or not all(1 <= n <= LARGEST_PACKED for n in matrix.shape):
        raise ValueError(f"matrix must be 1 × 1 to 16 × 16 to be packed, got shape {matrix.shape}")
    check_numbers(matrix)
    return "__".join("_".join(map(shortest, row)) for row in matrix.tolist())


def shortest(value: float) -> str:
    """The shortest text that gives the same float64 back.

    >>> shortest(3.0), shortest(1e22), shortest(-0.1)
    ('3', '1e22', '-0.1')
    """
    return repr(value).removesuffix(".0").replace("e+", "e")


def unpack_matrix(text: str) -> np.ndarray:
    """The float64 (H, W) matrix of ``pack_matrix``; anything else is a ``ReadError``.

    Rows may be joined by ";" and cells by "," as well, as a person would type them.

    >>> unpack_matrix("1,3;-0.5,inf")
    array([[ 1. ,  3. ],
           [-0.5,  inf]])
    """
    if len(text) > _LONGEST:
        raise ReadError(
            _("The matrix in the link is too long: at most {most} × {most} numbers fit.").format(
                most=LARGEST_PACKED
            )
        )
    rows = [row.split("_") for row in text.replace(";", "__").replace(",", "_").split("__")]
    if len(rows) > LARGEST_PACKED or any(len(row) > LARGEST_PACKED for row in rows):
        raise ReadError(
            _("The matrix in the link is {rows} × {cols}: at most {most} × {most} fit.").format(
                rows=len(rows), cols=max(map(len, rows)), most=LARGEST_PACKED
            )
        )
    if len({len(row) for row in rows}) > 1:
        raise ReadError(_("The matrix in the link has rows of different lengths."))
    try:
        return np.array([[parse_number(cell) for cell in row] for row in rows], dtype=np.float64)
    except ReadError as error:
        raise ReadError(_("The matrix in the link: {what}").format(what=error)) from None
    except ValueError:
        raise ReadError(
            _("The matrix in the link is not made of numbers: {text}.").format(text=quoted(text))
        ) from None
