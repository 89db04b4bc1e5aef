"""Predict a value, a location, an output shape, a gradient: of the state on the screen."""

from dataclasses import replace

import numpy as np

from poolviz.exercises import Exercise, Option, Unsuited
from poolviz.exercises.exercise import Trap, picked, place_name, sentence, typed_number
from poolviz.numbers import number, products
from poolviz.pooling import Max, Pooled
from poolviz.pooling.windows import Axis
from poolviz.stage.task import LARGEST, Wholes
from poolviz.text import _, clauses, titled
from poolviz.wings.pooling.core.predict import window_question
from poolviz.wings.pooling.core.shapes import quoted
from poolviz.wings.pooling.core.window_scene import narration, window
from poolviz.wings.pooling.exercises.material import Material, asked, setting_name, size_of
from poolviz.wings.pooling.exercises.misconceptions import GRADIENT_OF_MAX, ONCE, PADS_ZERO
from poolviz.wings.pooling.exercises.pictures import Played
from poolviz.wings.pooling.gradients.questions import sign_question

LARGEST_INPUT = 32


def chooses(m: Material) -> bool:
    """Whether the variant takes one cell of each window, and always the same."""
    return m.variant.selects and not m.variant.stochastic


def even(run: Pooled, cell: tuple[int, int]) -> bool:
    """Whether this output is a plain share of its cells: all weights equal, as in a mean."""
    w, seen = window(run, cell)
    local = run.jacobian()[cell]
    weights = local[seen & (local != 0)]
    return bool(
        weights.size
        and np.allclose(weights, weights[0], rtol=1e-12)
        and np.isclose(float(local @ np.where(seen, w, 0)), float(run.output[cell]), rtol=1e-9)
    )


def value(m: Material) -> Exercise:
    """What goes into one output cell? A number where it can be calculated, else a bound."""
    cell = m.output_cell()
    run, shown = m.run, {"picture": Played(m.run, cell), "notes": m.notes}
    if not chooses(m) and (m.variant.stochastic or not even(run, cell)):
        question = window_question(run, cell)
        return picked(replace(question, text=asked(m, question.text)), {}, **shown)
    text = _("{setting}: what goes to output {place}?").format(
        setting=setting_name(m), place=place_name(cell)
    )
    return typed_number(
        text,
        _("The value"),
        lambda: (float(run.output[cell]), sentence(narration(run, cell))),
        lambda: _value_traps(run, cell),
        size_of(run.x),
        exact=m.variant.selects,
        **shown,
    )


def _value_traps(run: Pooled, cell: tuple[int, int]) -> list[Trap]:
    w, seen = window(run, cell)
    cells = w[(run.windows.index[cell] >= 0)].astype(float)
    traps: list[Trap] = []
    if run.variant.selects and cells.size < w.size:
        filled = np.where(run.windows.index[cell] >= 0, w, 0.0)
        as_zero = float(run.variant.forward(filled[None], np.ones((1, w.size), bool))[0])
        traps.append((as_zero, _("Padding is no cell: it can never win."), PADS_ZERO))
    return [
        *traps,
        (float(cells.mean()), _("That is the mean: every cell counts equally."), None),
        (float(cells.sum()), _("That is the sum: it is not divided by the number of cells."), None),
        (float(cells.max()), _("That is the largest cell."), None),
        (float(cells.min()), _("That is the smallest cell."), None),
        (float(cells.sum() / seen.size), _("Count the cells: the divisor is another one."), None),
    ]


