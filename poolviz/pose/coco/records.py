"""Single records of COCO files: what each field must be, and the sentence when it is not."""

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

from poolviz.readers import ReadError, quoted
from poolviz.text import _

LARGEST = 1e100
"""Numbers beyond it are refused, so that squares fit a float64."""


class RecordError(ReadError):
    """What is wrong with which record: one sentence in the reader's language, fit to show.

    ``record`` names the place in the file: "annotations[3] (id 17)", "results[0]".
    """

    def __init__(self, record: str, problem: str) -> None:
        super().__init__(
            _("{record}: {problem}").format(record=record, problem=problem) if record else problem
        )
        self.record = record


def field(record: Any, key: str, name: str) -> Any:
    """``record[key]``, or a ``RecordError`` that says what is missing."""
    if not isinstance(record, dict):
        raise RecordError(name, _("must be an object, got {got}.").format(got=shown(record)))
    if key not in record:
        raise RecordError(name, _("has no “{key}”.").format(key=key))
    return record[key]


def identity(record: Any, name: str) -> Any:
    """The record's ``id``: a finite number or a text."""
    value = field(record, "id", name)
    number = isinstance(value, (int, float, np.integer, np.floating, np.bool_))
    if not isinstance(value, str) and not (number and abs(value) < np.inf):
        raise RecordError(
            name, _("id must be a number or a text, got {got}.").format(got=shown(value))
        )
    return value


def named(place: str, record: Any) -> str:
    """The place with the record's own id, where it has one that can be shown."""
    value = record.get("id") if isinstance(record, dict) else None
    return f"{place} (id {value})" if isinstance(value, Real) else place


def check_number(value: Any, key: str, name: str) -> None:
    """Refuse what is not one finite number; a truth value is one, 0 or 1, as in NumPy."""
    if not isinstance(value, (int, float, np.integer, np.floating, np.bool_)):
        raise RecordError(
            name, _("{key} must be a number, got {got}.").format(key=key, got=shown(value))
        )
    try:
        number = float(value)
    except OverflowError:
        number = np.inf
    if not abs(number) <= LARGEST:
        raise RecordError(
            name,
            _("{key} must be finite and at most 1e100, got {got}.").format(
                key=key, got=shown(value)
            ),
        )


def check_numbers(value: Any, length: int, key: str, name: str) -> None:
    """Refuse what is not a list of finite numbers; ``length`` is what the sentence asks for."""
    if not isinstance(value, (Sequence, np.ndarray)) or isinstance(value, (str, bytes)):
        raise RecordError(
            name,
            _("{key} must be a list of {length} numbers, got {got}.").format(
                key=key, length=length, got=shown(value)
            ),
        )
    for i, one in enumerate(value):
        check_number(one, f"{key}[{i}]", name)


def miscounted(count: int, got: int, name: str) -> RecordError:
    """That keypoints are not K triples."""
    return RecordError(
        name,
        _(
            "keypoints must have {length} numbers, x, y and visibility of {count} keypoints, "
            "got {got}."
        ).format(length=3 * count, count=count, got=got),
    )


def box_numbers(record: Any, name: str) -> list[float]:
    """x, y, width and height of the record's ``bbox``, whatever their sign."""
    value = field(record, "bbox", name)
    if isinstance(value, (list, tuple, np.ndarray)) and len(value) > 4:
        value = value[:4]
    check_numbers(value, 4, "bbox", name)
    if len(value) != 4:
        raise RecordError(
            name,
            _("{key} must have {length} numbers, got {got}.").format(
                key="bbox", length=4, got=len(value)
            ),
        )
    return [float(x) for x in value]


def shown(value: Any) -> str:
    """A value in a sentence: short, and harmless where it is shown as Markdown."""
    if value is None:
        return _("null")
    if isinstance(value, (Real, np.bool_)):
        return f"{value}"[:24].lower() if isinstance(value, bool) else f"{value}"[:24]
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return _("an object")
    if isinstance(value, (Sequence, np.ndarray)):
        return _("a list of {length}").format(length=len(value))
    return type(value).__name__
