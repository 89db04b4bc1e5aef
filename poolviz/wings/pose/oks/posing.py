"""A pose held against its truth: everything that the page on OKS shows, as pure data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache

import numpy as np

from poolviz.pose import (
    COCO17,
    Skeleton,
    box_iou,
    box_of_points,
    correct_keypoints,
    head_box,
    jitter,
    keypoint_similarities,
    oks,
    oks_gradient,
    pck,
    pckh,
    shipped_annotations,
    similarity_radius,
)
from poolviz.stage.posing import Poses
from poolviz.text import N_, _, language

RINGS = (0.85, 0.75, 0.5)
"""The similarities whose rings are drawn."""
BOX_SHARE = 0.53
"""What tools without masks take for the area: 0.53 · box area (CrowdPose, Ultralytics)."""
FACTORS = (2.0, 1.0)
"""k = 2 sigma, COCO's; k = sigma, the frequent mistake."""
PLAIN_SIGMA = 0.079
"""For keypoints without a published sigma: that of COCO's shoulder, in the middle of its range."""


@dataclass(frozen=True, eq=False)
class Person:
    """A true pose: ``points`` float64 (K, 2), ``visibility`` int (K,), ``area`` of the mask,
    ``bbox`` x, y, width, height; ``found`` is a detected pose that came with it, if any."""

    name: str
    image: int
    skeleton: Skeleton
    points: np.ndarray
    visibility: tuple[int, ...]
    area: float
    bbox: tuple[float, ...]
    found: np.ndarray | None = None

    @property
    def sigmas(self) -> tuple[float, ...]:
        """The published sigmas, else one for all."""
        return self.skeleton.sigmas or (PLAIN_SIGMA,) * self.skeleton.size

    @property
    def labelled(self) -> int:
        """How many keypoints are labelled."""
        return sum(v > 0 for v in self.visibility)

    def away(self) -> int:
        """How far the first detected pose is from the truth: 6 % of the scale, whole pixels."""
        return max(1, round(0.06 * float(np.sqrt(self.area))))

    def detected(self) -> np.ndarray:
        """The detected pose to begin with: every joint equally far off, float64 (K, 2), tenths."""
        if self.found is not None:
            return self.found
        return np.round(jitter(self.points, self.away(), seed=0), 1)


@cache
def shipped_people() -> tuple[Person, ...]:
    """The 14 people of the shipped annotations, the one with the clearest pose first."""
    rows = shipped_annotations()["annotations"]
    made = []
    for row in rows:
        triples = np.array(row["keypoints"], dtype=float).reshape(-1, 3)
        made.append(
            Person(
                name=str(row["id"]),
                image=int(row["image_id"]),
                skeleton=COCO17,
                points=triples[:, :2],
                visibility=tuple(int(v) for v in triples[:, 2]),
                area=float(row["area"]),
                bbox=tuple(float(side) for side in row["bbox"]),
            )
        )
    model = next(person for person in made if person.labelled == COCO17.size)
    return tuple(replace(person, points=_filled(person, model)) for person in made)


def _filled(person: Person, model: Person) -> np.ndarray:
    """The true places; unlabelled ones, stored as 0, 0, stand where the model's pose has them.

    They count for nothing while they are unlabelled, and have to stand somewhere once labelled.
    """
    seen = np.array(person.visibility) > 0
    frame = np.array(person.bbox), np.array(model.bbox)
    scale = frame[0][2:] / frame[1][2:]
    guess = (model.points - frame[1][:2]) * scale + frame[0][:2]
    if seen.any():
        guess = guess + (person.points[seen] - guess[seen]).mean(axis=0)
    return np.round(np.where(seen[:, None], person.points, guess), 1)


@dataclass(frozen=True, eq=False)
class Posing:
    """A detected pose ``pred`` (K, 2) against a person's truth, under chosen constants.

    ``sigmas`` (K,); ``factor``: k = factor · sigma, and 0 stands for k = 1; ``area`` is s².
    """

    person: Person
    pred: np.ndarray
    visibility: tuple[int, ...]
    sigmas: tuple[float, ...]
    area: float
    factor: float = 2.0

    @property
    def names(self) -> tuple[str, ...]:
        """The keypoints as a person reads them."""
        return _spoken(self.person.skeleton.names, language())

    @property
    def scale(self) -> float:
        """s = sqrt(area), pixels."""
        return float(np.sqrt(self.area))

    @property
    def k(self) -> np.ndarray:
        """The fall-off constants, (K,)."""
        return np.array(self.sigmas) * self.factor if self.factor else np.ones(len(self.sigmas))

    @property
    def effective(self) -> np.ndarray:
        """The sigmas that give ``k`` under COCO's k = 2 sigma, (K,)."""
        return self.k / 2

    @property
    def counts(self) -> np.ndarray:
        """Which joints count, bool (K,); all, if none is labelled."""
        labelled = np.array(self.visibility) > 0
        return labelled if labelled.any() else ~labelled

    @property
    def bare(self) -> bool:
        """Whether nothing is labelled: then the enlarged box takes the place of the joints."""
        return not any(v > 0 for v in self.visibility)

    @cached_property
    def _given(self) -> dict:
        return {
            "pred": self.pred,
            "gt": self.person.points,
            "area": self.area,
            "sigmas": self.effective,
            "visibility": self.visibility,
            "bbox": self.person.bbox,
        }

    @cached_property
    def oks(self) -> float:
        """Object keypoint similarity."""
        return float(oks(**self._given))

    @cached_property
    def similarities(self) -> np.ndarray:
        """ks (K,), NaN where a joint does not count."""
        return keypoint_similarities(**self._given)

    @cached_property
    def gradient(self) -> np.ndarray:
        """∂OKS/∂p, (K, 2)."""
        return oks_gradient(**self._given)

    @property
    def distances(self) -> np.ndarray:
        """d (K,), pixels, to the true joints."""
        return np.hypot(*(self.pred - self.person.points).T)

    @property
    def reach(self) -> np.ndarray:
        """Where each joint's similarity is .5: (K,), pixels."""
        return similarity_radius(0.5, self.area, self.effective)

    @cached_property
    def measured(self) -> "Measures":
        """The other measures on the same poses."""
        return measures(self)

    @property
    def poses(self) -> Poses:
        """The same as whoever draws it takes it."""
        rings = [(t, similarity_radius(t, self.area, self.effective)) for t in RINGS]
        return Poses(
            self.names, self.person.skeleton.edges, self.person.points, self.pred, self.visibility,
            self.effective, self.area, self.person.bbox, self.similarities, self.oks,
            tuple(rings) if self.factor else (),
        )  # fmt: skip

    def with_pose(self, pred: np.ndarray) -> "Posing":
        """The same truth with another detected pose."""
        return replace(self, pred=pred)


