"""An evaluation as text: the ten numbers, the curves, errors and every verdict, in CSV and JSON."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from poolviz.pose.metrics.evaluation import KeypointEvaluation
from poolviz.pose.metrics.rules import AREAS, STATS
from poolviz.pose.metrics.verdicts import Verdict

FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""The last four are the full-width forms of the first four."""


def stats_csv(evaluation: KeypointEvaluation) -> str:
    """name, value: COCO's ten numbers with all their digits; -1 is undefined."""
    return csv_text(("name", "value"), evaluation.as_dict().items())


def curves_csv(evaluation: KeypointEvaluation) -> str:
    """category, area, threshold, recall, precision: one row a point of every curve."""
    curves = evaluation.precision_by_category
    return csv_text(
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
    return csv_text((*names, "why"), ((*_verdict(v).values(), v.why) for v in verdicts))


def errors_csv(counts: Mapping[str, int], gains: Mapping[str, Any]) -> str:
    """kind, keypoints, ap_gain: how often each kind of error is met, what mending it brings."""
    return csv_text(
        ("kind", "keypoints", "ap_gain"),
        ((kind, counts.get(kind, ""), float(rise[0])) for kind, rise in gains.items()),
    )


def everything_json(
    evaluation: KeypointEvaluation,
    verdicts: Sequence[Verdict] = (),
    gains: Mapping[str, Any] | None = None,
) -> str:
    """Numbers, curves, OKS matrices and verdicts; with ``gains`` (``KeypointErrors.gains``) the
    errors too. Undefined OKS is null."""
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
            "errors": None if gains is None else _errors(evaluation, gains),
            "notes": list(evaluation.notes),
        },
        ensure_ascii=False,
        default=str,
    )


def _errors(evaluation: KeypointEvaluation, gains: Mapping[str, Any]) -> dict[str, Any]:
    rises = {kind: dict(zip(STATS, rise.tolist(), strict=True)) for kind, rise in gains.items()}
    return {"keypoints": evaluation.errors().counts, "gains": rises}


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


def csv_text(header: Sequence[str], rows: Iterable[Iterable]) -> str:
    """Rows as CSV that is safe to open in a spreadsheet: text that would be a formula is no longer.

    Numbers keep all their digits and their sign; see ``no_formula`` for text.

    >>> csv_text(("name", "x"), [("=1+1", -0.5)])
    "name,x\\r\\n'=1+1,-0.5\\r\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([no_formula(cell) for cell in row] for row in rows)
    return out.getvalue()


def no_formula(cell: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe in front; all else stays as it is.

    It would run text that begins with =, +, -, @, their full-width forms, a tab, a carriage return
    or a line feed (OWASP, "CSV Injection").

    >>> no_formula("@SUM(A1)"), no_formula("left wrist"), no_formula(-3)
    ("'@SUM(A1)", 'left wrist', -3)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
