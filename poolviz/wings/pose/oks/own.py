"""A truth of one's own: its skeleton, and the values that coordinates and pictures set."""

import base64
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from poolviz.pose import COCO17, SKELETONS, Skeleton, box_of_points
from poolviz.readers import read_image
from poolviz.readers.containers import open_container
from poolviz.readers.pose import OwnPose, read_pose
from poolviz.stage.posing import Ground
from poolviz.text import _
from poolviz.wings.pose.oks.posing import BOX_SHARE, Person

OWN = "own"
PICTURE_SIDE = 400
"""The longer side of the picture as it is sent to the browser."""
Edges = tuple[tuple[int, int], ...]


def own_person(values: Mapping[str, Any]) -> Person:
    """The person that ``own``, ``own_area``, ``own_box``, ``names`` and ``edges`` describe."""
    rows = np.array(values["own"])
    points, flags = rows[:, :2], tuple(int(v) for v in rows[:, 2])
    box = values.get("own_box") or _box_around(points, flags)
    return Person(
        name=OWN,
        image=-1,
        skeleton=own_skeleton(len(rows), values.get("names") or (), values.get("edges") or ()),
        points=points,
        visibility=flags,
        area=float(values.get("own_area") or BOX_SHARE * box[2] * box[3]),
        bbox=box,
    )


def _box_around(points: np.ndarray, flags: tuple[int, ...]) -> tuple[float, ...]:
    seen = flags if any(flags) else (2,) * len(flags)
    x, y, w, h = (float(side) for side in box_of_points(points, seen))
    least = max(w, h, 20.0) / 4  # a single point, or all on a line
    return x, y, max(w, least), max(h, least)


def own_skeleton(count: int, names: tuple[str, ...], edges: Edges) -> Skeleton:
    """The known set with these names, or with as many points if none are named; else plain."""
    for known in (COCO17, *SKELETONS):
        if known.names == names or (not names and not edges and known.size == count):
            return known
    fits = len(names) == count and len(set(names)) == count
    named = names if fits else tuple(str(i + 1) for i in range(count))
    held = tuple(edge for edge in edges if max(edge) < count)
    return Skeleton(title=_("own"), names=named, edges=held)


def named(count: int, names: tuple[str, ...], edges: Edges) -> dict[str, Any]:
    """``names`` and ``edges`` as far as a known set does not say them, so that links stay short."""
    wanted = own_skeleton(count, names, edges)
    if own_skeleton(count, (), ()) == wanted:
        names, edges = (), ()
    elif own_skeleton(count, names, ()) == wanted:
        edges = ()
    return {"names": names, "edges": edges}


def brought(own: OwnPose) -> dict[str, Any]:
    """The values that a truth of one's own sets, and the detection that came with it."""
    rows = np.column_stack([own.points, own.visibility])
    return {
        "person": OWN,
        "own": tuple(tuple(row) for row in rows.tolist()),
        "own_area": own.area,
        "own_box": own.bbox,
        **named(len(rows), own.names, own.edges),
        "sigmas": own.sigmas or None,
        "pose": None if own.found is None else tuple(tuple(row) for row in own.found.tolist()),
        "flags": None,
        "area": "mask",
        "said": None,
        "notes": own.notes,
    }


def coordinates(data: bytes | str | None) -> dict[str, Any]:
    """The values that coordinates as CSV or JSON set; a file taken away leaves all as it is."""
    return {} if data is None else brought(read_pose(data))


def under(person: Person, data: bytes | str | None) -> dict[str, Any]:
    """The values that a picture sets: itself, and where it is needed a truth laid into it."""
    if data is None:
        return {"ground": None}
    assert isinstance(data, bytes)
    ground = picture(data)
    return {"ground": ground, **_onto(person, ground.width, ground.height)}


def picture(data: bytes) -> Ground:
    """A picture to lay under a pose: a small JPEG in a data URL, and its size in pixels."""
    from PIL import Image  # a page without a picture does without

    planes = [
        read_image(data, channel, PICTURE_SIDE).matrix for channel in ("red", "green", "blue")
    ]
    container = open_container(data)
    size = container.width, container.height
    width, height = size[::-1] if container.orientation >= 5 else size
    buffer = io.BytesIO()
    pixels = np.clip(np.round(np.stack(planes, axis=-1)), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(buffer, "JPEG", quality=70)
    href = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
    return Ground(href, float(width), float(height))


def _onto(person: Person, width: float, height: float) -> dict[str, Any]:
    """Lay the truth into the picture, as large as fits well, unless it already lies in there."""
    inside = bool((person.points >= 0).all() and (person.points <= [width, height]).all())
    if person.name == OWN and inside:
        return {}
    low, size = np.array(person.bbox[:2]), np.array(person.bbox[2:])
    scale = 0.8 * float(min(np.array([width, height]) / size))
    offset = (np.array([width, height]) - scale * size) / 2
    own = OwnPose(
        points=np.round((person.points - low) * scale + offset, 1),
        visibility=person.visibility,
        names=person.skeleton.names,
        edges=person.skeleton.edges,
        area=round(person.area * scale**2, 2),
        bbox=tuple(round(float(v), 1) for v in (*offset, *(size * scale))),
    )
    return brought(replace(own, visibility=tuple(2 for _v in own.visibility)))
