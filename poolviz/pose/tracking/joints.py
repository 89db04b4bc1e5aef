"""PoseTrack's MOTA: every joint is tracked for itself, then the joints are averaged."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.tracking.clear import Clear, clear_mot
from poolviz.pose.tracking.compared import Compared

Poses = Mapping[Hashable, ArrayLike]
PCKH = 0.5
"""Of the head's size: within it a joint counts as found."""


def per_joint(
    truth: Sequence[Poses],
    found: Sequence[Poses],
    head: Mapping[Hashable, float],
    within: float = PCKH,
) -> tuple[Clear, ...]:
    """CLEAR-MOT of each joint, d = |p - q| / head size of the true person, within .5 (PCKh).

    ``truth`` and ``found``: for each frame name -> joints (K, 2); a joint that holds NaN is not
    there. ``head``: true name -> the size of the head, above 0, in the unit of the joints. K
    results, none for frames without anybody. Errors: ``ValueError`` for other shapes, sizes not
    above 0, true people without one.

    Source: Andriluka et al., "PoseTrack: A Benchmark for Human Pose Estimation and Tracking", CVPR
    2018.

    >>> pose = [[0, 0], [9, 9]]
    >>> first, second = per_joint([{1: pose}], [{"a": [[0, 1], [9, 99]]}], {1: 4})
    >>> first.mota, second.mota
    (1.0, -1.0)
    """
    if len(truth) != len(found):
        raise ValueError(f"found must have {len(truth)} frames as truth, got {len(found)}")
    names = {name for frame in truth for name in frame}
    bad = {name: head.get(name) for name in names if not (head.get(name) or 0) > 0}
    if bad:
        raise ValueError(f"head must be a size above 0 for every true person, got {bad}")
    frames = [tuple(_joints(side) for side in pair) for pair in zip(truth, found, strict=True)]
    shapes = {pose.shape for pair in frames for side in pair for pose in side.values()}
    if len(shapes) > 1 or any(len(shape) != 2 or shape[1] != 2 for shape in shapes):
        raise ValueError(f"truth and found must all be (K, 2), got {sorted(shapes)}")
    count = next(iter(shapes))[0] if shapes else 0
    return tuple(
        clear_mot([_of_joint(true, given, head, k) for true, given in frames], within)
        for k in range(count)
    )


def mean_mota(joints: Sequence[Clear]) -> float:
    """The mean of the joints' MOTA, over those that are there at all; NaN where none is."""
    known = [joint.mota for joint in joints if joint.true]
    return float(np.mean(known)) if known else float("nan")


def _joints(people: Poses) -> dict[Hashable, np.ndarray]:
    return {name: np.asarray(pose, dtype=float) for name, pose in people.items()}


def _of_joint(
    true: Mapping[Hashable, np.ndarray],
    given: Mapping[Hashable, np.ndarray],
    head: Mapping[Hashable, float],
    k: int,
) -> Compared:
    """One joint in one frame: who has it, and how far apart in heads."""
    here, there = (
        {name: pose[k] for name, pose in people.items() if np.isfinite(pose[k]).all()}
        for people in (true, given)
    )
    away = np.zeros((len(here), len(there)))
    for i, (name, place) in enumerate(here.items()):
        for j, other in enumerate(there.values()):
            away[i, j] = np.linalg.norm(place - other) / head[name]
    return Compared(tuple(here), tuple(there), away)
