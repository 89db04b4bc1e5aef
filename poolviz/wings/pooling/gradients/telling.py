"""What is said of a gradient: the step's numbers, the sums, the check, what to notice."""

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Pooled
from poolviz.stage.part import Formula, Metrics, Part, Row, Says
from poolviz.stage.words import plain
from poolviz.text import _, counted
from poolviz.wings.pooling.core.telling import noticed
from poolviz.wings.pooling.core.tex import tex
from poolviz.wings.pooling.core.window_scene import Region
from poolviz.wings.pooling.gradients.check import Check, Kink
from poolviz.wings.pooling.gradients.scene import (
    Balance,
    flow,
    index_of,
    jacobian_at,
)

WRITTEN_OUT = 25
"""Windows of up to this many cells are written out as matrices."""


def chain_rule(run: Pooled, dy: np.ndarray, cell: tuple[int, ...]) -> tuple[Part, ...]:
    """The chain rule with the numbers of one window in it, where it is small enough."""
    at = np.array([cell])
    sent, local, index = flow(run, dy, at)[0], jacobian_at(run, at)[0], index_of(run, at)[0]
    if sent.size > WRITTEN_OUT:
        return ()
    columns = run.geometry.axes(run.windows.in_shape)[1].kernel  # type: ignore[attr-defined]
    slope = rf"\frac{{\partial y}}{{\partial a}} = {_matrix(local, index, columns)}"
    share = (
        rf"{tex(float(dy[cell]))} \cdot \frac{{\partial y}}{{\partial a}} = "
        rf"{_matrix(sent, index, columns)}"
    )
    return (Row((Formula(slope, sheet=False), Formula(share, sheet=False))),)


def _matrix(values: np.ndarray, index: np.ndarray, columns: int) -> str:
    """A window as a matrix; places that are no cells of the input are dots unless they take some.

    What goes to padding stands in brackets.
    """
    digits = 3 if columns < 3 else 2
    texts = [
        tex(v, digits) if i >= 0 else r"\cdot" if v == 0 else f"[{tex(v, digits)}]"
        for v, i in zip(values.tolist(), index.tolist(), strict=True)
    ]
    rows = [" & ".join(texts[i : i + columns]) for i in range(0, len(texts), columns)]
    return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"


def sums(run: Pooled, balanced: Balance) -> tuple[Part, ...]:
    """Sum in, sum out: what is sent, what arrives, and where the rest is."""
    parts = [(_("sent by the outputs"), balanced.sent)]
    if balanced.gained is not None and not np.isclose(balanced.gained, 0, atol=1e-9):
        more = balanced.gained > 0
        parts.append((_("added by weights") if more else _("taken by weights"), balanced.gained))
    if balanced.lost is not None and not np.isclose(balanced.lost, 0, atol=1e-9):
        parts.append((_("lost to padding"), -balanced.lost))
    parts.append((_("received by the input"), balanced.received))
    shown = tuple((label, number(round(value, 6))) for label, value in parts)
    why = "\n\n".join(plain(line) for line in _why(run, balanced))
    return Says(_("Sum in, sum out"), "heading"), Metrics(shown), Says(why)


def _why(run: Pooled, balanced: Balance) -> list[str]:
    if balanced.gained is None:
        return [_("This run is too large to be taken apart.")]
    lines = []
    assert balanced.least is not None
    assert balanced.most is not None
    uneven = not np.allclose((balanced.least, balanced.most), 1, atol=1e-9)
    if uneven:
        low, high = (number(float(f"{v:.4g}")) for v in (balanced.least, balanced.most))
        lines.append(
            _(
                "The weights of a window of {variant} do not sum to 1: here they sum to {span}. "
                "Add 1 to every cell, and the output does not rise by 1."
            ).format(
                variant=_(run.variant.title),
                span=low if low == high else _("{low} to {high}").format(low=low, high=high),
            )
        )
    if balanced.lost:
        lines.append(
            _(
                "Padding counts as cells here. It gets its part of the gradient, and nobody is "
                "there to use it."
            )
        )
    if not lines:
        lines.append(
            _(
                "The weights of every window sum to 1, and padding takes no part: what is sent "
                "arrives, to the last bit."
            )
        )
    return lines


def difference_check(run: Pooled, check: Check | None) -> tuple[Part, ...]:
    """The gradient against central differences, and why they disagree where they do."""
    heading = Says(_("Checked by central differences"), "heading")
    if check is None:
        nothing = _(
            "Not here: the window is too large, or the numbers are not all finite. "
            "Differences of infinities say nothing."
        )
        return heading, Says(nothing)
    formula = Formula(
        r"\frac{\partial L}{\partial x} \approx \frac{L(x + h) - L(x - h)}{2h}", sheet=False
    )
    verdict = (
        _("the formula and the differences agree.")
        if check.fine
        else _("they disagree, and that has a reason.")
    )
    moved = _(
        "Just now {block} was moved a little up and a little down. Largest relative error: "
        "${error}$: {verdict}"
    ).format(block=_block(run, check), verdict=verdict, error=_power(check.error))
    return heading, formula, Says(moved), *_reasons(run, check)