def location(m: Material) -> Exercise:
    """Which cell of the input does an output come from?"""
    if not chooses(m):
        other = m.using(Max())
        note = _("Your variant takes no single cell, so this is max pooling over your numbers.")
        m = replace(other, notes=(*m.notes, note))
    cell, run = m.output_cell(), m.run
    if run.locations is None or run.locations[cell] < 0 or run.windows.size < 2:
        raise Unsuited
    columns = run.x.shape[1]
    index = run.windows.index[cell]

    def check(given: tuple[int, int]) -> Option:
        flat = given[0] * columns + given[1]
        label, told = place_name(given), sentence(narration(run, cell))
        assert run.locations is not None
        if flat == run.locations[cell]:
            return Option(label, True, told)
        here = number(run.x[given])
        if flat not in index:
            inside = np.unravel_index(index[index >= 0], run.x.shape)
            why = _(
                "The {value} there is not in the window, which holds rows {r0} to {r1} and columns "
                "{c0} to {c1}. {told}"
            ).format(
                value=here, r0=int(inside[0].min()), r1=int(inside[0].max()),
                c0=int(inside[1].min()), c1=int(inside[1].max()), told=told,
            )  # fmt: skip
            return Option(label, False, why)
        if run.x[given] == run.output[cell]:
            tie = _("It holds {value} too; of equal cells the first is remembered. {told}")
            return Option(label, True, tie.format(value=here, told=told))
        why = _("The {value} there is in the window, but does not win it. {told}")
        return Option(label, False, why.format(value=here, told=told))

    text = _("{setting}: which cell of the input does output {place} come from?").format(
        setting=setting_name(m), place=place_name(cell)
    )
    rows, cols = run.x.shape
    form = Wholes(((_("Row"), rows - 1), (_("Column"), cols - 1)), cell=True)
    best = divmod(int(run.locations[cell]), columns)
    return Exercise(text, form, check, lambda: check(best), Played(run, cell), notes=m.notes)


