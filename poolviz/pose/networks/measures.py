"""How good maps are: where peaks lie, on which side, and what a network prefers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poolviz.pose.networks.map_network import HEATS, MapNetwork
from poolviz.pose.procedural import HEAD, LEFT_FIRST, NECK, draw_people
from poolviz.pose.skeletons import CROWDPOSE

NEAR = 0.1
"""A peak is right within this share of the person's height (PCK)."""


def peaks(heat: np.ndarray, stride: int = 4) -> np.ndarray:
    """Where each map (..., H, W) is largest, in pixels: float64 (..., 2), x and y.

    A quarter of a cell towards the higher neighbour on each axis, where there are two (the rule of
    Newell et al., Stacked Hourglass, ECCV 2016); pixel = stride cell + (stride - 1) / 2.

    >>> heat = np.zeros((4, 4)); heat[1, 2], heat[1, 1] = 1.0, 0.5
    >>> peaks(heat)
    array([8.5, 5.5])
    """
    *lead, h, w = heat.shape
    flat = heat.reshape(-1, h, w)
    at = flat.reshape(len(flat), -1).argmax(1)
    y, x = np.divmod(at, w)
    n = np.arange(len(flat))
    found = np.stack([x, y], axis=1).astype(float)
    for axis, (place, size) in enumerate(((x, w), (y, h))):
        inner = (place > 0) & (place < size - 1)
        before, after = np.maximum(place - 1, 0), np.minimum(place + 1, size - 1)
        low = flat[n, y, before] if axis == 0 else flat[n, before, x]
        high = flat[n, y, after] if axis == 0 else flat[n, after, x]
        found[:, axis] += np.where(inner, 0.25 * np.sign(high - low), 0.0)
    return (stride * found + (stride - 1) / 2).reshape(*lead, 2)


def correct(found: np.ndarray, joints: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """|found - joint| <= .1 height: bool (..., 14) from (..., 14, 2) twice and (...)."""
    distance = np.linalg.norm(found - joints, axis=-1)
    return distance <= NEAR * np.asarray(heights)[..., None]


def on_the_other_side(found: np.ndarray, joints: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Near the other side's joint, and not near its own: bool (..., 14)."""
    other = joints[..., CROWDPOSE.mirror, :]
    paired = np.array(CROWDPOSE.mirror) != np.arange(CROWDPOSE.size)
    return correct(found, other, heights) & ~correct(found, joints, heights) & paired


def sample(maps: np.ndarray, at: np.ndarray, stride: int = 4) -> np.ndarray:
    """Maps (..., J, H, W) read between their cells at pixels (J, 2): float64 (..., J), bilinear."""
    *_, h, w = maps.shape
    cell = (np.asarray(at) + 0.5) / stride - 0.5
    x, y = cell[:, 0].clip(0, w - 1), cell[:, 1].clip(0, h - 1)
    left, top = np.minimum(x.astype(int), w - 2), np.minimum(y.astype(int), h - 2)
    dx, dy, j = x - left, y - top, np.arange(len(cell))
    upper = maps[..., j, top, left] * (1 - dx) + maps[..., j, top, left + 1] * dx
    lower = maps[..., j, top + 1, left] * (1 - dx) + maps[..., j, top + 1, left + 1] * dx
    return upper * (1 - dy) + lower * dy


def own_side(heat: np.ndarray, joints: np.ndarray) -> np.ndarray:
    """Does a channel prefer its own joint to the other side's? bool (..., 6, 2), pair and side.

    ``heat`` (..., 14, H, W), one person's ``joints`` (14, 2): a left elbow's map is read at
    the left and at the right elbow, and the larger value is what it prefers.
    """
    own, other = sample(heat, joints), sample(heat, joints[list(CROWDPOSE.mirror)])
    return np.asarray(own > other)[..., np.array(LEFT_FIRST)]


@dataclass(frozen=True, eq=False)
class Reached:
    """Shares of labelled joints of pictures of one person, a row a stage, a column a group.

    ``found`` (S, 7): within .1 of the height; ``other`` (S, 7): on the other side's joint instead.
    Groups: head and neck, shoulders, elbows, wrists, hips, knees, ankles; ``all`` (S,) of found.
    """

    found: np.ndarray
    other: np.ndarray
    all: np.ndarray


def reached(net: MapNetwork, seeds: Sequence[int]) -> Reached:
    """What a network reaches on pictures of one person, drawn from seeds."""
    drawn = [draw_people(seed, 1) for seed in seeds]
    heat = np.concatenate(
        [
            net(np.stack([people.pixels for people in drawn[i : i + 8]]))[:, :, :HEATS]
            for i in range(0, len(drawn), 8)
        ],
        axis=1,
    )
    joints, heights = (
        np.concatenate([getattr(p, k) for p in drawn]) for k in ("joints", "heights")
    )
    there = np.concatenate([p.flags for p in drawn]) > 0
    at = peaks(heat)
    good, swapped = correct(at, joints, heights), on_the_other_side(at, joints, heights)
    groups = ((HEAD, NECK), *LEFT_FIRST)

    def share(hits: np.ndarray, group: tuple[int, ...]) -> np.ndarray:
        return np.asarray((hits & there)[..., group].sum((1, 2)) / there[:, group].sum())

    return Reached(
        np.stack([share(good, group) for group in groups], axis=1),
        np.stack([share(swapped, group) for group in groups], axis=1),
        (good & there).sum((1, 2)) / there.sum(),
    )


def intervention(net: MapNetwork, seeds: Sequence[int]) -> np.ndarray:
    """How often channels prefer the side of a person seen from the front: (2, S, 6) shares.

    Pictures of one person from the front; first as drawn, then with nothing but the head turned by
    180 degrees. Pairs: shoulders, elbows, wrists, hips, knees, ankles.
    """
    found = []
    for turned in (0.0, 180.0):
        drawn = [draw_people(seed, 1, "front", turned) for seed in seeds]
        maps = net(np.stack([people.pixels for people in drawn]))
        prefers = [own_side(maps[:, i, :HEATS], p.joints[0]) for i, p in enumerate(drawn)]
        found.append(np.mean(prefers, axis=(0, 3)))
    return np.stack(found)
