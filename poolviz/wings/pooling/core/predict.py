"""Predict, then reveal: questions about the state on the screen, answered by the engine.

A question has choices; each wrong one says which misconception it comes from. Where the variant
selects, a cell of the window may be picked instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Pooled, Sliding, pool
from poolviz.stage.question import Choice, Offer, Question, choices
from poolviz.text import _
from poolviz.wings.pooling.core.controls import own
from poolviz.wings.pooling.core.fit import most_overlap
from poolviz.wings.pooling.core.shapes import quoted
from poolviz.wings.pooling.core.window_scene import window


def questions(run: Pooled, grey: bool = False) -> tuple[Question, ...]:
    """The first minutes at this state: two windows, then a changed cell, then another stride.

    ``grey``: the input is a picture.
    """
    asked = [window_question(run, cell) for cell in islice(np.ndindex(run.output.shape), 2)]
    asked += [q for q in (change_question(run, grey), stride_question(run)) if q is not None]
    return tuple(asked)


def window_question(run: Pooled, cell: tuple[int, ...], most: int = 4) -> Question:
    """What goes into one output cell? Numbers are offered at most ``most`` at a time."""
    w, seen = window(run, cell)
    place = _("output row {row}, column {column}").format(row=cell[0], column=cell[1])
    if not seen.any():
        text = _("No cell of the input lies in the window of {place}. What is written?")
        value = float(run.output[cell])
        why = _("An empty window gives the variant's identity: {value}.")
        offers = [(value, why.format(value=number(value))), *_empty_traps()]
        return Question(text.format(place=place), choices(offers))
    if run.variant.stochastic and run.odds() is not None:
        return _draw_question(run, cell, place)
    finite = bool(np.isfinite(w[seen]).all() and np.isfinite(run.output[cell]))
    if run.variant.selects or run.variant.story == "share" or not finite:
        return _number_question(run, cell, place, most)
    return _bound_question(run, cell, place)


def change_question(run: Pooled, grey: bool = False) -> Question | None:
    """Raise a cell that is not the winner to just below it: which outputs change?"""
    if run.locations is None or run.variant.stochastic or not np.isfinite(run.x).all():
        return None
    index, winner = run.windows.index[(0, 0)], int(run.locations[0, 0])
    flat = run.x.ravel()
    gaps = {int(i): abs(float(flat[i] - flat[winner])) for i in index if i >= 0}
    losers = sorted((gap, i) for i, gap in gaps.items() if gap > 1)
    if winner < 0 or not losers:
        return None
    at = losers[len(losers) // 2][1]
    new = (float(flat[at]) + float(flat[winner])) / 2
    new = float(round(new)) if _whole(flat) else round(new, 3)
    changed = run.x.astype(float)
    changed.flat[at] = new
    after = pool(changed, run.variant, run.geometry).output
    moved = int((after != run.output).sum())
    row, col = divmod(at, run.x.shape[1])
    touching = int((run.windows.index == at).any(-1).sum())
    text = _(
        "Change the {old} in row {row}, column {column} to {new}. How many outputs change?"
    ).format(old=number(flat[at]), row=row, column=col, new=number(new))
    right = (
        _("None: {new} still loses to another cell in each of its windows.").format(new=number(new))
        if moved == 0
        else _("{moved}: there it beats every other cell.").format(moved=moved)
    )
    traps = [
        (touching, _("It lies in that many windows, but the winner alone decides an output.")),
        (0, _("It does win somewhere: look at each window that holds it.")),
        (run.output.size, _("Outputs see only their own windows.")),
        (touching + 1, _("It lies in fewer windows than that.")),
    ]
    return Question(
        text,
        choices([(moved, right), *traps]),
        example=own(changed, grey),
    )


def stride_question(run: Pooled) -> Question | None:
    """The same kernel with another stride: how many outputs?"""
    if not isinstance(run.geometry, Sliding) or isinstance(run.geometry.padding, str):
        return None
    axes = run.geometry.axes(run.windows.in_shape)
    if any(axis.effective > axis.n + axis.before + axis.after for axis in axes):
        return None  # a window that only ceil mode lets in fits at no other stride
    stride = 1 if max(axis.stride for axis in axes) > 1 else 2
    other = replace(run.geometry, stride=stride)
    lines = other.axes(run.windows.in_shape)
    count = int(np.prod([axis.out for axis in lines]))
    sizes = " × ".join(str(axis.out) for axis in lines)
    text = _("Set the stride to {stride}. How many outputs?").format(stride=stride)
    right = _("{sizes} = {count}: the window stands at every start that fits.").format(
        sizes=sizes, count=count
    )
    often = int(np.prod([quoted(a.n, a.effective, stride, a.before) for a in lines]))
    traps = [
        (often, _("The quoted formula rounds up; the libraries round down.")),
        (run.output.size, _("The stride moves the window: another stride, other windows.")),
        (run.x.size, _("One for each input cell would need windows that stick out.")),
        (run.output.size * max(a.stride for a in axes), _("Count the starts along each axis.")),
        (count + 1, _("Count the starts along each axis, then multiply.")),
    ]
    admitted = all(axis.kernel <= most_overlap(axis.n, stride) for axis in lines)
    return Question(
        text,
        choices([(count, right), *traps]),
        example={"stride": (stride,) * 2} if admitted else None,
    )


def _number_question(run: Pooled, cell: tuple[int, ...], place: str, most: int) -> Question:
    w, seen = window(run, cell)
    cells, y = w[seen].astype(float), float(run.output[cell])
    text = _("{variant} pooling: what goes to {place}?").format(
        variant=_(run.variant.title), place=place
    )
    with np.errstate(all="ignore"):
        sentence = run.variant.arithmetic(w, seen) if seen.size <= 16 else number(y)
        total, mean = cells.sum(), cells.mean()
    traps = [
        (mean, _("That is the mean: every cell counts equally.")),
        (total, _("That is the sum: it is not divided by the number of cells.")),
        (cells.max(), _("That is the largest cell.")),
        (cells.min(), _("That is the smallest cell.")),
        (cells[-1], _("That is the last cell, not the answer.")),
        (cells[0], _("That is the first cell, not the answer.")),
    ]
    if not seen.all() or (run.windows.index[cell] < 0).any():
        traps.insert(0, (0.0, _("Padding is not a zero that can win: see what it holds.")))
    offered = choices([(y, sentence), *traps], most)
    if not run.variant.selects or run.locations is None:
        return Question(text, offered)
    index = np.broadcast_to(run.windows.index, run.cells.shape)[cell]
    # Any cell that holds the value counts as right; the first of a tie is the location.
    equal = [int(i) for i, v in zip(index, w, strict=True) if i >= 0 and v == run.output[cell]]
    named = {int(i): _rank(cells, float(v)) for i, v in zip(index, w, strict=True) if i >= 0}
    return Question(text, offered, _places(run, equal), _outside(), _by_place(run, named))


def _outside() -> str:
    return _("That cell lies outside. Look inside the window only.")


def _rank(cells: np.ndarray, value: float) -> str:
    """What a cell of this value is among the cells of its window."""
    if value == cells.max():
        return _("That is the largest cell of the window.")
    if value == cells.min():
        return _("That is the smallest cell of the window.")
    return _("Of the window's {count} cells, from the largest down, that is number {rank}.").format(
        count=cells.size, rank=int((cells > value).sum()) + 1
    )


def _bound_question(run: Pooled, cell: tuple[int, ...], place: str) -> Question:
    w, seen = window(run, cell)
    cells, y = w[seen].astype(float), float(run.output[cell])
    low, mean, high = cells.min(), cells.mean(), cells.max()
    near = np.isclose(y, mean, rtol=1e-9, atol=1e-12)
    spans = [
        (_("the mean, {mean}"), bool(near), _("That would weigh every cell equally.")),
        (
            _("between the mean, {mean}, and the largest cell, {high}"),
            bool(mean < y < high),
            _("That would favour the large cells."),
        ),
        (
            _("between the smallest cell, {low}, and the mean, {mean}"),
            bool(low < y < mean),
            _("That would favour the small cells."),
        ),
        (
            _("the largest cell, {high}, or more"),
            bool(y >= high),
            _("That would leave the other cells out, or add them up."),
        ),
        (
            _("the smallest cell, {low}, or less"),
            bool(y <= low),
            _("That would let the smallest cell decide."),
        ),
    ]
    with np.errstate(all="ignore"):
        sentence = run.variant.arithmetic(w, seen) if seen.size <= 16 else number(y)
    right = next((i for i, (_text, holds, _trap) in enumerate(spans) if holds), 0)
    names = {"low": number(low), "mean": number(mean), "high": number(high)}
    text = _("{variant}: where does the value of {place} lie?").format(
        variant=_(run.variant.title), place=place
    )
    return Question(
        text,
        tuple(
            Choice(label.format(**names), i == right, sentence if i == right else trap)
            for i, (label, _holds, trap) in enumerate(spans)
        ),
    )


def _draw_question(run: Pooled, cell: tuple[int, ...], place: str) -> Question:
    w, seen = window(run, cell)
    odds = run.odds()
    assert odds is not None
    p = odds[cell]
    index = np.broadcast_to(run.windows.index, run.cells.shape)[cell]
    best = float(p.max())
    likely = [i for i in range(len(p)) if seen[i] and np.isclose(p[i], best)]
    text = _("One cell is drawn for {place}. Which value is the most likely?").format(place=place)
    right = _("It is drawn with probability {p}; this seed drew {value}.").format(
        p=number(best), value=number(run.output[cell])
    )
    drawn: dict[str, tuple[bool, str]] = {}
    named = {}
    for i in np.flatnonzero(seen):
        why = _("It is drawn with probability {p} only.").format(p=number(p[i]))
        named[int(index[i])] = why
        drawn.setdefault(number(w[i]), (i in likely, right if i in likely else why))
    return Question(
        text,
        tuple(Choice(label, ok, why) for label, (ok, why) in list(drawn.items())[:6]),
        _places(run, [int(index[i]) for i in likely]),
        _outside(),
        _by_place(run, named),
    )


def _places(run: Pooled, cells: Iterable[int]) -> frozenset[tuple[int, int]]:
    """(row, column) of flat positions in the plane."""
    return frozenset(divmod(cell, run.x.shape[1]) for cell in cells)


def _by_place(run: Pooled, named: Mapping[int, str]) -> dict[tuple[int, int], str]:
    """The same by row and column."""
    return {divmod(cell, run.x.shape[1]): why for cell, why in named.items()}


def _empty_traps() -> list[Offer]:
    return [
        (0, _("There is no zero there: padding holds the variant's identity.")),
        (1, _("No cell holds this.")),
        (-np.inf, _("That would be max pooling's padding.")),
    ]


def _whole(values: np.ndarray) -> bool:
    return bool((values == np.round(values)).all())
