"""What follows from an evaluation: made when it is asked for, kept as long as the evaluation lives.

Of a large one, one at a time and with progress.
"""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from poolviz.figures.coco_eval import curve_chart, threshold_chart
from poolviz.pose import BEYOND, MENDABLE, KeypointEvaluation, Verdict
from poolviz.text import _, language
from poolviz.ui.coco_uploads import alone
from poolviz.wings.pose.coco_eval.scene import FACTORS, scaled

SMALL = 2000
"""Detections up to which errors and sigmas are computed without being asked."""
Progress = Callable[[float], None]
_derived: WeakKeyDictionary[KeypointEvaluation, dict[str, tuple[Any, Any]]] = WeakKeyDictionary()


def detections(evaluation: KeypointEvaluation) -> int:
    """How many the results have."""
    return sum(len(one.detections.record) for one in evaluation.by_category)


def under_factor(base: KeypointEvaluation, factor: float) -> KeypointEvaluation:
    """The same files with every sigma times ``factor``."""
    if factor == 1:
        return base
    found: KeypointEvaluation = _derive(
        base, "scaled", factor, _("Evaluating with other σ"),
        lambda progress: scaled(base, factor, progress),
    )  # fmt: skip
    return found


def charts_of(evaluation: KeypointEvaluation, t: int, a: int) -> tuple[Any, Any]:
    """Precision against recall, and AP against the threshold; drawn again for another choice."""
    found, key = _derived.setdefault(evaluation, {}), (language(), t, a)
    last = found.get("charts")
    if last is None or last[0] != key:
        charts = curve_chart(evaluation, t, a), threshold_chart(evaluation, t, a)
        last = found["charts"] = (key, charts)
    made: tuple[Any, Any] = last[1]
    return made


def verdicts_of(evaluation: KeypointEvaluation, threshold: float, area: str) -> tuple[Verdict, ...]:
    """Why each detection counts as it does."""
    found: tuple[Verdict, ...] = _derive(
        evaluation, "verdicts", (language(), threshold, area), _("Explaining every detection"),
        lambda progress: evaluation.explain(threshold, area),
    )  # fmt: skip
    return found


def gains_of(evaluation: KeypointEvaluation) -> dict[str, np.ndarray]:
    """What mending each kind of error brings, in each of the ten numbers."""
    kinds = (*MENDABLE, *BEYOND)

    def make(progress: Progress) -> dict[str, np.ndarray]:
        errors = evaluation.errors()
        return {
            kind: errors.gain(kind, _part(progress, i, len(kinds))) for i, kind in enumerate(kinds)
        }

    found: dict[str, np.ndarray] = _derive(
        evaluation, "gains", 0, _("Mending one kind of error after the other"), make
    )
    return found


def ap_by_factor(base: KeypointEvaluation) -> tuple[float, ...]:
    """AP with every sigma times each of ``FACTORS``."""

    def make(progress: Progress) -> tuple[float, ...]:
        return tuple(
            float(scaled(base, factor, _part(progress, i, len(FACTORS))).stats[0])
            for i, factor in enumerate(FACTORS)
        )

    found: tuple[float, ...] = _derive(
        base, "factors", 0, _("Evaluating with one σ after the other"), make
    )
    return found


def _part(progress: Progress, i: int, of: int) -> Progress:
    return lambda share: progress((i + share) / of)


def _derive(
    base: KeypointEvaluation, name: str, key: Any, what: str, make: Callable[[Progress], Any]
) -> Any:
    """What was last made from an evaluation under this name, if for the same key; else made."""
    found = _derived.setdefault(base, {})
    last = found.get(name)
    if last is None or last[0] != key:
        with alone(detections(base) > SMALL, what) as progress:
            last = found[name] = (key, make(progress))
    return last[1]
