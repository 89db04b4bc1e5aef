"""Questions about cases that the page can show: what people get wrong about attention.

Numbers are computed, by the page's own run or by the engine's blocks.
"""

from typing import Any

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import Max, Sliding, pool
from poolviz.stage.cache import kept
from poolviz.stage.control import values_of
from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _
from poolviz.wings.attention.attend.asking import Made, compute
from poolviz.wings.attention.attend.block_cases import (
    before_question,
    channel_question,
    fresh_question,
    width_question,
    zero_question,
)
from poolviz.wings.attention.attend.controls import (
    CONTROLS,
    PAIRED,
    at,
    shuffled,
    three_keys,
    with_matrix,
)


def made_of(given: dict[str, Any]) -> Made:
    """The run of a case."""
    return compute(values_of(CONTROLS, given))


def three_question() -> Question:
    """The output of weights 1/6, 1/3, 1/2 on 6, 3, 2 (2)."""
    given = three_keys()
    made = made_of(given)
    w, v = made.row(0), made.v.array[:, 0]
    right = float(round(made.output[0], 9))
    text = _("Three keys weigh {weights}; their values are {values}. The output?").format(
        weights="1/6, 1/3, 1/2", values=numbers(v)
    )
    offers = [
        (right, _("{sum} = {y}: each gives 1.").format(
            sum=" + ".join(f"{number(a)}·{number(b)}" for a, b in zip(w, v, strict=True)),
            y=number(right))),
        (float(v[w.argmax()]), _("That takes the heaviest alone: arg max, not softmax.")),
        (float(v.mean()), _("That is the plain mean: all weights alike.")),
        (float(v.sum()), _("That is the sum: weights of 1 each.")),
    ]  # fmt: skip
    return Question(text, choices(offers), example=given)


def heaviest_question() -> Question:
    """Raise the heaviest key's score (3)."""
    given = three_keys(direction="backward")
    made = made_of(given)
    ds = made.run.score_gradient(np.ones(made.y.shape))[0]
    top, middle = int(made.row(0).argmax()), int(np.abs(ds).argmin())
    text = _(
        "Keys weigh 1/6, 1/3, 1/2, values are {values}, the output is {y}. Raise the heaviest "
        "key's score: the output …"
    ).format(values=numbers(made.v.array[:, 0]), y=number(round(made.output[0], 9)))
    return Question(
        text,
        (
            Choice(_("falls"), bool(ds[top] < 0),
                   _("Its value lies below the output: dS = {ds}. It is pushed down.").format(
                       ds=number(round(ds[top], 9)))),
            Choice(_("rises"), bool(ds[top] > 0),
                   _("A weight is no gradient: its value is smaller than the output.")),
            Choice(_("stays"), bool(ds[top] == 0),
                   _("So does the middle one: dS = {ds}.").format(ds=number(round(ds[middle], 9)))),
        ),
        example=given,
    )  # fmt: skip


def pooled_question() -> Question:
    """Keys sub-sampled: the shapes of W and of the output (7)."""
    given = at(subsample=True)
    made = made_of(given)
    n, m = made.run.shape
    rows, cols = made.size
    right = _("W {n} × {m}, output {rows} × {cols}").format(n=n, m=m, rows=rows, cols=cols)
    offers = [
        (right, True, _("Keys are pooled, queries not: each of the {n} still asks.").format(n=n)),
        (_("W {n} × {m}, output {rows} × {cols}").format(
            n=m, m=m, rows=made.keys[0], cols=made.keys[1]), False,
         _("Queries are not pooled: they keep their number.")),
        (_("W {n} × {m}, output {rows} × {cols}").format(n=n, m=n, rows=rows, cols=cols), False,
         _("Pooled 2 × 2 there are {m} keys.").format(m=m)),
    ]  # fmt: skip
    text = _("A 4 × 4 map, its keys pooled 2 × 2. Which shapes?")
    return Question(text, _texts(offers), example=given)


