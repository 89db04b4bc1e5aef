"""The picture that the network sees, and what its stages make of it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.pose.networks.map_network import HEATS, LAST, map_network
from poolviz.pose.networks.measures import correct, on_the_other_side, peaks
from poolviz.pose.procedural import HEAD, JOINTS, People, draw_people
from poolviz.pose.skeletons import CROWDPOSE
from poolviz.stage.cache import kept
from poolviz.text import N_

COVERS = {"nothing": N_("no part"), "head": N_("the head"), "legs": N_("the legs")}
GREY = 0.5
SIDE = 64


@dataclass(frozen=True)
class Setting:
    """What is looked at: a person by a seed, the head turned by degrees, what is covered, how much
    noise there is, and after how many updates the network is asked."""

    seed: int
    head: int = 0
    cover: str = "nothing"
    noise: float = 0.0
    updates: str = LAST


@dataclass(frozen=True, eq=False)
class Looked:
    """A picture and the heat maps (S, 14, 16, 16) of the stages."""

    setting: Setting
    people: People
    pixels: np.ndarray
    heat: np.ndarray

    @cached_property
    def joints(self) -> np.ndarray:
        """The true joints (14, 2) in pixels."""
        return np.asarray(self.people.joints[0])

    @cached_property
    def found(self) -> np.ndarray:
        """Where each stage puts each joint (S, 14, 2)."""
        return peaks(self.heat)

    @cached_property
    def right(self) -> np.ndarray:
        """Within .1 of the height: bool (S, 14)."""
        return correct(self.found, self.joints, self.people.heights[0])

    @cached_property
    def swapped(self) -> np.ndarray:
        """On the other side's joint: bool (S, 14)."""
        return on_the_other_side(self.found, self.joints, self.people.heights[0])

    def distances(self, joint: int) -> np.ndarray:
        """From each stage's peak to the joint and to the other side's (S, 2), in pixels."""
        both = self.joints[[joint, CROWDPOSE.mirror[joint]]]
        return np.linalg.norm(self.found[:, joint, None] - both, axis=-1)


@kept
def looked(setting: Setting) -> Looked:
    """The network's answer to a setting."""
    people = draw_people(setting.seed, 1, "front", setting.head)
    pixels = people.pixels.copy()
    rows, columns = np.mgrid[:SIDE, :SIDE]
    if setting.cover == "head":
        x, y = people.joints[0, HEAD]
        reach = 1.7 * people.bodies[0].head * people.heights[0]
        pixels[np.hypot(columns - x, rows - y) <= reach] = GREY
    elif setting.cover == "legs":
        legs = people.joints[0, [JOINTS.index(f"{s}_{j}") for s in ("left", "right")
                                 for j in ("knee", "ankle")]]  # fmt: skip
        (x0, y0), (x1, y1) = legs.min(0) - 4, legs.max(0) + 4
        inside = (columns >= x0) & (columns <= x1) & (rows >= y0) & (rows <= y1)
        pixels[inside] = GREY
    noise = np.random.default_rng([setting.seed, 7]).standard_normal(pixels.shape)
    pixels = (pixels + setting.noise * noise).astype(np.float32)
    maps = map_network(setting.updates)(pixels[None])[:, 0, :HEATS]
    return Looked(setting, people, pixels, maps.copy())
