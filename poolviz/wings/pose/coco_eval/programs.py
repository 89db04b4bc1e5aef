"""An evaluation as programs: COCO's own, and the heart of it in NumPy alone."""

from poolviz.pose import AREAS, KeypointEvaluation, Verdict

ANNOTATIONS, RESULTS = "coco-annotations.json", "coco-results.json"
"""The files that the code reads, as the page names them."""
PYCOCOTOOLS = """import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

truth = COCO("{annotations}")
run = COCOeval(truth, truth.loadRes("{results}"), "keypoints")
{sigmas}run.evaluate()
run.accumulate()
run.summarize()
print(run.stats)
"""

FASTER = """from faster_coco_eval import COCO, COCOeval_faster

truth = COCO("{annotations}")
run = COCOeval_faster(
    truth, truth.loadRes("{results}"), "keypoints",
    kpt_oks_sigmas={sigmas}, use_area=False,
)
run.evaluate()
run.accumulate()
run.summarize()
print(run.stats)
"""
NUMPY = """import numpy as np

# Detections that count at OKS {threshold:.2f}, area “{area}”, by falling score: 1 true, 0 false.
tp = np.array({tp}, dtype=float)
people = {people}  # who count

recall = np.cumsum(tp) / people
precision = np.cumsum(tp) / np.arange(1, len(tp) + 1)
precision = np.maximum.accumulate(precision[::-1])[::-1]  # never rises to the right
at = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
ap = np.append(precision, 0)[at].mean()
print(ap)
"""


def pycocotools_code(evaluation: KeypointEvaluation, given: bool) -> str:
    """The ten numbers by pycocotools; ``given``: the sigmas are not COCO's own."""
    sigmas = evaluation.truth.categories[0].sigmas.tolist()
    line = f"run.params.kpt_oks_sigmas = np.array({sigmas!r})\n" if given else ""
    return PYCOCOTOOLS.format(annotations=ANNOTATIONS, results=RESULTS, sigmas=line)


def faster_code(evaluation: KeypointEvaluation) -> str:
    """The ten numbers with the box in place of the area, which pycocotools does not know."""
    sigmas = evaluation.truth.categories[0].sigmas.tolist()
    return FASTER.format(annotations=ANNOTATIONS, results=RESULTS, sigmas=sigmas)


def numpy_code(
    evaluation: KeypointEvaluation, verdicts: tuple[Verdict, ...], threshold: float, area: str
) -> str | None:
    """AP of the first category at one threshold, by NumPy; None where it is undefined."""
    one = evaluation.by_category[0]
    people = int((~one.people_ignored[:, AREAS.index(area)]).sum())
    if not people:
        return None
    place = {image_id: i for i, image_id in enumerate(evaluation.truth.image_ids)}
    counted = [
        v for v in verdicts if v.verdict != "ignored" and v.reason != "beyond"
        and v.category_id == one.category.id
    ]  # fmt: skip
    counted.sort(key=lambda v: (-v.score, place[v.image_id], v.rank))
    tp = [int(v.verdict == "TP") for v in counted]
    return NUMPY.format(threshold=threshold, area=area, tp=tp, people=people)
