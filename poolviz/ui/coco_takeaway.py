"""What a person takes away from an evaluation: the code, and everything as CSV and JSON."""

import json

import numpy as np
import streamlit as st

from poolviz.pose import (
    KeypointEvaluation,
    curves_csv,
    errors_csv,
    everything_json,
    shipped_annotations,
    stats_csv,
    verdicts_csv,
)
from poolviz.text import _
from poolviz.ui.coco_derived import SMALL, verdicts_of
from poolviz.ui.coco_settings import part_name
from poolviz.ui.download import offered
from poolviz.ui.programs import show_pose_programs
from poolviz.ui.share import State
from poolviz.ui.takeaway import downloads
from poolviz.wings.pose.coco_eval.scene import (
    ANNOTATIONS,
    RESULTS,
    Made,
    numpy_code,
    pycocotools_code,
)


def take_away(
    state: State,
    evaluation: KeypointEvaluation,
    gains: dict[str, np.ndarray] | None,
    made: Made | None,
) -> None:
    """Code, and everything as CSV and JSON; ``gains``: None if they were not asked for."""
    threshold, area = state["threshold"], state["area"]
    verdicts = verdicts_of(evaluation, threshold, area)
    given = state["factor"] != 1 or bool(made is None and state["own"][2].strip())

    def programs() -> dict[str, str]:
        short = numpy_code(evaluation, verdicts[:SMALL], threshold, area)
        codes = {"pycocotools": pycocotools_code(evaluation, given)}
        return codes | {"NumPy": short} if short and len(verdicts) <= SMALL else codes

    show_pose_programs("coco.code", programs)
    part = part_name(state)
    files = [
        (_("Ten numbers with names, CSV"), "coco-ten-numbers-named.csv",
         lambda: stats_csv(evaluation)),
        (_("Curves, CSV"), "coco-curves.csv", lambda: curves_csv(evaluation)),
        (_("Detections, CSV"), f"coco-detections-{part}.csv", lambda: verdicts_csv(verdicts)),
        (_("Everything, JSON"), f"coco-evaluation-{part}.json",
         lambda: everything_json(evaluation, verdicts, gains)),
    ]  # fmt: skip
    if gains is None:
        st.caption(_("The errors are among the files once they are computed, above."))
    else:
        counts, rises = evaluation.errors().counts, gains
        files.insert(3, (_("Errors, CSV"), "coco-errors.csv", lambda: errors_csv(counts, rises)))
    if made is not None:
        files += [
            (ANNOTATIONS, ANNOTATIONS, lambda: json.dumps(shipped_annotations())),
            (RESULTS, RESULTS, lambda: json.dumps(made.results())),
        ]
    downloads(evaluation.stats, "coco-ten-numbers", "coco.ten", what=_("Ten numbers"))
    with st.container(horizontal=True):
        for label, file, make in files:
            offered(label, make, file, f"coco.{file}")
