"""One field of many records into one array: quick where all is well, and else the first bad record.

Whole columns are checked at once; only when something is wrong are the records walked one by one
for the sentence that names the first.
"""

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np

from poolviz.pose.records import LARGEST, RecordError, check_number, shown
from poolviz.pose.records import field as read_field
from poolviz.text import _

Namer = Callable[[int], str]
"""From the place in a list to the words that name the record."""

_NUMBERS = {int, float, np.float64, np.float32, np.int64, np.int32}


def values(records: list, key: str, name: Namer) -> list:
    """``record[key]`` of each record; the first without it is refused."""
    try:
        return [record[key] for record in records]
    except (KeyError, TypeError, IndexError):
        return [read_field(record, key, name(i)) for i, record in enumerate(records)]


def table(
    records: list, key: str, width: int, name: Namer, check: Callable[[Any, str], None]
) -> np.ndarray:
    """A list of ``width`` numbers from each record, float64 (N, width).

    ``check(value, record)`` raises for a bad one.
    """
    rows = values(records, key, name)
    if _plain(rows, width):
        array = _floats(rows)
        if (np.abs(array) <= LARGEST).all():
            return array.reshape(len(rows), width)
    for i, row in enumerate(rows):
        check(row, name(i))
    return np.array([[float(x) for x in row] for row in rows]).reshape(len(rows), width)


def column(records: list, key: str, name: Namer, lowest: float = -LARGEST) -> np.ndarray:
    """One finite number from each record, float64 (N,)."""
    numbers = values(records, key, name)
    if set(map(type, numbers)) <= _NUMBERS:
        array = _floats(numbers)
        if ((array >= lowest) & (array <= LARGEST)).all():
            return array
    for i, number in enumerate(numbers):
        check_number(number, key, name(i), lowest)
    return np.array([float(x) for x in numbers], dtype=float)


def flags(records: list, key: str, name: Namer) -> np.ndarray:
    """0 or 1 from each record, bool (N,)."""
    given = values(records, key, name)
    for i, value in enumerate(given):
        if not isinstance(value, (bool, int, float, np.generic)) or value not in (0, 1):
            raise RecordError(
                name(i), _("{key} must be 0 or 1, got {got}.").format(key=key, got=shown(value))
            )
    return np.array(given, dtype=bool)


def counts(records: list, key: str, most: int, name: Namer) -> np.ndarray:
    """A whole number from 0 to ``most`` from each record, int64 (N,)."""
    given = column(records, key, name, 0)
    bad = (given != np.floor(given)) | (given > most)
    if bad.any():
        i = int(bad.argmax())
        raise RecordError(
            name(i),
            _("{key} must be a whole number from 0 to {most}, got {got}.").format(
                key=key, most=most, got=shown(records[i][key])
            ),
        )
    return given.astype(np.int64)


def references(records: list, key: str, among: dict, name: Namer, what: str) -> list[int]:
    """Where each record's ``key`` stands in the table ``among``; ``what`` names the table."""
    try:
        return [among[record[key]] for record in records]
    except (KeyError, TypeError, IndexError):
        pass
    found = []
    for i, record in enumerate(records):
        value = read_field(record, key, name(i))
        try:
            found.append(among[value])
        except (KeyError, TypeError):
            raise RecordError(
                name(i),
                _("{key} {got} is not among {what}.").format(key=key, got=shown(value), what=what),
            ) from None
    return found


def _floats(rows: list) -> np.ndarray:
    """float64, or one infinity where a whole number is beyond all floats."""
    try:
        return np.array(rows, dtype=float)
    except OverflowError:
        return np.array([np.inf])


def _plain(rows: list, width: int) -> bool:
    """Whether all rows are lists of ``width`` plain numbers."""
    kinds = set(map(type, rows))
    if not kinds <= {list, tuple, np.ndarray} or not set(map(len, rows)) <= {width}:
        return False
    if kinds == {np.ndarray}:
        return all(row.ndim == 1 and row.dtype.kind in "iuf" for row in rows)
    return set(map(type, chain.from_iterable(rows))) <= _NUMBERS
