"""COCO keypoint evaluation: average precision and recall over OKS thresholds, to the last digit."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from poolviz.pose.coco.oddities import Oddities
from poolviz.pose.coco.reading import Sigmas, read_ground_truth, read_results
from poolviz.pose.coco.sources import Source
from poolviz.pose.metrics.evaluation import KeypointEvaluation
from poolviz.text import _


def evaluate_keypoints(
    ground_truth: Source,
    results: Source,
    sigmas: Sigmas = None,
    max_dets: int = 20,
    progress: Callable[[float], None] | None = None,
    *,
    use_area: bool = True,
) -> KeypointEvaluation:
    """AP = mean over t = .50:.05:.95 of the mean precision at 101 recall points; AR likewise.

    pycocotools' ``COCOeval(..., "keypoints")``, number for number, for any number of categories
    and keypoints, and for whatever it evaluates: any visibility above 0 counts as labelled, names
    and limbs do not matter, ``notes`` says what is odd. Except that a person with id 0 counts like
    any other, that no results give 0 instead of an error, that ``stats`` follows ``max_dets``, and
    that a number that is not finite or beyond 1e100 is refused: a NaN would match everybody.

    Args:
        ground_truth: a COCO annotation file: a dict, a path, or an open file.
        results: a COCO results file: a list of dicts, a path, or an open file.
        sigmas: K numbers, or a dict from category id to K numbers. None: COCO's, for 17 keypoints.
        max_dets: how many detections of an image and category count, highest scores first.
        progress: called with the share of the work that is done, rising to 1.
        use_area: s² is the area of the person; False: 0.53 times width times height of the bbox, as
            CrowdPose has it and other tools have it for people without a mask (xtcocotools). The
            ranges of area are those of the area, where there is one.

    Raises:
        RecordError: (a ``ValueError``) names the record that cannot be read, and what is allowed.
        OSError: a path that cannot be opened.

    Source: pycocotools 2.0.11, ``cocoeval.py``; Lin et al., Microsoft COCO, 2014.

    >>> person = {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "num_keypoints": 2}
    >>> person |= {"keypoints": [5, 5, 2, 9, 5, 2], "area": 10000, "bbox": [0, 0, 9, 9]}
    >>> truth = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": [person]}
    >>> found = [{"image_id": 1, "category_id": 1, "keypoints": [8, 1, 1, 12, 1, 1], "score": 0.9}]
    >>> evaluation = evaluate_keypoints(truth, found, sigmas=[0.026, 0.107])
    >>> round(evaluation.as_dict()["AP"], 12), evaluation.oks[1].round(4)
    (0.7, array([[0.8015]]))
    """
    if isinstance(max_dets, bool) or not isinstance(max_dets, (int, np.integer)) or max_dets < 1:
        raise ValueError(f"max_dets must be a whole number from 1, got {max_dets!r}")
    report = progress or (lambda share: None)
    truth = read_ground_truth(ground_truth, sigmas, use_area)
    report(0.1)
    tables, notes = read_results(results, truth)
    report(0.2)
    evaluation = KeypointEvaluation.of(
        truth,
        tables,
        int(max_dets),
        lambda share: report(0.2 + 0.8 * share),
    )
    passed = uncompared(evaluation)
    return replace(evaluation, notes=(*truth.notes, *notes, *passed))


def uncompared(evaluation: KeypointEvaluation) -> tuple[str, ...]:
    """Sentences on records that cannot be compared and need not be: nothing meets them.

    Raises:
        RecordError: the first that is compared; or that there is, if there are no results at all,
            which pycocotools does not evaluate.
    """
    oddities = Oddities()
    nothing = not any(len(one.detections.record) for one in evaluation.by_category)
    for one in evaluation.by_category:
        compared = (
            (one.category.people, one.pairs.people[one.pairs.person_of]),
            (one.detections, one.pairs.order[one.pairs.detection_of]),
        )
        for table, met in compared:
            rows = set(met.tolist()) if table.faults else set()
            for row in sorted(table.faults):
                if row in rows or nothing:
                    raise table.faults[row]
                oddities.add(
                    "uncompared",
                    _("{fault} As nothing is compared with it, it counts nevertheless.").format(
                        fault=table.faults[row]
                    ),
                )
    return oddities.sentences()


def with_sigmas(
    evaluation: KeypointEvaluation,
    sigmas: Sigmas,
    progress: Callable[[float], None] = lambda share: None,
) -> KeypointEvaluation:
    """The same files under other sigmas, without reading them again.

    ``sigmas``: K numbers, or a dict from category id to K numbers. ``progress`` as above.
    """
    categories = []
    for category in evaluation.truth.categories:
        given = sigmas.get(category.id) if isinstance(sigmas, Mapping) else sigmas
        values = category.sigmas if given is None else np.asarray(given, dtype=float)
        if values.shape != category.sigmas.shape or not np.all((values > 0) & (values < np.inf)):
            raise ValueError(f"sigmas must be {category.size} numbers above 0, got {given!r}")
        categories.append(replace(category, sigmas=values))
    truth = replace(evaluation.truth, categories=tuple(categories))
    tables = tuple(one.detections for one in evaluation.by_category)
    return KeypointEvaluation.of(truth, tables, evaluation.max_dets, progress, evaluation.notes)
