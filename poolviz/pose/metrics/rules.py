"""COCO's own choices: thresholds, recall points, area ranges, and the names of the ten numbers."""

import numpy as np

from poolviz.text import N_

THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALL_POINTS = np.linspace(0, 1, 101)
"""As COCO makes them: ten of these lie one unit in the last place above i/100, and it matters."""
AREAS = (N_("all"), N_("medium"), N_("large"))
AREA_RANGES = np.array([[0.0, 1e10], [32.0**2, 96.0**2], [96.0**2, 1e10]])
"""Pixels², both ends included. COCO has no range for small people."""
STATS = (
    *("AP", "AP50", "AP75", "AP_medium", "AP_large"),
    *("AR", "AR50", "AR75", "AR_medium", "AR_large"),
)
"""The names of the ten numbers in COCO's order."""

for _constant in (THRESHOLDS, RECALL_POINTS, AREA_RANGES):
    _constant.setflags(write=False)


def level(threshold: float) -> int:
    """The place of a threshold among ``THRESHOLDS``."""
    t = int(np.abs(THRESHOLDS - threshold).argmin())
    if not abs(THRESHOLDS[t] - threshold) < 1e-9:
        raise ValueError(f"threshold must be one of .50, .55 ... .95, got {threshold!r}")
    return t


def area_index(area: str) -> int:
    """The place of an area range among ``AREAS``."""
    if area not in AREAS:
        raise ValueError(f"area must be one of {', '.join(AREAS)}, got {area!r}")
    return AREAS.index(area)
