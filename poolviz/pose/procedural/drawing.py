"""How a procedural person is drawn: tapered capsules from back to front, and a head with a face."""

from dataclasses import dataclass

import numpy as np

from poolviz.pose.procedural.body import HEAD, NECK, Body

FACE = np.cos(np.deg2rad(70))
"""A pixel of the head whose normal lies within 70 degrees of the gaze is skin, else hair."""

EYES = np.deg2rad(24), np.cos(np.deg2rad(15))


@dataclass
class Canvas:
    """A picture in the making: RGB float64 (H, W, 3), and to whom each pixel belongs, -1 nobody.

    An owner of -2 is a thing in front of everybody.
    """

    pixels: np.ndarray
    owner: np.ndarray

    def capsule(
        self,
        ends: np.ndarray,
        radii: tuple[float, float],
        colour: np.ndarray,
        owner: int,
        stripe: float = 0.0,
    ) -> None:
        """All pixels within a radius of a segment, the radius changing evenly along it.

        Antialiased over one pixel, darker towards the rim; ``stripe`` > 0 darkens every other band
        of that many pixels along the segment.
        """
        a, b = ends
        reach = max(radii) + 1
        x0, y0 = np.floor(np.minimum(a, b) - reach).astype(int)
        x1, y1 = np.ceil(np.maximum(a, b) + reach).astype(int) + 1
        h, w = self.owner.shape
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, w), min(y1, h)
        if x0 >= x1 or y0 >= y1:
            return
        dx = np.arange(x0, x1) - a[0]
        dy = (np.arange(y0, y1) - a[1])[:, None]
        u = b - a
        long = max(float(u @ u), 1e-9)
        along = np.clip((dx * u[0] + dy * u[1]) / long, 0.0, 1.0)
        distance = np.hypot(dx - along * u[0], dy - along * u[1])
        radius = radii[0] + (radii[1] - radii[0]) * along
        cover = np.clip(radius - distance + 0.5, 0.0, 1.0)
        shade = 1.0 - 0.4 * np.minimum(distance / radius, 1.0) ** 2
        if stripe > 0:
            shade = shade * np.where((along * np.sqrt(long) / stripe).astype(int) % 2, 0.6, 1.0)
        self._lay(slice(y0, y1), slice(x0, x1), cover, shade[..., None] * colour, owner)

    def head(self, centre: np.ndarray, radius: float, body: Body, owner: int) -> None:
        """A ball: face where it looks at, hair elsewhere, and two dark eyes in the face."""
        x0, y0 = np.floor(centre - radius - 1).astype(int)
        x1, y1 = np.ceil(centre + radius + 1).astype(int) + 1
        h, w = self.owner.shape
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, w), min(y1, h)
        if x0 >= x1 or y0 >= y1:
            return
        nx = (np.arange(x0, x1) - centre[0]) / radius + np.zeros((y1 - y0, 1))
        ny = (np.arange(y0, y1) - centre[1])[:, None] / radius + np.zeros((1, x1 - x0))
        out = np.hypot(nx, ny)
        nz = np.sqrt(np.maximum(1 - out**2, 0.0))
        look = np.sin(body.gaze), np.cos(body.gaze)
        face = nx * look[0] + nz * look[1] >= FACE
        colour = np.where(face[..., None], body.colours["skin"], body.colours["hair"])
        aside, cap = EYES
        for turn in (-aside, aside):
            at = np.sin(body.gaze + turn) * 0.98, -0.2, np.cos(body.gaze + turn) * 0.98
            colour = np.where(
                (nx * at[0] + ny * at[1] + nz * at[2] >= cap)[..., None], 0.05, colour
            )
        cover = np.clip((1 - out) * radius + 0.5, 0.0, 1.0)
        shade = (1.0 - 0.4 * np.minimum(out, 1.0) ** 2)[..., None]
        self._lay(slice(y0, y1), slice(x0, x1), cover, shade * colour, owner)

    def _lay(
        self, rows: slice, columns: slice, cover: np.ndarray, colour: np.ndarray, owner: int
    ) -> None:
        here = self.pixels[rows, columns]
        here += cover[..., None] * (colour - here)
        self.owner[rows, columns][cover > 0.5] = owner


def draw_person(
    canvas: Canvas, body: Body, pelvis: np.ndarray, height: float, owner: int
) -> np.ndarray:
    """Draw a body of that height in pixels; its joints in the picture, float64 (14, 2)."""
    at = pelvis + height * body.joints[:, :2]
    deep = body.joints[:, 2]
    unit = height / 100.0
    stripe = 4.5 * unit if body.striped else 0.0
    c = body.colours
    pelvis_deep = float(deep[[6, 7]].mean())
    parts = [(float(deep[NECK]) / 2 + pelvis_deep / 2, "torso", 0, 0)]
    for side in (0, 1):
        for name, a, b in (
            ("arm", 0, 2),
            ("forearm", 2, 4),
            ("thigh", 6, 8),
            ("shin", 8, 10),
        ):
            i, j = a + side, b + side
            parts.append((float(deep[i] + deep[j]) / 2, name, i, j))
    parts.append((float(deep[HEAD]) + 0.02, "head", 0, 0))
    radii = {"arm": (3.0, 2.4), "forearm": (2.4, 1.8), "thigh": (4.2, 3.2), "shin": (3.2, 2.2)}
    for _, name, i, j in sorted(parts, key=lambda part: part[0]):
        if name == "torso":
            _torso(canvas, at, unit, c, owner, stripe)
        elif name == "head":
            neck = np.stack([at[NECK], at[HEAD]])
            canvas.capsule(neck, (2.2 * unit, 2.2 * unit), c["skin"], owner)
            canvas.head(at[HEAD], body.head * height, body, owner)
        else:
            big, small = radii[name]
            banded = stripe if name in ("arm", "forearm") and c[name] is c["shirt"] else 0.0
            canvas.capsule(at[[i, j]], (big * unit, small * unit), c[name], owner, banded)
    return at


def _torso(
    canvas: Canvas,
    at: np.ndarray,
    unit: float,
    colours: dict[str, np.ndarray],
    owner: int,
    stripe: float,
) -> None:
    """Hips, then a trunk of three capsules from the shoulders down."""
    hips = at[[6, 7]]
    canvas.capsule(hips, (4.6 * unit, 4.6 * unit), colours["trousers"], owner)
    waist = hips.mean(axis=0) - np.array([0, 3 * unit])
    for top, bottom in ((0, 6), (1, 7)):
        ends = np.stack([0.85 * at[top] + 0.15 * at[NECK], 0.8 * at[bottom] + 0.2 * waist])
        ends[1, 1] -= 3 * unit
        canvas.capsule(ends, (4.4 * unit, 4.2 * unit), colours["shirt"], owner, stripe)
    middle = np.stack([at[NECK] + (0, 4 * unit), waist])
    canvas.capsule(middle, (5.6 * unit, 5.0 * unit), colours["shirt"], owner, stripe)
