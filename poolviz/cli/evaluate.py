"""``python -m poolviz evaluate gt.json results.json [--json]``."""

import argparse
import json
import sys

from poolviz.cli.terminal import positive, progress
from poolviz.pose import STATS, KeypointEvaluation, evaluate_keypoints
from poolviz.text import _

_MEANINGS = (
    (".50:.95", "all"),
    (".50", "all"),
    (".75", "all"),
    (".50:.95", "medium"),
    (".50:.95", "large"),
) * 2


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.description = _(
        "The ten numbers of COCO's keypoint evaluation, as pycocotools has them."
    )
    parser.epilog = _("Example: {example}").format(
        example="python -m poolviz evaluate person_keypoints_val2017.json results.json --json"
    )
    parser.add_argument("ground_truth", help=_("COCO annotation file"))
    parser.add_argument("results", help=_("COCO results file"))
    parser.add_argument("--json", action="store_true", help=_("print JSON"))
    parser.add_argument(
        "--sigmas", help=_("sigmas of the keypoints with commas between; COCO's if left out")
    )
    parser.add_argument(
        "--max-dets",
        type=positive,
        default=20,
        help=_("detections of an image that count, highest scores first (20)"),
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Evaluate, and print."""
    evaluation = evaluate_keypoints(
        given.ground_truth,
        given.results,
        _sigmas(given.sigmas),
        given.max_dets,
        progress=progress(),
    )
    for note in evaluation.notes:
        print(note, file=sys.stderr)
    print(json.dumps(evaluation.as_dict(), indent=2) if given.json else _table(evaluation))


def _table(evaluation: KeypointEvaluation) -> str:
    lines = [f"{'':10} {_('OKS'):8} {_('area'):7}"]
    for name, (threshold, area), value in zip(STATS, _MEANINGS, evaluation.stats, strict=True):
        shown = _("undefined: nobody counts here") if value == -1 else f"{value:.4f}"
        lines.append(f"{name:10} {threshold:8} {_(area):7} {shown}")
    return "\n".join(lines)


def _sigmas(text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(
            _("--sigmas must be numbers with commas between, got {text}.").format(text=text)
        ) from None
