"""What a person takes away from an evaluation: the code, and everything as CSV and JSON."""

import json
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from poolviz.pose import (
    curves_csv,
    errors_csv,
    everything_json,
    shipped_annotations,
    stats_csv,
    verdicts_csv,
)
from poolviz.stage.part import File, Numbers, Part, Program
from poolviz.text import _
from poolviz.wings.pose.coco_eval.evaluating import SMALL, Setting, gains_of, verdicts_of
from poolviz.wings.pose.coco_eval.programs import (
    ANNOTATIONS,
    RESULTS,
    faster_code,
    numpy_code,
    pycocotools_code,
)


def code(setting: Setting, threshold: float, area: str) -> Program:
    """The ten numbers by others' programs, and the AP of one curve by NumPy."""
    title = _("The same in pycocotools and NumPy")
    return Program(title, {"": partial(_programs, setting, threshold, area)}, name="code")


def _programs(
    setting: Setting, threshold: float, area: str
) -> tuple[Mapping[str, str], Mapping[str, np.ndarray]]:
    evaluation, verdicts = setting.evaluation(), verdicts_of(setting, threshold, area)
    texts = {"faster-coco-eval": faster_code(evaluation)}
    if setting.use_area:
        texts = {"pycocotools": pycocotools_code(evaluation, not setting.usual)}
    short = numpy_code(evaluation, verdicts[:SMALL], threshold, area)
    if short and len(verdicts) <= SMALL:
        texts["NumPy"] = short
    return texts, {}


def files(
    setting: Setting, threshold: float, area: str, part: str, costs: bool
) -> tuple[Part, ...]:
    """The ten numbers, curves, verdicts and all in one; the errors where ``costs`` are computed.

    ``part`` is in the names of what is about some of the people.
    """

    def everything() -> str:
        verdicts = verdicts_of(setting, threshold, area)
        return everything_json(setting.evaluation(), verdicts, gains_of(setting) if costs else None)

    def errors() -> str:
        return errors_csv(setting.evaluation().errors().counts, gains_of(setting))

    offered: list[tuple[str, str, Callable[[], str]]] = [
        (_("Ten numbers with names, CSV"), "coco-ten-numbers-named.csv",
         lambda: stats_csv(setting.evaluation())),
        (_("Curves, CSV"), "coco-curves.csv", lambda: curves_csv(setting.evaluation())),
        (_("Detections, CSV"), f"coco-detections-{part}.csv",
         lambda: verdicts_csv(verdicts_of(setting, threshold, area))),
        (_("Everything, JSON"), f"coco-evaluation-{part}.json", everything),
    ]  # fmt: skip
    if costs:
        offered.insert(3, (_("Errors, CSV"), "coco-errors.csv", errors))
    made = setting.made
    if made is not None:
        offered += [
            (ANNOTATIONS, ANNOTATIONS, lambda: json.dumps(shipped_annotations())),
            (RESULTS, RESULTS, lambda: json.dumps(made.results())),
        ]
    numbers = Numbers(setting.evaluation().stats, _("Ten numbers"), name="coco-ten-numbers")
    return numbers, *(File(label, _encoded(make), name=name) for label, name, make in offered)


def _encoded(make: Callable[[], str]) -> Callable[[], bytes]:
    return lambda: make().encode()
