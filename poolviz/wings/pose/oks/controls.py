"""What can be set on the page: the truth, the detected pose, the constants of the similarity."""

from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.readers.pose import MOST_KEYPOINTS
from poolviz.stage.control import (
    Choice,
    Control,
    Dial,
    Flag,
    Index,
    Silent,
    Values,
    Whole,
)
from poolviz.stage.handmade import Brings, Joints
from poolviz.stage.link import between
from poolviz.stage.mode import MODE
from poolviz.stage.page import Fitted
from poolviz.text import N_, _, language
from poolviz.wings.pose.oks import reading
from poolviz.wings.pose.oks.own import OWN
from poolviz.wings.pose.oks.posing import BOX_SHARE, Person, shipped_people
from poolviz.wings.pose.oks.state import (
    FACTORS,
    area_of,
    choose_person,
    joint_of,
    person_of,
    posing_of,
    take_coordinates,
    take_moved,
    take_picture,
)

LEAST_SIGMA, MOST_SIGMA = 0.005, 0.3
MOST_BOX_AREA = 1e8
MOST_PIXELS = 500
PEOPLE = tuple(person.name for person in shipped_people())
LINKS = {"sides": N_("left = right"), "all": N_("all"), "free": N_("alone")}
KS = {"2": "k = 2σ", "1": "k = σ", "unit": "k = 1"}
AREAS = {"mask": N_("mask"), "box": N_(".53 × box"), "other": N_("other")}
PLACES = {"joint": N_("selected joint"), "all": N_("the whole pose")}
"""What a one-click mistake breaks."""


def own(values: Values) -> bool:
    """Whether the truth is the person's own."""
    return bool(values["person"] == OWN)


def _people(values: Values) -> tuple[str, ...]:
    return (*PEOPLE, *((OWN,) if values.get("own") else ()))


def person_title(name: str) -> str:
    """A person by the place in an image, and how much is labelled."""
    return _person_title(name, language())


@lru_cache(maxsize=128)
def _person_title(name: str, _language: str) -> str:
    if name == OWN:
        return _("your own pose")
    people = shipped_people()
    person = people[PEOPLE.index(name)]
    images = list(dict.fromkeys(p.image for p in people))
    place = [p.name for p in people if p.image == person.image].index(name) + 1
    return _("image {image}, person {n} · {labelled} of 17 labelled").format(
        image=images.index(person.image) + 1, n=place, labelled=person.labelled
    )


def scale_limits(person: Person) -> tuple[float, float]:
    """The least and the most that the slider of the scale offers."""
    s = sqrt(person.area)
    return float(max(2, round(0.1 * s))), float(max(60, round(3 * s)))


def _mask_scale(values: Values) -> str:
    return _("How large OKS takes the person to be. The annotated mask gives {s}.").format(
        s=number(round(sqrt(person_of(values).area), 1))
    )


def _areas_told(values: Values) -> str:
    person = person_of(values)
    return _("The mask has {mask} px², .53 × box has {box} px².").format(
        mask=number(round(person.area)),
        box=number(round(BOX_SHARE * person.bbox[2] * person.bbox[3])),
    )


def _has_mask(values: Values) -> bool:
    return not own(values) or values.get("own_area") is not None


def _area_kinds(values: Values) -> tuple[str, ...]:
    return tuple(kind for kind in AREAS if kind != "mask" or _has_mask(values))


def area_kind(values: Values) -> str:
    """Where the area comes from: the mask, the box, or neither."""
    if values["area"] == "mask" and not _has_mask(values):
        return "box"
    return values["area"] if values["area"] in AREAS else "other"


def _take_kind(values: Values, kind: str) -> dict[str, Any]:
    area = area_of(values["area"], person_of(values))
    return {"area": round(area, 2) if kind == "other" else kind}


def _sigma(values: Values) -> float:
    sigma = posing_of(values).sigmas[joint_of(values)]
    return float(np.clip(sigma, LEAST_SIGMA, MOST_SIGMA))


def _sigma_label(values: Values) -> str:
    name = posing_of(values).names[joint_of(values)]
    return _("σ of the selected joint: {name}").format(name=name)


def set_sigma(values: Values, sigma: float) -> dict[str, Any]:
    """Give the selected joint a sigma; its other side takes it too, or all in proportion."""
    posing, joint = posing_of(values), joint_of(values)
    sigmas = list(posing.sigmas)
    if values["link"] == "all":
        share = sigma / sigmas[joint]
        sigmas = [round(min(max(s * share, 0.001), 1.0), 5) for s in sigmas]
    elif values["link"] == "sides":
        sigmas[posing.person.skeleton.mirror[joint]] = sigma
    sigmas[joint] = sigma
    return {"sigmas": None if tuple(sigmas) == posing.person.sigmas else tuple(sigmas)}


def fit(values: Values) -> Fitted:
    """Where the area comes from follows from the area."""
    return values.but(area_kind=area_kind(values)), ()


