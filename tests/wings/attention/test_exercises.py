"""Exercises about attention: one right answer for every seed, and it is the definition's."""

from math import exp, log

import numpy as np
import pytest

from poolviz.exercises.kind import first
from poolviz.stage.part import Table
from poolviz.wings.attention.exercises.kinds import KINDS
from poolviz.wings.attention.exercises.reaches import on_the_cross

SEEDS = range(40)
BY_NAME = {kind.name: kind for kind in KINDS}


def made(name, seed):
    kind = BY_NAME[name]
    return first(kind.ask, kind.source.attempts(None, seed))


def right(it):
    return next(option.label for option in it.options if option.right)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_seed_has_one_right_answer_and_reasons(name):
    texts = set()
    for seed in SEEDS:
        it = made(name, seed)
        assert [option.right for option in it.options].count(True) == 1
        assert len({option.label for option in it.options}) == len(it.options) >= 3
        assert all(option.why for option in it.options)
        verdicts = [it.check(i) for i in range(len(it.options))]
        assert [each.right for each in verdicts] == [option.right for option in it.options]
        assert it.solution().label == right(it)
        texts.add(it.text)
    assert len(texts) > 1


def test_the_first_of_each_is_that_of_the_book():
    wanted = {
        "attend-output": "3", "attend-push": "it falls",
        "attend-shapes": "W 16 × 4, output 4 × 4", "attend-sums": "16",
        "attend-shift": "nothing changes", "attend-ties": "1.5", "reach-cells": "7",
        "reach-share": "50.5",
    }  # fmt: skip
    assert {name: right(made(name, 0)) for name in wanted} == wanted


def test_the_mean_of_three_keys_is_softmax():
    for seed in SEEDS:
        run = made("attend-output", seed).picture.run
        scores, values = run.k.ravel(), run.v.ravel()
        powers = [exp(s) for s in scores]
        mean = sum(p * v for p, v in zip(powers, values, strict=True)) / sum(powers)
        label = right(made("attend-output", seed))
        assert float(label) == pytest.approx(mean, abs=5e-3)


def test_a_score_s_push_is_a_central_difference():
    for seed in SEEDS:
        it = made("attend-push", seed)
        j = int(it.text.split("key ")[1].split(" ")[0])
        run = it.picture.run
        scores, values = run.k.ravel(), run.v.ravel()

        def mean(change, j=j, scores=scores, values=values):
            powers = np.exp(scores + change * (np.arange(3) == j))
            return (powers * values).sum() / powers.sum()

        slope = (mean(1e-5) - mean(-1e-5)) / 2e-5
        said = {"it rises": 1, "it falls": -1, "it stays": 0}[right(it)]
        assert said == (0 if abs(slope) < 1e-6 else np.sign(slope))


def test_weights_come_with_the_answer():
    scores, weights = made("attend-output", 0).picture.parts("name")
    assert isinstance(scores, Table)
    assert (scores.tells, weights.tells) == (0, 1)
    assert weights.columns["weight"] == ["0.167", "0.333", "0.5"]
    assert scores.columns["score"][1] == f"{log(2):.3f}"


@pytest.mark.parametrize(("rows", "cols", "share"), [(4, 4, 63), (14, 14, 54), (97, 97, 50.5)])
def test_the_share_on_the_cross_is_that_of_all_paths(rows, cols, share):
    r, c = np.indices((rows, cols)).reshape(2, -1)
    here = rows // 2 * cols + cols // 2
    cross = (r == r[here]) | (c == c[here])
    step = np.zeros(rows * cols)
    for at in np.flatnonzero(cross):  # one even step, then another
        step += (r == r[at]) | (c == c[at])
    assert on_the_cross(rows, cols) == pytest.approx(step[cross].sum() / step.sum(), rel=1e-12)
    assert 100 * on_the_cross(rows, cols) == pytest.approx(share, abs=0.6)
