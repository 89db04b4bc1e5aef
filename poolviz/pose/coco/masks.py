"""The area of a mask in COCO's run-length form, which results may bring in place of a box."""

from typing import Any

from poolviz.pose.coco.records import RecordError, field, shown
from poolviz.text import _

_ZERO = 48
"""The character that stands for 0."""


def mask_area(record: Any, name: str) -> int:
    """How many pixels the ``segmentation`` of a result covers: every other run, from the second.

    Source: pycocotools 2.0.11, ``maskApi.c``, ``rleFrString`` and ``rleArea``.

    >>> mask_area({"segmentation": {"size": [10, 10], "counts": "54d0"}}, "results[0]")
    4
    """
    mask = field(record, "segmentation", name)
    counts = mask.get("counts") if isinstance(mask, dict) else None
    if isinstance(counts, str):
        counts = counts.encode("latin-1", "replace")
    if not isinstance(counts, bytes) or "size" not in mask:
        raise RecordError(
            name,
            _("segmentation must be a compressed mask, with size and counts, got {got}.").format(
                got=shown(mask)
            ),
        )
    return sum(_runs(counts)[1::2])


def _runs(counts: bytes) -> list[int]:
    """Lengths of the runs: five bits a character, and from the fourth on the change by two runs."""
    runs: list[int] = []
    number = shift = 0
    for character in counts:
        bits = character - _ZERO
        number |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            number -= 1 << shift
        runs.append(number + (runs[-2] if len(runs) > 2 else 0))
        number = shift = 0
    return runs
