"""The state of the page on OKS: what its link holds, and the pose that it describes."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np

from poolviz.pose import COCO17, SKELETONS, Skeleton, box_of_points
from poolviz.readers.pose import FARTHEST, MOST_KEYPOINTS, OwnPose, pack_numbers, unpack_numbers
from poolviz.readers.reading import ReadError, parse_number
from poolviz.stage.link import flag, one_of, whole
from poolviz.text import _
from poolviz.ui.pooling import MODES
from poolviz.ui.share import Setting, State
from poolviz.wings.pose.oks.posing import BOX_SHARE, Person, Posing, shipped_people

OWN = "own"
LINKS = ("sides", "all", "free")
FACTORS = {"2": 2.0, "1": 1.0, "unit": 0.0}
LEAST_SIGMA, MOST_SIGMA = 0.005, 0.3
LEAST_AREA, MOST_AREA = 1.0, 1e12
PLACES = ("joint", "all")
"""What a one-click mistake breaks: the selected joint, or the whole pose."""
MOST_PIXELS = 500


def oks_settings(state: State) -> tuple[Setting, ...]:
    """What a link to this page holds: the truth, the constants, the detected pose."""
    people = [person.name for person in shipped_people()]
    own = (
        Setting("own", "own", None, _rows(3), _write_rows),
        Setting("own_area", "own_area", None, _number(LEAST_AREA, MOST_AREA), repr),
        Setting("own_box", "own_box", None, _box, lambda box: pack_numbers(np.array(box))),
        Setting("names", "names", (), _names, "~".join),
        Setting("edges", "edges", (), _edges, _write_edges),
    )
    return (
        Setting("person", "person", people[0], one_of(*people, OWN)),
        *(own if state.get("person") == OWN else ()),
        Setting("joint", "joint", 9, whole(0, MOST_KEYPOINTS - 1)),
        Setting("area", "area", "mask", _area, str),
        Setting("k", "k", "2", one_of(*FACTORS)),
        Setting("link", "link", "sides", one_of(*LINKS)),
        Setting("sigmas", "sigmas", None, _sigmas, lambda s: pack_numbers(np.array(s))),
        Setting("flags", "flags", None, _flags, lambda flags: "".join(map(str, flags))),
        Setting("pose", "pose", None, _rows(2), _write_rows),
        Setting("arrows", "arrows", False, flag, _write_flag),
        Setting("move_truth", "truth", False, flag, _write_flag),
        Setting("where", "where", "joint", one_of(*PLACES)),
        Setting("pixels", "pixels", 10, whole(1, MOST_PIXELS)),
        Setting("mode", "mode", "predict", one_of(*MODES)),
    )


def _write_flag(on: bool) -> str:
    return "true" if on else "false"


def current_person(state: State) -> Person:
    """The person whose truth is shown; where a link names its own pose without one, the first."""
    people = shipped_people()
    if state["person"] == OWN and state.get("own"):
        return _own_person(state)
    return next((p for p in people if p.name == state["person"]), people[0])


def current_posing(state: State) -> Posing:
    """The pose that the state describes; lists that do not fit this skeleton fall back."""
    person = current_person(state)
    count = person.skeleton.size
    pose, flags, sigmas = (
        given if given is not None and len(given) == count else None
        for given in (state["pose"], state["flags"], state["sigmas"])
    )
    return Posing(
        person=person,
        pred=person.detected() if pose is None else np.array(pose, dtype=float),
        visibility=flags or person.visibility,
        sigmas=sigmas or person.sigmas,
        area=area_of(state["area"], person),
        factor=FACTORS[state["k"]],
    )


def area_of(area: str | float, person: Person) -> float:
    """s²: of the mask, .53 times the box, or a number."""
    if area == "mask":
        return person.area
    if area == "box":
        return BOX_SHARE * person.bbox[2] * person.bbox[3]
    return float(area)


def current_joint(state: State) -> int:
    """The selected joint, as far as it exists."""
    return min(state["joint"], current_person(state).skeleton.size - 1)


def choose_person(state: State, name: str) -> None:
    """Another truth: the pose and the flags begin anew, constants of another skeleton too."""
    before = current_person(state).skeleton
    state["chosen"] = state.get("chosen", 0) + 1
    state.update(person=name, pose=None, flags=None, area="mask", said="")
    if current_person(state).skeleton != before:
        state["sigmas"] = None


def take_own(state: State, own: OwnPose) -> None:
    """What a person has brought becomes the truth."""
    rows = np.column_stack([own.points, own.visibility])
    state["own"] = tuple(tuple(row) for row in rows.tolist())
    state["own_area"], state["own_box"] = own.area, own.bbox
    _name(state, len(rows), own.names, own.edges)
    choose_person(state, OWN)
    state["sigmas"] = own.sigmas or None
    if own.found is not None:
        state["pose"] = tuple(tuple(row) for row in own.found.tolist())


def take_truth(
    state: State, points: tuple[tuple[float, float], ...], flags: tuple[int, ...]
) -> None:
    """A truth that was moved in the picture: from now on it is the person's own."""
    posing = current_posing(state)
    person, sigmas = posing.person, state["sigmas"]
    pose, area = as_primitives(posing.pred), state["area"]
    state["own"] = tuple((x, y, float(v)) for (x, y), v in zip(points, flags, strict=True))
    state["own_area"], state["own_box"] = person.area, person.bbox
    _name(state, len(points), person.skeleton.names, person.skeleton.edges)
    state.update(person=OWN, pose=pose, flags=None, area=area, sigmas=sigmas)


