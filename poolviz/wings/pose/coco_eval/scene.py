"""COCO's evaluation to look at: the ten numbers, the walk through one image, its verdicts."""

from collections.abc import Iterable

import numpy as np

from poolviz.pose import STATS, KeypointEvaluation, Verdict
from poolviz.pose.metrics.verdicts import ImageMatching
from poolviz.pose.metrics.walk import Step
from poolviz.stage.scene import Panel, Scene, Track
from poolviz.text import N_, _

LARGEST_MATRIX = 2000
"""Cells of an OKS matrix that is still played."""
MEANINGS = (
    N_("mean over ten thresholds, everybody"),
    N_("at OKS .50, everybody"),
    N_("at OKS .75, everybody"),
    N_("people of 32² to 96² px²"),
    N_("people over 96² px²"),
)


def stat_rows(evaluation: KeypointEvaluation) -> dict[str, list[str]]:
    """Name, meaning, value of the ten numbers."""
    return {
        _("name"): list(STATS),
        _("meaning"): [_(meaning) for meaning in MEANINGS * 2],
        _("value"): scores(evaluation.stats.tolist()),
    }


def scores(values: Iterable[float]) -> list[str]:
    """Numbers of an evaluation, of which −1 is none."""
    return [f"{v:.4f}" if v > -1 else _("−1: nobody counts here") for v in values]


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
