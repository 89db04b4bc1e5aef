"""Arrays as files: CSV that loses nothing, and NumPy's own format."""

import io

import numpy as np


def csv_bytes(values: np.ndarray) -> bytes:
    """Rows of numbers, each as short as it can be without loss.

    >>> csv_bytes(np.array([[1.0, 0.1], [np.nan, -np.inf]]))
    b'1,0.1\\r\\nnan,-inf\\r\\n'
    """
    rows = [",".join(_shortest(v) for v in row) for row in np.atleast_2d(values).tolist()]
    return "".join(f"{row}\r\n" for row in rows).encode("ascii")


def npy_bytes(values: np.ndarray) -> bytes:
    """The array in NumPy's own format, which ``numpy.load`` reads."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def _shortest(value: float) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value)) if whole else repr(value)
