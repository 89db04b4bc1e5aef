"""``python -m poolviz evaluate gt.json results.json [--json] [--crowd]``."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence

from poolviz.cli.terminal import positive, progress
from poolviz.pose import evaluate_keypoints
from poolviz.pose.skeletons import AP10K, COCO17, CROWDPOSE
from poolviz.text import _

_SETS = {"coco": COCO17, "crowdpose": CROWDPOSE, "ap10k": AP10K}
"""Whose sigmas can be asked for by name."""


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
        "--sigmas",
        help=_(
            "sigmas of the keypoints with commas between, or one of {names}; COCO's if left out"
        ).format(names=", ".join(_SETS)),
    )
    parser.add_argument(
        "--max-dets",
        type=positive,
        default=20,
        help=_("detections of an image that count, highest scores first (20)"),
    )
    parser.add_argument(
        "--box-area",
        action="store_true",
        help=_("OKS by 0.53 times width times height of the bbox, and not by the area"),
    )
    parser.add_argument(
        "--crowd",
        action="store_true",
        help=_("CrowdPose's nine numbers, by the crowdIndex of the images; with --box-area"),
    )
    parser.add_argument(
        "--crowd-splits",
        default="0.1,0.8",
        help=_("below which crowdIndex an image is easy, and from which it is hard (0.1,0.8)"),
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Evaluate, and print."""
    splits = _numbers("--crowd-splits", given.crowd_splits)
    if len(splits) != 2 or not 0 <= splits[0] <= splits[1] <= 1:
        raise ValueError(
            _("--crowd-splits must be two rising numbers from 0 to 1, got {text}.").format(
                text=given.crowd_splits
            )
        )
    evaluation = evaluate_keypoints(
        given.ground_truth,
        given.results,
        _sigmas(given.sigmas),
        given.max_dets,
        progress=progress(),
        use_area=not (given.box_area or given.crowd),
    )
    for note in evaluation.notes:
        print(note, file=sys.stderr)
    stats = evaluation.crowd_stats(splits) if given.crowd else evaluation.as_dict()
    print(json.dumps(stats, indent=2) if given.json else _table(stats))


def _table(stats: Mapping[str, float]) -> str:
    lines = [f"{'':10} {_('OKS'):8} {_('counted'):7}"]
    for name, value in stats.items():
        threshold = next((f".{t}" for t in ("50", "75") if name.endswith(t)), ".50:.95")
        among = name.partition("_")[2] or "all"
        shown = _("undefined: nobody counts here") if value == -1 else f"{value:.4f}"
        lines.append(f"{name:10} {threshold:8} {_(among):7} {shown}")
    return "\n".join(lines)


def _sigmas(text: str | None) -> Sequence[float] | None:
    if text is None:
        return None
    return _SETS[text].sigmas if text in _SETS else _numbers("--sigmas", text)


def _numbers(option: str, text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(
            _("{option} must be numbers with commas between, got {text}.").format(
                option=option, text=text
            )
        ) from None
