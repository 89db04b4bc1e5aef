"""COCO files into arrays: every record is read or refused by name, none is dropped.

``read_ground_truth`` and ``read_results`` take what Python's ``json`` gives, a path, or an open
file, and return one table of people and one of detections for each category.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from poolviz.pose.columns import Namer, column, counts, flags, references, table
from poolviz.pose.oks import check_sigmas
from poolviz.pose.records import (
    LARGEST,
    RecordError,
    check_box,
    check_keypoints,
    identity,
    named,
    shown,
)
from poolviz.pose.skeletons import COCO17, Skeleton, from_category
from poolviz.pose.sources import Source, load
from poolviz.pose.tables import Category, Detections, GroundTruth, People, area_of_points
from poolviz.text import _

Sigmas = Any
"""K numbers for every category, or a dict from category id to K numbers, or None."""


def read_ground_truth(source: Source, sigmas: Sigmas = None) -> GroundTruth:
    """Images, categories and people of a COCO annotation file.

    Raises:
        RecordError: whatever is missing, doubled, unknown, of a wrong length or kind.
    """
    data = load(source, _("ground truth"))
    if not isinstance(data, Mapping):
        raise RecordError(
            _("ground truth"),
            _("must be an object with images, annotations and categories, got {got}.").format(
                got=shown(data)
            ),
        )
    images, annotations, categories = (
        _listed(data, key) for key in ("images", "annotations", "categories")
    )
    known = _identities(images, "images")
    image_ids = sorted(known)
    declared = _identities(categories, "categories")
    category_ids = sorted(declared)
    if not category_ids:
        raise RecordError("categories", _("is empty: at least one is needed."))
    if isinstance(sigmas, Mapping):
        for one in sigmas:
            if one not in declared:
                raise RecordError("sigmas", _("no category has id {id}.").format(id=shown(one)))
    image_of = {one: i for i, one in enumerate(image_ids)}
    _identities(annotations, "annotations")

    def name(i: int) -> str:
        return named(f"annotations[{i}]", annotations[i])

    image = np.array(
        references(annotations, "image_id", image_of, name, _("images")), dtype=np.int64
    )
    place = {one: c for c, one in enumerate(category_ids)}
    category = np.array(
        references(annotations, "category_id", place, name, _("categories")), dtype=np.int64
    )
    notes: list[str] = []
    made = tuple(
        _read_category(
            categories[declared[one]],
            annotations,
            np.flatnonzero(category == c),
            image,
            sigmas,
            notes,
        )
        for c, one in enumerate(category_ids)
    )
    sizes = tuple(_size(images[known[one]]) for one in image_ids)
    return GroundTruth(tuple(image_ids), made, sizes, tuple(notes), image_of)


def read_results(source: Source, truth: GroundTruth) -> tuple[tuple[Detections, ...], list[str]]:
    """The detections of each category of the ground truth, and sentences on what was unusual.

    Raises:
        RecordError: whatever is missing, unknown, of a wrong length or kind.
    """
    results = load(source, _("results"))
    if not isinstance(results, list):
        raise RecordError(
            _("results"), _("must be a list of detections, got {got}.").format(got=shown(results))
        )

    def name(i: int) -> str:
        return f"results[{i}]"

    among = _("the images of the ground truth")
    image = np.array(references(results, "image_id", truth.image_of, name, among), dtype=np.int64)
    place = {category.id: c for c, category in enumerate(truth.categories)}
    among = _("the categories of the ground truth")
    category = np.array(references(results, "category_id", place, name, among), dtype=np.int64)
    notes: list[str] = []
    boxed = bool(results) and _has_box(results[0])
    if boxed:
        notes.append(
            _(
                "The first result has a bbox: as in pycocotools, the area of every detection is "
                "that of its bbox, and not that of the box around its keypoints."
            )
        )
    elif results and "segmentation" in results[0]:
        notes.append(
            _(
                "The first result has a segmentation, from which pycocotools takes the area of a "
                "detection; here it is that of the box around its keypoints."
            )
        )
    elif any("bbox" in result and _has_box(result) for result in results):
        notes.append(
            _(
                "The first result has no bbox: as in pycocotools, the area of every detection is "
                "that of the box around its keypoints, whatever bbox the others have."
            )
        )
    tables = tuple(
        _read_detections(one, results, np.flatnonzero(category == c), image, boxed)
        for c, one in enumerate(truth.categories)
    )
    return tables, notes


def _read_category(
    category: Mapping,
    annotations: list,
    rows: np.ndarray,
    image: np.ndarray,
    sigmas: Sigmas,
    notes: list[str],
) -> Category:
    place = f"categories (id {shown(category['id'])})"
    chosen = [annotations[i] for i in rows]

    def name(i: int) -> str:
        return named(f"annotations[{rows[i]}]", chosen[i])

    skeleton = _skeleton(category, place)
    given = sigmas.get(category["id"]) if isinstance(sigmas, Mapping) else sigmas
    k = _count_of(skeleton, chosen, given)
    triples = table(
        chosen, "keypoints", 3 * k, name, lambda v, which: check_keypoints(v, k, which, True)
    ).reshape(len(chosen), k, 3)
    v = triples[..., 2]
    _recheck(
        ((v == 0) | (v == 1) | (v == 2)).all(axis=-1),
        lambda i: check_keypoints(chosen[i]["keypoints"], k, name(i), True),
    )
    bbox = table(chosen, "bbox", 4, name, check_box)
    _recheck((bbox[:, 2:] >= 0).all(axis=-1), lambda i: check_box(chosen[i]["bbox"], name(i)))
    said = counts(chosen, "num_keypoints", k, name)
    crowd = flags(chosen, "iscrowd", name)
    notes += _notes_on_counts(said, (v > 0).sum(axis=-1), name)
    people = People(
        ids=tuple(annotation["id"] for annotation in chosen),
        image=image[rows],
        points=np.ascontiguousarray(triples[..., :2]),
        visibility=v.astype(np.int8),
        area=column(chosen, "area", name, 0),
        bbox=bbox,
        crowd=crowd,
        ignored=crowd | (said == 0),
    )
    return Category(
        category["id"],
        str(category.get("name", "")),
        _sigmas_of(given, k, bool(chosen), place),
        people,
        skeleton,
    )


def _read_detections(
    category: Category, results: list, rows: np.ndarray, image: np.ndarray, boxed: bool
) -> Detections:
    chosen = [results[i] for i in rows]

    def name(i: int) -> str:
        return f"results[{rows[i]}]"

    k = category.size
    triples = table(
        chosen, "keypoints", 3 * k, name, lambda v, which: check_keypoints(v, k, which, False)
    ).reshape(len(chosen), k, 3)
    points = np.ascontiguousarray(triples[..., :2])
    if boxed:
        bbox = table(chosen, "bbox", 4, name, check_box)
        _recheck((bbox[:, 2:] >= 0).all(axis=-1), lambda i: check_box(chosen[i]["bbox"], name(i)))
        area = bbox[:, 2] * bbox[:, 3]
    else:
        area = area_of_points(points)
    return Detections(rows, image[rows], points, column(chosen, "score", name), area, boxed)


def _recheck(good: np.ndarray | np.bool, check: Callable[[int], None]) -> None:
    """Check again the first that is not good, for the sentence about it."""
    if not np.all(good):
        check(int(np.argmin(good)))


def _count_of(skeleton: Skeleton | None, chosen: list, given: Any) -> int:
    """K: as the category declares; else as its first person or its sigmas have it; else 17."""
    if skeleton is not None:
        return skeleton.size
    first = chosen[0].get("keypoints") if chosen else given
    k = len(first) if isinstance(first, (list, tuple, np.ndarray)) else 0
    return (k // 3 if chosen else k) or COCO17.size


def _notes_on_counts(said: np.ndarray, seen: np.ndarray, name: Namer) -> list[str]:
    wrong = np.flatnonzero(said != seen)
    if len(wrong) == 0:
        return []
    i = int(wrong[0])
    return [
        _(
            "{record}: num_keypoints is {said}, but {seen} keypoints are labelled (so in {count} "
            "annotations); as in pycocotools, num_keypoints decides whether a person counts."
        ).format(record=name(i), said=said[i], seen=seen[i], count=len(wrong))
    ]


def _skeleton(category: Mapping, place: str) -> Skeleton | None:
    names = category.get("keypoints")
    if names is None or names == []:
        return None
    if not isinstance(names, (list, tuple)) or not all(isinstance(one, str) for one in names):
        raise RecordError(place, _("keypoints must be a list of names."))
    try:
        return from_category(category)
    except (ValueError, TypeError) as error:
        raise RecordError(place, f"{error}.") from None


def _sigmas_of(given: Any, k: int, needed: bool, place: str) -> np.ndarray:
    """The sigmas of a category with K keypoints; COCO's where none are given and K is 17."""
    if given is None and k == COCO17.size:
        return np.array(COCO17.sigmas)
    if given is None and needed:
        raise RecordError(
            place,
            _(
                "has {k} keypoints, but COCO’s sigmas are for 17: give sigmas, one number a "
                "keypoint."
            ).format(k=k),
        )
    if given is None:
        return np.ones(k)  # nobody is in this category: nothing is ever compared
    try:
        values = check_sigmas(given)
    except ValueError as error:
        raise RecordError("", f"{error}.") from None
    if len(values) != k:
        raise RecordError(
            place,
            _("has {k} keypoints, but {got} sigmas are given: one a keypoint is needed.").format(
                k=k, got=len(values)
            ),
        )
    return values