def _texts(offers: list[tuple[str, bool, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(*offer) for offer in sorted(offers))


def queries_question() -> Question:
    """An output above the largest cell: softmax over the wrong axis (10)."""
    given = at(scale=0.125, norm="queries")
    made = made_of(given)
    y = float(made.output[made.query])
    text = _("After a “fix” the 7's output is {y}, on a map whose maximum is {most}. Why?").format(
        y=number(y, 3), most=number(made.map.max())
    )
    mean = _("Softmax cannot overflow: the row's maximum is subtracted, and rows are means.")
    return Question(
        text,
        (
            Choice(_("softmax over queries"), True,
                   _("Only weights of a row that sum to 1 give a mean, which lies between the "
                     "values.")),
            Choice(_("an overflow"), False, mean),
            Choice(_("the scale is missing"), False,
                   _("Any scale gives a mean: never more than the maximum.")),
        ),
        example=given,
    )  # fmt: skip


def bias_question() -> Question:
    """Add 5 to the key bias (11)."""
    given, plain = at(bias=5.0, scale=0.125), made_of(at(scale=0.125))
    moved = float(np.abs(made_of(given).output - plain.output).max())
    by_query = made_of(at(query_bias=5.0, scale=0.125))
    row = plain.query
    text = _("Values stay. Add 5 to the bias of all keys. The outputs …")
    return Question(
        text,
        (
            Choice(_("do not move"), moved < 1e-12,
                   _("q·5 is added to the whole row, and softmax does not see it; its gradient is "
                     "0. A bias of queries does count: the 7's output goes from {y} to {z}; that "
                     "is GCNet's one query for all.").format(
                         y=number(plain.output[row], 3), z=number(by_query.output[row], 3))),
            Choice(_("shift by 5"), False, _("That is the bias of the values.")),
            Choice(_("get sharper"), moved >= 1e-12, _("That is a larger scale.")),
        ),
        example=given,
    )  # fmt: skip


def shuffle_question() -> Question:
    """Shuffle the pixels (6)."""
    mixed, plain = made_of(with_matrix(shuffled())), made_of(at())
    order = np.random.default_rng(1).permutation(plain.output.size)
    alike = bool(np.allclose(mixed.output, plain.output[order], rtol=1e-12))
    return Question(
        _("Shuffle the cells of the map, without a mask. The outputs …"),
        (
            Choice(_("are shuffled alike"), alike, _("No position is used: only values meet.")),
            Choice(_("change"), not alike, _("Only if a position counted, as under a mask.")),
            Choice(_("stay where they are"), False, _("Each moves along with its query.")),
        ),
        example=with_matrix(shuffled()),
    )  # fmt: skip


def tie_question() -> Question:
    """Two equal best keys, scale to infinity (22)."""
    given = with_matrix(PAIRED, tokens="rows", query=(0, 0), scale=32.0)
    made = made_of(given)
    first = pool(np.array([[1.0, 1.0, 0.0]]), Max(), Sliding((1, 3))).locations
    assert first is not None
    v = made.v.array[:, 0]
    text = _("Two keys are equally best; values {values}. Scale → ∞: the output?").format(
        values=numbers(v)
    )
    offers = [
        (round(float(made.output[0]), 9), _("Equal scores share: ½ each, whatever the scale.")),
        (float(v[first.item()]), _("Max pooling takes the first of a tie; softmax shares.")),
        (float(v[1]), _("Nothing tells the two keys apart.")),
        (float(v[2]), _("That is the largest value; keys decide, not values.")),
    ]
    return Question(text, choices(offers), example=given)


CASES = (
    three_question, queries_question, bias_question, heaviest_question, pooled_question,
    before_question, shuffle_question, tie_question, width_question, fresh_question,
    zero_question, channel_question,
)  # fmt: skip
"""In the order in which they are asked."""


@kept
def cases() -> tuple[Question, ...]:
    """All of them: they depend on nothing that is chosen on the page."""
    return tuple(case() for case in CASES)
