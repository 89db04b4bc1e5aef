"""A procedural person: fourteen joints in space, a scale, colours, and where the head looks."""

from dataclasses import dataclass, replace

import numpy as np

from poolviz.pose.skeletons import CROWDPOSE

JOINTS = CROWDPOSE.names
"""CrowdPose's fourteen, so that its sigmas and mirrors hold; ``top_head`` is the head's middle."""

LIMBS: tuple[tuple[int, int], ...] = (
    *((13, 12), (13, 0), (0, 2), (2, 4), (13, 1), (1, 3), (3, 5)),
    *((13, 6), (6, 8), (8, 10), (13, 7), (7, 9), (9, 11)),
)
"""Thirteen pairs: a tree from the neck, as many limbs as fourteen joints need to hang together."""

HEAD, NECK = 12, 13
LEFT_FIRST = ((0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11))
"""Shoulders, elbows, wrists, hips, knees, ankles: (left, right)."""


@dataclass(frozen=True)
class Body:
    """A person: joints float64 (14, 3) with x to the right, y down, z towards the viewer.

    Lengths are shares of a standing height, the pelvis is the origin; ``yaw`` (radians) is 0 for
    somebody seen from the front. ``gaze`` is the head's own direction, ``yaw`` unless turned.
    """

    joints: np.ndarray
    yaw: float
    gaze: float
    head: float
    colours: dict[str, np.ndarray]
    striped: bool

    def turned(self, degrees: float) -> "Body":
        """The same person with the head turned by an angle, and nothing else changed."""
        return replace(self, gaze=self.gaze + np.deg2rad(degrees))


def draw_body(rng: np.random.Generator, facing: str = "any") -> Body:
    """A person of random build, pose, clothes and direction.

    Torso .27-.32 of a height of about 1, half shoulders .095-.125, half hips .055-.075, arms
    .15-.18 + .14-.17, legs .22-.26 twice. Arms are raised by 0-40 degrees (55 %), 30-110 (30 %) or
    90-165 (15 %). ``facing``: "front" or "behind" within 50 degrees, "side", or "any": 45, 45 and
    10 %.

    >>> body = draw_body(np.random.default_rng(1), "front")
    >>> body.joints.shape, bool(np.cos(body.yaw) > 0.6)
    ((14, 3), True)
    """
    yaw = _yaw(rng, facing)
    torso = rng.uniform(0.27, 0.32)
    shoulder, hip = rng.uniform(0.095, 0.125), rng.uniform(0.055, 0.075)
    arm, forearm = rng.uniform(0.15, 0.18), rng.uniform(0.14, 0.17)
    thigh, shin = rng.uniform(0.22, 0.26, 2)
    head = rng.uniform(0.06, 0.075)
    lean = np.deg2rad(rng.normal(0, 7, 2))
    joints = np.zeros((14, 3))
    joints[NECK] = (0, -torso, 0)
    joints[HEAD] = (0, -torso - head - 0.035, 0.015)
    for side, s in ((0, 1.0), (1, -1.0)):  # somebody's left is to the right of who looks at them
        joints[side] = (s * shoulder, -torso + 0.025, 0)
        upper, lower = _arm(rng, s)
        joints[2 + side] = joints[side] + arm * upper
        joints[4 + side] = joints[2 + side] + forearm * lower
    joints = joints @ (_about_x(lean[0]) @ _about_z(lean[1])).T
    for side, s in ((0, 1.0), (1, -1.0)):
        joints[6 + side] = (s * hip, 0.01, 0)
        apart = np.deg2rad(rng.uniform(0, 14))
        forward = np.deg2rad(rng.normal(8, 22))
        bend = abs(np.deg2rad(rng.normal(0, 30)))
        joints[8 + side] = joints[6 + side] + thigh * _hanging(s * apart, forward)
        joints[10 + side] = joints[8 + side] + shin * _hanging(s * apart, forward - bend)
    joints = joints @ _about_y(yaw).T
    return Body(joints, yaw, yaw, head, _colours(rng), bool(rng.random() < 1 / 3))


def _yaw(rng: np.random.Generator, facing: str) -> float:
    """A direction in radians; the same number of draws whatever is asked for."""
    chance, within, side = rng.random(), rng.uniform(-50, 50), rng.uniform(50, 130)
    left = rng.random() < 0.5
    if facing == "any":
        facing = "front" if chance < 0.45 else "behind" if chance < 0.9 else "side"
    degrees = {"front": within, "behind": 180 + within, "side": side if left else -side}
    if facing not in degrees:
        raise ValueError(f"facing must be any, front, behind or side, got {facing!r}")
    return float(np.deg2rad(degrees[facing]))


def _arm(rng: np.random.Generator, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Directions of the upper arm and the forearm, in the person's own frame."""
    kind = rng.random()
    low, high = (0, 40) if kind < 0.55 else (30, 110) if kind < 0.85 else (90, 165)
    raised, round_ = np.deg2rad(rng.uniform(low, high)), np.deg2rad(rng.uniform(-15, 70))
    bend, towards = np.deg2rad(rng.uniform(0, 130)), rng.uniform(-1.0, 1.0)
    out = np.array([side * np.cos(round_), 0, np.sin(round_)])
    down = np.array([0.0, 1.0, 0.0])
    upper = np.cos(raised) * down + np.sin(raised) * out
    bent = np.array([-side * 0.5 * (towards + 1), -abs(towards), 0.7])
    bent -= (bent @ upper) * upper
    bent /= np.linalg.norm(bent)
    return upper, np.cos(bend) * upper + np.sin(bend) * bent


def _hanging(sideways: float, forward: float) -> np.ndarray:
    """A unit vector that hangs down, swung out to one side and forward."""
    return np.array(
        [np.sin(sideways), np.cos(sideways) * np.cos(forward), np.cos(sideways) * np.sin(forward)]
    )


def _colours(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Clothes, skin and hair; sleeves and shorts show skin from the elbow and the knee on."""
    shirt, trousers = rng.uniform(0.1, 0.95, (2, 3))
    light = rng.uniform(0.45, 1.0)
    skin = light * np.array([0.95, 0.74, 0.6]) + rng.normal(0, 0.02, 3)
    hair = rng.uniform(0.05, 0.45) * np.array([1.0, 0.75, 0.5])
    sleeves, shorts = rng.random(2) < 0.5
    return {
        "shirt": shirt,
        "trousers": trousers,
        "skin": skin,
        "hair": hair,
        "arm": shirt,
        "forearm": skin if sleeves else shirt,
        "thigh": trousers,
        "shin": skin if shorts else trousers,
    }


def _about_x(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def _about_y(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _about_z(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
