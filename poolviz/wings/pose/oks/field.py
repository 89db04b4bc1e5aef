"""OKS over the places of one joint."""

import numpy as np

from poolviz.pose import oks_map
from poolviz.stage.cache import kept
from poolviz.wings.pose.oks.posing import Posing

MAP_SIDE = 61


def map_extent(posing: Posing, joint: int) -> tuple[np.ndarray, np.ndarray]:
    """The places x and y that the map shows: around the truth, the detected joint included."""
    centre = posing.person.points[joint]
    away = float(np.abs(posing.pred[joint] - centre).max())
    half = max(1.9 * float(posing.reach[joint]) if posing.factor else 0, 1.15 * away, 2.0)
    if not posing.factor:
        half = max(half, posing.scale)
    return tuple(np.linspace(c - half, c + half, MAP_SIDE) for c in centre)  # type: ignore[return-value]


@kept
def oks_field(posing: Posing, joint: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, y and OKS (y, x) with the joint at each place, everything else as it is."""
    x, y = map_extent(posing, joint)
    person = posing.person
    field = oks_map(
        posing.pred, person.points, posing.area, posing.effective, posing.visibility, joint, x, y,
        person.bbox,
    )  # fmt: skip
    return x, y, field
