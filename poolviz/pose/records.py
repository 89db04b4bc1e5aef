"""Single records of COCO files: what each field must be, and the sentence when it is not."""

from collections.abc import Sequence
from numbers import Integral, Real
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
    """The record's ``id``: a whole number or a text."""
    value = field(record, "id", name)
    if type(value) is not int and (
        isinstance(value, bool) or not isinstance(value, (Integral, str))
    ):
        raise RecordError(
            name, _("id must be a whole number or a text, got {got}.").format(got=shown(value))
        )
    return value


def named(place: str, record: Any) -> str:
    """The place with the record's own id, where it has one that can be shown."""
    value = record.get("id") if isinstance(record, dict) else None
    return f"{place} (id {value})" if isinstance(value, Integral) else place


def check_number(value: Any, key: str, name: str, lowest: float = -LARGEST) -> None:
    """Refuse what is not one finite number, or is below ``lowest``."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
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
    if number < lowest:
        raise RecordError(
            name,
            _("{key} must not be below {lowest}, got {got}.").format(
                key=key, lowest=f"{lowest:g}", got=shown(value)
            ),
        )


def check_numbers(value: Any, length: int, key: str, name: str) -> None:
    """Refuse what is not a list of ``length`` finite numbers."""
    if not isinstance(value, (Sequence, np.ndarray)) or isinstance(value, (str, bytes)):
        raise RecordError(
            name,
            _("{key} must be a list of {length} numbers, got {got}.").format(
                key=key, length=length, got=shown(value)
            ),
        )
    if len(value) != length:
        raise RecordError(
            name,
            _("{key} must have {length} numbers, got {got}.").format(
                key=key, length=length, got=len(value)
            ),
        )
    for i, one in enumerate(value):
        check_number(one, f"{key}[{i}]", name)


def check_keypoints(value: Any, count: int, name: str, flags: bool) -> None:
    """Refuse what is not K triples x, y, v; with ``flags``, v must be 0, 1 or 2."""
    listed = isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (str, bytes))
    if listed and len(value) != 3 * count:
        raise RecordError(
            name,
            _(
                "keypoints must have {length} numbers, x, y and visibility of {count} keypoints, "
                "got {got}."
            ).format(length=3 * count, count=count, got=len(value)),
        )
    check_numbers(value, 3 * count, "keypoints", name)
    for i, flag in enumerate(value[2::3] if flags else ()):
        if flag not in (0, 1, 2):
            raise RecordError(
                name,
                _(
                    "the visibility of keypoint {keypoint} must be 0 (not labelled), 1 (occluded) "
                    "or 2 (visible), got {got}."
                ).format(keypoint=i, got=shown(flag)),
            )


def check_box(value: Any, name: str) -> None:
    """Refuse what is not x, y, width, height with neither side negative."""
    check_numbers(value, 4, "bbox", name)
    for side, length in zip((_("width"), _("height")), value[2:], strict=True):
        if length < 0:
            raise RecordError(
                name,
                _("the {side} of bbox must not be negative, got {got}.").format(
                    side=side, got=shown(length)
                ),
            )


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
