"""The command line: ``python -m poolviz evaluate gt.json results.json [--json]``."""

import argparse
import json
import sys
from collections.abc import Sequence

from poolviz.pose import STATS, KeypointEvaluation, evaluate_keypoints
from poolviz.text import _

_MEANINGS = (
    *(".50:.95  all", ".50      all", ".75      all", ".50:.95  medium", ".50:.95  large"),
) * 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; 0, or 1 if the input is not valid, with the reason on stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m poolviz", description=_("poolviz on the command line")
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_evaluate(commands.add_parser("evaluate", help=_("COCO keypoint evaluation")))
    given = parser.parse_args(arguments)
    try:
        given.run(given)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.description = _(
        "The ten numbers of COCO's keypoint evaluation, as pycocotools has them."
    )
    parser.add_argument("ground_truth", help=_("COCO annotation file"))
    parser.add_argument("results", help=_("COCO results file"))
    parser.add_argument("--json", action="store_true", help=_("print JSON"))
    parser.add_argument(
        "--sigmas", help=_("sigmas of the keypoints with commas between; COCO's if left out")
    )
    parser.add_argument(
        "--max-dets",
        type=int,
        default=20,
        help=_("detections of an image that count, highest scores first (20)"),
    )
    parser.set_defaults(run=_evaluate)


def _evaluate(given: argparse.Namespace) -> None:
    evaluation = evaluate_keypoints(
        given.ground_truth,
        given.results,
        _sigmas(given.sigmas),
        given.max_dets,
        progress=_bar if sys.stderr.isatty() else None,
    )
    for note in evaluation.notes:
        print(note, file=sys.stderr)
    print(json.dumps(evaluation.as_dict(), indent=2) if given.json else _table(evaluation))


def _table(evaluation: KeypointEvaluation) -> str:
    lines = [f"{'':10} {_('OKS'):8} {_('area'):7}"]
    for name, meaning, value in zip(STATS, _MEANINGS, evaluation.stats, strict=True):
        shown = _("undefined: nobody counts here") if value == -1 else f"{value:.4f}"
        lines.append(f"{name:10} {meaning:16} {shown}")
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


def _bar(share: float) -> None:
    """Progress on one line of a terminal, which the result then follows."""
    end = "\r" if share < 1 else "\r\033[K"
    print(f"{share:4.0%}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
