"""Predict first: which pairs, what a wrong link scores, and what the field cannot do."""

from dataclasses import replace

import numpy as np

from poolviz.numbers import number
from poolviz.pose.parser import match_links
from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _, clauses
from poolviz.wings.pose.affinity.arms import Run
from poolviz.wings.pose.affinity.scene import link_name, step_of

SQUARE = np.array([[0.9, 0.8], [0.8, 0.1]])
"""Scores over which greedy and optimal differ."""
LOUD = 0.4
"""Noise of the field that moves no joint."""


def pairs_question(run: Run) -> Question | None:
    """Which elbow has which wrist? None unless two of each were found, each somebody's."""
    if any(sorted(owner.tolist()) != [0, 1] for owner in run.owners):
        return None
    ways = (((0, 0), (1, 1)), ((0, 1), (1, 0)))
    right = next(way for way in ways if all(run.right(*pair) for pair in way))
    scores = clauses(
        f"{link_name(*pair)}: {number(round(float(run.links.score[pair]), 4))}"
        for way in ways for pair in way
    )  # fmt: skip
    why = _("Along an arm the arrows point its way; across, they point elsewhere. {scores}").format(
        scores=scores
    )
    offered = [Choice(clauses(link_name(*p) for p in way), way == right, why) for way in ways]
    offered.append(
        Choice(_("The maps cannot tell"), False, _("Heat maps alone cannot; the field can."))
    )
    return Question(_("Which pairs belong together?"), tuple(offered), step=1, stands=0)


def middle_question(run: Run) -> Question | None:
    """Misconception 3: the middle of a limb is enough. None where arms do not share it."""
    if pairs_question(run) is None:
        return None
    middles = run.truth.mean(axis=1)
    if not np.array_equal(middles[0], middles[1]):
        return None
    wrong = next(pair for pair in run.pairs if not run.right(*pair))
    own = next(pair for pair in run.pairs if run.right(*pair))
    of, score = (round(float(run.links.score[pair]), 4) for pair in (wrong, own))
    x, y = (number(float(c)) for c in middles[0])
    return Question(
        _("Both arms have their middle at ({x}, {y}). What does a wrong link score, {link}?")
        .format(x=x, y=y, link=link_name(*wrong)),
        choices((
            (of, _("{k} of {n} samples agree: those near its ends, inside an arm.").format(
                k=run.links.passing[wrong], n=run.samples)),
            (score, _("That is a right link's: the middle is the same, the direction is not.")),
            (0.0, _("Near its ends it runs inside the arms that meet it.")),
            (-of, _("Where it meets an arm, that arm's arrows point partly its way.")),
        )),
        step=step_of(run, wrong), stands=step_of(run, run.pairs[0]),
    )  # fmt: skip


def field_question(run: Run) -> Question:
    """Misconception 2: the field finds joints."""
    loud = replace(run, paf=LOUD)
    moved = sum(
        len(now) != len(was) or not np.array_equal(now, was)
        for now, was in zip(loud.parsed.peaks, run.parsed.peaks, strict=True)
    )
    why = _(
        "Peaks come from the heat maps, and the field only links them: its noise costs who is "
        "whose, never where a joint is. Without a peak there is no joint, whatever the field says."
    )
    return Question(
        _("Noise of {noise} comes to the field alone. What happens to the joints?").format(
            noise=number(LOUD)
        ),
        (
            Choice(_("None moves"), moved == 0, why),
            Choice(_("They move a little"), moved > 0, why),
            Choice(_("Some are no longer found as peaks"), False, why),
        ),
        example={"noise_paf": LOUD},
    )


def greedy_question() -> Question:
    """Misconception 4: greedy finds the best matching."""
    sums = {
        match: round(float(sum(SQUARE[pair] for pair in match_links(SQUARE, match=match))), 6)
        for match in ("greedy", "optimal")
    }
    greedy, best = sums["greedy"], sums["optimal"]
    (a, b), (c, d) = ([number(float(v)) for v in row] for row in SQUARE)
    offers = (
        (greedy, _("It takes {a} first, and {d} is what is left.").format(a=a, d=d)),
        (best, _("{b} + {c} is the best sum, which greedy misses.").format(b=b, c=c)),
        (float(SQUARE[0].sum()), _("A row has one elbow: it cannot have both wrists.")),
    )
    return Question(
        _(
            "Scores of two elbows with two wrists: {a} and {b}, {c} and {d}. Greedy takes the best "
            "pair, then the best that is left. What do its pairs add up to?"
        ).format(a=a, b=b, c=c, d=d),
        choices(offers),
    )


def perfect_question(run: Run) -> Question:
    """Misconception 5: perfect maps give perfect people."""
    close = replace(run, scene="parallel", distance=1, heat=0.0, paf=0.0)
    found = len(close.parsed.people)
    why = _(
        "Neighbouring joints of one kind are one peak, however perfect the map: {n} elbow, {m} "
        "wrist. What is one peak can be one person's alone."
    ).format(n=len(close.parsed.peaks[0]), m=len(close.parsed.peaks[1]))
    return Question(
        _("Two level arms, 1 cell apart, no noise at all. How many people are found?"),
        tuple(Choice(number(n), n == found, why) for n in range(3)),
        example={"scene": "parallel", "distance": 1, "noise_heat": 0.0, "noise_paf": 0.0},
    )
