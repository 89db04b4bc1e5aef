"""COCO's matching in one image, comparison by comparison, as a person would do it with a pencil."""

from dataclasses import dataclass
from typing import Any, Literal

from poolviz.numbers import number
from poolviz.pose.metrics.rules import area_index, level
from poolviz.pose.metrics.verdicts import ImageMatching, readable_oks
from poolviz.text import N_, _

Outcome = Literal["taken", "stop", "below", "best", "matched", "ignored", "unmatched"]

_SENTENCES: dict[str, str] = {
    "taken": N_("Person {person} is taken already by result {other}."),
    "stop": N_("Person {person} does not count, and somebody who does is found: enough looked at."),
    "below": N_("OKS {oks} with person {person} does not reach {least}."),
    "best": N_("OKS {oks} with person {person} reaches {least}: the best so far."),
    "matched": N_("Result {record} is matched with person {person}: a true positive."),
    "ignored": N_("Result {record} is matched with person {person}, who does not count: ignored."),
    "unmatched": N_("Result {record} finds nobody."),
}


@dataclass(frozen=True)
class Step:
    """One comparison, or the decision that ends the turn of a detection."""

    detection: int
    """Row of the OKS matrix."""
    column: int
    """Column of the OKS matrix; -1 where a detection finds nobody."""
    outcome: Outcome
    record: int
    """Place of the detection in the results."""
    person: Any
    """Id of the annotation; None where a detection finds nobody."""
    oks: float
    least: float
    """What the OKS had to reach: the threshold, or the best so far."""
    other: int | None = None
    """The result that has taken the person."""

    @property
    def sentence(self) -> str:
        """What happens, with its numbers, in the reader's language."""
        return _(_SENTENCES[self.outcome]).format(
            record=self.record,
            person=self.person,
            oks=readable_oks(self.oks),
            least=number(self.least),
            other=self.other,
        )


def walk(view: ImageMatching, threshold: float = 0.5, area: str = "all") -> tuple[Step, ...]:
    """All comparisons in one image at one threshold and area range, in COCO's order.

    Detections by falling score; for each the people who count, then those who do not, in file
    order. The slow form of ``matching.match``, whose matches it ends in.

    Source: pycocotools 2.0.11, ``COCOeval.evaluateImg``.
    """
    a, least = area_index(area), min(float(threshold), 1 - 1e-10)
    level(threshold)
    out = view.people_ignored[a]
    order = sorted(range(len(view.people)), key=lambda g: bool(out[g]))
    steps: list[Step] = []
    taken: dict[int, int] = {}
    for d, record in enumerate(view.records.tolist()):
        best, chosen = least, -1
        for g in order:
            outcome: Outcome = "below" if view.oks[d, g] < best else "best"
            if g in taken and not view.crowd[g]:
                outcome = "taken"
            elif chosen >= 0 and not out[chosen] and out[g]:
                outcome = "stop"
            steps.append(_step(view, d, g, outcome, best, taken.get(g)))
            if outcome == "stop":
                break
            if outcome == "best":
                best, chosen = float(view.oks[d, g]), g
        if chosen >= 0:
            taken[chosen] = record
        end: Outcome = "unmatched" if chosen < 0 else "ignored" if out[chosen] else "matched"
        steps.append(_step(view, d, chosen, end, best))
    return tuple(steps)


def _step(
    view: ImageMatching, d: int, g: int, outcome: Outcome, least: float, other: int | None = None
) -> Step:
    person = view.people[g] if g >= 0 else None
    oks = float(view.oks[d, g]) if g >= 0 else float("nan")
    return Step(d, g, outcome, int(view.records[d]), person, oks, least, other)
