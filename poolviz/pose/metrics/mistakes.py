"""Poses broken on purpose, one way at a time, and detections made from true people with noise."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.coco.tables import Category, GroundTruth
from poolviz.pose.metrics.oks import _compare, finite

SHIPPED = Path(__file__).resolve().parents[3] / "assets" / "coco" / "test_coco.json"
"""14 people on 4 images of COCO val2017, CC BY 4.0; see the README beside the file."""


def shipped_annotations() -> dict[str, Any]:
    """The COCO annotations that come with poolviz, as Python's ``json`` reads them."""
    return json.loads(SHIPPED.read_bytes())


def jitter(
    points: ArrayLike, pixels: float, seed: int = 0, keypoints: Sequence[int] | None = None
) -> np.ndarray:
    """p_i + ``pixels`` in a random direction: float64 (..., K, 2).

    ``keypoints``: which ones; None all. The same seed gives the same directions, so that they
    stay while ``pixels`` changes.

    >>> moved = jitter([[0, 0], [9, 9]], pixels=5, seed=1)
    >>> np.hypot(*(moved - [[0, 0], [9, 9]]).T).round(9)
    array([5., 5.])
    """
    true = finite("points", points)
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi, true.shape[:-1])
    step = pixels * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return _only(keypoints, true, true + step)


def invert(
    points: ArrayLike, mirror: Sequence[int], keypoints: Sequence[int] | None = None
) -> np.ndarray:
    """p_i becomes p of its left or right counterpart ``mirror[i]``: (..., K, 2)."""
    true = finite("points", points)
    return _only(keypoints, true, true[..., np.asarray(mirror, dtype=int), :])


def swap(points: ArrayLike, other: ArrayLike, keypoints: Sequence[int] | None = None) -> np.ndarray:
    """p_i becomes keypoint i of another person: (..., K, 2)."""
    return _only(keypoints, finite("points", points), finite("other", other))


def miss(
    points: ArrayLike,
    area: ArrayLike,
    sigmas: ArrayLike,
    keypoints: Sequence[int] | None = None,
    similarity: float = 0.01,
) -> np.ndarray:
    """p_i moved up until its own similarity is ``similarity``: (..., K, 2).

    It is a miss by ``KeypointErrors`` unless it then comes near to another keypoint.
    """
    true, s2 = finite("points", points), finite("area", area)
    k = 2 * finite("sigmas", sigmas)
    r = k * np.sqrt(s2)[..., None] * np.sqrt(2 * np.log(1 / similarity))
    return _only(keypoints, true, true - np.stack([np.zeros_like(r), r], axis=-1))


def oks_map(
    pred: ArrayLike,
    gt: ArrayLike,
    area: float,
    sigmas: ArrayLike,
    visibility: ArrayLike,
    keypoint: int,
    x: ArrayLike,
    y: ArrayLike,
    bbox: ArrayLike | None = None,
) -> np.ndarray:
    """OKS with keypoint ``keypoint`` of the prediction at each place: float64 (len(y), len(x)).

    ``pred``, ``gt`` (K, 2): one person. Other arguments as for ``oks``.

    >>> oks_map([[0, 0]], [[0, 0]], 100, [0.25], [2], 0, x=[0, 5], y=[0]).round(4)
    array([[1.    , 0.6065]])
    """
    places = np.stack(np.meshgrid(finite("x", x), finite("y", y)), axis=-1)
    poses = np.broadcast_to(finite("pred", pred), (*places.shape[:2], *np.shape(pred))).copy()
    poses[:, :, keypoint] = places
    return _compare(poses, gt, area, sigmas, visibility, bbox).mean()


def made_results(
    truth: GroundTruth,
    noise: float = 2.0,
    seed: int = 0,
    inverted: float = 0.0,
    missed: float = 0.0,
    background: int = 0,
) -> list[dict[str, Any]]:
    """A results file made from the true people: ``evaluate_keypoints`` reads it.

    Each labelled person is found once, every keypoint displaced along each axis by a normal
    deviate of ``noise`` · sigma · s / sqrt(2), on the average over people: at ``noise`` 1 it strays
    about as much as COCO's annotators do. Scores fall, on the whole, with the noise of the person.

    Args:
        noise: at least 0.
        inverted: share of the people whose left and right are exchanged, 0 to 1.
        missed: share of the people who are not found, 0 to 1.
        background: how many detections of nobody an image gets.
    """
    rng = np.random.default_rng(seed)
    results: list[dict[str, Any]] = []
    for category in truth.categories:
        for image, image_id in enumerate(truth.image_ids):
            rows = np.flatnonzero((category.people.image == image) & ~category.people.ignored)
            for row in rows:
                found, score = _found(category, int(row), noise, inverted, rng)
                if rng.random() >= missed:
                    results.append(_record(image_id, category.id, found, score))
            for _nobody in range(background):
                width, height = truth.sizes[image] or (640.0, 480.0)
                spot = rng.uniform(0, 1, (category.size, 2)) * [width, height]
                results.append(_record(image_id, category.id, spot, float(rng.random())))
    return results


def _found(
    category: Category, row: int, noise: float, inverted: float, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    people = category.people
    points = people.points[row]
    spread = category.sigmas[:, None] * np.sqrt(people.area[row] / 2)
    strength = rng.uniform(0.2, 1.8)
    moved = points + noise * strength * spread * rng.normal(0, 1, points.shape)
    flip = rng.random() < inverted
    if flip and category.skeleton is not None:
        moved = moved[list(category.skeleton.mirror)]
    unseen = ~people.labelled[row]
    if unseen.any() and not unseen.all():
        moved[unseen] = moved[~unseen].mean(axis=0)
    return moved, float(np.clip(1 - strength / 3 + rng.normal(0, 0.1), 0, 1))


def _record(image_id: Any, category_id: Any, points: np.ndarray, score: float) -> dict[str, Any]:
    triples = np.insert(points.round(2), 2, 1, axis=1)
    return {
        "image_id": image_id,
        "category_id": category_id,
        "keypoints": triples.ravel().tolist(),
        "score": round(score, 4),
    }


def _only(keypoints: Sequence[int] | None, true: np.ndarray, broken: np.ndarray) -> np.ndarray:
    """The broken points at these keypoints, the true ones elsewhere."""
    if keypoints is None:
        return np.array(broken)
    out = np.array(true)
    chosen = list(keypoints)
    out[..., chosen, :] = broken[..., chosen, :]
    return out