def _name(
    state: State, count: int, names: tuple[str, ...], edges: tuple[tuple[int, int], ...]
) -> None:
    """Keep names and edges, as far as a known set does not say them, so that links stay short."""
    wanted = own_skeleton(count, names, edges)
    if own_skeleton(count, (), ()) == wanted:
        names, edges = (), ()
    elif own_skeleton(count, names, ()) == wanted:
        edges = ()
    state["names"], state["edges"] = names, edges


def _own_person(state: State) -> Person:
    rows = np.array(state["own"])
    points, flags = rows[:, :2], tuple(int(v) for v in rows[:, 2])
    box = state.get("own_box") or _box_around(points, flags)
    return Person(
        name=OWN,
        image=-1,
        skeleton=own_skeleton(len(rows), state.get("names") or (), state.get("edges") or ()),
        points=points,
        visibility=flags,
        area=float(state.get("own_area") or BOX_SHARE * box[2] * box[3]),
        bbox=box,
    )


def _box_around(points: np.ndarray, flags: tuple[int, ...]) -> tuple[float, ...]:
    seen = flags if any(flags) else (2,) * len(flags)
    x, y, w, h = (float(side) for side in box_of_points(points, seen))
    least = max(w, h, 20.0) / 4  # a single point, or all on a line
    return x, y, max(w, least), max(h, least)


def own_skeleton(
    count: int, names: tuple[str, ...], edges: tuple[tuple[int, int], ...]
) -> Skeleton:
    """The known set with these names, or with as many points if none are named; else plain."""
    for known in (COCO17, *SKELETONS):
        if known.names == names or (not names and not edges and known.size == count):
            return known
    fits = len(names) == count and len(set(names)) == count
    named = names if fits else tuple(str(i + 1) for i in range(count))
    held = tuple(edge for edge in edges if max(edge) < count)
    return Skeleton(title=_("own"), names=named, edges=held)


def _rows(columns: int) -> Callable[[str], tuple[tuple[float, ...], ...]]:
    def read(text: str) -> tuple[tuple[float, ...], ...]:
        rows = unpack_numbers(text, columns)
        if columns == 3 and not np.isin(rows[:, 2], (0, 1, 2)).all():
            raise ReadError(_("a visibility flag is 0, 1 or 2"))
        return tuple(tuple(row) for row in rows.tolist())

    return read


def _write_rows(rows: tuple[tuple[float, ...], ...]) -> str:
    return pack_numbers(np.array(rows))


def _number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        allowed = _("a number from {least} to {most} is needed").format(
            least=f"{least:g}", most=f"{most:g}"
        )
        try:
            value = parse_number(text)
        except ValueError:
            raise ValueError(allowed) from None
        if not least <= value <= most:
            raise ValueError(allowed)
        return value

    return read


def _area(text: str) -> str | float:
    return text if text in ("mask", "box") else _number(LEAST_AREA, MOST_AREA)(text)


def _box(text: str) -> tuple[float, ...]:
    box = unpack_numbers(text, 4)
    if len(box) != 1 or box[0, 2:].min() <= 0:
        raise ValueError(_("x, y, width and height are needed, the last two above 0"))
    return tuple(box[0].tolist())


def _sigmas(text: str) -> tuple[float, ...]:
    read = _number(0.001, 1)
    return tuple(read(part) for part in text.split("_")[:MOST_KEYPOINTS])


def _flags(text: str) -> tuple[int, ...]:
    if not 1 <= len(text) <= MOST_KEYPOINTS or set(text) - set("012"):
        raise ValueError(_("one flag a keypoint is needed, each 0, 1 or 2"))
    return tuple(int(v) for v in text)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split("~", MOST_KEYPOINTS))
    good = all(0 < len(n) <= 24 and all(c.isalnum() or c in "_- " for c in n) for n in names)
    if not good or len(set(names)) != len(names):
        raise ValueError(_("different names of letters and digits are needed"))
    return names


def _edges(text: str) -> tuple[tuple[int, int], ...]:
    one = whole(0, MOST_KEYPOINTS - 1)
    pairs = [pair.split("-") for pair in text.split("_")[: 3 * MOST_KEYPOINTS]]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(_("pairs such as 0-1 are needed"))
    return tuple((one(a), one(b)) for a, b in pairs)


def _write_edges(edges: tuple[tuple[int, int], ...]) -> str:
    return "_".join(f"{a}-{b}" for a, b in edges)


def as_primitives(pred: np.ndarray) -> tuple[tuple[float, float], ...]:
    """A pose for the state: tenths of a pixel, within what a link carries."""
    held = np.clip(np.round(pred, 1), -FARTHEST, FARTHEST)
    return tuple((float(x), float(y)) for x, y in held)


def snapshot(state: State) -> dict[str, Any]:
    """What a question is about, kept while its answer is on the screen."""
    keys = ("person", "own", "own_area", "own_box", "names", "edges", "area", "k", "sigmas",
            "flags", "pose")  # fmt: skip
    return {key: state.get(key) for key in keys}


def scale_limits(person: Person) -> tuple[float, float]:
    """The least and the most that the slider of the scale offers."""
    s = sqrt(person.area)
    return float(max(2, round(0.1 * s))), float(max(60, round(3 * s)))
