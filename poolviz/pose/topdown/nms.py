"""Several poses of one person, one for each box that found them: which of them stays?

From the best score down, a pose removes the others that are too much like it. How alike two poses
are is what the three rules differ in:

- the paper's (RMPE; Fang et al., ICCV 2017), K + λH > η: how sure both are of the same joints,
  and how near these lie. Its constants are not in what we could read; those of the code stand in.
- AlphaPose's code: the same with exp(-d / σ2), not squared, K within 1 pixel; or at least five
  joints that lie within a tenth of the box, 7 pixels at most. What is alike is averaged by score.
- OKS above a threshold, as COCO's tools have it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poolviz.pose import COCO17, oks
from poolviz.text import N_

SIGMAS = np.array(COCO17.sigmas)
SIGMA_1, SIGMA_2, LAMBDA, ETA = 1.0, 2.65, 1.7, 22.48
"""AlphaPose's constants: of the scores, of the distances in pixels, their mixture, its limit."""
MATCHES, NEAR = 5, 7.0
"""So many joints within so many pixels are a copy, too."""
COUNTED = 1.0
"""Pixels within which AlphaPose's K counts a joint."""


@dataclass(frozen=True, eq=False)
class Poses:
    """``points`` (n, joints, 2) of x and y, ``scores`` (n, joints), ``area`` (n,) in pixels²."""

    points: np.ndarray
    scores: np.ndarray
    area: np.ndarray

    @property
    def score(self) -> np.ndarray:
        """(n,): the mean over the joints, by which they are ordered."""
        return self.scores.mean(1)

    @property
    def sides(self) -> np.ndarray:
        """(n,): the longer side of each pose's box."""
        return np.ptp(self.points, axis=1).max(1)


def distances(poses: Poses, i: int) -> np.ndarray:
    """(n, joints): how far each pose's joints lie from those of pose i, in pixels."""
    return np.linalg.norm(poses.points - poses.points[i], axis=2)


def agreement(poses: Poses, i: int) -> np.ndarray:
    """(n, joints): tanh(c_i / σ1) tanh(c_j / σ1), how sure both are."""
    return np.tanh(poses.scores[i] / SIGMA_1) * np.tanh(poses.scores / SIGMA_1)


def alphapose(poses: Poses, i: int) -> np.ndarray:
    """(n,): Σ tanh c_i tanh c_j where d <= 1, + λ Σ exp(-d / σ2).

    >>> two = Poses(np.zeros((2, 17, 2)), np.full((2, 17), 0.9), np.ones(2))
    >>> alphapose(two, 0).round(6).tolist()
    [37.622405, 37.622405]
    """
    d = distances(poses, i)
    sure = np.where(d <= COUNTED, agreement(poses, i), 0).sum(1)
    return sure + LAMBDA * np.exp(-d / SIGMA_2).sum(1)


def paper(poses: Poses, i: int) -> np.ndarray:
    """(n,): Σ tanh c_i tanh c_j of joints in a box of a tenth of the person + λ Σ exp(-d² / σ2)."""
    d = distances(poses, i)
    apart = np.abs(poses.points - poses.points[i]).max(2)
    within = apart <= 0.05 * poses.sides[i]
    sure = np.where(within, agreement(poses, i), 0).sum(1)
    return sure + LAMBDA * np.exp(-(d**2) / SIGMA_2).sum(1)


def similarity(poses: Poses, i: int) -> np.ndarray:
    """(n,): OKS with pose i as the truth, all joints labelled."""
    flags = np.full(poses.points.shape[1], 2)
    return np.array(
        [oks(each, poses.points[i], poses.area[i], SIGMAS, flags) for each in poses.points]
    )


def matches(poses: Poses, i: int) -> np.ndarray:
    """(n,): how many joints lie within min(a tenth of the longer side, 7 px) of those of pose i."""
    return (distances(poses, i) <= min(0.1 * poses.sides[i], NEAR)).sum(1)


@dataclass(frozen=True)
class Rule:
    """A rule: its name in links, its title, what it computes, and the threshold that is usual.

    ``alike(poses, i)`` (n,); above the threshold a pose is removed, or where ``or_matches`` and
    enough joints match. ``merges``: what is alike is averaged by score. ``most``: of a threshold.
    """

    name: str
    title: str
    says: str
    alike: Callable[[Poses, int], np.ndarray]
    usual: float
    most: float
    or_matches: bool = False
    merges: bool = False


RULES = (
    Rule("oks", "OKS", N_("OKS of the two above the threshold"), similarity, 0.9, 1.0),
    Rule("paper", N_("RMPE's paper"),
         N_("how sure both are of the same joints, and how near these lie"), paper, ETA, 40.0),
    Rule("alphapose", N_("AlphaPose's code"),
         N_("the same with other distances; or five joints that match"), alphapose, ETA, 40.0,
         or_matches=True, merges=True),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Round:
    """One pose that stays: its number ``kept``, how alike the others are, how many joints match,
    whom it removes, and its pose afterwards, averaged where the rule merges."""

    kept: int
    alike: np.ndarray
    matched: np.ndarray
    removed: tuple[int, ...]
    points: np.ndarray


def suppress(poses: Poses, rule: Rule, threshold: float | None = None) -> tuple[Round, ...]:
    """The poses that stay, in the order of their scores, and whom each removes.

    ``threshold``: None, the rule's usual one. Of equal scores the first pose goes first.
    """
    limit = rule.usual if threshold is None else threshold
    left = [int(i) for i in np.argsort(-poses.score, kind="stable")]
    rounds = []
    while left:
        i = left[0]
        alike, matched = rule.alike(poses, i), matches(poses, i)
        gone = [
            j for j in left[1:]
            if alike[j] > limit or (rule.or_matches and matched[j] >= MATCHES)
        ]  # fmt: skip
        rounds.append(Round(i, alike, matched, tuple(gone), _merged(poses, rule, [i, *gone])))
        left = [j for j in left[1:] if j not in gone]
    return tuple(rounds)


def _merged(poses: Poses, rule: Rule, cluster: list[int]) -> np.ndarray:
    if not rule.merges:
        return poses.points[cluster[0]]
    weights = poses.scores[cluster, :, None]
    return (poses.points[cluster] * weights).sum(0) / weights.sum(0)


def shifted_oks(share: float) -> float:
    """OKS of two copies of COCO's 17 joints that lie ``share`` of the person's scale s apart.

    >>> [round(shifted_oks(f), 4) for f in (0.01, 0.05, 0.1)]
    [0.994, 0.8712, 0.647]
    """
    k = 2 * SIGMAS
    return float(np.exp(-(share**2) / (2 * k**2)).mean())


def shift_of(threshold: float) -> float:
    """By what share of s two copies must be apart for their OKS to be the threshold.

    >>> round(shift_of(0.9), 3), round(shift_of(0.5), 4)
    (0.043, 0.1404)
    """
    low, high = 0.0, 10.0
    for _i in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if shifted_oks(middle) > threshold else (low, middle)
    return low
