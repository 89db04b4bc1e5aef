"""Poses of one frame take the names of those before: by OKS, by the IoU of boxes, by motion."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.metrics.oks import finite, oks
from poolviz.pose.metrics.similarities import box_iou, box_of_points
from poolviz.pose.parser.matching import MATCHES, match_links
from poolviz.pose.skeletons import COCO17

LINKS = ("iou", "oks", "motion")
BOX_SHARE = 0.53
"""Of the box: what stands in for the area of a person without a mask, as CrowdPose has it."""


@dataclass(frozen=True, eq=False)
class Linked:
    """One frame. ``tracks``: the names that were known, ``expected`` (N, K, 2): where they are
    looked for. ``alike`` (N, M): with each of the M poses found; ``pairs``: (track, pose) that
    were matched. ``names``: one for each pose, numbers in the order in which they began; ``new``:
    names that begin here; ``lost``: names that are given up behind this frame."""

    tracks: tuple[int, ...]
    expected: np.ndarray
    alike: np.ndarray
    pairs: tuple[tuple[int, int], ...]
    names: tuple[int, ...]
    new: tuple[int, ...]
    lost: tuple[int, ...]


@dataclass
class _Track:
    """A name, where it was last, how fast it moved a frame, and when it was seen."""

    name: int
    pose: np.ndarray
    at: int
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))

    def expected(self, at: int, moves: bool) -> np.ndarray:
        return self.pose + self.speed * (at - self.at) if moves else self.pose

    def seen(self, pose: np.ndarray, at: int) -> None:
        self.speed = (pose - self.pose).mean(0) / (at - self.at)
        self.pose, self.at = pose, at


def link(
    found: Sequence[ArrayLike],
    by: str = "oks",
    match: str = "optimal",
    gate: float = 0.3,
    keep: int = 0,
    sigmas: ArrayLike | None = None,
) -> tuple[Linked, ...]:
    """Name every pose: a track and a pose are one if they are matched and alike >= ``gate``.

    ``found``: for each frame poses (M, K, 2), M may be 0. ``by``: how alike a track and a pose are.
    "iou": the IoU of the boxes around the track's last pose and around the new one. "oks": OKS with
    the last pose as truth and .53 of its box as area. "motion": the same with the last pose moved
    on by the mean velocity of its joints, so many frames as have passed. ``match``: "optimal", the
    pairs with the largest sum, or "greedy", the best pair first, one to one. A pose without a track
    begins one; a track without a pose is kept for ``keep`` more frames, then given up. ``sigmas``
    (K,), by default COCO's where K is 17. Errors: ``ValueError`` for what is none of these, shapes
    that do not fit, numbers that are not finite.

    Source: OKS between frames and greedy or optimal pairs as in Girdhar et al., "Detect-and-Track",
    CVPR 2018, and Xiao, Wu and Wei, "Simple Baselines", ECCV 2018; constant velocity as in Bewley
    et al., "SORT", ICIP 2016.

    >>> walk = [np.array([[[x, 0.0], [x + 4, 8]], [[30 - x, 0], [34 - x, 8]]]) for x in (0, 2, 4)]
    >>> [frame.names for frame in link(walk, "iou", gate=0.1)]
    [(0, 1), (0, 1), (0, 1)]
    """
    if by not in LINKS:
        raise ValueError(f"by must be one of {LINKS}, got {by!r}")
    if match not in MATCHES:
        raise ValueError(f"match must be one of {MATCHES}, got {match!r}")
    if not 0 <= gate <= 1:
        raise ValueError(f"gate must be in [0, 1], got {gate!r}")
    if keep < 0:
        raise ValueError(f"keep must be at least 0, got {keep!r}")
    frames = [_poses(each) for each in found]
    counts = {frame.shape[1] for frame in frames if len(frame)}
    if len(counts) > 1:
        raise ValueError(f"found must have as many joints in every frame, got {sorted(counts)}")
    if sigmas is None:
        if by != "iou" and not counts <= {COCO17.size}:
            raise ValueError(f"sigmas must be given for {max(counts)} joints, got None")
        sigmas = COCO17.sigmas
    tracks: list[_Track] = []
    count, done = 0, []
    for at, poses in enumerate(frames):
        moves = by == "motion"
        expected = [track.expected(at, moves) for track in tracks]
        alike = _alike(expected, poses, by, sigmas)
        pairs = match_links(alike, alike >= gate, match) if alike.size else []
        owner = {pose: row for row, pose in pairs}
        before, names, new = tuple(track.name for track in tracks), [], []
        for i, pose in enumerate(poses):
            if i in owner:
                tracks[owner[i]].seen(pose, at)
                names.append(tracks[owner[i]].name)
                continue
            tracks.append(_Track(count, pose, at))
            names.append(count)
            new.append(count)
            count += 1
        lost = tuple(track.name for track in tracks if at - track.at > keep)
        tracks = [track for track in tracks if track.name not in lost]
        places = np.array(expected) if expected else np.zeros((0, *poses.shape[1:]))
        done.append(Linked(before, places, alike, tuple(pairs), tuple(names), tuple(new), lost))
    return tuple(done)


def _poses(given: ArrayLike) -> np.ndarray:
    poses = finite("found", given)
    if not poses.size:
        return np.zeros((0, 0, 2))
    if poses.ndim != 3 or poses.shape[-1] != 2:
        raise ValueError(f"found must be (M, K, 2) in every frame, got {poses.shape}")
    return poses


def _alike(
    expected: list[np.ndarray], poses: np.ndarray, by: str, sigmas: ArrayLike | None
) -> np.ndarray:
    """(tracks, poses): IoU of boxes, or OKS with the track as truth."""
    if not expected or not len(poses):
        return np.zeros((len(expected), len(poses)))
    known = np.array(expected)
    boxes = box_of_points(known)
    if by == "iou":
        return box_iou(boxes[:, None], box_of_points(poses)[None])
    area = BOX_SHARE * boxes[:, 2] * boxes[:, 3]
    seen = np.ones(known.shape[1])
    assert sigmas is not None
    return oks(poses[None], known[:, None], area[:, None], sigmas, seen)
