"""What stands around the picture of /attend: numbers of the step, pins, the scale, sources."""

from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.stage.part import (
    ALL,
    PICTURE,
    Fold,
    Formula,
    Metrics,
    Moment,
    Part,
    Says,
    Sets,
    Stack,
    Table,
)
from poolviz.text import _
from poolviz.wings.attention.attend.asking import Made
from poolviz.wings.attention.attend.back import sent_by
from poolviz.wings.attention.attend.controls import subsampled, three_keys
from poolviz.wings.attention.attend.forms import FORMS, MASKS
from poolviz.wings.attention.attend.scene import SEEN

TERMS = 3
"""Products that the formula writes out."""


def formula(made: Made) -> str:
    """y with this state's form, norm, weights and scale, in LaTeX."""
    score = FORMS[made.values["form"]].score
    if made.values["form"] == "similar" and made.norm != "softmax":
        score = r"(x_i\, x_j - \tfrac12 x_j^2)"  # the row's constant counts here, and is left out
    c = "" if made.scale == 1 else f"{_factor(made.scale)}\\,"
    if made.wide and c:
        score = rf"({score})"
    if score.startswith("-"):
        c, score = f"-{c}", score[1:]
    keys = "j" if made.run.mask is None else r"j \in \mathcal{M}_i"
    if made.norm == "softmax":
        below = rf"\sum_{{{keys.replace('j', 'm', 1)}}} e^{{{c}{score.replace('x_j', 'x_m')}}}"
        weight = rf"\frac{{e^{{{c}{score}}}}}{{{below}}}"
    elif made.norm == "queries":
        weight = rf"\frac{{e^{{{c}{score}}}}}{{\sum_n e^{{{c}{score.replace('x_i', 'x_n')}}}}}"
    elif made.norm == "count":
        weight = rf"\frac{{1}}{{n_i}}\, {c}{score}"
    else:
        weight = rf"\frac{{1}}{{n_i}} \max(0,\, {c}{score})"
    y = rf"y_i = \sum_{{{keys}}} {weight}\; g(x_j)"
    return y if not made.values["residual"] else rf"{y}, \quad z_i = x_i + W_z\, y_i"


def gradient(made: Made) -> str:
    """The three ways back, for this norm and form, in LaTeX."""
    ds = r"W \circ (dY\,V^\top - dY \cdot Y)"
    if made.norm != "softmax":
        ds = r"\tfrac{1}{n_i}\, dY\,V^\top" + (r" \circ 1[S > 0]" if made.norm == "relu" else "")
    dk = r"dK = c\, dS^\top Q"
    if made.values["form"] == "similar":
        dk = r"dk_j = c \sum_i dS_{ij}\,(q_i - k_j)"
    return r", \quad ".join((r"dV = W^\top dY", f"dS = {ds}", dk, r"dQ = c\, dS\, K"))


def step_parts(made: Made, moment: Moment) -> tuple[Part, ...]:
    """The formula with the step's numbers in, and how many keys are really used."""
    if moment.withholds(moment.step):
        return ()
    tokens = sent_by(made).tokens if made.backward else made.order
    token = int(tokens[min(moment.step, len(tokens) - 1)])
    row = made.row(token)
    keys = int(np.count_nonzero(made.run.mask[token])) if made.run.mask is not None else len(row)
    items = [
        (_("effective keys"), _("{n} of {all}").format(
            n=number(made.effective[token], 3), all=keys)),
        (_("largest weight"), number(row[np.abs(row).argmax()], 3)),
        (_("output"), number(made.output[token])),
    ]  # fmt: skip
    if made.here:
        items.insert(2, (_("weight of itself"), number(row[token], 3)))
    if made.backward:
        return Formula(_gradient_tex(made, token), sheet=False), Metrics(tuple(items))
    return Formula(_output_tex(made, token, row), sheet=False), Metrics(tuple(items))


def _output_tex(made: Made, token: int, row: np.ndarray) -> str:
    heavy = np.argsort(-np.abs(row), kind="stable")[:TERMS]
    heavy = heavy[np.abs(row[heavy]) > SEEN * np.abs(row).max(initial=0)]
    v = made.v.array[:, 0]
    terms = [rf"{_factor(row[j])} \cdot {_factor(v[j])}" for j in heavy]
    if np.count_nonzero(row) > len(heavy):
        terms.append(r"\dots")
    text = (
        rf"y_{{{_index(made, token)}}} = {' + '.join(terms) or '0'} = {_tex(made.taken[token], 6)}"
    )
    if made.values["residual"]:
        x, z = made.x.array[token, -1], made.output[token]
        text += rf", \quad z = {_tex(x)} + {_tex(made.values['w_z'])} \cdot y = {_tex(z, 6)}"
    return text


