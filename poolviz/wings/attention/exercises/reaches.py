"""Exercises about who is reached, and about gates."""

import numpy as np

from poolviz.attention import CrissCross, SqueezeExcitation
from poolviz.exercises import Draw, Exercise, Unsuited
from poolviz.exercises.exercise import pick_number
from poolviz.numbers import numbers, rounded
from poolviz.text import _


def grid(m: Draw, salt: int) -> tuple[int, int]:
    """Rows and columns of a map by the seed; seed 0: 4 x 4."""
    if m.seed == 0:
        return 4, 4
    rows, cols = m.rng(salt).integers(3, 13, 2)
    return int(rows), int(cols)


def reached(m: Draw) -> Exercise:
    """How many cells has a cell seen after one criss-cross, or after two?"""
    (rows, cols), twice = grid(m, 31), m.seed % 2 == 1
    keys = CrissCross(recurrences=1).entries(8, (rows, cols)) // (rows * cols)
    whole = rows * cols
    right = whole if twice else keys
    told = (
        _("Over the cells where rows and columns meet, every cell is reached: {n}.").format(n=whole)
        if twice
        else _("{rows} + {cols} − 1 = {n}: the cell itself counts once.").format(
            rows=rows, cols=cols, n=keys
        )
    )
    text = (
        _("Two times criss-cross attention on {rows} × {cols} cells: how many has each seen?")
        if twice
        else _("Criss-cross attention on {rows} × {cols} cells: how many cells has each seen?")
    ).format(rows=rows, cols=cols)
    traps = [
        (float(rows + cols), _("The cell itself lies on both lines and counts once."), None),
        (float(2 * keys), _("That would be twice as many, not those of those."), None),
        (float(whole), _("One step sees its own row and column alone."), None),
        (float(keys), _("That is what one step sees."), None),
    ]
    return pick_number(text, (float(right), told), traps, page="reach")


def on_the_cross(rows: int, cols: int) -> float:
    """The share of a cell's weight on its own cross after two even criss-crosses.

    Paths of length 2: to itself H + W - 1, to a cell of its row W, of its column H.

    >>> round(100 * on_the_cross(97, 97), 1)
    50.5
    """
    keys = rows + cols - 1
    return float((keys + cols * (cols - 1) + rows * (rows - 1)) / keys**2)


def kept(m: Draw) -> Exercise:
    """Two even criss-crosses: how much weight is still on the cross?"""
    rows, cols = (97, 97) if m.seed == 0 else map(int, m.rng(32).integers(6, 100, 2))
    share = 100 * on_the_cross(rows, cols)
    cells = 100 * (rows + cols - 1) / (rows * cols)
    if abs(share - cells) < 5 or abs(share - 100) < 5:
        raise Unsuited
    told = _(
        "Of {all} paths of length 2, {on} end on the cross: the others have two ways each."
    ).format(all=(rows + cols - 1) ** 2, on=round(share / 100 * (rows + cols - 1) ** 2))
    text = _(
        "Two criss-crosses with even weights on {rows} × {cols} cells. How many percent of a "
        "cell's weight are still on its own row and column?"
    ).format(rows=rows, cols=cols)
    traps = [
        (float(rounded(f"{cells:.4f}")), _("That is how many of the cells lie there."), None),
        (100.0, _("The second step leads away from the cross as well."), None),
        (float(rounded(f"{2 * cells:.4f}")), _("Reaching twice does not double a share."), None),
    ]
    return pick_number(text, (float(rounded(f"{share:.4f}")), told), traps, page="reach")


def gates(m: Draw) -> Exercise:
    """What do the gates of squeeze-and-excitation sum to?"""
    rng = m.rng(33)
    channels = 4 if m.seed == 0 else int(rng.integers(3, 7))
    zero = m.seed % 3 == 2
    block = SqueezeExcitation(hidden=3)
    p = {
        name: np.zeros(shape) if zero else rng.normal(size=shape).round(1)
        for name, shape in block.shapes(channels).items()
    }
    x = rng.uniform(size=(channels, 4, 4))
    gate = block(x, p).named("gate").ravel().round(3)
    total = float(gate.sum().round(3))
    if abs(total - 1) < 0.05 or abs(total - channels) < 0.05:
        raise Unsuited
    told = _("σ of each channel alone: {gates}. Gates do not compete.").format(gates=numbers(gate))
    text = (
        _(
            "All weights and biases of a squeeze-and-excitation block are 0, on {n} channels. What "
            "do its gates sum to?"
        )
        if zero
        else _(
            "Before σ, the gates of a squeeze-and-excitation block on {n} channels are {logits}. "
            "What do the gates sum to?"
        )
    ).format(n=channels, logits=numbers(np.log(gate / (1 - gate)).round(2)))
    traps = [
        (1.0, _("That is softmax; σ does not make shares."), None),
        (float(channels), _("Every gate is below 1."), None),
        (0.0, _("σ(0) is ½: a gate of 0 would take a score of −∞."), None),
    ]
    named = (total, told)
    return pick_number(text, named, traps, page="context")
