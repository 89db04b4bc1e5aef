"""COCO files into arrays: what pycocotools evaluates is read, all else is refused by name.

``read_ground_truth`` and ``read_results`` take what Python's ``json`` gives, a path, or an open
file, and return one table of people and one of detections for each category. What is unusual and
evaluated nevertheless is said in a sentence; what only drawing needs stops nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from poolviz.pose.coco.columns import Namer, references
from poolviz.pose.coco.declared import sigmas_of, skeleton_of, unfit
from poolviz.pose.coco.detected import area_source, read_detections
from poolviz.pose.coco.oddities import Oddities
from poolviz.pose.coco.people import read_people
from poolviz.pose.coco.records import LARGEST, RecordError, field, identity, named, shown
from poolviz.pose.coco.sources import Source, load
from poolviz.pose.coco.tables import Category, Detections, GroundTruth, People
from poolviz.text import _

Sigmas = Any
"""K numbers for every category, or a dict from category id to K numbers, or None."""


def read_ground_truth(source: Source, sigmas: Sigmas = None, use_area: bool = True) -> GroundTruth:
    """Images, categories and people of a COCO annotation file.

    ``use_area``: s² of the similarity is the area; else 0.53 times width times height of the box.

    Raises:
        RecordError: whatever pycocotools cannot evaluate, and numbers that are not finite.
    """
    data = load(source, _("ground truth"))
    if not isinstance(data, Mapping):
        raise RecordError(
            _("ground truth"),
            _("must be an object with images, annotations and categories, got {got}.").format(
                got=shown(data)
            ),
        )
    oddities = Oddities()
    images, categories = _listed(data, "images"), _listed(data, "categories")
    annotations = _annotations(data, oddities)
    known = _identities(images, "images", oddities)
    declared = _identities(categories, "categories", oddities)
    image_ids, category_ids = sorted(known), sorted(declared)
    if not category_ids:
        raise RecordError("categories", _("is empty: at least one is needed."))
    if isinstance(sigmas, Mapping):
        for one in sigmas:
            if one not in declared:
                raise RecordError("sigmas", _("no category has id {id}.").format(id=shown(one)))
    image_of = {one: i for i, one in enumerate(image_ids)}

    def name(i: int) -> str:
        return named(f"annotations[{i}]", annotations[i])

    image = references(annotations, "image_id", image_of, name)
    place = {one: c for c, one in enumerate(category_ids)}
    category = references(annotations, "category_id", place, name)
    rows = _evaluated(annotations, image, category, name, oddities)
    read = tuple(
        _read_category(
            categories[declared[one]],
            annotations,
            rows[category[rows] == c],
            image,
            sigmas,
            use_area,
            oddities,
        )
        for c, one in enumerate(category_ids)
    )
    sizes = tuple(_size(images[known[one]]) for one in image_ids)
    crowding = np.array([_crowd_index(images[known[one]]) for one in image_ids], dtype=float)
    return GroundTruth(
        tuple(image_ids), read, sizes, oddities.sentences(), image_of, crowding=crowding
    )


def read_results(
    source: Source, truth: GroundTruth
) -> tuple[tuple[Detections, ...], tuple[str, ...]]:
    """The detections of each category of the ground truth, and sentences on what was unusual.

    Raises:
        RecordError: whatever pycocotools cannot evaluate, and numbers that are not finite.
    """
    results = load(source, _("results"))
    if not isinstance(results, list):
        raise RecordError(
            _("results"), _("must be a list of detections, got {got}.").format(got=shown(results))
        )
    oddities = Oddities()

    def name(i: int) -> str:
        return f"results[{i}]"

    image = references(results, "image_id", truth.image_of, name)
    if (image < 0).any():
        i = int(image.argmin())
        raise RecordError(
            name(i),
            _("{key} {got} is not among {what}.").format(
                key="image_id",
                got=shown(results[i]["image_id"]),
                what=_("the images of the ground truth"),
            ),
        )
    place = {category.id: c for c, category in enumerate(truth.categories)}
    category = references(results, "category_id", place, name)
    for i in np.flatnonzero(category < 0).tolist():
        oddities.add("category_id", _unknown(results[i], "category_id", name(i)))
    area_of = area_source(results, oddities)
    tables = tuple(
        read_detections(one, results, np.flatnonzero(category == c), image, area_of, name)
        for c, one in enumerate(truth.categories)
    )
    return tables, oddities.sentences()


def _annotations(data: Mapping, oddities: Oddities) -> list:
    """The people; pycocotools evaluates a file without any, in which nobody counts."""
    if "annotations" in data:
        return _listed(data, "annotations")
    oddities.add(
        "annotations", _("The ground truth has no “annotations”: nobody is there to be found.")
    )
    return []


def _evaluated(
    annotations: list, image: np.ndarray, category: np.ndarray, name: Namer, oddities: Oddities
) -> np.ndarray:
    """Which annotations are evaluated, in which order: all of them, if ids and references are good.

    pycocotools leaves out whoever is of an unknown image or category, and looks people up by their
    id: of a doubled id it takes the last, as often as the id is there.
    """
    last: dict[Any, int] = {}
    for i, annotation in enumerate(annotations):
        _check_hashable(field(annotation, "id", name(i)), name(i))
        if annotation["id"] in last:
            oddities.add("id", _doubled(annotation, name(i)))
        last[annotation["id"]] = i
        for key, place in (("image_id", image), ("category_id", category)):
            if place[i] < 0:
                oddities.add(key, _unknown(annotation, key, name(i)))
    rows = np.flatnonzero((image >= 0) & (category >= 0))
    if len(last) == len(annotations):
        return rows
    rows = rows[np.argsort(image[rows], kind="stable")]
    rows = np.array([last[annotations[i]["id"]] for i in rows], dtype=np.int64)
    return rows[(image[rows] >= 0) & (category[rows] >= 0)]


def _check_hashable(value: Any, name: str) -> None:
    if isinstance(value, (list, dict, set)):
        raise RecordError(
            name, _("id must be a number or a text, got {got}.").format(got=shown(value))
        )


def _doubled(record: Any, name: str) -> str:
    return _(
        "{record}: id {id} is there already; as in pycocotools, the last record with it is "
        "evaluated, as often as the id is there."
    ).format(record=name, id=shown(record["id"]))


def _unknown(record: Any, key: str, name: str) -> str:
    return _(
        "{record}: {key} {got} is not in the ground truth; as in pycocotools, the record is left "
        "out."
    ).format(record=name, key=key, got=shown(record[key]))


def _read_category(
    category: Mapping,
    annotations: list,
    rows: np.ndarray,
    image: np.ndarray,
    sigmas: Sigmas,
    use_area: bool,
    oddities: Oddities,
) -> Category:
    place = f"categories (id {shown(category['id'])})"
    chosen = [annotations[i] for i in rows]

    def name(i: int) -> str:
        return named(f"annotations[{rows[i]}]", chosen[i])

    given = sigmas.get(category["id"]) if isinstance(sigmas, Mapping) else sigmas
    values = sigmas_of(category, given, chosen, place, oddities)
    people = read_people(chosen, image[rows], len(values), use_area, name, oddities)
    if people.faults and (reason := unfit(category, chosen, len(values), given is not None, place)):
        people = _all_unfit(people, reason)
    return Category(
        category["id"],
        str(category.get("name", "")),
        values,
        people,
        skeleton_of(category, len(values), place, oddities),
    )


def _all_unfit(people: People, reason: RecordError) -> People:
    """One reason for all: it is the sigmas that do not fit, not this or that person."""
    return replace(people, faults=dict.fromkeys(people.faults, reason))


def _listed(data: Mapping, key: str) -> list:
    if key not in data:
        raise RecordError(_("ground truth"), _("has no “{key}”.").format(key=key))
    if not isinstance(data[key], list):
        raise RecordError(key, _("must be a list, got {got}.").format(got=shown(data[key])))
    return data[key]


def _identities(records: list, place: str, oddities: Oddities) -> dict[Any, int]:
    """From each id to the place of its last record; ids of two kinds are refused."""
    seen: dict[Any, int] = {}
    for i, record in enumerate(records):
        one = identity(record, f"{place}[{i}]")
        if one in seen:
            oddities.add(
                place,
                _(
                    "{record}: id {id} is there already; the last record with an id is taken."
                ).format(record=f"{place}[{i}]", id=shown(one)),
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


def _crowd_index(image: dict[str, Any]) -> float:
    """CrowdPose's measure of how crowded an image is; NaN where it has none."""
    value = image.get("crowdIndex")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return np.nan
    return float(value) if 0 <= value <= 1 else np.nan