def _listed(data: Mapping, key: str) -> list:
    if key not in data:
        raise RecordError(_("ground truth"), _("has no “{key}”.").format(key=key))
    if not isinstance(data[key], list):
        raise RecordError(key, _("must be a list, got {got}.").format(got=shown(data[key])))
    return data[key]


def _identities(records: list, place: str) -> dict[Any, int]:
    """From each id to its record's place; doubled ids and ids of two kinds are refused."""
    seen: dict[Any, int] = {}
    for i, record in enumerate(records):
        one = identity(record, f"{place}[{i}]")
        if one in seen:
            raise RecordError(
                f"{place}[{i}]",
                _("id {id} is already that of {place}[{other}].").format(
                    id=shown(one), place=place, other=seen[one]
                ),
            )
        if i and isinstance(one, str) != isinstance(records[0]["id"], str):
            raise RecordError(
                f"{place}[{i}]",
                _("id is {id}, that of {place}[0] is {other}: both must be of one kind.").format(
                    id=shown(one), place=place, other=shown(records[0]["id"])
                ),
            )
        seen[one] = i
    return seen


def _size(image: dict[str, Any]) -> tuple[float, float] | None:
    """Width and height of an image, where it has them; only pictures need them."""
    sides = [image.get("width"), image.get("height")]
    good = [float(s) for s in sides if isinstance(s, (int, float)) and 0 < s <= LARGEST]
    return (good[0], good[1]) if len(good) == 2 else None


def _has_box(result: dict) -> bool:
    box = result.get("bbox")
    return box is not None and not (isinstance(box, (list, tuple, np.ndarray)) and len(box) == 0)
