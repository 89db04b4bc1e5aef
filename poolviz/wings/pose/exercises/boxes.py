"""Boxes first: how far off a map's largest cell is, and how many of several poses stay."""

import numpy as np

from poolviz.exercises import Draw, Exercise, Unsuited, draws
from poolviz.exercises.exercise import pick_number
from poolviz.numbers import number
from poolviz.pose.topdown.decode import argmax, blob
from poolviz.pose.topdown.nms import shifted_oks
from poolviz.text import _, listed

MADE = draws(24)


def off_by(m: Draw) -> Exercise:
    """How many pixels is the largest cell off?"""
    rng = m.rng(41)
    x, y, stride = 20.3, 17.8, 4
    if m.seed:
        x, y = (float(v) for v in (10 + rng.integers(0, 200, 2) / 10).round(1))
        stride = int(rng.choice([2, 4, 8]))
    away = np.hypot(*(argmax(blob(x, y, 2)) - (x, y)))
    right, cells = round(float(away) * stride, 2), round(float(away), 2)
    if right < 0.5 or any(abs(v % 1 - 0.5) < 1e-6 for v in (x, y)):
        raise Unsuited
    col, row = np.rint([x, y]).astype(int)
    told = _(
        "The largest cell is ({col}, {row}), {cells} cells away, times the stride {s}."
    ).format(col=col, row=row, cells=number(cells), s=stride)
    text = _(
        "A joint lies at x = {x}, y = {y} of a clean heat map, in cells, and the stride is {s}. "
        "Its "
        "largest cell is taken as the joint. How many pixels is that off?"
    ).format(x=number(x), y=number(y), s=stride)
    traps = [
        (0.0, _("The joint is not where the maximum is: it lies between cells."), None),
        (cells, _("That is in cells: a cell is {s} pixels.").format(s=stride), None),
        (float(stride), _("A whole cell is more than the largest cell can be off."), None),
    ]
    return pick_number(text, (right, told), traps, page="decode")


def how_many(m: Draw) -> Exercise:
    """How many of a chain of copies stay?"""
    rng = m.rng(42)
    count, reach, scale = 5, 1, 200
    if m.seed:
        count, reach = int(rng.integers(4, 8)), int(rng.integers(1, 4))
        scale = int(rng.integers(2, 6)) * 50
    # just under and just over the threshold, so that a copy ``reach`` further is the last one
    step = 0.043 * scale / (reach + 0.5)
    alike = [shifted_oks(i * step / scale) for i in range(1, count)]
    gone = sum(value > 0.9 for value in alike)
    left = -(-count // (gone + 1))
    if not 0 < gone < count - 1 or min(abs(value - 0.9) for value in alike) < 0.004:
        raise Unsuited
    values = listed(f"{value:.3f}" for value in alike)
    told = _(
        "The best removes the next {gone}; the one behind them is the best that is left, and so "
        "on: "
        "{left} stay."
    ).format(gone=gone, left=left)
    text = _(
        "{count} copies of one pose, each a little farther right than the one before and with a "
        "lower score. OKS of the first with the others: {values}; every pose has the same with its "
        "own neighbours. OKS above .9 removes. How many stay?"
    ).format(count=count, values=values)
    traps = [
        (1.0, _("Nobody removes what is not like itself: the far ones are compared anew."), None),
        (float(count - gone), _("Those that are left then remove others in turn."), None),
        (float(count), _("The first already removes its neighbour."), None),
    ]
    return pick_number(text, (float(left), told), traps, page="pose-nms")