def _gradient_tex(made: Made, token: int) -> str:
    """The chain for the heaviest key of a query."""
    sent = sent_by(made)
    s = int(np.flatnonzero(sent.tokens == token)[0])
    j = int(np.abs(made.row(token)).argmax())
    v, y = made.v.array[j, 0], made.taken[token]
    chain = [rf"dv_j = {_tex(sent.values[s, j])}"]
    if made.norm == "softmax":
        weight = _tex(made.row(token)[j])
        chain.append(rf"ds_j = {weight}\,({_tex(v)} - {_factor(y)}) = {_tex(sent.scores[s, j])}")
    else:
        chain.append(rf"ds_j = {_tex(sent.scores[s, j])}")
    chain.append(rf"dk_j = {_tex(sent.keys[s, j])}")
    chain.append(rf"dq_{{{_index(made, token)}}} = {_tex(sent.query[s])}")
    return r", \quad ".join(chain)


def _index(made: Made, token: int) -> str:
    return str(token) if made.tokens else "({},{})".format(*divmod(token, made.size[1]))


def _tex(value: float, digits: int = 3) -> str:
    text = number(value, digits).replace("−", "-")
    head, e, power = text.partition("e")
    return rf"{head} \cdot 10^{{{int(power)}}}" if e else text


def _factor(value: float) -> str:
    text = _tex(value)
    return f"({text})" if text.startswith("-") else text


def received(made: Made) -> tuple[Part, ...]:
    """Backward: the sums of the three paths, and what W_z receives."""
    if not made.backward:
        return ()
    sent = sent_by(made)
    lines = [
        _("Values receive {sum} in all: each output hands on what it was sent.").format(
            sum=number(sent.values.sum(), 4)
        )
        if made.norm == "softmax"
        else _("Values receive {sum} in all: these weights do not sum to 1.").format(
            sum=number(sent.values.sum(), 4)
        ),
    ]
    if made.norm == "softmax":
        lines.append(
            _("Scores receive {sum} in all: they only redistribute.").format(
                sum=number(round(float(sent.scores.sum()), 9), 3)
            )
        )
    if made.values["residual"]:
        lines.append(
            _("W_z receives the sum of all y, {sum}, though it is {w} itself.").format(
                sum=number(made.taken.sum(), 4), w=number(made.values["w_z"], 3)
            )
        )
    if len(sent.tokens) < len(made.order):
        lines.append(_("The map is over 8 × 8: the pinned queries alone are played."))
    return (Says("\n".join(f"- {line}" for line in lines), tells=PICTURE),)


def whose(made: Made) -> Fold:
    """Which paper or code has each switch."""
    return Fold(_("Who has which switch"), partial(_whose, made), "history_edu", name="whose")


def _whose(made: Made) -> tuple[Part, ...]:
    rows = {
        **{_(form.title): _(form.source) for form in FORMS.values()},
        **{_(mask.title): _(mask.source) for mask in MASKS.values()},
        _("Scale"): _("None in Wang et al.; 1/√d in Transformers, and behind a switch in the "
                      "official code."),
        _("Pool before, after"): _("Official code before φ and g; the paper's text after them."),
        _("Divide by keys"): _("The official code counts the keys that remain after pooling."),
        _("Last weight W_z"): _("0 at the start; the official code can set the batch norm's γ "
                                "behind it to 0 instead."),
    }  # fmt: skip
    return (Table({_("switch"): list(rows), _("paper or code"): list(rows.values())}),)


def samples() -> Sets:
    """A small example that can be done by hand."""
    return Sets(
        (
            (_("Three keys by hand"), three_keys(step=0)),
            (_("Three keys, backward"), three_keys(direction="backward", step=0)),
        ),
        moves=("sample", "tokens", "direction"), name="samples",
    )  # fmt: skip


def noted(made: Made) -> tuple[Part, ...]:
    """What to notice in this state."""
    lines = [_(FORMS[made.values["form"]].source)]
    if not subsampled(made.values) and made.values["mask"] != "none":
        lines.append(_(MASKS[made.values["mask"]].source))
    if subsampled(made.values):
        lines.append(
            _("{n} queries, {m} keys: a quarter of the pairs; the output keeps its size.").format(
                n=len(made.q.array), m=len(made.k.array)
            )
        )
    if made.norm == "queries":
        lines.append(_("Rows do not sum to 1 here: an output may lie above every value."))
    if made.norm == "softmax" and made.plain and made.values["form"] == "gaussian":
        lines.append(
            _("On one channel this is Boltzmann pooling of the whole map, with the query's value "
              "for β: a black cell sees the mean, a bright one the maximum.")
        )  # fmt: skip
    body = "\n".join(f"- {line}" for line in lines)
    return (Stack((Says(_("What to notice"), "heading"), Says(body)), tells=ALL),)
