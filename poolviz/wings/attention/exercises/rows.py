"""Exercises about one row of weights: its output, its gradient, its sums, its ties.

Everything is drawn by the seed; what is right is computed by ``attend``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.attention import Attended, NonLocal, attend
from poolviz.exercises import Draw, Exercise, Picture, Unsuited, draws
from poolviz.exercises.exercise import pick_number, picked, sentence
from poolviz.numbers import number, numbers, rounded
from poolviz.stage.part import Part, Table
from poolviz.stage.question import Choice, Question
from poolviz.text import _

TRIES = 24


ROWS = draws(TRIES)


@dataclass(frozen=True, eq=False)
class Keys(Picture):
    """Some keys: what the query scores on each, and the values; weights come with the answer."""

    run: Attended

    formulas = (r"y = \sum_j W_j\,v_j, \quad W_j = \frac{e^{s_j}}{\sum_k e^{s_k}}",)

    def parts(self, prefix: str) -> tuple[Part, ...]:
        names = {_("key"): [str(j) for j in range(self.run.shape[1])]}
        known: Mapping[str, Any] = {
            _("score"): [rounded(number(s)) for s in self.run.scores[0]],
            _("value"): [number(v) for v in self.run.v[:, 0]],
        }
        weights = {_("weight"): [rounded(number(w)) for w in self.run.weights[0]]}
        return Table({**names, **known}), Table({**names, **weights}, tells=1)


def three_keys(m: Draw) -> tuple[Attended, np.ndarray]:
    """Three keys whose weights are small whole parts, and those parts. Seed 0: 1, 2 and 3."""
    rng = m.rng(21)
    parts, values = np.array([1, 2, 3]), np.array([6.0, 3.0, 2.0])
    if m.seed:
        parts = rng.choice([1, 2, 3, 4, 5, 6], 3, replace=False)
        values = rng.choice(np.arange(0.0, 13.0), 3, replace=False)
    scores = np.log(parts.astype(float))
    return attend([[1.0]], scores[:, None], values[:, None], scale=1), parts


def output(m: Draw) -> Exercise:
    """Weights a : b : c on three values: the output?"""
    run, parts = three_keys(m)
    v, y = run.v[:, 0], float(run.output[0, 0])
    products = " + ".join(f"{p}·{number(x)}" for p, x in zip(parts, v, strict=True))
    told = f"({products}) / {parts.sum()} = {number(y)}"
    heaviest, largest = float(v[parts.argmax()]), float(v.max())
    text = _(
        "A query scores {scores} on three keys with the values {values}, so that exp(s) is "
        "{parts}. What is the output of softmax attention?"
    ).format(
        scores=numbers(run.scores[0].round(3)), values=numbers(v), parts=numbers(parts)
    )  # fmt: skip
    traps = [
        (heaviest, _("That is the heaviest key's value alone: softmax does not choose one."), None),
        (float(v.mean()), _("That is the plain mean: the scores are not alike."), None),
        (float(v.sum()), _("That is the sum: weights sum to 1."), None),
        (largest, _("That is the largest value: values are not compared, scores are."), None),
    ]
    return pick_number(text, (y, told), traps, picture=Keys(run), page="attend")


def push(m: Draw) -> Exercise:
    """One score rises a little: does the output?"""
    run, parts = three_keys(m)
    slopes, y = run.score_gradient([[1.0]])[0], float(run.output[0, 0])
    j = int(parts.argmax()) if m.seed % 2 == 0 else int(m.rng(22).integers(3))
    if abs(slopes[j]) < 0.02 and slopes[j] != 0:
        raise Unsuited
    way = 0 if abs(slopes[j]) < 1e-9 else int(np.sign(slopes[j]))
    value, share = number(run.v[j, 0]), rounded(number(run.weights[0, j]))
    told = _(
        "The change is W (v − y) = {share}·({value} − {y}) = {slope}: the key takes weight from "
        "the others and gives its own value for it."
    ).format(share=share, value=value, y=rounded(number(y)), slope=rounded(number(slopes[j])))
    labels = {1: _("it rises"), -1: _("it falls"), 0: _("it stays")}
    reasons = {
        1: _("A weight is no gradient: more weight on a value below the output pulls it down."),
        -1: _("A value above the output pulls it up, however light its key is."),
        0: _("Only a key whose value is the output itself changes nothing."),
    }
    choices = tuple(
        Choice(labels[each], each == way, told if each == way else reasons[each])
        for each in (1, -1, 0)
    )
    text = _("The score of key {j} (value {value}) rises a little. What does the output {y} do?")
    return picked(
        Question(text.format(j=j, value=value, y=rounded(number(y))), choices), {},
        picture=Keys(run), page="attend", state={"direction": "backward"},
    )  # fmt: skip


def shapes(m: Draw) -> Exercise:
    """Keys pooled 2 x 2: how many weights has W?"""
    rng = m.rng(23)
    rows, cols = (4, 4) if m.seed == 0 else (2 * int(n) for n in rng.integers(2, 9, 2))
    n, keys = rows * cols, (rows // 2) * (cols // 2)
    if NonLocal(subsample=True).entries(8, (rows, cols)) != n * keys:
        raise Unsuited

    def size(queries: int, asked: int, shape: str) -> str:
        return _("W {queries} × {keys}, output {shape}").format(
            queries=queries, keys=asked, shape=shape
        )

    whole, half = f"{rows} × {cols}", f"{rows // 2} × {cols // 2}"
    right = _("Every cell still asks; only the keys and values are pooled, to a quarter.")
    choices = (
        Choice(size(n, keys, whole), True, right),
        Choice(size(keys, keys, half), False, _("Queries are not pooled: each cell asks.")),
        Choice(size(n, n, whole), False, _("There is one key for each pooled cell, not for each.")),
        Choice(size(keys, n, half), False, _("It is the keys that are pooled, not the queries.")),
    )
    text = _(
        "A non-local block on {rows} × {cols} cells pools its keys and values 2 × 2. How large "
        "are W and the output?"
    ).format(rows=rows, cols=cols)
    return picked(Question(text, choices), {}, page="attend", state={"subsample": True})


def sums(m: Draw) -> Exercise:
    """What do all weights sum to?"""
    rng = m.rng(24)
    rows, cols = (4, 4) if m.seed == 0 else map(int, rng.integers(2, 7, 2))
    n = rows * cols
    x = rng.normal(size=(n, 2))
    total = float(attend(x, x, x).weights.sum())
    told = _("Each of the {n} rows sums to 1; columns sum to anything.").format(n=n)
    text = _(
        "Every cell of a {rows} × {cols} map asks all of them under softmax. What do all the "
        "weights of W sum to?"
    ).format(rows=rows, cols=cols)
    traps = [
        (1.0, _("That is one row: each query has weights of its own."), None),
        (float(n * n), _("That is how many weights there are."), None),
        (float(rows), _("A row of W belongs to a cell, not to a row of the map."), None),
        (float(rows + cols - 1), _("That is how many cells its cross has."), None),
    ]
    return pick_number(text, (round(total, 6), told), traps, page="attend")


def shift(m: Draw) -> Exercise:
    """A number is added to a bias: what becomes of the weights and of the output?"""
    rng = m.rng(25)
    which = m.seed % 3
    amount = 5 if m.seed < 3 else int(rng.integers(2, 9))
    labels = (
        _("nothing changes"),
        _("the weights change"),
        _("the output grows by {n}").format(n=amount),
    )
    asked, right, told = (
        (
            _("every key's bias"), 0,
            _("The query scores the same number more on each key: softmax does not see it."),
        ),
        (
            _("the queries' bias"), 1,
            _("b · k is another number for each key: that is GC's unary term."),
        ),
        (
            _("the values' bias"), 2,
            _("Weights sum to 1, so that what all values gain, the output gains."),
        ),
    )[which]  # fmt: skip
    whys = (
        _("It reaches each key's score differently, or the values themselves."),
        _("What is the same for all keys of a row does not count under softmax."),
        _("Only what is added to the values is added to the output."),
    )
    choices = tuple(
        Choice(label, i == right, told if i == right else whys[i]) for i, label in enumerate(labels)
    )
    text = _("{n} is added to {what} of a softmax attention. What happens?")
    return picked(Question(text.format(n=amount, what=asked), choices), {}, page="attend")


def ties(m: Draw) -> Exercise:
    """Several equal best keys, scale to infinity: the output?"""
    rng = m.rng(26)
    count = 2 + m.seed % 2
    best = np.array([1.0, 2.0]) if m.seed == 0 else rng.choice(np.arange(1.0, 12.0), count, False)
    other = float(rng.integers(13, 20))
    values = np.array([*best, other])
    keys = np.array([*([3.0] * len(best)), 1.0])
    run = attend([[1.0]], keys[:, None], values[:, None], scale=1e4)
    y = float(run.output[0, 0])
    told = sentence(
        _("Equal scores share for every scale: ({sum}) / {n} = {y}").format(
            sum=numbers(best, " + "), n=len(best), y=number(y)
        )
    )
    text = _(
        "A query scores {scores} on keys with the values {values}. The scale grows without end. "
        "Where does the output go?"
    ).format(scores=numbers(keys), values=numbers(values))
    traps = [
        (float(best[0]), _("That is max pooling, which takes the first of a tie."), None),
        (float(values.mean()), _("That is scale 0: every key counts alike."), None),
        (other, _("Values are not compared, scores are."), None),
        (float(best.max()), _("Of equal scores none is better."), None),
    ]
    return pick_number(text, (y, told), traps, page="attend")
