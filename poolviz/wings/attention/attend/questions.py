"""Questions about the state on the screen: where a query looks, and which way a gradient goes."""

from dataclasses import replace

import numpy as np

from poolviz.attention import attend
from poolviz.numbers import number
from poolviz.stage.question import Choice, Question
from poolviz.text import _
from poolviz.wings.attention.attend.asking import Made
from poolviz.wings.attention.attend.back import sent_by
from poolviz.wings.attention.attend.cases import cases, made_of
from poolviz.wings.attention.attend.controls import at
from poolviz.wings.attention.attend.scene import called, key_called

ALIKE = 1e-9


def asked(made: Made) -> tuple[Question, ...]:
    """The state's own first; then what people get wrong, each about a case that can be shown."""
    own = raise_question(made) if made.backward else look_question(made)
    return (replace(own, step=0), sums_question(made), *cases())


def asked_at(made: Made, step: int) -> Question:
    """What a class is asked about one step."""
    token = int(made.order[min(step, len(made.order) - 1)])
    return replace(look_question(made, token), step=step)


def look_question(made: Made, token: int | None = None) -> Question:
    """Which cell does it look at most (1)? Picked in the picture where the keys are its cells."""
    token = made.query if token is None else token
    row = np.abs(made.row(token))
    mask = made.run.mask
    may = np.flatnonzero(mask[token]) if mask is not None else np.arange(len(row))
    best = may[np.isclose(row[may], row.max(), rtol=ALIKE)]
    alike, top = len(best) == len(may) > 1, int(best[0])
    keys = made.k.array[:, 0]
    brightest = int(may[keys[may].argmax()])
    right = _("all alike") if alike else _label(made, token, best)
    offers = [(right, True, _right(made, token, best, alike))]
    if made.here:
        offers.append((_label(made, token, np.array([token])), False, _itself(made, token)))
    offers.append(
        (
            _label(made, token, np.array([brightest])),
            False,
            _("The largest key wins where products are compared, without a penalty."),
        )
    )
    offers.append(
        (
            _("all alike"),
            False,
            _("That is a query of 0, or a scale of 0: then all scores are equal."),
        )
    )
    offers.append(
        (
            _label(made, token, np.array([int(may[keys[may].argmin()])])),
            False,
            _("The smallest key wins only where the query or the scale is negative."),
        )
    )
    text = _("Where does {who} look most?").format(who=called(made, token))
    cells = frozenset(divmod(int(at), made.size[1]) for at in best)
    named = {divmod(token, made.size[1]): _itself(made, token)} if top != token else {}
    pick = made.here and not alike
    return Question(
        text, _choices(offers), cells if pick else frozenset(),
        _("Its score is lower: compare query times key."), named if pick else {},
    )  # fmt: skip


def _choices(offers: list[tuple[str, bool, str]]) -> tuple[Choice, ...]:
    """The first four that differ, the shortest first."""
    kept: dict[str, Choice] = {}
    for label, right, why in offers:
        if len(kept) < 4:
            kept.setdefault(label, Choice(label, right, why))
    return tuple(sorted(kept.values(), key=lambda choice: (len(choice.label), choice.label)))


def _label(made: Made, token: int, keys: np.ndarray) -> str:
    value = number(float(made.k.array[keys[0], 0]), 3)
    if len(keys) > 1:
        return _("at {n} keys alike").format(n=len(keys))
    if made.here and int(keys[0]) == token:
        return _("at itself, the {value}").format(value=value)
    return _("at the {value}").format(value=value)


def _right(made: Made, token: int, best: np.ndarray, alike: bool) -> str:
    weight = number(float(made.row(token)[best[0]]), 4)
    if alike:
        return _("All scores are equal: each key weighs {weight}.").format(weight=weight)
    if made.norm == "queries":
        return _("It weighs {weight}. Here columns sum to 1, not rows.").format(weight=weight)
    whom = key_called(made, int(best[0]))
    if made.values["form"] == "similar":
        return _("{whom} is the most similar: {weight}.").format(whom=_upper(whom), weight=weight)
    if made.wide:
        return _("The sum θx + φx is largest there: {weight}.").format(weight=weight)
    if made.scale < 0:
        return _("A negative scale turns scores round: {weight}.").format(weight=weight)
    q, k = (number(float(x), 3) for x in (made.q.array[token, 0], made.k.array[best[0], 0]))
    return _("{q} times {k} is the largest product: {weight}.").format(q=q, k=k, weight=weight)


def _itself(made: Made, token: int) -> str:
    """What similarity would need, and what it would give."""
    x, v = made.x.array[:, :1], made.v.array
    if len(x) != len(v):
        return _("Compare products, not values.")
    weight = attend(x[token : token + 1], x, v, scale=1, bias=-(x[:, 0] ** 2) / 2).weights[0, token]
    return _(
        "A product is no similarity: that needs the penalty −x²/2 for bright keys. With it "
        "the weight at itself is {weight}."
    ).format(weight=number(weight, 4))


def sums_question(made: Made) -> Question:
    """What sums to 1 in W (9)? Of the page at first where this state's rows are no shares."""
    if made.norm != "softmax" or not made.small:
        return replace(_sums(made_of(at())), example=at())
    return _sums(made)


def _sums(made: Made) -> Question:
    w = made.run.weights
    columns = w.sum(0)
    top = int(columns.argmax())
    why = _("A key may be looked at by many: {whom} collects {sum}.").format(
        whom=key_called(made, top), sum=number(columns[top], 3)
    )
    return Question(
        _("W has a row for each query and a column for each key. What sums to 1?"),
        (
            Choice(_("each row"), True, _("Each query shares out a weight of 1 among its keys.")),
            Choice(_("each column"), False, why),
            Choice(_("everything"), False,
                   _("It sums to the number of queries, {n}.").format(n=number(w.sum(), 4))),
        ),
    )  # fmt: skip


def raise_question(made: Made) -> Question:
    """Raise the heaviest key's score: which way does the output go (3)?"""
    sent = sent_by(made)
    token, ds = int(sent.tokens[0]), sent.scores[0]
    top = int(np.abs(made.row(token)).argmax())
    slope = float(ds[top])
    slope = 0.0 if abs(slope) < ALIKE * max(float(np.abs(ds).max()), 1e-300) else slope
    told = _("Its value is {v}, the output {y}: dS = {weight}·({v} − {y}) = {ds}.")
    if made.norm != "softmax":
        told = _("dS = dY·v / n = {ds}.")
    why = told.format(
        v=number(made.v.array[top, 0]), y=number(made.taken[token], 6),
        weight=number(made.row(token)[top], 4), ds=number(slope, 3),
    )  # fmt: skip
    if made.upstream == 0:
        why = _("W_z is 0: what y does does not reach the output.")
    trap = _("A weight is no gradient: what counts is whether the value lies above the output.")
    text = _(
        "Backward. Raise the score of the key at which {who} looks most, {whom}. The output …"
    ).format(who=called(made, token), whom=key_called(made, top))
    held = (_("falls"), slope < 0), (_("stays"), slope == 0), (_("rises"), slope > 0)
    return Question(text, tuple(Choice(s, right, why if right else trap) for s, right in held))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
