"""A body of tapered tubes, with a closed form for every place on it: nobody's licence is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.text import N_

FRONT = np.array([0.0, 0.0, 1.0])
CHARTS = 24


@dataclass(frozen=True, eq=False)
class Part:
    """A tube from ``start`` to ``end`` (3,), metres, y up and z to the front.

    ``charts``: the numbers of its back and its front half; or of one chart around the whole turn.
    ``radii`` are those of its two ends; ``kappa`` is the one of GPS by parts. The angle a of a
    place is 0 at the side axis x front, and runs over the front. On the front half U = a / pi, on
    the back U = a / pi - 1; around the whole turn U = a / (2 pi). V is the place along the axis.
    Tubes are open at the ends, so that they unroll without stretching.
    """

    name: str
    charts: tuple[int, ...]
    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radii: tuple[float, float]
    kappa: float

    @cached_property
    def length(self) -> float:
        """Along the axis."""
        return float(np.linalg.norm(np.subtract(self.end, self.start)))

    @cached_property
    def axes(self) -> np.ndarray:
        """Side, front and axis as rows, float64 (3, 3), unit length and at right angles."""
        along = np.subtract(self.end, self.start) / self.length
        front = FRONT - (FRONT @ along) * along
        if np.linalg.norm(front) < 1e-6:  # a foot points to the front: its front is its upper side
            front = np.array([0.0, 1.0, 0.0])
        front = front / np.linalg.norm(front)
        return np.stack([np.cross(along, front), front, along])

    def radius(self, v: np.ndarray) -> np.ndarray:
        """(1 - V) r0 + V r1."""
        return self.radii[0] + (self.radii[1] - self.radii[0]) * np.asarray(v, float)

    def angle(self, chart: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The angle in [0, 2 pi] of U on one of its charts."""
        if len(self.charts) == 1:
            return 2 * np.pi * np.asarray(u, float)
        return np.pi * (np.asarray(u, float) + (np.asarray(chart) == self.charts[0]))

    def chart_and_u(self, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The way back: the chart of each angle, int, and U on it."""
        turn = np.mod(angle, 2 * np.pi)
        if len(self.charts) == 1:
            return np.full(turn.shape, self.charts[0]), turn / (2 * np.pi)
        back = turn >= np.pi
        return np.where(back, *self.charts), turn / np.pi - back

    def place(self, chart: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """start + V (end - start) + r(V) (cos a side + sin a front), float64 (..., 3)."""
        a, v = self.angle(chart, u)[..., None], np.asarray(v, float)[..., None]
        side, front, along = self.axes
        around = np.cos(a) * side + np.sin(a) * front
        return np.asarray(
            np.asarray(self.start) + v * self.length * along + self.radius(v) * around
        )

    def geodesic(self, one: tuple[int, float, float], other: tuple[int, float, float]) -> float:
        """The way along the surface between two places (I, U, V) of this part, in metres.

        A tube unrolls into a plane, where it is a straight line: with D the shorter turn between
        the angles, s = (r1 - r0) / slant and dl the distance along the slant,
        g = sqrt(dl^2 + ra rb (2 sin(s D / 2) / s)^2); on a cylinder hypot(r D, dz). Where a very
        tapered tube would be left at its narrow end, the line goes over the cone beyond it.

        >>> trunk = Part("trunk", (1, 2), (0, 0, 0), (0, 1, 0), (0.15, 0.15), 0.255)
        >>> round(trunk.geodesic((2, 0.5, 0.5), (1, 0.5, 0.5)), 4)
        0.4712
        """
        (ia, ua, va), (ib, ub, vb) = one, other
        turn = abs(
            float(self.angle(np.array(ia), np.array(ua)) - self.angle(np.array(ib), np.array(ub)))
        )
        turn = min(turn, 2 * np.pi - turn)
        slant = float(np.hypot(self.length, self.radii[1] - self.radii[0]))
        s = (self.radii[1] - self.radii[0]) / slant
        across = turn * float(np.sinc(s * turn / (2 * np.pi)))
        ra, rb = float(self.radius(np.array(va))), float(self.radius(np.array(vb)))
        return float(np.sqrt((slant * (va - vb)) ** 2 + ra * rb * across**2))


def _sides(
    names: tuple[str, str],
    charts: tuple[tuple[int, ...], tuple[int, ...]],
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radii: tuple[float, float],
    kappa: float,
) -> tuple[Part, Part]:
    """Right and left: the places are the left one's, at x > 0, and the right one's mirrored."""
    mirrored = [(-x, y, z) for x, y, z in (start, end)]
    return (
        Part(names[0], charts[0], mirrored[0], mirrored[1], radii, kappa),
        Part(names[1], charts[1], start, end, radii, kappa),
    )


BODY: tuple[Part, ...] = (
    Part(N_("torso"), (1, 2), (0, 0.92, 0), (0, 1.46, 0), (0.14, 0.16), 0.351),
    *_sides((N_("right hand"), N_("left hand")), ((3,), (4,)),
            (0.44, 0.90, 0), (0.49, 0.74, 0), (0.035, 0.03), 0.107),
    *_sides((N_("right foot"), N_("left foot")), ((6,), (5,)),
            (0.13, 0.05, -0.06), (0.13, 0.05, 0.18), (0.05, 0.04), 0.126),
    *_sides((N_("right upper leg"), N_("left upper leg")), ((7, 9), (8, 10)),
            (0.09, 0.92, 0), (0.11, 0.50, 0), (0.085, 0.06), 0.237),
    *_sides((N_("right lower leg"), N_("left lower leg")), ((11, 13), (12, 14)),
            (0.11, 0.50, 0), (0.13, 0.09, 0), (0.06, 0.04), 0.173),
    *_sides((N_("right upper arm"), N_("left upper arm")), ((16, 18), (15, 17)),
            (0.20, 1.42, 0), (0.32, 1.16, 0), (0.05, 0.042), 0.142),
    *_sides((N_("right lower arm"), N_("left lower arm")), ((20, 22), (19, 21)),
            (0.32, 1.16, 0), (0.44, 0.90, 0), (0.042, 0.032), 0.128),
    Part(N_("head"), (23, 24), (0, 1.50, 0), (0, 1.74, 0), (0.075, 0.09), 0.150),
)  # fmt: skip
"""A standing adult; which half of a pair of charts is the front, and the head's cut, are ours."""
_BY_CHART: Mapping[int, Part] = {chart: part for part in BODY for chart in part.charts}


def chart_of(chart: int) -> Part:
    """The part that a chart 1 to 24 belongs to; ``ValueError`` for another number.

    >>> chart_of(15).name
    'left upper arm'
    """
    if chart not in _BY_CHART:
        raise ValueError(f"chart must be in [1, {CHARTS}], got {chart}")
    return _BY_CHART[chart]
