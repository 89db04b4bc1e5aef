"""Keypoint sets as data: names, sigmas, limbs, and which keypoint is the mirror of which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

_SIDES = (("left", "right"), ("Left", "Right"), ("l_", "r_"), ("L_", "R_"))


@dataclass(frozen=True)
class Skeleton:
    """A keypoint set: K names, K sigmas (None where nobody has published any), limbs as pairs.

    ``mirror[i]`` is the left or right counterpart of keypoint i, and i itself where it has none; it
    follows from the names ("left_eye", "right_eye").

    >>> COCO17.size, COCO17.names[9], COCO17.names[COCO17.mirror[9]]
    (17, 'left_wrist', 'right_wrist')
    """

    title: str
    names: tuple[str, ...]
    sigmas: tuple[float, ...] | None = None
    edges: tuple[tuple[int, int], ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        k = len(self.names)
        if k == 0 or len(set(self.names)) != k:
            raise ValueError(f"names must be at least one and all different, got {self.names!r}")
        if self.sigmas is not None and (
            len(self.sigmas) != k or not all(0 < s < float("inf") for s in self.sigmas)
        ):
            raise ValueError(
                f"sigmas must be {k} numbers above 0, one a keypoint, got {self.sigmas!r}"
            )
        for edge in self.edges:
            if len(edge) != 2 or not all(0 <= end < k for end in edge):
                raise ValueError(f"edges must join keypoints 0 to {k - 1}, got {edge!r}")

    @property
    def size(self) -> int:
        """K, the number of keypoints."""
        return len(self.names)

    @cached_property
    def mirror(self) -> tuple[int, ...]:
        """For each keypoint the index of its left or right counterpart, or its own."""
        place = {name: i for i, name in enumerate(self.names)}
        return tuple(
            next((place[other] for other in _mirrored(name) if other in place), i)
            for i, name in enumerate(self.names)
        )


def from_category(category: Mapping, sigmas: Sequence[float] | None = None) -> Skeleton:
    """The skeleton that a COCO category declares: its ``keypoints`` and its 1-based ``skeleton``.

    Without ``sigmas``, the sigmas of the known set with the same names, if there is one.

    >>> hand = {"name": "stick", "keypoints": ["left_end", "right_end"], "skeleton": [[1, 2]]}
    >>> from_category(hand, sigmas=[0.05, 0.05]).edges
    ((0, 1),)
    """
    names = tuple(str(name) for name in category["keypoints"])
    known = next((s for s in SKELETONS if s.names == names), None)
    if sigmas is None and known is not None:
        sigmas = known.sigmas
    return Skeleton(
        title=str(category.get("name", "")),
        names=names,
        sigmas=None if sigmas is None else tuple(float(s) for s in sigmas),
        edges=tuple((int(a) - 1, int(b) - 1) for a, b in category.get("skeleton") or ()),
    )


def coco_sigmas() -> np.ndarray:
    """COCO's sigmas of the 17 keypoints of a person, float64 (17,)."""
    return np.array(COCO17.sigmas)


def _mirrored(name: str) -> list[str]:
    """The names that the counterpart of a keypoint may have."""
    return [
        name.replace(a, b, 1)
        for left, right in _SIDES
        for a, b in ((left, right), (right, left))
        if a in name and (len(a) > 2 or name.startswith(a))
    ]


COCO17 = Skeleton(
    title="COCO, person",
    names=(
        "nose",
        "left_eye",
        "right_eye",
        "left_ear",
        "right_ear",
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
        "left_ankle",
        "right_ankle",
    ),
    sigmas=tuple(
        tenths / 10.0
        for tenths in (
            *(0.26, 0.25, 0.25, 0.35, 0.35, 0.79, 0.79, 0.72, 0.72),
            *(0.62, 0.62, 1.07, 1.07, 0.87, 0.87, 0.89, 0.89),
        )
    ),
    edges=(
        *((15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7)),
        *((6, 8), (7, 9), (8, 10), (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6)),
    ),
    source="Lin et al., Microsoft COCO, 2014; pycocotools 2.0.11, Params.setKpParams",
)

CROWDPOSE = Skeleton(
    title="CrowdPose, person",
    names=(
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
        "left_ankle",
        "right_ankle",
        "top_head",
        "neck",
    ),
    sigmas=(
        *(0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107),
        *(0.087, 0.087, 0.089, 0.089, 0.079, 0.079),
    ),
    edges=(
        *((12, 13), (13, 0), (13, 1), (0, 2), (2, 4), (1, 3), (3, 5)),
        *((0, 6), (1, 7), (6, 7), (6, 8), (8, 10), (7, 9), (9, 11)),
    ),
    source="Li et al., CrowdPose, CVPR 2019; evaluated with 0.53 times the area of the box",
)

AP10K = Skeleton(
    title="AP-10K, animal",
    names=(
        "left_eye",
        "right_eye",
        "nose",
        "neck",
        "root_of_tail",
        "left_shoulder",
        "left_elbow",
        "left_front_paw",
        "right_shoulder",
        "right_elbow",
        "right_front_paw",
        "left_hip",
        "left_knee",
        "left_back_paw",
        "right_hip",
        "right_knee",
        "right_back_paw",
    ),
    sigmas=(
        *(0.025, 0.025, 0.026, 0.035, 0.035, 0.079, 0.072, 0.062, 0.079),
        *(0.072, 0.062, 0.107, 0.087, 0.089, 0.107, 0.087, 0.089),
    ),
    edges=(
        *((0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (5, 6), (6, 7), (3, 8), (8, 9)),
        *((9, 10), (4, 11), (11, 12), (12, 13), (4, 14), (14, 15), (15, 16)),
    ),
    source="Yu et al., AP-10K, NeurIPS 2021 (datasets)",
)

MPII16 = Skeleton(
    title="MPII, person",
    names=(
        "right_ankle",
        "right_knee",
        "right_hip",
        "left_hip",
        "left_knee",
        "left_ankle",
        "pelvis",
        "thorax",
        "upper_neck",
        "head_top",
        "right_wrist",
        "right_elbow",
        "right_shoulder",
        "left_shoulder",
        "left_elbow",
        "left_wrist",
    ),
    edges=(
        *((0, 1), (1, 2), (2, 6), (6, 3), (3, 4), (4, 5), (6, 7), (7, 8), (8, 9)),
        *((10, 11), (11, 12), (12, 7), (7, 13), (13, 14), (14, 15)),
    ),
    source="Andriluka et al., MPII Human Pose, CVPR 2014; no sigmas: its measure is PCKh",
)

SKELETONS: tuple[Skeleton, ...] = (COCO17, CROWDPOSE, AP10K, MPII16)
"""The keypoint sets that come with poolviz, in menu order."""