TRUTH = (
    Control(
        "person", N_("Person"),
        Choice(_people, person_title, look="wide", known=(*PEOPLE, OWN), also=choose_person),
        PEOPLE[0],
        N_("Real people of COCO's validation set, drawn without their photographs."),
    ),
    Control(
        "own", N_("Your own skeleton and coordinates"),
        Silent(reading.rows(3), reading.write_rows), when=own, with_="person",
    ),
    *(
        Control(name, label, Silent(read, write), default, when=own, with_="person")
        for name, label, read, write, default in (
            ("own_area", N_("Area s²"),
             between(reading.LEAST_AREA, reading.MOST_AREA), repr, None),
            ("own_box", N_("box"), reading.box, reading.write_row, None),
            ("names", N_("names"), reading.names, "~".join, ()),
            ("edges", N_("limbs"), reading.edges, reading.write_edges, ()),
        )
    ),
)  # fmt: skip
"""Whose truth it is; one's own with what a link holds of it."""

CONSTANTS = (
    Control(
        "joint", N_("Selected joint"),
        Index(lambda values: posing_of(values).names, MOST_KEYPOINTS - 1), 9, folded=True,
        near=True,
    ),
    Control(
        "area", N_("Scale s = √area, pixels"),
        Dial(
            lambda values: round(posing_of(values).scale, 1),
            lambda values: scale_limits(person_of(values)),
            lambda values, scale: {"area": round(scale**2, 2)}, 1.0, "%.1f", note=_mask_scale,
            reader=reading.area, writer=str, tries=("box", 90000.0),
        ), "mask",
    ),
    Control(
        "", N_("Area s²"), Choice(_area_kinds, lambda kind: _(AREAS[kind]), look="named",
        known=tuple(AREAS), also=_take_kind), "mask", folded=True, key="area_kind",
        with_="area", passing=True,
    ),
    Control(
        "", N_("Area, pixels²"),
        Dial(
            lambda values: round(posing_of(values).area, 2),
            lambda values: (reading.LEAST_AREA, MOST_BOX_AREA),
            lambda values, area: {"area": area}, 100.0, "%.2f", look="box", note=_areas_told,
        ),
        folded=True, key="area_number", with_="area", passing=True,
    ),
    Control(
        "k", N_("Fall-off constant k"), Choice(tuple(KS), lambda k: KS[k], look="named"), "2",
        folded=True,
    ),
    Control(
        "link", N_("σ changes"), Choice(tuple(LINKS), lambda link: _(LINKS[link]), look="named"),
        "sides", folded=True, passing=True,
    ),
    Control(
        "sigmas", N_("σ of the joints"),
        Dial(
            _sigma, lambda values: (LEAST_SIGMA, MOST_SIGMA), set_sigma, 0.001, "%.3f",
            label=_sigma_label, still=lambda values: not FACTORS[values["k"]],
            reader=reading.sigmas, writer=reading.write_row, tries=((0.05,) * 17, None),
        ), None,
        N_("How far annotators stray from each other on this joint, as a share of s."),
        placed=True, near=True,
    ),
)  # fmt: skip
"""The selected joint, and what each of them is measured by."""

POSE = (
    Control(
        "flags", "",
        Silent(reading.flags, reading.write_flags, ((1, *(2,) * 16), (0,) * 17)), None, near=True,
    ),
    Control(
        "pose", "",
        Joints(
            reading.rows(2), reading.write_rows,
            lambda values: person_of(values).skeleton.size, take_moved,
            (tuple((10.0 * i, 5.0) for i in range(17)), None),
        ), None, near=True,
    ),
    Control("arrows", N_("Arrows: the way that improves OKS most"), Flag(), False, folded=True),
    Control(
        "truth", N_("Move the true joints instead of the detected ones"), Flag(), False,
        placed=True,
    ),
    Control(
        "where", N_("Break"), Choice(tuple(PLACES), lambda place: _(PLACES[place]), look="named"),
        "joint", placed=True, near=True,
    ),
    Control(
        "pixels", N_("Pixels"), Whole(1, MOST_PIXELS), 10,
        N_("How far jitter moves a joint, in a direction drawn anew each time."),
        placed=True, near=True, passing=True,
    ),
    MODE,
)  # fmt: skip
"""The pose in hand, and how it is broken. What is set in the picture alone has no label."""

BESIDE = (
    Control(
        "", N_("CSV or JSON file"),
        Brings(
            ("csv", "txt", "json"), take_coordinates, N_("Coordinates"),
            "120, 80, 2\n135, 95, 2\n110, 96, 0",
        ), key="brought", with_="person", placed=True, passing=True,
    ),
    Control(
        "", N_("A picture to lay under it"),
        Brings(("png", "jpg", "jpeg", "webp"), take_picture),
        help=N_("It stays in this session; no link holds it. Set the true joints on it by hand."),
        key="ground", with_="person", placed=True,
    ),
    Control("", "", Silent(str), 0, key="chosen", with_="person"),
    Control("", "", Silent(str), 0, key="draws", with_="pose", near=True, passing=True),
    Control("", "", Silent(str), key="said", with_="pose", near=True),
    Control("", "", Silent(str), (), key="notes", with_="person"),
)  # fmt: skip
"""What this visit brings along and no link holds: files and what was noted of them, how often a
truth was chosen and jitter drawn, and what became of the last mistake."""
