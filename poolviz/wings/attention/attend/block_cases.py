"""Questions about whole blocks, with parameters: what people get wrong about them.

Numbers are computed by the engine's blocks; the page shows the same with one channel.
"""

from functools import cache

import numpy as np

from poolviz.attention import ChannelAttention, NonLocal, attend
from poolviz.attention.worked import Pattern, worked_input
from poolviz.numbers import number
from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _
from poolviz.wings.attention.attend.controls import at


def before_question() -> Question:
    """Pool before or after the 1 x 1 convolution (8)?"""
    x = worked_input("X2")
    z = []
    for where in ("before", "after"):
        block = NonLocal(subsample=True, pool_at=where, inner=2)
        parameters = {
            f"{name}.{kind}": Pattern(n).array((2, 2) if kind == "weight" else (2,))
            for n, name in enumerate(("theta", "phi", "g", "z"))
            for kind in ("weight", "bias")
        }
        z.append(float(block(x, parameters).output[0, 1, 1]))
    why = _(
        "max(φx) is not φ·max(x) where φ is negative. On the worked maps one output is {before} "
        "or {after}."
    ).format(before=number(z[0], 7), after=number(z[1], 7))
    text = _("Max-pool the keys before the 1 × 1 convolution (code) or after it (paper)?")
    return Question(
        text,
        (
            Choice(_("they differ"), z[0] != z[1], why),
            Choice(_("the same"), z[0] == z[1], _("That holds for the average: it is linear.")),
        ),
        example=at(form="embedded", theta=0.5, phi=-0.25, subsample=True, pool_at="after"),
    )  # fmt: skip


def fresh_question() -> Question:
    """What a fresh block does (4)."""
    x = worked_input("X2")
    block = NonLocal()
    moved = float(np.abs(block(x, block.init(2)).output - x).max())
    return Question(
        _("A fresh non-local block, as published, changes the picture by …"),
        (
            Choice(_("nothing"), moved == 0, _("W_z starts at 0, so z = x + 0·y = x, exactly.")),
            Choice(_("a blur"), False,
                   _("That is y: even weights give the mean. W_z = 0 keeps it out.")),
            Choice(_("noise"), moved > 0, _("Fresh weights are random, but W_z is 0.")),
        ),
        example=at(residual=True, w_z=0.0),
    )  # fmt: skip


def zero_question() -> Question:
    """Can it ever learn (5)?"""
    x = worked_input("X2")
    block = NonLocal(inner=2)
    parameters = {name: np.zeros(shape) for name, shape in block.shapes(2).items()}
    for n, name in enumerate(("theta", "phi", "g")):
        parameters[f"{name}.weight"] = Pattern(n).array((2, 2))
    sent = np.zeros(x.shape)
    sent[0] = 1
    back = block(x, parameters).backward(sent).parameters
    most = float(np.abs(back["z.weight"]).max())
    rest = max(float(np.abs(back[f"{name}.weight"]).max()) for name in ("theta", "phi", "g"))
    learns = most > 0 and rest == 0
    return Question(
        _("W_z = 0 at the start, and the output is the input. Can the block ever learn?"),
        (
            Choice(_("yes, W_z first"), learns,
                   _("dW_z = dZᵀY does not contain W_z: up to {most} on the worked maps. The "
                     "others receive 0 for one step.").format(most=number(most))),
            Choice(_("no, zero stays zero"), not learns,
                   _("That holds only if all factors of a product are 0; Y is not.")),
            Choice(_("yes, all at once"), False,
                   _("Behind a W_z of 0 nothing arrives: they wait for one step.")),
        ),
        example=at(residual=True, w_z=0.0, direction="backward"),
    )  # fmt: skip


@cache
def used_keys(width: int, scaled: bool, n: int = 196) -> float:
    """How many of n keys are really used, on average, for unit normal queries and keys."""
    draw = np.random.default_rng(0)
    q, k = draw.normal(size=(2, n, width))
    run = attend(q, k, np.zeros((n, 1)), scale=None if scaled else 1.0)
    return float(run.effective.mean())


def width_question() -> Question:
    """d = 64 without the scale (12)."""
    bare, scaled = used_keys(64, False), used_keys(64, True)
    text = _("196 keys, d = 64, unit normal numbers, no scale. How many keys are really used?")
    offers = [
        (round(bare), _("Products have a standard deviation of √64 = 8, so one or two win: "
                        "{n}, counted by their entropy.").format(n=number(bare, 2))),
        (196, _("Even weights would use all; products this large are far from even.")),
        (64, _("That is the width. A wider d makes it worse.")),
        (round(scaled), _("That is with the scale 1/√64.")),
    ]  # fmt: skip
    return Question(text, choices(offers))


def channel_question() -> Question:
    """To which channel does a listen most in the official code (15)?"""
    x = worked_input("X4")
    rows = {sign: ChannelAttention(sign=sign)(x, {"beta": np.ones(())}).weights
            for sign in ("paper", "code")}  # fmt: skip
    code, paper = (np.asarray(rows[sign])[0] for sign in ("code", "paper"))
    names = ("a", "aᵀ", "a∘a", "1 − a")
    trap = {
        int(paper.argmax()): _("That is the paper's formula: {weight}. The code takes "
                               "softmax(max E − E).").format(weight=number(paper.max(), 3)),
    }  # fmt: skip
    right = _("{weight}: the code's sign is −, the least similar channel weighs most.").format(
        weight=number(code.max(), 3)
    )
    best = int(code.argmax())
    return Question(
        _("Channel attention (DANet), official code; channels a, aᵀ, a∘a, 1 − a. Channel a listens "
          "most to …"),
        tuple(
            Choice(name, i == best, right if i == best else trap.get(
                i, _("It weighs {weight}.").format(weight=number(code[i], 3))))
            for i, name in enumerate(names)
        ),
    )  # fmt: skip
