"""An evaluation as text: the ten numbers, the curves and every verdict, in CSV and JSON."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from poolviz.pose.evaluation import AREAS, KeypointEvaluation
from poolviz.pose.verdicts import Verdict


def stats_csv(evaluation: KeypointEvaluation) -> str:
    """name, value: COCO's ten numbers with all their digits; -1 is undefined."""
    return _csv(("name", "value"), evaluation.as_dict().items())


def curves_csv(evaluation: KeypointEvaluation) -> str:
    """category, area, threshold, recall, precision: one row a point of every curve."""
    curves = evaluation.precision_by_category
    return _csv(
        ("category_id", "area", "threshold", "recall", "precision"),
        (
            (one.category.id, area, round(t, 2), round(r, 2), float(curves[i, j, c, a]))
            for c, one in enumerate(evaluation.by_category)
            for a, area in enumerate(AREAS)
            for i, t in enumerate(evaluation.thresholds.tolist())
            for j, r in enumerate(evaluation.recall_points.tolist())
        ),
    )


def verdicts_csv(verdicts: Sequence[Verdict]) -> str:
    """One row a detection: what it counts as, and why."""
    names = ("result", "image_id", "category_id", "score", "verdict", "reason", "oks", "person")
    return _csv((*names, "why"), ((*_verdict(v).values(), v.why) for v in verdicts))


def everything_json(evaluation: KeypointEvaluation, verdicts: Sequence[Verdict] = ()) -> str:
    """Numbers, curves, OKS matrices and verdicts. Undefined OKS is null."""
    return json.dumps(
        {
            "stats": evaluation.as_dict(),
            "max_dets": evaluation.max_dets,
            "thresholds": evaluation.thresholds.tolist(),
            "recall_points": evaluation.recall_points.tolist(),
            "areas": list(AREAS),
            "categories": [one.category.id for one in evaluation.by_category],
            "precision": evaluation.precision_by_category.tolist(),
            "recall": evaluation.recall_by_category.tolist(),
            "oks": [
                {"image_id": image_id, "category_id": category_id, "oks": matrix.tolist()}
                for (image_id, category_id), matrix in evaluation.oks.items()
            ],
            "detections": [_verdict(v) | {"why": v.why} for v in verdicts],
            "notes": list(evaluation.notes),
        },
        ensure_ascii=False,
        default=str,
    )


def _verdict(v: Verdict) -> dict[str, Any]:
    return {
        "result": v.record,
        "image_id": v.image_id,
        "category_id": v.category_id,
        "score": v.score,
        "verdict": v.verdict,
        "reason": v.reason,
        "oks": None if v.oks != v.oks else v.oks,
        "person": v.person,
    }


def _csv(header: Sequence[str], rows: Iterable[Iterable]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
