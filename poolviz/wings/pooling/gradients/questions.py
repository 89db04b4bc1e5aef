"""Questions about gradients: whom does an output's gradient reach, how often, with which sign?

Each is about the state on the screen where that shows it, else about the worked example, and says
so; ``Asked.shown_by`` is the case that a page can then show.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from poolviz.numbers import number, numbers
from poolviz.pooling import Max, Pooled, Sliding, SoftPool, Variant, pool
from poolviz.samples import sample
from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _
from poolviz.wings.pooling.core.window_scene import window
from poolviz.wings.pooling.gradients.scene import balance, jacobian_at

LONGEST = 9
"""Cells of the windows that are asked about."""


@dataclass(frozen=True)
class Case:
    """A setting on the worked example."""

    variant: Variant
    kernel: int
    stride: int


@cache
def run_of(case: Case) -> Pooled:
    """The run of a case."""
    return pool(sample("worked-example"), case.variant, Sliding(case.kernel, case.stride))


@dataclass(frozen=True)
class Asked:
    """A question, and the case that shows the answer; None: the state on the screen does."""

    question: Question
    shown_by: Case | None = None


_Ask = Callable[..., Question | None]
"""Of a run, a case, and perhaps the output cell to ask about."""


def gradient_questions(
    run: Pooled, dy: np.ndarray, cell: tuple[int, ...] = (0, 0)
) -> tuple[Asked, ...]:
    """Where does it go, what does it sum to, how often, with which sign; about this state first.

    ``cell``: the output whose gradient is followed, where this state shows that.
    """
    finite = bool(np.isfinite(run.x).all())
    ones = bool((dy == 1).all())  # as the question of how often has it
    asked = [
        _here_or(run, finite, where_question, Case(Max(), 2, 2), cell=cell, sent=float(dy[cell])),
        _here_or(run, finite and ones, often_question, Case(Max(), 3, 1)),
        _here_or(run, finite, sign_question, Case(SoftPool(), 2, 2), cell=cell),
    ]
    if finite and np.isfinite(dy).all():
        asked.insert(1, Asked(sum_question(run, dy)))
    return tuple(sorted(asked, key=lambda each: each.shown_by is not None))


def _here_or(run: Pooled, here: bool, ask: _Ask, case: Case, **place: Any) -> Asked:
    """The question about this state, else about the case, of which every output sends 1."""
    question = ask(run, None, **place) if here else None
    if question is not None:
        return Asked(question)
    there = ask(run_of(case), case)
    assert there is not None
    return Asked(there, case)


def where_question(
    run: Pooled, case: Case | None, cell: tuple[int, ...] = (0, 0), sent: float = 1.0
) -> Question | None:
    """Max's gradient carries the value, or is shared (4). None where no cell is selected.

    ``sent``: the gradient of that output.
    """
    w, seen = window(run, cell)
    if run.locations is None or run.variant.stochastic or w.size > LONGEST or not seen.all():
        return None
    if not run.windows.valid[cell].all() or np.ptp(w) == 0:
        return None
    local = jacobian_at(run, np.array([cell]))[0]
    top = float(run.output[cell])
    if not sent or not np.isfinite(sent):
        return None
    spot = np.where(local != 0, 1.0, 0)
    offers = [
        (sent * local, _right_where(local, top, sent)),
        (
            top * spot,
            _(
                "That sends the value. A gradient says how much the output moves when a cell "
                "moves: it does not matter how large the cell is."
            ),
        ),
        (
            np.full(w.size, sent / w.size),
            _("That shares it evenly, as average pooling does. Here one cell decides the output."),
        ),
        (
            np.full(w.size, sent),
            _("That gives all of it to every cell, as sum pooling does."),
        ),
    ]
    text = _("{variant} of {cells} gets a gradient of {sent}. What does each cell receive?")
    if any(cell):
        text = _(
            "Output row {row}, column {column}, {variant} of {cells}, gets a gradient of {sent}. "
            "What does each cell receive?"
        )
    text = text.format(
        row=cell[0],
        column=cell[1],
        variant=_(run.variant.title),
        cells=numbers(w),
        sent=number(sent),
    )
    return Question(_at_case(case, text), choices([(numbers(v), why) for v, why in offers]))


def _right_where(local: np.ndarray, top: float, sent: float) -> str:
    if (local != 0).sum() > 1:
        return _("The equal cells share it: together they decide the output.")
    return _(
        "Move the {top} a little and the output moves as much, so it receives {sent} × 1. Move "
        "another cell, and nothing happens."
    ).format(top=number(top), sent=number(sent))


def often_question(run: Pooled, case: Case | None) -> Question | None:
    """A cell receives gradient once (5). None where no cell is selected by two windows."""
    if run.locations is None or run.variant.stochastic or run.locations.size > 10_000:
        return None
    chosen, times = np.unique(run.locations[run.locations >= 0], return_counts=True)
    if not times.size or times.max() < 2 or getattr(run.variant, "ties", "first") != "first":
        return None
    at, count = int(chosen[times.argmax()]), int(times.max())
    row, column = divmod(at, run.x.shape[1])
    value = number(run.x[row, column])
    inside = int((run.windows.index == at).any(-1).sum())
    text = _(
        "Every output sends 1. How much does the {value} in row {row}, column {column} receive in "
        "all?"
    ).format(value=value, row=row, column=column)
    right = _("{count} windows choose it, each sends 1, and they add up: {sum} = {count}.").format(
        count=count, sum=" + ".join(["1"] * count if count < 9 else ["1", "…", "1"])
    )
    offers = [
        (str(count), right),
        ("1", _("That is one window's. The windows overlap, and each that chooses it sends.")),
        (str(inside), _("It lies in that many windows, but does not win in all of them.")),
        (value, _("That is the value: what is sent does not depend on it.")),
        (number(1 / inside), _("Nothing is divided: each window sends its own gradient.")),
        (str(count + 1), _("Count the windows in which it wins.")),
    ]
    return Question(_at_case(case, text), choices(offers))


def sign_question(
    run: Pooled, case: Case | None, cell: tuple[int, ...] = (0, 0)
) -> Question | None:
    """A blend's weight is its gradient (6). None where they are the same, or all is selected."""
    w, seen = window(run, cell)
    if run.variant.stochastic or run.locations is not None or w.size > LONGEST:
        return None
    with np.errstate(all="ignore"):
        share = run.variant.contributions(w, seen)
    local = jacobian_at(run, np.array([cell]))[0]
    far = np.where(
        seen & (share > 0.005), np.where(local < -1e-3, 10 + share, abs(local - share)), 0
    )
    if not np.isfinite(far).all() or not np.isfinite(local).all() or far.max() < 0.01:
        return None
    i = int(far.argmax())
    a, part, slope = float(w[i]), float(share[i]), float(local[i])
    text = _(
        "{variant} of {cells}: the {value}'s share of the output is {share}. What is its gradient?"
    ).format(
        variant=_(run.variant.title), cells=numbers(w), value=number(a), share=_three(part)
    )  # fmt: skip
    names = [
        (_("Negative: raising it lowers the output"), slope < -1e-9),
        (_("Zero: it has no say"), abs(slope) <= 1e-9),
        (_("The same, {share}").format(share=_three(part)), False),
        (_("Positive, but smaller"), 1e-9 < slope < part),
        (_("Positive, and larger"), slope >= part),
    ]
    right = _(
        "It is {slope}. A cell that grows brings in its value, and it also changes every cell's "
        "share: the gradient counts both."
    ).format(slope=_three(slope))
    trap = _("A share says how much of the output a cell is, not what happens when it moves.")
    other = _("Try it: raise that cell a little and compute the output again.")
    return Question(
        _at_case(case, text),
        tuple(
            Choice(label, holds, right if holds else trap if i == 2 else other)
            for i, (label, holds) in enumerate(names)
        ),
    )