def _block(run: Pooled, check: Check) -> str:
    cells = check.rows * check.columns
    if cells == 1:
        return _("the one cell")
    if cells == run.x.size:
        return _("each of the {count} cells").format(count=cells)
    return _("each of {count} cells, rows {r0} to {r1}, columns {c0} to {c1},").format(
        count=cells,
        r0=check.row,
        r1=check.row + check.rows - 1,
        c0=check.column,
        c1=check.column + check.columns - 1,
    )


def _reasons(run: Pooled, check: Check) -> list[Part]:
    parts: list[Part] = []
    if run.variant.stochastic:
        drawn = _("The draw is held: the cells that were drawn stay drawn while one moves.")
        parts.append(Says(drawn, "caption"))
    if check.kinks:
        kinks = "\n".join(f"- {plain(_kink(kink))}" for kink in check.kinks[:4])
        why = _(
            "At a tie or a kink the slope to the left is not the slope to the right. Central "
            "differences give their mean; the formula has to take a side, or to share."
        )
        parts += [Says(kinks), Says(why, "caption")]
    elif not check.fine:
        chosen = _(
            "The two slopes agree, the formula differs: this variant's gradient is by its "
            "authors' choice not the derivative of what it computes."
        )
        parts.append(Says(chosen, "caption"))
    return parts


def _kink(kink: Kink) -> str:
    return _(
        "The {value} in row {row}, column {column}: slope {left} downwards, {right} upwards. The "
        "formula says {given}."
    ).format(
        value=number(kink.value),
        row=kink.row,
        column=kink.column,
        **{
            name: number(v if not np.isfinite(v) else float(f"{v:.3g}"))
            for name, v in (("left", kink.left), ("right", kink.right), ("given", kink.given))
        },
    )


def _power(value: float) -> str:
    """An error as LaTeX: 3.1 x 10^-11."""
    if not np.isfinite(value) or value == 0:
        return tex(value)
    digits, power = f"{value:.1e}".split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"


def notice(run: Pooled, dy: np.ndarray, dx: np.ndarray, region: Region) -> tuple[Part, ...]:
    """What to look for in this state, with its numbers."""
    takers = int((dx != 0).sum())
    takes = _(
        "{takers} of the {cells} cells receive a gradient. Training moves what made these; "
        "the others get no signal from here."
    )
    if takers == 1:
        takes = _(
            "One of the {cells} cells receives a gradient. Training moves what made this one; the "
            "others get no signal from here."
        )
    if takers == dx.size:
        takes = _("Every cell receives a gradient.")
    lines = [takes.format(takers=takers, cells=dx.size)]
    often = _often(run, dy)
    if often:
        lines.append(often)
    pushed = int((dx < 0).sum() if (dy >= 0).all() else 0)
    if pushed:
        lines.append(
            counted(
                pushed,
                _(
                    "Every output asks for more, and one cell is pushed down all the same: raising "
                    "it would lower an output."
                ),
                _(
                    "Every output asks for more, and {n} cells are pushed down all the same: "
                    "raising them would lower an output."
                ),
            )
        )
    if run.variant.stochastic:
        lines.append(_("The draw is the one of the forward pass: backward draws nothing anew."))
    if not region.whole(run.output.shape):
        lines.append(
            _(
                "The picture adds up what its own outputs send; cells at its rim receive from "
                "others as well. Sums, check and downloads are of the whole."
            )
        )
    return noticed(map(plain, lines))


def _often(run: Pooled, dy: np.ndarray) -> str:
    """The cell that most outputs send to."""
    if run.locations is None or getattr(run.variant, "ties", "first") != "first":
        reached = int((run.windows.index >= 0).sum())
        if reached <= run.x.size:
            return ""
        return _(
            "Windows overlap: a cell is sent {times} gradients on average, and they add up."
        ).format(times=number(round(reached / run.x.size, 2)))
    chosen, times = np.unique(run.locations[run.locations >= 0], return_counts=True)
    if not times.size or times.max() < 2:
        return _chosen_once(run)
    at = int(chosen[times.argmax()])
    row, column = divmod(at, run.x.shape[1])
    return _(
        "The {value} in row {row}, column {column} wins {times} windows, so it receives {times} "
        "gradients, and they add up."
    ).format(value=number(run.x[row, column]), row=row, column=column, times=int(times.max()))


def _chosen_once(run: Pooled) -> str:
    """That nothing adds up, and what would overlap if it is not what is set."""
    reached = run.windows.index[run.windows.index >= 0]
    if np.unique(reached).size < reached.size:
        return _("Windows overlap, but no cell is chosen twice: nothing adds up.")
    axes = run.geometry.axes(run.windows.in_shape)  # type: ignore[attr-defined]
    if min(run.x.shape) > 3 and any((axis.kernel, axis.stride) != (3, 1) for axis in axes):
        return _("No cell is chosen twice: nothing adds up. Try kernel 3, stride 1.")
    return _("No cell is chosen twice: nothing adds up.")
