"""COCO's evaluation to look at: made pairs, the walk through one image, questions, code."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.pose import (
    AREAS,
    STATS,
    KeypointEvaluation,
    RecordError,
    Verdict,
    evaluate_keypoints,
    made_results,
    read_ground_truth,
    shipped_annotations,
    with_sigmas,
)
from poolviz.pose.verdicts import ImageMatching
from poolviz.pose.walk import Step
from poolviz.stage.question import Choice, Due, Question
from poolviz.stage.scene import Panel, Scene, Track
from poolviz.text import N_, _

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_MATRIX = 2000
"""Cells of an OKS matrix that is still played."""
FACTORS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
MEANINGS = (
    N_("mean over ten thresholds, everybody"),
    N_("at OKS .50, everybody"),
    N_("at OKS .75, everybody"),
    N_("people of 32² to 96² px²"),
    N_("people over 96² px²"),
)


@dataclass(frozen=True)
class Made:
    """How the results of the shipped pair are made (see ``pose.made_results``)."""

    noise: float = 1.0
    seed: int = 0
    inverted: float = 0.1
    missed: float = 0.1
    background: int = 1

    def results(self) -> list[dict[str, Any]]:
        """The results file."""
        truth = read_ground_truth(shipped_annotations())
        return made_results(
            truth, self.noise, self.seed, self.inverted, self.missed, self.background
        )


@lru_cache(maxsize=64)
def made_evaluation(made: Made) -> KeypointEvaluation:
    """The shipped annotations against these results."""
    return evaluate_keypoints(shipped_annotations(), made.results())


def read_pair(
    truth: bytes, results: bytes, sigmas: str = "", progress: Any = None
) -> KeypointEvaluation:
    """The evaluation of two uploaded files, at most 20 MB each.

    Raises:
        RecordError: one sentence that names the record, and what is wrong with it.
    """
    for name, content in ((_("Annotations"), truth), (_("Results"), results)):
        if len(content) > LARGEST_FILE:
            raise RecordError(name, _("the file is over 20 MB."))
    try:
        given = [float(part) for part in sigmas.split(",")] if sigmas.strip() else None
    except ValueError:
        raise RecordError("", _("The sigmas must be numbers with commas between.")) from None
    try:
        return evaluate_keypoints(BytesIO(truth), BytesIO(results), given, progress=progress)
    except RecordError:
        raise
    except ValueError as error:
        raise RecordError("", str(error)) from None
    except MemoryError:
        raise RecordError("", _("There is not enough memory for these files.")) from None


def scaled(
    evaluation: KeypointEvaluation,
    factor: float,
    progress: Callable[[float], None] = lambda share: None,
) -> KeypointEvaluation:
    """The same files with every sigma times ``factor``."""
    if factor == 1:
        return evaluation
    sigmas = {c.id: factor * c.sigmas for c in evaluation.truth.categories}
    return with_sigmas(evaluation, sigmas, progress)


def stat_rows(evaluation: KeypointEvaluation) -> dict[str, list[str]]:
    """Name, meaning, value of the ten numbers."""
    values = evaluation.stats.tolist()
    return {
        _("name"): list(STATS),
        _("meaning"): [_(meaning) for meaning in MEANINGS * 2],
        _("value"): [f"{v:.4f}" if v > -1 else _("−1: nobody counts here") for v in values],
    }


def ap_latex(evaluation: KeypointEvaluation) -> str:
    """AP as the mean over the thresholds, with the numbers in."""
    parts = evaluation.ap_by_threshold[:, 0].tolist()
    terms = [f"{v:.3f}" for v in parts]
    lines = r" \\ &\quad + ".join(" + ".join(terms[i : i + 4]) for i in (0, 4, 8))
    return (
        r"\begin{aligned}\mathrm{AP} &= \tfrac{1}{10}\sum_{t=.50}^{.95}"
        r"\tfrac{1}{101}\sum_{r=0}^{1} p_t(r)\\ &= \tfrac{1}{10}("
        rf"{lines})\\ &= {evaluation.stats[0]:.4f}\end{{aligned}}"
    )


def ap_lines(evaluation: KeypointEvaluation) -> tuple[str, str]:
    """The same on two lines of their own, for a sheet of paper."""
    terms = " + ".join(f"{v:.3f}" for v in evaluation.ap_by_threshold[:, 0].tolist())
    return (
        r"\mathrm{AP} = \frac{1}{10}\sum_{t=.50}^{.95}\frac{1}{101}\sum_{r=0}^{1} p_t(r)",
        rf"= \frac{{1}}{{10}}({terms}) = {evaluation.stats[0]:.4f}",
    )


def walk_scene(view: ImageMatching, steps: tuple[Step, ...]) -> Scene | None:
    """The OKS matrix, detections by people, comparison by comparison; None without cells."""
    d, g = view.oks.shape
    if not 0 < d * g <= LARGEST_MATRIX:
        return None
    rows = tuple(
        _("result {record}, score {score}").format(record=r, score=f"{s:.2f}")
        for r, s in zip(view.records.tolist(), view.scores.tolist(), strict=True)
    )
    cols = tuple(_("person {person}").format(person=p) for p in view.people)
    lit = np.full((len(steps), g), -1)
    chosen, written = np.full(len(steps), -1), np.full(len(steps), -1)
    for s, step in enumerate(steps):
        if step.column < 0:
            lit[s] = step.detection * g + np.arange(g)
            continue
        cell = step.detection * g + step.column
        lit[s, 0] = cell
        if step.outcome in ("best", "matched", "ignored"):
            chosen[s] = cell
        if step.outcome in ("matched", "ignored"):
            written[s] = cell
    shown = np.round(view.oks, 4)
    matrix = Panel("oks", _("OKS"), shown, 0.0, 1.0, row_labels=rows, col_labels=cols)
    matched = Panel(
        "matched", _("Matched"), shown, 0.0, 1.0, shown="written",
        row_labels=rows, col_labels=cols,
    )  # fmt: skip
    return Scene(
        _("Matching in image {image}").format(image=view.image_id),
        (matrix, matched),
        (Track("oks", cells=lit, chosen=chosen, mark="up"), Track("matched", written=written)),
        tuple(step.sentence for step in steps),
        "select",
    )


def verdict_columns(verdicts: tuple[Verdict, ...]) -> dict[str, list[object]]:
    """A table: what each detection counts as, and why."""
    return {
        _("result"): [v.record for v in verdicts],
        _("score"): [f"{v.score:.3f}" for v in verdicts],
        _("counts as"): [_("ignored") if v.verdict == "ignored" else v.verdict for v in verdicts],
        _("why"): [v.why for v in verdicts],
    }


@lru_cache(maxsize=128)
def _with_wrong_pose(made: Made, score: float) -> float:
    """AP with one more detection, of a wrong pose, at this score."""
    annotations, results = shipped_annotations(), made.results()
    wrong = dict(results[0] if results else {"image_id": annotations["images"][0]["id"],
                 "category_id": 1})  # fmt: skip
    wrong |= {"keypoints": [0.0, 0.0, 1] * 17, "score": score}
    return float(evaluate_keypoints(annotations, [*results, wrong]).stats[0])


@lru_cache(maxsize=64)
def _without_medium(made: Made) -> float:
    """AP_medium where nobody is of medium size."""
    annotations = shipped_annotations()
    kept = [a for a in annotations["annotations"] if not 32**2 <= a["area"] <= 96**2]
    stats = evaluate_keypoints({**annotations, "annotations": kept}, made.results()).stats
    return float(stats[3])


def eval_questions(made: Made) -> Due:
    """Predict first: a wrong pose that is sure of itself, one that is not, and the −1."""
    return Due(lambda at: _nobody(made) if at == 2 else _one_more(made, at), 3)


def _one_more(made: Made, at: int) -> Question:
    """What a detection with a wrong pose does to AP: the first question, and the second."""
    now = float(made_evaluation(made).stats[0])
    after = _with_wrong_pose(made, (2.0, -1.0)[at])
    score, why, unmoved = (
        (
            _("the highest score of all"),
            _("It comes first: from then on every precision carries one false positive."),
            _("One pose of many, but its score decides how many precisions it spoils."),
        ),
        (
            _("the lowest score of all"),
            _("It comes last: no precision before it changes, and no recall is won after it."),
            _("Only what stands before a true positive spoils its precision."),
        ),
    )[at]
    change = 0 if abs(after - now) < 5e-4 else 1 if after > now else -1
    why = _("{why} AP is {after} then.").format(why=why, after=f"{after:.3f}")
    choices = (
        (1, _("rises"), _("More detections do not help unless they find somebody.")),
        (0, _("stays"), unmoved),
        (-1, _("falls"), unmoved),
    )
    return Question(
        _("AP is {now}. One more detection with a wrong pose gets {score}. AP …").format(
            now=f"{now:.3f}", score=score
        ),
        tuple(Choice(t, sign == change, why if sign == change else w) for sign, t, w in choices),
    )


def _nobody(made: Made) -> Question:
    right = number(_without_medium(made))
    return Question(
        _("A file has nobody between 32² and 96² px². What is its AP_medium?"),
        tuple(
            Choice(label, label == right, why)
            for label, why in (
                ("0", _("0 would say that people of this size are there and none is found.")),
                ("1", _("1 would say that all people of this size are found.")),
                (number(-1.0), _("Nobody to find: recall is 0/0, and COCO writes −1.")),
            )
        ),
    )


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