def sum_question(run: Pooled, dy: np.ndarray) -> Question:
    """Does as much arrive as was sent?"""
    sums = balance(run, dy)
    text = _("The outputs send {sent} in all. What do the gradients of all input cells sum to?")
    received, sent = float(round(sums.received, 6)), float(round(sums.sent, 6))
    why = (
        _("Every output's gradient is handed on whole, in one piece or in parts.")
        if sums.kept
        else _("{received}: see below where the difference comes from.").format(
            received=number(received)
        )
    )
    labels = (
        (_("The same, {sent}").format(sent=number(sent)), sums.kept),
        (_("More than {sent}").format(sent=number(sent)), not sums.kept and received > sent),
        (_("Less than {sent}").format(sent=number(sent)), not sums.kept and received < sent),
    )
    wrong = (
        _("That holds where a window's weights sum to 1 and no padding is counted."),
        _("That would need weights that sum to more than 1."),
        _("That would need weights that sum to less than 1, or gradient that padding takes."),
    )
    return Question(
        text.format(sent=number(sent)),
        tuple(
            Choice(label, holds, why if holds else trap)
            for (label, holds), trap in zip(labels, wrong, strict=True)
        ),
    )


def _at_case(case: Case | None, text: str) -> str:
    if case is None:
        return text
    return _(
        "Worked example, {variant} pooling, kernel {kernel}, stride {stride}. {question}"
    ).format(
        variant=_(case.variant.title), kernel=case.kernel, stride=case.stride, question=text
    )  # fmt: skip


def _three(value: float) -> str:
    return number(float(f"{value:.2g}"))
