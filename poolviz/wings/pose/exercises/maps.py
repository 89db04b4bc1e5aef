"""Joints first: how many peaks two joints leave, and what a greedy parser's pairs add up to."""

import numpy as np

from poolviz.exercises import Draw, Exercise, Unsuited
from poolviz.exercises.exercise import pick_number
from poolviz.numbers import number
from poolviz.pose.maps import heat_maps
from poolviz.pose.parser import find_peaks, match_links
from poolviz.text import _


def merged_peaks(m: Draw) -> Exercise:
    """How many cells are higher than both neighbours?"""
    rng = m.rng(51)
    apart, sigma, heat = 4, 2, "sum"
    if m.seed:
        apart, sigma = int(rng.integers(2, 9)), int(rng.integers(1, 4))
        heat = ("max", "sum")[int(rng.integers(2))]
    first, length = 8, 24
    joints = [[[float(x), 0.0]] for x in (first, first + apart)]
    h = heat_maps(joints, np.ones((2, 1)), (1, length), sigma, "max" if heat == "max" else "sum")
    found = len(find_peaks(h, 0.1, "strict")[0])
    rule = _("the sum of both blobs, clipped to 1")
    told = _("The map falls between the joints: each of them is a peak.")
    if heat == "max":
        rule = _("the larger of both blobs")
    elif not found:
        told = _("Beside a joint both add up to more than 1, and clipped they are a plateau.")
    text = _(
        "Two wrists lie {d} cells apart on a row of a heat map, σ = {sigma} cells. The map is "
        "{rule}. How many cells are higher than both of their neighbours?"
    ).format(d=apart, sigma=sigma, rule=rule)
    why = {
        0: _("Only a plateau has no such cell, and here the joints stand out."),
        1: _("Two blobs add up to one top only where their sum is not clipped."),
        2: _("Two joints are two peaks only where the map falls between them."),
    }
    traps = [(float(n), why[n], None) for n in why if n != found]
    return pick_number(text, (float(found), told), traps, page="affinity")


def greedy_sum(m: Draw) -> Exercise:
    """What do greedy's pairs add up to?"""
    score = np.array([[0.9, 0.8], [0.8, 0.1]])
    if m.seed:
        score = m.rng(52).integers(1, 10, (2, 2)) / 10
    greedy, best = (
        round(float(sum(score[pair] for pair in match_links(score, match=match))), 6)
        for match in ("greedy", "optimal")
    )
    if greedy == best or len(np.unique(score)) < 3 or (score == score.max()).sum() > 1:
        raise Unsuited
    top = number(float(score.max()))
    (a, b), (c, d) = ([number(float(v)) for v in row] for row in score)
    text = _(
        "Scores of elbow 1 with wrists 1 and 2: {a} and {b}; of elbow 2: {c} and {d}. A greedy "
        "parser takes the best pair, then the best of what is left. What do its pairs add up to?"
    ).format(a=a, b=b, c=c, d=d)
    told = _("It takes {top} first, and only the pair of the other two is left: {sum}.").format(
        top=top, sum=number(greedy)
    )
    traps = [
        (best, _("That is the best sum, which greedy misses: it never looks ahead."), None),
        (float(score.max()), _("A second pair is left, and it is taken too."), None),
        (float(score.sum()), _("Each joint is in one pair only."), None),
    ]
    return pick_number(text, (greedy, told), traps, page="affinity")
