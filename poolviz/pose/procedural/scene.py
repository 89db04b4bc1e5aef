"""Pictures of procedural people: from a seed, with joints, flags and areas that are known."""

from dataclasses import dataclass

import numpy as np

from poolviz.pose.procedural.body import HEAD, Body, draw_body
from poolviz.pose.procedural.drawing import Canvas, draw_person

SIDE = 64
"""Side of the picture that the trained networks take, in pixels."""

HOW_MANY = (0.34, 0.33, 0.2, 0.13)
"""How often a picture holds one, two, three, four people."""


@dataclass(frozen=True)
class People:
    """A picture and what is true of it.

    ``pixels`` float32 (H, W, 3) in 0..1; ``joints`` float64 (N, 14, 2), x and y, pixel centres at
    whole numbers; ``flags`` (N, 14): 2 seen, 1 covered (the pixel belongs to another), 0 outside;
    ``heights`` (N,) in pixels, standing; ``areas`` (N,), own pixels, for OKS; ``bodies``.
    """

    pixels: np.ndarray
    joints: np.ndarray
    flags: np.ndarray
    heights: np.ndarray
    areas: np.ndarray
    bodies: tuple[Body, ...]


def draw_people(
    seed: int,
    people: int = 0,
    facing: str = "any",
    turned: float = 0.0,
    covered: bool | None = None,
    side: int = SIDE,
) -> People:
    """A picture of one to four people on a busy ground, the same for the same seed.

    ``people`` 0 draws how many. ``turned`` turns every head by that many degrees, and changes
    nothing else. ``covered``: bars in front, or none; by default two pictures of five have them.

    >>> a, b = draw_people(5, 1, "front"), draw_people(5, 1, "front", turned=180)
    >>> bool(np.array_equal(a.joints, b.joints)), bool(np.array_equal(a.pixels, b.pixels))
    (True, False)

    Raises ``ValueError`` for more than four people.
    """
    if not 0 <= people <= len(HOW_MANY):
        raise ValueError(f"people must be 0 to {len(HOW_MANY)}, got {people}")
    rng = np.random.default_rng([seed, 14])
    drawn = 1 + int(rng.choice(len(HOW_MANY), p=HOW_MANY))
    count = people or drawn
    canvas = Canvas(_ground(rng, side), np.full((side, side), -1))
    _bars(canvas, rng, int(rng.integers(0, 7)), -1)
    heights = rng.uniform(46 / 96, 80 / 96, count) * side
    order = rng.permutation(count)
    joints, bodies = np.zeros((count, 14, 2)), []
    for k in range(count):
        body = draw_body(rng, facing).turned(turned)
        tall, low = body.joints[HEAD, 1] - body.head, body.joints[:, 1].max()
        slot = (order[k] + rng.uniform(0.25, 0.75)) / count
        x = side * (0.5 + 0.8 * (slot - 0.5))
        room = side - heights[k] * (low - tall)
        y = room * rng.uniform(0.1, 0.9) - heights[k] * tall
        joints[k] = draw_person(canvas, body, np.array([x, y]), heights[k], k)
        bodies.append(body)
    in_front = rng.random() < 0.4 if covered is None else covered
    _bars(canvas, rng, int(rng.integers(1, 3)) if in_front else 0, -2)
    pixels = np.clip(canvas.pixels, 0, 1).astype(np.float32)
    areas = np.array([(canvas.owner == k).sum() for k in range(count)])
    return People(pixels, joints, _flags(joints, canvas.owner), heights, areas, tuple(bodies))


def _flags(joints: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """2 seen, 1 where the pixel belongs to another person or to a bar in front, 0 outside."""
    h, w = owner.shape
    cells = np.rint(joints).astype(int)
    inside = ((cells >= 0) & (cells < (w, h))).all(axis=-1)
    here = owner[cells[..., 1].clip(0, h - 1), cells[..., 0].clip(0, w - 1)]
    whose = np.arange(len(joints))[:, None]
    mine = (here == whose) | (here == -1)  # the edge of a thin wrist may show the ground
    return np.where(inside, np.where(mine, 2, 1), 0)


def _ground(rng: np.random.Generator, side: int) -> np.ndarray:
    """Two octaves of smooth colour noise round a random colour, float64 (side, side, 3)."""
    ground = rng.uniform(0.2, 0.8, 3) + np.zeros((side, side, 3))
    for cells, strength in ((4, 0.13), (9, 0.08)):
        grid = rng.normal(0, strength, (cells, cells, 3))
        place = np.linspace(0, cells - 1, side)
        left = np.minimum(place.astype(int), cells - 2)
        t = place - left
        t = (t * t * (3 - 2 * t))[:, None]
        rows = grid[left] * (1 - t[..., None]) + grid[left + 1] * t[..., None]
        ground += rows[:, left] * (1 - t) + rows[:, left + 1] * t
    return ground


def _bars(canvas: Canvas, rng: np.random.Generator, count: int, owner: int) -> None:
    side = len(canvas.owner)
    for _ in range(count):
        middle, angle = rng.uniform(0, side, 2), rng.uniform(0, np.pi)
        half = rng.uniform(0.08, 0.35) * side * np.array([np.cos(angle), np.sin(angle)])
        width = rng.uniform(0.015, 0.045) * side
        ends = np.stack([middle - half, middle + half])
        canvas.capsule(ends, (width, width * rng.uniform(0.6, 1)), rng.uniform(0, 1, 3), owner)
