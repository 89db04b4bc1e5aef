"""CrowdPose's nine numbers: AP and AR of all images, and AP by how crowded an image is."""

from collections.abc import Sequence

import numpy as np

from poolviz.pose.metrics.curves import CategoryEvaluation, accumulate
from poolviz.pose.metrics.evaluated import Evaluated
from poolviz.pose.metrics.rules import STATS
from poolviz.text import N_, _

LEVELS = (N_("easy"), N_("medium"), N_("hard"))
CROWD_STATS = (
    *("AP", "AP50", "AP75", "AR", "AR50", "AR75"),
    *(f"AP_{level}" for level in LEVELS),
)
"""The names of the nine numbers in CrowdPose's order."""
SPLITS = (0.1, 0.8)


def crowd_stats(evaluation: Evaluated, splits: Sequence[float] = SPLITS) -> dict[str, float]:
    """``KeypointEvaluation.crowd_stats``."""
    easy_below, hard_from = (float(one) for one in splits)
    if not 0 <= easy_below <= hard_from <= 1:
        raise ValueError(f"splits must be two rising numbers in [0, 1], got {tuple(splits)!r}")
    index = evaluation.truth.crowding
    if np.isnan(index).any():
        image_id = evaluation.truth.image_ids[int(np.isnan(index).argmax())]
        raise ValueError(_("images (id {id}): has no crowdIndex from 0 to 1.").format(id=image_id))
    level = (index >= easy_below).astype(int) + (index >= hard_from)
    ten = evaluation.as_dict()
    nine = {name: ten[name] for name in CROWD_STATS if name in STATS[:3] + STATS[5:8]}
    for i, name in enumerate(LEVELS):
        nine[f"AP_{name}"] = _average_precision(evaluation.by_category, level == i)
    return nine


def _average_precision(categories: Sequence[CategoryEvaluation], among: np.ndarray) -> float:
    """AP over the images marked, bool (images,); -1 where nobody counts."""
    precision = []
    for one in categories:
        pairs = one.pairs
        d = among[pairs.image]
        g = among[one.category.people.image[pairs.people]]
        curve, _recall = accumulate(
            one.detections.score[pairs.order[d]],
            one.matched[d, :1] >= 0,
            one.ignored[d, :1],
            (~one.people_ignored[g, :1]).sum(axis=0),
        )
        precision.append(curve)
    cells = np.stack(precision)
    return float(cells[cells > -1].mean()) if (cells > -1).any() else -1.0