def shape(m: Material) -> Exercise:
    """How many rows and columns has the output? Seed 0 asks about the state's own input."""
    rng, sizes = m.rng(2), m.x.shape
    if m.seed:
        rows, cols = rng.integers(4, LARGEST_INPUT + 1, 2)
        sizes = (int(rows), int(cols))
    axes = m.geometry.axes(sizes)
    right = tuple(axis.out for axis in axes)

    def check(given: tuple[int, ...]) -> Option:
        told = clauses(
            titled(name, _calculation(axis))
            for name, axis in zip((_("rows"), _("columns")), axes, strict=True)
        )
        label = f"{given[0]} × {given[1]}"
        if given == right:
            return Option(label, True, sentence(told))
        often = tuple(quoted(a.n, a.effective, a.stride, a.before) for a in axes)
        covered = tuple(-(-a.n // a.stride) for a in axes)
        traps = [
            (right[::-1], _("Rows come first, then columns.")),
            (often, _("The often quoted formula rounds up; the libraries round down.")),
            (covered, _("That is ⌈in / stride⌉, which “same” padding gives.")),
            (sizes, _("As many as the input has: that needs stride 1 and enough padding.")),
        ]
        why = next((why for trap, why in traps if trap == given), "")
        wrong = _("Right is {rows} × {cols}: {told}.")
        if why:
            wrong = _("{why} Right is {rows} × {cols}: {told}.")
        wrong = wrong.format(why=why, rows=right[0], cols=right[1], told=told)
        return Option(label, False, wrong)

    text = _("{setting}, over an input of {rows} × {cols}: how many rows and columns come out?")
    text = text.format(
        setting=setting_name(replace(m, x=np.zeros(sizes))), rows=sizes[0], cols=sizes[1]
    )
    form = Wholes(((_("Rows"), LARGEST), (_("Columns"), LARGEST)))
    return Exercise(text, form, check, lambda: check(right), notes=_unshuffled(m))


def _calculation(axis: Axis) -> str:
    """The output size of one axis with its numbers: "⌊(5 + 0 + 0 − 2) / 2⌋ + 1 = 2"."""
    room = axis.n + axis.before + axis.after - axis.effective
    left, right = "⌈⌉" if axis.ceil_mode else "⌊⌋"
    plain = (-(-room // axis.stride) if axis.ceil_mode else room // axis.stride) + 1
    text = (
        f"{left}({axis.n} + {axis.before} + {axis.after} − {axis.effective}) / {axis.stride}{right}"
        " + 1"
    )
    if plain == axis.out:
        return f"{text} = {axis.out}"
    return _("{calculation}, less one that would start in the padding = {out}").format(
        calculation=text, out=axis.out
    )


def gradient(m: Material) -> Exercise:
    """How much does one cell of the input receive? A sign where a number is too much to ask."""
    run = m.run
    if not np.isfinite(run.output).all() or run.windows.size < 2:
        raise Unsuited
    plain = chooses(m) or (
        not m.variant.stochastic and all(even(run, c) for c in np.ndindex(run.output.shape))
    )
    if not plain:
        cell = m.output_cell()
        question = None if m.variant.stochastic else sign_question(run, None, cell)
        if question is not None:
            shown = Played(run, cell, np.ones(run.output.shape))
            return picked(question, {}, picture=shown, page="gradients", notes=m.notes)
        other = m.using(Max())
        note = _("Your variant's gradient is no sum to do by hand, so this is max pooling.")
        return gradient(replace(other, notes=(*m.notes, note)))
    rng = m.rng(3)
    dy = np.ones(run.output.shape) if m.seed == 0 else rng.integers(1, 4, run.output.shape) * 1.0
    dx = run.backward(dy)
    reached = np.bincount(run.windows.index[run.windows.index >= 0].ravel(), minlength=dx.size)
    best = reached * (1 + 3 * (dx.ravel() != 0))
    if not best.any():
        raise Unsuited
    flat = int(best.argmax()) if m.seed == 0 else int(rng.choice(dx.size, p=best / best.sum()))
    at = (flat // dx.shape[1], flat % dx.shape[1])
    text = _(
        "{setting}. Each output sends back its number of dL/dy. How much does the {value} in "
        "{place} receive in all?"
    ).format(setting=setting_name(m), value=number(run.x[at]), place=place_name(at))
    return typed_number(
        text,
        _("What it receives"),
        lambda: (float(run.backward(dy)[at]), _received(run, dy, flat)),
        lambda: _gradient_traps(run, dy, flat),
        1.0,
        exact=m.variant.selects,
        picture=Played(run, dy=dy),
        page="gradients",
        notes=m.notes,
    )


def _terms(run: Pooled, dy: np.ndarray, flat: int) -> tuple[np.ndarray, np.ndarray]:
    """What the windows that hold a cell send, and its slope in each."""
    holds = run.windows.index == flat
    return dy[holds.any(-1)], np.where(holds, run.jacobian(), 0).sum(-1)[holds.any(-1)]


def _received(run: Pooled, dy: np.ndarray, flat: int) -> str:
    sent, slopes = _terms(run, dy, flat)
    return _(
        "Windows with this cell: {count}. What each sends, times the slope there: {sum} = {total}."
    ).format(count=len(sent), sum=products(sent, slopes), total=number(float(sent @ slopes)))


def _gradient_traps(run: Pooled, dy: np.ndarray, flat: int) -> list[Trap]:
    sent, slopes = _terms(run, dy, flat)
    flowing, held = sent * slopes, float(run.x.flat[flat])
    traps: list[Trap] = []
    if (flowing != 0).sum() > 1:
        traps += [
            (float(v), _("That is what one window sends; they add up."), ONCE) for v in flowing
        ]
    if run.variant.selects:
        shared = float(sent.sum() / run.windows.size)
        traps += [
            (float(sent.sum()), _("It lies in all these windows, but does not win in all."), None),
            (held, _("That is the value: how large the cell is does not matter."), GRADIENT_OF_MAX),
            (
                held * float(flowing.sum()),
                _("The value is no part of a gradient."),
                GRADIENT_OF_MAX,
            ),
            (shared, _("Nothing is shared: the cell that wins gets all of it."), GRADIENT_OF_MAX),
        ]
    else:
        traps.append((float(sent.sum()), _("Each window hands the cell a part, not all."), None))
    return traps


def _unshuffled(m: Material) -> tuple[str, ...]:
    """The notes that are not about the order of the numbers: a shape has none."""
    return m.notes[:-1] if m.seed and m.notes else m.notes