@lru_cache(64)
def _spoken(names: tuple[str, ...], _language: str) -> tuple[str, ...]:
    return tuple(_(readable(name)) for name in names)


def readable(name: str) -> str:
    """A keypoint's name with spaces.

    >>> readable("left_wrist")
    'left wrist'
    """
    return name.replace("_", " ")


JOINTS = (
    *(N_("nose"), N_("left eye"), N_("right eye"), N_("left ear"), N_("right ear")),
    *(N_("left shoulder"), N_("right shoulder"), N_("left elbow"), N_("right elbow")),
    *(N_("left wrist"), N_("right wrist"), N_("left hip"), N_("right hip")),
    *(N_("left knee"), N_("right knee"), N_("left ankle"), N_("right ankle")),
    *(N_("top head"), N_("head top"), N_("neck"), N_("upper neck"), N_("thorax"), N_("pelvis")),
    *(N_("root of tail"), N_("left front paw"), N_("right front paw")),
    *(N_("left back paw"), N_("right back paw")),
)
"""The keypoints of the shipped skeletons, as ``readable`` writes them: for the translations."""


@lru_cache(64)
def head_joints(skeleton: Skeleton) -> tuple[int, ...]:
    """The keypoints of the head, by their names.

    >>> head_joints(COCO17)
    (0, 1, 2, 3, 4)
    """
    words = ("nose", "eye", "ear", "head", "upper_neck")
    return tuple(
        i
        for i, name in enumerate(map(str.lower, skeleton.names))
        if any(word in name for word in words) and "wrist" not in name
    )


@dataclass(frozen=True)
class Measures:
    """OKS beside the other measures; NaN where one is undefined. ``pck_limit`` and ``pckh_limit``
    in pixels; ``right`` and ``right_head``: for each joint 1, 0, or NaN where it does not count."""

    oks: float
    pck: float
    pckh: float
    iou: float
    pck_limit: float
    pckh_limit: float
    right: np.ndarray
    right_head: np.ndarray


def measures(posing: Posing) -> Measures:
    """PCK@.2 of the box, PCKh@.5 of the head's box, and the IoU of the boxes around both poses."""
    person, pred, v = posing.person, posing.pred, posing.visibility
    truth, k = person.points, len(v)
    limit, joints = 0.2 * max(person.bbox[2:]), head_joints(person.skeleton)
    head = head_box(truth, v, joints) if joints else None
    diagonal = np.nan if head is None else float(np.hypot(head[2], head[3]))
    nothing, limit_head = np.full(k, np.nan), 0.3 * diagonal
    has_head = bool(diagonal > 0)
    iou = np.nan
    if not posing.bare:
        iou = float(box_iou(box_of_points(pred, v), box_of_points(truth, v)))
    return Measures(
        oks=posing.oks,
        pck=float(pck(pred, truth, person.bbox, v)),
        pckh=float(pckh(pred, truth, head, v)) if has_head and head is not None else np.nan,
        iou=iou,
        pck_limit=limit,
        pckh_limit=limit_head if has_head else np.nan,
        right=correct_keypoints(pred, truth, limit, v),
        right_head=correct_keypoints(pred, truth, limit_head, v) if has_head else nothing,
    )


def disagreements(posing: Posing, right: np.ndarray) -> list[tuple[int, bool]]:
    """Joints on which a right-or-wrong measure and OKS differ: (joint, right by the measure).

    Right although its similarity is below .5, or wrong although it is .5 or more.
    """
    return [
        (i, bool(correct))
        for i, (correct, ks) in enumerate(zip(right, posing.similarities, strict=True))
        if not np.isnan(correct) and not np.isnan(ks) and bool(correct) != (ks >= 0.5)
    ]


def others(person: Person, people: Sequence[Person]) -> list[Person]:
    """The labelled people of the same image with the same skeleton, the nearest first."""
    centre = person.points.mean(axis=0)
    near = [
        p
        for p in people
        if p.image == person.image and p.name != person.name and p.labelled
        and p.skeleton is person.skeleton
    ]  # fmt: skip
    return sorted(near, key=lambda p: float(np.hypot(*(p.points.mean(axis=0) - centre))))
