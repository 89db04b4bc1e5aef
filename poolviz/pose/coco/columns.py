"""One field of many records into one array: quick where all is well, and else the first bad record.

Whole columns are checked at once; only when something is wrong are the records walked one by one
for the sentence that names the first.
"""

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np

from poolviz.pose.coco.records import LARGEST, RecordError, check_number, shown
from poolviz.pose.coco.records import field as read_field
from poolviz.text import _

Namer = Callable[[int], str]
"""From the place in a list to the words that name the record."""

_NUMBERS = {bool, int, float, np.float64, np.float32, np.int64, np.int32}


def values(records: list, key: str, name: Namer) -> list:
    """``record[key]`` of each record; the first without it is refused."""
    try:
        return [record[key] for record in records]
    except (KeyError, TypeError, IndexError):
        return [read_field(record, key, name(i)) for i, record in enumerate(records)]


def plain_table(records: list, key: str, width: int) -> np.ndarray | None:
    """``width`` finite numbers from each record, float64 (N, width); None unless all are so."""
    rows = [record.get(key) for record in records]
    if not _plain(rows, width):
        return None
    array = _floats(rows)
    return array.reshape(len(rows), width) if (np.abs(array) <= LARGEST).all() else None


def column(records: list, key: str, name: Namer) -> np.ndarray:
    """One finite number from each record, float64 (N,)."""
    numbers = values(records, key, name)
    if set(map(type, numbers)) <= _NUMBERS:
        array = _floats(numbers)
        if (np.abs(array) <= LARGEST).all():
            return array
    for i, number in enumerate(numbers):
        check_number(number, key, name(i))
    return np.array([float(x) for x in numbers], dtype=float)


def references(records: list, key: str, among: dict, name: Namer) -> np.ndarray:
    """Where each record's ``key`` stands in the table ``among``, -1 where it does not: (N,)."""
    try:
        places = [among.get(record[key], -1) for record in records]
    except (KeyError, TypeError, IndexError):
        places = [_reference(record, key, among, name(i)) for i, record in enumerate(records)]
    return np.array(places, dtype=np.int64)


def _reference(record: Any, key: str, among: dict, name: str) -> int:
    value = read_field(record, key, name)
    try:
        return among.get(value, -1)
    except TypeError:
        raise RecordError(
            name,
            _("{key} must be a whole number or a text, got {got}.").format(
                key=key, got=shown(value)
            ),
        ) from None


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
        return all(row.ndim == 1 and row.dtype.kind in "biuf" for row in rows)
    return set(map(type, chain.from_iterable(rows))) <= _NUMBERS
