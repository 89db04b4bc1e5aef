"""The pose that the values of the page describe, and what moving it sets."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from poolviz.readers.pose import FARTHEST
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.posing import Moved
from poolviz.wings.pose.oks.own import OWN, coordinates, named, own_person, under
from poolviz.wings.pose.oks.posing import BOX_SHARE, Person, Posing, shipped_people

FACTORS = {"2": 2.0, "1": 1.0, "unit": 0.0}
_TRUTH = frozenset(("person", "own", "own_area", "own_box", "names", "edges"))
_POSE = _TRUTH | {"pose", "flags", "sigmas", "area", "k"}


def person_of(values: Values) -> Person:
    """The person whose truth is shown; where a link names its own pose without one, the first."""
    return _person(values.only(_TRUTH))


@kept
def _person(values: Values) -> Person:
    people = shipped_people()
    if values["person"] == OWN and values.get("own"):
        return own_person(values)
    return next((p for p in people if p.name == values["person"]), people[0])


def posing_of(values: Values) -> Posing:
    """The pose that the values describe; lists that do not fit this skeleton fall back."""
    return _posing(values.only(_POSE))


@kept
def _posing(values: Values) -> Posing:
    person = person_of(values)
    count = person.skeleton.size
    pose, flags, sigmas = (
        given if given is not None and len(given) == count else None
        for given in (values["pose"], values["flags"], values["sigmas"])
    )
    return Posing(
        person=person,
        pred=person.detected() if pose is None else np.array(pose, dtype=float),
        visibility=flags or person.visibility,
        sigmas=sigmas or person.sigmas,
        area=area_of(values["area"], person),
        factor=FACTORS[values["k"]],
    )


def area_of(area: str | float, person: Person) -> float:
    """s²: of the mask, .53 times the box, or a number."""
    if area == "mask":
        return person.area
    if area == "box":
        return BOX_SHARE * person.bbox[2] * person.bbox[3]
    return float(area)


def joint_of(values: Values) -> int:
    """The selected joint, as far as it exists."""
    return min(int(values["joint"]), person_of(values).skeleton.size - 1)


def as_primitives(pred: np.ndarray) -> tuple[tuple[float, float], ...]:
    """A pose as a value: tenths of a pixel, within what a link carries."""
    held = np.clip(np.round(pred, 1), -FARTHEST, FARTHEST)
    return tuple((float(x), float(y)) for x, y in held)


def anew(values: Values) -> dict[str, Any]:
    """Another truth is on the screen: its questions begin again."""
    return {"chosen": values["chosen"] + 1}


def choose_person(values: Values, name: str) -> dict[str, Any]:
    """Another truth: the pose and the flags begin anew, constants of another skeleton too."""
    after = values.but(person=name)
    same = person_of(values).skeleton == person_of(after).skeleton
    return {
        "pose": None, "flags": None, "area": "mask", "said": None, **anew(values),
        **({} if same else {"sigmas": None}),
    }  # fmt: skip


def take_coordinates(values: Values, data: bytes | str | None) -> dict[str, Any]:
    """What a person has brought becomes the truth."""
    changes = coordinates(data)
    return {**changes, **anew(values)} if changes else {}


def take_picture(values: Values, data: bytes | str | None) -> dict[str, Any]:
    """A picture lies under one's own pose; another truth than that is laid into it."""
    changes = under(person_of(values), data)
    return {**changes, **(anew(values) if "own" in changes else {})}


def take_moved(values: Values, moved: Moved) -> dict[str, Any]:
    """What was moved in the picture becomes the page's; a truth that was moved is one's own."""
    posing = posing_of(values)
    changes: dict[str, Any] = {"joint": moved.joint}
    annotated = posing.person.visibility
    if moved.truth != as_points(posing.person.points):
        changes |= _own_truth(posing, moved)
        annotated = moved.visibility
    if moved.found != as_points(posing.pred):
        changes |= {"pose": moved.found, "said": None}
    changes["flags"] = None if moved.visibility == annotated else moved.visibility
    return changes


def as_points(points: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Rows of an array as a value."""
    return tuple((float(x), float(y)) for x, y in points)


def _own_truth(posing: Posing, moved: Moved) -> Mapping[str, Any]:
    """From now on the truth is the person's own; everything else stays as it is."""
    person = posing.person
    rows = zip(moved.truth, moved.visibility, strict=True)
    return {
        "person": OWN,
        "own": tuple((x, y, float(v)) for (x, y), v in rows),
        "own_area": person.area,
        "own_box": person.bbox,
        **named(person.skeleton.size, person.skeleton.names, person.skeleton.edges),
        "pose": as_primitives(posing.pred),
    }
