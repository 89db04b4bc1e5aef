"""Two arms, their maps with noise on them, and what the parser makes of them."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from poolviz.pose.maps import affinity_fields, heat_maps
from poolviz.pose.parser import EXACT, Links, Parsed, coco_results, parse
from poolviz.pose.skeletons import COCO17

SIDE, SIGMA, WIDTH = 13, 1.0, 1.0
"""Cells of the maps along a side; σ of the blobs and half the width of an arm, in cells."""
NEAR = 1.5
"""Cells within which a peak is that of a true joint."""
PLACES = (COCO17.names.index("left_elbow"), COCO17.names.index("left_wrist"))


def arms(scene: str, distance: int) -> np.ndarray:
    """(2, 2, 2): for each arm its elbow and its wrist, (x, y) in cells.

    >>> arms("parallel", 3)[1].tolist()
    [[2.0, 6.0], [10.0, 6.0]]
    """
    if scene == "crossed":
        return np.array([[[2.0, 2.0], [10.0, 10.0]], [[10.0, 2.0], [2.0, 10.0]]])
    return np.array([[[2.0, y], [10.0, y]] for y in (3.0, 3.0 + distance)])


def smooth_noise(shape: tuple[int, ...], spread: float, rng: np.random.Generator) -> np.ndarray:
    """Normal noise under a 3 x 3 binomial (1, 2, 1), rescaled to the standard deviation ``spread``.

    >>> float(smooth_noise((2, 40, 40), 0.2, np.random.default_rng(0)).std().round(6))
    0.2
    """
    made = rng.standard_normal(shape)
    for axis in (-2, -1):
        made = 2 * made + np.roll(made, 1, axis) + np.roll(made, -1, axis)
    return np.asarray(made * spread / made.std())


@dataclass(frozen=True, eq=False)
class Run:
    """Two arms and what was set."""

    scene: str
    distance: int
    heat: float
    paf: float
    overlap: str
    samples: int
    share: float
    match: str
    seed: int
    wrong: bool
    """Whether the link that is walked along is the one from the first elbow to a foreign wrist."""

    @cached_property
    def truth(self) -> np.ndarray:
        """(2, 2, 2): arm, joint, (x, y)."""
        return arms(self.scene, self.distance)

    @cached_property
    def maps(self) -> np.ndarray:
        """(2, H, W): of elbows and of wrists."""
        clean = heat_maps(self.truth, np.ones((2, 2)), (SIDE, SIDE), SIGMA)
        noise = smooth_noise(clean.shape, self.heat, np.random.default_rng([self.seed, 0]))
        return clean + noise

    @cached_property
    def field(self) -> np.ndarray:
        """(2, H, W): from elbows to wrists, x before y."""
        overlap: Any = self.overlap
        seen = np.ones((2, 2))
        clean = affinity_fields(
            self.truth, seen, [(0, 1)], (SIDE, SIDE), WIDTH, "box", overlap
        )[0]  # fmt: skip
        noise = smooth_noise(clean.shape, self.paf, np.random.default_rng([self.seed, 1]))
        return np.asarray(clean + noise)

    @cached_property
    def parsed(self) -> Parsed:
        """Peaks, links, pairs and people."""
        rules = replace(
            EXACT, samples=self.samples, share=self.share, match=self.match, parts=2
        )  # fmt: skip
        return parse(self.maps, self.field[None], [(0, 1)], rules)

    @property
    def links(self) -> Links:
        """Every elbow with every wrist."""
        return self.parsed.links[0]

    @cached_property
    def owners(self) -> tuple[np.ndarray, np.ndarray]:
        """Whose each elbow and each wrist that was found is: 0 or 1, -1 of nobody."""
        found = []
        for joint in (0, 1):
            away = np.linalg.norm(
                self.parsed.peaks[joint][:, None, :2] - self.truth[None, :, joint], axis=-1
            )
            found.append(np.where(away.min(axis=1) < NEAR, away.argmin(axis=1), -1))
        return found[0], found[1]

    def right(self, a: int, b: int) -> bool:
        """Whether an elbow and a wrist are of one arm."""
        elbow, wrist = self.owners[0][a], self.owners[1][b]
        return bool(elbow == wrist >= 0)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Every pair (elbow, wrist), the one that is walked along first."""
        pairs = [(a, b) for a in range(self.links.score.shape[0])
                 for b in range(self.links.score.shape[1])]  # fmt: skip
        walked = sorted(pairs, key=lambda pair: self.right(*pair) == self.wrong)
        return tuple(walked[:1] + [pair for pair in pairs if pair not in walked[:1]])

    @property
    def mixed(self) -> int:
        """People who hold joints of two arms, or one that is nobody's."""
        return sum(not self.right(a, b) for a, b in self.parsed.matched[0])

    def results(self) -> list[dict[str, Any]]:
        """The people as COCO results."""
        joints = [PLACES.index(i) if i in PLACES else -1 for i in range(17)]
        return coco_results(self.parsed, joints, 1)

    def annotations(self) -> dict[str, Any]:
        """The true arms as COCO annotations."""
        people = []
        for i, arm in enumerate(self.truth, 1):
            keypoints = np.zeros((17, 3))
            keypoints[list(PLACES)] = np.column_stack([arm, (2, 2)])
            low, size = arm.min(axis=0), np.ptp(arm, axis=0)
            people.append({
                "id": i, "image_id": 1, "category_id": 1, "iscrowd": 0, "num_keypoints": 2,
                # The area is that of the map: an arm alone, level, has none.
                "area": float(SIDE**2), "bbox": [*low.tolist(), *size.tolist()],
                "keypoints": keypoints.ravel().tolist(),
            })  # fmt: skip
        person = {"id": 1, "name": "person", "keypoints": list(COCO17.names), "skeleton": []}
        image = {"id": 1, "width": SIDE, "height": SIDE, "file_name": "arms.png"}
        return {"images": [image], "annotations": people, "categories": [person]}
