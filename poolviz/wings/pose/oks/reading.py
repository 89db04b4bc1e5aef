"""What a link holds of a pose: the readers and writers of its texts."""

from collections.abc import Callable

import numpy as np

from poolviz.readers.pose import MOST_KEYPOINTS, pack_numbers, unpack_numbers
from poolviz.readers.reading import ReadError
from poolviz.stage.link import between, whole
from poolviz.text import _

LEAST_AREA, MOST_AREA = 1.0, 1e12
Rows = tuple[tuple[float, ...], ...]
Edges = tuple[tuple[int, int], ...]


def rows(columns: int) -> Callable[[str], Rows]:
    """Reader of lines of so many numbers; the third of three is a visibility flag."""

    def read(text: str) -> Rows:
        numbers = unpack_numbers(text, columns)
        if columns == 3 and not np.isin(numbers[:, 2], (0, 1, 2)).all():
            raise ReadError(_("a visibility flag is 0, 1 or 2"))
        return tuple(tuple(row) for row in numbers.tolist())

    return read


def write_rows(value: Rows) -> str:
    """Lines of numbers, packed."""
    return pack_numbers(np.array(value))


def write_row(value: tuple[float, ...]) -> str:
    """Numbers, packed."""
    return pack_numbers(np.array(value))


def area(text: str) -> str | float:
    """Reader of "mask", "box" or a number of square pixels.

    >>> area("box"), area("90000")
    ('box', 90000.0)
    """
    return text if text in ("mask", "box") else between(LEAST_AREA, MOST_AREA)(text)


def box(text: str) -> tuple[float, ...]:
    """Reader of x, y, width and height."""
    read = unpack_numbers(text, 4)
    if len(read) != 1 or read[0, 2:].min() <= 0:
        raise ValueError(_("x, y, width and height are needed, the last two above 0"))
    return tuple(read[0].tolist())


def sigmas(text: str) -> tuple[float, ...]:
    """Reader of a sigma for each joint.

    >>> sigmas("0.1_0.2")
    (0.1, 0.2)
    """
    read = between(0.001, 1)
    return tuple(read(part) for part in text.split("_")[:MOST_KEYPOINTS])


def flags(text: str) -> tuple[int, ...]:
    """Reader of a visibility flag for each joint.

    >>> flags("210")
    (2, 1, 0)
    """
    if not 1 <= len(text) <= MOST_KEYPOINTS or set(text) - set("012"):
        raise ValueError(_("one flag a keypoint is needed, each 0, 1 or 2"))
    return tuple(int(v) for v in text)


def write_flags(value: tuple[int, ...]) -> str:
    """Flags without anything between."""
    return "".join(map(str, value))


def names(text: str) -> tuple[str, ...]:
    """Reader of names with "~" between."""
    read = tuple(text.split("~", MOST_KEYPOINTS))
    good = all(0 < len(n) <= 24 and all(c.isalnum() or c in "_- " for c in n) for n in read)
    if not good or len(set(read)) != len(read):
        raise ValueError(_("different names of letters and digits are needed"))
    return read


def edges(text: str) -> Edges:
    """Reader of pairs of joints.

    >>> edges("0-1_1-2")
    ((0, 1), (1, 2))
    """
    one = whole(0, MOST_KEYPOINTS - 1)
    pairs = [pair.split("-") for pair in text.split("_")[: 3 * MOST_KEYPOINTS]]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(_("pairs such as 0-1 are needed"))
    return tuple((one(a), one(b)) for a, b in pairs)


def write_edges(value: Edges) -> str:
    """Pairs of joints."""
    return "_".join(f"{a}-{b}" for a, b in value)
