"""The annotations of one category into a table; what cannot be compared is kept as a fault."""

from typing import Any

import numpy as np

from poolviz.pose.coco.columns import Namer, plain_table, values
from poolviz.pose.coco.oddities import Oddities
from poolviz.pose.coco.records import (
    RecordError,
    box_numbers,
    check_number,
    check_numbers,
    field,
    miscounted,
    shown,
)
from poolviz.pose.coco.tables import People
from poolviz.text import _

BOX_SHARE = 0.53
"""Of width times height: what stands for a person's area where there is no mask."""


def read_people(
    records: list,
    image: np.ndarray,
    k: int,
    use_area: bool,
    name: Namer,
    oddities: Oddities,
) -> People:
    """``image`` (G,): where each record's image stands; ``k``: how many keypoints are compared.

    As in pycocotools, keypoints and box are looked at only where a detection is compared with
    them: a person without usable ones is a fault, which stops nothing by itself.
    """
    triples, faults = _keypoints(records, k, name)
    bbox = _boxes(records, name, faults)
    boxed = bbox[:, 3] * bbox[:, 2] * BOX_SHARE
    counted = values(records, "num_keypoints", name)
    flags = [_crowd(value, name(i)) for i, value in enumerate(values(records, "iscrowd", name))]
    crowd = np.array([one for one, _out in flags], dtype=bool)
    ignored = np.array(
        [out or bool(n == 0) for (_one, out), n in zip(flags, counted, strict=True)], dtype=bool
    )
    standing_in = None if use_area else boxed
    area = _areas(records, ignored, standing_in, name, faults)
    v = triples[..., 2]
    _note(records, v, counted, bbox, area, name, oddities)
    return People(
        ids=tuple(record["id"] for record in records),
        image=image,
        points=np.ascontiguousarray(triples[..., :2]),
        visibility=np.where(v == 1, 1, np.where(v > 0, 2, 0)).astype(np.int8),
        area=area,
        scale=area if use_area else boxed,
        bbox=bbox,
        crowd=crowd,
        ignored=ignored,
        faults=faults,
    )


def _keypoints(records: list, k: int, name: Namer) -> tuple[np.ndarray, dict[int, RecordError]]:
    plain = plain_table(records, "keypoints", 3 * k)
    if plain is not None:
        return plain.reshape(len(records), k, 3), {}
    triples, faults = np.zeros((len(records), k, 3)), {}
    for i, record in enumerate(records):
        try:
            triples[i] = _triples(record, k, name(i))
        except RecordError as error:
            faults[i] = error
    return triples, faults


def _triples(record: Any, k: int, name: str) -> np.ndarray:
    """(K, 3); zeros for a person without a label, whatever x and y are, and however many."""
    numbers = field(record, "keypoints", name)
    listed = isinstance(numbers, (list, tuple, np.ndarray))
    visibility = list(numbers[2::3]) if listed else []
    if listed and all(isinstance(v, (int, float, np.number)) and not v > 0 for v in visibility):
        return np.zeros((k, 3))
    check_numbers(numbers, 3 * k, "keypoints", name)
    if len(numbers) != 3 * k:
        raise miscounted(k, len(numbers), name)
    return np.array([float(x) for x in numbers]).reshape(k, 3)


def _boxes(records: list, name: Namer, faults: dict[int, RecordError]) -> np.ndarray:
    plain = plain_table(records, "bbox", 4)
    if plain is not None:
        return plain
    boxes = np.zeros((len(records), 4))
    for i, record in enumerate(records):
        try:
            boxes[i] = box_numbers(record, name(i))
        except RecordError as error:
            faults.setdefault(i, error)
    return boxes


def _areas(
    records: list,
    ignored: np.ndarray,
    standing_in: np.ndarray | None,
    name: Namer,
    faults: dict[int, RecordError],
) -> np.ndarray:
    """(G,). ``standing_in`` is taken where there is none: CrowdPose's people have no area.

    Whoever is ignored needs none, unless a detection is compared with them.
    """
    areas = np.zeros(len(records))
    for i, record in enumerate(records):
        if standing_in is not None and isinstance(record, dict) and "area" not in record:
            areas[i] = standing_in[i]
            continue
        try:
            value = field(record, "area", name(i))
            check_number(value, "area", name(i))
            areas[i] = float(value)
        except RecordError as error:
            if not ignored[i]:
                raise
            faults.setdefault(i, error)
    return areas


def _crowd(value: Any, name: str) -> tuple[bool, bool]:
    """Whether it absorbs any number of detections, and whether it is ignored.

    pycocotools asks for the whole number in one place and for the truth in the other, so that 0.5
    is ignored and takes one detection only.
    """
    try:
        return int(value) != 0, bool(value)
    except (TypeError, ValueError, OverflowError):
        raise RecordError(
            name, _("{key} must be 0 or 1, got {got}.").format(key="iscrowd", got=shown(value))
        ) from None


def _note(
    records: list,
    v: np.ndarray,
    counted: list,
    bbox: np.ndarray,
    area: np.ndarray,
    name: Namer,
    oddities: Oddities,
) -> None:
    """Say what is evaluated as pycocotools does it, and may not be what was meant."""
    unusual = ~np.isin(v, (0, 1, 2))
    for i in np.flatnonzero(unusual.any(axis=-1)).tolist():
        at = int(unusual[i].argmax())
        oddities.add(
            "visibility",
            _(
                "{record}: the visibility of keypoint {keypoint} is {got}: as in pycocotools, "
                "whatever is above 0 counts as labelled."
            ).format(record=name(i), keypoint=at, got=shown(float(v[i, at]))),
        )
    labelled = np.count_nonzero(v > 0, axis=-1).tolist()
    for i, (said, seen) in enumerate(zip(counted, labelled, strict=True)):
        if type(said) is not int or said != seen:
            oddities.add(
                "num_keypoints",
                _(
                    "{record}: num_keypoints is {said}, but {seen} of the keypoints have a label; "
                    "as in pycocotools, num_keypoints decides whether a person counts."
                ).format(record=name(i), said=shown(said), seen=seen),
            )
    for i in np.flatnonzero((bbox[:, 2:] < 0).any(axis=-1)).tolist():
        oddities.add(
            "bbox",
            _("{record}: a side of bbox is negative, and is reckoned with as it is.").format(
                record=name(i)
            ),
        )
    for i in np.flatnonzero(area < 0).tolist():
        oddities.add(
            "area",
            _("{record}: area is negative: in no range, so that the person never counts.").format(
                record=name(i)
            ),
        )
    for i, record in enumerate(records):
        if record["iscrowd"] not in (0, 1):
            oddities.add(
                "iscrowd",
                _("{record}: iscrowd is {got}, and read as pycocotools reads it.").format(
                    record=name(i), got=shown(record["iscrowd"])
                ),
            )
